"""The rights of people outside, by themselves: a link that works once is mailed to the address that they are about."""

import hmac
import secrets
from dataclasses import dataclass
from html import escape
from typing import Any

from flask import Blueprint, Response, g, json, request
from itsdangerous import BadSignature, URLSafeSerializer
from marshmallow import ValidationError, fields, validate, validates

from wkw import rights
from wkw.addresses import address_key, canonical
from wkw.audit import Act, Seen
from wkw.errors import AddressError, InputError, MailUnavailable, NotFound
from wkw.mail import check, send
from wkw.moment import Moment, moment
from wkw.rights import OWN_KINDS, Outsider
from wkw.settings import Settings
from wkw.web.access import allow
from wkw.web.answers import Answer
from wkw.web.calls import served
from wkw.web.contract import Routes, refuses
from wkw.web.rights import EverythingSchema, with_lookups
from wkw.web.schemas import Strict, Text
from wkw.web_settings import Post

routes = Routes("own rights", "The rights of people outside, by themselves")
pages = Blueprint("links", __name__)

HOURS = 24  # that a link is good for
POLICY = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# Of each kind what it is, what the button says, and what was done.
WORDS = {
    "access": ("to get all that is held about you", "Get it", ""),
    "erasure": ("to have all that is held about you deleted", "Delete it", "It is being deleted. Nobody is shown you."),
    "objection": ("to object to your data being used", "Object", "Nobody is shown you, and your data is deleted."),
    "return": ("to let your data be used again", "Use it again", "Your data is used again, from now on."),
}
GONE = "This link is not good any more: it was used, or is older than a day. Ask for another one."
LATER = "It could not be done just now, and nothing was done. Open the same link again in a few minutes."
COLLEAGUE = "You are a colleague here: sign in, and decide yourself how your data is used."
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Your data</title><meta name="viewport" content="width=device-width"></head>
<body><main><h1>Your data at {who}</h1>
<p>{text}</p>
{form}</main></body>
</html>
"""
FORM = '<form method="post"><button type="submit">{button}</button></form>\n'
LETTER = """Somebody asked {who}, for this mail address, {what}.

If that was you, open this page within {hours} hours and confirm it there:

{link}

If it was not you, do nothing, and nothing happens.
"""
REPORT = """Somebody outside has their data deleted. The ids under which a CRM knows them, which are not kept:

{ids}

