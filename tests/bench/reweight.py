"""Weighs, recomputes and folds many ties, and compares weighing with a bare paged SET on the same ties.

python tests/bench/reweight.py [TIES]      1,000,000 by default; 2,000 colleagues, 60,000 contacts, a mail for each tie
"""
# ruff: noqa: T201

import random
import sys

from bench import lab, timed
from lab import TODAY

from wkw.strength import decay

COLLEAGUES, CONTACTS, DAYS = 2_000, 60_000, 730


def crowd(found, ties: int) -> None:
    """Make the people and a mail of each colleague to so many contacts, chosen at random."""
    dice = random.Random(1)
    with found.session() as run:
        for kind, people in (("a", COLLEAGUES), ("b", CONTACTS)):
            for start in range(0, people, 5_000):
                run("crowd_people", **{"kind": kind, "from": start, "until": min(start + 5_000, people)})
        for colleague in range(COLLEAGUES):
            rows = [
                {"contact": contact, "id": f"{colleague}-{contact}", "day": TODAY - dice.randrange(DAYS)}
                for contact in dice.sample(range(CONTACTS), ties // COLLEAGUES)
            ]
            run("crowd_edges", colleague=colleague, rows=rows)


def bare(found) -> None:
    """Set the same facts on all ties, page by page."""
    after, now = "", decay(TODAY)
    with found.session() as run:
        while page := run("bare_weigh", after=after, day=TODAY, **now):
            if not page[0]["ties"]:
                return
            after = page[0]["after"]


def main(ties: int) -> None:
    """Each form once to warm up and once to measure."""
    with lab(domains=("nord.example",)) as found:
        print(f"making {ties:,} interactions: {timed(lambda: crowd(found, ties)):.0f} s", flush=True)
        steps = {
            "full, ties made": lambda: found.reweight(full=True),
            "bare SET, warm-up": lambda: bare(found),
            "weigh": lambda: found.reweight(),
            "bare SET": lambda: bare(found),
            "weigh, again": lambda: found.reweight(),
            "bare SET, again": lambda: bare(found),
            "full and weigh": lambda: found.reweight(full=True),
            "fold half": lambda: found.forget(retention=365),
            "full and weigh, half folded": lambda: found.reweight(full=True),
        }
        print(f"{'':30}{'seconds':>9}{'ties/s':>10}")
        for name, step in steps.items():
            took = timed(step)
            print(f"{name:30}{took:9.1f}{ties / took:10,.0f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
