"""Rows that connectors hand in, and what is told of them."""

from typing import Any

from marshmallow import fields, validate

from wkw.connectors.directory import COLUMNS as OF_PEOPLE
from wkw.connectors.directory import KINDS
from wkw.connectors.interchange import COLUMNS as OF_INTERACTIONS
from wkw.connectors.rows import Columns
from wkw.letters import LANGUAGES
from wkw.model import CHANNELS, FATES
from wkw.web.answers import TIERS, Answer
from wkw.web.schemas import Strict

TEXT, TEXTS, DATE = {"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"format": "date"}
TYPES: dict[str, dict[str, Any]] = {
    "at": {"type": ["string", "number"], "description": "ISO 8601 with a zone, or epoch seconds."},
    "channel": {"type": "string", "enum": list(CHANNELS)},
    "to": TEXTS,
    "cc": TEXTS,
    "tier": {"type": "string", "enum": list(TIERS)},
    "names": {"type": "object", "description": "Display names by address."},
    "n": {"type": "integer", "description": "How many recipients, or others, when not all are listed."},
    "rev": {"type": "integer", "description": "A higher one replaces what was told before."},
    "cancelled": {"type": "boolean"},
    "organiser_attended": {"type": "boolean"},
    "kind": {"type": "string", "enum": list(KINDS)},
    "aliases": TEXTS,
    "from": TEXT,
    "until": TEXT | DATE,
    "language": {"type": "string", "enum": list(LANGUAGES), "description": "The one in which somebody is written to."},
    "noticed": TEXT | DATE | {"description": "When a contact or lead was told what is held (GDPR, article 14)."},
}


WHY = (
    "Stable, for programs. Of a quarantined row: `bad_row` is no JSON object, `unknown_field` has a field too many, "
    "`bad_<field>` one that is missing or not as the shape of a row says; others say what is wrong in their name. "
    "Of an excluded one: the rule."
)


def _shape(columns: Columns, **more: dict[str, Any]) -> dict[str, Any]:
    """The shape of a row for the document; each row is looked at by the reader of such files, for a fate of its own."""
    types = TYPES | more
    return {
        "type": "object",
        "properties": {name: types.get(name, TEXT) for name in (*columns.required, *columns.optional)},
        "required": list(columns.required),
        "additionalProperties": False,
    }


INTERACTION = _shape(OF_INTERACTIONS)
PERSON = _shape(OF_PEOPLE, **{"from": TEXT | DATE})


class OneRow(fields.Raw):
    """A row of any shape: the reader of such rows says what is wrong with it, of null too."""

    def deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        """Takes it as it came."""
        return value


class InteractionsSchema(Strict):
    """A batch of interactions in the interchange form."""

    interactions = fields.List(OneRow(metadata=INTERACTION), required=True)


class PeopleSchema(Strict):
    """A whole directory of people."""

    people = fields.List(OneRow(metadata=PERSON), required=True)


class FateSchema(Answer):
    """What became of one row."""

    index = fields.Integer()
    fate = fields.String(validate=validate.OneOf(FATES))
    reason = fields.String(allow_none=True, metadata={"description": WHY})


class ReasonSchema(Answer):
    """How many events have a fate for one reason."""

    fate = fields.String(validate=validate.OneOf(FATES))
    reason = fields.String()
    events = fields.Integer()


Counts = Answer.from_dict({fate: fields.Integer() for fate in FATES}, name="CountsSchema")
EdgeCounts = Answer.from_dict({name: fields.Integer() for name in ("submitted", *FATES)}, name="EdgeCountsSchema")


class ReportSchema(Answer):
    """What became of everything: submitted is the sum of the fates."""

    submitted = fields.Integer()
    fates = fields.Nested(Counts)
    reasons = fields.List(fields.Nested(ReasonSchema))
    edges = fields.Nested(EdgeCounts, metadata={"description": "Edges between two addresses, by fate."})
    rows = fields.List(fields.Nested(FateSchema))


class DirectorySchema(Answer):
    """What a directory changes: a person may be in several counts, but is in `new` or `unchanged` alone."""

    submitted = fields.Integer()
    stored = fields.Integer()
    suppressed = fields.Integer()
    excluded = fields.Dict(keys=fields.String(), values=fields.Integer())
    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())
    new = fields.Integer()
    joined = fields.Integer()
    leavers = fields.Integer()
    renamed = fields.Integer()
    moved = fields.Integer()
    aliases = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    missing = fields.Integer()
    wrong = fields.List(fields.String())
    unlisted = fields.List(
        fields.String(), metadata={"description": "Addresses that were given before and are not any more; they stay."}
    )
    reread = fields.List(
        fields.String(), metadata={"description": "Sources to read again, because somebody became a colleague."}
    )