The law (GDPR, article 19) wants that you tell the CRM.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: for which address key, which kind of request, and until when, in epoch milliseconds."""

    kind: str
    key: str
    until: int
    id: str


class LinkSchema(Strict):
    """To which mail address a link is sent, and what for."""

    address = Text(required=True, validate=validate.Length(1, 1000))
    kind = fields.String(
        required=True,
        validate=validate.OneOf(OWN_KINDS),
        metadata={"description": "`return` lets what happens from then on be used again after an erasure."},
    )

    @validates("address")
    def mailable(self, address: str, **_: Any) -> None:
        """Refuses what is no mail address."""
        try:
            uri = canonical(address)
        except AddressError as error:
            raise ValidationError(error.message) from error
        if not uri.startswith("mailto:"):
            raise ValidationError("Must be a mail address.")


class SentSchema(Answer):
    """The same whoever is known."""

    hours = fields.Integer(metadata={"description": "How long the link in the mail is good, once."})


@routes.route("/v1/rights", methods=["POST"])
@refuses(404, 422, 429)
@routes.response(202, SentSchema, description="A mail with a link is on its way, whether or not anybody is known.")
@routes.arguments(LinkSchema, example={"address": "lea@kund.example", "kind": "access"})
@allow()
def post_link(asked: dict[str, str]) -> dict[str, int]:
    """Mails a link by which whoever reads the mail of an address has what they have a right to."""
    now, settings, post = moment().now, served().settings, _post()
    uri = canonical(asked["address"])
    key = address_key(settings.address_key, uri)
    place = address_key(settings.address_key, request.remote_addr or "")  # where it is counted nobody can read it
    may = served().limits.ask_for_link(place, key, now=now)
    if may and not settings.owns(uri):  # colleagues decide by their own switch
        _mail(post, uri.removeprefix("mailto:"), asked["kind"], key, now=now)
    return {"hours": HOURS}


@pages.get("/rights/<token>")
@allow()
def page(token: str) -> Response:
    """The page behind a link; it does nothing, because whoever scans mails opens it too."""
    link = _read(token, now=moment().now)
    if link is None:
        return _shown(GONE, status=404)
    what, button, _ = WORDS[link.kind]
    return _shown(f"This address asked {what}.", button)


@pages.post("/rights/<token>")
@allow()
def act(token: str) -> Response:
    """Does what a link is for, once."""
    at = moment()
    link = _read(token, now=at.now)
    if link is None:
        return _shown(GONE, status=404)
    try:
        with served().audit.recorded(Act(f"own_{link.kind}", g.request_id, at.now, ())) as seen:
            return _used(link, seen, at)
    except InputError:
        return _shown(COLLEAGUE, status=403)
    except NotFound:
        return _shown(GONE, status=404)
    except MailUnavailable:
        return _shown(LATER, status=503)


@pages.after_request
def _own_form_alone(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _post() -> Post:
    """How mail is sent; NotFound where it is not."""
    post = served().settings.post
    if post is None:
        raise NotFound(
            "No mail is sent from here.",
            remedy="Write to the organisation: two administrators can do it. An administrator can set WKW_SMTP_URL.",
            who="administrator",
            code="no_mail",
        )
    return post


def _signer(settings: Settings) -> URLSafeSerializer:
    """What signs links; a rotation of the address keys ends them."""
    return URLSafeSerializer(hmac.digest(settings.address_key[-1], b"wkw links", "sha256"), salt="rights")


def _mail(post: Post, to: str, kind: str, key: str, *, now: int) -> None:
    until = now + HOURS * 3_600_000
    token = _signer(served().settings).dumps([kind, key, until, secrets.token_hex(12)])
    link = f"{post.url}/rights/{token}"
    text = LETTER.format(who=_organisation(), what=WORDS[kind][0], hours=HOURS, link=link)
    send(post, to, f"Your data at {_organisation()}", text, now=now)


def _read(token: str, *, now: int) -> Link | None:
    """What a link says; None where it was not made here, or not within a day."""
    try:
        link = Link(*_signer(served().settings).loads(token))
    except BadSignature:
        return None
    return link if now < link.until else None


def _used(link: Link, seen: Seen, at: Moment) -> Response:
    """Does what a link is for; an InputError for a colleague, a NotFound where it was used before."""
    graph, settings = served().graph, served().settings
    served().pulse.feel(graph, settings)  # a copy that was put back may not know who is out
    whom = rights.behind(graph, link.key, day=at.day)
    seen.about = (whom.person,) if whom.person else ()
    if whom.crm and link.kind in ("erasure", "objection"):
        check(_post())  # before the link is used up: what the CRM has to be told is mailed, or nothing is done
    rights.use(graph, link.id, until=link.until, now=at.now)
    return _document(link.key, at.day) if link.kind == "access" else _decided(link.kind, whom, now=at.now)


def _decided(kind: str, whom: Outsider, *, now: int) -> Response:
    """Carries a decision out; the CRM's ids, which go, are reported to the organisation first."""
    post = _post()
    if whom.crm and kind != "return":
        send(post, post.sender, "Tell the CRM of an erasure", REPORT.format(ids="\n".join(whom.crm)), now=now)
    rights.decide(served().graph, served().settings, whom, kind, now=now)
    served().purger.wake()
    return _shown(WORDS[kind][2])


def _document(key: str, day: int) -> Response:
    """All that is held, as a file."""
    told = rights.everything(served().graph, served().settings, key, day=day)
    response = Response(json.dumps(EverythingSchema().dump(with_lookups(told))), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="your-data.json"'
    return response


def _shown(text: str, button: str | None = None, *, status: int = 200) -> Response:
    form = FORM.format(button=escape(button)) if button else ""
    return Response(
        PAGE.format(who=escape(_organisation()), text=escape(text), form=form), status, mimetype="text/html"
    )


def _organisation() -> str:
    return served().settings.domains[0] if served().settings.domains else "this organisation"
