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


def rank(event, sender):
    """Of two versions of the edge from a sender the greater one counts."""
    x, tier, placed, _ = row(event, sender)
    weight = 0.0 if event.cancelled else x
    return event.rev, event.cancelled, tier, weight, event.at, event.channel, event.channel == "call" and placed


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
        if event.id not in newest or rank(event, event.sender) > rank(newest[event.id], event.sender):
            newest[event.id] = event
    return list(newest.values())


def _pairs(event):
    if event.channel == "email":
        return [(event.sender, one) for one in event.to]
    there = [event.sender, *event.to]
    return [(a, b) for a in there for b in there if a != b]


class Books:
    """What a graph should hold after deliveries, folds, merges and changes of the weights, in that very order.

    `person_of` maps URIs to people and may change at any time; `order` says which of two URIs a graph takes first.
    """

    def __init__(self, person_of, is_colleague, order):
        self.person_of, self.is_colleague, self.order = person_of, is_colleague, order
        self.weights = dict(WEIGHTS)
        self.edges = {}  # (event id, from, to) -> the newest version of the event
        self.kept = defaultdict(Tie)  # (from, to) -> what was folded, without the factor of the direction
        self.kept_days = defaultdict(int)  # by (from, to)
        self.since = defaultdict(int)
        self.touched = set()  # (from, to), and those alone that a tie may stand on

    def deliver(self, events):
        newest = {}
        for event in events:
            for pair in _pairs(event):
                edge = (event.id, *pair)
                if edge not in newest or rank(event, pair[0]) > rank(newest[edge], pair[0]):
                    newest[edge] = event
        for edge, event in newest.items():
            _, a, b = edge
            u, v = self.person_of(a), self.person_of(b)
            if u == v or not (self.is_colleague(u) or self.is_colleague(v)):
                continue
            old = self.edges.get(edge)
            if rank(event, a) > rank(old, a) if old else event.at >= max(self.since[a], self.since[b]):
                self.edges[edge] = event
                self.touched.add((a, b))

    def fold(self, before, addresses_of):
        old = {
            (name, a, b): event
            for (name, a, b), event in self.edges.items()
            if event.at // DAY < before and any(map(self.is_colleague, self._people(a, b)))
        }
        held = {(a, b) for (_, a, b), event in old.items() if not event.cancelled}
        firsts = defaultdict(list)  # by two people: their pairs of addresses, those first that hold something
        for cell, edges in self._cells(old).items():
            self._keep(cell, edges)
        for _, a, b in old:
            pair = self._people(a, b)
            firsts[pair].append(((a, b) not in held, self.order(a), self.order(b), (a, b)))
            for address in (*addresses_of(pair[0]), *addresses_of(pair[1])):
                self.since[address] = max(self.since[address], before * DAY)
        for pair, places in firsts.items():
            days = {e.at // DAY for (_, a, b), e in old.items() if self._people(a, b) == pair and not e.cancelled}
            self.kept_days[min(places)[-1]] += len(days)  # a day counts once for two people
        for edge in old:
            del self.edges[edge]

    def settle(self, *people):
        """Forget of people who were merged or parted that there was a tie, where nothing is behind it any more."""
        held = {(a, b) for _, a, b in self.edges} | {pair for pair, kept in self.kept.items() if kept.last >= 0}
        pairs = {self._people(a, b) for a, b in held}
        self.touched = {
            (a, b)
            for a, b in self.touched
            if self._people(a, b) in pairs or not {self.person_of(a), self.person_of(b)} & set(people)
        }

    def ties(self):
        """The ties by (colleague, person)."""
        touched = {(self.person_of(a), self.person_of(b)) for a, b in self.touched}
        found = {(u, v): Tie() for pair in touched for u, v in (pair, pair[::-1]) if u != v and self.is_colleague(u)}
        for (u, v, forth, day, channel), edges in self._cells(self.edges).items():
            rows = [row(event, a) for event, a, _ in edges]
            for pair, out in (((u, v), forth), ((v, u), not forth)):
                if pair in found:
                    _add(found[pair], day, channel, rows, out=out, weights=self.weights)
        for (a, b), kept in self.kept.items():
            u, v = self.person_of(a), self.person_of(b)
            for pair, out in (((u, v), True), ((v, u), False)):
                if pair in found:
                    _add_kept(found[pair], kept, out=out)
        return found

    def days(self, u, v):
        """On how many days of those that were folded two people met."""
        return sum(n for (a, b), n in self.kept_days.items() if self._people(a, b) == tuple(sorted((u, v))))

    def _people(self, a, b):
        return tuple(sorted((self.person_of(a), self.person_of(b))))

    def _cells(self, edges):
        """(event, from, to) of what counts as one: by two people, direction, day and channel."""
        cells = defaultdict(list)
        for (_, a, b), event in edges.items():
            if not event.cancelled:
                u, v = self._people(a, b)
                forth = self.person_of(a) == u if u != v else self.order(a) < self.order(b)
                cells[u, v, forth, event.at // DAY, event.channel].append((event, a, b))
        return cells

    def _keep(self, cell, edges):
        """Share a cell's damped sum out among its pairs of addresses, by what each has of the sum."""
        *_, day, channel = cell
        enhanced = any(event.tier == "enhanced" for event, *_ in edges)
        counting = [(e, a, b) for e, a, b in edges if (e.tier == "enhanced") == enhanced]
        total = sum(row(event, a)[0] for event, a, _ in counting)
        for event, a, b in edges:
            x, _, counts, n = row(event, a)
            kept, share = self.kept[a, b], x * sqrt(self.weights[channel] / total)
            kept.last = max(kept.last, day)
            kept.channels.add(channel)
            kept.tiers.add("enhanced" if enhanced else "basic")
            if channel == "meeting":
                kept.closest = min(kept.closest, n)
            if (event, a, b) in counting:
                kept.fast += share * 2 ** ((day - 19000) / 14)
                kept.slow += share * 2 ** ((day - 19000) / 180)
                kept.met += counts and channel == "meeting"
                kept.sent += counts and channel != "meeting"


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
