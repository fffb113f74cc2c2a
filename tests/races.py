"""Races between writers of one graph: their people, their batches, and what must hold when all are done."""

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import neo4j
from lab import HERE, NOON, TODAY
from sample import reference
from servers import until

from wkw import identity, people, queries, sharing
from wkw.graph import JOBS, Graph
from wkw.ingest import Ingest
from wkw.interactions import DAY
from wkw.model import Event, Listing, Target
from wkw.strength import decay

TIMES = int(os.environ.get("WKW_RACES", "1"))  # this many times the usual number of races and histories


# ---- a graph with other queries ----


class Changed(Graph):
    """The product's graph, some of whose queries are read from other files: by query, the path without its suffix."""

    def __init__(self, login, files, profile=JOBS):
        super().__init__(login, profile)
        self._files = files

    def rows(self, name, /, **params):
        return super().rows(str(self._files.get(name, name)), **params)

    def held(self, name, /, **params):
        return super().held(str(self._files.get(name, name)), **params)


def changed(lab, folder, name, *changes):
    """A graph of the lab's server in whose query `name` each (old, new) is changed; each old is there exactly once."""
    text = queries.load(name).text
    for old, new in changes:
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    file = folder / f"{name.replace('/', '_')}.cypher"
    file.write_text(text)
    return Changed(lab.login, {name: file.with_suffix("")})


@contextmanager
def held(lab, name, /, **params):
    """Somebody else holds the lock that a query of the tests' own takes, until the block ends."""
    text = (HERE / "cypher" / f"{name}.cypher").read_text()
    with (
        neo4j.GraphDatabase.driver(lab.login.uri, auth=(lab.login.user, lab.login.password)) as driver,
        driver.session() as session,
        session.begin_transaction() as transaction,
    ):
        transaction.run(text, **params).consume()
        yield


# ---- people and mail ----


def colleague(number, second=""):
    return f"racer{number}{second}@nord.example"


def contact(number, second=""):
    return f"guest{number}{second}@kund{number % 7}.example"


def mail(number, sender, receiver):
    """One mail; `number` makes its id, its day and its second."""
    at = (TODAY - 1 - number % 40) * DAY + number % 80_000 * 1000
    return Event(f"m{number}@race", at, "email", f"mailto:{sender}", (f"mailto:{receiver}",), 1, "race")


def as_row(event):
    """A mail as a line of the interchange form."""
    at = datetime.fromtimestamp(event.at / 1000, UTC).isoformat()
    return json.dumps({"id": event.id, "at": at, "channel": event.channel, "from": event.sender, "to": event.to})


def load(lab, persons, kind):
    """The directory says that each tuple of addresses is one person's."""
    uris = [[f"mailto:{address}" for address in person] for person in persons]
    listings = [Listing(first, kind, aliases=tuple(others)) for first, *others in uris]
    people.load(lab.graph, lab.settings, listings, day=TODAY)


def at_once(*tasks, seconds=120):
    """Run functions in threads that begin together; what they returned."""
    start = threading.Barrier(len(tasks), timeout=30)

    def begin(task):
        start.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(seconds) for future in [pool.submit(begin, task) for task in tasks]]


def command(lab, *arguments, script="", env=None, **options):
    """A process of its own that runs `wkw` on the lab's server; `script` comes first."""
    env = {
        **os.environ,
        "WKW_NEO4J_URI": lab.login.uri,
        "WKW_NEO4J_USER": lab.login.user,
        "WKW_NEO4J_PASSWORD": lab.login.password,
        "WKW_ADDRESS_KEY": b"\n".join(lab.settings.address_key).decode(),
        "WKW_INTERACTION_KEY": lab.settings.interaction_key.decode(),
        "WKW_STATE": str(lab.settings.state),
        **(env or {}),
    }
    call = [sys.executable, "-c", f"{script}\nfrom wkw.cli import main\nmain()", *map(str, arguments)]
    return subprocess.Popen(call, cwd=HERE.parent, env=env, text=True, stdout=subprocess.PIPE, **options)


# ---- opt-out against ingest ----

