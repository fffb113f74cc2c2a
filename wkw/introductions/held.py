"""Requests for introductions as their two people see them."""

from dataclasses import dataclass

from wkw import cursors
from wkw.errors import NotFound
from wkw.graph import Graph, Row
from wkw.interactions import DAY
from wkw.introductions.states import PAGE, Introduction, Role
from wkw.moment import Moment


@dataclass(frozen=True, slots=True)
class Page:
    """Some requests, the last changed first; `next` is the cursor of the following page."""

    introductions: tuple[Introduction, ...]
    next: str | None


def shown(graph: Graph, request: str, who: str, *, role: Role | None = None, at: Moment) -> Introduction:
    """One request of whoever has an address key; NotFound for any other's, or where one of the three is hidden."""
    rows = _held(graph, who, at=at, id=request, role=role)
    if not rows:
        raise unknown()
    return _introduction(rows[0], at)


def listed(
    graph: Graph, who: str, *, at: Moment, role: Role | None = None, limit: int = PAGE, cursor: str | None = None
) -> Page:
    """A page of the requests of whoever has an address key."""
    after, after_id = cursors.read(cursor, int, str) if cursor else (at.now + DAY, "")
    rows = _held(graph, who, at=at, role=role, after=after, after_id=after_id, limit=limit + 1)
    found = tuple(_introduction(row, at) for row in rows[:limit])
    more = found and len(rows) > limit
    return Page(found, cursors.written(found[-1].facts["changed"], found[-1].id) if more else None)


def asked(graph: Graph, request: str) -> str:
    """The address key of whom a request asks; NotFound where it was never sent, or is gone."""
    row = graph.row("introductions/via", id=request)
    if row is None:
        raise unknown()
    return str(row["key"])


def unknown() -> NotFound:
    """The same for what is not there, is nobody's of the caller, or is hidden."""
    return NotFound("There is no such introduction.", remedy="`GET /v1/introductions` lists yours.")


def _held(graph: Graph, who: str, *, at: Moment, **which: object) -> list[Row]:
    every = {"id": None, "role": None, "after": at.now + DAY, "after_id": "", "limit": 1}
    return graph.rows("introductions/held", key=who, day=at.day, **{**every, **which})


def _introduction(row: Row, at: Moment) -> Introduction:
    facts, (asker, introducer, target) = row["facts"], row["people"]
    over = facts["state"] in ("sent", "accepted") and facts["expires"] <= at.now  # the clock has not come to it yet
    state = "expired" if over else facts["state"]
    return Introduction(facts["id"], row["role"], state, facts, asker, introducer, target)
