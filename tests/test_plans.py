"""No query scans or multiplies: each runs under PROFILE on a graph with hubs, and its plan is read."""

import neo4j
import pytest
from lab import NOON, TODAY, Lab
from servers import Embedded
from usage import HUB, crowd, use_everything

from wkw import (
    exclusions,
    queries,
)
from wkw.graph import Graph
from wkw.lookup import Question, lookup
from wkw.model import Event, Target

DAY = 86_400_000

SCANS = (
    "AllNodesScan",
    "NodeByLabelScan",
    "NodeIndexScan",
    "RelationshipTypeScan",
    "RelationshipIndexScan",
    "UnionNodeByLabelsScan",
)
# Small by nature: migrations are a dozen, keys, requests and links are bounded by hand, SHOW reads no data, and mails
# go after a week.
SMALL = {"schema/applied", "schema/building", "keys/list", "exposure/keys", "rights/listed", "rights/use"}
SMALL |= {"outbox/dead", "outbox/forget"}


class Profiled(Graph):
    """Runs every query under PROFILE and keeps the plans."""

    def __init__(self, login):
        super().__init__(login)
        self.plans = {}

    def _run(self, query, params):
        def read(result):
            rows = [record.data() for record in result]
            self.plans.setdefault(query.name, []).append(result.consume().profile)
            return rows

        routing = neo4j.RoutingControl.READ if query.mode == "read" else neo4j.RoutingControl.WRITE
        options = {"routing_": routing, "database_": "neo4j", "result_transformer_": read}
        return self.driver().execute_query(f"PROFILE {query.text}", params, **options)


def operators(plan):
    details = plan["args"].get("Details", "")
    yield f"{plan['operatorType'].split('@')[0]} {details}", plan.get("rows", 0), plan.get("dbHits", 0)
    for child in plan.get("children", []):
        yield from operators(child)


@pytest.fixture(scope="module")
def server(request, tmp_path_factory):
    """A server of each line that plans as they do elsewhere: those that are shared keep the plans of an empty graph."""
    server = Embedded(request.param, tmp_path_factory.mktemp(request.param)).spawn().ready()
    yield server
    server.close()


@pytest.fixture
def profiled(lab):
    watched = Profiled(lab.login)
    yield Lab(watched, lab.settings, lab.login)
    watched.close()


@pytest.mark.both_lines
def test_no_query_scans_or_multiplies(profiled):
    use_everything(profiled)

    plans = profiled.graph.plans
    assert {name for name in queries.names() if "/migrations/" not in name} <= plans.keys() | NOT_USED
    for name, found in plans.items():
        for plan in found:
            check(name, plan)


NOT_USED = {"schema/record", "schema/bind", "schema/bound", "schema/applied", "schema/building"}
NOT_USED |= {"schema/server", "schema/named"}
NOT_USED |= {"begun/running"}  # SHOW reads no data
# Nobody waits: all is read, and the graph is closed to others.
NOT_USED |= {*queries.names("rotation"), *queries.names("transfer")}


def check(name, plan):
    for operator, rows, _ in operators(plan):
        kind = operator.split(" ")[0]
        small = name in SMALL or rows <= 1  # there is one node of settings
        assert small or not kind.endswith(SCANS), f"{name} scans {rows} rows by {operator}"
        assert kind != "CartesianProduct" or rows <= 1, f"{name} multiplies: {rows} rows by {operator}"


def test_a_lookup_touches_the_targets_ties_and_no_more(profiled):
    profiled.ingest(crowd())
    asker = profiled.key("c1@nord.example")
    profiled.graph.plans.clear()

    answer = lookup(
        profiled.graph, profiled.settings, Question(Target(uri=f"mailto:{HUB}"), asker, TODAY, one_way=True)
    )

    (plan,) = profiled.graph.plans["lookup/introducers"]
    hits = sum(hits for *_, hits in operators(plan))
    ties = 400  # the hub is known by at most so many
    assert len(answer.introducers) == 5
    assert hits < 42 * ties, f"{hits} hits for {ties} ties"


def test_a_rule_about_one_address_reads_that_address_alone(profiled):
    profiled.ingest(crowd(events=500))
    rule = exclusions.Rule("address", profiled.key(HUB))
    exclusions.add(profiled.graph, profiled.settings, rule)
    profiled.graph.plans.clear()

    assert exclusions.purge(profiled.graph, profiled.settings, [rule], day=TODAY)["addresses"] == 1
    assert "exclusions/addresses" not in profiled.graph.plans


def test_a_small_batch_touches_its_own_pairs_and_no_more(profiled):
    profiled.ingest(crowd())
    profiled.graph.plans.clear()

    profiled.ingest([Event("mid:one", NOON, "email", "mailto:c1@nord.example", (f"mailto:{HUB}",), 1, "crowd")])

    (plan,) = profiled.graph.plans["ingest/store"]
    hits = sum(hits for *_, hits in operators(plan))
    assert hits < 3_000, f"{hits} hits for one edge of a pair with a few"
