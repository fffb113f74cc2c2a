"""The HTTP door: API keys, lookups, and a problem document with a remedy for everything that goes wrong."""

import socket
import time
from contextlib import closing

import pytest
from lab import NOON, TODAY, Lab
from servers import until

from wkw import keys, schema
from wkw.errors import GraphUnavailable, SchemaError
from wkw.graph import WEB, Graph, Login
from wkw.moment import moment
from wkw.web import create_app

LEA = {"address": "lea@kund.example"}
PROBLEM = {"type", "status", "code", "detail", "remedy", "who", "retryable", "request_id"}


@pytest.fixture
def client(village):
    return create_app(village.graph, village.settings).test_client()


@pytest.fixture
def key(village):
    return make_key(village, "anna@nord.example")


def make_key(lab, address, *, expires=None, day=TODAY):
    return keys.create(lab.graph, lab.settings, f"mailto:{address}", name="test", day=day, now=NOON, expires=expires)


def ask(client, key, body=None, **more):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(
        "/v1/lookups",
        json=body if body is not None else {"target": LEA, "purpose": "lead_followup"},
        headers=headers,
        **more,
    )


def test_a_lookup_answers_as_of_today(client, key):
    response = ask(client, key)

    assert response.status_code == 200
    assert {one["colleague"]["name"] for one in response.json["introducers"]} == {"Eva Noor", "Bo Ek"}
    assert response.json["you"]["two_way"] is True
    assert response.json["as_of"] == time.strftime("%Y-%m-%d", time.gmtime())
    assert response.headers["Cache-Control"] == "no-store"


def test_a_lookup_answers_as_of_an_earlier_day(client, key):
    response = ask(client, key, {"target": LEA, "purpose": "lead_followup", "as_of": "2026-06-02"})

    assert [one["strength"] for one in response.json["introducers"]] == [26, 24]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer wkw_0000000000000000_x",
        "Basic YTpi",
        "Bearer wkw__",
        "Bearer \xff",
    ],
)
def test_whoever_has_no_valid_key_is_told_how_to_get_one(client, header):
    response = client.post("/v1/lookups", json={"target": LEA}, headers={"Authorization": header} if header else {})

    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    assert response.json.keys() == PROBLEM
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "wkw key create" in response.json["remedy"]


def test_a_key_with_a_changed_secret_is_refused(client, key):
    assert ask(client, key[:-1] + ("A" if key[-1] != "A" else "B")).status_code == 401


def test_an_expired_and_a_revoked_key_open_nothing(village, client):
    expired = make_key(village, "anna@nord.example", expires=NOON + 1)
    revoked = make_key(village, "bo@nord.example")
    assert ask(client, revoked).status_code == 200

    keys.revoke(village.graph, revoked.split("_")[1], now=NOON)

    assert [ask(client, key).status_code for key in (expired, revoked)] == [401, 401]


def test_a_leavers_key_is_refused_with_who_can_change_it(village, client):
    left = make_key(village, "dag@nord.example", day=TODAY - 100)

    response = ask(client, left)

    assert (response.status_code, response.json["code"]) == (403, "forbidden")
    assert "directory" in response.json["remedy"]


def test_only_the_digest_of_a_key_is_kept(village, key):
    secret = key.split("_", 2)[2]

    assert secret not in repr(village.query("everything"))
    assert [row["name"] for row in keys.listed(village.graph)] == ["test"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"target": LEA}, "purpose"),
        ({"target": LEA, "purpose": "curiosity"}, "purpose"),
        ({"purpose": "lead_followup"}, "target"),
        ({"target": {}, "purpose": "lead_followup"}, "target"),
        ({"target": {"address": "no address"}, "purpose": "lead_followup"}, "target"),
        ({"target": {**LEA, "id": "1"}, "purpose": "lead_followup"}, "target"),
        ({"target": {"company": "Kund"}, "purpose": "lead_followup"}, "target"),
        ({"target": {"crm_id": "lea@kund.example"}, "purpose": "lead_followup"}, "target"),
        ({"target": LEA, "purpose": "lead_followup", "limit": 0}, "limit"),
        ({"target": LEA, "purpose": "lead_followup", "limit": "5"}, "limit"),
        ({"target": LEA, "purpose": "lead_followup", "one_way": "yes"}, "one_way"),
        ({"target": LEA, "purpose": "lead_followup", "one_way": 1}, "one_way"),
        ({"target": LEA, "purpose": "lead_followup", "one_way": 0.0}, "one_way"),
        ({"target": LEA, "purpose": "lead_followup", "as_of": "yesterday"}, "as_of"),
        ({"target": LEA, "purpose": "lead_followup", "as_of": "2999-01-01"}, "as_of"),
        ({"target": LEA, "purpose": "lead_followup", "as_of": "0001-01-01"}, "as_of"),
        ({"target": {"id": "\ud800"}, "purpose": "lead_followup"}, "target"),
        ({"target": {"name": "\0"}, "purpose": "lead_followup"}, "target"),
        ({"target": LEA, "purpose": "lead_followup", "strength": 1}, "strength"),
        ([], "_schema"),
        ("text", "_schema"),
    ],
)
def test_bad_input_is_told_field_by_field(client, key, body, field):
    response = ask(client, key, body)

    assert response.status_code == 422
    assert field in response.json["errors"]
    assert "lea@kund.example" not in response.text


