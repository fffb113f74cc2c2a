"""Loads a directory of people: who is a colleague, which addresses are one person's, what they are called."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from wkw import identity
from wkw.addresses import address_key, company_domain
from wkw.connectors.exclusions import Reason, address_reason
from wkw.errors import InputError
from wkw.graph import Graph, Row
from wkw.keyed import keyed
from wkw.model import Listing, folded
from wkw.settings import Settings

BATCH = 500  # people a transaction
PAGE = 10_000  # people looked at at once
FIRST_DAY, NO_END = 0, 2_932_896  # 1970 and the year 9999
FROM_DIRECTORY = 2**53  # later than any message: the directory's name stays
SHARING = True


@dataclass(slots=True)
class Loaded:
    """What became of a directory: people stored, made one of several, left out because sharing is off, or no persons.

    `excluded` counts rows and `left_out` aliases by the reason why nobody is behind them; `closed` holds the keys of
    all addresses of each whose data must go; `reread` the sources with what a new colleague had as a contact.
    """

    submitted: int = 0
    stored: int = 0
    joined: int = 0
    suppressed: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    closed: list[list[str]] = field(default_factory=list)
    reread: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Plan:
    """What a directory changes: a person may be in several counts, but is in `new` or `unchanged` alone.

    The first five say what becomes of the rows, as `Loaded` does. `missing` counts those whom the directory listed
    before and this file does not, `wrong` says of which kind more than half are; `unlisted` holds URIs that it gave
    somebody before and does not give any more.
    """

    submitted: int = 0
    stored: int = 0
    suppressed: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    new: int = 0
    joined: int = 0
    leavers: int = 0
    renamed: int = 0
    moved: int = 0
    aliases: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    wrong: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


def load(
    graph: Graph,
    settings: Settings,
    listings: Sequence[Listing],
    *,
    day: int,
    directory: bool = True,
    reason: Reason = address_reason,
) -> Loaded:
    """Stores a directory; `day` is today's UTC day number. An address that two people claim is refused beforehand.

    What does not list everybody is no `directory`: who is missing there is not compared. `reason` tells why an address
    is nobody's.
    """
    _check_claims(listings)
    loaded = Loaded(submitted=len(listings))
    persons = _persons(listings, loaded, reason)
    for name, domains in _subsidiaries(persons):
        graph.row("people/companies", id=secrets.token_hex(12), name=name, domains=domains)
    for start in range(0, len(persons), BATCH):
        batch = persons[start : start + BATCH]
        _store(graph, settings, batch, loaded, day=day, listed=day if directory else None)
    return loaded


def plan(
    graph: Graph,
    settings: Settings,
    listings: Sequence[Listing],
    *,
    reason: Reason = address_reason,
    hidden: Callable[[Listing], bool] = lambda listing: False,
) -> Plan:
    """What loading a directory would change; an address that two people claim is refused.

    `hidden` tells of whom nothing is stored.
    """
    _check_claims(listings)
    found = Plan(submitted=len(listings))
    persons = _persons(listings, found, reason)
    listed: dict[str, bool] = {}  # whom the file names of those listed before, and whether they are colleagues
    for listing, row in zip(persons, _looked_at(graph, settings, persons), strict=True):
        _count(found, row | {"closed": row["closed"] or hidden(listing)})
        listed |= _known(row)
    for row in _looked_at(graph, settings, [one for one in listings if reason(one.address)]):
        listed |= _known(row)  # whom a rule covers is not missing
    kinds = {listing.kind == "colleague" for listing in persons} or {True, False}  # of nobody, both are missing
    for colleague, before in _listed(graph).items():
        if colleague in kinds:
            _compare(found, "colleagues" if colleague else "contacts", before, list(listed.values()).count(colleague))
    return found


def insist_on_all(found: Plan) -> None:
    """Refuses a directory of which more than half of a kind listed before are missing: it is likely the wrong one."""
    if found.wrong:
        raise InputError(
            f"More than half of the {' and of the '.join(found.wrong)} listed before are missing.",
            remedy="Give the whole directory, or confirm that it is (`--confirm`, or `?confirm=true`); a dry run shows "
            "the plan.",
            code="directory_shrank",
        )


def _known(row: Row) -> dict[str, bool]:
    return {one["id"]: one["colleague"] for one in row["people"] if one["listed"]}


def as_data(found: Plan, loaded: Loaded | None) -> dict[str, Any]:
    """A directory's counts as both doors give them; what became of its rows as the plan says, or as it came."""
    became = loaded or found
    return asdict(found) | {
        "stored": became.stored,
        "suppressed": became.suppressed,
        "joined": became.joined,
        "unlisted": [uri.removeprefix("mailto:") for uri in found.unlisted],
    }


def _looked_at(graph: Graph, settings: Settings, persons: Sequence[Listing]) -> Iterator[Row]:
    domains = {domain: names for _, names in _subsidiaries(persons) for domain in names}
    for start in range(0, len(persons), BATCH):
        rows = [_row(settings, listing) for listing in persons[start : start + BATCH]]
        for row in rows:
            if firm := row["company"]:
                firm["domains"] = domains.get(firm["domain"], [firm["domain"]])
        yield from (graph.row("people/plan", rows=rows) or {"rows": []})["rows"]


def _count(found: Plan, row: Row) -> None:
    if row["closed"]:
        found.suppressed += 1
        return
    found.stored += 1
    if not row["people"]:
        found.new += 1
        return
    found.joined += row["joined"]
    found.leavers += row["leaves"]
    found.renamed += row["renamed"] and not row["joined"]
    found.moved += row["moved"]
    found.aliases += row["more"]
    found.unlisted += row["unlisted"]
    told = any(row[word] for word in ("joined", "leaves", "renamed", "moved", "more"))
    found.changed += row["differs"] and not told
    found.unchanged += not (told or row["differs"])


