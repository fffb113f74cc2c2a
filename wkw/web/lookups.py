"""Who can introduce me: lookups, and whom one may mean."""

from typing import Any

from wkw.errors import Ambiguous, NotFound
from wkw.introductions.told import offered
from wkw.lookup import Question, lookup, targets, whom
from wkw.model import Target
from wkw.web.access import allow
from wkw.web.answers import LookupSchema, TargetsSchema
from wkw.web.calls import call
from wkw.web.contract import Routes, refuses
from wkw.web.schemas import AskSchema, SearchSchema

routes = Routes("lookups", "Who can introduce me?")

EXAMPLES = {
    "address": {
        "summary": "By address",
        "value": {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"},
    },
    "crm": {
        "summary": "By the id in a CRM",
        "value": {"target": {"crm_id": "crm:dynamics:1001"}, "purpose": "lead_followup", "limit": 10},
    },
    "id": {
        "summary": "By the id that a search gave",
        "value": {"target": {"id": "5f0c2d9be6a14b7793c1d2aa"}, "purpose": "introduction"},
    },
    "name": {
        "summary": "By name and company, as of an earlier day, with those known one way only",
        "value": {
            "target": {"name": "Lea Sand", "company": "Kund"},
            "purpose": "account_plan",
            "as_of": "2026-06-01",
            "one_way": True,
        },
    },
}
ANSWER = {
    "target": {"id": "5f0c2d9be6a14b7793c1d2aa", "kind": "lead", "name": "Lea Sand", "company": None},
    "introducers": [
        {
            "colleague": {"id": "0b9a3c51c7fe42d08e6f7d11", "name": "Anna Berg", "title": "Sales"},
            "strength": 62,
            "level": "strong",
            "channels": ["email"],
            "two_way": True,
            "last": "week",
            "can_request": False,
            "why_not": None,
        }
    ],
    "you": None,
    "tier": "enhanced",
    "sources": ["mail"],
    "as_of": "2026-06-02",
    "complete": True,
    "formula": "WKW-2",
    "notices": [],
}

# What one may do with an answer.
LINKS = {
    "introducers": {
        "operationId": "post_lookup",
        "requestBody": {"target": {"id": "$response.body#/candidates/0/id"}, "purpose": "lead_followup"},
        "description": "Who can introduce me to the first of them?",
    }
}


@routes.route("/v1/lookups", methods=["POST"])
@refuses(404, 409)
@routes.response(200, LookupSchema, description="The strongest introducers first.", example=ANSWER)
@routes.arguments(AskSchema, examples=EXAMPLES)
@allow("seller", "sales_manager")
def post_lookup(asked: dict[str, Any]) -> dict[str, Any]:
    """Who can introduce me to this person?"""
    now = call()
    purpose = asked.pop("purpose")
    question = Question(asker=now.asker, day=now.at.day, **asked)
    with now.recorded("lookup", purpose=purpose) as seen:
        try:
            found = lookup(now.graph, now.settings, question)
        except (NotFound, Ambiguous) as error:
            if isinstance(error, NotFound) and (person := whom(now.graph, now.settings, question.target)):
                seen.about = (person,)
            now.count(question.target)  # else anybody could be tried for nothing
            raise
        seen.about = (found.target["id"],)
        now.count(Target(id=found.target["id"]))
        seen.returned = tuple(one.id for one in found.introducers)
    return offered(now.settings, found, who=now.asker)


@routes.route("/v1/targets", methods=["POST"])
@routes.doc(responses={200: {"links": LINKS}})
@routes.response(200, TargetsSchema, description="At most five, by name; more letters tell them apart.")
@routes.arguments(SearchSchema, example={"name": "lea s", "company": "kund", "purpose": "lead_followup"})
@allow("seller", "sales_manager")
def post_targets(asked: dict[str, str]) -> dict[str, Any]:
    """Whom may I mean, of those whom a colleague can introduce me to?

    Each of them counts as somebody looked up, once within 24 hours.
    """
    now = call()
    with now.recorded("targets", purpose=asked["purpose"]) as seen:
        found = targets(now.graph, asked["name"], asked.get("company"), asker=now.asker, day=now.at.day)
        seen.about = tuple(one["id"] for one in found)
        for one in found:
            now.count(Target(id=one["id"]))  # else whoever may look up no more could still list everybody
    return {"candidates": found}
