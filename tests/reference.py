"""Strength in plain Python, from events: what the graph's ties are held against."""

from collections import defaultdict
from dataclasses import dataclass, field
from math import sqrt

WEIGHTS = {"email": 1.0, "meeting": 3.0, "call": 2.0}
DAY = 86_400_000


@dataclass
class Tie:
    fast: float = 0.0
    slow: float = 0.0
    days: set = field(default_factory=set)
    sent: int = 0
    received: int = 0
    met: int = 0
    closest: int = 99  # the fewest other people of a shared meeting
    tiers: set = field(default_factory=set)
    channels: set = field(default_factory=set)
    last: int = -1

    @property
    def two_way(self):
        return (self.sent > 0 and self.received > 0) or self.closest <= 3


def strength(tie, day):
    s = tie.fast * 2 ** (-(day - 19000) / 14) + 0.3 * tie.slow * 2 ** (-(day - 19000) / 180)
    return s / (s + 4)


def ties(events, person_of, is_colleague, until=None):
    """The ties by (colleague, person), from the newest version of each event; `person_of` maps URIs to people."""
    cells = defaultdict(list)  # (u, v, from u, day, channel) -> [(x, tier, counts, n)]
    touched = set()
    for event in _newest(events):
        for sender, receiver in _pairs(event):
            u, v = person_of(sender), person_of(receiver)
            if u == v or not (is_colleague(u) or is_colleague(v)):
                continue
            touched |= {(u, v), (v, u)}
            if not event.cancelled and (until is None or event.at // DAY <= until):
                cells[u, v, event.at // DAY, event.channel].append(row(event, sender))
    found = {pair: Tie() for pair in touched if is_colleague(pair[0])}
    for (u, v, day, channel), rows in cells.items():
        for pair, out in (((u, v), True), ((v, u), False)):
            if pair in found:
                _add(found[pair], day, channel, rows, out=out)
    return found


def row(event, sender):
    """What a cell holds of an edge: weight, tier, whether the sender placed it, how many others there were."""
    x = (1.0 if event.channel == "email" else 0.5) / sqrt(event.n)
    return x, event.tier, event.channel != "call" or sender == event.sender, event.n


def rank(event):
    return event.rev, event.cancelled, event.tier, 1 / sqrt(event.n), event.at


def _add(tie, day, channel, rows, *, out, weights=WEIGHTS, factor=1.5):
    closest = min(n for *_, n in rows)
    rows = [row for row in rows if row[1] == "enhanced"] or rows
    w = (factor if out else 1.0) * sqrt(weights[channel] * sum(x for x, *_ in rows))
    tie.fast += w * 2 ** ((day - 19000) / 14)
    tie.slow += w * 2 ** ((day - 19000) / 180)
    tie.days.add(day)
    tie.last = max(tie.last, day)
    tie.channels.add(channel)
    tie.tiers |= {tier for _, tier, _, _ in rows}
    count = sum(counts for _, _, counts, _ in rows)
    if channel == "meeting":
        tie.met += count if out else 0
        tie.closest = min(tie.closest, closest)
    elif out:
        tie.sent += count
    else:
        tie.received += count


def _newest(events):
    newest = {}
    for event in events:
        if event.id not in newest or rank(event) > rank(newest[event.id]):
            newest[event.id] = event
    return list(newest.values())


def _pairs(event):
    if event.channel == "email":
        return [(event.sender, one) for one in event.to]
    there = [event.sender, *event.to]
    return [(a, b) for a in there for b in there if a != b]


class Books:
    """What a graph should hold after deliveries, folds and changes of the weights, in that very order."""

    def __init__(self, person_of, is_colleague):
        self.person_of, self.is_colleague = person_of, is_colleague
        self.weights = dict(WEIGHTS)
        self.edges = {}  # (event id, from, to) -> the newest version of the event
        self.kept = defaultdict(Tie)  # (u, v) -> what was folded, without the factor of the direction
        self.kept_days = defaultdict(int)  # by the pair
        self.since = defaultdict(int)
        self.touched = set()

    def deliver(self, events):
        newest = {}
        for event in events:
            for pair in _pairs(event):
                edge = (event.id, *pair)
                if edge not in newest or rank(event) > rank(newest[edge]):
                    newest[edge] = event
        for edge, event in newest.items():
            _, a, b = edge
            u, v = self.person_of(a), self.person_of(b)
            if u == v or not (self.is_colleague(u) or self.is_colleague(v)):
                continue
            old = self.edges.get(edge)
            if rank(event) > rank(old) if old else event.at >= max(self.since[a], self.since[b]):
                self.edges[edge] = event
                self.touched |= {(u, v), (v, u)}

    def fold(self, before, addresses_of):
        old = {edge: event for edge, event in self.edges.items() if event.at // DAY < before}
        for (u, v, day, channel), rows in self._cells(old).items():
            kept = self.kept[u, v]
            _add(kept, day, channel, rows, out=True, weights=self.weights, factor=1.0)
            kept.channels.add(channel)
        pairs = {frozenset((self.person_of(a), self.person_of(b))) for _, a, b in old}
        for pair in pairs:
            u, v = sorted(pair)
            days = {
                event.at // DAY
                for (_, a, b), event in old.items()
                if {self.person_of(a), self.person_of(b)} == {u, v} and not event.cancelled
            }
            self.kept_days[frozenset(pair)] += len(days)
            for address in (*addresses_of(u), *addresses_of(v)):
                self.since[address] = max(self.since[address], before * DAY)
        for edge in old:
            del self.edges[edge]

    def ties(self):
        """The ties by (colleague, person)."""
        found = {pair: Tie() for pair in self.touched if self.is_colleague(pair[0])}
        for (u, v, day, channel), rows in self._cells(self.edges).items():
            for pair, out in (((u, v), True), ((v, u), False)):
                if pair in found:
                    _add(found[pair], day, channel, rows, out=out, weights=self.weights)
        for (u, v), kept in self.kept.items():
            for pair, out in (((u, v), True), ((v, u), False)):
                if pair in found:
                    _add_kept(found[pair], kept, out=out)
        return found

    def _cells(self, edges):
        cells = defaultdict(list)
        for (_, a, b), event in edges.items():
            if not event.cancelled:
                cells[self.person_of(a), self.person_of(b), event.at // DAY, event.channel].append(row(event, a))
        return cells


def _add_kept(tie, kept, *, out):
    factor = 1.5 if out else 1.0
    tie.fast += factor * kept.fast
    tie.slow += factor * kept.slow
    tie.tiers |= kept.tiers
    tie.closest = min(tie.closest, kept.closest)
    tie.last = max(tie.last, kept.last)
    tie.met += kept.met if out else 0
    tie.sent += kept.sent if out else 0
    tie.received += 0 if out else kept.sent
