"""What connectors hand in over HTTP has one fate for each row, and nothing of it is told in an error."""

import json
from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from lab import VILLAGE

from wkw import exclusions
from wkw.connectors import interchange
from wkw.connectors.rows import parsed
from wkw.model import FATES
from wkw.web import create_app

LINES = (VILLAGE / "interactions.jsonl").read_text()
MAIL = {"id": "a1", "at": "2026-05-20T09:00:00Z", "channel": "email", "from": "anna@nord.example"}
KEPT = MAIL | {"to": ["new@kund.example"]}


@pytest.fixture
def send(lab):
    """What sends a body to the application and gives the answer."""
    lab.load_people()
    client = create_app(lab.graph, lab.settings).test_client()
    key = lab.token("connector")

    def sent(path, body=None, *, lines=None, method="POST", **more):
        headers = {"Authorization": f"Bearer {key}"}
        held = {"json": body} if lines is None else {"data": lines, "content_type": "application/jsonl"}
        return client.open(path, method=method, headers=headers, **held | more)

    return sent


def rows_of(answer):
    return [(row["fate"], row["reason"]) for row in answer.json["rows"]]


def in_chunks(body):
    """A body whose length nobody announced, as a server hands it on."""
    told = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    return {"content_type": "application/jsonl", "environ_overrides": told}


# ---- interactions ----


def test_every_line_has_its_fate_and_they_add_up(send):
    answer = send("/v1/interactions", lines=LINES).json

    assert [row["index"] for row in answer["rows"]] == list(range(18))
    assert Counter(row["fate"] for row in answer["rows"]) == {
        "stored": 13, "duplicate": 1, "excluded": 1, "upcoming": 1, "quarantined": 2
    }  # fmt: skip
    assert answer["submitted"] == sum(answer["fates"].values()) == 18
    assert Counter({fate: n for fate, n in answer["fates"].items() if n}) == Counter(r["fate"] for r in answer["rows"])
    reasons = Counter((row["fate"], row["reason"]) for row in answer["rows"] if row["reason"])
    assert {(one["fate"], one["reason"]): one["events"] for one in answer["reasons"]} == reasons


def test_a_list_and_lines_and_a_file_store_the_same(send, lab):
    rows = [json.loads(line) for line in LINES.splitlines() if parsed(line)]

    listed = send("/v1/interactions", {"interactions": rows}).json
    again = send("/v1/interactions", lines=LINES).json

    assert listed["fates"]["stored"] == 13
    assert (again["fates"]["stored"], again["fates"]["duplicate"]) == (0, 14)
    read = lab.ingest(interchange.read([VILLAGE / "interactions.jsonl"]))
    assert (read.fates["stored"], read.fates["duplicate"]) == (0, 14)


def test_a_dry_run_tells_the_fates_and_writes_nothing(send, lab):
    before = lab.state()

    tried = send("/v1/interactions?dry_run=true", lines=LINES).json

    assert lab.state() == before
    done = send("/v1/interactions", lines=LINES).json
    assert tried["rows"] == done["rows"]


def test_a_row_names_its_fate_whatever_stands_around_it(send):
    rows = [
        KEPT,
        KEPT | {"channel": "fax"},
        7,
        None,
        KEPT,
        KEPT | {"id": "a2", "from": "info@nord.example"},
        KEPT | {"id": "a3", "at": "2999-01-01T00:00:00Z"},
        KEPT | {"id": "a4", "from": "x@kund.example"},
        KEPT | {"id": "\ud800"},
        KEPT | {"id": "a5", "names": {"new@kund.example": "\ud800"}},
        KEPT | {"subject": "CANARY"},
    ]

    assert rows_of(send("/v1/interactions", {"interactions": rows})) == [
        ("stored", None),
        ("quarantined", "bad_channel"),
        ("quarantined", "bad_row"),
        ("quarantined", "bad_row"),
        ("duplicate", None),
        ("excluded", "role"),
        ("upcoming", "later than now"),
        ("excluded", "no colleague"),
        ("quarantined", "bad_id"),
        ("stored", None),
        ("quarantined", "unknown_field"),
    ]


def test_rows_of_many_windows_keep_their_numbers(send, monkeypatch):
    monkeypatch.setattr("wkw.ingest.WINDOW", 2)
    rows = [KEPT | {"id": f"n{number}", "channel": "fax" if number % 3 == 0 else "email"} for number in range(20)]

    fates = rows_of(send("/v1/interactions", {"interactions": rows}))

    assert [fate for fate, _ in fates] == ["quarantined" if n % 3 == 0 else "stored" for n in range(20)]


def test_lines_that_cannot_be_read_drop_themselves_only(send):
    lines = b"\n".join([json.dumps(KEPT).encode(), b"", b"\xff\xfe{}", b"{", b"[" * 100_000, b"  ", b"null"])

    assert rows_of(send("/v1/interactions", lines=lines)) == [("stored", None)] + 4 * [("quarantined", "bad_row")]


