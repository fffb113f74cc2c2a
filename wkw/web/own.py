"""What goes out about the caller: who they are, their ties, what one strength is made of, what fades; jobs, audit."""

from marshmallow import fields, validate

from wkw.audit import STEPS
from wkw.model import CHANNELS
from wkw.web.answers import DATE, EVERYBODY, LEVELS, PROBABILITY, TIERS, TIME, Answer


class MeSchema(Answer):
    """The caller; id, name and title are null where sharing is off or nothing is known yet."""

    id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    sharing = fields.String(validate=validate.OneOf(("on", "off")))
    csrf_token = fields.String(
        metadata={"description": "Only by a browser's session: what changes anything needs it as X-CSRF-Token."}
    )

    class Meta(Answer.Meta):
        """Keys and tokens need none."""

        sometimes = ("csrf_token",)


class ConnectionSchema(Answer):
    """One tie of the caller, with exact counts: they are their own."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(EVERYBODY))
    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)
    strength = fields.Integer(validate=validate.Range(0, 100))
    level = fields.String(validate=validate.OneOf(LEVELS))
    two_way = fields.Boolean()
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)))
    tier = fields.String(validate=validate.OneOf(TIERS))
    sent = fields.Integer(metadata={"description": "Mails and calls to them."})
    received = fields.Integer(metadata={"description": "Mails and calls from them."})
    met = fields.Integer(metadata={"description": "Meetings with them."})
    days = fields.Integer(metadata={"description": "Days on which there was anything."})
    last = fields.String(metadata=DATE)
    vetoed = fields.Boolean(metadata={"description": "Whether the caller keeps others from being offered it."})


class VetoSchema(Answer):
    """What the caller decided about one of their ties."""

    id = fields.String()
    vetoed = fields.Boolean()


class ConnectionsSchema(Answer):
    """A page of ties, strongest first."""

    as_of = fields.String(metadata=DATE)
    connections = fields.List(fields.Nested(ConnectionSchema))
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page; null on the last."})


class EndSchema(Answer):
    """One end of a tie."""

    id = fields.String()
    name = fields.String(allow_none=True)


class PartSchema(Answer):
    """What one day, channel and direction adds to the sum."""

    day = fields.String(metadata=DATE)
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    sent = fields.Boolean(metadata={"description": "To them, or from them."})
    n = fields.Integer(metadata={"description": "How many interactions."})
    x = fields.Float(metadata={"description": "Their weights together."})
    damped = fields.Float()
    decay = fields.Float()
    adds = fields.Float()


class KeptSchema(Answer):
    """What older interactions of one direction, folded into a sum, add."""

    sent = fields.Boolean()
    n = fields.Integer()
    last = fields.String(metadata=DATE)
    adds = fields.Float()


class ExplanationSchema(Answer):
    """What one strength is made of: `total` is the sum of the parts, strength = total / (total + k)."""

    as_of = fields.String(metadata=DATE)
    colleague = fields.Nested(EndSchema)
    contact = fields.Nested(EndSchema)
    total = fields.Float()
    strength = fields.Float(metadata=PROBABILITY)
    level = fields.String(validate=validate.OneOf(LEVELS))
    two_way = fields.Boolean()
    formula = fields.String()
    weeks = fields.List(fields.Float(), metadata={"description": "The strength at the end of each week of a year."})
    changes = fields.List(fields.String(), metadata={"description": "What would change the level."})
    parts = fields.List(fields.Nested(PartSchema))
    kept = fields.List(fields.Nested(KeptSchema))


class CoolingSchema(Answer):
    """A tie that falls below its level without contact."""

    id = fields.String()
    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)
    strength = fields.Float(metadata=PROBABILITY)
    level = fields.String(validate=validate.OneOf(LEVELS))
    last = fields.String(metadata=DATE)
    falls = fields.String(metadata=DATE)


class CoolingsSchema(Answer):
    """Ties that fade, the next one first."""

    connections = fields.List(fields.Nested(CoolingSchema))


class MentionSchema(Answer):
    """How often the caller was looked up or returned on a day and for a purpose."""

    day = fields.String(metadata=DATE)
    purpose = fields.String(metadata={"description": "As lookups have it; `operator`: at the machine itself."})
    times = fields.Integer()


class MentionsSchema(Answer):
    """When the caller was looked up or returned, the newest day first; by whom is told to nobody."""

    since = fields.String(metadata=DATE)
    lookups = fields.List(fields.Nested(MentionSchema))


class AuditRowSchema(Answer):
    """A row of the audit log: what was asked, or what it was told."""

    file = fields.String()
    n = fields.Integer(metadata={"description": "The row's number in its file."})
    step = fields.String(validate=validate.OneOf(STEPS))
    id = fields.String(metadata={"description": "The request's, the same in both its rows."})
    at = fields.String(metadata=TIME)
    act = fields.String()
    who = fields.String(allow_none=True, metadata={"description": "A digest: the same for each call of a caller."})
    operator = fields.Integer(allow_none=True, metadata={"description": "The number of a user of the machine."})
    roles = fields.List(fields.String())
    purpose = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True, metadata={"description": "`ok`, or the code of what went wrong."})
    about = fields.List(fields.String(), metadata={"description": "Ids of the people whom it was about."})
    returned = fields.List(fields.String(), metadata={"description": "Ids of the colleagues whom it told of."})


class AuditsSchema(Answer):
    """A page of the audit log, newest first."""

    rows = fields.List(fields.Nested(AuditRowSchema))
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page; null on the last."})


class JobSchema(Answer):
    """A job, its last run and its next."""

    job = fields.String()
    state = fields.String()
    started = fields.String(allow_none=True, metadata=TIME)
    ended = fields.String(allow_none=True, metadata=TIME)
    seconds = fields.Float(allow_none=True)
    changed = fields.Integer()
    formula = fields.String(allow_none=True)
    error = fields.String(allow_none=True)
    next = fields.String(allow_none=True, metadata=TIME)


class JobsSchema(Answer):
    """All jobs."""

    jobs = fields.List(fields.Nested(JobSchema))
