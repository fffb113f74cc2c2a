"""The contract: the OpenAPI document is what was agreed on, tells every refusal, and the routes keep it."""

import json
import re
from http import HTTPStatus

import pytest
from lab import HERE

from wkw.lookup import Question, document, lookup
from wkw.model import Target
from wkw.moment import moment
from wkw.web import create_app
from wkw.web.answers import ProblemSchema

GOLDEN = HERE / "data" / "openapi.json"
ROUTE = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/\S*)` \|", re.MULTILINE)
ROLES = {"colleague", "seller", "sales_manager", "admin", "connector"}


@pytest.fixture
def client(village):
    return create_app(village.graph, village.settings).test_client()


@pytest.fixture
def told(client):
    """The document as it is served."""
    return client.get("/openapi.json").json


def bearer(lab, role):
    return {"Authorization": f"Bearer {lab.token(role)}"}


@pytest.fixture
def headers(village):
    return bearer(village, "seller")


def operations(told):
    """Every operation of a document, with its method and path."""
    for path, methods in told["paths"].items():
        for method in methods.keys() - {"parameters"}:
            yield f"{method.upper()} {path}", methods[method]


def test_the_document_is_the_one_that_was_agreed_on(told, tmp_path):
    new = tmp_path / "openapi.json"
    new.write_text(json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    assert new.read_text() == GOLDEN.read_text(), f"the contract changed; where that is meant: cp {new} {GOLDEN}"


def test_the_readme_lists_the_routes_of_the_document(told):
    listed = ROUTE.findall((HERE.parent / "README.md").read_text())

    assert sorted(f"{method} {path}" for method, path in listed) == sorted(name for name, _ in operations(told))


def test_every_operation_says_what_it_does_and_who_may_call_it(told):
    names = [operation["operationId"] for _, operation in operations(told)]

    assert len(set(names)) == len(names)
    for name, operation in operations(told):
        assert operation["summary"][-1] in ".?", name
        assert set(operation["x-roles"]) <= ROLES, name
        assert bool(operation["x-roles"]) == ("security" not in operation), name


def test_every_operation_tells_its_refusals_as_problems(told):
    for name, operation in operations(told):
        refused = {int(status): held for status, held in operation["responses"].items() if int(status) >= 400}
        expected = {500, 503} | ({401, 403, 422, 504} if operation["x-roles"] else set())
        expected |= {400, 413, 415} if "requestBody" in operation else set()
        assert refused.keys() >= expected, name
        for held in refused.values():
            problem = told["components"]["responses"][held["$ref"].rpartition("/")[2]]
            assert problem["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


def test_every_schema_refuses_what_it_does_not_know(told):
    assert [
        name for name, held in told["components"]["schemas"].items() if held.get("additionalProperties", True)
    ] == []


def test_an_answer_loses_nothing_on_its_way_through_its_schema(village, client, headers):
    body = {"target": {"address": "lea@kund.example"}, "purpose": "account_plan", "one_way": True, "limit": 50}

    answer = client.post("/v1/lookups", json=body, headers=headers).json

    question = Question(
        Target(uri="mailto:lea@kund.example"), village.key("anna@nord.example"), moment().day, limit=50, one_way=True
    )
    assert answer == document(village.settings, lookup(village.graph, village.settings, question))


def test_a_query_string_that_a_route_does_not_take_is_refused(client, headers):
    response = client.post("/v1/lookups?one_way=true", json={}, headers=headers)

    assert (response.status_code, response.json["errors"]) == (422, {"one_way": ["Unknown field."]})


@pytest.mark.parametrize("name", ["lea@kund.example", "mailto:lea", "+46846500401", "x" * 41])
def test_the_name_of_an_unknown_field_is_not_repeated_where_it_may_be_an_address(village, client, headers, name):
    body = {"target": {"address": "lea@kund.example", name: 1}, "purpose": "lead_followup", name: 2}

    answers = [
        client.post("/v1/lookups", json=body, headers=headers),
        client.post("/v1/lookups", query_string={name: 1}, json={}, headers=headers),
        client.put("/v1/people", json={name: 1}, headers=bearer(village, "connector")),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [answer for answer in answers if name in answer.text] == []


def test_the_methods_of_a_route_are_told_to_everybody(client):
    response = client.options("/v1/lookups")

    assert (response.status_code, sorted(response.headers["Allow"].split(", "))) == (200, ["OPTIONS", "POST"])


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND])
def test_a_problem_is_what_the_document_says(client, status):
    path = {HTTPStatus.UNAUTHORIZED: "/v1/lookups", HTTPStatus.NOT_FOUND: "/v1/nothing"}[status]

    response = client.post(path, json={})

    assert response.status_code == status
    assert ProblemSchema().validate(response.json) == {}
