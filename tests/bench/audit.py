"""What the audit log costs a lookup over HTTP: without it, with it, and if its second row waited for the disk too.

python tests/bench/audit.py [ROUNDS]      1,000 by default; the village, and 30,000 edges around it
"""
# ruff: noqa: T201

import multiprocessing
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from bench import lab, percentiles
from crowd import Client
from growth import history
from lab import Lab
from over_http import EDGES, LOOKUP, measure
from servers import until

from wkw import audit
from wkw.graph import WEB, Graph
from wkw.web import app
from wkw.web.serving import listening, serve


class Nothing(audit.Audit):
    """A log that keeps nothing."""

    def _append(self, row: audit.Row, at: int, *, synced: bool) -> None:
        pass


class Twice(audit.Audit):
    """A log both of whose rows wait for the disk."""

    def _append(self, row: audit.Row, at: int, *, synced: bool) -> None:
        super()._append(row, at, synced=True)


WAYS = {"without": Nothing, "with": audit.Audit, "both rows synced": Twice}


def served(found: Lab, name: str):
    """An application with a log of some kind, in a folder of its own: its process and its port."""
    app.Audit = WAYS[name]
    graph = Graph(found.login, WEB)
    made = app.create_app(graph, replace(found.settings, state=found.settings.state / name))
    graph.close()
    opened = listening("127.0.0.1", 0)
    port = opened.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=serve, args=(made, opened))
    process.start()
    return process, port


def synced(folder: Path) -> Callable[[], object]:
    """What writes a row's worth to the disk, with nothing around it."""
    file = os.open(folder / "bare", os.O_RDWR | os.O_CREAT | os.O_APPEND)

    def write() -> None:
        os.write(file, b"x" * 400)
        os.fsync(file)

    return write


def main(rounds: int) -> None:
    """Prints the median and the 99th percentile of each."""
    with lab(domains=("nord.example",)) as found, ExitStack() as ends:
        found.load_village()
        found.ingest(history(EDGES))
        token, ways = found.token(), {"one fsync": synced(found.settings.data)}
        for name in WAYS:
            process, port = served(found, name)
            ends.callback(process.join, 40)
            ends.callback(process.terminate)
            client = ends.enter_context(closing(Client(port, token)))
            until(lambda client=client: answers(client))
            ways[name] = lambda client=client: client.send(*LOOKUP)
        show(measure(rounds, ways))


def answers(client: Client) -> bool:
    return client.send(*LOOKUP)[0].status == 200


def show(seconds: dict[str, list[float]]) -> None:
    print(f"{'':<20}{'p50 ms':>9}{'p99 ms':>9}")
    for name, took in seconds.items():
        print(f"{name:<20}{percentiles(took)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
