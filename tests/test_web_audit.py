"""What is asked over HTTP is in the audit log first, without a word that leads to anybody, or it is not asked."""

from dataclasses import replace

import pytest
from lab import NOON, TODAY

from wkw import keys, sharing
from wkw.audit import DAY, Act, Audit
from wkw.connections import person
from wkw.model import date_of
from wkw.moment import moment
from wkw.web import create_app

LEA = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}
ROW = {
    "id": "a",
    "at": "2026-06-01T09:00:00Z",
    "channel": "email",
    "from": "anna@nord.example",
    "to": ["lea@kund.example"],
}
# Everything that goes into the log: its name there, and how to ask for it.
RECORDED = {
    "lookup": ("seller", "POST", "/v1/lookups", LEA),
    "targets": ("seller", "POST", "/v1/targets", {"name": "le", "purpose": "account_plan"}),
    "ingest": ("connector", "POST", "/v1/interactions", {"interactions": [ROW]}),
    "people": (
        "connector",
        "PUT",
        "/v1/people?confirm=true",
        {"people": [{"address": "x@kund.example", "kind": "lead"}]},
    ),
    "audit": ("admin", "GET", "/v1/admin/audit", None),
    "objection_asked": ("admin", "POST", "/v1/admin/erasures", {"target": LEA["target"], "kind": "objection"}),
}
every_act = pytest.mark.parametrize("act", RECORDED)


@pytest.fixture
def audit(village):
    return Audit(village.settings)


@pytest.fixture
def http(village):
    """What asks the application as somebody of the village with a role."""
    client = create_app(village.graph, village.settings).test_client()

    def ask(role, method, path, body=None, *, who="anna"):
        uri = None if role == "connector" else f"mailto:{who}@nord.example"
        key = keys.create(
            village.graph, village.settings, uri, roles=(role,), name="", day=TODAY, now=NOON, expires=None
        )
        return client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {key}"})

    return ask


def rows(audit):
    return [row for _, row in audit.rows(since=0)]


def id_of(village, address):
    return person(village.graph, village.key(address))["id"]


def look_up(http, *, who="anna", purpose="lead_followup", **target):
    return http("seller", "POST", "/v1/lookups", {"target": target, "purpose": purpose}, who=who)


# ---- what is recorded ----


@every_act
def test_an_act_has_a_row_before_and_one_after_it_with_who_when_and_the_request(http, audit, act):
    role, *request = RECORDED[act]
    before = moment().now
    response = http(role, *request)
    asked, told = rows(audit)

    assert response.status_code == 200
    assert [row["step"] for row in (asked, told)] == ["asked", "told"]
    for row in (asked, told):
        assert (row["act"], row["id"]) == (act, response.headers["X-Request-Id"])
        assert row["roles"] == sorted({role} | ({"colleague"} if role != "connector" else set()))
        assert before <= row["at"] <= moment().now
        assert (len(row["who"]), row["operator"]) == (16, None)
    assert told["outcome"] == "ok"


@every_act
def test_where_nothing_can_be_recorded_nothing_is_asked_and_the_caller_is_told(village, http, audit, act):
    role, *request = RECORDED[act]
    before = village.state()
    audit.folder.parent.mkdir(exist_ok=True)
    audit.folder.touch()  # no folder
    asked = []
    village.graph.told = lambda query, seconds: asked.append(query)
    response = http(role, *request)

    assert (response.status_code, response.json["code"]) == (503, "audit_unavailable")
    assert (response.json["retryable"], response.headers["Retry-After"]) == (True, "5")
    assert {query.split("/")[0] for query in asked} <= {
        "keys",
        "schema",
        "sharing",
    }  # who calls
    assert village.state() == before


def test_a_lookup_tells_the_log_whom_it_was_about_and_who_was_returned(village, http, audit):
    answer = look_up(http, address="lea@kund.example", purpose="account_plan").json
    _, told = rows(audit)

    assert (told["about"], told["purpose"]) == ([id_of(village, "lea@kund.example")], "account_plan")
    assert told["returned"] == [one["colleague"]["id"] for one in answer["introducers"]]
    assert len(told["returned"]) == 2


def test_a_search_tells_the_log_whom_it_showed(http, audit):
    found = http(*RECORDED["targets"]).json

    assert rows(audit)[1]["about"] == [one["id"] for one in found["candidates"]]
    assert len(rows(audit)[1]["about"]) == 1


def test_of_a_lookup_that_finds_nobody_the_log_knows_the_person_if_there_is_one(village, http, audit):
    addresses = ("nils@kund.example", "bo@nord.example", "nobody@nowhere.example", "rut@fjord.example")
    for address in addresses:
        assert look_up(http, address=address).status_code == 404
    assert look_up(http, id="0123456789abcdef01234567").status_code == 404
    told = [(row["outcome"], row["about"]) for row in rows(audit)[1::2]]

    known = [[id_of(village, address)] for address in addresses[:2]]
    assert told == [("not_found", about) for about in (*known, [], [], [])]


