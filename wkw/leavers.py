"""Leavers: whom they know is handed over, and some days later nothing is held of them but bare addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wkw import chunks
from wkw.addresses import address_key
from wkw.errors import Forbidden, JobStopped, NotFound
from wkw.graph import Graph
from wkw.model import Lease, Target, date_of
from wkw.settings import Settings

INTERACTIONS = 2_000  # a transaction
PAGE = 1_000  # people looked at at once
SOON = 90  # days before the last one in which contacts are handed over
MOST = 10_000  # contacts of one person


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


def handover(graph: Graph, settings: Settings, who: Target, *, day: int) -> dict[str, Any]:
    """The contacts of a colleague who leaves within SOON days or has left, by name, and who else stays and knows each.

    There are no strengths in it. NotFound for whoever is no colleague, or off; Forbidden for whoever does not leave.
    """
    key = address_key(settings.address_key, who.uri) if who.uri else None
    found = graph.row("leavers/handover", key=key, id=who.id, day=day, soon=day + SOON, limit=MOST)
    if found is None:
        raise NotFound("There is no such colleague.", remedy="Name them by an address or a person id.")
    if found["until"] is None:
        raise Forbidden(
            f"Only whoever leaves within {SOON} days, or has left, hands over.",
            remedy="Write their last day into the directory and load it with `wkw people`.",
        )
    return found | {"until": date_of(found["until"]).isoformat()}
