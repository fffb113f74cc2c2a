"""Cuts a graph's history at many days: what was known before each cut-off, and what came in the days after it.

A cut-off T is a UTC day number; history is what lies before it, and its window are the days T to T + horizon - 1.
The ties of a cut-off come from the graph's own query; nothing is summed up here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from wkw.errors import InputError
from wkw.formula import Basis
from wkw.graph import Graph
from wkw.interactions import DAY
from wkw.model import date_of
from wkw.strength import SMALL_MEETING, decay, edge_weight

Label: TypeAlias = Literal["direct", "any", "sent"]
Passed: TypeAlias = Callable[[int, int], None]  # cut-offs done, of how many

PAGE = 500  # colleagues
CHUNK = 40_000  # raw edges a query looks at: less than a second
ACTIVE = 60  # days before a cut-off in which somebody who counts was active
KNOWN = 5  # earlier contacts that somebody who counts has
WARM_UP = 180  # days, the slower half-life: ties need a past before they can be judged
FOUR_WEEKS, LITTLE = 28, 0.1
NEARLY_ALL = 0.99
RECENT = 30  # days of the third baseline

SMALL_MAIL = edge_weight(4, both_ways=False) - 1e-9
WIDEST, NARROWEST = edge_weight(10, both_ways=False) - 1e-9, edge_weight(2, both_ways=False) + 1e-9


@dataclass(frozen=True, slots=True)
class Plan:
    """What is judged: the days of a window, the days from one cut-off to the next, and which contact counts."""

    horizon: int = 30
    every: int = 30
    label: Label = "direct"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague by id and by their first address key, the days of belonging, and interactions by day."""

    id: str
    key: str
    first: int
    until: int
    days: dict[int, int] = field(repr=False)
    folded: int | None = None

    def active(self, day: int, since: int = 0) -> bool:
        """Whether they belong to the house on a day and had interactions in the days from `since` until it."""
        return self.first <= day < self.until and any(since <= at < day for at in self.days)


class Tie(NamedTuple):
    """What a colleague has with a contact at a cut-off; `parts` are the sums S of mail, meetings, calls, folded."""

    contact: str
    strength: float
    parts: tuple[float, float, float, float]
    interactions: int
    last: int
    lately: int


class Pair(NamedTuple):
    """One row to be judged: a person who counts at a cut-off, one of their ties, and whether contact followed."""

    day: int
    person: str
    tie: Tie
    label: bool


Ties: TypeAlias = dict[str, list[Tie]]  # by the key of the colleague


def silent(_done: int, _total: int) -> None:
    """Takes no notice of cut-offs done."""


def colleagues(graph: Graph) -> list[Colleague]:
    """Every colleague who ever had an interaction, in the order of their keys."""
    found, after = [], ""
    while page := (graph.row("windows/people", after=after, limit=PAGE) or {})["people"]:
        days = graph.row("windows/days", ids=[one["id"] for one in page]) or {}
        known = {one["id"]: one for one in days["people"]}
        found += [_colleague(one, known[one["id"]]) for one in page if known[one["id"]]["days"]]
        after = page[-1]["id"]
    return sorted(found, key=lambda one: one.key)


def _colleague(told: dict[str, Any], known: dict[str, Any]) -> Colleague:
    days = dict(known["days"])
    return Colleague(told["id"], told["key"], told["from"], told["until"], days, known["folded"])


# ---- cut-offs ----


