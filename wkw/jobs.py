"""The jobs: who may run one, what became of its last run, and whether that is long ago."""

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from wkw.chunks import TTL
from wkw.errors import GraphError, JobTaken, WkwError
from wkw.graph import Graph
from wkw.model import JOBS, Lease

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
