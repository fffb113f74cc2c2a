"""Says which addresses are one person's: joins them, parts them, and nothing is guessed."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from wkw.addresses import address_key, company_domain
from wkw.errors import Ambiguous, GraphBusy, InputError, NotFound
from wkw.graph import Graph, Row
from wkw.model import Target, folded
from wkw.settings import Settings
from wkw.strength import SMALL_MEETING

ATTEMPTS = 5  # of who merges while somebody else changes the same people
SHARING = True  # of an address never seen before


def merge(graph: Graph, settings: Settings, one: Target, other: Target, *, day: int) -> list[str]:
    """Makes one person of two, of an address never seen too; sharing that is off for one of them is off for both.

    Gives the keys of the addresses whose data must go then. Nothing else tells an address that opted out from one that
    was never seen, so a second time is no error: of an address that opted out it could not be told.
    """
    addresses = [_address(graph, settings, who) for who in (one, other)]
    if addresses[0]["key"] == addresses[1]["key"]:
        raise InputError("Both are the same.", remedy="Name two addresses, ids or names of people who are one.")
    return list(join(graph, addresses, colleague=False, day=day)["closed"])


def join(graph: Graph, addresses: Sequence[Row], *, colleague: bool, day: int) -> Row:
    """Makes one person of all whom addresses (key, uri, id, own) belong to, a colleague if so told."""
    return _tried(
        lambda: graph.row(
            "identity/join",
            addresses=sorted(addresses, key=lambda address: str(address["key"])),
            colleague=colleague,
            day=day,
            sharing=SHARING,
            small_meeting=SMALL_MEETING,
        )
    )


def unmerge(graph: Graph, settings: Settings, uri: str, *, day: int) -> None:
    """Gives one of a person's addresses a nameless person of its own; NotFound where it has no other."""
    key, new = address_key(settings.address_key, uri), secrets.token_hex(12)
    own = settings.owns(uri)

    def part() -> Row | None:
        row = graph.row("identity/addresses", key=key)
        if row is None or not row["uris"]:
            raise NotFound(
                "The address is its person's only one, or nobody's.", remedy="Name one of a person's several addresses."
            )
        return graph.row(
            "identity/part",
            key=key,
            id=new,
            own=own,
            company=None if own else company(company_domain(uri)),
            domains=sorted({name for other in row["uris"] if (name := company_domain(other))}),
            day=day,
            small_meeting=SMALL_MEETING,
        )

    _tried(part)


def company(domain: str | None, name: str | None = None) -> dict[str, str] | None:
    """The company of a domain as the queries take it, by the domain's name where it has no other."""
    return {"domain": domain, "id": secrets.token_hex(12), "name": name or domain} if domain else None


def _tried(write: Callable[[], Row | None]) -> Row:
    for _ in range(ATTEMPTS):
        if row := write():
            return row
    raise GraphBusy("Somebody else is changing the same people.")


def _address(graph: Graph, settings: Settings, who: Target) -> dict[str, Any]:
    """An address of whom a target names; of an id or a name it must be the only person."""
    made = {"uri": who.uri, "id": secrets.token_hex(12), "own": bool(who.uri) and settings.owns(str(who.uri))}
    if who.uri:
        return made | {"key": address_key(settings.address_key, who.uri)}
    found = graph.rows("identity/named", id=who.id, folded_name=folded(who.name) if who.name else None)
    if not found:
        raise NotFound("There is nobody of that id or name.", remedy="Name the person by an address.")
    if len(found) > 1:
        raise Ambiguous("Several people have that name.", candidates=found)
    return made | {"key": found[0]["key"]}
