"""Ingests a heavy-tailed history in order of time and prints the rate as the graph grows.

python tests/bench/growth.py [EDGES]      1,000,000 by default; 2,000 colleagues, 60,000 contacts, 730 days
"""
# ruff: noqa: T201

import random
import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice

from bench import lab
from lab import NOON

from wkw.model import Event

COLLEAGUES, CONTACTS, DAYS, DAY = 2_000, 60_000, 730, 86_400_000
MARKS = (10_000, 100_000, 300_000, 1_000_000)


def history(edges: int) -> Iterator[Event]:
    """Mail to one recipient each, a fifth of it inside the house; few pairs hold most of it."""
    dice = random.Random(1)
    for number in range(edges):
        one = heavy(dice, COLLEAGUES)
        inside = dice.random() < 0.2
        other = (
            (one + 1 + heavy(dice, COLLEAGUES - 1)) % COLLEAGUES
            if inside
            else (one * 31 + heavy(dice, 2_000)) % CONTACTS
        )
        ends = [
            f"mailto:c{one}@nord.example",
            f"mailto:{'c' if inside else 'k'}{other}@{'nord' if inside else 'firm'}.example",
        ]
        dice.shuffle(ends)
        at = NOON - DAYS * DAY + DAYS * DAY * number // edges
        yield Event(f"mid:{number}", at, "email", ends[0], (ends[1],), dice.choice((1, 1, 1, 2, 4, 9)), "bench")


def heavy(dice: random.Random, most: int) -> int:
    """A number below `most`, small ones far more often."""
    return min(int(most * dice.random() ** 4), most - 1)


def main(edges: int) -> None:
    """Prints a line for each stretch between two marks."""
    with lab(domains=("nord.example",)) as found:
        events = history(edges)
        done = 0
        print(f"{'held':>10}{'edges/s':>10}{'ties':>10}{'peak MiB':>10}")
        for mark in [mark for mark in MARKS if mark <= edges]:
            began = time.perf_counter()
            report = found.ingest(islice(events, mark - done))
            rate = report.edges["stored"] / (time.perf_counter() - began)
            done = mark
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{done:>10,}{rate:>10,.0f}{found.query('counts')[0]['ties']:>10,}{peak:>10,}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MARKS[-1])
