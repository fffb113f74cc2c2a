"""Hostile texts in every place of every route: no failure, an answer of the contract, and a graph as it was."""

import json
import os
from collections import Counter
from functools import cache
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import HERE, NOON, TODAY
from marshmallow import class_registry
from payloads import payloads
from places import places

from wkw import keys
from wkw.connectors.recipients import tidy_name
from wkw.lookup import targets
from wkw.model import folded
from wkw.web import create_app
from wkw.web.answers import ProblemSchema

TOLD = json.loads((HERE / "data" / "openapi.json").read_text())
PLACES = list(places(TOLD))
IN_ROWS = [place for place in PLACES if place.kind == "body" and 0 in place.where[:-1]]
ALONE = [place for place in PLACES if place not in IN_ROWS]
PAYLOADS = [text for texts in payloads().values() for text in texts]
SEARCHED = ("Lea Sand", "Mats Wik", "Ola Vik", "Pia Ångström")  # whom somebody else can introduce to Anna
STEP = 1 if int(os.environ.get("WKW_FUZZ", "0")) > 2000 else 3
SOME = 24  # every so many payloads where no text is taken anyway


@pytest.fixture
def send(village):
    """What sends a request to the application as somebody who may, and looks at the answer; nothing is to be stored."""
    client = create_app(village.graph, village.settings).test_client()
    anna = "mailto:anna@nord.example"
    tokens = {
        uri: keys.create(village.graph, village.settings, uri, roles=roles, name="", day=TODAY, now=NOON, expires=None)
        for uri, roles in ((anna, ["seller", "admin"]), (None, ["connector"]))
    }

    def sent(place, value, *, store=False, **more):
        told = TOLD["paths"][place.path][place.method]
        token = tokens[None if told["x-roles"] == ["connector"] else anna]
        request = place.request(value) | more
        request["headers"] = request["headers"] | {"Authorization": f"Bearer {token}"}
        tries = any(one["name"] == "dry_run" for one in told.get("parameters", ()))
        if tries and place.where != ("dry_run",) and not store:
            query = request["query_string"] or ("confirm=true" if place.operation == "put_people" else "")
            request["query_string"] = f"{query}&dry_run=true".strip("&")
        answer = client.open(**request)
        check(told, answer, value)
        if place.operation == "post_erasure" and answer.status_code == 200:  # what it is for; undone, nothing is left
            undone = client.post(f"{place.path}/{answer.json['id']}/withdraw", headers=request["headers"])
            assert undone.status_code == 204
        return answer

    return sent


def check(told, answer, value):
    """An answer is one of the contract's, and repeats nothing of what came in in a header."""
    headers = str(answer.headers)
    assert answer.status_code < 500, answer.text
    assert not (isinstance(value, str) and len(value) > 3 and value in headers), headers
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"
        assert ProblemSchema().validate(answer.json) == {}
    elif content := told["responses"][str(answer.status_code)].get("content"):
        assert answer.mimetype in content
        if schema := content[answer.mimetype]["schema"].get("$ref"):
            assert class_registry.get_class(f"{schema.rpartition('/')[2]}Schema")().validate(answer.json) == {}
    else:
        assert answer.data == b""


def fingerprint(lab):
    """Every node, edge, label, type and property, with how often it is there."""
    return Counter(json.dumps(row, sort_keys=True) for row in lab.query("everything"))


# ---- whatever a text may be ----

ODD = [
    *("\ud800", "lea\udfff\ud800", "\0", "lea\0", "\u202eaeL", "A\u030angstro\u0308m", "\ufeff", "\u2028", " ", ""),
    *("👩‍👩‍👧‍👦" * 20, "x" * 100_000, "ｌｅａ＠ｋｕｎｄ．ｅｘａｍｐｌｅ", "lea@kund.example\n", "crm:dynamics:\ud800"),
    *("12", "-0", "1e400", "٣", "NaN", "9" * 400, "true", "null", "2026-02-30", "20260602T00"),
]
SCALAR = st.one_of(
    st.sampled_from(ODD),
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So"])),
    st.none(),
    st.booleans(),
)
NUMBER = st.one_of(st.integers(), st.integers(10**300, 10**301), st.floats())
NESTED = st.recursive(SCALAR | NUMBER, lambda held: st.lists(held) | st.dictionaries(st.text(), held), max_leaves=9)


def deep(levels):
    """Lists in lists."""
    made = []
    for _ in range(levels):
        made = [made]
    return made


@cache
def examples():
    return 150 * int(os.environ.get("WKW_FUZZ", "2000")) // 2000


