"""What the benchmarks share: a server of real size, the bare driver beside the product, tables."""
# ruff: noqa: T201

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab import NOON, Lab, settings_in

from wkw import embedded, schema
from wkw.graph import Graph, Login, Profile

SIZE = 5_000  # rows a transaction of the bare form, as of ingest
PATIENT = Profile(connect=3, acquire=5, retry=8, query=120)


@contextmanager
def lab(*, domains: tuple[str, ...]) -> Iterator[Lab]:
    """An empty graph on an embedded server with 2 GB of heap, gone afterwards."""
    from dataclasses import replace

    with tempfile.TemporaryDirectory(prefix="wkw-bench-") as folder:
        tuning = embedded.Tuning("2g", "2g", "1g")
        with embedded.attached(Path(folder), tuning=tuning, linger=1) as endpoint:
            login = Login(endpoint.uri, endpoint.user, endpoint.password)
            made = Lab(Graph(login, PATIENT), replace(settings_in(Path(folder)), domains=domains), login)
            schema.migrate(made.graph, made.settings, now=NOON)
            print(f"Neo4j {endpoint.version}, heap 2 GB, page cache 1 GB; Python {sys.version.split()[0]}")
            yield made
            made.graph.close()
        embedded.down(Path(folder))


def empty(found: Lab) -> None:
    """Delete everything but the schema."""
    while found.query("wipe_some")[0]["deleted"]:
        pass


def timed(what: Callable[[], object]) -> float:
    """How many seconds something takes."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def pages(found: Lab, query: str) -> Iterator[dict[str, object]]:
    """All rows of a query of pages, in order of their keys."""
    after = ""
    while page := found.query(query, after=after):
        for row in page:
            after = row.pop("key")  # for turning pages; the bare form that is timed does not send it
            yield row


def bare(found: Lab, rows: list[dict[str, object]]) -> float:
    """Seconds that the bare driver needs to create the same edges between addresses that are there."""
    keys = sorted({str(row[end]) for row in rows for end in ("sender", "receiver")})
    with found.session() as run:
        for start in range(0, len(keys), SIZE):
            run("bare_addresses", keys=keys[start : start + SIZE])
        return timed(lambda: create(run, "bare_edges", rows))


def bare_graph(found: Lab, people: list, rows: list, ties: list) -> float:
    """Seconds that the bare driver needs to create the same graph, ties included."""
    graph = {"bare_people": people, "bare_edges": rows, "bare_ties": ties}
    with found.session() as run:
        return timed(lambda: [create(run, query, of) for query, of in graph.items()])


def create(run, query: str, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), SIZE):
        run(query, rows=rows[start : start + SIZE])


def percentiles(seconds: list[float]) -> str:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2] * 1000:8.2f} {ordered[int(len(ordered) * 0.99)] * 1000:8.2f}"
