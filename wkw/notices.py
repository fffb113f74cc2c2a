"""What an answer tells beside its facts: sources, jobs and formulas that are not as they should be."""

from collections.abc import Iterable, Mapping
from typing import Any

from wkw.moment import DAY_SECONDS

LATE_DAYS = 2  # since a job's last good run
READ_AGAIN = "Run `wkw ingest` for it and see what it says."

Notice = dict[str, str]
Row = Mapping[str, Any]


def no_mail() -> Notice:
    """What keeps anybody from asking a colleague by mail."""
    remedy = "Write to the colleague yourself; an administrator can set WKW_SMTP_URL."
    return finding("no_mail", "No mail is sent from here.", remedy)


def source_troubles(sources: Iterable[Row], every: Mapping[str, int], *, day: int) -> list[Notice]:
    """What is wrong with sources, by name: being read, failed, late, never read; `every` names days between readings.

    Each row has name, reading, ended (epoch milliseconds or None) and error.
    """
    known = {source["name"]: source for source in sources}
    return [
        notice
        for name in sorted(known.keys() | every.keys())
        if (notice := _source_trouble(name, known.get(name), every.get(name), day=day))
    ]


def _source_trouble(name: str, source: Row | None, every: int | None, *, day: int) -> Notice | None:
    if source and source["error"]:
        return _of_source("source_failed", f"Reading the source {name} failed ({source['error']}).", READ_AGAIN)
    if source and source["reading"]:
        message = f"Reading the source {name} has not ended."
        return _of_source("source_unfinished", message, "Wait for it, or run it again if it was interrupted.")
    if every is None:
        return None
    if source is None or source["ended"] is None:
        return _of_source("source_missing", f"The source {name} was never read.", READ_AGAIN)
    days = day - source["ended"] // (DAY_SECONDS * 1000)
    if days <= every:
        return None
    return _of_source("source_late", f"The source {name} was last read {days} days ago.", READ_AGAIN)


def _of_source(code: str, message: str, remedy: str) -> Notice:
    return finding(code, f"{message} Strengths may be missing.", remedy)


def finding(code: str, message: str, remedy: str) -> Notice:
    """Something that an administrator has to put right."""
    return {"code": code, "message": message, "remedy": remedy, "who": "administrator"}


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
