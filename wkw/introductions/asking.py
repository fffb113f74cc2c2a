"""Asks for introductions, answers them, and ends what nobody answers."""

import hmac
from contextlib import suppress
from dataclasses import dataclass

from wkw import setup, sharing, vetoes
from wkw.errors import Conflict, Forbidden, InputError, NotFound, TooMany
from wkw.graph import Graph, Row
from wkw.interactions import DAY
from wkw.introductions.held import shown, unknown
from wkw.introductions.states import CHUNK, DRAFTS, EDGES, MONTH, MOVES, STAGES, WHOLE, WORDS, Introduction
from wkw.lookup import MOST, Question, lookup
from wkw.model import Target
from wkw.moment import Moment
from wkw.settings import Settings
from wkw.setup import Setup


@dataclass(frozen=True, slots=True)
class Wish:
    """What an asker wants: by whom (an id, or the reference that a lookup gave) to whom, what for, and in which words.

    `once` is the caller's own name for it: the same again makes nothing new.
    """

    target: Target
    introducer: str
    purpose: str
    note: str
    once: str


def reference(settings: Settings, asker: str, introducer: str, target: str) -> str:
    """What stands for an introducer whom an asker is not told: nobody else's, and of this target alone.

    `asker` is an address key, the others are ids.
    """
    named = f"{asker} {introducer} {target}".encode()
    return hmac.digest(settings.address_key[-1], b"introducer " + named, "sha256").hex()[:24]


def draft(graph: Graph, settings: Settings, wish: Wish, *, who: str, at: Moment) -> Introduction:
    """Makes a draft for whoever has an address key, or gives the one that the same request made.

    Forbidden where they are off themself, NotFound where that colleague cannot introduce them, for whatever reason; an
    InputError for another wish under the name of an earlier one.
    """
    if sharing.addresses(graph, settings, who)[1] == 0:
        raise Forbidden(
            "Your sharing is off, so nobody can be told who asks.",
            remedy="Switch it on with `PUT /v1/me/sharing`, or write to a colleague yourself.",
            who="you",
        )
    found = lookup(graph, settings, Question(wish.target, who, at.day, limit=MOST, one_way=True))
    decided, target = setup.in_force(graph), found.target["id"]
    known = {one.id: reference(settings, who, one.id, target) if decided.blind else one.id for one in found.introducers}
    introducer = next((one for one, named in known.items() if named == wish.introducer), None)
    row = introducer and graph.row(
        "introductions/draft",
        id=_digest(settings, f"draft {who} {wish.once}"),
        asker_key=who,
        introducer=introducer,
        target=target,
        day=at.day,
        now=at.now,
        due=at.now + DRAFTS,
        setup=decided.version,
        purpose=wish.purpose,
        note=wish.note,
        fingerprint=(fingerprint := _digest(settings, f"{introducer} {target} {wish.purpose} {wish.note}")),
    )
    if not row:
        raise NotFound("This colleague cannot introduce you to this person.", remedy="Look the person up again.")
    if row["fingerprint"] not in (fingerprint, None):
        raise InputError("That Idempotency-Key was used for another request.", remedy="Make a new one for each.")
    return shown(graph, row["id"], who, at=at)


def rewrite(graph: Graph, request: str, who: str, *, note: str, text: str | None, at: Moment) -> Introduction:
    """Writes the words of a draft anew; Conflict where it has been sent meanwhile."""
    if graph.row("introductions/rewrite", id=request, key=who, note=note, text=text, now=at.now) is None:
        raise _conflict(shown(graph, request, who, role="asker", at=at).state)
    return shown(graph, request, who, at=at)


