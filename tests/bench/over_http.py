"""What HTTP costs: a lookup over it, beside an empty route with a caller and the same Cypher through the bare driver.

python tests/bench/over_http.py [ROUNDS]      1,000 by default; the village, and 30,000 edges around it
"""
# ruff: noqa: T201

import multiprocessing
import random
import sys
from collections.abc import Callable
from contextlib import closing

from bench import lab, percentiles, timed
from crowd import Client
from growth import history
from lab import Lab
from servers import until

from wkw import queries
from wkw.graph import WEB, Graph
from wkw.lookup import Question, lookup
from wkw.model import Target
from wkw.moment import moment
from wkw.web import create_app
from wkw.web.access import allow
from wkw.web.serving import listening, serve

EDGES = 30_000
LOOKUP = ("POST", "/v1/lookups", {"target": {"address": "lea@kund.example"}})


class Watching(Graph):
    """The product's graph, which keeps the last query that it ran."""

    def rows(self, name: str, /, **params: object) -> list[dict]:
        self.last = queries.load(name).text, params
        return super().rows(name, **params)


def served(found: Lab):
    """An application with an empty route beside the product's, on a port of its own: its process and its port."""
    graph = Graph(found.login, WEB)
    app = create_app(graph, found.settings)
    app.add_url_rule("/empty", "empty", allow("seller")(lambda: ""))
    graph.close()
    opened = listening("127.0.0.1", 0)
    port = opened.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=serve, args=(app, opened))
    process.start()
    return process, port


def bare(found: Lab) -> Callable[[], object]:
    """What runs the lookup's own Cypher through a driver with nothing around it."""
    graph = Watching(found.login, WEB)
    lookup(
        graph,
        found.settings,
        Question(Target(uri="mailto:lea@kund.example"), found.key("anna@nord.example"), moment().day),
    )
    text, params = graph.last
    return lambda: graph.driver().execute_query(text, params, database_="neo4j", routing_="r")


def measure(rounds: int, ways: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Seconds of each way, one after the other in an order that changes, so that all have the same neighbours."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 200):
        for name in random.sample(list(ways), len(ways)):
            took = timed(ways[name])
            if number >= 200:
                seconds[name].append(took)
    return seconds


def main(rounds: int) -> None:
    """Prints the median and the 99th percentile of each, and the ratio."""
    with lab(domains=("nord.example",)) as found:
        found.load_village()
        found.ingest(history(EDGES))
        process, port = served(found)
        token = found.token()
        with closing(Client(port, token)) as client:
            until(lambda: client.send(*LOOKUP)[0].status == 200)
            seconds = measure(
                rounds,
                {
                    "lookup over HTTP": lambda: client.send(*LOOKUP),
                    "empty route": lambda: client.send("GET", "/empty"),
                    "the same Cypher": bare(found),
                },
            )
        process.terminate()
        process.join(40)
        show(seconds)


def show(seconds: dict[str, list[float]]) -> None:
    print(f"{'':<20}{'p50 ms':>9}{'p99 ms':>9}")
    for name, took in seconds.items():
        print(f"{name:<20}{percentiles(took)}")
    whole, empty, cypher = (sorted(took) for took in seconds.values())
    for name, at in (("p50", 0.5), ("p99", 0.99)):
        n = int(len(whole) * at)
        print(f"{name}: {whole[n] / (empty[n] + cypher[n]):.2f} times the sum of the other two")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
