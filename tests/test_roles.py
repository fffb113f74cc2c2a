"""Roles: who may call which route, by every kind of key, and an application without policies does not start."""

import json
import re

import pytest
from flask import Flask
from flask.views import MethodView
from lab import NOON, TODAY
from program import program_of

from wkw import keys
from wkw.errors import InputError, PolicyError
from wkw.model import ROLES
from wkw.web import access, create_app

EVERYBODY = frozenset()
SELLERS = frozenset({"seller", "sales_manager"})
# Whom a route may let in, by how its path begins.
MAY = {
    "/healthz": EVERYBODY,
    "/readyz": EVERYBODY,
    "/metrics": EVERYBODY,
    "/openapi.json": EVERYBODY,
    "/docs": EVERYBODY,
    "/login": EVERYBODY,
    "/rights/": EVERYBODY,
    "/v1/rights": EVERYBODY,
    "/logout": frozenset({"colleague"}),
    "/v1/lookups": SELLERS,
    "/v1/targets": SELLERS,
    "/answer/": EVERYBODY,
    "/v1/introductions": frozenset({"colleague"}),
    "/v1/me": frozenset({"colleague"}),
    "/v1/jobs": frozenset({"admin"}),
    "/v1/admin/": frozenset({"admin"}),
    "/v1/interactions": frozenset({"connector"}),
    "/v1/people": frozenset({"connector"}),
}
ASKING = ("POST /v1/introductions", "POST /v1/introductions/<id>/send")  # everybody answers


@pytest.fixture
def app(village):
    return create_app(village.graph, village.settings)


def routes(app):
    """Every route with a method that a view answers."""
    for rule in app.url_map.iter_rules():
        yield from ((rule, method) for method in sorted(access.methods(rule)))


def call(app, rule, method, token):
    with app.test_request_context():
        path = rule.build(dict.fromkeys(rule.arguments, "x"))[1]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {} if method in ("POST", "PUT") else None
    return app.test_client().open(path, method=method, headers=headers, json=body, buffered=True)


# ---- routes ----


def test_every_route_lets_in_whom_its_path_says(app):
    for rule, method in routes(app):
        [may] = [roles for begins, roles in MAY.items() if rule.rule.startswith(begins)]
        may = SELLERS if f"{method} {rule.rule}" in ASKING else may
        assert access.policy(app, rule, method) == may, f"{method} {rule.rule}"


def test_no_role_opens_a_route_that_is_not_its_own_and_none_is_shut_out_of_its_own(village, app):
    callers = {role: village.token(role) for role in ROLES}
    for rule, method in routes(app):
        may = access.policy(app, rule, method)
        nobody = [call(app, rule, method, token).status_code for token in (None, "nonsense", "wkw_0_x")]
        assert all((status == 401) == bool(may) for status in nobody), f"{method} {rule.rule}"
        for role, token in callers.items():
            status = call(app, rule, method, token).status_code
            roles = {role} if role == "connector" else {role, "colleague"}
            assert status != 401, f"{method} {rule.rule} by {role}"
            assert (status == 403) == (bool(may) and not may & roles), f"{method} {rule.rule} by {role}"


def test_a_lookup_by_each_role(village, app):
    body = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}
    told = {}
    for role in ROLES:
        headers = {"Authorization": f"Bearer {village.token(role)}"}
        told[role] = app.test_client().post("/v1/lookups", json=body, headers=headers).status_code

    assert told == {"colleague": 403, "seller": 200, "sales_manager": 200, "admin": 403, "connector": 403}


def test_a_missing_role_is_told_with_who_can_grant_it(village, app):
    response = app.test_client().post("/v1/lookups", headers={"Authorization": f"Bearer {village.token('admin')}"})

    assert (response.status_code, response.json["code"], response.json["who"]) == (403, "forbidden", "administrator")
    assert response.json["detail"] == "This needs the role sales_manager or seller."
    assert "wkw key create --role" in response.json["remedy"]


@pytest.mark.parametrize("route", ["/healthz", "/readyz"])
def test_a_public_route_asks_nobody_who_they_are(app, route):
    assert app.test_client().get(route, headers={"Authorization": "Bearer nonsense"}).status_code == 200


