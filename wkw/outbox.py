"""Delivers the mails of introductions: each once, unless a kill hides that it went, and none about who opted out."""

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal, TypeAlias

from wkw import mail
from wkw.errors import GraphBusy, GraphError, MailUnavailable, NotFound, OutcomeUnknown, WkwError
from wkw.graph import Graph, Held, Row
from wkw.interactions import DAY
from wkw.mail import Offer, Refused
from wkw.moment import stamp
from wkw.notices import Notice, finding
from wkw.settings import Settings
from wkw.web_settings import Post

LEASE = 300_000  # milliseconds, longer than any attempt takes
FIRST, LONGEST = 60_000, 3_600_000  # milliseconds to the next attempt: twice as many after each
SOON = 5_000  # milliseconds, where only a lock was in the way
TRIED = 3 * DAY  # milliseconds for which it is tried
KEPT = 7 * DAY  # milliseconds for which is told what became of a mail
LATE = 15 * 60_000  # milliseconds after which a mail that is due says that nobody delivers
LISTED, CHUNK = 1_000, 1_000
SPARE = 0.5  # seconds before the database gives the locks up, in which nothing is handed over any more

READER = {"request": "introducer", "answer": "asker"}  # by the kind of the mail
KINDS = tuple(READER)
Fate: TypeAlias = Literal["sent", "retried", "dead", "cancelled", "away", "lost"]
Compose: TypeAlias = Callable[[Row], tuple[str, str]]  # subject and text, of the facts that `outbox/facts` gives


@dataclass(frozen=True, slots=True)
class Attempt:
    """One mail that is leased, and with what it is sent; `at` is since when it is tried, in epoch milliseconds."""

    graph: Graph
    post: Post
    compose: Compose
    now: Callable[[], int]
    token: str
    id: str
    kind: Literal["request", "answer"]
    at: int
    tries: int


def deliver(
    graph: Graph, settings: Settings, compose: Compose, *, now: Callable[[], int], stop: threading.Event
) -> Counter[Fate]:
    """Sends what is due, one mail after the other, until `stop` is set or the mail server is away; counts the fates.

    Without a mail server in the settings everything waits. `now` tells the time, in epoch milliseconds.
    """
    fates: Counter[Fate] = Counter()
    if settings.post is None:
        return fates
    while not stop.is_set() and not fates["away"]:
        began, token = now(), secrets.token_hex(12)
        row = graph.row("outbox/claim", now=began, until=began + LEASE, token=token)
        if row is None:
            break
        fates[_delivered(Attempt(graph, settings.post, compose, now, token, **row))] += 1
    return fates


def _delivered(attempt: Attempt) -> Fate:
    """Tries to send one mail, and writes down what became of it."""
    try:
        return _sent(attempt)
    except Refused as error:
        return _later(attempt, error.code) if error.retryable else _dead(attempt, error.code)
    except MailUnavailable as error:  # no try of this mail: nobody's would have gone
        return _later(attempt, error.code, pause=FIRST, fate="away")
    except GraphBusy as error:
        return _later(attempt, error.code, pause=SOON)
    except WkwError as error:
        if error.retryable:
            raise  # the lease ends by itself
        return _dead(attempt, error.code)


def _sent(attempt: Attempt) -> Fate:
    """Looks at the gates before anybody is bothered, which also has the database plan the query, and then again."""
    rows = attempt.graph.rows("outbox/open", **_place(attempt))
    if fate := _hindrance(rows):
        return fate
    if (to := rows[0]["to"]) is None:
        raise NotFound("Whoever should read the mail has no mail address.", code="no_address")
    facts = attempt.graph.row("outbox/facts", id=attempt.id, token=attempt.token)
    if facts is None or facts[READER[attempt.kind]]["address"] != to:
        raise GraphBusy("Somebody else changed the same people meanwhile.")
    with mail.offered(attempt.post, _letter(attempt, facts)) as offer:
        return _handed_over(attempt, offer, to)


def _letter(attempt: Attempt, facts: Row) -> EmailMessage:
    """The mail to its reader; the introducer of whom it asks something can reply to the asker."""
    asker, to = facts["asker"], facts[READER[attempt.kind]]["address"]
    subject, text = attempt.compose(facts)
    own: dict[str, Any] = {"now": attempt.now(), "id": f"intro.{attempt.id}"}
    if attempt.kind == "request":
        own |= {"name": f"{asker['name']} via wkw" if asker["name"] else "wkw", "reply_to": asker["address"]}
    return mail.written(attempt.post, to, subject, text, **own)


