"""What an answer tells beside its facts: sources, jobs and formulas that are not as they should be."""

LATE_DAYS = 2  # since a job's last good run

Notice = dict[str, str]


def source_unfinished(source: str) -> Notice:
    """A source is being read, or its reading was interrupted."""
    return {
        "code": "source_unfinished",
        "message": f"Reading the source {source} has not ended, so strengths may be missing.",
        "remedy": "Wait for it, or run it again if it was interrupted.",
        "who": "administrator",
    }


def job_trouble(name: str, last_day: int | None, error: str | None, *, day: int) -> Notice | None:
    """A job failed, or its last good run is long ago; None where all is well, and of a job that never ran."""
    if error is None and (last_day is None or day - last_day <= LATE_DAYS):
        return None
    return {
        "code": "job_failed" if error else "job_late",
        "message": f"The job {name} "
        + (f"failed ({error})." if error else f"last ran {day - (last_day or 0)} days ago."),
        "remedy": f"Run `wkw {name}` and see what it says.",
        "who": "administrator",
    }


def job_never(name: str) -> Notice:
    """A job never ran."""
    return {
        "code": "job_never",
        "message": f"The job {name} never ran.",
        "remedy": f"Run `wkw clock` beside the web, or `wkw {name}` from cron.",
        "who": "administrator",
    }


def formula_changing() -> Notice:
    """The channel weights changed and not every tie follows them yet."""
    return {
        "code": "formula_changing",
        "message": "The weights of the channels are being changed: some strengths still follow the former ones.",
        "remedy": "Wait for `wkw reweight`, or run it if it was interrupted.",
        "who": "administrator",
    }