def test_the_methods_of_a_route_are_told_to_everybody_and_nothing_else(app):
    response = app.test_client().options("/v1/lookups")

    assert (response.status_code, response.data) == (200, b"")


# ---- policies ----


def test_without_the_policy_of_any_route_the_application_does_not_start(village, app):
    for endpoint in {rule.endpoint for rule, _ in routes(app)}:
        view = app.view_functions[endpoint]
        stripped = view.__dict__.pop("roles")
        try:
            with pytest.raises(PolicyError, match=r"The route \w+ /\S+ does not say who may call it"):
                access.guard(app)
        finally:
            view.roles = stripped
    assert {rule.endpoint for rule, _ in routes(app)}


def test_a_view_that_answers_to_options_itself_needs_a_policy_for_it(village):
    app = Flask("x", static_folder=None)
    app.add_url_rule("/x", "x", lambda: "x", methods=["OPTIONS"], provide_automatic_options=False)

    with pytest.raises(PolicyError, match="OPTIONS /x"):
        access.guard(app)


def test_each_method_of_a_class_of_views_has_a_policy_of_its_own(village):
    class Things(MethodView):
        @access.allow()
        def get(self):
            return "seen"

        @access.allow("admin")
        def put(self):
            return "changed"

        def delete(self):
            return "gone"

    app = Flask("x", static_folder=None)
    app.add_url_rule("/x", view_func=Things.as_view("x"))
    with pytest.raises(PolicyError, match="DELETE /x"):
        access.guard(app)

    del Things.delete
    app = Flask("x", static_folder=None)
    app.add_url_rule("/x", view_func=Things.as_view("x"), methods=["GET", "PUT"])
    access.guard(app)
    assert {rule.rule: access.policy(app, rule, "HEAD") for rule in app.url_map.iter_rules()} == {"/x": EVERYBODY}
    assert access.policy(app, next(app.url_map.iter_rules()), "PUT") == {"admin"}


def test_a_route_that_came_after_the_guard_lets_nobody_in(app):
    app.add_url_rule("/late", "late", lambda: "late")

    assert app.test_client().get("/late").status_code == 503


# ---- keys ----


def test_a_key_without_roles_of_its_own_is_a_sellers(village):
    token = village.token("admin")
    village.query("strip_roles")

    assert keys.caller(village.graph, token, day=TODAY, now=NOON).roles == {"seller", "colleague"}
    assert [row["roles"] for row in keys.listed(village.graph)] == [["seller"]]


def test_a_connectors_key_has_nobody_behind_it(village):
    caller = keys.caller(village.graph, village.token("connector"), day=TODAY, now=NOON)

    assert (caller.key, caller.roles) == (None, {"connector"})


@pytest.mark.parametrize(
    ("uri", "roles", "said"),
    [
        (None, ("seller",), "A key for these roles needs a colleague's address."),
        (None, ("connector", "admin"), "A key for these roles needs a colleague's address."),
        (None, (), "A key for these roles needs a colleague's address."),
        ("mailto:anna@nord.example", ("connector",), "A connector has no colleague behind it."),
        ("mailto:lea@kund.example", ("seller",), "The address is not a colleague's."),
    ],
)
def test_a_key_whose_holder_does_not_go_with_its_roles_is_not_made(village, uri, roles, said):
    with pytest.raises(InputError) as refused:
        keys.create(village.graph, village.settings, uri, roles=roles, name="", day=TODAY, now=NOON, expires=None)

    assert refused.value.message == said
    assert keys.listed(village.graph) == []


def test_the_command_line_gives_keys_roles_and_lists_them(village):
    wkw = program_of(village)
    assert wkw("key", "create", "anna@nord.example", "--role", "admin", "--role", "seller", "--role", "admin").code == 0
    assert wkw("key", "create", "--role", "connector", "--name", "CRM").code == 0
    assert wkw("key", "create", "bo@nord.example").code == 0

    rows = json.loads(wkw("key", "list", "--json").out)
    assert sorted(row["roles"] for row in rows) == [["admin", "seller"], ["connector"], ["seller"]]
    assert re.search(r"^[0-9a-f]{16}  CRM +connector ", wkw("key", "list").out, re.M)
