"""The jobs: who may run one, what became of its last run, and whether that is long ago."""

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from wkw.chunks import TTL
from wkw.errors import GraphError, JobTaken, WkwError
from wkw.graph import Graph
from wkw.model import JOBS, Lease
from wkw.moment import instant

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of a job; times in epoch milliseconds, `day` the UTC day of its last good run."""

    name: str
    running: bool
    started: int | None
    ended: int | None
    took: int | None
    day: int | None
    changed: int
    formula: str | None
    error: str | None


def run(
    graph: Graph,
    name: str,
    work: Callable[[Lease], tuple[Done, int]],
    *,
    day: int,
    due: int | None = None,
    stop: threading.Event | None = None,
) -> Done:
    """Runs a job under its lease and gives what `work` says it did; `work` also says how much that was.

    JobTaken where somebody else runs it, or, with `due` (epoch milliseconds), where it has begun since then.
    """
    row = graph.row("jobs/claim", job=name, me=secrets.token_hex(16), due=due, ttl=TTL)
    if row is None:
        raise JobTaken(f"Somebody else is running the job {name}, or has done so.")
    lease = Lease(name, row["token"], row["cursor"], stop or threading.Event())
    try:
        done, changed = work(lease)
    except (WkwError, KeyboardInterrupt) as error:
        with suppress(GraphError):  # then the lease ends by itself
            _ended(graph, lease, day, 0, getattr(error, "code", "interrupted"))
        raise
    _ended(graph, lease, day, changed, None)
    return done


def _ended(graph: Graph, lease: Lease, day: int, changed: int, error: str | None) -> None:
    graph.row("jobs/ended", job=lease.job, token=lease.token, day=day, changed=changed, error=error)


def listed(graph: Graph) -> list[Job]:
    """All jobs by name."""
    return [Job(**row) for row in graph.rows("jobs/list", jobs=list(JOBS))]


def state(job: Job) -> str:
    """What a job is doing, or what became of it."""
    if job.running:
        return "running"
    if job.error:
        return f"failed: {job.error}"
    if job.started is None:
        return "never ran"
    return "done" if job.ended is not None and job.ended >= job.started else "interrupted"


def as_data(job: Job, due: datetime | None) -> dict[str, Any]:
    """A job as both doors give it, with when it is due next; times as texts in UTC."""
    return {
        "job": job.name,
        "state": state(job),
        "started": None if job.started is None else instant(job.started).isoformat(),
        "ended": None if job.ended is None else instant(job.ended).isoformat(),
        "seconds": None if job.took is None else job.took / 1000,
        "changed": job.changed,
        "formula": job.formula,
        "error": job.error,
        "next": due.astimezone(UTC).isoformat() if due else None,
    }
