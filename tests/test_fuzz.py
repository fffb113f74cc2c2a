"""Made-up requests by every role: no answer breaks the contract, none is a failure, and every refusal says what to do.

WKW_FUZZ is how many requests are sent at least, by all roles together; `make fuzz` sends 10,000.
"""

import json
import os
from collections import Counter

import pytest
import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from wkw.model import ROLES
from wkw.web import create_app

REQUESTS = int(os.environ.get("WKW_FUZZ", "2000"))
CALLERS = (*ROLES, "nobody")
SHARE = -(-REQUESTS // len(CALLERS))  # of each caller, at least
OF_SOCKETS = ("max_redirects", "verify", "cert")


@schemathesis.serializer("application/jsonl")
def lines(_, value):
    """One row as JSON Lines."""
    return f"{json.dumps(value)}\n".encode()


@pytest.fixture(autouse=True)
def _probes_take_the_short_way(monkeypatch):
    """Schemathesis 4.32 hands its probes of authentication what goes with a socket, which an application has not."""
    send = WSGITransport.send

    def short(self, case, **more):
        return send(self, case, **{name: value for name, value in more.items() if name not in OF_SOCKETS})

    monkeypatch.setattr(WSGITransport, "send", short)


class Watched:
    """The application, with what it answered."""

    def __init__(self, app):
        self._app = app
        self.statuses, self.problems = Counter(), {}

    def __call__(self, environ, start):
        def begin(status, headers, *more):
            self.statuses[int(status[:3])] += 1
            return start(status, headers, *more)

        body = b"".join(self._app(environ, begin))
        if body.startswith(b'{"type": "about:blank"'):
            problem = json.loads(body)
            self.problems[problem["status"], problem["code"], problem["detail"]] = problem
        return [body]


def settings(role, token):
    """Every check, the same requests in each run; whoever may call a route is not refused for who they are."""
    accepted = ["2xx", 404, 409, 412, 422, 428] if token else ["2xx", 401]
    examples = SHARE // 2 if role == "connector" else REQUESTS // 70  # for each route in each phase; it has two routes
    return SchemathesisConfig.from_dict(
        {
            "seed": 20606,
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            "continue-on-failure": True,
            "cache": {"enabled": False},  # of earlier runs, which would change this one
            "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
            "phases": {"stateful": {"enabled": role != "connector"}},  # no answer leads to another of its routes
            "checks": {"positive_data_acceptance": {"expected-statuses": accepted}},
        }
    )


def contract(app, role, token):
    """The document as the application tells it, with the routes that let a role in; all of them for nobody."""
    told = schemathesis.openapi.from_wsgi("/openapi.json", app, config=settings(role, token))
    own = {role} if role == "connector" else {role, "colleague"}
    return told.include(func=lambda found: not token or own & set(found.operation.definition.raw["x-roles"]))


def run(told):
    """What each check found, as its name and None or the failure, in every phase."""
    for event in from_schema(told).execute():
        assert not isinstance(event, events.NonFatalError | events.FatalError), repr(event)
        if isinstance(event, events.ScenarioFinished):
            for case, checked in event.recorder.checks.items():
                interaction = event.recorder.interactions.get(case)
                yield from (
                    (one.name, None if excused(one, event.recorder.cases[case].value, interaction) else one)
                    for one in checked
                )


def excused(found, case, interaction):
    """Whether a check passed, or what it means is told in another way: a wrong row of a batch by its fate."""
    if found.failure_info is None:
        return True
    if found.name == "positive_data_acceptance" and case.path.startswith(("/login", "/v1/rights")):
        return interaction.response.status_code in (404, 422)  # nobody signs in here with a browser, and none is mailed
    if found.name == "positive_data_acceptance" and case.path.startswith("/v1/admin/erasures/"):
        return interaction.response.status_code == 403  # whoever asked does not approve
    if (found.name, case.operation.label) != ("negative_data_rejection", "POST /v1/interactions"):
        return False
    body = {"interactions": [case.body]} if case.media_type == "application/jsonl" else case.body
    fates = interaction.response.json()["rows"]
    query = {name: value for name, value in (case.query or {}).items() if value != []}  # an empty list is not sent
    around = body.keys() == {"interactions"} and query in ({}, {"dry_run": "true"}, {"dry_run": "false"})
    return around and [row["index"] for row in fates] == list(range(len(body["interactions"])))


@pytest.mark.parametrize("role", CALLERS)
def test_no_request_of_any_role_breaks_the_contract(village, role):
    app = Watched(create_app(village.graph, village.settings))
    token = None if role == "nobody" else village.token(role)

    found = list(run(contract(app, role, token)))

    assert [failure.failure_info.failure for _, failure in found if failure] == []
    assert {name for name, _ in found} == {check.__name__ for check in CHECKS.get_all()}
    assert [status for status in app.statuses if status >= 500] == []
    assert [problem for problem in app.problems.values() if not (problem["remedy"] and problem["who"])] == []
    assert app.statuses.total() >= SHARE, app.statuses