def test_what_is_refused_after_the_question_is_recorded_with_its_code(village, audit):
    limits = replace(village.settings.limits, people=1)
    client = create_app(village.graph, replace(village.settings, limits=limits)).test_client()
    headers = {"Authorization": f"Bearer {village.token()}"}
    for who in ("lea", "mats"):
        client.post("/v1/lookups", json=LEA | {"target": {"address": f"{who}@kund.example"}}, headers=headers)

    assert [row["outcome"] for row in rows(audit)[1::2]] == ["ok", "too_many"]
    assert rows(audit)[3]["returned"] == []


def test_what_no_route_takes_is_not_recorded(http, audit):
    assert http("seller", "POST", "/v1/lookups", {}).status_code == 422
    assert http("admin", "POST", "/v1/lookups", LEA).status_code == 403

    assert rows(audit) == []


# ---- reading it ----


def test_an_administrator_reads_the_log_page_by_page_newest_first_and_that_is_recorded(http, audit):
    for _ in range(3):
        look_up(http, address="lea@kund.example")
    whole, pages, cursor = [row["id"] for row in rows(audit)], [], None
    while cursor or not pages:
        page = http("admin", "GET", "/v1/admin/audit?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        pages += page["rows"]
        cursor = page["next"]

    assert pages[0]["act"] == "audit"
    assert [row["id"] for row in pages[1:]] == whole[::-1]
    assert [row["act"] for row in rows(audit)[6:]] == ["audit"] * 8


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x", "cursor=2026-06", "days=3"])
def test_a_page_that_there_is_not_is_refused(http, query):
    response = http("admin", "GET", f"/v1/admin/audit?{query}")

    assert (response.status_code, [*response.json["errors"]]) == (422, [query.partition("=")[0]])


# ---- one's own ----


def lookups(http, who, query=""):
    response = http("colleague", "GET", f"/v1/me/lookups{query}", who=who)
    assert response.status_code == 200
    return response.json


def test_a_colleague_sees_on_which_days_and_for_what_they_were_looked_up_and_returned_and_not_by_whom(http, audit):
    for who, purpose in (("anna", "lead_followup"), ("cia", "lead_followup"), ("cia", "account_plan")):
        look_up(http, address="lea@kund.example", who=who, purpose=purpose)
    look_up(http, address="bo@nord.example", purpose="introduction")
    today = date_of(moment().day).isoformat()

    told = lookups(http, "bo")
    assert told["lookups"] == [
        {"day": today, "purpose": "account_plan", "times": 1},
        {"day": today, "purpose": "introduction", "times": 1},
        {"day": today, "purpose": "lead_followup", "times": 2},
    ]
    assert [row["times"] for row in lookups(http, "anna")["lookups"]] == [1, 1]  # she asked once herself


def test_what_a_colleague_sees_is_the_same_whoever_asked(village, http, tmp_path):
    seen = []
    for n, who in enumerate(("anna", "cia")):
        settings = replace(village.settings, state=tmp_path / str(n))
        client = create_app(village.graph, settings).test_client()
        for asker, send in ((who, ("POST", "/v1/lookups", LEA)), ("eva", ("GET", "/v1/me/lookups", None))):
            headers = {"Authorization": f"Bearer {village.token('seller', of=f'{asker}@nord.example')}"}
            response = client.open(send[1], method=send[0], json=send[2], headers=headers)
        seen.append(response.json)

    assert seen[0] == seen[1]
    assert seen[0]["lookups"]


def test_days_are_as_many_as_asked_for_and_no_more_than_are_kept(village, http, audit):
    me, today = id_of(village, "bo@nord.example"), moment().day
    for ago in (0, 6, 7, 89, 90, 364, 365):
        act = Act("lookup", "r", (today - ago) * DAY, ("seller",), "somebody", purpose="account_plan")
        with audit.recorded(act) as seen:
            seen.returned = (me,)

    def days(query):
        told = lookups(http, "bo", query)
        return told["since"], len(told["lookups"])

    assert days("?days=7") == (date_of(today - 6).isoformat(), 2)
    assert days("") == (date_of(today - 89).isoformat(), 4)
    assert days("?days=3660") == (date_of(today - 364).isoformat(), 6)


def test_who_switched_sharing_off_sees_nothing_and_has_nobody_in_the_log(village, http, audit):
    look_up(http, address="lea@kund.example")
    me = id_of(village, "eva@nord.example")
    sharing.off(village.graph, village.settings, "mailto:eva@nord.example", now=NOON)

    assert lookups(http, "eva")["lookups"] == []
    assert me in rows(audit)[1]["returned"]  # a number that leads to nobody
    assert me not in repr(village.query("everything"))
    assert audit.verify()[0] == 2


def test_who_is_being_deleted_just_now_sees_nothing_either(village, http):
    look_up(http, address="lea@kund.example")
    village.query("close_only", key=village.key("eva@nord.example"))

    assert lookups(http, "eva")["lookups"] == []


def test_looking_at_what_is_ones_own_is_nobodys_business(http, audit):
    for path in ("/v1/me", "/v1/me/connections", "/v1/me/lookups"):
        http("colleague", "GET", path)

    assert rows(audit) == []
