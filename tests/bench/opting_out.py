"""How long an opt-out takes: until it is acknowledged, also under load, and until everything is deleted.

python tests/bench/opting_out.py [PEOPLE]     200 by default, who opt out one after the other while eight others look up
"""
# ruff: noqa: T201

import sys
import time
from collections.abc import Iterator
from contextlib import closing

from bench import lab, percentiles, timed
from crowd import Client, Crowd, serving
from lab import NOON, TODAY, Lab
from races import colleague, contact, mail

from wkw import people, sharing
from wkw.model import Event, Listing

CLIENTS = 8
PURGES = (10_000, 100_000)  # interactions of one person


def busy(number: int, size: int) -> Iterator[Event]:
    """Mails of one colleague with two thousand contacts."""
    return (mail(number * 10**6 + n, colleague(number), contact(n % 2_000)) for n in range(size))


def acknowledged(found: Lab, numbers: range, port: int) -> list[float]:
    """Seconds until each of some people was told that they are out."""
    took = []
    for number in numbers:
        with closing(Client(port, found.token(of=colleague(number)))) as client:
            ask = client.send, "PUT", "/v1/me/sharing", {"sharing": "off"}
            took.append(timed(lambda ask=ask: ask[0](*ask[1:])))
    return took


def main(count: int) -> None:
    """Prints the times of both."""
    with lab(domains=("nord.example",)) as found:
        for number, size in enumerate(PURGES):
            found.ingest(busy(number, size))
            began = time.perf_counter()
            done = sharing.off(found.graph, found.settings, f"mailto:{colleague(number)}", now=NOON)
            print(f"{done.interactions:>9,} interactions deleted in {time.perf_counter() - began:.1f} s")
        found.load_village()
        numbers = range(10, 10 + 2 * count)
        listings = [Listing(f"mailto:{colleague(n)}", "colleague") for n in numbers]
        people.load(found.graph, found.settings, listings, day=TODAY)
        found.ingest(mail(10**9 + n, colleague(10 + n % (2 * count)), contact(n % 300)) for n in range(100 * count))
        with serving(found, found.settings.data) as (_, port):
            crowd = Crowd(port, found.token())
            print(f"{'acknowledged':<20}{'p50 ms':>9}{'p99 ms':>9}")
            print(f"{'alone':<20}{percentiles(acknowledged(found, numbers[:count], port))}")
            with crowd.asking(CLIENTS):
                crowd.more(50)
                print(f"{f'beside {CLIENTS} clients':<20}{percentiles(acknowledged(found, numbers[count:], port))}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
