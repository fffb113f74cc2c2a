"""What a colleague sees of themself over HTTP, and whom they may mean while they type."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON, TODAY

from wkw import keys, people, sharing
from wkw.connections import connections, document, person
from wkw.errors import InputError
from wkw.lookup import targets
from wkw.model import Listing, folded
from wkw.moment import moment
from wkw.web import create_app

SEARCH = {"name": "le", "purpose": "lead_followup"}


@pytest.fixture
def http(village):
    """What asks the application as somebody of the village."""
    client = create_app(village.graph, village.settings).test_client()

    def ask(path, *, who="anna", body=None):
        key = keys.create(
            village.graph, village.settings, f"mailto:{who}@nord.example", name="", day=TODAY, now=NOON, expires=None
        )
        headers = {"Authorization": f"Bearer {key}"}
        return client.get(path, headers=headers) if body is None else client.post(path, headers=headers, json=body)

    return ask


def ties(village, who, *, limit=100, cursor=None, day=TODAY):
    return connections(village.graph, village.settings, village.key(who), day=day, limit=limit, cursor=cursor)


def found(village, name, *, company=None, asker="anna@nord.example"):
    return [one["name"] for one in targets(village.graph, name, company, asker=village.key(asker), day=TODAY)]


def opt_out(village, who):
    sharing.off(village.graph, village.settings, f"mailto:{who}@nord.example", now=NOON)


# ---- the caller ----


def test_the_caller_learns_who_they_are(http):
    me = http("/v1/me").json

    assert (me["name"], me["title"], me["sharing"], len(me["id"])) == ("Anna Berg", "Account manager", "on", 24)
    assert me.keys() == {"id", "name", "title", "sharing"}


def test_who_opted_out_can_still_ask_and_has_nothing(village, http):
    opt_out(village, "anna")

    assert http("/v1/me").json == {"id": None, "name": None, "title": None, "sharing": "off"}
    assert http("/v1/me/connections").json["connections"] == []
    assert http("/v1/me/cooling").json == {"connections": []}
    assert http("/v1/me/connections/0").status_code == 404


def test_of_an_address_never_seen_sharing_is_on(village):
    assert person(village.graph, village.key("new@nord.example"))["sharing"] == "on"


def test_whose_other_address_is_closed_is_told_that_sharing_is_off(village):
    village.query("close_only", key=village.key("eva.noor@nord.example"))

    assert person(village.graph, village.key("eva@nord.example"))["sharing"] == "off"


# ---- their ties ----


def test_the_own_ties_come_strongest_first_with_exact_counts(village):
    told = document(ties(village, "anna@nord.example"))

    assert [(one["name"], one["strength"], one["level"]) for one in told["connections"]] == [
        ("Lea Sand", 62, "strong"),
        ("Bo Ek", 44, "familiar"),
        ("Eva Noor", 38, "familiar"),
        ("Cia Holm", 30, "familiar"),
        ("Mats Wik", 23, "one-way"),
        ("Dag Lund", 8, "one-way"),
        ("Frida Ros", 6, "weak"),
    ]
    lea = told["connections"][0]
    assert (lea["kind"], lea["company"], lea["last"], lea["channels"]) == ("lead", "Kund", "2026-05-30", ["email"])
    assert (told["as_of"], told["next"]) == ("2026-06-02", None)


@pytest.mark.parametrize("who", ["anna@nord.example", "eva@nord.example"])  # Eva has three ties of one strength
def test_pages_of_any_size_give_every_tie_once_and_in_order(village, who):
    whole = ties(village, who).ties

    @given(st.lists(st.integers(1, 4), min_size=len(whole), max_size=len(whole)))
    def paged(limits):
        seen, cursor = [], None
        for limit in limits:
            page = ties(village, who, limit=limit, cursor=cursor)
            seen += page.ties
            if not (cursor := page.next):
                break
        assert cursor is None
        assert seen == whole

    paged()


def test_a_page_begun_yesterday_goes_on_as_of_yesterday(village):
    first = ties(village, "anna@nord.example", limit=2)

    second = ties(village, "anna@nord.example", limit=5, cursor=first.next, day=TODAY + 1)

    assert second.day == TODAY
    assert first.ties + second.ties == ties(village, "anna@nord.example").ties
    with pytest.raises(InputError):
        ties(village, "anna@nord.example", cursor=first.next, day=TODAY + 2)


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WzEsMiwzXQ", "A" * 500, "é", "eyJhIjoxfQ"])
def test_a_cursor_that_no_page_gave_is_refused(http, cursor):
    response = http(f"/v1/me/connections?cursor={cursor}")

    assert (response.status_code, list(response.json["errors"])) == (422, ["cursor"])


@pytest.mark.parametrize(
    "after", ['0.5, "\\ud800"', 'NaN, "0"', 'Infinity, "0"', '-1e999, "0"', '-0.1, "0"', '2, "0"', "0.5, 1"]
)
def test_a_cursor_of_the_right_form_whose_place_cannot_be_is_refused(http, after):
    cursor = base64.urlsafe_b64encode(f"[{moment().day}, {after}]".encode()).decode().rstrip("=")

    response = http(f"/v1/me/connections?cursor={cursor}")

    assert (response.status_code, list(response.json["errors"])) == (422, ["cursor"])


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=", "size=5", "limit=5&limit=6x&day=1"])
def test_a_page_has_its_bounds(http, query):
    assert http(f"/v1/me/connections?{query}").status_code == 422


def test_nobody_sees_the_ties_of_somebody_else(http):
    [lea] = [one for one in http("/v1/me/connections").json["connections"] if one["name"] == "Lea Sand"]
    [frida] = [one for one in http("/v1/me/connections").json["connections"] if one["name"] == "Frida Ros"]

    own = http(f"/v1/me/connections/{lea['id']}").json

    assert (own["colleague"]["name"], own["contact"]["name"]) == ("Anna Berg", "Lea Sand")
    assert sum(part["adds"] for part in own["parts"] + own["kept"]) == pytest.approx(own["total"])
    assert http(f"/v1/me/connections/{lea['id']}", who="bo").json["colleague"]["name"] == "Bo Ek"
    answers = [
        http(f"/v1/me/connections/{id_}", who="bo").json for id_ in (frida["id"], "nobody", "%ff", lea["id"][1:])
    ]
    assert {(one["status"], one["detail"]) for one in answers} == {(404, "There is no connection to explain.")}


def test_what_fades_is_told_and_how_far_to_look_is_bounded(http):
    assert http("/v1/me/cooling?within=3650").json.keys() == {"connections"}
    assert [http(f"/v1/me/cooling?within={days}").status_code for days in (0, 3651, "x")] == [422, 422, 422]


def test_the_jobs_are_told_with_their_next_runs(village):
    village.reweight()
    settings = replace(village.settings, schedule={"reweight": "15 3 * * *", "forget": ""})
    bo = "mailto:bo@nord.example"
    key = keys.create(village.graph, settings, bo, roles=["admin"], name="", day=TODAY, now=NOON, expires=None)

    client = create_app(village.graph, settings).test_client()
    answer = client.get("/v1/jobs", headers={"Authorization": f"Bearer {key}"}).json

    told = {job["job"]: job for job in answer["jobs"]}
    assert (told["reweight"]["state"], told["forget"]["state"]) == ("done", "never ran")
    assert told["reweight"]["next"].endswith("T03:15:00+00:00")
    assert told["forget"]["next"] is None


def test_a_closed_gate_empties_the_own_ties_and_takes_a_person_out_of_others(village):
    village.query("close_only", key=village.key("lea@kund.example"))
    village.query("close_only", key=village.key("eva.noor@nord.example"))

    assert ties(village, "eva@nord.example").ties == []
    assert {"Lea Sand", "Eva Noor"}.isdisjoint(tie["name"] for tie in ties(village, "anna@nord.example").ties)


# ---- whom they may mean ----


def test_names_that_begin_as_typed_are_found_whatever_their_accents(village):
    assert found(village, "le") == ["Lea Sand"]
    assert found(village, "PIA ANG") == ["Pia Ångström"]
    assert found(village, "mats", company="kund") == ["Mats Wik"]
    assert found(village, "mats", company="fjord") == []


@pytest.mark.parametrize("name", ["nils", "bo ek", "cia", "dag", "nobody", "ea sand"])
def test_who_is_unreachable_a_colleague_or_unknown_is_not_found(village, name):
    assert found(village, name) == []


def test_whom_only_the_asker_knows_has_no_introducer(village):
    assert found(village, "pia", asker="eva@nord.example") == []
    assert found(village, "pia", asker="eva.noor@nord.example") == []
    assert found(village, "frida") == []
    assert found(village, "frida", asker="bo@nord.example") == ["Frida Ros"]


def test_who_opted_out_is_not_found_and_introduces_nobody(village):
    opt_out(village, "eva")
    sharing.off(village.graph, village.settings, "mailto:lea@kund.example", now=NOON)

    assert found(village, "lea") == found(village, "pia") == []
    assert found(village, "mats") == ["Mats Wik"]


def test_a_closed_gate_hides_at_once_what_is_not_yet_purged(village):
    village.query("close_only", key=village.key("lea@kund.example"))
    village.query("close_only", key=village.key("eva@nord.example"))

    assert found(village, "lea") == found(village, "pia") == []


def test_the_first_five_come_in_one_order_and_no_more_than_two_hundred_are_looked_at(village):
    names = [f"Leander {number:03}" for number in range(300)]
    people.load(
        village.graph,
        village.settings,
        [Listing(f"mailto:l{n}@fjord.example", "contact", name=name) for n, name in enumerate(names)],
        day=TODAY,
        directory=False,
    )
    village.query("rename", uri="mailto:lea@kund.example", called="Leander 999", folded_name="leander 999")
    for uri in ("mailto:mats@kund.example", "mailto:ola@fjord.example"):
        village.query("rename", uri=uri, called="Leander 05", folded_name=folded("Leander 05"))

    assert found(village, "leander") == ["Leander 05", "Leander 05"]
    assert found(village, "leander 9") == ["Leander 999"]


def test_a_search_over_http_gives_what_a_lookup_takes(http):
    [lea] = http("/v1/targets", body=SEARCH).json["candidates"]

    answer = http("/v1/lookups", body={"target": {"id": lea["id"]}, "purpose": "lead_followup"}).json

    assert answer["target"] == lea


@pytest.mark.parametrize("change", [{"name": "l"}, {"name": " l "}, {"name": "́l"}, {"purpose": "x"}, {"limit": 9}])
def test_a_search_needs_two_letters_and_a_purpose(http, change):
    response = http("/v1/targets", body=SEARCH | change)

    assert (response.status_code, list(response.json["errors"])) == (422, list(change))
