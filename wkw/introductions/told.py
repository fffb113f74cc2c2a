"""Introductions as both doors give them; an asker is not told what an introducer keeps back, nor they the draft."""

from typing import Any

from wkw import setup
from wkw.errors import Conflict, InputError
from wkw.graph import Graph, Row
from wkw.interactions import DAY
from wkw.introductions import words
from wkw.introductions.asking import reference
from wkw.introductions.states import Introduction
from wkw.lookup import Answer
from wkw.lookup import document as document_of_lookup
from wkw.moment import Moment, stamp
from wkw.notices import no_mail
from wkw.settings import Settings
from wkw.setup import Setup

UNFIT = {
    "code": "unfit",
    "message": "The mail cannot go as it is.",
    "remedy": "Correct what `problems` names.",
    "who": "you",
}
THEIR_OWN = "(a link that only the colleague gets)"


def offered(settings: Settings, answer: Answer, *, who: str) -> dict[str, Any]:
    """The answer to a lookup as it goes to the asker; in blind mode references stand for the introducers."""
    told = document_of_lookup(settings, answer)
    if answer.blind:
        for one in told["introducers"]:
            named = reference(settings, who, one["colleague"]["id"], answer.target["id"])
            one["colleague"] = {"id": named, "name": None, "title": None}
    return told


def summary(settings: Settings, found: Introduction, decided: Setup, *, who: str) -> dict[str, Any]:
    """A request as whoever has an address key may see it: who, whom, and what became of it."""
    facts, asks = found.facts, found.role == "asker"
    shared = not asks or facts.get("share_reason")
    return {
        "id": found.id,
        "role": found.role,
        "state": found.state,
        "outcome": facts.get("outcome"),
        "asker": _person(found.asker),
        "introducer": _introducer(settings, found, decided, who),
        "target": {name: found.target[name] for name in ("id", "name", "company")},
        "purpose": facts["purpose"],
        "expires": _time(facts.get("expires")),
        "again": _time(facts.get("again")),
        "reason": facts.get("reason") if shared else None,
        "history": [
            {"state": state, "at": stamp(at), "by": by}
            for state, at, by in zip(facts["states"], facts["times"], facts["actors"], strict=True)
        ],
    }


def document(graph: Graph, settings: Settings, found: Introduction, *, who: str, at: Moment) -> dict[str, Any]:
    """The same with its words: to the asker the mail as it will be or was sent, to the introducer what to forward."""
    decided = setup.in_force(graph)
    told = summary(settings, found, decided, who=who)
    asks = found.role == "asker"
    seen = _preview(graph, settings, found, decided, at) if asks else None
    problems = dict(seen.problems) if seen and found.state == "draft" else {}
    why_not = UNFIT if problems else None if settings.post else no_mail()
    return told | {
        "note": found.facts.get("note"),
        "text": found.facts.get("text"),
        "mail": seen and seen.letter and {"subject": seen.letter.subject, "text": seen.letter.text},
        "problems": problems,
        "advice": list(seen.advice) if seen and found.state == "draft" else [],
        "can_send": asks and found.state == "draft" and why_not is None,
        "why_not": why_not if asks and found.state == "draft" else None,
        "forward": forward(found) if not asks and found.state == "accepted" else None,
    }


def check(graph: Graph, settings: Settings, found: Introduction, *, at: Moment) -> None:
    """Refuses a draft that cannot go: Conflict where no mail is sent, an InputError where its words do not fit."""
    if settings.post is None:
        why = no_mail()
        raise Conflict(why["message"], remedy=why["remedy"], who=why["who"], code=why["code"])
    seen = _preview(graph, settings, found, setup.in_force(graph), at)
    if seen.problems:
        raise InputError("The mail cannot go as it is.", fields=dict(seen.problems), code="unfit")


def _preview(graph: Graph, settings: Settings, found: Introduction, decided: Setup, at: Moment) -> words.Preview:
    until = found.facts.get("expires") or at.now + decided.expire_days * DAY
    link = f"{settings.post.url}/answer/{THEIR_OWN}" if settings.post else None
    return words.preview(graph, found, decided, link=link, until=until)


def _introducer(settings: Settings, found: Introduction, decided: Setup, who: str) -> Row:
    if words.hidden(found, decided):
        named = reference(settings, who, found.introducer["id"], found.target["id"])
        return {"id": named, "name": None, "title": None}
    return _person(found.introducer)


def _person(person: Row) -> Row:
    return {"id": person["id"], "name": words.name(person), "title": person["title"]}


def forward(found: Introduction) -> Row:
    """What the introducer may send from their own mailbox."""
    letter = words.forward(found)
    return {"subject": letter.subject, "text": letter.text, "mailto": words.mailto(found)}


def _time(at: int | None) -> str | None:
    return None if at is None else stamp(at)
