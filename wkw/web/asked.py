"""What comes in and goes out about introductions."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from wkw.introductions.states import MOST_OF_A_PAGE, OUTCOMES, PAGE, ROLES, STATES
from wkw.web.answers import TIME, Answer, ColleagueSchema, NoticeSchema
from wkw.web.schemas import PURPOSES, OutsideSchema, PageSchema, Strict, Text, YesNo

LONGEST_NOTE, LONGEST_TEXT, LONGEST_REASON = 1_000, 4_000, 500
FURTHEST = 365  # days


class Words(fields.String):
    """Plain text of several lines; nothing else that cannot be printed, which could pretend to be something."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more).replace("\r\n", "\n").strip()
        if not text.replace("\n", "").isprintable():
            raise ValidationError("Must be a printable text, with line feeds between its lines.")
        return text


class WishSchema(Strict):
    """Whom one wants to meet, by whom, and why."""

    target = fields.Nested(OutsideSchema, required=True)
    introducer = Text(
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "The `colleague.id` of a lookup's introducer."},
    )
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    note = Words(
        load_default="",
        validate=validate.Length(max=LONGEST_NOTE),
        metadata={"description": "Why, in the asker's own words; it must be there before it can be sent."},
    )


class WordsSchema(Strict):
    """The words of a draft: the note in the template, or the whole text instead of it."""

    note = Words(validate=validate.Length(max=LONGEST_NOTE))
    text = Words(allow_none=True, validate=validate.Length(1, LONGEST_TEXT))

    @validates_schema
    def something(self, data: dict[str, Any], **_: Any) -> None:
        """Refuses what would change nothing."""
        if not data:
            raise ValidationError("Give note or text.")


class DeclineSchema(Strict):
    """How one says no; everything is optional."""

    reason = Words(
        load_default=None,
        validate=validate.Length(1, LONGEST_REASON),
        metadata={"description": "One's own; nobody is shown it unless `share_reason`."},
    )
    share_reason = YesNo(load_default=False)
    again_days = fields.Integer(
        strict=True,
        load_default=None,
        validate=validate.Range(1, FURTHEST),
        metadata={"description": "Ask me later: for this person not before so many days have gone."},
    )
    never = YesNo(
        load_default=False,
        metadata={"description": "Never again for this person: nobody is offered the connection any more (a veto)."},
    )


class OutcomeSchema(Strict):
    """What came of an introduction."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))


class WhichSchema(PageSchema):
    """Which of one's introductions."""

    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, MOST_OF_A_PAGE))
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES), metadata={"description": "In which part."})


class StepSchema(Answer):
    """One step of an introduction."""

    state = fields.String()
    at = fields.String(metadata=TIME)
    by = fields.String(metadata={"description": "`asker`, `introducer`, or `time` alone."})


class ToWhomSchema(Answer):
    """Whom an introduction is to."""

    id = fields.String()
    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)


class LetterSchema(Answer):
    """A mail to the colleague, as it will be or was sent."""

    subject = fields.String()
    text = fields.String()


class ForwardSchema(LetterSchema):
    """What the colleague may send from their own mailbox."""

    mailto = fields.String(allow_none=True, metadata={"description": "Opens it in one's mail program."})


class SummarySchema(Answer):
    """An introduction as one of its two people may see it."""

    id = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))
    state = fields.String(validate=validate.OneOf(STATES))
    outcome = fields.String(allow_none=True)
    asker = fields.Nested(ColleagueSchema)
    introducer = fields.Nested(ColleagueSchema)
    target = fields.Nested(ToWhomSchema)
    purpose = fields.String()
    expires = fields.String(allow_none=True, metadata=TIME)
    again = fields.String(allow_none=True, metadata=TIME | {"description": "From when it may be asked again."})
    reason = fields.String(allow_none=True)
    history = fields.List(fields.Nested(StepSchema))


class IntroductionSchema(SummarySchema):
    """The same with its words."""

    note = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    mail = fields.Nested(LetterSchema, allow_none=True)
    problems = fields.Dict(keys=fields.String(), metadata={"description": "What keeps a draft from going, by field."})
    advice = fields.List(fields.String())
    can_send = fields.Boolean()
    why_not = fields.Nested(NoticeSchema, allow_none=True)
    forward = fields.Nested(ForwardSchema, allow_none=True)


class IntroductionsSchema(Answer):
    """A page of introductions, the last changed first."""

    introductions = fields.List(fields.Nested(SummarySchema))
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page; null on the last."})
