"""Opt-outs over HTTP while everything else goes on: who was seen, and from when on nobody may be."""

import json
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle

from crowd import Client, serving
from lab import NOON, TODAY
from races import TIMES, at_once, colleague, contact, mail, merge
from servers import until

from wkw import identity, people
from wkw.errors import GraphBusy, JobError
from wkw.graph import Graph
from wkw.ingest import Ingest
from wkw.ledger import ledger
from wkw.model import Listing

GROUP = 6  # racers who know the same contact
ROWS = 300  # of a batch: with few a race proves nothing
LONGEST = 0.08  # seconds from the start of a race to its opt-out


@dataclass
class History:
    """What happened, by the clock of this machine: when each opt-out was acknowledged, and who was in which answer."""

    acknowledged: dict[int, float] = field(default_factory=dict)
    seen: list[tuple[float, frozenset[str]]] = field(default_factory=list)  # when it was asked, who was answered

    def stale(self):
        """Those who were in an answer to a question that was asked after they had been told that they are out."""
        return sorted(
            {n for n, at in self.acknowledged.items() for asked, names in self.seen if asked > at and name(n) in names}
        )


def name(number):
    return f"Racer {number}"


@contextmanager
def two_processes(lab, folder):
    """Two servers over one graph and one ledger: of each its process and its port."""
    with ExitStack() as stack:
        yield [stack.enter_context(serving(lab, made(folder / str(n)))) for n in range(2)]


def made(folder):
    folder.mkdir()
    return folder


class Races:
    """Each colleague opts out once, over one of two servers, while both are asked and batches with them come in.

    `trouble` makes some every now and then: then a server need not answer.
    """

    def __init__(self, lab, servers, dice, graph=None, trouble=None):
        self.lab, self.dice, self.trouble = lab, dice, trouble
        self.ports = [port for _, port in servers]
        self.graphs = [graph or Graph(lab.login) for _ in range(2)]  # of the ingest
        self.history = History()
        self.group = 0

    def prepare(self, numbers):
        """Makes the racers, whom everybody knows who asks for the contact of their group, with a key for each."""
        listings = [Listing(f"mailto:{colleague(n)}", "colleague", name=name(n)) for n in numbers]
        people.load(self.lab.graph, self.lab.settings, listings, day=TODAY)
        pairs = [(colleague(n), contact(n // GROUP)) for n in numbers]
        self.lab.ingest(mail(n * 2 + back, *pair[:: 1 - 2 * back]) for n, pair in enumerate(pairs) for back in (0, 1))
        self.tokens = {n: self.lab.token(of=colleague(n)) for n in numbers}
        self.asker = self.lab.token(of="clerk0@nord.example")

    def run(self, numbers):
        """Runs the races one after the other, with all else beside them."""
        ended = threading.Event()
        beside = [lambda g=graph: self._ingest(g, ended) for graph in self.graphs]
        beside += [lambda p=port: self._look(p, ended) for port in self.ports]
        beside += [lambda: self._reweight(ended), lambda: self._merge(ended)]
        beside += [lambda: self._make_trouble(ended)] if self.trouble else []
        at_once(lambda: self._race(numbers, ended), *beside, seconds=600 * TIMES)

    def settled(self, numbers):
        """Once all purges have ended: the racers of whom more than a closed, bare address is left."""
        until(lambda: not ledger(self.lab.settings).unfinished(), 60)
        keys = {self.lab.key(colleague(n)): n for n in numbers}
        bare = {"sharing": False, "uri": None, "people": 0, "ties": 0, "interactions": 0, "strays": 0}
        return sorted(
            keys[r["key"]] for r in self.lab.query("remains", keys=sorted(keys)) if r != {"key": r["key"], **bare}
        )

    def close(self):
        for graph in self.graphs:
            graph.close()

    def _race(self, numbers, ended):
        try:
            for n in numbers:
                self.group = n // GROUP
                until(lambda n=n: self._seen(n), pause=0.005)
                threading.Event().wait(self.dice.random() * LONGEST)
                with closing(Client(self.ports[n % 2], self.tokens[n])) as client:
                    until(lambda client=client: self._acknowledged(client))
                self.history.acknowledged[n] = time.monotonic()
        finally:
            ended.set()

    def _acknowledged(self, client):
        """Whether an opt-out was taken; one that was refused because the database is busy may be sent again."""
        status, told = self._send(client, "PUT", "/v1/me/sharing", {"sharing": "off"})
        assert status in (200, 503), told
        assert status == 503 or told["sharing"] == "off", told
        return status == 200

    def _send(self, client, *request):
        """Status and body of an answer; of a server that was killed meanwhile as if it had said that it is away."""
        try:
            response, body = client.send(*request)
        except (HTTPException, OSError):
            client.close()
            if not self.trouble:
                raise
            return 503, {}
        return response.status, json.loads(body)

    def _make_trouble(self, ended):
        while not ended.wait(0.1 + self.dice.random()):
            self.trouble()

    def _seen(self, number):
        """Whether somebody has just been answered with a racer: else nobody could be shown too late."""
        return any(name(number) in names for _, names in self.history.seen[-8:])

    def _look(self, port, ended):
        with closing(Client(port, self.asker)) as client:
            while not ended.is_set():
                asked = time.monotonic()
                target = {"target": {"address": contact(self.group)}, "limit": 20}
                status, told = self._send(client, "POST", "/v1/lookups", target)
                assert status in (200, 404, 503, 504), told  # whoever is told nothing sees nobody
                found = told.get("introducers", [])
                self.history.seen.append((asked, frozenset(one["colleague"]["name"] for one in found)))

    def _ingest(self, graph, ended):
        number = self.dice.randrange(10**6, 10**9)
        while not ended.is_set():
            own = [mail(number + n, colleague(self.group * GROUP + n % GROUP), contact(self.group)) for n in range(60)]
            rest = [mail(900_000 + n, f"clerk{n % 6}@nord.example", contact(n % 102)) for n in range(ROWS - len(own))]
            Ingest(graph, self.lab.settings, now=NOON).run([*own, *rest])
            number += len(own)

    def _reweight(self, ended):
        while not ended.wait(0.2):
            with suppress(GraphBusy, JobError):
                self.lab.reweight()

    def _merge(self, ended):
        for n in cycle(range(102)):
            if ended.wait(0.1):
                return
            with suppress(GraphBusy):  # somebody else was changing them, again and again
                merge(self.lab, self.lab.graph, contact(n), contact(n, "b"))
                identity.unmerge(self.lab.graph, self.lab.settings, f"mailto:{contact(n, 'b')}", day=TODAY)