def _handed_over(attempt: Attempt, offer: Offer, to: str) -> Fate:
    """Hands a mail over under the locks of all three gates, so that an opt-out comes before that or after it.

    A server that takes its time to answer is waited for without the locks: by then it has all of the mail.
    """
    try:
        with attempt.graph.held("outbox/open", **_place(attempt)) as held:
            if fate := _hindrance(held.rows):
                return fate
            if held.rows[0]["to"] != to:
                raise GraphBusy("The reader has another address since a moment ago.")
            offer.give(_left(held))
            if offer.answers(_left(held)):
                offer.taken()
                held.row("outbox/ended", **_ending(attempt, "sent"))
                return "sent"
    except GraphError:
        if not offer.given:
            raise
    offer.taken()
    try:
        attempt.graph.row("outbox/ended", **_ending(attempt, "sent"))
    except GraphBusy as error:  # which would have it sent again soon
        raise OutcomeUnknown("That a mail was sent could not be written down.") from error
    return "sent"


def _left(held: Held) -> float:
    """For how many seconds the locks are held for sure."""
    left = held.until - SPARE - time.monotonic()
    if left <= 0:
        raise GraphBusy("The locks of three people could not be had in time.")
    return left


def _hindrance(rows: list[Row]) -> Fate | None:
    """What keeps a mail from being sent, as the query says that locks the gates; None where nothing does."""
    if not rows:
        return "lost"
    if rows[0]["state"] == "cancelled":
        return "cancelled"
    if not rows[0]["whole"]:
        raise GraphBusy("One of the three has an address that was not locked.")
    return None


def _later(attempt: Attempt, reason: str, *, pause: int | None = None, fate: Fate = "retried") -> Fate:
    """Lets a mail wait, twice as long after each try unless `pause` (milliseconds) says for how long; or ends it."""
    if attempt.now() - attempt.at > TRIED:
        return _dead(attempt, reason)
    due = attempt.now() + (backoff(attempt.tries) if pause is None else pause)
    attempt.graph.row("outbox/ended", **_ending(attempt, "pending", due=due, reason=reason, tried=int(pause is None)))
    return fate


def _dead(attempt: Attempt, reason: str) -> Fate:
    attempt.graph.row("outbox/ended", **_ending(attempt, "dead", reason=reason))
    return "dead"


def backoff(tries: int) -> int:
    """For how many milliseconds a mail waits after so many tries: chance keeps many from coming at once."""
    return int(min(FIRST << tries, LONGEST) * random.uniform(0.8, 1))  # noqa: S311 - guards nothing


def _place(attempt: Attempt) -> dict[str, Any]:
    now = attempt.now()
    return {"id": attempt.id, "token": attempt.token, "day": now // DAY, "now": now}


def _ending(
    attempt: Attempt, state: str, *, due: int | None = None, reason: str | None = None, tried: int = 1
) -> dict[str, Any]:
    ended = attempt.now() if due is None else None
    return {
        "id": attempt.id,
        "token": attempt.token,
        "state": state,
        "due": due,
        "ended": ended,
        "reason": reason,
        "tried": tried,
    }


def waiting(graph: Graph) -> int:
    """How many mails wait to be sent."""
    [row] = graph.rows("outbox/waiting")
    return int(row["mails"])


def dead(graph: Graph) -> list[Row]:
    """The mails that will not be sent any more, the newest first, a thousand at most, without their people."""
    return [row | {"since": stamp(row["since"])} for row in graph.rows("outbox/dead", limit=LISTED)]


def again(graph: Graph, id: str, *, now: int) -> None:  # noqa: A002 - what it is called
    """Lets a dead mail be tried anew, from now on; NotFound for any other."""
    if graph.row("outbox/again", id=id, now=now) is None:
        raise NotFound("There is no such mail that is dead.", remedy="`GET /v1/admin/mails` lists them.")


def forget(graph: Graph, *, now: int) -> None:
    """Deletes mails KEPT milliseconds after they ended."""
    while graph.rows("outbox/forget", before=now - KEPT, limit=CHUNK)[0]["mails"] == CHUNK:
        pass


def troubles(graph: Graph, settings: Settings, *, now: int) -> list[Notice]:
    """What is wrong with the mails: some are dead, nobody delivers, or none can be sent."""
    [row] = graph.rows("outbox/waiting")
    found = []
    if lost := len(dead(graph)):
        remedy = "`GET /v1/admin/mails` says why; `POST /v1/admin/mails/{id}/retry` tries one again."
        found.append(finding("mails_dead", f"Mails that could not be sent: {lost}.", remedy))
    if row["mails"] and settings.post is None:
        remedy = "Set WKW_SMTP_URL, WKW_MAIL_FROM and WKW_URL."
        found.append(finding("mails_waiting", f"Mails that wait, and cannot be sent: {row['mails']}.", remedy))
    elif row["mails"] and now - row["due"] > LATE:
        message = f"Mails that wait, and nobody delivers them: {row['mails']}."
        found.append(finding("mails_late", message, "Run `wkw serve` or `wkw clock`."))
    return found
