"""The rights of people outside over HTTP: two administrators, one after the other, and what each of them is told."""

import json
import threading

import pytest
from browser import refused
from lab import TODAY
from servers import until

from wkw import rights
from wkw.audit import Audit
from wkw.moment import Moment
from wkw.web import calls, create_app

ROUTE = "/v1/admin/erasures"
LEA = {"address": "lea@kund.example"}
ANNA, BO, CIA = "anna@nord.example", "bo@nord.example", "cia@nord.example"
ASK = {"target": LEA, "purpose": "lead_followup"}


@pytest.fixture
def app(village):
    yield create_app(village.graph, village.settings)
    until(lambda: "purge" not in {thread.name for thread in threading.enumerate()})


@pytest.fixture
def http(village, app):
    """What asks the application as somebody of the village, who is an administrator and a seller."""
    client, tokens = app.test_client(), {}

    def ask(who, method, path, body=None):
        if who not in tokens:
            tokens[who] = village.token("admin", "seller", of=who)
        return client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {tokens[who]}"})

    return ask


def asked(http, kind, *, target=LEA, who=ANNA):
    response = http(who, "POST", ROUTE, {"target": target, "kind": kind})
    assert response.status_code == 200, response.text
    return response.json


def approve(http, request, *, target=LEA, who=BO):
    return http(who, "POST", f"{ROUTE}/{request['id']}/approve", {"target": target})


def done(http, request):
    """The request once it is done."""
    until(lambda: http(ANNA, "GET", f"{ROUTE}/{request['id']}").json["state"] == "done")
    return http(ANNA, "GET", f"{ROUTE}/{request['id']}").json


def shown(http):
    return http(CIA, "POST", "/v1/lookups", ASK).status_code == 200


def test_an_erasure_by_two_is_answered_with_the_ids_of_the_crm_once_and_done_soon(village, http):
    request = asked(http, "erasure")
    assert (request["state"], request["decided"], request["receipt"]) == ("asked", None, None)
    assert shown(http)

    told = approve(http, request)

    assert (told.status_code, told.json["crm"]) == (200, ["crm:dynamics:1001"])
    assert not shown(http)
    receipt = done(http, request)["receipt"]
    assert (receipt["by"], receipt["state"], receipt["removed"]["people"]) == ("admins", "completed", 1)
    assert approve(http, request).json["crm"] == []
    for kept in ((village.settings.state / "ledger.jsonl").read_text(), json.dumps(done(http, request))):
        assert "crm:dynamics" not in kept
    assert "crm:dynamics:1001" not in repr(village.query("everything"))


def test_an_objection_hides_before_it_is_approved_and_a_withdrawal_undoes_it(http):
    request = asked(http, "objection")
    assert not shown(http)

    assert http(BO, "POST", f"{ROUTE}/{request['id']}/withdraw").status_code == 204

    assert shown(http)
    refused(http(ANNA, "GET", f"{ROUTE}/{request['id']}"), 404, "not_found")
    refused(approve(http, request), 404, "not_found")


def test_whoever_asked_is_told_that_another_one_approves(village, http):
    for who, other in ((ANNA, ANNA), ("eva@nord.example", "eva.noor@nord.example")):
        request = asked(http, "erasure", who=who)

        answer = approve(http, request, who=other)

        refused(answer, 403, "forbidden")
        assert answer.json["detail"] == "You asked for this yourself."
        assert http(who, "POST", f"{ROUTE}/{request['id']}/withdraw").status_code == 204
    assert shown(http)


def test_two_keys_of_one_owner_are_one_person(village, app):
    first, second = (village.token("admin") for _ in range(2))
    client = app.test_client()
    made = client.post(
        ROUTE, json={"target": LEA, "kind": "erasure"}, headers={"Authorization": f"Bearer {first}"}
    ).json

    answer = client.post(
        f"{ROUTE}/{made['id']}/approve", json={"target": LEA}, headers={"Authorization": f"Bearer {second}"}
    )

    refused(answer, 403, "forbidden")


def test_whoever_approves_it_for_somebody_else_is_told_so(http):
    request = asked(http, "erasure")

    answer = approve(http, request, target={"address": "mats@kund.example"})

    assert (answer.status_code, [*answer.json["errors"]]) == (422, ["target"])
    assert shown(http)


def test_a_colleague_is_sent_to_their_own_switch(http):
    answer = http(ANNA, "POST", ROUTE, {"target": {"address": CIA}, "kind": "objection"})

    refused(answer, 422, "colleague")
    assert "/v1/me/sharing" in answer.json["remedy"]


@pytest.mark.parametrize("target", [{}, {"name": "Lea Sand"}, LEA | {"id": "x"}, {"address": "nobody"}])
def test_whom_it_is_about_is_said_in_exactly_one_way_and_not_by_a_name(http, target):
    refused(http(ANNA, "POST", ROUTE, {"target": target, "kind": "erasure"}), 422, "invalid_input")


