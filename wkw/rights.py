"""Carries out what people outside may ask: what is held of them, erasure, objection; by two who are not one person."""

import secrets
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from wkw import sharing
from wkw.addresses import address_key
from wkw.errors import Forbidden, InputError, NotFound
from wkw.exposure import MOST, about, held
from wkw.graph import Graph, Row
from wkw.interactions import DAY
from wkw.keyed import keyed, unchanged
from wkw.ledger import Receipt, ledger
from wkw.model import Target, date_of
from wkw.moment import Moment, stamp
from wkw.settings import Settings

Kind: TypeAlias = Literal["access", "erasure", "objection"]

KINDS: tuple[Kind, ...] = ("access", "erasure", "objection")
OWN_KINDS = (*KINDS, "return")  # nobody else brings anybody back
STATES = ("asked", "approved", "done")
DUE = 30 * DAY  # milliseconds from asking to the day by which the law wants an answer
FETCHABLE = DAY  # milliseconds in which what was approved may be fetched
LISTED = 1_000
SECTIONS = ("known_by", "interactions", "kept")  # of what is held; ties are colleagues' own


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody outside: the keys of all addresses that are known, sorted, the ids in a CRM, the person if there is."""

    keys: list[str]
    crm: list[str]
    person: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for somebody, who is known by address keys alone; times are epoch milliseconds."""

    id: str
    kind: Kind
    state: str
    at: int
    decided: int | None
    keys: list[str]
    asked_by: str | None
    approved_by: str | None


def outsider(graph: Graph, settings: Settings, target: Target, *, day: int) -> Outsider:
    """Who is behind an address, a CRM id or a person id; an InputError for a colleague, who decides alone.

    An address of nobody is an outsider's too: nothing is ever collected of whom it turns out to be.
    """
    key = address_key(settings.address_key, target.uri) if target.uri else None
    found = behind(graph, key, target.id, own=bool(target.uri and settings.owns(target.uri)), day=day)
    named = {target.uri} if target.uri and target.uri.startswith("crm:") else set()
    return replace(found, crm=sorted({*found.crm} | named))


def behind(graph: Graph, key: str | None, person: str | None = None, *, own: bool = False, day: int) -> Outsider:
    """Who is behind an address key or a person id; `own`: an address that nobody is behind would be a colleague's."""
    row = graph.row("rights/whom", key=key, id=person, day=day) or {}
    told = row.get("colleague")
    if own if told is None else told:
        raise InputError(
            "That is a colleague, who decides alone.",
            remedy="They use `PUT /v1/me/sharing`; an operator with their signed request, `wkw sharing off`.",
            who="the colleague",
            code="colleague",
        )
    keys = row.get("keys") or ([key] if key else [])
    if not keys:
        raise NotFound("There is nobody with this id.", remedy="Name an address of theirs, known or not.")
    return Outsider(keys, row.get("crm", []), row.get("person"))


def ask(graph: Graph, settings: Settings, whom: Outsider, kind: Kind, *, by: str, at: Moment) -> Request:
    """Asks for somebody, as whoever has an address key; an objection hides them from then on.

    What is open already is not asked twice: the request is the one of then.
    """
    made = keyed(
        graph,
        "rights/ask",
        settings,
        id=secrets.token_hex(12),
        kind=kind,
        keys=whom.keys,
        asker=by,
        now=at.now,
        day=at.day,
    )
    return found(graph, made["id"])


def found(graph: Graph, request: str) -> Request:
    """A request by its id; NotFound where there is none, or it was withdrawn."""
    row = graph.row("rights/found", id=request)
    if row is None:
        raise NotFound("There is no such request.", remedy="`GET /v1/admin/erasures` lists them.")
    return Request(**row)


def listed(graph: Graph) -> list[Request]:
    """The requests, those that wait for an approval first, then the newest; a thousand at most."""
    return [Request(**row) for row in graph.rows("rights/listed", limit=LISTED)]


def withdraw(graph: Graph, request: str) -> None:
    """Deletes a request that nobody has approved; whom it hid is there as before. NotFound for any other."""
    if graph.row("rights/withdraw", id=request) is None:
        raise NotFound("There is no such request that could be withdrawn.", remedy="Look at `GET /v1/admin/erasures`.")


