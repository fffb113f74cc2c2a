"""The mails that could not be sent, for administrators."""

from typing import Any

from marshmallow import fields, validate

from wkw import outbox
from wkw.web.access import allow
from wkw.web.answers import TIME, Answer
from wkw.web.calls import call, served
from wkw.web.contract import Routes, refuses

routes = Routes("mails", "Mails that could not be sent")


class MailSchema(Answer):
    """A mail that will not be sent any more; not to whom, or about whom."""

    id = fields.String()
    kind = fields.String(
        validate=validate.OneOf(outbox.KINDS),
        metadata={"description": "`request`: to the introducer; `answer`: to whoever asked."},
    )
    reason = fields.String(metadata={"description": "What went wrong: `smtp_550` is what the mail server answered."})
    since = fields.String(metadata=TIME)
    tries = fields.Integer()


class MailsSchema(Answer):
    """Mails, the newest first."""

    mails = fields.List(fields.Nested(MailSchema))


@routes.route("/v1/admin/mails")
@routes.response(200, MailsSchema, description="A thousand at most; a week later they are gone.")
@allow("admin")
def get_mails() -> dict[str, Any]:
    """Which mails could not be sent, and why?"""
    return {"mails": outbox.dead(call().graph)}


@routes.route("/v1/admin/mails/<id>/retry", methods=["POST"])
@refuses(404)
@routes.response(204, description="It waits to be sent, as if it were new.")
@allow("admin")
def post_retry(id: str) -> None:  # noqa: A002 - the name in the path
    """Tries a mail again that could not be sent."""
    now = call()
    with now.recorded("mail_retried"):
        outbox.again(now.graph, id, now=now.at.now)
    served().sender.wake()