def send(graph: Graph, request: str, who: str, *, once: str, at: Moment) -> bool:
    """Sends a draft; whether it was sent now, and not before by the same name for it.

    Conflict where it is no draft any more or somebody asks the same already; TooMany where the introducer, or the
    asker, has had as many as they may.
    """
    decided = setup.in_force(graph)
    row = graph.row(
        "introductions/send",
        id=request,
        key=who,
        send_key=once,
        day=at.day,
        now=at.now,
        expires=at.now + decided.expire_days * DAY,
        open_requests=decided.open_requests,
        monthly=decided.monthly,
        month=MONTH,
        cooldown=decided.cooldown_days * DAY,
        asks_per_day=decided.asks_per_day,
        a_day=DAY,
    )
    if row is None:
        raise unknown()
    if row["fate"] not in ("sent", "replayed"):
        raise _refusal(row, decided, at.now)
    return bool(row["fate"] == "sent")


def move(graph: Graph, name: str, request: str, who: str, *, at: Moment, **more: object) -> None:
    """Does one of MOVES, but `send`, and notes more with it; Conflict where it is not, or no longer, possible."""
    step, decided = MOVES[name], setup.in_force(graph)
    until = at.now + (decided.expire_days * DAY if step.after == "accepted" else WORDS)
    ends = {} if name == "outcome" else {"due": until}  # its words may be gone already: they went by what was due then
    noted = {**ends, **({"expires": until} if step.after == "accepted" else {}), **more}
    row = graph.row(
        "introductions/move",
        id=request,
        key=who,
        edge=EDGES[step.by],
        **{"from": list(step.before)},
        to=step.after,
        by=step.by,
        now=at.now,
        more=noted,
        mail=step.mail,
    )
    if row is None:
        raise unknown()
    if not row["moved"]:
        raise _conflict(row["state"])


def decline(
    graph: Graph,
    request: str,
    who: str,
    *,
    at: Moment,
    reason: str | None = None,
    share_reason: bool = False,
    again_days: int | None = None,
    never: bool = False,
) -> None:
    """Declines; `again_days`: may be asked again then; `never`: nobody is offered this tie any more.

    The reason is told to nobody but the introducer, unless they say so.
    """
    held = shown(graph, request, who, role="introducer", at=at)
    if never and held.state == "sent":  # first: whoever is killed between the two is asked once more, not offered
        with suppress(NotFound):  # the tie is gone: there is nothing to keep back
            vetoes.veto(graph, who, held.target["id"], wanted=True, day=at.day)
    again = again_days and at.now + again_days * DAY
    move(graph, "decline", request, who, at=at, reason=reason, share_reason=share_reason, again=again)


def settle(graph: Graph, *, now: int) -> Row:
    """Does what is due by itself, in bounded transactions: how many `expired`, were `emptied` and `deleted`."""
    done = {"expired": 0, "emptied": 0, "deleted": 0}
    while True:
        row = graph.row("introductions/settle", now=now, words=WORDS, whole=WHOLE, limit=CHUNK) or done
        done = {name: done[name] + row[name] for name in done}
        if sum(row.values()) < CHUNK:
            return done


def _digest(settings: Settings, text: str) -> str:
    return hmac.digest(settings.address_key[-1], b"introduction " + text.encode(), "sha256").hex()[:32]


def _conflict(state: str) -> Conflict:
    return Conflict(
        f"That cannot be done: the introduction is {STAGES.get(state, state)}.",
        remedy="Look at it again with `GET /v1/introductions/{id}`.",
        code="introduction_state",
    )


def _refusal(row: Row, decided: Setup, now: int) -> Conflict | TooMany:
    """Why a draft was not sent."""
    if row["fate"] == "state":
        return _conflict(row["state"])
    if row["fate"] == "asked":
        asker, days = row["asked"]["asker"], (now - row["asked"]["sent"]) // DAY
        by = "you" if asker["you"] else asker["name"] if decided.name_askers else "a colleague"
        when = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
        return Conflict(
            f"The same colleague was asked for this person already, {when}, by {by or 'a colleague'}.",
            remedy="Wait for the answer, or ask another colleague.",
            code="already_asked",
        )
    return TooMany(
        "That would be one request too many for now.",
        free=row["free"],
        remedy="Wait until `free_at`, or ask another colleague; an administrator can change the settings.",
    )
