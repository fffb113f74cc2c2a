"""Stores events as weighted edges between addresses, so that every event has one counted fate."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from wkw import policy
from wkw.addresses import address_key, interaction_id, newer_key
from wkw.batches import Edge, Names, Repeat, batches, companies, distinct, facts, missed, parameters
from wkw.errors import GraphError, WkwError
from wkw.graph import Graph, Row
from wkw.interactions import DAY, interactions, refusal
from wkw.keyed import unchanged
from wkw.model import FATES, Dropped, Event, Fate
from wkw.settings import Settings
from wkw.strength import SMALL_MEETING

WINDOW = 100_000  # edges sorted together, so that a pair with many of them is recomputed once
Tell: TypeAlias = Callable[[int, Fate, str | None], None]

SHARING = True  # of an address never seen before

NO_COLLEAGUE = "no colleague"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edge, and why."""

    fate: Fate
    reason: str | None = None


FRESH, CHANGED, DUPLICATE = Outcome("stored"), Outcome("stored"), Outcome("duplicate")
EXPIRED = Outcome("expired", "before collecting began")
OF_PAIR = {
    "suppressed": Outcome("suppressed", "sharing is off"),
    "same": Outcome("excluded", "one person's own addresses"),
    "strangers": Outcome("excluded", NO_COLLEAGUE),
}


@dataclass(slots=True)
class Report:
    """What became of everything that was submitted: events by fate, why, and edges by fate."""

    submitted: int = 0
    fates: Counter[Fate] = field(default_factory=Counter)
    reasons: Counter[tuple[Fate, str]] = field(default_factory=Counter)
    edges: Counter[Fate] = field(default_factory=Counter)

    def count(self, fate: Fate, reason: str | None) -> None:
        """Counts one event."""
        self.fates[fate] += 1
        if reason:
            self.reasons[fate, reason] += 1

    def excluded(self) -> dict[str, int]:
        """How many events were excluded, by the reason."""
        return {reason: n for (fate, reason), n in self.reasons.items() if fate == "excluded"}


def as_data(report: Report) -> dict[str, Any]:
    """What became of everything, as both doors give it."""
    return {
        "submitted": report.submitted,
        "fates": {fate: report.fates[fate] for fate in FATES},
        "reasons": [{"fate": f, "reason": r, "events": n} for (f, r), n in sorted(report.reasons.items())],
        "edges": {"submitted": report.edges.total(), **{fate: report.edges[fate] for fate in FATES}},
    }


def silent(number: int, fate: Fate, reason: str | None) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Window:
    """Events on their way into the graph, with their edges in order and whom their keys belong to.

    `numbers` are the events' positions among all that was submitted.
    """

    numbers: list[int]
    events: list[Event]
    edges: list[Edge]
    repeats: list[Repeat]
    uris: dict[str, str]
    own: frozenset[str]
    names: Names


