"""The page behind the link in a mail that asks for an introduction: answered without signing in, by its buttons."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer
from marshmallow import fields, validate

from wkw import setup
from wkw.audit import Act
from wkw.errors import Conflict, NotFound
from wkw.graph import Graph, Row
from wkw.introductions import told, words
from wkw.introductions.asking import decline, move
from wkw.introductions.held import asked, shown
from wkw.introductions.states import Introduction
from wkw.moment import Moment, moment
from wkw.outbox import Compose
from wkw.settings import Settings
from wkw.web.access import allow
from wkw.web.asked import LONGEST_REASON, Words
from wkw.web.calls import served
from wkw.web.schemas import Strict

pages = Blueprint("answer", __name__, template_folder="templates")

POLICY = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'self'"
ANSWERS = ("accept", "decline", "later", "never", "introduced")
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "title": "An introduction",
            "lead": "{asker} asks you to introduce them to {target}:",
            "accept": "Yes, I will introduce them",
            "accept_means": "You get a text to send to {target} yourself. Nothing is sent in your name.",
            "reason": "A reason, if you like",
            "share": "{asker} may read it; otherwise nobody is shown it",
            "decline": "No, not this time",
            "later": "Ask me again after so many days",
            "later_button": "Not now",
            "never": "No, and never again for {target}",
            "never_means": "Nobody is offered your connection any more. You can change that when you are signed in.",
            "forward": "Thank you. Send this to {target} from your own mailbox:",
            "open": "Open it in your mail program",
            "introduced": "I have introduced them",
            "over": "There is nothing to answer here any more: it was answered, withdrawn, or is too old.",
            "accepted": "You said yes.",
            "declined": "You said no. Nobody is told why, unless you wanted it.",
            "done": "Thank you for the introduction.",
            "conflict": "It has been answered or withdrawn meanwhile.",
        },
        "sv": {
            "title": "En presentation",
            "lead": "{asker} ber dig om en presentation för {target}:",
            "accept": "Ja, jag presenterar dem",
            "accept_means": "Du får en text som du själv skickar till {target}. Inget skickas i ditt namn.",
            "reason": "Ett skäl, om du vill",
            "share": "{asker} får läsa det; annars får ingen se det",
            "decline": "Nej, inte den här gången",
            "later": "Fråga mig igen efter så många dagar",
            "later_button": "Inte nu",
            "never": "Nej, och aldrig mer när det gäller {target}",
            "never_means": "Ingen får längre förslaget att gå via dig. Du kan ändra det när du är inloggad.",
            "forward": "Tack. Skicka det här till {target} från din egen brevlåda:",
            "open": "Öppna det i ditt e-postprogram",
            "introduced": "Jag har presenterat dem",
            "over": "Här finns inget att svara på längre: det är besvarat, återtaget eller för gammalt.",
            "accepted": "Du har tackat ja.",
            "declined": "Du har tackat nej. Ingen får veta varför, om du inte vill det.",
            "done": "Tack för presentationen.",
            "conflict": "Det har besvarats eller återtagits under tiden.",
        },
    }
)


class AnswerSchema(Strict):
    """What the page's buttons send."""

    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    reason = Words(load_default="", validate=validate.Length(max=LONGEST_REASON))
    share = fields.String(validate=validate.Equal("yes"))
    days = fields.Integer(validate=validate.OneOf((30, 90, 180)))


def link(settings: Settings, introduction: str) -> str:
    """Where whom an introduction asks answers it."""
    place = settings.post.url if settings.post else ""
    return f"{place}/answer/{_signer(settings).dumps(introduction)}"


def composer(graph: Graph, settings: Settings) -> Compose:
    """What writes the mails of introductions, with their links."""

    def compose(facts: Row) -> tuple[str, str]:
        letter = words.mail(graph, facts, link=link(settings, facts["introduction"]["id"]))
        return letter.subject, letter.text

    return compose


@pages.get("/answer/<token>")
@allow()
def answer_page(token: str) -> Response:
    """The page behind a link; it changes nothing, because whoever scans mails opens it too."""
    at = moment()
    found = _found(token, at)
    return _page(found, at) if found else _over(404)


@pages.post("/answer/<token>")
@allow()
def answer(token: str) -> Response:
    """Does what a button says, if that is still to be done."""
    at = moment()
    found = _found(token, at)
    if found is None:
        return _over(404)
    sent = AnswerSchema().load(request.form.to_dict())
    who = asked(served().graph, found.id)
    with served().audit.recorded(Act(f"link_{sent['answer']}", g.request_id, at.now, ())) as seen:
        seen.about = (found.target["id"],)
        try:
            _do(sent, found.id, who, at)
        except Conflict:
            return _page(_found(token, at), at, "conflict", status=409)
    served().sender.wake()
    after = shown(served().graph, found.id, who, role="introducer", at=at)
    return _page(after, at, {"introduced": "done"}.get(after.state, after.state))


@pages.after_request
def _own_forms_alone(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _signer(settings: Settings) -> URLSafeSerializer:
    """What signs links; those of before a rotation stay good."""
    return URLSafeSerializer([secret + b" answers" for secret in settings.address_key], salt="answer")


def _found(token: str, at: Moment) -> Introduction | None:
    """What a link is about, as the introducer sees it; None where it was not made here, or nothing can be shown."""
    now = served()
    try:
        introduction = _signer(now.settings).loads(token)
        now.pulse.feel(now.graph, now.settings)  # a copy that was put back may not know who is out
        return shown(now.graph, introduction, asked(now.graph, introduction), role="introducer", at=at)
    except (BadSignature, NotFound):
        return None


def _do(sent: dict[str, Any], introduction: str, who: str, at: Moment) -> None:
    graph = served().graph
    if sent["answer"] in ("accept", "introduced"):
        move(graph, sent["answer"], introduction, who, at=at)
        return
    decline(
        graph,
        introduction,
        who,
        at=at,
        reason=sent["reason"] or None,
        share_reason="share" in sent,
        again_days=sent.get("days") if sent["answer"] == "later" else None,
        never=sent["answer"] == "never",
    )


def _page(found: Introduction | None, at: Moment, say: str | None = None, *, status: int = 200) -> Response:
    if found is None:
        return _over(404)
    spoken = words.language(found.introducer)
    page = {
        "state": found.state,
        "asker": words.name(found.asker),
        "target": words.name(found.target),
        "mail": _mail(found) if found.state == "sent" else "",
        "forward": told.forward(found) if found.state == "accepted" else None,
        "told": WORDS[spoken][say] if say else None,
    }
    return _rendered(spoken, page, status)


def _mail(found: Introduction) -> str:
    decided = setup.in_force(served().graph)
    return words.request(served().graph, found, decided, link=None, until=found.facts["expires"]).text


def _over(status: int) -> Response:
    return _rendered(request.accept_languages.best_match([*WORDS], "en"), {"state": None, "told": None}, status)


def _rendered(spoken: str, page: dict[str, Any], status: int) -> Response:
    text = render_template("answer.html", language=spoken, words=WORDS[spoken], **page)
    return Response(text, status, mimetype="text/html")
