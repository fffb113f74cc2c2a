"""What is held of a colleague, and what lookups show others of them, for their own eyes and page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from wkw import cursors
from wkw.cursors import Place, among_ties, of_ties
from wkw.evidence import as_data, evidence
from wkw.formula import basis
from wkw.graph import Graph, Row, whole
from wkw.model import CHANNELS, date_of
from wkw.moment import stamp
from wkw.policy import policies
from wkw.regions import FOREVER, retention
from wkw.settings import Settings
from wkw.strength import FAST_DAYS, OUT, SLOW_DAYS, SLOW_SHARE, decay

MOST, DEFAULT = 2000, 500  # rows of a page
CONTACTS = 25  # of a page
LATEST = 2**53  # later than any interaction, in epoch milliseconds
IN_WORDS = (
    "An interaction with n recipients or other people weighs x = 1/sqrt(n); a meeting or a call half of it in each "
    "direction. D is the weight of the channel times the sum of x of one UTC day, channel and direction; where a "
    "mailbox or a calendar tells of them, what the CRM tells does not count. S is the sum over all days of sqrt(D) * "
    f"(2^(-age/{FAST_DAYS}) + {SLOW_SHARE:g} * 2^(-age/{SLOW_DAYS})), age in days, and {OUT:g} times that of what the "
    "colleague did. strength = S / (S + k): the probability of direct contact within 30 days. The kept sums `fast` and "
    "`slow` are those of the two powers, as of day 19000 since 1970."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Contacts of whom lookups name a colleague as of a UTC day number, with what, and the preview of the switch.

    `introduces` counts the contacts to whom the colleague can introduce others, `only_you` those to whom nobody else
    can; `next` is the cursor of the following page.
    """

    day: int
    contacts: list[Row]
    introduces: int
    only_you: int
    next: str | None


class After(NamedTuple):
    """Where a page begins: after that id in a section; of interactions, after that time (epoch ms) and that id."""

    section: str
    at: int = -1
    id: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A page of what is held as of a UTC day number: rows by section; `next` is the cursor of the following page."""

    day: int
    rows: dict[str, list[Row]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom pages are read, by an address key, and as of which UTC day number strengths are."""

    graph: Graph
    settings: Settings
    key: str
    day: int


def held(
    graph: Graph, settings: Settings, key: str, *, day: int, limit: int = DEFAULT, cursor: str | None = None
) -> Held:
    """One page of the rows held of whoever has an address key; none where nobody is known or sharing is off."""
    whose, start = Whose(graph, settings, key, day), _after(cursor) if cursor else After(SECTIONS[0])
    rows: dict[str, list[Row]] = {section: [] for section in SECTIONS}
    left = limit
    for section in SECTIONS[SECTIONS.index(start.section) :]:
        after = start if section == start.section else After(section)
        found = READ[section](whose, after, left + 1)
        rows[section] = found[:left]
        if len(found) > left:
            return Held(day, rows, cursors.written(*_behind(after, rows[section])))
        left -= len(found)
    return Held(day, rows, None)


def _behind(after: After, told: list[Row]) -> After:
    """The place behind the last of some rows that came after a place."""
    return After(after.section, told[-1].get("at", -1), told[-1]["id"]) if told else after


def _after(cursor: str) -> After:
    place = After(*cursors.read(cursor, str, int, str))
    if place.section not in SECTIONS or not -1 <= place.at <= LATEST:
        raise cursors.unusable()
    return place


def _ties(whose: Whose, after: After, limit: int) -> list[Row]:
    bounds = whose.settings.formula.bounds() | decay(whose.day)
    found = whose.graph.rows("exposure/ties", key=whose.key, after=after.id, limit=limit, **bounds)
    return [_tie(row) for row in whole(found)]


def _known_by(whose: Whose, after: After, limit: int) -> list[Row]:
    return whose.graph.rows("exposure/known_by", key=whose.key, after=after.id, limit=limit)


def _kept(whose: Whose, after: After, limit: int) -> list[Row]:
    found = whose.graph.rows("exposure/kept", key=whose.key, after=after.id, limit=limit)
    return [row | {"other": _other(row), "sums": [one | _dates(one, "last") for one in row["sums"]]} for row in found]


def _interactions(whose: Whose, after: After, limit: int) -> list[Row]:
    found = whose.graph.rows("exposure/interactions", key=whose.key, after_at=after.at, after=after.id, limit=limit)
    there = [row for row in found if row["day"] is not None]  # of one that is deleted meanwhile what is read is null
    kept = retention(policies(whose.graph), whose.settings.retention)
    return [row | _dated(row, min(map(kept.days, row["regions"]), default=kept.contacts)) for row in there]


