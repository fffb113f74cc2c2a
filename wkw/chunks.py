"""Work on all colleagues in bounded chunks, each a transaction that the lease of the job is checked in."""

from collections.abc import Callable, Iterator

from wkw.errors import JobStopped, LeaseLost
from wkw.graph import Graph, Row
from wkw.model import Lease

TTL = 30_000  # milliseconds that a lease lasts; each chunk makes it last anew
PAGE = 1_000  # people looked at at once

Load = Callable[[Row], int]


def colleagues(graph: Graph, lease: Lease, *, after: str, load: Load, size: int) -> Iterator[list[str]]:
    """The ids of colleagues after an id, in order, in lists of about `size` of what `load` counts for each."""
    chunk: list[str] = []
    held = 0
    for row in _people(graph, after):
        if chunk and held + load(row) > size:
            yield chunk
            chunk, held = [], 0
            _go_on(lease)
        chunk.append(row["id"])
        held += load(row)
    if chunk:
        yield chunk


def fenced(graph: Graph, query: str, lease: Lease, *, cursor: str, **params: object) -> Row:
    """Runs one chunk; LeaseLost where the job is somebody else's by now, and then nothing was written."""
    row = graph.row(query, job=lease.job, token=lease.token, cursor=cursor, ttl=TTL, **params)
    if row is None:
        raise LeaseLost(f"The job {lease.job} was paused beyond its lease, or `wkw rotate` runs.")
    return row


def _people(graph: Graph, after: str) -> Iterator[Row]:
    while (page := graph.row("chunks/colleagues", after=after, limit=PAGE)) and page["last"] is not None:
        yield from page["colleagues"]
        after = page["last"]


def _go_on(lease: Lease) -> None:
    if lease.stop.is_set():
        raise JobStopped(f"The job {lease.job} was asked to stop.")
