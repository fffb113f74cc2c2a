"""The person themself: who they are here, their own ties, and what fades."""

from typing import Any

from wkw.connections import connections, document, own_id, person
from wkw.cooling import as_data, cooling
from wkw.errors import NotFound
from wkw.explain import document as explained
from wkw.explain import explain
from wkw.model import Target, date_of
from wkw.moment import moment
from wkw.vetoes import veto
from wkw.web import sessions
from wkw.web.access import allow
from wkw.web.calls import call, served
from wkw.web.contract import Routes, following, refuses
from wkw.web.own import ConnectionsSchema, CoolingsSchema, ExplanationSchema, MentionsSchema, MeSchema, VetoSchema
from wkw.web.schemas import DaysSchema, PageSchema, WithinSchema

routes = Routes("me", "What is known of the caller, for the caller")

# What one may do with an answer.
EXPLAINED = {
    "explained": {
        "operationId": "get_connection",
        "parameters": {"id": "$response.body#/connections/0/id"},
        "description": "What is the first of them made of?",
    }
}
VETOED = {
    "vetoed": {
        "operationId": "put_veto",
        "parameters": {"contact": "$response.body#/connections/0/id"},
        "description": "Keep others from being offered the first of them.",
    }
}
FOLLOWING = following("get_connections")


@routes.route("/v1/me")
@routes.response(200, MeSchema, description="Also where sharing is off.")
@allow("colleague")
def get_me() -> dict[str, Any]:
    """Who am I here, and is my data shared?"""
    now = call()
    token = sessions.csrf_token()
    return person(now.graph, now.asker) | ({"csrf_token": token} if token else {})


@routes.route("/v1/me/connections")
@routes.doc(responses={200: {"links": EXPLAINED | VETOED | FOLLOWING}})
@routes.response(200, ConnectionsSchema, description="A page of them; none where sharing is off.")
@routes.arguments(PageSchema, location="query")
@allow("colleague")
def get_connections(page: dict[str, Any]) -> dict[str, Any]:
    """Whom do I know, strongest first?"""
    now = call()
    return document(connections(now.graph, now.settings, now.asker, day=now.at.day, **page))


@routes.route("/v1/me/connections/<id>")
@refuses(404)
@routes.response(200, ExplanationSchema, description="The parts add up to the total.")
@allow("colleague")
def get_connection(id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
    """What is the strength of one of my connections made of?"""
    now = call()
    try:
        own = Target(id=own_id(now.graph, now.asker))
        return explained(explain(now.graph, now.settings, own, Target(id=id), day=now.at.day, own=True))
    except NotFound as error:
        raise NotFound(error.message, remedy="Take an id that `GET /v1/me/connections` gives.") from error


@routes.route("/v1/me/vetoes/<contact>", methods=["PUT"])
@refuses(404)
@routes.response(200, VetoSchema, description="From now on nobody is offered this connection; again, the same.")
@allow("colleague")
def put_veto(contact: str) -> dict[str, Any]:
    """Keeps others from being offered me for one of my connections; nobody but me can tell."""
    return _decide(contact, vetoed=True)


@routes.route("/v1/me/vetoes/<contact>", methods=["DELETE"])
@refuses(404)
@routes.response(200, VetoSchema, description="From now on others are offered it again; also where they were before.")
@allow("colleague")
def delete_veto(contact: str) -> dict[str, Any]:
    """Lets others be offered me for one of my connections again."""
    return _decide(contact, vetoed=False)


def _decide(contact: str, *, vetoed: bool) -> dict[str, Any]:
    now = call()
    veto(now.graph, now.asker, contact, wanted=vetoed, day=now.at.day)
    return {"id": contact, "vetoed": vetoed}


@routes.route("/v1/me/cooling")
@routes.doc(responses={200: {"links": EXPLAINED}})
@routes.response(200, CoolingsSchema, description="The next one to fall first; none where sharing is off.")
@routes.arguments(WithinSchema, location="query")
@allow("colleague")
def get_cooling(asked: dict[str, int]) -> dict[str, Any]:
    """Which of my connections fall below a level without contact?"""
    now = call()
    found = cooling(now.graph, now.settings, now.asker, day=now.at.day, days=asked["within"])
    return {"connections": [as_data(tie) for tie in found]}


@routes.route("/v1/me/lookups")
@routes.response(200, MentionsSchema, description="By day and purpose; none where sharing is off.")
@routes.arguments(DaysSchema, location="query")
@allow("colleague")
def get_lookups(asked: dict[str, int]) -> dict[str, Any]:
    """When and for which purpose was I looked up or returned?

    It looks back as far as the audit log goes; `since` says how far. Nobody is told who asks for this.
    """
    return mentions(asked["days"])


def mentions(days: int) -> dict[str, Any]:
    """How often the caller was looked up or returned in the last days, the newest day first."""
    now = call()
    me = person(now.graph, now.asker)
    return mentions_of(me["id"] if me["sharing"] == "on" else None, days)


def mentions_of(who: str | None, days: int) -> dict[str, Any]:
    """How often a person, by id, was looked up or returned in the last days, the newest day first."""
    since = moment().day - min(days, served().settings.audit_days) + 1
    found = served().audit.mentions(who, since=since) if who else {}
    newest = sorted(found.items(), key=lambda one: (-one[0][0], one[0][1]))
    rows = [{"day": date_of(day).isoformat(), "purpose": purpose, "times": times} for (day, purpose), times in newest]
    return {"since": date_of(since).isoformat(), "lookups": rows}
