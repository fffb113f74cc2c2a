"""The caller's own eyes: everything that is held of them."""

from typing import Any

from marshmallow import fields, validate

from wkw import sharing
from wkw.connections import person
from wkw.exposure import DEFAULT, MOST, Held, about, held
from wkw.model import CHANNELS, date_of
from wkw.web.access import allow, require_recent_login
from wkw.web.answers import DATE, LEVELS, TIERS, TIME, Answer
from wkw.web.calls import call
from wkw.web.contract import Routes, following
from wkw.web.me import mentions
from wkw.web.own import ConnectionSchema, MentionsSchema
from wkw.web.schemas import PageSchema
from wkw.web.sharing import ON_OR_OFF, ReceiptSchema

routes = Routes("held", "What is held of the caller, for the caller")

OURS = {"description": "To the other, or from them."}
RAW = {"description": "As the graph holds it; `formula` says how it is used."}
FOLLOWING = following("get_data")


class HeldSchema(PageSchema):
    """Which page of what is held."""

    limit = fields.Integer(load_default=DEFAULT, validate=validate.Range(1, MOST), metadata={"description": "Rows."})


class OwnAddressSchema(Answer):
    """One of the caller's own addresses."""

    address = fields.String(allow_none=True)
    source = fields.String(
        allow_none=True,
        metadata={
            "description": "Where it was first known from: a source of interactions, a CRM, `directory`, `merge`."
        },
    )
    collect_from = fields.String(metadata=TIME | {"description": "Nothing older is taken in."})
    seen = fields.String(allow_none=True, metadata=DATE | {"description": "When it was last touched."})
    listed = fields.String(allow_none=True, metadata=DATE | {"description": "When a directory last named it."})


class PersonSchema(Answer):
    """What is known of the caller as a person."""

    id = fields.String()
    colleague = fields.Boolean()
    contact = fields.Boolean(metadata={"description": "Also who was one before they became a colleague."})
    lead = fields.Boolean(allow_none=True)
    name = fields.String(allow_none=True)
    folded_name = fields.String(allow_none=True, metadata={"description": "The name as it is searched for."})
    named_at = fields.String(
        allow_none=True, metadata=TIME | {"description": "Of a name that a message told; a directory's has none."}
    )
    title = fields.String(allow_none=True)
    region = fields.String(allow_none=True)
    folded_region = fields.String(allow_none=True, metadata={"description": "The region as policies name it."})
    department = fields.String(allow_none=True)
    language = fields.String(allow_none=True, metadata={"description": "In which mail is written to them, if told."})
    first_day = fields.String(allow_none=True, metadata=DATE | {"description": "As a colleague."})
    until_day = fields.String(allow_none=True, metadata=DATE | {"description": "The first one on which they are gone."})
    noticed = fields.String(
        allow_none=True,
        metadata=DATE | {"description": "When a contact was told that this is held (GDPR, article 14)."},
    )
    listed = fields.String(allow_none=True, metadata=DATE)
    seen = fields.String(allow_none=True, metadata=DATE)


class EmployerSchema(Answer):
    """A company that the caller works or worked at."""

    name = fields.String()
    first_day = fields.String(allow_none=True, metadata=DATE)
    until_day = fields.String(allow_none=True, metadata=DATE)


class RuleSchema(Answer):
    """A rule of exclusion about one of the caller's addresses."""

    address = fields.String(allow_none=True)
    include = fields.Boolean()
    reason = fields.String()
    at = fields.String(metadata=TIME)
    interactions = fields.Integer(metadata={"description": "How many were deleted for it."})


class OwnKeySchema(Answer):
    """An API key of the caller, of which a digest is held."""

    id = fields.String()
    name = fields.String()
    roles = fields.List(fields.String(), allow_none=True)
    created = fields.String(metadata=TIME)
    expires = fields.String(allow_none=True, metadata=TIME)
    revoked = fields.String(allow_none=True, metadata=TIME)


class OtherSchema(Answer):
    """The other side, as the caller knows them."""

    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)


class FormulaSchema(Answer):
    """How strengths are made."""

    name = fields.String()
    words = fields.String()
    weights = fields.Dict(keys=fields.String(), values=fields.Float(), metadata={"description": "Of each channel."})
    k = fields.Float()
    strong = fields.Float()
    familiar = fields.Float()
    out = fields.Float(metadata={"description": "How much more counts what the colleague does."})
    fast_days = fields.Integer(metadata={"description": "The half-life of `fast`."})
    slow_days = fields.Integer(metadata={"description": "The half-life of `slow`."})
    slow_share = fields.Float()


class DecidedSchema(Answer):
    """A version of the settings of introductions that the caller made."""

    version = fields.Integer()
    at = fields.String(metadata=TIME)


class AskedAboutSchema(Answer):
    """Somebody asked a colleague for an introduction to this person."""

    state = fields.String()
    at = fields.String(metadata=TIME)


class OwnIntroductionSchema(AskedAboutSchema):
    """An introduction that the caller asked for, or was asked for; of a draft of others there is little to tell."""

    role = fields.String(validate=validate.OneOf(("asker", "introducer", "target")))
    changed = fields.String(metadata=TIME)
    expires = fields.String(allow_none=True, metadata=TIME)
    purpose = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    note = fields.String(allow_none=True, metadata={"description": "The caller's own words."})
    text = fields.String(allow_none=True, metadata={"description": "The same of the whole mail, where it was written."})
    other = fields.String(
        allow_none=True, metadata={"description": "The name of the other colleague; an asker is told after a yes."}
    )
    target = fields.String(allow_none=True, metadata={"description": "The name of whom it is about."})


