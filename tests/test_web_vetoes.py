"""A veto is one call, its end another: from its answer on no lookup shows the tie, whatever goes on beside."""

import random
import threading
from contextlib import closing

import pytest
from browser import refused
from lab import NOON, TODAY
from races import at_once, changed

from wkw import sharing
from wkw.errors import NotFound
from wkw.graph import Graph
from wkw.lookup import Question, lookup
from wkw.model import Target
from wkw.vetoes import veto
from wkw.web import create_app

ANNA, BO, CIA, EVA = (f"{who}@nord.example" for who in ("anna", "bo", "cia", "eva"))
LEA, PIA = "lea@kund.example", "pia@fjord.example"


@pytest.fixture
def client(village):
    return create_app(village.graph, village.settings).test_client()


def id_of(lab, who):
    return lab.query("person", key=lab.key(who))[0]["facts"]["id"]


def put(lab, who, contact, *, wanted=True, graph=None):
    veto(graph or lab.graph, lab.key(who), id_of(lab, contact), wanted=wanted, day=TODAY)


def bearer(village, who=ANNA):
    return {"Authorization": f"Bearer {village.token('seller', of=who)}"}


def test_one_sets_it_and_lifts_it_by_the_id_of_a_connection_and_again_it_is_the_same(village, client):
    headers = bearer(village)
    ties = client.get("/v1/me/connections", headers=headers).json["connections"]
    assert {tie["vetoed"] for tie in ties} == {False}
    lea = next(tie["id"] for tie in ties if tie["name"] == "Lea Sand")

    for method, vetoed in (("PUT", True), ("PUT", True), ("DELETE", False), ("DELETE", False)):
        answer = client.open(f"/v1/me/vetoes/{lea}", method=method, headers=headers)
        assert (answer.status_code, answer.json) == (200, {"id": lea, "vetoed": vetoed})
        seen = {
            tie["id"]: tie["vetoed"] for tie in client.get("/v1/me/connections", headers=headers).json["connections"]
        }
        assert [one for one, so in seen.items() if so] == ([lea] if vetoed else [])
    assert client.get(f"/v1/me/connections/{lea}", headers=headers).status_code == 200


def test_what_one_vetoed_is_in_what_is_held_of_one_and_of_nobody_else(village, client):
    put(village, ANNA, LEA)

    told = client.get("/v1/me/data", headers=bearer(village)).json
    assert told["about"]["vetoes"] == [{"name": "Lea Sand", "company": "Kund"}]
    assert [tie["name"] for tie in told["connections"] if tie["vetoed"]] == ["Lea Sand"]
    other = client.get("/v1/me/data", headers=bearer(village, BO)).json
    assert (other["about"]["vetoes"], {tie["vetoed"] for tie in other["connections"]}) == ([], {False})


def test_a_contact_whose_gate_is_closed_is_told_of_as_nobody(village, client):
    put(village, ANNA, LEA)
    lea = id_of(village, LEA)
    village.query("close_only", key=village.key(LEA))

    for method in ("PUT", "DELETE"):
        for one in (lea, "0123456789abcdef01234567", id_of(village, PIA), id_of(village, ANNA)):
            refused(client.open(f"/v1/me/vetoes/{one}", method=method, headers=bearer(village)), 404, "not_found")
    assert client.get("/v1/me/data", headers=bearer(village)).json["about"]["vetoes"] == []


def test_whoever_opted_out_has_nothing_to_veto(village, client):
    village.query("close_only", key=village.key(ANNA))

    refused(client.put(f"/v1/me/vetoes/{id_of(village, LEA)}", headers=bearer(village)), 404, "not_found")
    assert village.query("vetoes") == []


# ---- at once, and beside everything else ----


def test_no_lookup_that_starts_after_the_answer_shows_it(village):
    ended, stale = threading.Event(), []
    state = {"vetoed": False}

    def look():
        with closing(Graph(village.login)) as graph:
            question = Question(Target(uri=f"mailto:{LEA}"), village.key(CIA), TODAY)
            while not ended.is_set():
                before = state["vetoed"]
                names = {one.name for one in lookup(graph, village.settings, question).introducers}
                if before and state["vetoed"] and "Anna Berg" in names:
                    stale.append(names)

    def decide():
        dice = random.Random(3)
        for _ in range(60):
            put(village, ANNA, LEA)
            state["vetoed"] = True
            threading.Event().wait(dice.random() / 100)
            state["vetoed"] = False
            put(village, ANNA, LEA, wanted=False)
        ended.set()

    at_once(look, look, decide)

    assert stale == []


def test_a_veto_that_races_with_an_opt_out_leaves_nothing(village):
    with closing(Graph(village.login)) as graph:
        for who in (ANNA, BO, EVA):

            def insist(who=who):
                for _ in range(20):
                    try:
                        put(village, who, LEA, graph=graph)
                    except (NotFound, IndexError):
                        return

            at_once(insist, lambda who=who: sharing.off(village.graph, village.settings, f"mailto:{who}", now=NOON))
            assert [row for row in village.query("vetoes") if row["sender_key"] == village.key(who)] == []


def test_without_the_look_at_the_gates_a_veto_comes_after_they_are_closed(village, tmp_path):
    gates = ("k.last IS NOT NULL\n  AND", "k.last IS NOT NULL\n  OR")
    village.query("close_only", key=village.key(ANNA))
    with pytest.raises(NotFound):
        put(village, ANNA, LEA)

    with closing(changed(village, tmp_path, "vetoes/veto", gates)) as graph:
        put(village, ANNA, LEA, graph=graph)

    assert village.query("vetoes") != []
