"""Races between writers of one graph: their people, their batches, and what must hold when all are done."""

import os
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lab import NOON, TODAY
from sample import reference

from wkw import people, queries, sharing
from wkw.graph import Graph
from wkw.ingest import Ingest
from wkw.interactions import DAY
from wkw.model import Event, Listing
from wkw.strength import decay

TIMES = int(os.environ.get("WKW_RACES", "1"))  # this many times the usual number of races


class Changed(Graph):
    """The product's graph, some of whose queries are read from other files: by query, the path without its suffix."""

    def __init__(self, login, files):
        super().__init__(login)
        self._files = files

    def rows(self, name, /, **params):
        return super().rows(str(self._files.get(name, name)), **params)


def without(lab, folder, name, *lines):
    """A graph of the lab's server whose query `name` lacks each of `lines`, every one of which is there once."""
    text = queries.load(name).text
    for line in lines:
        assert text.count(line) == 1, f"{name} has {line!r} {text.count(line)} times"
        text = text.replace(line, "")
    file = folder / f"{name.replace('/', '_')}.cypher"
    file.write_text(text)
    return Changed(lab.login, {name: file.with_suffix("")})


def mail(number, sender, receiver, day=TODAY - 1):
    """One mail; `number` makes its id, day and second."""
    at = (day - number % 40) * DAY + number % 80_000 * 1000
    return Event(f"m{number}@race", at, "email", f"mailto:{sender}", (f"mailto:{receiver}",), 1, "race")


def colleague(number, second=""):
    return f"racer{number}{second}@nord.example"


def contact(number, second=""):
    return f"guest{number}{second}@kund{number % 7}.example"


def load(lab, addresses, kind):
    """The directory says that each list of addresses is one person's."""
    uris = [[f"mailto:{address}" for address in person] for person in addresses]
    listings = [Listing(first, kind, aliases=tuple(others)) for first, *others in uris]
    people.load(lab.graph, lab.settings, listings, day=TODAY)


def at_once(*tasks):
    """Run functions in threads that begin together; what they returned."""
    start = threading.Barrier(len(tasks), timeout=30)

    def begin(task):
        start.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(120) for future in [pool.submit(begin, task) for task in tasks]]


# ---- opt-out against ingest ----

STAFF, GUESTS = 6, 300  # the other rows of a batch: as many addresses are locked beside the racer's


@dataclass
class OptOuts:
    """Races of one colleague's opt-out against a batch with a dozen of their mails; each colleague runs once.

    A third is new to the graph when it begins, a third was known before, a third has two addresses.
    """

    lab: object
    graph: Graph  # of the ingest; the opt-out has one of its own
    dice: random.Random
    delays: list = field(default_factory=list)
    took: list = field(default_factory=list)  # seconds of the last batches

    def prepare(self, numbers):
        """Put those who are known before into the graph."""
        load(self.lab, [(colleague(n), colleague(n, "b")) for n in numbers if n % 3 == 2], "colleague")
        known = [mail(n, colleague(n), contact(0)) for n in numbers if n % 3]
        self.lab.ingest([*known, *self.others()])

    def others(self):
        """What everybody else wrote: the same in every batch, so that most of a batch's time goes into its locks."""
        return [mail(900_000 + n, f"staff{n % STAFF}@nord.example", contact(n)) for n in range(GUESTS)]

    def batch(self, number):
        """About a dozen mails of the racer among three hundred of others."""
        first = (number + 1) * 1000
        names = [colleague(number, "b" if number % 3 == 2 and n % 2 else "") for n in range(12)]
        yield from (mail(first + n, name, contact(n)) for n, name in enumerate(names))
        yield from self.others()

    def run(self, number):
        """One race: the opt-out falls somewhere into the batch."""
        events, delay = list(self.batch(number)), self.dice.random() * statistics.median(self.took[-9:] or [0.1])
        with_graph = Graph(self.lab.login)

        def ingest():
            began = time.monotonic(); self.delays.append(delay)
            Ingest(self.graph, self.lab.settings, now=NOON).run(events)
            self.took.append(time.monotonic() - began)

        def opt_out():
            threading.Event().wait(delay)
            sharing.off(with_graph, self.lab.settings, f"mailto:{colleague(number)}", day=TODAY)

        try:
            at_once(ingest, opt_out)
        finally:
            with_graph.close()

    def lost(self, numbers):
        """The numbers of the races after which more than a closed, bare address was left of the racer."""
        keys = {self.lab.key(colleague(n)): n for n in numbers}
        keys |= {self.lab.key(colleague(n, "b")): n for n in numbers if n % 3 == 2}
        bare = {"sharing": False, "uri": None, "people": 0, "ties": 0, "interactions": 0, "strays": 0}
        rows = self.lab.query("remains", keys=sorted(keys))
        return sorted({keys[row["key"]] for row in rows if row != {"key": row["key"], **bare}})


# ---- two batches that meet in one person ----

MET, EACH = 8, 12  # contacts of every race, mails with each


def meetings(lab, graphs, numbers):
    """Races of two batches over the two addresses of a colleague and of every contact; how many ties are wrong."""
    load(lab, [(colleague(n), colleague(n, "b")) for n in numbers], "colleague")
    load(lab, [(contact(n), contact(n, "b")) for n in range(MET)], "contact")
    for number in numbers:
        at_once(
            *(
                lambda graph=graph, second=second: Ingest(graph, lab.settings, now=NOON).run(meeting(number, second))
                for graph, second in zip(graphs, ("", "b"), strict=True)
            )
        )
    return wrong_ties(lab)


def meeting(number, second):
    first = (number + 1) * 1000 + (500 if second else 0)
    pairs = [(colleague(number, second), contact(n, second)) for n in range(MET)]
    return [mail(first + n, *pairs[n % MET][:: 1 if n % 3 else -1]) for n in range(MET * EACH)]


def wrong_ties(lab):
    """The ties that are not what plain Python makes of the interactions in the graph, or are missing, as key pairs."""
    state = lab.state()
    main = {key: person for key, _, _, person in state["addresses"]}
    staff = {main[row["key"]] for row in lab.query("colleagues")}
    edges = [
        reference.Edge(a, b, channel, day, 1, weight, tier, True)
        for _, a, b, day, channel, weight, tier in state["interactions"]
    ]
    ties = reference.Ties(edges, main, staff, TODAY)
    pairs = {pair for u, v in ties.between for pair in ((u, v), (v, u)) if pair[0] in staff}
    stored = {
        (c, p): (fast * decay(TODAY)["f"] + slow * decay(TODAY)["s"], two_way)
        for c, p, fast, slow, *_, two_way, _ in state["ties"]
    }
    return sorted(pair for pair in pairs | stored.keys() if not same(ties, pair, stored.get(pair)))


def same(ties, pair, stored):
    if stored is None or pair not in ties.between and pair[::-1] not in ties.between:
        return False
    s, two_way = stored
    return abs(s / (s + 4) - ties.strength(*pair)) < 1e-8 and two_way == ties.two_way(*pair)
