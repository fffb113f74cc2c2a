"""What jobs did, as tables and as data."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wkw.cli import show
from wkw.graph import Row
from wkw.jobs import Job, as_data, state
from wkw.moment import instant
from wkw.reweight import Moves, Preview


def tell(done: Moves, *, as_json: bool) -> None:
    """Prints what reweighting moved."""
    if as_json:
        show.out_json(
            {
                "ties": done.ties,
                "recomputed": done.recomputed,
                "different": done.different,
                "levels": _levels(done.levels),
                "coolest": done.coolest,
                "warmest": done.warmest,
            }
        )
        return
    show.say(f"Weighed: ties {done.ties}, recomputed {done.recomputed}, with another level {done.levels.total()}.")
    _tell_levels(done.levels)
    _tell_ties("coolest", done.coolest)
    _tell_ties("warmest", done.warmest)


def tell_preview(found: Preview, *, as_json: bool) -> None:
    """Prints what other weights would do."""
    if as_json:
        told = {"formula": found.formula, "ties": found.ties, "kept": found.kept, "levels": _levels(found.levels)}
        show.out_json(told | {"moves": found.moves})
        return
    show.say(f"With {found.formula}: ties {found.ties}, with another level {found.levels.total()}.")
    if found.kept:
        show.say(f"Ties with sums that were folded under another formula, and stay so: {found.kept}.")
    _tell_levels(found.levels)
    _tell_ties("largest moves", found.moves)
    show.note("Nothing was written.")


def tell_jobs(found: list[Job], due: Mapping[str, datetime | None], zone: ZoneInfo, *, as_json: bool) -> None:
    """Prints jobs with their last and next runs, times in a zone."""
    if as_json:
        show.out_json([as_data(job, due.get(job.name)) for job in found])
        return
    table = show.table("job", "last run", "#seconds", "#changed", "formula", "next run", "state")
    for job in found:
        began = instant(job.started).astimezone(zone) if job.started is not None else None
        took = "" if job.took is None else f"{job.took / 1000:.1f}"
        coming = due.get(job.name)
        table.add_row(
            job.name, minute(began), took, str(job.changed), job.formula or "", minute(coming) or "never", state(job)
        )
    show.out(table)


def minute(at: datetime | None) -> str:
    """A time to the minute with its zone; nothing where there is none."""
    return at.strftime("%Y-%m-%d %H:%M %Z") if at else ""


def _levels(levels: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"from": was, "to": now, "ties": ties} for (was, now), ties in sorted(levels.items())]


def _tell_levels(levels: Counter[tuple[str, str]]) -> None:
    if levels:
        table = show.table("from", "to", "#ties")
        for (was, now), ties in sorted(levels.items()):
            table.add_row(was, now, str(ties))
        show.say("")
        show.out(table)


def _tell_ties(what: str, ties: list[Row]) -> None:
    if ties:
        table = show.table(what, "of", "#before", "#now", "level")
        for tie in ties:
            strengths = (f"{tie[name] * 100:.0f}" for name in ("before", "strength"))
            table.add_row(tie["person"], tie["colleague"], *strengths, tie["level"])
        show.say("")
        show.out(table)
