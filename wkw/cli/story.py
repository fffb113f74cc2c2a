"""The demo's introduction: asked for, mailed, accepted, made."""

import threading

from wkw import outbox
from wkw.cli import show
from wkw.errors import Conflict, TooMany
from wkw.graph import Graph
from wkw.introductions import words
from wkw.introductions.asking import Wish, draft, move, send
from wkw.introductions.held import asked, shown
from wkw.lookup import Answer
from wkw.model import Target
from wkw.moment import Moment, moment
from wkw.settings import Settings
from wkw.web.answer import composer

NOTE = "We have a new way to keep cold rooms cold, and I would like to show her what it does at a neighbour's."


def introduce(graph: Graph, settings: Settings, answer: Answer, *, who: str, at: Moment) -> None:
    """Asks the strongest introducer of an answer, for whoever has an address key, and lets them say yes."""
    first = answer.introducers[0]
    wish = Wish(Target(id=answer.target["id"]), first.id, "introduction", NOTE, f"demo {at.day}")
    made = draft(graph, settings, wish, who=who, at=at)
    if made.state != "draft":
        show.say(f"\nSara has asked {first.name} today: the introduction is {made.state}.")
        return
    try:
        send(graph, made.id, who, once="demo", at=at)
    except (Conflict, TooMany) as error:
        show.say(f"\nSara may not ask {first.name} again yet. {error.message}")
        return
    show.say(f"\nSara asks {first.name} for an introduction. A mail server on this machine is given:\n")
    _deliver(graph, settings)
    _accept(graph, settings, made.id, first.name or "The colleague", at)


def _accept(graph: Graph, settings: Settings, request: str, name: str, at: Moment) -> None:
    introducer = asked(graph, request)
    move(graph, "accept", request, introducer, at=at)
    show.say(f"{name} says yes on the page behind that link, and Sara is told:\n")
    _deliver(graph, settings)
    letter = words.forward(shown(graph, request, introducer, role="introducer", at=at))
    text = "\n".join(f"  | {line}".rstrip() for line in (f"Subject: {letter.subject}", "", *letter.text.splitlines()))
    show.say(f"{name} sends this from their own mailbox; wkw never writes to the lead:\n\n{text}")
    move(graph, "introduced", request, introducer, at=at)


def _deliver(graph: Graph, settings: Settings) -> None:
    outbox.deliver(graph, settings, composer(graph, settings), now=lambda: moment().now, stop=threading.Event())
