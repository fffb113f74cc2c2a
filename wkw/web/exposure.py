"""What lookups show others of the caller, and what would go if the caller switched sharing off."""

from typing import Any

from marshmallow import fields, validate

from wkw.connections import person
from wkw.exposure import as_shown, exposure
from wkw.web.access import allow
from wkw.web.answers import DATE, KINDS, Answer, EvidenceSchema
from wkw.web.calls import call
from wkw.web.contract import Routes, following
from wkw.web.schemas import PageSchema
from wkw.web.sharing import ON_OR_OFF

routes = Routes("exposure", "What others are shown of the caller")

FOLLOWING = following("get_exposure")


class ShownSchema(EvidenceSchema):
    """A contact of whom a lookup names the caller, with what it tells; one-way only who asks for those too is told."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)


class PreviewSchema(Answer):
    """What would go if the caller switched sharing off now."""

    introduces = fields.Integer(metadata={"description": "Contacts to whom the caller can introduce others."})
    only_you = fields.Integer(metadata={"description": "Of these, whom nobody else could introduce anybody to."})


class ExposureSchema(Answer):
    """A page of contacts, strongest first."""

    as_of = fields.String(metadata=DATE)
    sharing = fields.String(validate=ON_OR_OFF)
    contacts = fields.List(fields.Nested(ShownSchema))
    preview = fields.Nested(PreviewSchema)
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page; null on the last."})


@routes.route("/v1/me/exposure")
@routes.doc(responses={200: {"links": FOLLOWING}})
@routes.response(200, ExposureSchema, description="A page; empty where sharing is off.")
@routes.arguments(PageSchema, location="query")
@allow("colleague")
def get_exposure(page: dict[str, Any]) -> dict[str, Any]:
    """Of which contacts would a lookup name me to a colleague, and what would go without me?"""
    now = call()
    found = as_shown(exposure(now.graph, now.settings, now.asker, day=now.at.day, **page))
    return found | {"sharing": person(now.graph, now.asker)["sharing"]}
