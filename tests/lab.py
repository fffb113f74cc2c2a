"""What tests need of a graph beside the product: queries of their own, its state, and the village."""

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import neo4j

from wkw import jobs, keys, people, schema
from wkw.addresses import address_key, canonical
from wkw.connectors import directory, interchange, mail
from wkw.forget import forget
from wkw.graph import Graph, Login
from wkw.ingest import Ingest
from wkw.reweight import reweight
from wkw.settings import Settings
from wkw.web_settings import Limits

HERE = Path(__file__).parent
VILLAGE = HERE / "village"
TODAY = 20606  # 2026-06-02, the day after the village's last
NOON = int(datetime(2026, 6, 2, 12, tzinfo=UTC).timestamp() * 1000)
VILLAGES = {}  # by server, the photograph of its graph with the village in it


def settings_in(folder):
    return Settings(
        data=folder,
        state=folder / "state",
        domains=("nord.example",),
        address_key=(b"a secret for addresses, for tests",),
        interaction_key=b"another one for the interactions",
        limits=Limits(calls=10**6, people=10**6, parallel=100),  # tests ask more than people do
    )


@dataclass(frozen=True)
class Lab:
    """One server with the product's graph on it."""

    graph: Graph
    settings: Settings
    login: Login

    def query(self, name, /, **params):
        """Run a query of the tests' own."""
        with self.session() as run:
            return run(name, **params)

    @contextmanager
    def session(self):
        """Give what runs many queries of the tests' own over one connection."""

        def run(name, /, **params):
            text = (HERE / "cypher" / f"{name}.cypher").read_text()
            return [row.data() for row in driver.execute_query(text, params, database_="neo4j").records]

        with neo4j.GraphDatabase.driver(
            self.login.uri,
            auth=(self.login.user, self.login.password),
            notifications_disabled_classifications=["UNRECOGNIZED"],
        ) as driver:
            yield run

    def state(self):
        """The state of the graph as design section 3 defines it, ties rounded to nine digits."""
        row = self.query("state")[0]
        ties = [[*tie[:2], *(float(f"{x:.9g}") for x in tie[2:4]), *tie[4:]] for tie in row["ties"]]
        return {"addresses": row["addresses"], "interactions": row["interactions"], "ties": ties}

    def contents(self):
        """Everything in the graph, in an order of its own."""
        return sorted(json.dumps([sorted(row["what"]), row["facts"]], sort_keys=True) for row in self.query("contents"))

    def empty(self):
        """Leave the graph as it was after its migrations."""
        with self.session() as run:
            run("wipe")
            run("renew")

    def key(self, address):
        return address_key(self.settings.address_key, canonical(address))

    def token(self, *roles, of="anna@nord.example"):
        """A new API key of a colleague with some roles, a seller's without any; a connector's is nobody's."""
        uri = None if roles == ("connector",) else f"mailto:{of}"
        more = {"roles": roles} if roles else {}
        return keys.create(self.graph, self.settings, uri, name="", day=TODAY, now=NOON, expires=None, **more)

    def ingest(self, records, *, now=NOON, dry_run=False, sources=()):
        return Ingest(self.graph, self.settings, now=now, dry_run=dry_run).run(records, sources=sources)

    def reweight(self, *, day=TODAY, full=False, weights=None):
        """What a run of the job moved."""
        return self._run(
            "reweight",
            lambda lease: reweight(self.graph, self.settings, lease, day=day, full=full, weights=weights),
            day,
        )

    def forget(self, *, day=TODAY, retention=365):
        """What a run of the job folded."""
        return self._run("forget", lambda lease: forget(self.graph, lease, day=day, retention=retention), day)

    def _run(self, name, work, day):
        return jobs.run(self.graph, name, lambda lease: (work(lease), 0), day=day)

    def load_people(self):
        return people.load(self.graph, self.settings, list(directory.read(VILLAGE / "people.csv")), day=TODAY)

    def load_village(self):
        """The directory, then every file of the village; what became of the files' events."""
        self.load_people()
        return self.ingest(village_records())

    def put_village(self):
        """The same as `load_village` leaves in an empty graph, read once for each server and then put down at once."""
        place = self.login.uri
        if place in VILLAGES:
            self.query("put_down", **VILLAGES[place])
            return
        self.load_village()
        read, photograph = self.contents(), self.photograph()
        self.query("wipe")
        self.query("put_down", **photograph)
        assert self.contents() == read
        VILLAGES[place] = photograph

    def photograph(self):
        """All that `put_down` needs to make the same again."""
        [found] = self.query("photograph")
        place = {node["name"]: number for number, node in enumerate(found["nodes"])}
        edges = [edge | {"ends": [place[end] for end in edge["ends"]]} for edge in found["edges"]]
        return {"nodes": found["nodes"], "edges": edges}


def lab_at(server, folder):
    """The product's graph on a server, empty."""
    login = Login(server.uri, server.user, server.password)
    lab = Lab(Graph(login), settings_in(folder), login)
    schema.migrate(lab.graph, lab.settings, now=NOON)
    lab.empty()
    return lab


def village_records():
    yield from mail.read([VILLAGE / "mail.mbox", VILLAGE / "maildir", VILLAGE / "eml"])
    yield from interchange.read([VILLAGE / "interactions.jsonl"])
