"""The caller's own switch: whether what is known of them is used at all, and the receipts of what they decided."""

from typing import Any

from marshmallow import fields, validate

from wkw import policy, sharing
from wkw.connections import person
from wkw.web.access import allow
from wkw.web.answers import TIME, Answer
from wkw.web.calls import call, served
from wkw.web.contract import Routes, refuses
from wkw.web.schemas import Strict

routes = Routes("sharing", "The caller's own switch")

ON_OR_OFF = validate.OneOf(("on", "off"))
RECEIPT = {
    "receipt": {
        "operationId": "get_receipt",
        "parameters": {"id": "$response.body#/receipt/id"},
        "description": "How far is what it set going?",
    }
}


class SwitchSchema(Strict):
    """Whether the caller's data is used from now on, under all their addresses."""

    sharing = fields.String(required=True, validate=ON_OR_OFF)


class RemovedSchema(Answer):
    """What was deleted."""

    interactions = fields.Integer()
    ties = fields.Integer()
    people = fields.Integer()


class ReceiptSchema(Answer):
    """What was decided and what it removed; `removed` is known once it is completed."""

    id = fields.String()
    sharing = fields.String(validate=ON_OR_OFF)
    at = fields.String(metadata=TIME)
    by = fields.String(
        validate=validate.OneOf(("self", "operator", "joined", "group", "policy", "directory", "admins")),
        metadata={
            "description": "`joined`: another address of the same person had been switched off; `group`: a rule about "
            "a department, a region or a title; `policy`: that of the region; `directory`: it tells another "
            "region; `admins`: two administrators, for a person outside."
        },
    )
    addresses = fields.Integer(metadata={"description": "How many addresses of the person it covers: all."})
    state = fields.String(validate=validate.OneOf(("processing", "completed", "failed")))
    removed = fields.Nested(RemovedSchema, allow_none=True)
    reason = fields.String(
        allow_none=True, metadata={"description": "The code of the error, where it failed; it is tried again."}
    )
    seal = fields.String(metadata={"description": "SHA-256 of its row in the ledger, which covers all rows before it."})


class SharingSchema(Answer):
    """The switch as it stands; without a receipt it was never touched."""

    sharing = fields.String(validate=ON_OR_OFF)
    because = fields.List(
        fields.String(validate=validate.OneOf(("group", "policy", "self"))),
        metadata={
            "description": "Why it is off, which nobody else is told: by the caller's own choice, because a group of "
            "theirs is excluded, or by the policy of their region. It is on again where none of these holds any more; "
            "administrators decide on groups and policies. Where the policy asks for a yes, switching it on says it."
        },
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True)


@routes.route("/v1/me/sharing")
@routes.doc(responses={200: {"links": RECEIPT}})
@routes.response(200, SharingSchema, description="Also where sharing is off.")
@allow("colleague")
def get_sharing() -> dict[str, Any]:
    """Is my data used?"""
    now = call()
    return _told(now.asker)


@routes.route("/v1/me/sharing", methods=["PUT"])
@routes.doc(responses={200: {"links": RECEIPT}})
@routes.response(200, SharingSchema, description="From now on nobody is shown who switched it off.")
@routes.arguments(SwitchSchema, example={"sharing": "on"})
@allow("colleague")
def put_sharing(asked: dict[str, str]) -> dict[str, Any]:
    """Switches the use of my data off or on; on counts from now."""
    now = call()
    if asked["sharing"] == "off":
        sharing.close(now.graph, now.settings, now.asker, now=now.at.now, by="self")
        served().purger.wake()
    else:
        policy.on(now.graph, now.settings, now.asker, now=now.at.now, by="self")
    return _told(now.asker)


@routes.route("/v1/me/receipts/<id>")
@refuses(404)
@routes.response(200, ReceiptSchema, description="Of one of the caller's own decisions.")
@allow("colleague")
def get_receipt(id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
    """What became of what I decided?"""
    now = call()
    return sharing.as_data(sharing.shown(now.settings, now.asker, id))


def _told(key: str) -> dict[str, Any]:
    now = call()
    last = next(iter(sharing.receipts(now.settings, key)), None)
    told = {"sharing": person(now.graph, key)["sharing"], "because": sharing.because(now.settings, key)}
    return told | {"receipt": sharing.as_data(last) if last else None}
