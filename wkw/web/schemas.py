"""What comes in over HTTP, checked field by field; unknown fields are refused."""

from datetime import date
from typing import Any

from marshmallow import (
    EXCLUDE,
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates,
    validates_schema,
)

from wkw.addresses import canonical
from wkw.audit import DEFAULT as ROWS
from wkw.audit import MOST as MOST_ROWS
from wkw.connections import DEFAULT as PAGE
from wkw.connections import MOST as MOST_OF_A_PAGE
from wkw.errors import AddressError
from wkw.lookup import DEFAULT, MOST
from wkw.model import Target, day_of, folded

SHORTEST = 2  # letters of a name that is searched for
FIRST_DAY = date(1990, 1, 1)  # nothing that is kept is older
PURPOSES = ("lead_followup", "account_plan", "introduction", "customer_care", "event_invitation")


class Strict(Schema):
    """A schema that refuses what it does not know."""

    error_messages = {"type": "Must be a JSON object."}  # noqa: RUF012 - as marshmallow has it

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE


class Text(fields.String):
    """A text that can be printed: no control characters, and no half of a character, which no database takes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        if not text.isprintable():
            raise ValidationError("Must be a printable text.")
        return text


TRUTH: dict[str, Any] = {"invalid": "Must be true or false."}


class Switch(fields.Boolean):
    """A switch in a query string, off where it is not there: true or false and no other word for it."""

    def __init__(self, **more: Any):
        super().__init__(load_default=False, truthy={"true"}, falsy={"false"}, error_messages=TRUTH, **more)


class YesNo(fields.Boolean):
    """A JSON true or false; 1 and 0 are numbers, though to Python they are the same."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class WhomSchema(Strict):
    """Whom a lookup is about: exactly one of address, crm_id, id, or name (with company where it helps)."""

    WAYS: tuple[str, ...] = ("address", "crm_id", "id", "name")
    address = Text(validate=validate.Length(1, 1000))
    crm_id = Text(validate=validate.Regexp(r"crm:.+", error="Must be of the form crm:system:id."))
    id = Text(validate=validate.Length(1, 100))
    name = Text(validate=validate.Length(1, 200))
    company = Text(validate=validate.Length(1, 200))

    @validates_schema
    def one_way_to_say_whom(self, data: dict[str, str], **_: Any) -> None:
        """Refuses a target named in no way, in two ways, or by a company alone."""
        if len(data.keys() & {*self.WAYS}) != 1:
            raise ValidationError(f"Give exactly one of {', '.join(self.WAYS[:-1])} and {self.WAYS[-1]}.")
        if "company" in data and "name" not in data:
            raise ValidationError("Goes with a name only.", "company")

    @post_load
    def make(self, data: dict[str, str], **_: Any) -> Target:
        """The target with its canonical URI."""
        for name in ("address", "crm_id"):
            if name in data:
                return Target(uri=_uri(data[name], name))
        return Target(id=data.get("id"), name=data.get("name"), company=data.get("company"))


class OutsideSchema(WhomSchema):
    """Whom a request of a person outside is about: exactly one of address, crm_id and id, for names are not unique."""

    WAYS = ("address", "crm_id", "id")

    class Meta(WhomSchema.Meta):
        """No names."""

        exclude = ("name", "company")


class AskSchema(Strict):
    """The body of a lookup."""

    target = fields.Nested(WhomSchema, required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    limit = fields.Integer(strict=True, load_default=DEFAULT, validate=validate.Range(1, MOST))
    one_way = YesNo(load_default=False, error_messages=TRUTH)
    as_of = fields.Date(
        load_default=None,
        validate=validate.Range(FIRST_DAY),
        error_messages={"invalid": "Must be a day such as 2026-01-31."},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What a question takes; days as UTC day numbers."""
        as_of = data["as_of"] and day_of(data["as_of"])
        return {name: data[name] for name in ("target", "purpose", "limit", "one_way")} | {"as_of": as_of}


class SearchSchema(Strict):
    """The body of a search as one types."""

    name = Text(
        required=True, validate=validate.Length(SHORTEST, 200), metadata={"description": "How the name begins."}
    )
    company = Text(validate=validate.Length(1, 200), metadata={"description": "How the company's name begins."})
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))

    @validates("name")
    def long_enough(self, name: str, **_: Any) -> None:
        """Refuses what is shorter without accents and blanks."""
        if len(folded(name)) < SHORTEST:
            raise ValidationError(f"Must have {SHORTEST} letters or more.")


class PageSchema(Strict):
    """Which page."""

    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, MOST_OF_A_PAGE))
    cursor = fields.String(validate=validate.Length(1, 500), metadata={"description": "The `next` of the page before."})


class AuditSchema(PageSchema):
    """Which page of the audit log."""

    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MOST_ROWS))


class DaysSchema(Strict):
    """How far to look back."""

    days = fields.Integer(load_default=90, validate=validate.Range(1, 3660), metadata={"description": "Days."})


class WithinSchema(Strict):
    """How far to look ahead."""

    within = fields.Integer(load_default=30, validate=validate.Range(1, 3650), metadata={"description": "Days."})


class DryRunSchema(Strict):
    """Whether to write anything."""

    dry_run = Switch(metadata={"description": "Say what would become of it, and write nothing."})


class LoadSchema(DryRunSchema):
    """How to load a directory."""

    confirm = Switch(metadata={"description": "Also where more than half of those listed before are missing."})


def _uri(text: str, name: str) -> str:
    try:
        return canonical(text)
    except AddressError as error:
        raise ValidationError(error.message, name) from error


class ThenSchema(Strict):
    """Where a browser goes once somebody signed in: a path of ours, which no browser reads as another host."""

    next = fields.String(
        load_default="/docs",
        validate=validate.Regexp(r"/(?![/\\])[!-\[\]-~]{0,500}\Z", error="Must be a path that begins with one slash."),
    )


class AnswerOfProviderSchema(Schema):
    """What a provider sends a browser back with; beside what is used here each adds its own, which is passed over."""

    class Meta:
        """Unknown fields are no errors."""

        unknown = EXCLUDE

    state = fields.String(load_default="")
    code = fields.String()
    error = fields.String()
