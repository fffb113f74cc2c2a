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
            x = (1.0 if event.channel == "email" else 0.5) / sqrt(event.n)
            if not event.cancelled and (until is None or event.at // DAY <= until):
                row = (x, event.tier, event.channel != "call" or sender == event.sender, event.n)
                cells[u, v, event.at // DAY, event.channel].append(row)
    found = {pair: Tie() for pair in touched if is_colleague(pair[0])}
    for (u, v, day, channel), rows in cells.items():
        rows = [row for row in rows if row[1] == "enhanced"] or rows
        for pair, out in (((u, v), True), ((v, u), False)):
            if pair in found:
                _add(found[pair], day, channel, rows, out=out)
    return found


def _add(tie, day, channel, rows, *, out):
    w = (1.5 if out else 1.0) * sqrt(WEIGHTS[channel] * sum(x for x, *_ in rows))
    tie.fast += w * 2 ** ((day - 19000) / 14)
    tie.slow += w * 2 ** ((day - 19000) / 180)
    tie.days.add(day)
    tie.tiers |= {tier for _, tier, _, _ in rows}
    count = sum(counts for _, _, counts, _ in rows)
    if channel == "meeting":
        tie.met += count if out else 0
        tie.closest = min(tie.closest, *(n for *_, n in rows), 99)
    elif out:
        tie.sent += count
    else:
        tie.received += count


def _newest(events):
    newest = {}
    for event in events:
        rank = (event.rev, event.cancelled, event.tier, 1 / sqrt(event.n), event.at)
        if event.id not in newest or rank > newest[event.id][0]:
            newest[event.id] = (rank, event)
    return [event for _, event in newest.values()]


def _pairs(event):
    if event.channel == "email":
        return [(event.sender, one) for one in event.to]
    there = [event.sender, *event.to]
    return [(a, b) for a in there for b in there if a != b]
