"""The rights of people outside, for administrators: one asks, another one approves."""

from typing import Any

from marshmallow import fields, validate

from wkw import rights
from wkw.web.access import allow
from wkw.web.answers import DATE, TIME, Answer
from wkw.web.calls import call, served
from wkw.web.contract import Routes, refuses
from wkw.web.held import (
    AskedAboutSchema,
    EmployerSchema,
    FormulaSchema,
    InteractionSchema,
    KnownBySchema,
    OwnAddressSchema,
    PersonSchema,
    RuleSchema,
    SumsSchema,
)
from wkw.web.me import mentions_of
from wkw.web.own import MentionsSchema
from wkw.web.schemas import OutsideSchema, Strict
from wkw.web.sharing import ReceiptSchema

routes = Routes("rights", "The rights of people outside")

NILS = {"target": {"address": "nils@kund.example"}}
KIND = validate.OneOf(rights.KINDS)


class RightSchema(Strict):
    """Whom it is about, and what they ask."""

    target = fields.Nested(OutsideSchema, required=True)
    kind = fields.String(
        required=True,
        validate=KIND,
        metadata={
            "description": "`access`: all that is held; `erasure`: nothing is held or collected any more; `objection`: "
            "the same, and nobody is shown them from now on."
        },
    )


class ApprovalSchema(Strict):
    """Whom it is about, as whoever approves it knows."""

    target = fields.Nested(OutsideSchema, required=True)


class RequestSchema(Answer):
    """What was asked; not for whom."""

    id = fields.String()
    kind = fields.String(validate=KIND)
    state = fields.String(validate=validate.OneOf(rights.STATES))
    at = fields.String(metadata=TIME)
    due = fields.String(metadata=TIME | {"description": "By when it should be answered: thirty days later."})
    decided = fields.String(allow_none=True, metadata=TIME)
    receipt = fields.Nested(ReceiptSchema, allow_none=True)


class ApprovedSchema(RequestSchema):
    """What was approved."""

    crm = fields.List(
        fields.String(),
        metadata={"description": "The ids of the person in a CRM, which must be told. They are told once: they go."},
    )


class RequestsSchema(Answer):
    """Requests, those that wait for an approval first."""

    requests = fields.List(fields.Nested(RequestSchema))


class OutsiderSchema(Answer):
    """What is held beside interactions."""

    addresses = fields.List(fields.Nested(OwnAddressSchema))
    person = fields.Nested(PersonSchema, allow_none=True)
    companies = fields.List(fields.Nested(EmployerSchema))
    rules = fields.List(fields.Nested(RuleSchema))
    introductions = fields.List(
        fields.Nested(AskedAboutSchema), metadata={"description": "That colleagues asked each other for one; not who."}
    )
    formula = fields.Nested(FormulaSchema)


class EverythingSchema(Answer):
    """All that is held of somebody outside; of colleagues what this person knows: their names."""

    as_of = fields.String(metadata=DATE)
    about = fields.Nested(OutsiderSchema)
    known_by = fields.List(fields.Nested(KnownBySchema))
    interactions = fields.List(fields.Nested(InteractionSchema), metadata={"description": "Oldest first."})
    kept = fields.List(fields.Nested(SumsSchema))
    looked_up = fields.Nested(MentionsSchema)


@routes.route("/v1/admin/erasures", methods=["POST"])
@refuses(404)
@routes.response(200, RequestSchema, description="It waits for another administrator; again, the same.")
@routes.arguments(RightSchema, example=NILS | {"kind": "objection"})
@allow("admin")
def post_erasure(asked: dict[str, Any]) -> dict[str, Any]:
    """Asks for somebody outside what they have a right to."""
    now = call()
    with now.recorded(f"{asked['kind']}_asked") as seen:
        whom = rights.outsider(now.graph, now.settings, asked["target"], day=now.at.day)
        seen.about = (whom.person,) if whom.person else ()
        made = rights.ask(now.graph, now.settings, whom, asked["kind"], by=now.asker, at=now.at)
    return rights.as_data(now.settings, made, now=now.at.now)


@routes.route("/v1/admin/erasures")
@routes.response(200, RequestsSchema, description="A thousand at most; nothing tells whom they are about.")
@allow("admin")
def get_erasures() -> dict[str, Any]:
    """What do people outside ask?"""
    now = call()
    return {"requests": [rights.as_data(now.settings, one, now=now.at.now) for one in rights.listed(now.graph)]}


@routes.route("/v1/admin/erasures/<id>")
@refuses(404)
@routes.response(200, RequestSchema, description="With the receipt, where it led to an erasure.")
@allow("admin")
def get_erasure(id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
    """What became of a request?"""
    now = call()
    return rights.as_data(now.settings, rights.found(now.graph, id), now=now.at.now)


@routes.route("/v1/admin/erasures/<id>/approve", methods=["POST"])
@refuses(404)
@routes.response(200, ApprovedSchema, description="Nobody is shown them any more; or the access may be fetched.")
@routes.arguments(ApprovalSchema, example=NILS)
@allow("admin")
def post_approval(asked: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
    """Approves what another administrator asked, for whom they asked it."""
    now = call()
    with now.recorded("request_approved") as seen:
        held = rights.found(now.graph, id)
        whom = rights.outsider(now.graph, now.settings, asked["target"], day=now.at.day)
        seen.about = (whom.person,) if whom.person else ()
        done = rights.approve(now.graph, now.settings, held, whom, by=now.asker, at=now.at)
        served().purger.wake()
    told = rights.as_data(now.settings, done, now=now.at.now)
    return told | {"crm": whom.crm if done.kind != "access" else []}


@routes.route("/v1/admin/erasures/<id>/withdraw", methods=["POST"])
@refuses(404)
@routes.response(204, description="As if it had never been asked.")
@allow("admin")
def post_withdrawal(id: str) -> None:  # noqa: A002 - the name in the path
    """Withdraws a request that nobody has approved."""
    now = call()
    with now.recorded("request_withdrawn"):
        rights.withdraw(now.graph, id)


@routes.route("/v1/admin/erasures/<id>/data")
@refuses(404)
@routes.response(200, EverythingSchema, description="For a day, for the two who asked and approved it.")
@allow("admin")
def get_access(id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
    """What is held of whom an approved access is about?"""
    now = call()
    with now.recorded("access_fetched") as seen:
        held = rights.found(now.graph, id)
        told = rights.fetched(now.graph, now.settings, held, by=now.asker, at=now.at)
        known = told["about"]["person"]
        seen.about = (known["id"],) if known else ()
    return with_lookups(told)


def with_lookups(told: dict[str, Any]) -> dict[str, Any]:
    """What is held of somebody outside, and how often they were looked up."""
    known = told["about"]["person"]
    return told | {"looked_up": mentions_of(known and known["id"], served().settings.audit_days)}
