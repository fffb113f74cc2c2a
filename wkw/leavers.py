"""Leavers: some days after the last one nothing is held of them but that bare addresses were a colleague's."""

from collections.abc import Iterator
from dataclasses import dataclass

from wkw import chunks
from wkw.errors import JobStopped
from wkw.graph import Graph
from wkw.model import Lease

INTERACTIONS = 2_000  # a transaction
PAGE = 1_000  # people looked at at once


@dataclass(slots=True)
class Purged:
    """How much was deleted: leavers of whom anything was held, their interactions and ties."""

    people: int = 0
    interactions: int = 0
    ties: int = 0

    def __str__(self) -> str:
        return f"leavers {self.people}, with interactions {self.interactions} and ties {self.ties}"


def purge(graph: Graph, lease: Lease, *, day: int, days: int) -> Purged:
    """Purges colleagues who have been gone for `days` on a UTC day number; what came back since is deleted again."""
    purged, before = Purged(), day - days
    for id_ in _due(graph, before):
        if lease.stop.is_set():
            raise JobStopped(f"The job {lease.job} was asked to stop.")
        purged.people += 1
        left = True
        while left:
            row = chunks.fenced(
                graph, "leavers/purge", lease, cursor="", id=id_, before=before, day=day, limit=INTERACTIONS
            )
            purged.interactions += row["interactions"]
            purged.ties += row["ties"]
            left = row["deleted"] > 0
    return purged


def _due(graph: Graph, before: int) -> Iterator[str]:
    after = ""
    while (page := graph.row("leavers/due", after=after, limit=PAGE, before=before)) and page["last"] is not None:
        yield from page["ids"]
        after = page["last"]