CLERKS, GUESTS, ROWS = 6, 102, 306  # the others in a batch: as many addresses are locked beside the racer's


class OptOuts:
    """Races of one colleague's opt-out against a batch with a dozen of their mails; each colleague runs once.

    A third is new to the graph when it begins, a third was known before, a third has two addresses.
    """

    def __init__(self, lab, graph, dice):
        self.lab, self.graph, self.dice = lab, graph, dice  # the graph is that of the ingest
        self.took = [0.1]  # seconds of each batch

    def prepare(self, numbers):
        """Put what is known before into the graph."""
        load(self.lab, [(colleague(n), colleague(n, "b")) for n in numbers if n % 3 == 2], "colleague")
        known = [mail(n, colleague(n), contact(0)) for n in numbers if n % 3]
        self.lab.ingest([*known, *self._others()])

    def run(self, number):
        """One race: the opt-out falls somewhere into the batch."""
        events, delay = [*self._own(number), *self._others()], self.dice.random() * statistics.median(self.took[-9:])

        def ingest():
            began = time.monotonic()
            Ingest(self.graph, self.lab.settings, now=NOON).run(events)
            self.took.append(time.monotonic() - began)

        def opt_out():
            threading.Event().wait(delay)
            sharing.off(self.lab.graph, self.lab.settings, f"mailto:{colleague(number)}", now=NOON)

        at_once(ingest, opt_out)

    def lost(self, numbers):
        """The races after which more than closed, bare addresses was left of the racer."""
        keys = {self.lab.key(colleague(n)): n for n in numbers}
        keys |= {self.lab.key(colleague(n, "b")): n for n in numbers if n % 3 == 2}
        bare = {"sharing": False, "uri": None, "people": 0, "ties": 0, "interactions": 0, "strays": 0}
        rows = self.lab.query("remains", keys=sorted(keys))
        return sorted({keys[row["key"]] for row in rows if row != {"key": row["key"], **bare}})

    def _own(self, number):
        names = [colleague(number, "b" if number % 3 == 2 and n % 2 else "") for n in range(12)]
        return [mail((number + 1) * 1000 + n, name, contact(n)) for n, name in enumerate(names)]

    def _others(self):
        # The same in every batch: its time goes into the locks rather than into ties that would grow and grow.
        return [mail(900_000 + n, f"clerk{n % CLERKS}@nord.example", contact(n % GUESTS)) for n in range(ROWS)]


# ---- two batches that meet in one person ----

MET, EACH = 8, 6  # contacts of every race, mails with each


def meetings(lab, graphs, numbers):
    """Races of two batches, one for the first addresses of a colleague and of the contacts, one for the second ones."""
    load(lab, [(colleague(n), colleague(n, "b")) for n in numbers], "colleague")
    load(lab, [(contact(n), contact(n, "b")) for n in range(MET)], "contact")
    for number in numbers:
        batches = [
            lambda graph=graph, second=second: Ingest(graph, lab.settings, now=NOON).run(_meeting(number, second))  # noqa: B023
            for graph, second in zip(graphs, ("", "b"), strict=True)
        ]
        at_once(*batches)


def _meeting(number, second):
    first = (number + 1) * 1000 + (500 if second else 0)
    pairs = [(colleague(number, second), contact(n, second)) for n in range(MET)]
    return [mail(first + n, *pairs[n % MET][:: 1 if n % 3 else -1]) for n in range(MET * EACH)]


# ---- a merge, a batch and an opt-out ----


def merges(lab, graphs, numbers):
    """Races of a merge of two contacts with a batch of their mails, and for every second one with an opt-out."""
    load(lab, [(contact(n, "b"), contact(n, "c")) for n in numbers], "contact")
    for number in numbers:
        first = (number + 1) * 1000
        mails = [mail(first + n, f"clerk{n % 3}@nord.example", contact(number, "abc"[n % 3])) for n in range(30)]
        lab.ingest(mails[:6])
        tasks = [
            lambda mails=mails: Ingest(graphs[0], lab.settings, now=NOON).run(mails),
            lambda number=number: merge(lab, graphs[1], contact(number, "a"), contact(number, "b")),
            lambda number=number: sharing.off(
                graphs[2], lab.settings, f"mailto:{contact(number, 'abc'[number // 2 % 3])}", now=NOON
            ),
        ]
        at_once(*tasks[: 3 if number % 2 else 2])