class Ingest:
    """One run over one or more sources; `now` is epoch milliseconds, a dry run writes nothing.

    `tell` hears the position of each record, from 0, its fate and the reason, in no order.
    """

    def __init__(self, graph: Graph, settings: Settings, *, now: int, dry_run: bool = False, tell: Tell = silent):
        self.report = Report()
        self._graph = graph
        self._settings = settings
        self._now = now
        self._dry_run = dry_run
        self._tell = tell
        self._sources: set[str] = set()
        self._first = lru_cache(maxsize=1 << 18)(lambda uri: address_key(settings.address_key[:1], uri))
        self._key = lru_cache(maxsize=1 << 18)(lambda uri: newer_key(settings.address_key[1:], self._first(uri)))

    def run(self, records: Iterable[Event | Dropped], *, sources: Iterable[str] = ()) -> Report:
        """Stores what the readers yield and says what became of each.

        `sources` are noted as read also where nothing comes of them; others are noted as their events come.
        """
        try:
            for source in sorted(sources):
                self._open(source)
            self._read(records)
        except WkwError as error:
            with suppress(GraphError):  # then it stays noted as being read
                self._close(error.code)
            raise
        self._close()
        return self.report

    def _read(self, records: Iterable[Event | Dropped]) -> None:
        """While a window is sent the next is read."""
        sending: Future[dict[str, Outcome]] | None = None
        last: Window | None = None
        ended = threading.Event()
        with ThreadPoolExecutor(max_workers=1) as sender:
            try:
                for window in map(self._window, self._windows(records)):
                    self._settle(last, sending)
                    last, sending = window, sender.submit(self._send, window, ended)
                self._settle(last, sending)
            finally:
                ended.set()  # after an error no further batch is sent

    def _windows(self, records: Iterable[Event | Dropped]) -> Iterator[list[tuple[int, Event]]]:
        """The events that may be stored, with their numbers, in runs of about WINDOW edges."""
        window: list[tuple[int, Event]] = []
        size = 0
        for number, event in self._admitted(records):
            window.append((number, event))
            size += len(event.to) if event.channel == "email" else (len(event.to) + len(event.absent) + 1) ** 2
            if size >= WINDOW:
                yield window
                window, size = [], 0
        if window:
            yield window

    def _admitted(self, records: Iterable[Event | Dropped]) -> Iterator[tuple[int, Event]]:
        for number, record in enumerate(records):
            self.report.submitted += 1
            if isinstance(record, Dropped):
                self._count(number, record.fate, record.reason)
            elif refused := refusal(record, now=self._now, cap=self._settings.formula.meeting_cap):
                self._count(number, *refused)
            else:
                self._open(record.source)
                yield number, record

    def _count(self, number: int, fate: Fate, reason: str | None) -> None:
        self.report.count(fate, reason)
        self._tell(number, fate, reason)

    def _open(self, source: str) -> None:
        if source not in self._sources:
            self._sources.add(source)
            if not self._dry_run:
                self._graph.row("ingest/started", sources=[source], now=self._now)

    def _close(self, error: str | None = None) -> None:
        if self._sources and not self._dry_run:
            self._graph.row("ingest/ended", sources=sorted(self._sources), now=self._now, error=error)

    def _window(self, numbered: list[tuple[int, Event]]) -> Window:
        numbers, events = [number for number, _ in numbered], [event for _, event in numbered]
        uris = {self._key(uri): uri for event in events for uri in (event.sender, *event.to, *event.absent)}
        own = frozenset(uri for uri in uris.values() if self._settings.owns(uri))
        edges, repeats = distinct(self._edges(events, own | self._colleagues(uris, own)))
        return Window(numbers, events, edges, repeats, uris, own, _names(events))

    def _edges(self, events: list[Event], colleagues: frozenset[str]) -> Iterator[Edge]:
        for position, event in enumerate(events):
            known = {None: facts(event)} | {rev: missed(event, rev) for rev in set(event.absent.values())}
            for sender, receiver, placed, rev in interactions(event, colleagues.__contains__):
                u, v = self._key(sender), self._key(receiver)
                first = self._first(sender), self._first(receiver)  # an id outlives every other key
                edge_id = interaction_id(self._settings.interaction_key, event.id, *first)
                held = known[rev] if placed is None else known[rev] | {"placed": placed}
                yield Edge(min(u, v), max(u, v), u < v, edge_id, held, position)

    def _colleagues(self, uris: dict[str, str], own: frozenset[str]) -> frozenset[str]:
        """Those outside the own domains whom the directory calls colleagues."""
        keys = sorted(key for key, uri in uris.items() if uri not in own)
        row = self._graph.row("ingest/colleagues", keys=keys)
        return frozenset(uris[key] for key in row["keys"]) if row else frozenset()

    def _send(self, window: Window, ended: threading.Event) -> dict[str, Outcome]:
        """Sends a window batch by batch; the outcomes by id of the edges that are not simply fresh."""
        outcomes: dict[str, Outcome] = {}
        for batch in batches(window.edges):
            if ended.is_set():
                break
            params = parameters(batch, window.uris, window.own, window.names)
            outcomes |= _outcomes(self._row(params), params["pairs"])
        return outcomes

    def _row(self, params: dict[str, Any]) -> Row:
        own = [address["key"] for address in params["addresses"] if address["own"]]
        if self._dry_run:
            found = policy.newcomers(self._graph, self._settings, policy.policies(self._graph), own)
            closed = [key for key, _ in found]
            return self._graph.row("ingest/preview", sharing=SHARING, closed=closed, **params) or {}
        while (row := self._stored(params, own)) is None:  # the policy was changed meanwhile
            unchanged(self._graph, self._settings)
        return row

    def _stored(self, params: dict[str, Any], own: list[str]) -> Row | None:
        return self._graph.row(
            "ingest/store",
            policy=policy.admit(self._graph, self._settings, own, now=self._now),
            companies=companies(params["addresses"]),
            day=self._now // DAY,
            small_meeting=SMALL_MEETING,
            sharing=SHARING,
            address_print=self._settings.address_print,
            **params,
        )

    def _settle(self, window: Window | None, sending: Future[dict[str, Outcome]] | None) -> None:
        """Waits for a window; of the outcomes of an event's edges the first in the order of the fates is its own."""
        if window is None or sending is None:
            return
        outcomes = sending.result()
        found: list[dict[Fate, str | None]] = [{} for _ in window.events]
        settled = [(edge, outcomes.get(edge.id, FRESH)) for edge in window.edges]
        settled += [(repeat.edge, _of_repeat(repeat, outcomes)) for repeat in window.repeats]
        for edge, outcome in settled:
            self.report.edges[outcome.fate] += 1
            found[edge.event].setdefault(outcome.fate, outcome.reason)
        for number, fates in zip(window.numbers, found, strict=True):
            fate: Fate = next((fate for fate in FATES if fate in fates), "excluded")
            self._count(number, fate, fates.get(fate, NO_COLLEAGUE))


def _of_repeat(repeat: Repeat, outcomes: dict[str, Outcome]) -> Outcome:
    """A repeated edge is a duplicate; but an older version that came first was worth storing."""
    outcome = outcomes.get(repeat.edge.id, FRESH)
    if outcome.fate != "stored":
        return outcome
    return FRESH if repeat.older and outcome is FRESH else DUPLICATE


def _outcomes(row: dict[str, Any], pairs: list[dict[str, Any]]) -> dict[str, Outcome]:
    outcomes = {edge: EXPIRED for ids in row["expired"] for edge in ids}
    outcomes |= {edge: DUPLICATE for ids in row["known"] for edge in ids}
    outcomes |= {edge: CHANGED for ids in row["changed"] for edge in ids}
    for column, outcome in OF_PAIR.items():
        outcomes |= {edge: outcome for n in row[column] for edge in (*pairs[n]["there"], *pairs[n]["back"])}
    return outcomes


def _names(events: list[Event]) -> Names:
    """The newest name that the events give each URI, with its time."""
    names: Names = {}
    for event in events:
        for uri, name in event.names.items():
            names[uri] = max(names.get(uri, (event.at, name)), (event.at, name))
    return names
