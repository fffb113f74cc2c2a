"""Introductions over HTTP: whoever asks and whoever is asked see them, and nobody else."""

import re
from typing import Any

from flask import request

from wkw import setup
from wkw.errors import HeaderMissing
from wkw.introductions import told
from wkw.introductions.asking import Wish, decline, draft, move, rewrite, send
from wkw.introductions.held import listed, shown
from wkw.introductions.states import Introduction
from wkw.model import Target
from wkw.web.access import allow
from wkw.web.asked import (
    DeclineSchema,
    IntroductionSchema,
    IntroductionsSchema,
    OutcomeSchema,
    WhichSchema,
    WishSchema,
    WordsSchema,
)
from wkw.web.calls import Call, call, served
from wkw.web.contract import Routes, following, refuses

routes = Routes("introductions", "Asking a colleague for an introduction, and answering")

KEY = re.compile(r"[!-~]{1,255}")
ONCE = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "description": "A name of your own for this request, such as a UUID: sent again, nothing is done twice.",
}
WISH = {
    "target": {"address": "lea@kund.example"},
    "introducer": "0b9a3c51c7fe42d08e6f7d11",
    "purpose": "introduction",
    "note": "We met at the fair in May.",
}
REPLAYED = "Idempotency-Replayed"


@routes.route("/v1/introductions", methods=["POST"])
@refuses(404, 409)
@routes.doc(parameters=[ONCE])
@routes.response(201, IntroductionSchema, description="A draft: nothing has been sent to anybody.")
@routes.arguments(WishSchema, example=WISH)
@allow("seller", "sales_manager")
def post_introduction(asked: dict[str, Any]) -> Any:
    """Drafts a request to a colleague whom a lookup named."""
    now = call()
    wish = Wish(once=_once(), **asked)
    with now.recorded("introduction_drafted", purpose=wish.purpose) as seen:
        made = draft(now.graph, now.settings, wish, who=now.asker, at=now.at)
        now.count(Target(id=made.target["id"]))
        seen.about, seen.returned = (made.target["id"],), (made.introducer["id"],)
    return _document(now, made), 201, {REPLAYED: "true"} if made.facts["at"] != now.at.now else {}


@routes.route("/v1/introductions")
@routes.doc(responses={200: {"links": following("get_introductions")}})
@routes.response(200, IntroductionsSchema, description="The last changed first.")
@routes.arguments(WhichSchema, location="query")
@allow("colleague")
def get_introductions(which: dict[str, Any]) -> dict[str, Any]:
    """Whom did I ask, and who asks me?"""
    now = call()
    page, decided = listed(now.graph, now.asker, at=now.at, **which), setup.in_force(now.graph)
    return {
        "introductions": [told.summary(now.settings, one, decided, who=now.asker) for one in page.introductions],
        "next": page.next,
    }


@routes.route("/v1/introductions/<id>")
@refuses(404)
@routes.response(200, IntroductionSchema, description="With the mail as it will be, or was, sent.")
@allow("colleague")
def get_introduction(id: str) -> dict[str, Any]:  # noqa: A002 - the name in the path
    """What became of one?"""
    now = call()
    return _document(now, shown(now.graph, id, now.asker, at=now.at))