@pytest.mark.parametrize(
    ("send", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": b"[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": "target=lea", "content_type": "text/plain"}, 415),
        ({"data": b"[" * (1 << 21), "content_type": "application/json"}, 413),
    ],
)
def test_a_body_that_is_no_json_is_refused(client, key, send, status):
    response = client.post("/v1/lookups", headers={"Authorization": f"Bearer {key}"}, **send)

    assert response.status_code == status
    assert response.json.keys() == PROBLEM


def test_a_wrong_path_and_a_wrong_method_are_problems_too(client):
    assert client.get("/nowhere").json["code"] == "not_found"
    response = client.get("/v1/lookups")
    assert (response.status_code, sorted(response.headers["Allow"].split(", "))) == (405, ["OPTIONS", "POST"])


@pytest.mark.parametrize("path", ["/v1//me", "/v1/me/connections//x", "/docs//etc/passwd", "/v1/me//"])
def test_a_path_with_two_slashes_is_not_there_and_sends_nobody_elsewhere(client, path):
    response = client.get(path, headers={"Host": "evil.example"})

    assert (response.status_code, response.json["code"]) == (404, "not_found")
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "target",
    [
        {"address": "nobody@nowhere.example"},
        {"address": "nils@kund.example"},
        {"address": "bo@nord.example"},
        {"id": "x"},
    ],
)
def test_nobody_to_show_is_one_and_the_same_404(client, key, target):
    response = ask(client, key, {"target": target, "purpose": "lead_followup"})

    told = response.json
    told.pop("request_id")
    assert response.status_code == 404
    assert told == {
        "type": "about:blank",
        "status": 404,
        "code": "not_found",
        "detail": "Nobody among your colleagues can introduce you to this person.",
        "remedy": "Check the address or the name, or ask a colleague directly.",
        "who": "you",
        "retryable": False,
    }


def test_an_ambiguous_name_lists_its_candidates(village, client, key):
    village.query("rename", uri="mailto:mats@kund.example", called="Lea Sand", folded_name="lea sand")

    response = ask(client, key, {"target": {"name": "Lea Sand"}, "purpose": "lead_followup"})

    assert response.status_code == 409
    assert [one["name"] for one in response.json["candidates"]] == ["Lea Sand", "Lea Sand"]


def test_health_asks_nobody_and_readiness_asks_the_graph(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_schema_older_than_the_program_keeps_it_from_starting(village):
    village.query("unmigrate", version=schema.migrations()[-1].version)

    with pytest.raises(SchemaError, match=f"lacks migration {schema.migrations()[-1].version} "):
        create_app(village.graph, village.settings)

    schema.migrate(village.graph, village.settings, now=NOON)


def test_a_dead_database_is_a_503_within_five_seconds_and_its_return_is_seen(village, fault_server, request):
    login = Login(fault_server.uri, fault_server.user, fault_server.password)
    with closing(Graph(login)) as slow:
        schema.migrate(slow, village.settings, now=NOON)
        schema.opened(slow, village.settings)
        key = make_key(Lab(slow, village.settings, login), "anna@nord.example", day=moment().day)
    graph = Graph(login, WEB)
    request.addfinalizer(graph.close)
    client = create_app(graph, village.settings).test_client()
    until(lambda: ask(client, key).status_code == 404)

    fault_server.kill9()
    began = time.monotonic()
    response = ask(client, key)

    assert time.monotonic() - began < 5
    assert (response.status_code, response.json["code"]) == (503, "db_unavailable")
    assert (response.json["retryable"], response.headers["Retry-After"]) == (True, "5")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200

    fault_server.restart()
    until(lambda: ask(client, key).status_code == 404)  # its first plan may take longer than a query may


def test_an_address_where_nobody_listens_is_a_503_within_five_seconds(village):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = Login(f"bolt://127.0.0.1:{taken.getsockname()[1]}", "neo4j", "password")
    client = create_app(village.graph, village.settings).test_client()
    began = time.monotonic()
    with closing(Graph(nowhere, WEB)) as graph, pytest.raises(GraphUnavailable):
        graph.rows("schema/applied")

    assert time.monotonic() - began < 5
    assert client.get("/healthz").status_code == 200
