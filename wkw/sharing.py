"""Switches the use of a person's data off and on: the ledger first, then the gates, then everything else goes."""

import secrets
from collections.abc import Sequence
from typing import Any

from wkw.addresses import address_key
from wkw.chain import Row
from wkw.errors import GraphError, GraphUnavailable, LedgerError, NotFound
from wkw.graph import Graph
from wkw.interactions import DAY
from wkw.keyed import changed
from wkw.ledger import OWN, POLICY, By, Ledger, Receipt, ledger
from wkw.moment import stamp
from wkw.settings import Settings

CHUNK = 2_000  # interactions a transaction


def off(graph: Graph, settings: Settings, uri: str, *, now: int, request: str | None = None) -> Receipt:
    """Switches sharing off for the person behind a URI, as an operator, and purges; after a kill it goes on.

    `request` says where the person's own request can be found.
    """
    key = address_key(settings.address_key, uri)
    receipt = close(graph, settings, key, now=now, by="operator", request=request)
    finish(graph, settings, now=now, key=key)
    return shown(settings, key, receipt.id)


def close(
    graph: Graph,
    settings: Settings,
    *keys: str,
    now: int,
    by: By,
    cause: str = OWN,
    request: str | None = None,
) -> Receipt:
    """Closes the gate of every address of the person behind address keys; from then on nobody is shown them.

    Where they are closed for that cause already the receipt is the one of then. Nothing is closed where the ledger
    cannot be written.
    """
    book = ledger(settings)
    found, still_open = addresses(graph, settings, *keys)
    held = book.latest(keys[0], cause)
    if not held or held["kind"] != "off" or still_open or not {*found} <= {*held["keys"]}:
        held = book.write("off", secrets.token_hex(16), now, by=by, cause=cause, request=request, keys=found)
    settle(graph, settings, now=now)
    return book.receipt(held)


def addresses(graph: Graph, settings: Settings, *keys: str) -> tuple[list[str], int]:
    """The keys of all addresses of the person behind some, those that went too, in order, and how many are open."""
    there = graph.row("sharing/addresses", keys=sorted(keys)) or {"keys": keys, "open": len(keys)}
    return ledger(settings).covered(there["keys"]), there["open"]


def on(graph: Graph, settings: Settings, key: str, *, now: int, by: By, request: str | None = None) -> Receipt | None:
    """Switches sharing on again, from now on, for whoever switched it off; None where they never did.

    What is left of them from before goes first. They stay off as long as there is another cause; where that is a
    policy, it is written down that they said yes, also if they never switched it off.
    """
    return lift(graph, settings, key, now=now, by=by, request=request)


def lift(
    graph: Graph, settings: Settings, key: str, *, now: int, by: By, cause: str = OWN, request: str | None = None
) -> Receipt | None:
    """Takes one cause away for which somebody is off; without another one their gates open, from now on."""
    book = ledger(settings)
    held = book.latest(key, cause)
    if held is None and not (cause == OWN and "policy" in because(settings, key)):
        return None
    if held is None or held["kind"] == "off":
        finish(graph, settings, now=now, key=key)
        keys = book.covered([key])
        held = book.write("on", secrets.token_hex(16), now, by=by, cause=cause, request=request, keys=keys)
    settle(graph, settings, now=now)
    return book.receipt(held)


