"""Switching sharing off is one call: whoever made it is gone before it is answered, and may see what became of it."""

import threading

import pytest
from browser import refused
from lab import NOON
from servers import until

from wkw import policy, sharing
from wkw.ledger import FILE
from wkw.regions import Policy
from wkw.web import create_app

ASK = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}


@pytest.fixture
def client(village):
    yield create_app(village.graph, village.settings).test_client()
    until(lambda: "purge" not in {thread.name for thread in threading.enumerate()})


@pytest.fixture
def eva(village):
    return {"Authorization": f"Bearer {village.token('seller', of='eva@nord.example')}"}


@pytest.fixture
def anna(village):
    return {"Authorization": f"Bearer {village.token('seller')}"}


def put(client, headers, to):
    response = client.put("/v1/me/sharing", json={"sharing": to}, headers=headers)
    assert response.status_code == 200, response.json
    return response.json


def introducers(client, headers):
    answer = client.post("/v1/lookups", json=ASK, headers=headers).json
    return [one["colleague"]["name"] for one in answer["introducers"]]


def completed(client, headers, receipt):
    """The receipt once it is completed."""
    path = f"/v1/me/receipts/{receipt}"
    until(lambda: client.get(path, headers=headers).json["state"] == "completed")
    return client.get(path, headers=headers).json


def test_whoever_switches_it_off_is_gone_with_the_answer_and_has_a_receipt(client, village, eva, anna):
    assert client.get("/v1/me/sharing", headers=eva).json == {"sharing": "on", "because": [], "receipt": None}
    assert "Eva Noor" in introducers(client, anna)

    told = put(client, eva, "off")
    assert (told["sharing"], told["because"]) == ("off", ["self"])
    assert (told["receipt"]["sharing"], told["receipt"]["by"]) == ("off", "self")
    assert "Eva Noor" not in introducers(client, anna)
    done = completed(client, eva, told["receipt"]["id"])
    assert (done["addresses"], done["removed"]["people"]) == (2, 1)
    assert done["removed"]["interactions"] > 0
    assert "eva" not in repr(village.query("everything")).lower()


def test_they_may_still_sign_in_ask_see_their_receipts_and_switch_it_on_again(client, village, eva, anna):
    first = put(client, eva, "off")["receipt"]["id"]
    assert client.get("/v1/me", headers=eva).json["sharing"] == "off"
    assert client.post("/v1/lookups", json=ASK, headers=eva).status_code == 200
    assert put(client, eva, "off")["receipt"]["id"] == first

    told = put(client, eva, "on")

    assert (told["sharing"], told["receipt"]["state"]) == ("on", "completed")
    assert told["receipt"]["removed"] is None
    assert completed(client, eva, first)["sharing"] == "off"
    assert "Eva Noor" not in introducers(client, anna)  # what was before is gone for good


def test_whoever_never_switched_it_off_switches_on_what_is_on(client, eva):
    assert put(client, eva, "on") == {"sharing": "on", "because": [], "receipt": None}


def test_the_receipts_of_others_and_those_of_nobody_are_told_alike(client, eva, anna):
    receipt = put(client, eva, "off")["receipt"]["id"]

    for one in (receipt, "0" * 32):
        refused(client.get(f"/v1/me/receipts/{one}", headers=anna), 404, "not_found")


def test_where_the_ledger_cannot_be_written_nobody_is_told_that_they_are_off(client, village, eva, anna):
    (village.settings.state / FILE).mkdir(parents=True)

    refused(client.put("/v1/me/sharing", json={"sharing": "off"}, headers=eva), 503, "ledger_unavailable")


def test_a_purge_that_was_killed_is_made_good_by_the_next_worker(village, client, eva):
    receipt = sharing.close(village.graph, village.settings, village.key("eva@nord.example"), now=NOON, by="self")

    client.application.extensions["wkw"].purger.wake()

    assert completed(client, eva, receipt.id)["removed"]["people"] == 1


def test_whom_a_policy_keeps_off_is_told_alone_and_their_yes_opens_where_one_is_asked_for(client, village, eva, anna):
    policy.put(village.graph, village.settings, Policy("default", "off"), now=NOON)
    told = client.get("/v1/me/sharing", headers=eva).json
    assert (told["sharing"], told["because"], told["receipt"]["by"]) == ("off", ["policy"], "policy")
    assert put(client, eva, "on")["because"] == ["policy"]
    assert put(client, anna, "off")["because"] == ["policy", "self"]

    policy.put(village.graph, village.settings, Policy("default", "opt_in"), now=NOON)
    assert client.get("/v1/me/sharing", headers=eva).json["because"] == []  # the yes is kept
    assert put(client, anna, "on")["because"] == []
    assert put(client, anna, "off")["because"] == ["self"]