def mutual_merges(lab, graphs, numbers):
    """Races of two merges, one at each end of the same ties."""
    for number in numbers:
        staff, guests = ([who(number), who(number, "b")] for who in (colleague, contact))
        first = (number + 1) * 1000
        lab.ingest(mail(first + n, staff[n % 2], guests[n // 2 % 2]) for n in range(8))
        at_once(lambda s=staff: merge(lab, graphs[0], *s), lambda g=guests: merge(lab, graphs[1], *g))


def merge(lab, graph, one, other):
    """What `wkw merge` does with two addresses."""
    targets = [Target(uri=f"mailto:{address}") for address in (one, other)]
    if closed := identity.merge(graph, lab.settings, *targets, day=TODAY):
        sharing.spread(graph, lab.settings, closed, now=NOON)


def erased_in_a_merge(lab, graph):
    """How many people two contacts are whom `graph` merges while one of them is erased, as a rule does.

    One is right either way round: an erasure spares who has two addresses, a merge makes anew who has none.
    """
    lab.ingest(mail(n, f"clerk{n % 5}@nord.example", contact(n % 7)) for n in range(70))
    known = sorted((row["id"], row["uri"]) for row in lab.query("names"))
    pair = [uri.removeprefix("mailto:") for _, uri in known if "guest" in uri][:2]
    last = max(name for name, uri in known if "clerk" in uri)
    with ThreadPoolExecutor(2) as pool:
        with held(lab, "hold_person", id=last):  # the merge has the locks of both contacts and waits for this one
            merging = pool.submit(merge, lab, graph, *pair)
            until(lambda: lab.query("waiting")[0]["transactions"] == 1)
            erasing = pool.submit(lab.graph.row, "exclusions/erase", key=lab.key(pair[0]), day=TODAY)
            until(lambda: lab.query("waiting")[0]["transactions"] == 2)
        merging.result(60), erasing.result(60)
    person = {key: who for key, _, _, who in lab.state()["addresses"]}
    return len({person[lab.key(address)] for address in pair} - {None})


def wrong_ties(lab):
    """The ties, as pairs of keys, that are missing or not what plain Python makes of the mails in the graph."""
    state = lab.state()
    main = {key: person for key, _, _, person in state["addresses"]}
    staff = {main[row["key"]] for row in lab.query("colleagues")}
    mails = [reference.Edge(a, b, x, day, 1, w, tier, began=True) for _, a, b, day, x, w, tier in state["interactions"]]
    ties = reference.Ties(mails, main, staff, TODAY)
    right = {pair for u, v in list(ties.between) for pair in ((u, v), (v, u)) if pair[0] in staff}
    stored = {(c, p): (fast, slow, two_way) for c, p, fast, slow, *_, two_way, _ in state["ties"]}
    assert right, "no tie to look at"
    return sorted(right ^ stored.keys()) + sorted(
        pair for pair in right & stored.keys() if not _right(ties, pair, *stored[pair])
    )


def _right(ties, pair, fast, slow, two_way):
    s = fast * decay(TODAY)["f"] + slow * decay(TODAY)["s"]
    return abs(s / (s + 4) - ties.strength(*pair)) < 1e-8 and two_way == ties.two_way(*pair)


# ---- many writers ----


class Shuffled(Graph):
    """The product's graph, but batches name their addresses in any order."""

    def rows(self, name, /, **params):
        if name == "ingest/store":
            params["addresses"] = random.sample(params["addresses"], len(params["addresses"]))
        return super().rows(name, **params)


def storm(dice, writers, batches, rows):
    """For each writer the batches it sends: mails among the same people, in an order of its own."""
    everything = [
        mail(n, f"clerk{n % 10}@nord.example", contact(n // 10 % 40)) for n in range(writers * batches * rows)
    ]
    dice.shuffle(everything)
    return [[everything[k::writers][b * rows : (b + 1) * rows] for b in range(batches)] for k in range(writers)]