def _compare(found: Plan, kind: str, before: int, still: int) -> None:
    missing = before - still
    found.missing += missing
    if 2 * missing > before:
        found.wrong.append(kind)


def _listed(graph: Graph) -> dict[bool, int]:
    """How many colleagues, and how many others, the directory has listed."""
    counts, after = {True: 0, False: 0}, ""
    while (page := graph.row("people/listed", after=after, limit=PAGE)) and page["last"] is not None:
        counts = {True: counts[True] + page["colleagues"], False: counts[False] + page["others"]}
        after = page["last"]
    return counts


def _persons(listings: Sequence[Listing], counts: Loaded | Plan, reason: Reason) -> list[Listing]:
    """The rows that are persons, without aliases that are nobody's; what is left out is counted by its reason."""
    persons = [listing for listing in listings if not reason(listing.address)]
    counts.excluded = dict(Counter(why for listing in listings if (why := reason(listing.address))))
    counts.left_out = dict(Counter(why for one in persons for uri in one.aliases if (why := reason(uri))))
    return [replace(one, aliases=tuple(uri for uri in one.aliases if not reason(uri))) for one in persons]


def _subsidiaries(persons: Sequence[Listing]) -> list[tuple[str, list[str]]]:
    """Each company that the directory names, with the domains that it has there, both in order.

    A domain that goes by several names has the one that most rows give, of these the first in the alphabet.
    """
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for listing in persons:
        if listing.company and (domain := _domain(listing)):
            names[domain][listing.company] += 1
    domains: defaultdict[str, list[str]] = defaultdict(list)
    for domain in sorted(names):
        domains[min(names[domain], key=lambda name: (-names[domain][name], name))].append(domain)
    return sorted(domains.items())


def _check_claims(listings: Sequence[Listing]) -> None:
    claims: dict[str, int] = {}
    for number, listing in enumerate(listings, 1):
        for uri in listing.uris():
            if claims.setdefault(uri, number) != number:
                raise InputError(f"People {claims[uri]} and {number} of the directory claim the same address.")


def _store(
    graph: Graph, settings: Settings, listings: Sequence[Listing], loaded: Loaded, *, day: int, listed: int | None
) -> None:
    if not listings:
        return
    params = _parameters(settings, listings)
    row = keyed(graph, "people/store", settings, day=day, sharing=SHARING, listed=listed, **params)
    loaded.stored += row["stored"]
    loaded.suppressed += len(row["suppressed"])
    loaded.closed += [params["rows"][n]["keys"] for n in row["suppressed"]]
    for n in row["join"]:
        loaded.reread |= _join(graph, settings, listings[n], params["rows"][n]["keys"], day=day)
        loaded.joined += 1
    _store(graph, settings, [listings[n] for n in row["join"]], loaded, day=day, listed=listed)


def _join(graph: Graph, settings: Settings, listing: Listing, own: list[str], *, day: int) -> set[str]:
    """Joins whom a row names; gives the sources to read again where a contact became a colleague."""
    addresses = [
        {"key": key, "uri": uri, "source": listing.source, "id": secrets.token_hex(12), "own": False}
        for key, uri in zip(own, listing.uris(), strict=True)
    ]
    row = identity.join(graph, settings, addresses, colleague=listing.kind == "colleague", day=day)
    return set(row["sources"]) if row["became"] else set()


def _parameters(settings: Settings, listings: Sequence[Listing]) -> dict[str, Any]:
    rows = [_row(settings, listing) for listing in listings]
    addresses = [
        {"key": key, "uri": uri, "source": listing.source, "row": position}
        for position, listing in enumerate(listings)
        for key, uri in zip(rows[position]["keys"], listing.uris(), strict=True)
    ]
    return {"addresses": sorted(addresses, key=lambda address: str(address["key"])), "rows": rows}


def keys(settings: Settings, listing: Listing) -> list[str]:
    """The address keys of a row, that of its address first."""
    return [address_key(settings.address_key, uri) for uri in listing.uris()]


def _row(settings: Settings, listing: Listing) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(12),
        "keys": keys(settings, listing),
        "colleague": listing.kind == "colleague",
        "facts": _facts(listing),
        "company": _company(listing),
        "since": listing.first_day,
    }


def _facts(listing: Listing) -> dict[str, Any]:
    """What the directory says of a person; what it leaves out stays as it was."""
    facts: dict[str, Any] = {name: getattr(listing, name) for name in ("title", "region", "department", "language")}
    facts["folded_region"] = folded(listing.region) if listing.region else None
    if listing.name:
        facts |= {"name": listing.name, "folded_name": folded(listing.name), "named_at": FROM_DIRECTORY}
    if listing.kind == "colleague":
        first, until = listing.first_day, listing.until_day
        facts |= {"from": FIRST_DAY if first is None else first, "until": NO_END if until is None else until}
    else:
        facts |= {"lead": listing.kind == "lead", "noticed": listing.noticed_day}
    return {name: value for name, value in facts.items() if value is not None}


def _company(listing: Listing) -> dict[str, Any] | None:
    return None if listing.kind == "colleague" else identity.company(_domain(listing), listing.company)


def _domain(listing: Listing) -> str | None:
    """The domain of a person's company; None for free mail and for colleagues."""
    if listing.kind == "colleague":
        return None
    return company_domain(f"mailto:company@{listing.domain}" if listing.domain else listing.address)
