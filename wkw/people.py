"""Loads a directory of people: who is a colleague, which addresses are one person's, what they are called."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from wkw import identity
from wkw.addresses import address_key, company_domain
from wkw.errors import Ambiguous, Forbidden, InputError
from wkw.graph import Graph
from wkw.model import Listing, folded
from wkw.settings import Settings

BATCH = 500  # people a transaction
FIRST_DAY, NO_END = 0, 2_932_896  # 1970 and the year 9999
FROM_DIRECTORY = 2**53  # later than any message: the directory's name stays
SHARING = True


@dataclass(slots=True)
class Loaded:
    """What became of a directory: people stored, made one of several, and left out because sharing is off.

    `closed` holds the keys of the addresses whose person's data must go.
    """

    submitted: int = 0
    stored: int = 0
    joined: int = 0
    suppressed: int = 0
    closed: list[str] = field(default_factory=list)


def load(graph: Graph, settings: Settings, listings: Sequence[Listing], *, day: int) -> Loaded:
    """Stores a directory; `day` is today's UTC day number. An address that two people claim is refused beforehand."""
    _check_claims(listings)
    loaded = Loaded(submitted=len(listings))
    for start in range(0, len(listings), BATCH):
        _store(graph, settings, listings[start : start + BATCH], loaded, day=day)
    return loaded


def _check_claims(listings: Sequence[Listing]) -> None:
    claims: dict[str, int] = {}
    for number, listing in enumerate(listings, 1):
        for uri in _uris(listing):
            if claims.setdefault(uri, number) != number:
                raise InputError(f"People {claims[uri]} and {number} of the directory claim the same address.")


def _store(graph: Graph, settings: Settings, listings: Sequence[Listing], loaded: Loaded, *, day: int) -> None:
    if not listings:
        return
    params = _parameters(settings, listings)
    row = graph.row("people/store", day=day, sharing=SHARING, **params)
    assert row is not None  # noqa: S101 - an aggregate always returns a row
    loaded.stored += row["stored"]
    loaded.suppressed += len(row["suppressed"])
    loaded.closed += [params["rows"][n]["keys"][0] for n in row["suppressed"]]
    for n in row["join"]:
        _join(graph, listings[n], params["rows"][n]["keys"], day=day)
        loaded.joined += 1
    _store(graph, settings, [listings[n] for n in row["join"]], loaded, day=day)


def _join(graph: Graph, listing: Listing, keys: list[str], *, day: int) -> None:
    addresses = [
        {"key": key, "uri": uri, "id": secrets.token_hex(12), "own": False}
        for key, uri in zip(keys, _uris(listing), strict=True)
    ]
    identity.join(graph, addresses, colleague=listing.kind == "colleague", day=day)


def _parameters(settings: Settings, listings: Sequence[Listing]) -> dict[str, Any]:
    rows = [_row(settings, listing) for listing in listings]
    addresses = [
        {"key": key, "uri": uri, "row": position}
        for position, listing in enumerate(listings)
        for key, uri in zip(rows[position]["keys"], _uris(listing), strict=True)
    ]
    return {"addresses": sorted(addresses, key=lambda address: str(address["key"])), "rows": rows}


def _row(settings: Settings, listing: Listing) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(12),
        "keys": [address_key(settings.address_key, uri) for uri in _uris(listing)],
        "colleague": listing.kind == "colleague",
        "facts": _facts(listing),
        "company": _company(listing),
    }


def _facts(listing: Listing) -> dict[str, Any]:
    """What the directory says of a person; what it leaves out stays as it was."""
    facts: dict[str, Any] = {"title": listing.title, "region": listing.region, "department": listing.department}
    if listing.name:
        facts |= {"name": listing.name, "folded_name": folded(listing.name), "named_at": FROM_DIRECTORY}
    if listing.kind == "colleague":
        first, until = listing.first_day, listing.until_day
        facts |= {"from": FIRST_DAY if first is None else first, "until": NO_END if until is None else until}
    else:
        facts["lead"] = listing.kind == "lead"
    return {name: value for name, value in facts.items() if value is not None}


def _company(listing: Listing) -> dict[str, str] | None:
    name = listing.domain or company_domain(listing.address)
    if listing.kind == "colleague" or not name:
        return None
    return {"domain": name, "id": secrets.token_hex(12), "name": listing.company or name}


def _uris(listing: Listing) -> list[str]:
    return list(dict.fromkeys([listing.address, *listing.aliases, *([listing.crm_id] if listing.crm_id else [])]))


def colleague_key(graph: Graph, *, day: int, person: str | None = None, name: str | None = None) -> str:
    """The address key of the only colleague of a person id or name; Ambiguous tells the candidates."""
    found = graph.rows("people/colleagues", id=person, folded_name=folded(name) if name else None, day=day)
    if not found:
        raise Forbidden("The asker is not a colleague.", remedy="Name the asker by an address of an own domain.")
    if len(found) > 1:
        raise Ambiguous("Several colleagues have that name.", candidates=found)
    return str(found[0]["key"])
