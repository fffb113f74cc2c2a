"""Every route of the contract by every kind of caller, with what is their own, somebody else's and nobody's."""

import json
from itertools import product

import pytest
from asking import Asking
from lab import HERE, NOON, TODAY
from outboxes import asked, dead
from places import METHODS

from wkw import keys, rights, sharing
from wkw.connections import connections
from wkw.model import ROLES, Target
from wkw.moment import moment
from wkw.web import create_app

TOLD = json.loads((HERE / "data" / "openapi.json").read_text())
CALLERS = (*ROLES, "nobody", "opted out", "leaver")
WHOSE = ("own", "other's", "unknown")
UNKNOWN = "0123456789abcdef01234567"
RECEIPT = "/v1/me/receipts/{id}"
REQUEST = "/v1/admin/erasures/{id}"
MINE = {"Idempotency-Key": "mine"}
ASKED = "/v1/introductions/{id}"
RETRY = "/v1/admin/mails/{id}/retry"


@pytest.fixture
def tokens(village):
    """An API key of every kind of caller; Cia opts out and Dag leaves once they have theirs."""

    def key(who, *roles, day=TODAY):
        uri = f"mailto:{who}@nord.example" if who else None
        return keys.create(village.graph, village.settings, uri, roles=roles, name="", day=day, now=NOON, expires=None)

    made = {role: key(None if role == "connector" else "anna", role) for role in ROLES}
    made |= {"opted out": key("cia", "seller", "admin"), "leaver": key("dag", "seller", "admin", day=TODAY - 100)}
    sharing.off(village.graph, village.settings, "mailto:cia@nord.example", now=NOON)
    return made


@pytest.fixture
def ids(village, tokens):
    """What a path holds, by whose it is: Anna's tie with Lea and Eva's with Pia, Cia's receipt and Ola's."""
    ties = {
        tie["name"]: tie["id"]
        for who in ("anna", "eva")
        for tie in connections(village.graph, village.settings, village.key(f"{who}@nord.example"), day=TODAY).ties
    }
    sharing.off(village.graph, village.settings, "mailto:ola@fjord.example", now=NOON)
    cia, ola = (
        sharing.receipts(village.settings, village.key(who))[0].id for who in ("cia@nord.example", "ola@fjord.example")
    )
    whose = {"own": ties["Lea Sand"], "other's": ties["Pia Ångström"], "unknown": UNKNOWN}
    return {
        "/v1/me/connections/{id}": whose,
        "/v1/me/vetoes/{contact}": whose,
        RETRY: {"own": dead(village, "dead"), "other's": asked(village, "waits"), "unknown": UNKNOWN},
        RECEIPT: {"own": cia, "other's": ola, "unknown": UNKNOWN},
        **requests(village),
        **introductions(Asking(village)),
    }


def requests(village):
    """What Bo asked for Nils, for each path one of its own, and what he withdrew; an access of Anna and Cia."""
    nils = rights.outsider(village.graph, village.settings, Target(uri="mailto:nils@kund.example"), day=TODAY)
    anna, bo, cia = (village.key(f"{who}@nord.example") for who in ("anna", "bo", "cia"))

    def asked(kind, by=bo):
        return rights.ask(village.graph, village.settings, nils, kind, by=by, at=moment())

    gone = asked("access").id
    rights.withdraw(village.graph, gone)
    fetched = asked("access", anna)
    rights.approve(village.graph, village.settings, fetched, nils, by=cia, at=moment())
    own = {"": asked("erasure"), "/approve": asked("objection"), "/withdraw": asked("access"), "/data": fetched}
    return {REQUEST + end: {"own": one.id, "other's": gone, "unknown": UNKNOWN} for end, one in own.items()}


