"""All that is held of a colleague is told to them: what a scan of the graph finds, and of others a name."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON, TODAY

from wkw import exclusions, identity, sharing
from wkw.exposure import held
from wkw.model import Event, Target, date_of
from wkw.web import create_app

ANNA, EVA = "anna@nord.example", "eva@nord.example"
DAY = 86_400_000
LISTS = ("connections", "known_by", "kept", "interactions")
TOUCHED = {"Address", "Person", "Colleague", "Key", "KNOWS", "KEPT"}  # what holds a key or an id of somebody
# Digests of addresses are not told, and these are under another name or computed as of today.
UNTOLD = {"address": {"key", "uri", "sharing"}, "tie": {"pair", "strength", "level", "day"}, "kept": {"pair", "count"}}


@pytest.fixture
def client(village):
    return create_app(village.graph, village.settings).test_client()


def everything(client, token, *, limit=2000):
    """All pages as one."""
    whole, cursor = None, None
    while whole is None or cursor:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        response = client.get("/v1/me/data", query_string=query, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200, response.text
        page = response.json
        assert sum(len(page[name]) for name in LISTS) <= limit
        assert (page["about"] is None) == (whole is not None)
        whole = page if whole is None else whole | {name: whole[name] + page[name] for name in LISTS}
        cursor = page["next"]
    return whole


def data(village, client, who=ANNA, **more):
    return everything(client, village.token("seller", of=who), **more)


def scan(village, who=ANNA):
    (found,) = village.query("held", key=village.key(who))
    return found


def own(found):
    return {one["facts"]["uri"] for one in found["addresses"]}


def others(village):
    """Name and company by address."""
    return {row["uri"]: {"name": row["name"], "company": row["company"]} for row in village.query("names")}


def iso(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def ends(row, mine):
    """Whether an edge went out, the own address, and the other one."""
    sent = row["sender"] in mine
    return (sent, row["sender"], row["receiver"]) if sent else (sent, row["receiver"], row["sender"])


def interactions(village, found):
    """The interactions of a scan as they should be told."""
    known = others(village)
    for row in found["interactions"]:
        sent, address, other = ends(row, own(found))
        facts = {name: value for name, value in row["facts"].items() if name not in ("at", "day")}
        until = date_of(row["facts"]["day"] + village.settings.retention).isoformat()
        told = {"time": iso(row["facts"]["at"]), "until": until, "sent": sent, "address": address}
        yield {"placed": None} | facts | told | {"other": known[other]}


def sums(village, found):
    """The kept sums of a scan as they should be told, without the order."""
    known = others(village)
    for row in found["kept"]:
        sent, address, other = ends(row, own(found))
        facts = {name: value for name, value in row["facts"].items() if name not in UNTOLD["kept"]}
        told = {"n": row["facts"]["count"], "last": date_of(facts["last"]).isoformat(), "sent": sent}
        yield known[other], {"closest": None} | facts | told | {"address": address}


def ordered(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def check(village, told, found):
    """Whether what was told is what a scan found, no more and no less."""
    assert ordered(told["interactions"]) == ordered(interactions(village, found))
    assert ordered((row["other"], one) for row in told["kept"] for one in row["sums"]) == ordered(sums(village, found))
    assert ordered(told["known_by"]) == ordered({"name": one["name"], "days": one["days"]} for one in found["known_by"])
    ties = {one["id"]: one for one in told["connections"]}
    assert ties.keys() == {one["other"] for one in found["ties"]}
    for one in found["ties"]:
        facts = {name: value for name, value in one["facts"].items() if name not in UNTOLD["tie"]}
        tie = ties[one["other"]]
        facts |= {"last": date_of(facts["last"]).isoformat(), "channels": sorted(facts["channels"])}
        assert {name: tie[name] for name in facts} | {"channels": sorted(tie["channels"])} == facts


# ---- complete ----


@pytest.mark.parametrize("who", [ANNA, "bo@nord.example", "cia@nord.example", EVA])
@pytest.mark.parametrize("limit", [2000, 3])
def test_all_that_a_scan_of_the_graph_finds_of_a_colleague_is_told(village, client, who, limit):
    told, found = data(village, client, who, limit=limit), scan(village, who)

    assert found["interactions"]
    assert {one["kind"] for one in found["ties"] + found["known_by"]} == {"KNOWS"}
    check(village, told, found)


def test_every_fact_of_the_person_and_of_their_addresses_is_told(village, client):
    told, found = data(village, client, EVA)["about"], scan(village, EVA)

    facts = found["person"]
    names = {"from": "first_day", "until": "until_day"}
    assert {names.get(name, name) for name in facts} <= told["person"].keys()
    assert [told["person"][name] for name in ("id", "name", "title")] == [facts["id"], "Eva Noor", facts.get("title")]
    days = [told["person"][name] for name in ("first_day", "until_day")]
    assert days == [date_of(facts[name]).isoformat() for name in ("from", "until")]
    assert sorted(one["address"] for one in told["addresses"]) == sorted(own(found))
    for one in found["addresses"]:
        assert one["facts"].keys() - UNTOLD["address"] <= told["addresses"][0].keys()
        assert (one["kind"], one["of"].keys() <= told["addresses"][0].keys()) == ("OF", True)


def test_nothing_else_in_the_graph_names_the_person(village, client):
    village.token("seller")
    village.forget(retention=21)
    words = [village.key(ANNA), scan(village)["person"]["id"], ANNA]

    named = [row["what"] for row in village.query("everything") if any(word in repr(row["facts"]) for word in words)]

    assert {what for whats in named for what in whats if ":" not in what} == TOUCHED  # an element's id has colons


def test_what_retention_folded_is_told_with_what_it_left(village, client):
    before = len(data(village, client)["interactions"])
    village.forget(retention=21)

    told, found = data(village, client), scan(village)

    assert 0 < len(found["interactions"]) < before
    assert found["kept"]
    check(village, told, found)


def test_what_ones_own_addresses_had_with_each_other_is_told_once(village, client):
    ends_ = (Target(uri=f"mailto:{ANNA}"), Target(uri="mailto:cia@nord.example"))
    identity.merge(village.graph, village.settings, *ends_, day=TODAY)
    told, found = data(village, client), scan(village)
    assert [row for row in told["interactions"] if row["other"]["name"] == told["about"]["person"]["name"]]
    check(village, told, found)

    village.forget(retention=10)
    check(village, data(village, client), scan(village))


def test_what_reweighting_wrote_is_told(village, client):
    assert {one["written"] for one in data(village, client)["connections"]} == {None}
    village.reweight()

    written = {one["id"]: one["written"] for one in data(village, client)["connections"]}

    for one in scan(village)["ties"]:
        facts = one["facts"]
        day = date_of(facts["day"]).isoformat()
        assert written[one["other"]] == {"strength": facts["strength"], "level": facts["level"], "day": day}


def test_keys_rules_receipts_and_lookups_of_the_caller_are_told(village, client):
    rule = exclusions.Rule("address", village.key(ANNA), include=True, reason="hers", at=NOON)
    exclusions.add(village.graph, village.settings, rule)
    body = {"target": {"address": "lea@kund.example"}, "purpose": "account_plan"}
    bo = {"Authorization": f"Bearer {village.token('seller', of='bo@nord.example')}"}
    assert client.post("/v1/lookups", json=body, headers=bo).status_code == 200

    told = data(village, client)["about"]

    assert [(one["roles"], one["revoked"]) for one in told["keys"]] == [(["seller"], None)]
    rules = [(one["address"], one["include"], one["reason"]) for one in told["rules"]]
    assert rules == [(f"mailto:{ANNA}", True, "hers")]
    assert [(one["purpose"], one["times"]) for one in told["looked_up"]["lookups"]] == [("account_plan", 1)]
    assert told["receipts"] == []
    assert (told["formula"]["name"], told["formula"]["weights"]["meeting"], told["formula"]["k"]) == ("WKW-2", 3.0, 4.0)


def test_without_retention_nothing_ends(village):
    forever = replace(village.settings, retention=0)
    client = create_app(village.graph, forever).test_client()

    assert {one["until"] for one in data(village, client)["interactions"]} == {None}


# ---- and no more ----


def test_of_others_no_address_and_no_id_beside_the_own_ties_is_told(village, client):
    village.forget(retention=21)
    told, found = data(village, client), scan(village)
    names = village.query("names")
    text = json.dumps(told, ensure_ascii=False)

    assert [row["uri"] for row in names if row["uri"] not in own(found) and row["uri"].partition(":")[2] in text] == []
    rest = json.dumps(told | {"connections": []})
    assert [row["id"] for row in names if row["id"] != found["person"]["id"] and row["id"] in rest] == []
    assert [row["uri"] for row in names if village.key(row["uri"].removeprefix("mailto:")) in text] == []


def test_who_opted_out_is_told_so_and_has_receipts_and_keys_alone(village, client):
    token = village.token("seller")
    receipt = sharing.off(village.graph, village.settings, f"mailto:{ANNA}", now=NOON)

    told = everything(client, token)

    about = told["about"]
    assert (told["sharing"], [told[name] for name in LISTS]) == ("off", [[], [], [], []])
    assert (about["addresses"], about["person"], about["companies"], about["rules"]) == ([], None, [], [])
    assert about["looked_up"]["lookups"] == []
    assert [one["id"] for one in about["receipts"]] == [receipt.id]
    assert len(about["keys"]) == 1


def test_a_closed_gate_hides_at_once_what_is_not_yet_purged(village, client):
    before = data(village, client)
    village.query("close_only", key=village.key("lea@kund.example"))
    village.query("close_only", key=village.key("bo@nord.example"))

    told = data(village, client)

    for name in ("connections", "known_by", "interactions"):
        assert 0 < len(told[name]) < len(before[name])
    assert [name for name in ("Lea Sand", "Bo Ek") if name in json.dumps(told)] == []

    village.query("close_only", key=village.key(ANNA))
    assert [data(village, client)[name] for name in LISTS] == [[], [], [], []]


# ---- page by page ----


def test_pages_of_any_size_give_every_row_once_and_in_order(village):
    village.forget(retention=21)
    key = village.key(EVA)
    whole = held(village.graph, village.settings, key, day=TODAY).rows
    count = sum(map(len, whole.values()))
    assert all(whole.values())

    @given(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    def paged(limits):
        seen, cursor = {name: [] for name in LISTS}, None
        for limit in limits:
            page = held(village.graph, village.settings, key, day=TODAY, limit=limit, cursor=cursor)
            seen = {name: seen[name] + page.rows[name] for name in LISTS}
            if not (cursor := page.next):
                break
        assert cursor is None
        assert seen == whole

    paged()


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WyJ4IiwgMSwgIiJd", "WyJrZXB0IiwgLTIsICIiXQ", "WyJrZXB0IiwgMWU5LCAiIl0", "WzEsIDIsIDNd"]
)
def test_a_cursor_that_no_page_gave_is_refused(village, client, cursor):
    headers = {"Authorization": f"Bearer {village.token('seller')}"}

    response = client.get(f"/v1/me/data?cursor={cursor}", headers=headers)

    assert (response.status_code, list(response.json["errors"])) == (422, ["cursor"])


def test_ten_thousand_interactions_come_within_a_minute(village, client):
    mails = []
    for n in range(10_000):
        to = f"mailto:x{n % 300}@kund.example"
        mails.append(Event(f"mid:{n}", NOON - n * DAY // 50, "email", f"mailto:{ANNA}", (to,), 1, "many"))
    village.ingest(mails)
    began = time.perf_counter()

    told = data(village, client, limit=500)

    assert len(told["interactions"]) > 10_000
    assert time.perf_counter() - began < 60