def settle(graph: Graph, settings: Settings, *, now: int) -> None:
    """Carries out, in their order, the rows of the ledger that this graph does not know yet.

    So a decision that broke off takes effect, and a copy of the graph that was put back learns what came after it. A
    LedgerError where the graph knows of decisions that the ledger does not hold: it is not the ledger of this graph.
    """
    book = ledger(settings)
    rows = book.rows()
    while (mark := _mark(graph, settings))["n"] < len(rows):
        _check(mark, rows)
        _carry_out(graph, settings, rows[mark["n"]], book, day=now // DAY)
    _check(mark, book.rows())


def finish(graph: Graph, settings: Settings, *, now: int, key: str | None = None) -> None:
    """Purges everybody, or whoever is behind a key, who has not been since their gate closed; again, it goes on.

    A GraphError, once the others are purged, where one could not be.
    """
    book, trouble = ledger(settings), None
    for row in [row for row in book.unfinished() if key is None or key in row["keys"]]:
        try:
            settle(graph, settings, now=now)  # else the gate may still be open
            _purge(graph, row["keys"], day=now // DAY)
            gone = graph.row("sharing/gone", keys=row["keys"]) or {}
            _mark(graph, settings)  # with keys of before a rotation nothing was found to purge
        except GraphError as error:
            if book.receipt(row).state != "failed":
                book.write("failed", row["id"], now, reason=error.code)
            if isinstance(error, GraphUnavailable):
                raise
            trouble = error
        else:
            book.write("purged", row["id"], now, **gone)
    if trouble:
        raise trouble
    settle(graph, settings, now=now)


def spread(graph: Graph, settings: Settings, *people: Sequence[str], now: int) -> None:
    """Writes down and purges people, each by their address keys, whose gates closed because of one of these."""
    for keys in people:
        for cause in ledger(settings).causes(keys) or [OWN]:
            close(graph, settings, *keys, now=now, by="joined", cause=cause)
        finish(graph, settings, now=now, key=keys[0])


def state(graph: Graph, settings: Settings, uri: str) -> bool:
    """Whether sharing is on for the person behind a URI; of somebody unknown it is on."""
    row = graph.row("sharing/state", key=address_key(settings.address_key, uri))
    return row is None or bool(row["sharing"])


def because(settings: Settings, key: str) -> list[str]:
    """Why an address key is off: `group`, `policy`, `self`, or several; nobody but the person is told."""
    return sorted({_why(cause) for cause in ledger(settings).causes([key])})


def receipts(settings: Settings, key: str) -> list[Receipt]:
    """The receipts of an address key, the newest first."""
    return ledger(settings).receipts(key)


def shown(settings: Settings, key: str, receipt: str) -> Receipt:
    """One of the receipts of an address key; NotFound for any other's."""
    for one in receipts(settings, key):
        if one.id == receipt:
            return one
    raise NotFound("There is no such receipt.", remedy="`GET /v1/me/sharing` names the last one.")


def as_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt as both doors give it; what was removed is known once it is completed."""
    removed = {"interactions": receipt.interactions, "ties": receipt.ties, "people": receipt.people}
    return {
        "id": receipt.id,
        "sharing": receipt.sharing,
        "at": stamp(receipt.at),
        "by": receipt.by,
        "addresses": receipt.addresses,
        "state": receipt.state,
        "removed": removed if receipt.state == "completed" and receipt.sharing == "off" else None,
        "reason": receipt.reason,
        "seal": receipt.seal,
    }


def _why(cause: str) -> str:
    return "self" if cause == OWN else "policy" if cause.startswith(POLICY) else "group"


def _mark(graph: Graph, settings: Settings) -> Row:
    """Which row of the ledger the graph has carried out last; a SettingsError where its keys are of other secrets."""
    mark = graph.row("sharing/mark")
    if mark is None or mark["address_print"] != settings.address_print:
        raise changed()
    return mark


def _carry_out(graph: Graph, settings: Settings, row: Row, book: Ledger, *, day: int) -> None:
    """Does what a row says, unless somebody else was first; whatever comes after an off is purged before."""
    place = {"n": row["n"], "seal": row["hash"], "address_print": settings.address_print}
    if row["kind"] == "off":
        graph.row("sharing/close", keys=row["keys"], day=day, **place)
        return
    keys = row["keys"] if row["kind"] == "on" else next(one["keys"] for one in book.rows() if one["id"] == row["id"])
    if row["kind"] != "failed":
        _purge(graph, keys, day=day)
    if row["kind"] == "on" and not book.causes(keys):
        graph.row("sharing/open", keys=keys, at=row["at"], day=day, **place)
    else:
        graph.row("sharing/noted", keys=keys if row["kind"] == "purged" else [], **place)


def _purge(graph: Graph, keys: list[str], *, day: int) -> None:
    for key in keys:
        while graph.row("sharing/purge", key=key, day=day, limit=CHUNK):
            pass
        graph.row("sharing/erase", key=key, day=day)


def _check(mark: Row, rows: list[Row]) -> None:
    n = mark["n"]
    if n > len(rows) or (n and rows[n - 1]["hash"] != mark["seal"]):
        raise LedgerError("The ledger is not the one of this graph, or has lost rows.")