def approve(graph: Graph, settings: Settings, request: Request, whom: Outsider, *, by: str, at: Moment) -> Request:
    """Approves what somebody else asked, about the same person, and closes the gates where it is no access.

    Forbidden for the one who asked, also under another address. After a kill the same again goes on.
    """
    if not {*whom.keys} & {*request.keys}:
        raise InputError(
            "The request is about somebody else.",
            remedy="Name whom you mean to approve it for, by what their own request says.",
            fields={"target": ["Is not whom the request is about."]},
        )
    if request.asked_by is None or _same(graph, settings, by, request.asked_by):
        raise Forbidden("You asked for this yourself.", remedy="Let another administrator approve it.")
    if request.state == "asked":
        _decide(graph, settings, request, by=by, at=at)
    if request.kind != "access" and not _carried_out(settings, request):
        sharing.close(graph, settings, *request.keys, now=at.now, by="admins", request=request.id)
    return found(graph, request.id)


def use(graph: Graph, link: str, *, until: int, now: int) -> None:
    """Notes that a link, which is good until then, was used; a NotFound where it had been used before."""
    if graph.row("rights/use", id=link, until=until, now=now) is None:
        raise NotFound("This link was used before.", remedy="Ask for another one.")


def decide(graph: Graph, settings: Settings, whom: Outsider, kind: str, *, now: int) -> Receipt | None:
    """Carries out what somebody outside decides alone, by a link that was mailed to them: to be gone, or to be back.

    None for whoever comes back and was never gone.
    """
    if kind == "return":
        return sharing.on(graph, settings, whom.keys[0], now=now, by="self")
    return sharing.close(graph, settings, *whom.keys, now=now, by="self")


def receipt(settings: Settings, request: Request) -> Receipt | None:
    """What became of an erasure that administrators decided; None where there was nothing to decide any more."""
    last = ledger(settings).latest(request.keys[0]) if request.keys and request.kind != "access" else None
    own = request.decided is not None and last is not None and last["kind"] == "off" and last["by"] == "admins"
    return ledger(settings).receipt(last) if last and own else None


def as_data(settings: Settings, request: Request, *, now: int) -> dict[str, Any]:
    """A request as administrators see it; not whom it is about."""
    became = receipt(settings, request)
    return {
        "id": request.id,
        "kind": request.kind,
        "state": _state(request, became, now),
        "at": stamp(request.at),
        "due": stamp(request.at + DUE),
        "decided": request.decided and stamp(request.decided),
        "receipt": became and sharing.as_data(became),
    }


def fetched(graph: Graph, settings: Settings, request: Request, *, by: str, at: Moment) -> dict[str, Any]:
    """All that is held of whom an approved access is about, for the two who asked and approved it, within a day."""
    two = {request.asked_by, request.approved_by}
    if not any(one and _same(graph, settings, by, one) for one in two):
        raise Forbidden("Only those who asked and approved this may have it.", remedy="Ask one of them.")
    if request.kind != "access" or request.decided is None or at.now >= request.decided + FETCHABLE:
        raise NotFound("There is nothing to fetch, or not any more.", remedy="Ask for it anew: it is there for a day.")
    return everything(graph, settings, request.keys[0], day=at.day)


def everything(graph: Graph, settings: Settings, key: str, *, day: int) -> dict[str, Any]:
    """All that is held of whoever outside has an address key, as one document; nothing where nobody is known."""
    rows: dict[str, list[Row]] = {name: [] for name in SECTIONS}
    page = held(graph, settings, key, day=day, limit=MOST)
    while True:
        for name in SECTIONS:
            rows[name] += page.rows[name]
        if page.next is None:
            return {"as_of": date_of(day).isoformat(), "about": about(graph, settings, key), **rows}
        page = held(graph, settings, key, day=day, limit=MOST, cursor=page.next)


def _same(graph: Graph, settings: Settings, one: str, other: str) -> bool:
    """Whether two address keys are one person's, who may have opted out."""
    return other in sharing.addresses(graph, settings, one)[0]


def _decide(graph: Graph, settings: Settings, request: Request, *, by: str, at: Moment) -> None:
    """Writes an approval down; NotFound where it was withdrawn or approved meanwhile."""
    row = graph.row(
        "rights/approve",
        id=request.id,
        approver=by,
        now=at.now,
        day=at.day,
        address_print=settings.address_print,
    )
    if row is None:
        unchanged(graph, settings)
        raise NotFound("There is no such request any more.", remedy="`GET /v1/admin/erasures` lists them.")


def _carried_out(settings: Settings, request: Request) -> bool:
    """Whether there was a decision since the approval: its own, or later ones of the person, which count."""
    last = ledger(settings).latest(request.keys[0])
    return last is not None and request.decided is not None and last["at"] >= request.decided


def _state(request: Request, became: Receipt | None, now: int) -> str:
    """Asked, approved, or done: the erasure has been completed, or the access has ended."""
    if request.decided is None:
        return "asked"
    if request.kind == "access":
        return "approved" if now < request.decided + FETCHABLE else "done"
    return "approved" if became and became.state != "completed" else "done"
