"""What administrators send and are told: settings of introductions, rules, and what is missing."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from wkw.exclusions import FORMS
from wkw.letters import LONGEST_SUBJECT, LONGEST_TEXT, NAMES, Template
from wkw.model import ROLES
from wkw.setup import Setup
from wkw.web.answers import TIME, Answer, NoticeSchema
from wkw.web.schemas import TRUTH, Strict, Text, YesNo

WORDS = f"Jinja2 with {', '.join(NAMES)} and `if` alone."


class TemplateSchema(Answer):
    """The template of a letter."""

    subject = fields.String(validate=validate.Length(1, LONGEST_SUBJECT), metadata={"description": WORDS})
    text = fields.String(validate=validate.Length(1, LONGEST_TEXT), metadata={"description": WORDS})

    @post_load
    def make(self, data: dict[str, str], **_: Any) -> Template:
        """The template."""
        return Template(**data)


class TemplatesSchema(Answer):
    """One for each language in which introducers are written to."""

    en = fields.Nested(TemplateSchema)
    sv = fields.Nested(TemplateSchema)


def _number(least: int, most: int, says: str) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), metadata={"description": says})


class ContentSchema(Answer):
    """What administrators decide about introductions, as a whole."""

    templates = fields.Nested(TemplatesSchema)
    open_requests = _number(1, 100, "That an introducer has at once, at most.")
    monthly = _number(1, 1000, "That an introducer gets in thirty days, at most.")
    cooldown_days = _number(0, 365, "Between two requests to the same introducer.")
    asks_per_day = _number(1, 1000, "That an asker sends, at most.")
    expire_days = _number(1, 365, "After which a request that nobody answered expires.")
    blind = YesNo(
        error_messages=TRUTH, metadata={"description": "Askers are not told who the introducer is until they accept."}
    )
    name_askers = YesNo(
        error_messages=TRUTH, metadata={"description": "Whoever asks what was asked for already is told by whom."}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Setup:
        """The settings, of no version yet."""
        return Setup(**data)


class VersionSchema(Answer):
    """The version in force, and who made it when; version 0 is nobody's."""

    version = fields.Integer()
    at = fields.String(allow_none=True, metadata=TIME)
    by = fields.String(allow_none=True, metadata={"description": "The id of a person."})


class RoleSchema(Answer):
    """Which role a value of a token's claim brings."""

    value = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))


class SourceSchema(Answer):
    """A source, and how its last reading went."""

    name = fields.String()
    reading = fields.Boolean()
    began = fields.String(allow_none=True, metadata=TIME)
    ended = fields.String(allow_none=True, metadata=TIME)
    error = fields.String(allow_none=True, metadata={"description": "The code of what went wrong."})


class ExclusionSchema(Answer):
    """A rule by which something is excluded, or an exception from one, with what was deleted for it."""

    rule = fields.String()
    include = fields.Boolean(metadata={"description": "It is an exception."})
    reason = fields.String()
    at = fields.String(metadata=TIME)
    addresses = fields.Integer()
    interactions = fields.Integer()


class SettingsSchema(VersionSchema):
    """What administrators decided, and what is in force beside it, which is decided elsewhere."""

    content = fields.Nested(ContentSchema)
    exclusions = fields.Integer(metadata={"description": "How many rules there are."})
    groups = fields.List(fields.Nested(ExclusionSchema))
    roles = fields.List(fields.Nested(RoleSchema))
    sources = fields.List(fields.Nested(SourceSchema))
    missing = fields.List(fields.Nested(NoticeSchema))


class LintSchema(Answer):
    """What is wrong with each template; nothing where it can be used."""

    en = fields.List(fields.String())
    sv = fields.List(fields.String())


class SampleSchema(Answer):
    """A letter to nobody."""

    subject = fields.String()
    text = fields.String()


class SamplesSchema(Answer):
    """How each template's letter looks, with sample names; null where it cannot be used."""

    en = fields.Nested(SampleSchema, allow_none=True)
    sv = fields.Nested(SampleSchema, allow_none=True)


class ChangedSchema(VersionSchema):
    """What is in force, and what the templates that were sent come to."""

    lint = fields.Nested(LintSchema)
    preview = fields.Nested(SamplesSchema)


class IfMatchSchema(Schema):
    """Which version is changed."""

    if_match = fields.String(
        data_key="If-Match", metadata={"description": "The `ETag` of what was read; a trial needs none."}
    )

    class Meta:
        """There are other headers."""

        unknown = EXCLUDE


class NewRuleSchema(Strict):
    """A rule to add."""

    rule = Text(required=True, validate=validate.Length(1, 1000), metadata={"description": FORMS})
    reason = Text(
        required=True, validate=validate.Length(1, 200), metadata={"description": "For those who look at it later."}
    )


class CoveredSchema(Answer):
    """What a rule covers."""

    addresses = fields.Integer()
    interactions = fields.Integer(allow_none=True, metadata={"description": "Deleted; null in a trial."})
    colleagues = fields.Integer(metadata={"description": "Who is shown no more."})


class GroupsSchema(Answer):
    """Rules about groups of colleagues."""

    rules = fields.List(fields.Nested(ExclusionSchema))


class CountSchema(Answer):
    """How many records were excluded for a reason, each time they were read."""

    reason = fields.String()
    records = fields.Integer()
    last = fields.String(metadata=TIME)


class ExclusionsSchema(GroupsSchema):
    """Rules about addresses and domains, and what was excluded."""

    excluded = fields.List(fields.Nested(CountSchema))


class StatusSchema(Answer):
    """What is not as it should be."""

    missing = fields.List(fields.Nested(NoticeSchema))
