"""What a colleague may know of themself: who they are to wkw, and all their ties, page by page."""

from dataclasses import dataclass
from typing import Any

from wkw.cursors import Place, among_ties, of_ties
from wkw.errors import Ambiguous, Forbidden, NotFound
from wkw.graph import Graph, Row, whole
from wkw.model import CHANNELS, date_of, folded
from wkw.settings import Settings
from wkw.strength import decay

MOST, DEFAULT = 100, 25


@dataclass(frozen=True, slots=True)
class Page:
    """Some ties, strongest first, as of a UTC day number; `next` is the cursor of the following page."""

    day: int
    ties: list[Row]
    next: str | None


def person(graph: Graph, key: str) -> dict[str, Any]:
    """Who is behind an address key; without id, name and title where nobody is known there."""
    row = graph.row("connections/person", key=key) or {"id": None, "name": None, "title": None, "sharing": True}
    return row | {"sharing": "on" if row["sharing"] else "off"}


def colleague_key(graph: Graph, *, day: int, person: str | None = None, name: str | None = None) -> str:
    """The address key of the only colleague of a person id or name; Ambiguous tells the candidates."""
    found = graph.rows("connections/colleagues", id=person, folded_name=folded(name) if name else None, day=day)
    if not found:
        raise Forbidden("The asker is not a colleague.", remedy="Name the asker by an address of an own domain.")
    if len(found) > 1:
        raise Ambiguous("Several colleagues have that name.", candidates=found)
    return str(found[0]["key"])


def own_id(graph: Graph, key: str) -> str:
    """The person id behind an address key; NotFound where nobody is known there."""
    found = person(graph, key)["id"]
    if found is None:
        raise NotFound("There is no connection to explain.")
    return str(found)


def connections(
    graph: Graph, settings: Settings, key: str, *, day: int, limit: int = DEFAULT, cursor: str | None = None
) -> Page:
    """One page of a colleague's own ties as of a day; with a cursor as of the day on which its first page was asked."""
    after = among_ties(cursor, day)
    bounds = settings.formula.bounds() | decay(after.day)
    found = graph.rows("connections/ties", key=key, after=after.strength, after_id=after.id, limit=limit + 1, **bounds)
    ties = whole(found[:limit])
    more = ties and len(found) > limit
    return Page(after.day, ties, of_ties(Place(after.day, ties[-1]["strength"], ties[-1]["id"])) if more else None)


def document(page: Page) -> dict[str, Any]:
    """A page as the doors give it: strengths as whole numbers from 0 to 100, days as dates."""
    return {
        "as_of": date_of(page.day).isoformat(),
        "connections": [
            tie
            | {
                "strength": round(tie["strength"] * 100),
                "channels": sorted(tie["channels"], key=CHANNELS.index),
                "last": date_of(tie["last"]).isoformat(),
            }
            for tie in page.ties
        ],
        "next": page.next,
    }
