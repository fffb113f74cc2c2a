"""Judging strengths by what came after, in plain Python from events; and a log made for it."""

import random
from collections import defaultdict
from math import log2

from lab import NOON, TODAY
from reference import DAY, strength, ties

from wkw.model import Event

DAYS = 420
FIRST = TODAY - DAYS
COLLEAGUES = [f"mailto:c{n}@nord.example" for n in range(12)]
CONTACTS = [f"mailto:k{n}@kund.example" for n in range(10)]
EVERYBODY = [*COLLEAGUES, *CONTACTS]
OTHER = "mailto:c0.other@nord.example"  # the second address of the first colleague


def made_log(events=2_500, seed=5):
    """Mail, meetings and calls of fourteen months with favourites that change slowly; some mail is in a CRM too."""
    dice = random.Random(seed)
    made = [made_event(dice, number) for number in range(events)]
    logged = [
        Event(f"crm:{one.id}", one.at + 60_000, one.channel, one.sender, one.to, one.n, "crm", tier="basic")
        for one in made
        if one.channel == "email" and dice.random() < 0.1
    ]
    return [*made, *logged]


def made_event(dice, number):
    back = dice.randrange(1, DAYS)
    at = NOON - (back * DAY + dice.randrange(DAY))
    channel = dice.choices(("email", "meeting", "call"), (8, 1, 1))[0]
    one = dice.choice(COLLEAGUES)
    here = EVERYBODY.index(one) + (DAYS - back) // 60
    near = [EVERYBODY[(here + step) % len(EVERYBODY)] for step in (1, 1, 1, 2, 2, 3, 5, 8)]
    near = [other for other in near if other != one]
    size = 1 if channel == "call" else dice.choice((1, 1, 1, 2, 3, 4, 6))
    to = tuple(dict.fromkeys(dice.choice(near) for _ in range(size)))
    if channel == "email" and dice.random() < 0.3 and one not in to:
        to, one = (one, *to[1:]), to[0]
    sender = OTHER if one == COLLEAGUES[0] and dice.random() < 0.5 else one
    return Event(f"made:{number}", at, channel, sender, to, len(to), "made")


def person(uri):
    return COLLEAGUES[0] if uri == OTHER else uri


def is_colleague(who):
    return who in COLLEAGUES


def cells(events):
    """Each interaction as (day, u, v, time, channel, counts, enhanced, n), in both directions that it runs."""
    for event in events:
        there = [event.sender, *event.to]
        ways = [(event.sender, to) for to in event.to] if event.channel == "email" else _both(there)
        for u, v in ways:
            if person(u) != person(v) and (is_colleague(person(u)) or is_colleague(person(v))):
                counts = event.channel != "call" or u == event.sender
                yield event.at // DAY, person(u), person(v), event.at, event.channel, counts, event.tier, event.n


def _both(there):
    return [(u, v) for u in there for v in there if u != v]


def known_before(events, day):
    """By (person, contact) on the morning of a day: strength, interactions, last time, interactions of 30 days."""
    found = ties(events, person, is_colleague, until=day - 1)
    rows = defaultdict(list)
    for at_day, u, v, at, channel, counts, tier, _ in cells(events):
        if at_day < day:
            rows[u, v, at_day, channel].append((at, counts, tier))
    told = defaultdict(lambda: [0, 0, 0])
    for (u, v, at_day, channel), of in rows.items():
        rich = [one for one in of if one[2] == "enhanced"] or of
        n = sum(counts for _, counts, _ in rich)
        for pair in ((u, v), (v, u)):
            many = 0 if channel == "meeting" and pair != (u, v) else n
            told[pair][0] += many
            told[pair][1] = max(told[pair][1], *(at for at, _, _ in of))
            told[pair][2] += many if at_day >= day - 30 else 0
    return {pair: (strength(tie, day), *told[pair]) for pair, tie in found.items() if told[pair][1]}


def met(events, day, horizon, label):
    """The pairs that had contact in the days from `day`."""
    found = set()
    for at_day, u, v, _, channel, counts, _, n in cells(events):
        few = n <= (4 if channel == "email" else 3)
        if day <= at_day < day + horizon and (few or label == "any"):
            if label != "sent":
                found |= {(u, v), (v, u)}
            elif channel != "meeting" and counts:
                found.add((u, v))
    return found


def rows(events, day, *, horizon=30, label="direct"):
    """The rows of a cut-off, by (person, contact): what was known, and whether contact followed."""
    known, after = known_before(events, day), met(events, day, horizon, label)
    active = {who for at_day, u, v, *_ in cells(events) if day - 60 <= at_day < day for who in (u, v)}
    number = defaultdict(int)
    for u, _ in known:
        number[u] += 1
    return {pair: (*told, pair in after) for pair, told in known.items() if pair[0] in active and number[pair[0]] >= 5}


# ---- metrics ----


def auc(labels, scores):
    """The chance that a positive scores above a negative, by asking every two."""
    wins = [
        (p > n) + (p == n) / 2
        for p, positive in zip(scores, labels, strict=True)
        if positive
        for n, other in zip(scores, labels, strict=True)
        if not other
    ]
    return sum(wins) / len(wins) if wins else None


def ranking(labels, scores):
    """Reciprocal rank, NDCG@5 and P@5 of scores without ties; None without a positive."""
    hits = [label for _, label in sorted(zip(scores, labels, strict=True), reverse=True)]
    if not any(hits):
        return None
    best = sum(1 / log2(place + 2) for place in range(min(5, sum(hits))))
    gained = sum(1 / log2(place + 2) for place, hit in enumerate(hits[:5]) if hit)
    return 1 / (hits.index(True) + 1), gained / best, sum(hits[:5]) / 5


def calibration_error(labels, chances):
    bins = defaultdict(list)
    for label, chance in zip(labels, chances, strict=True):
        bins[min(int(chance * 10), 9)].append((chance, label))
    gaps = [abs(sum(chance for chance, _ in of) - sum(label for _, label in of)) for of in bins.values()]
    return sum(gaps) / len(labels)


def mean(values):
    told = [value for value in values if value is not None]
    return sum(told) / len(told)
