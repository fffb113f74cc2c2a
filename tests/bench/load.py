"""Sixteen clients for a minute while the database is killed twice; before it, how many requests a second are answered.

python tests/bench/load.py [SECONDS]      60 by default
"""
# ruff: noqa: T201

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crowd import Crowd, held, serving
from lab import lab_at
from servers import Embedded

CALM = 10  # seconds in which requests are counted


def rate(crowd: Crowd, clients: int) -> float:
    """Requests a second of so many clients, every one of them answered right."""
    with crowd.asking(clients):
        crowd.more(200)
        start, began = len(crowd.told), time.monotonic()
        time.sleep(CALM)
        count, seconds = len(crowd.told) - start, time.monotonic() - began
    return count / seconds


def minute(crowd: Crowd, server: Embedded, seconds: float) -> list[float]:
    """Kills and restarts the database twice within some seconds; for each `back`."""
    began = time.monotonic()
    with crowd.asking():
        refused = []
        for part in (1, 2):
            time.sleep(max(0.0, began + seconds * part / 3 - time.monotonic()))
            reachable = crowd.survives(server)
            time.sleep(max(0.0, began + seconds * (part + 1) / 3 - time.monotonic()))
            refused.append(back(crowd, reachable))
    return refused


def back(crowd: Crowd, reachable: float) -> float:
    """Seconds from when the database could be reached until the last question that was still refused."""
    return max(told.began - reachable for told in crowd.told if told.away)


def main(seconds: float) -> None:
    """Prints rates, what became of every request, and what the server held before and after."""
    with tempfile.TemporaryDirectory(prefix="wkw-bench-") as name:
        folder = Path(name)
        server = Embedded("lts", folder / "neo4j").spawn().ready()
        lab = lab_at(server, folder)
        lab.load_village()
        with serving(lab, folder) as (process, port):
            crowd = Crowd(port, lab.token())
            print(f"requests a second: {rate(crowd, 1):.0f} with 1 client, {rate(crowd, 16):.0f} with 16")
            before, start = held(process, server.port), len(crowd.told)
            refused = minute(crowd, server, seconds)
            told = crowd.told[start:]
            print(
                f"{len(told):,} requests: {sum(map(crowd.right, told)):,} right, {sum(one.away for one in told):,} away"
            )
            print(f"neither: {len(crowd.faults())}; the longest took {max(one.seconds for one in told):.1f} s")
            print("last refusal after the database was back:", *(f"{one:.1f} s" for one in refused))
            print(f"before {before}\nafter  {held(process, server.port)}")
        lab.graph.close()
        server.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