def introductions(ask):
    """For each path one that Anna asks for or is asked for, and one of Bo and Eva."""
    ask.decide(open_requests=99, monthly=99, cooldown_days=0)
    now, anna, bo = moment().now, "anna@nord.example", "bo@nord.example"
    asked = {"by": anna, "through": bo, "now": now}
    own = {"": ask.draft(**asked), "/send": ask.draft(**asked), "/withdraw": ask.draft(**asked)}
    own["/outcome"] = ask.sent(**asked)
    asking = {"/accept": "lea@kund.example", "/decline": "mats@kund.example", "/introduced": "frida@freemail.example"}
    own |= {end: ask.sent(by=bo, through=anna, to=to, now=now) for end, to in asking.items()}
    for end, by in (("/outcome", bo), ("/introduced", anna)):
        ask.move("accept", own[end], by, now=now)
    ask.move("introduced", own["/outcome"], bo, now=now)
    other = ask.sent(by=bo, through="eva@nord.example", now=now)
    return {ASKED + end: {"own": one, "other's": other, "unknown": UNKNOWN} for end, one in own.items()}


@pytest.fixture
def ask(village, tokens, ids):
    """What a caller is told by a route; of a route that can try, the trial."""
    client = create_app(village.graph, village.settings).test_client()

    def asked(path, method, caller, whose):
        operation, shared = TOLD["paths"][path][method], TOLD["paths"][path].get("parameters", [])
        held = {one["name"]: ids[path][whose] for one in shared if one["in"] == "path"}
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        tries = any(one["name"] == "dry_run" for one in operation.get("parameters", ()))
        return client.open(
            path.format(**held),
            method=method.upper(),
            headers={"Idempotency-Key": "mine"}
            | ({"Authorization": f"Bearer {tokens[caller]}"} if caller in tokens else {}),
            json=content and (content.get("example") or next(iter(content["examples"].values()))["value"]),
            query_string={"dry_run": "true"} if tries else {},
        )

    return asked


# Nobody signs in here with a browser, no mail is sent, and some have nothing to tell.
OTHERWISE = {"/login": 404, "/login/callback": 404, "/logout": 204, "/v1/rights": 404}
OTHERWISE |= {"post /v1/introductions": 404, f"{ASKED}/send": 409}
OTHERWISE |= {f"{REQUEST}/withdraw": 204, RETRY: 204}


def routes():
    """Every path with its methods, and whether something in it may be somebody's."""
    return [(path, method) for path, held in TOLD["paths"].items() for method in METHODS if method in held]


def expected(path, method, caller, whose):
    may = set(TOLD["paths"][path][method]["x-roles"])
    roles = {"connector"} if caller == "connector" else {caller, "colleague"}
    if caller == "opted out":
        roles = {"seller", "admin", "colleague"}
    if may and caller in ("nobody", "leaver"):
        return 401 if caller == "nobody" else 403
    if may and not may & roles:
        return 403
    theirs = path.startswith((REQUEST, RETRY)) or (caller == "opted out") == (path == RECEIPT)
    if "{" in path and (whose != "own" or not theirs):
        return 404
    if caller == "opted out" and f"{method} {path}" == "post /v1/introductions":
        return 403
    return OTHERWISE.get(f"{method} {path}", OTHERWISE.get(path, 200))


def told(answer):
    """Everything of an answer but what names the request."""
    body = {name: value for name, value in answer.json.items() if name != "request_id"}
    return answer.status_code, body, sorted((name, value) for name, value in answer.headers if name != "X-Request-Id")


@pytest.mark.parametrize("caller", CALLERS)
def test_each_route_answers_each_caller_as_it_should_whoever_it_is_about(ask, caller):
    for (path, method), whose in product(routes(), WHOSE):
        status = ask(path, method, caller, whose).status_code
        assert status == expected(path, method, caller, whose), f"{method} {path} by {caller}, {whose}"


@pytest.mark.parametrize("caller", CALLERS)
def test_what_is_somebody_elses_is_told_as_what_is_not_there(ask, caller):
    owned = [route for route in routes() if "{" in route[0]]
    assert owned
    for route in owned:
        assert told(ask(*route, caller, "other's")) == told(ask(*route, caller, "unknown"))