READ: dict[str, Callable[[Whose, After, int], list[Row]]] = {
    "connections": _ties,
    "known_by": _known_by,
    "interactions": _interactions,
    "kept": _kept,  # last: what is folded between two pages is told twice rather than not at all
}
SECTIONS = tuple(READ)


def _tie(row: Row) -> Row:
    written = row["written"]
    return row | {
        "strength": round(row["strength"] * 100),
        "channels": sorted(row["channels"], key=CHANNELS.index),
        "last": _date(row["last"]),
        "written": written and written | {"day": _date(written["day"])},
    }


def _dated(row: Row, days: int) -> Row:
    """The other side of an interaction, when it was, and the last day on which it is kept as it is."""
    until = None if days == FOREVER else _date(row["day"] + days)
    return {"other": _other(row), "time": _time(row["at"]), "until": until}


def _other(row: Row) -> Row:
    return {"name": row["name"], "company": row["company"]}


def exposure(
    graph: Graph, settings: Settings, key: str, *, day: int, limit: int = CONTACTS, cursor: str | None = None
) -> Shown:
    """For which contacts a lookup by somebody else may name whoever has an address key, and with what evidence.

    One page of them, strongest first; with a cursor as of the day on which the first page was asked.
    """
    after = among_ties(cursor, day)
    bounds = settings.formula.bounds() | decay(after.day)
    found = graph.rows(
        "exposure/contacts", key=key, day=after.day, after=after.strength, after_id=after.id, limit=limit + 1, **bounds
    )
    told = whole(found[:limit])
    more = told and len(found) > limit
    [count] = graph.rows("exposure/preview", key=key, day=after.day)
    following = of_ties(Place(after.day, told[-1]["strength"], told[-1]["id"])) if more else None
    return Shown(after.day, told, next=following, **count)


def as_shown(found: Shown) -> dict[str, Any]:
    """A page of an exposure as both doors give it: the evidence as lookups give it."""
    return {
        "as_of": date_of(found.day).isoformat(),
        "contacts": [
            {name: row[name] for name in ("id", "kind", "name", "company")} | as_data(evidence(row, found.day))
            for row in found.contacts
        ],
        "preview": {"introduces": found.introduces, "only_you": found.only_you},
        "next": found.next,
    }


def about(graph: Graph, settings: Settings, key: str) -> dict[str, Any]:
    """What is held of whoever has an address key beside those rows, and by which formula strengths are made."""
    row = graph.row("exposure/own", key=key) or {
        "addresses": [],
        "person": None,
        "companies": [],
        "rules": [],
        "vetoes": [],
        "decided": [],
        "introductions": [],
    }
    return {
        "addresses": [one | _instants(one, "collect_from") | _dates(one, "seen", "listed") for one in row["addresses"]],
        "person": row["person"] and _person(row["person"]),
        "companies": [one | _dates(one, "first_day", "until_day") for one in row["companies"]],
        "rules": [one | _instants(one, "at") for one in row["rules"]],
        "vetoes": row["vetoes"],
        "decided": [one | _instants(one, "at") for one in row["decided"]],
        "introductions": [one | _instants(one, "at", "changed", "expires") for one in row["introductions"]],
        "keys": [one | _instants(one, "created", "expires", "revoked") for one in graph.rows("exposure/keys", key=key)],
        "formula": _formula(graph, settings),
    }


def _person(found: Row) -> Row:
    """Facts of a person with their dates; when the name was told, where a message told it and not the directory."""
    told = found["named_at"] if (found["named_at"] or 0) < LATEST else None
    return found | {"named_at": _time(told)} | _dates(found, "first_day", "until_day", "noticed", "listed", "seen")


def _formula(graph: Graph, settings: Settings) -> dict[str, Any]:
    found = basis(graph, settings)
    numbers = {"out": OUT, "fast_days": FAST_DAYS, "slow_days": SLOW_DAYS, "slow_share": SLOW_SHARE}
    return {"name": found.formula, "words": IN_WORDS, "weights": found.weights, **settings.formula.bounds(), **numbers}


def _dates(row: Row, *names: str) -> Row:
    return {name: _date(row[name]) for name in names}


def _instants(row: Row, *names: str) -> Row:
    return {name: _time(row[name]) for name in names}


def _date(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _time(at: int | None) -> str | None:
    return None if at is None else stamp(at)
