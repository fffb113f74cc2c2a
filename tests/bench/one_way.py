"""Ingests received mail and shows that whoever only sends is `one-way`, however much they send.

python tests/bench/one_way.py FILE DAY DOMAIN [DOMAIN...]      DAY as 2001-11-30: strengths are as of it

Prints ties by level, with how many have a strong tie's sum, and the contacts who sent most.
"""
# ruff: noqa: T201

import sys
from datetime import date
from pathlib import Path

from bench import lab

from wkw.connectors import interchange
from wkw.model import day_of
from wkw.moment import moment

SHOWN = 20


def main(path: Path, day: date, domains: tuple[str, ...]) -> None:
    """Ingest, weigh as of the day, print both tables."""
    with lab(domains=domains) as found:
        found.ingest(interchange.read([path]), now=moment().now)
        found.reweight(day=day_of(day))
        print(f"{'level':10}{'ties':>9}{'sum as of a strong tie':>24}")
        for row in found.query("by_level"):
            print(f"{row['level']:10}{row['ties']:9,}{row['strong_by_sum']:24,}")
        print(f"{'sender at':32}{'received':>9}{'sent':>6}{'ties':>6}{'not one-way':>12}{'top':>6}")
        for row in found.query("busiest_senders", limit=SHOWN):
            numbers = f"{row['received']:9,}{row['sent']:6,}{row['ties']:6,}{row['mutual']:12,}{row['top']:6.2f}"
            print(f"{row['domain']:32}{numbers}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), tuple(sys.argv[3:]))