def test_no_odd_text_in_any_place_is_a_failure_and_none_changes_the_graph(village, send):
    before = fingerprint(village)
    for place in PLACES:
        for text in ODD:
            send(place, text)
    assert fingerprint(village) == before


def test_no_value_in_any_place_is_a_failure_and_none_changes_the_graph(village, send):
    before = fingerprint(village)

    @settings(max_examples=examples(), derandomize=True)
    @given(st.sampled_from(PLACES), SCALAR | NUMBER | NESTED | st.integers(1, 500).map(deep))
    def sent(place, value):
        send(place, value)

    sent()
    assert fingerprint(village) == before


# ---- what has broken into other programs ----


def test_there_are_as_many_payloads_as_were_promised():
    assert len(set(PAYLOADS)) >= 500
    assert len(set(map(str, PLACES))) == len(PLACES) > 60


def those_for(number, place):
    """Every third payload (`make fuzz`: all) where a text is taken, each place its own third; elsewhere a few.

    Headers are read alike everywhere, so one route stands for all.
    """
    if place.kind == "header" and place.operation == "healthz":
        return PAYLOADS
    taken = place.text and place.kind != "header"
    return PAYLOADS[number % STEP :: STEP] if taken else PAYLOADS[::SOME]


def test_no_payload_in_any_place_is_a_failure_and_none_changes_the_graph(village, send):
    before = fingerprint(village)
    for number, place in enumerate(ALONE):
        for payload in those_for(number, place):
            send(place, payload)
    assert fingerprint(village) == before


@pytest.mark.parametrize("place", IN_ROWS, ids=str)
def test_a_payload_in_a_row_has_its_fate_and_changes_nothing_in_a_dry_run(village, send, place):
    before, name = fingerprint(village), place.where[0]
    rows = [place.body(payload)[name][0] for payload in PAYLOADS]
    if place.where[-1] != "address":  # each row is somebody else's
        rows = [row | ({"address": f"x{n}@kund.example"} if "address" in row else {}) for n, row in enumerate(rows)]

    answer = send(place, "x", json={name: rows})
    while answer.status_code == 422:  # a directory is taken whole, and its first wrong rows are told
        rows = [row for n, row in enumerate(rows) if str(n) not in answer.json["errors"][name]]
        answer = send(place, "x", json={name: rows})

    assert answer.status_code == 200, answer.json
    assert fingerprint(village) == before


def test_a_batch_of_payloads_adds_what_it_stores_and_changes_nothing_else(village, send):
    before = fingerprint(village)
    [place] = [place for place in IN_ROWS if place.where == ("interactions", 0, "id")]
    rows = [
        {"id": f"{n} {payload}", "at": NOON // 1000 - 86_400, "channel": "email", "source": "x"}
        | {"from": "zoe@nord.example", "to": [f"x{n}@hem.example"], "names": {f"x{n}@hem.example": payload}}
        for n, payload in enumerate(payloads()["cypher"] + payloads()["lucene"])
    ]

    answer = send(place, "x", json={"interactions": rows}, store=True)

    stored = sum(row["fate"] == "stored" for row in answer.json["rows"])
    assert stored > 300
    assert before - fingerprint(village) == Counter()
    added = Counter(json.loads(row)["what"][0] for row in (fingerprint(village) - before).elements())
    assert added["INTERACTED"] == added["KNOWS"] == stored
    assert {row["fate"] for row in answer.json["rows"]} <= {"stored", "quarantined"}


# ---- names are names ----


@pytest.mark.parametrize("kind", payloads())
def test_the_syntax_of_a_search_finds_only_who_is_called_so(village, kind):
    for payload in filter(folded, payloads()[kind]):
        found = targets(village.graph, payload, None, asker=village.key("anna@nord.example"), day=TODAY)
        called = [name for name in SEARCHED if folded(name).startswith(folded(payload))]
        assert [one["name"] for one in found] == called, payload


def test_who_is_called_like_a_query_is_found_under_that_name_alone(village):
    anna = village.key("anna@nord.example")
    for payload in islice(payloads()["lucene"] + payloads()["cypher"][::40], 0, None, 6):
        called = tidy_name(f"Zz{payload}")
        village.query("rename", uri="mailto:lea@kund.example", called=called, folded_name=folded(called))

        def found(name):
            return [one["name"] for one in targets(village.graph, name, None, asker=anna, day=TODAY)]

        assert (found(called), found("zz"), found(f"{called}x")) == ([called], [called], [])
