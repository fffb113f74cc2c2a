"""Ingests a file in the interchange form and compares with the bare driver creating the same edges.

python tests/bench/ingest.py FILE DOMAIN [DOMAIN...]

Prints fates, seconds, rows a second, the ratio to the bare form, redelivery, and lookups next to a round trip.
"""
# ruff: noqa: T201

import random
import resource
import sys
import time
from pathlib import Path

from bench import bare, bare_graph, empty, lab, pages, percentiles, timed

from wkw.connectors import interchange
from wkw.errors import NotFound
from wkw.lookup import Question, lookup
from wkw.model import Target
from wkw.moment import moment

ROUNDS = 2_000


def main(path: Path, domains: tuple[str, ...]) -> None:
    """Warm up, measure each form once on a warm server, print."""
    with lab(domains=domains) as found:
        now = moment().now

        def deliver() -> None:
            nonlocal report
            report = found.ingest(interchange.read([path]), now=now)

        report = None
        cold = timed(deliver)
        people, rows, ties = (list(pages(found, query)) for query in ("people_from", "edges_from", "ties_from"))
        random.Random(1).shuffle(rows)
        empty(found)
        bare(found, rows)
        empty(found)
        bare_graph(found, people, rows, ties)
        empty(found)
        warm = timed(deliver)
        print(dict(report.fates), dict(report.edges))
        print(dict(report.reasons))
        count = report.edges["stored"]
        print(found.query("counts")[0])
        again = timed(deliver)
        look(found, rows)
        empty(found)
        base = bare(found, rows)
        empty(found)
        whole = bare_graph(found, people, rows, ties)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'':34}{'seconds':>9}{'edges/s':>10}{'ratio':>8}")
        for name, took in (
            ("bare CREATE of the edges", base),
            ("bare CREATE, people and ties too", whole),
            ("ingest, cold server", cold),
            ("ingest", warm),
            ("redelivery", again),
        ):
            print(f"{name:34}{took:9.1f}{count / took:10.0f}{took / base:8.2f}")
        print(f"peak memory of the client with all rows held for the comparison: {peak:.0f} MiB")


def look(found, rows) -> None:
    """Lookups of contacts of the graph next to a bare round trip."""
    chosen = random.Random(2).sample(rows, min(ROUNDS, len(rows)))
    ids = {row["sender"]: found.query("person", key=row["sender"])[0]["facts"]["id"] for row in chosen[:200]}
    day = moment().day
    trips, lookups = [], []
    with found.session() as run:
        for number in range(ROUNDS):
            row = chosen[number % 200]
            began = time.perf_counter()
            run("round_trip")
            middle = time.perf_counter()
            try:
                question = Question(Target(id=ids[row["sender"]]), row["receiver"], day, one_way=True)
                lookup(found.graph, found.settings, question)
            except NotFound:
                pass
            trips.append(middle - began)
            lookups.append(time.perf_counter() - middle)
    print(f"{'':24}{'p50 ms':>8} {'p99 ms':>8}\nround trip              {percentiles(trips[500:])}")
    print(f"lookup                  {percentiles(lookups[500:])}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]))