def test_the_rules_of_exclusion_act_and_are_counted(send, lab):
    exclusions.add(lab.graph, lab.settings, exclusions.Rule("domain", "kund.example"))

    assert rows_of(send("/v1/interactions", {"interactions": [KEPT]})) == [("excluded", "domain kund.example")]
    assert [row["records"] for row in exclusions.counts(lab.graph)] == [1]


def test_without_own_domains_nothing_is_taken(lab):
    key = lab.token("connector")
    lab.query("own_domains", domains=[])
    nobody = replace(lab.settings, domains=())
    client = create_app(lab.graph, nobody).test_client()

    answer = client.post("/v1/interactions", json={"interactions": [KEPT]}, headers={"Authorization": f"Bearer {key}"})

    assert (answer.status_code, answer.json["who"]) == (503, "administrator")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"json": {"interactions": []}}, 200),
        ({"data": b"", "content_type": "application/jsonl"}, 200),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"a,b", "content_type": "text/csv"}, 415),
        ({"data": b"{}"}, 415),
        ({"json": {"interactions": {}}}, 422),
        ({"json": {"interactions": [], "more": 1}}, 422),
        ({"json": {}}, 422),
        ({"data": b" " * (1 << 20) + b'{"interactions": []}', "content_type": "application/json"}, 200),
        ({"data": b" " * (16 << 20) + b"{}", "content_type": "application/json"}, 413),
        ({"data": b" " * (16 << 20) + b"{}", "content_type": "application/jsonl"}, 413),
        (in_chunks(b" " * (16 << 20) + b"{}"), 413),
        (in_chunks(b" " * 1000), 200),
    ],
)
def test_a_body_is_taken_up_to_its_bounds(send, more, status):
    answer = send("/v1/interactions", **{"json": None} | more)

    assert answer.status_code == status
    assert answer.mimetype == ("application/json" if status == 200 else "application/problem+json")


@pytest.mark.parametrize("query", ["dry_run=1", "dry_run=", "dryrun=true"])
def test_a_switch_that_is_misspelt_is_refused(send, query):
    assert send(f"/v1/interactions?{query}", {"interactions": [KEPT]}).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("interactions", [], {"_schema": ["Must be a JSON object."]}),
        ("interactions", {"interactions": {}}, {"interactions": ["Not a valid list."]}),
        ("interactions", {"interaction": [], "interactions": []}, {"interaction": ["Unknown field."]}),
        ("interactions", {"46846500401": 1, "interactions": []}, {"(another name)": ["Unknown field."]}),
        ("interactions?dry_run=yes", {"interactions": []}, {"dry_run": ["Must be true or false."]}),
    ],
)
def test_what_is_wrong_is_told_by_field_in_plain_words(send, path, body, errors):
    assert send(f"/v1/{path}", body).json["errors"] == errors


# ---- people ----


def person(name, kind="contact", **more):
    return {"address": f"{name}@kund.example", "kind": kind} | more


def test_a_directory_is_planned_then_loaded_then_unchanged(send, lab):
    body = {
        "people": [{"address": "anna@nord.example", "kind": "colleague", "name": "Anna B"}, person("new", aliases=None)]
    }

    planned, before = send("/v1/people?dry_run=true&confirm=true", body, method="PUT").json, lab.state()
    loaded = send("/v1/people?confirm=true", body, method="PUT").json
    again = send("/v1/people?confirm=true", body, method="PUT").json

    assert planned == loaded
    assert (planned["new"], planned["renamed"], planned["stored"]) == (1, 1, 2)
    assert (again["new"], again["unchanged"]) == (0, 2)
    assert lab.state() != before


@pytest.mark.parametrize("people", [[person("new")], []])
def test_a_directory_that_lost_most_of_its_people_needs_a_word(send, lab, people):
    before = lab.state()

    answer = send("/v1/people", {"people": people}, method="PUT")

    assert (answer.status_code, answer.json["code"]) == (422, "directory_shrank")
    assert lab.state() == before


def test_wrong_rows_are_told_by_their_numbers_and_without_an_address(send, lab):
    before = lab.state()
    rows = [
        person("a"),
        person("b", kind="pope"),
        person("a"),
        7,
        {"kind": "contact"},
        person("c", **{"x@y.example": 1}),
    ]

    rows += [person("d", **{"+46846500401": 1}), None]
    answer = send("/v1/people?confirm=true", {"people": rows}, method="PUT")

    assert answer.status_code == 422
    assert answer.json["errors"]["people"].keys() == {"1", "2", "3", "4", "5", "6", "7"}
    assert "46846500401" not in answer.text
    assert answer.json["errors"]["people"]["2"] == ["one of its addresses is on row 0 too"]
    assert "@" not in answer.text
    assert lab.state() == before


def test_whoever_opted_out_is_purged_again_and_counted(send, lab):
    lab.query("close_only", key=lab.key("lea@kund.example"))

    answer = send("/v1/people?confirm=true", {"people": [person("lea", kind="lead")]}, method="PUT").json

    assert (answer["suppressed"], answer["stored"]) == (1, 0)


def test_the_counts_of_a_report_are_the_fates(send):
    answer = send("/v1/interactions", {"interactions": []}).json

    assert tuple(answer["fates"]) == FATES