class AboutSchema(Answer):
    """What is held beside interactions and ties."""

    addresses = fields.List(fields.Nested(OwnAddressSchema))
    person = fields.Nested(PersonSchema, allow_none=True)
    companies = fields.List(fields.Nested(EmployerSchema))
    rules = fields.List(fields.Nested(RuleSchema))
    vetoes = fields.List(
        fields.Nested(OtherSchema), metadata={"description": "For whom others are not offered the caller."}
    )
    decided = fields.List(fields.Nested(DecidedSchema))
    introductions = fields.List(fields.Nested(OwnIntroductionSchema), metadata={"description": "Oldest first."})
    keys = fields.List(fields.Nested(OwnKeySchema))
    receipts = fields.List(fields.Nested(ReceiptSchema))
    looked_up = fields.Nested(MentionsSchema)
    formula = fields.Nested(FormulaSchema)


class WrittenSchema(Answer):
    """What the last reweighting wrote onto a tie."""

    strength = fields.Float()
    level = fields.String(validate=validate.OneOf(LEVELS))
    day = fields.String(metadata=DATE)


class TieSchema(ConnectionSchema):
    """One tie of the caller, with everything that it holds; `last` is null where all was called off."""

    last = fields.String(allow_none=True, metadata=DATE)
    fast = fields.Float(metadata=RAW)
    slow = fields.Float(metadata=RAW)
    written = fields.Nested(WrittenSchema, allow_none=True)


class KnownBySchema(Answer):
    """A colleague's tie to the caller: that there is one, and on how many days there was anything."""

    name = fields.String(allow_none=True)
    days = fields.Integer()


class SumSchema(Answer):
    """What older interactions of one direction were folded into."""

    address = fields.String(allow_none=True, metadata={"description": "The caller's own."})
    sent = fields.Boolean(metadata=OURS)
    n = fields.Integer(metadata={"description": "Mails and calls."})
    met = fields.Integer(metadata={"description": "Meetings."})
    days = fields.Integer()
    last = fields.String(metadata=DATE)
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)))
    closest = fields.Float(allow_none=True, metadata={"description": "The greatest weight of a meeting."})
    tier = fields.String(validate=validate.OneOf(TIERS))
    fast = fields.Float(metadata=RAW)
    slow = fields.Float(metadata=RAW)
    formulas = fields.List(fields.String(), metadata={"description": "Under which it was folded."})


class SumsSchema(Answer):
    """The kept sums of the caller and one other."""

    other = fields.Nested(OtherSchema)
    sums = fields.List(fields.Nested(SumSchema))


class InteractionSchema(Answer):
    """One mail, meeting or call between the caller and one other; nothing of what was said is held."""

    id = fields.String()
    time = fields.String(metadata=TIME)
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    sent = fields.Boolean(metadata=OURS)
    address = fields.String(allow_none=True, metadata={"description": "The caller's own."})
    other = fields.Nested(OtherSchema)
    weight = fields.Float(metadata=RAW)
    placed = fields.Boolean(allow_none=True, metadata={"description": "Of a call: whether this side made it."})
    tier = fields.String(validate=validate.OneOf(TIERS))
    source = fields.String(metadata={"description": "Where it was read."})
    rev = fields.Integer(metadata={"description": "Which version of it."})
    until = fields.String(
        allow_none=True,
        metadata=DATE | {"description": "The last day on which it is kept so; then it is folded. Null: for ever."},
    )


class DataSchema(Answer):
    """A page of everything that is held of the caller; `about` comes with the first page alone."""

    as_of = fields.String(metadata=DATE)
    sharing = fields.String(validate=ON_OR_OFF)
    about = fields.Nested(AboutSchema, allow_none=True)
    connections = fields.List(fields.Nested(TieSchema))
    known_by = fields.List(fields.Nested(KnownBySchema))
    kept = fields.List(fields.Nested(SumsSchema))
    interactions = fields.List(fields.Nested(InteractionSchema), metadata={"description": "Oldest first."})
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page; null on the last."})


@routes.route("/v1/me/data")
@routes.doc(responses={200: {"links": FOLLOWING}})
@routes.response(200, DataSchema, description="A page; where sharing is off there are receipts and keys alone.")
@routes.arguments(HeldSchema, location="query")
@allow("colleague")
def get_data(page: dict[str, Any]) -> dict[str, Any]:
    """What is held of me, all of it?

    A browser's login must not be older than five minutes, nor that of a token which tells when it was.
    """
    now = call()
    require_recent_login(now.at.now)
    first = _about() if "cursor" not in page else None
    found = held(now.graph, now.settings, now.asker, day=now.at.day, **page)
    return {"sharing": person(now.graph, now.asker)["sharing"], "about": first} | _page(found)


def _page(found: Held) -> dict[str, Any]:
    return {"as_of": date_of(found.day).isoformat(), "next": found.next, **found.rows}


def _about() -> dict[str, Any]:
    now = call()
    receipts = [sharing.as_data(one) for one in sharing.receipts(now.settings, now.asker)]
    looked_up = mentions(now.settings.audit_days)
    return about(now.graph, now.settings, now.asker) | {"receipts": receipts, "looked_up": looked_up}