def test_the_list_tells_kinds_times_and_states_and_not_whom_it_is_about(village, http):
    ids = [asked(http, kind)["id"] for kind in rights.KINDS]
    ids.append(asked(http, "erasure", target={"address": "nobody@nowhere.example"})["id"])

    told = http(CIA, "GET", ROUTE)

    assert sorted(one["id"] for one in told.json["requests"]) == sorted(ids)
    assert {one["state"] for one in told.json["requests"]} == {"asked"}
    for secret in ("lea", "Lea", "kund", "nobody", "1001", village.key("lea@kund.example")):
        assert secret not in told.text


def test_each_step_is_in_the_audit_log_with_whom_it_was_about_and_without_an_address(village, http):
    lea = http(CIA, "POST", "/v1/lookups", ASK).json["target"]["id"]
    request = asked(http, "erasure")
    approve(http, request, who=ANNA)
    approve(http, request)
    done(http, request)
    withdrawn = asked(http, "access", target={"address": "mats@kund.example"})
    http(BO, "POST", f"{ROUTE}/{withdrawn['id']}/withdraw")

    rows = [row for _, row in Audit(village.settings).rows(since=0)][2:]

    told = [(row["act"], row["outcome"]) for row in rows if row["step"] == "told"]
    assert told == [
        ("erasure_asked", "ok"),
        ("request_approved", "forbidden"),
        ("request_approved", "ok"),
        ("access_asked", "ok"),
        ("request_withdrawn", "ok"),
    ]
    assert [row["about"] for row in rows if row["step"] == "told"][:3] == [[lea]] * 3
    assert "@" not in json.dumps(rows)


# ---- access ----


def test_an_approved_access_tells_all_that_is_held_and_of_colleagues_their_names(village, http):
    assert shown(http)
    request = asked(http, "access")
    refused(http(ANNA, "GET", f"{ROUTE}/{request['id']}/data"), 404, "not_found")
    assert approve(http, request).json["crm"] == []

    told = http(ANNA, "GET", f"{ROUTE}/{request['id']}/data").json

    (found,) = village.query("held", key=village.key("lea@kund.example"))
    assert len(told["interactions"]) == len(found["interactions"])
    assert sorted(one["id"] for one in told["interactions"]) == sorted(
        row["facts"]["id"] for row in found["interactions"]
    )
    assert {one["name"] for one in told["known_by"]} == {"Anna Berg", "Bo Ek", "Cia Holm", "Dag Lund", "Eva Noor"}
    assert {one["address"] for one in told["about"]["addresses"]} == {
        "mailto:lea@kund.example",
        "tel:+46846500401",
        "crm:dynamics:1001",
    }
    assert told["about"]["person"]["name"] == "Lea Sand"
    assert [one["times"] for one in told["looked_up"]["lookups"]] == [1]
    assert "nord.example" not in json.dumps(told)
    assert shown(http)


def test_whoever_objected_is_hidden_and_still_told_what_is_held_with_folded_sums(village, http):
    village.forget(retention=21)
    asked(http, "objection")
    request = asked(http, "access")
    approve(http, request)

    told = http(BO, "GET", f"{ROUTE}/{request['id']}/data").json

    assert told["interactions"]
    assert told["kept"]
    assert told["about"]["person"]["name"] == "Lea Sand"


def test_it_is_one_document_however_many_pages_the_graph_is_read_in(village, monkeypatch):
    key = village.key("lea@kund.example")
    village.forget(retention=21)
    whole = rights.everything(village.graph, village.settings, key, day=TODAY)

    monkeypatch.setattr(rights, "MOST", 2)

    assert rights.everything(village.graph, village.settings, key, day=TODAY) == whole
    assert len(whole["interactions"]) > 4


def test_of_nobody_there_is_nothing_to_tell(http):
    nobody = {"address": "nobody@nowhere.example"}
    request = asked(http, "access", target=nobody)
    approve(http, request, target=nobody)

    told = http(ANNA, "GET", f"{ROUTE}/{request['id']}/data").json

    assert (told["about"]["person"], told["interactions"], told["known_by"]) == (None, [], [])


def test_only_the_two_may_have_it_and_only_for_a_day(village, http, monkeypatch):
    request = asked(http, "access")
    approve(http, request)
    path = f"{ROUTE}/{request['id']}/data"
    refused(http(CIA, "GET", path), 403, "forbidden")

    end = rights.found(village.graph, request["id"]).decided + rights.FETCHABLE
    for at, status in ((end - 1, 200), (end, 404)):
        monkeypatch.setattr(calls, "moment", lambda at=at: Moment(at, at // rights.DAY))
        assert http(ANNA, "GET", path).status_code == status
    assert http(ANNA, "GET", f"{ROUTE}/{request['id']}").json["state"] == "done"


def test_an_erasure_is_no_access(http):
    request = asked(http, "erasure", target={"address": "ola@fjord.example"})
    approve(http, request, target={"address": "ola@fjord.example"})

    refused(http(ANNA, "GET", f"{ROUTE}/{request['id']}/data"), 404, "not_found")