def cutoffs(people: Sequence[Colleague], plan: Plan) -> tuple[list[int], list[int]]:
    """The cut-offs to choose by and, of later days, those to report; an InputError where there are too few.

    A log often begins with a few early strays and ends with a few late ones, so its span runs from the first four weeks
    in which at least a tenth as much happens as in the busiest four, to the day by which 99 % of everything has. The
    first cut-off is 180 days into the span (the slower half-life), or half of it where it is short; the others follow
    every `every` days for as long as the window lies within the span. Days that folding has passed are no cut-offs. No
    window of the first half reaches the first cut-off of the second.
    """
    gone = folded(people)
    start, end = span(people)
    days = range(start + min(WARM_UP, (end - start) // 2), end - plan.horizon + 1, plan.every)
    left = [day for day in days if gone is None or day > gone + 1]
    reported = left[len(left) // 2 :]
    chosen = [day for day in left if reported and day + plan.horizon <= reported[0]]
    if not chosen and gone is not None:
        raise _folded(gone)
    if not chosen:
        raise InputError(
            f"The log is too short: {end - start} days with interactions make {len(left)} cut-off(s).",
            remedy="Give a longer log, or a smaller --horizon and --every.",
        )
    return chosen, reported


def folded(people: Sequence[Colleague]) -> int | None:
    """The last day that folding has passed, so that no day until the one after it can be told apart; None of none."""
    return max((one.folded for one in people if one.folded is not None), default=None)


def span(people: Sequence[Colleague]) -> tuple[int, int]:
    """The first day of the log's dense part and the day after its last one."""
    per_day: Counter[int] = Counter()
    for one in people:
        per_day.update(one.days)
    if not per_day:
        raise InputError("The log holds no interaction that counts.", remedy="Give one of at least two people.")
    return _dense(per_day), _nearly_all(per_day)


def _dense(per_day: Counter[int]) -> int:
    weeks: Counter[int] = Counter()  # by the day on which they begin
    for day, n in per_day.items():
        weeks.update(dict.fromkeys(range(day - FOUR_WEEKS + 1, day + 1), n))
    return next(day for day in sorted(per_day) if weeks[day] >= LITTLE * max(weeks.values()))


def _nearly_all(per_day: Counter[int]) -> int:
    left = NEARLY_ALL * per_day.total()
    for day in sorted(per_day):
        left -= per_day[day]
        if left <= 0:
            return day + 1
    return max(per_day) + 1


def _folded(day: int) -> InputError:
    return InputError(
        f"Retention has folded interactions until {date_of(day)} into sums, so no earlier day can be told apart.",
        remedy="Wait until enough days have followed, or evaluate the log as a file.",
    )


# ---- one cut-off ----


def ties(graph: Graph, by: Basis, people: Sequence[Colleague], day: int) -> Ties:
    """The ties of each of some colleagues as of the morning of a day."""
    given = {"k": by.k, "weights": by.weights, **decay(day)}
    keys = {one.id: one.key for one in people}
    found: Ties = {}
    for ids in _chunks(people, day):
        row = graph.row("windows/ties", ids=ids, day=day, recent=day - RECENT, **given) or {}
        found |= {keys[one["id"]]: list(map(_tie, one["ties"])) for one in row["people"]}
    return found


def _tie(told: list[Any]) -> Tie:
    contact, strength, mail, meeting, call, kept, count, last, lately = told
    return Tie(contact, strength, (mail, meeting, call, kept), count, last, lately)


def contacts(graph: Graph, people: Sequence[Colleague], day: int, plan: Plan) -> dict[str, frozenset[str]]:
    """With whom each of some colleagues had contact in the window of a day, by the key of the colleague."""
    until, keys = day + plan.horizon, {one.id: one.key for one in people}
    found: dict[str, frozenset[str]] = {}
    for ids in _chunks(people, until):
        row = graph.row("windows/contacts", ids=ids, day=day, until=until, **_small()) or {}
        found |= {keys[one["id"]]: frozenset(one[plan.label]) for one in row["people"]}
    return found


def _small() -> dict[str, float]:
    return {"small_mail": SMALL_MAIL, "small_meeting": SMALL_MEETING}


def _chunks(people: Sequence[Colleague], until: int) -> Iterator[list[str]]:
    """The ids of some people, in runs that have about CHUNK raw edges before a day."""
    ids: list[str] = []
    size = 0
    for one in people:
        ids.append(one.id)
        size += sum(n for day, n in one.days.items() if day < until)
        if size >= CHUNK or len(ids) == PAGE:
            yield ids
            ids, size = [], 0
    if ids:
        yield ids


def pairs(graph: Graph, by: Basis, people: Sequence[Colleague], day: int, plan: Plan) -> Iterator[Pair]:
    """The rows of a cut-off: everybody active in the 60 days before it with five earlier contacts, and those."""
    active = [one for one in people if one.active(day, day - ACTIVE)]
    known, met = ties(graph, by, active, day), contacts(graph, active, day, plan)
    for one in active:
        if len(known[one.key]) >= KNOWN:
            for tie in known[one.key]:
                yield Pair(day, one.key, tie, tie.contact in met[one.key])


def gathered(
    graph: Graph,
    by: Basis,
    people: Sequence[Colleague],
    days: Sequence[int],
    plan: Plan,
    *,
    passed: Callable[[int], None],
) -> list[Pair]:
    """The rows of several cut-offs; an InputError where they cannot be judged. `passed` hears how many are done."""
    rows: list[Pair] = []
    for done, day in enumerate(days, 1):
        rows += pairs(graph, by, people, day, plan)
        passed(done)
    if not rows:
        raise InputError(
            f"Nobody counts: at no cut-off is a colleague active with {KNOWN} earlier contacts.",
            remedy="Give a log of more people or more days.",
        )
    if len({row.label for row in rows}) < 2:
        happened = "Every" if rows[0].label else "No"
        raise InputError(
            f"{happened} earlier contact is met again in the {plan.horizon} days after a cut-off: nothing to judge.",
            remedy="Give a longer log, or another --label or --horizon.",
        )
    return rows


# ---- introductions ----


class Message(NamedTuple):
    """A mail to two to ten people: who sent it, when (epoch milliseconds), and the keys of its receivers."""

    at: int
    sender: str
    keys: list[str]


class Meeting(NamedTuple):
    """Two people whom a message brought together."""

    at: int
    introducer: str
    u: str
    v: str


def messages(graph: Graph, people: Sequence[Colleague], day: int, plan: Plan) -> list[Message]:
    """The mails to two to ten people that some colleagues sent in the window of a day, oldest first."""
    until, keys = day + plan.horizon, {one.id: one.key for one in people}
    found: list[Message] = []
    for ids in _chunks(people, until):
        row = graph.row("windows/messages", ids=ids, day=day, until=until, widest=WIDEST, narrowest=NARROWEST) or {}
        found += [Message(at, keys[one["id"]], to) for one in row["people"] for at, to in one["messages"]]
    return sorted(found)


def exchanged(graph: Graph, meetings: Sequence[Meeting], plan: Plan) -> list[Meeting]:
    """Those after which the two had direct contact within the horizon."""
    asked = [{"n": n, "a": one.u, "b": one.v, "at": one.at} for n, one in enumerate(meetings)]
    found: list[int] = []
    for start in range(0, len(asked), PAGE):
        row = graph.row("windows/exchanges", pairs=asked[start : start + PAGE], within=plan.horizon * DAY, **_small())
        found += (row or {})["met"]
    return [meetings[n] for n in sorted(found)]