@routes.route("/v1/introductions/<id>", methods=["PATCH"])
@refuses(404, 409)
@routes.response(200, IntroductionSchema)
@routes.arguments(WordsSchema, example={"note": "We met at the fair in May."})
@allow("colleague")
def patch_introduction(asked: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002
    """Writes the words of a draft anew: the note in the template, or the whole text (null: the template's again)."""
    now = call()
    with now.recorded("introduction_rewritten") as seen:
        held = shown(now.graph, id, now.asker, role="asker", at=now.at)
        seen.about = (held.target["id"],)
        kept = {"note": held.facts.get("note", ""), "text": held.facts.get("text")}
        return _document(now, rewrite(now.graph, id, now.asker, **(kept | asked), at=now.at))


@routes.route("/v1/introductions/<id>/send", methods=["POST"])
@refuses(400, 404, 409)
@routes.doc(parameters=[ONCE])
@routes.response(200, IntroductionSchema, description="The mail to the colleague is on its way, once.")
@allow("seller", "sales_manager")
def post_send(id: str) -> Any:  # noqa: A002
    """Sends a draft to the colleague."""
    now = call()
    once = _once()
    with now.recorded("introduction_sent") as seen:
        held = shown(now.graph, id, now.asker, role="asker", at=now.at)
        seen.about, seen.returned = (held.target["id"],), (held.introducer["id"],)
        if held.state == "draft":
            told.check(now.graph, now.settings, held, at=now.at)
        fresh = send(now.graph, id, now.asker, once=once, at=now.at)
    served().sender.wake()
    return _document(now, shown(now.graph, id, now.asker, at=now.at)), 200, {} if fresh else {REPLAYED: "true"}


@routes.route("/v1/introductions/<id>/accept", methods=["POST"])
@refuses(404, 409)
@routes.response(200, IntroductionSchema, description="With a text to forward from one's own mailbox.")
@allow("colleague")
def post_accept(id: str) -> dict[str, Any]:  # noqa: A002
    """Says yes."""
    return _moved("accept", id)


@routes.route("/v1/introductions/<id>/decline", methods=["POST"])
@refuses(404, 409)
@routes.response(200, IntroductionSchema, description="The asker is told no, and a reason only where that is wanted.")
@routes.arguments(DeclineSchema, example={"again_days": 30})
@allow("colleague")
def post_decline(asked: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002
    """Says no: this time, until later, or for ever."""
    now = call()
    with now.recorded("introduction_declined") as seen:
        seen.about = (shown(now.graph, id, now.asker, role="introducer", at=now.at).target["id"],)
        decline(now.graph, id, now.asker, at=now.at, **asked)
    served().sender.wake()
    return _document(now, shown(now.graph, id, now.asker, at=now.at))


@routes.route("/v1/introductions/<id>/introduced", methods=["POST"])
@refuses(404, 409)
@routes.response(200, IntroductionSchema)
@allow("colleague")
def post_introduced(id: str) -> dict[str, Any]:  # noqa: A002
    """Says that the introduction has been made."""
    return _moved("introduced", id)


@routes.route("/v1/introductions/<id>/withdraw", methods=["POST"])
@refuses(404, 409)
@routes.response(200, IntroductionSchema)
@allow("colleague")
def post_withdraw(id: str) -> dict[str, Any]:  # noqa: A002
    """Takes a request back; a mail that has not left never does."""
    return _moved("withdraw", id)


@routes.route("/v1/introductions/<id>/outcome", methods=["POST"])
@refuses(404, 409)
@routes.response(200, IntroductionSchema)
@routes.arguments(OutcomeSchema, example={"outcome": "met"})
@allow("colleague")
def post_outcome(asked: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002
    """Says what came of an introduction, once."""
    return _moved("outcome", id, **asked)


def _moved(name: str, id: str, **more: object) -> dict[str, Any]:  # noqa: A002
    now = call()
    with now.recorded(f"introduction_{name}") as seen:
        seen.about = (shown(now.graph, id, now.asker, at=now.at).target["id"],)
        move(now.graph, name, id, now.asker, at=now.at, **more)
    served().sender.wake()
    return _document(now, shown(now.graph, id, now.asker, at=now.at))


def _document(now: Call, found: Introduction) -> dict[str, Any]:
    return told.document(now.graph, now.settings, found, who=now.asker, at=now.at)


def _once() -> str:
    """The caller's own name for a request; HeaderMissing where it has none, or none that can be kept."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise HeaderMissing(
            "The header Idempotency-Key is missing, or is no name of 1 to 255 printable ASCII characters.",
            remedy="Send a UUID, a new one for each request and the same one when you send it again.",
        )
    return key
