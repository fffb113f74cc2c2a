"""What goes out over HTTP: nothing that stands in no schema leaves."""

from marshmallow import fields, validate

from wkw.lookup import CANDIDATES
from wkw.model import CHANNELS
from wkw.web.schemas import Strict

LEVELS = ("strong", "familiar", "weak", "one-way")
LAST = ("week", "month", "quarter", "year", "older")
TIERS = ("basic", "enhanced")
KINDS = ("contact", "lead")
EVERYBODY = ("colleague", *KINDS)
DATE = {"format": "date"}
TIME = {"format": "date-time"}
PROBABILITY = {"description": "As a probability, not rounded.", "minimum": 0, "maximum": 1}


class Answer(Strict):
    """A schema of what goes out: every field is always there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:  # type: ignore[type-arg]
        """Says in the document that a field is always there."""
        field_obj.required = field_name not in self.Meta.sometimes

    class Meta(Strict.Meta):
        """Fields that are there only sometimes."""

        sometimes: tuple[str, ...] = ()


class CandidateSchema(Answer):
    """One of several people who fit a name."""

    id = fields.String()
    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)


class ProblemSchema(Answer):
    """Every error (RFC 9457): what happened, what to do about it and who can."""

    type = fields.String()
    status = fields.Integer()
    code = fields.String(metadata={"description": "Stable, for programs."})
    detail = fields.String(metadata={"description": "What happened, for people; never an address."})
    remedy = fields.String(metadata={"description": "What to do."})
    who = fields.String(metadata={"description": "Who can do it."})
    retryable = fields.Boolean(metadata={"description": "Whether the same again may work."})
    request_id = fields.String()
    errors = fields.Dict(keys=fields.String(), metadata={"description": "What is wrong, by field."})
    candidates = fields.List(fields.Nested(CandidateSchema))
    free_at = fields.String(metadata=TIME | {"description": "When the caller may go on."})
    version = fields.Integer(metadata={"description": "The one in force, where somebody else was first."})

    class Meta(Answer.Meta):
        """Only some errors have them."""

        sometimes = ("errors", "candidates", "free_at", "version")


class NoticeSchema(Answer):
    """Something that is not as it should be."""

    code = fields.String()
    message = fields.String()
    remedy = fields.String()
    who = fields.String()


class CompanySchema(Answer):
    """A company."""

    id = fields.String()
    name = fields.String()


class TargetSchema(Answer):
    """Whom a lookup is about."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    name = fields.String(allow_none=True)
    company = fields.Nested(CompanySchema, allow_none=True)


class ColleagueSchema(Answer):
    """A colleague."""

    id = fields.String()
    name = fields.String(allow_none=True)
    title = fields.String(allow_none=True)


class EvidenceSchema(Answer):
    """What may be told of a tie."""

    strength = fields.Integer(validate=validate.Range(0, 100))
    level = fields.String(validate=validate.OneOf(LEVELS))
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)))
    two_way = fields.Boolean()
    last = fields.String(validate=validate.OneOf(LAST))


class IntroducerSchema(Answer):
    """A colleague who knows the target, with the tie's evidence."""

    colleague = fields.Nested(ColleagueSchema)
    strength = fields.Integer(validate=validate.Range(0, 100))
    level = fields.String(validate=validate.OneOf(LEVELS))
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)))
    two_way = fields.Boolean()
    last = fields.String(validate=validate.OneOf(LAST))
    can_request = fields.Boolean()
    why_not = fields.Nested(NoticeSchema, allow_none=True)


class LookupSchema(Answer):
    """The answer to a lookup."""

    target = fields.Nested(TargetSchema)
    introducers = fields.List(fields.Nested(IntroducerSchema))
    you = fields.Nested(EvidenceSchema, allow_none=True)
    tier = fields.String(validate=validate.OneOf(TIERS))
    sources = fields.List(fields.String())
    as_of = fields.String(metadata=DATE)
    complete = fields.Boolean()
    formula = fields.String()
    notices = fields.List(fields.Nested(NoticeSchema))


class TargetsSchema(Answer):
    """Whom one may mean."""

    candidates = fields.List(fields.Nested(TargetSchema), validate=validate.Length(0, CANDIDATES))


class HealthSchema(Answer):
    """How the process is."""

    status = fields.String()
