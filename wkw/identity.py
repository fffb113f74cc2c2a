"""Says which addresses are one person's: joins them, parts them, and suggests; nothing is guessed."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

from rapidfuzz import fuzz

from wkw.addresses import address_key, company_domain
from wkw.errors import Ambiguous, GraphBusy, InputError, NotFound
from wkw.graph import Graph, Row
from wkw.model import Target, folded
from wkw.settings import Settings
from wkw.strength import SMALL_MEETING

ATTEMPTS = 5  # of who merges while somebody else changes the same people
Found: TypeAlias = tuple[Row, Row, str, float]

PAGE = 2_000  # people looked at at once
LIKE = 92  # of 100: how alike the names of one person are
LIKE_WORD = 75  # and the word of them that differs: Eric and Erik
SHARING = True  # of an address never seen before


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two people (id, name, company) who may be one, why, and how sure that is, from 0 to 1."""

    certainty: float
    reason: str
    one: Row
    other: Row


def merge(graph: Graph, settings: Settings, one: Target, other: Target, *, day: int) -> list[str]:
    """Makes one person of two, of an address never seen too; sharing that is off for one of them is off for both.

    Gives the keys of the person's addresses where their data must go then. Nothing else tells an address that opted out
    from one that was never seen, so a second time is no error: of an address that opted out it could not be told.
    """
    addresses = [_address(graph, settings, who) for who in (one, other)]
    if addresses[0]["key"] == addresses[1]["key"]:
        raise InputError("Both are the same.", remedy="Name two addresses, ids or names of people who are one.")
    return list(join(graph, settings, addresses, colleague=False, day=day)["closed"])


def join(graph: Graph, settings: Settings, addresses: Sequence[Row], *, colleague: bool, day: int) -> Row:
    """Makes one person of all whom addresses (key, uri, source, id, own) belong to, a colleague if so told."""
    return _tried(
        lambda: graph.row(
            "identity/join",
            addresses=sorted(addresses, key=lambda address: str(address["key"])),
            colleague=colleague,
            day=day,
            sharing=SHARING,
            address_print=settings.address_print,
            small_meeting=SMALL_MEETING,
        )
    )


def unmerge(graph: Graph, settings: Settings, uri: str, *, day: int) -> None:
    """Gives one of a person's addresses a nameless person of its own; NotFound where it has no other."""
    key, new = address_key(settings.address_key, uri), secrets.token_hex(12)
    own = settings.owns(uri)

    def part() -> Row | None:
        others = beside(graph, key)
        if not others:
            raise NotFound(
                "The address is its person's only one, or nobody's.", remedy="Name one of a person's several addresses."
            )
        return graph.row(
            "identity/part",
            key=key,
            id=new,
            own=own,
            company=None if own else company(company_domain(uri)),
            domains=sorted({name for other in others if (name := company_domain(other))}),
            day=day,
            small_meeting=SMALL_MEETING,
        )

    _tried(part)


def beside(graph: Graph, key: str) -> list[str]:
    """The URIs of the other addresses of the person behind an address key; none where sharing is off."""
    row = graph.row("identity/addresses", key=key)
    return [str(uri) for uri in row["uris"]] if row else []


def company(domain: str | None, name: str | None = None) -> dict[str, str] | None:
    """The company of a domain as the queries take it, by the domain's name where it has no other."""
    return {"domain": domain, "id": secrets.token_hex(12), "name": name or domain} if domain else None


def suggestions(graph: Graph, *, limit: int) -> list[Suggestion]:
    """Pairs of people who may be one, the most certain first; nobody who opted out, and nothing is merged."""
    return suggested(list(_everybody(graph)))[:limit]


def suggested(people: Sequence[Row]) -> list[Suggestion]:
    """Which of some people may be one, the most certain first: by exact rules, then by names that differ in a word.

    Of each pair the surest reason is told.
    """
    found: dict[tuple[str, str], Suggestion] = {}
    for rule in (_same_firm, _same_mailbox, _similar):
        for one, other, reason, certainty in rule(people):
            pair = (one, other) if one["id"] < other["id"] else (other, one)
            found.setdefault((pair[0]["id"], pair[1]["id"]), Suggestion(certainty, reason, *map(_shown, pair)))
    return sorted(found.values(), key=lambda one: (-one.certainty, one.one["id"], one.other["id"]))


def _everybody(graph: Graph) -> Iterator[Row]:
    after = ""
    while (page := graph.row("identity/people", after=after, limit=PAGE)) and page["last"] is not None:
        yield from page["people"]
        after = page["last"]


def _shown(person: Row) -> Row:
    return {word: person[word] for word in ("id", "name", "company")}


def _firm(person: Row) -> Hashable:
    """Where somebody works: colleagues all at one place, contacts at their company."""
    return True if person["colleague"] else person["firm"]


def _same_firm(people: Sequence[Row]) -> Iterator[Found]:
    for one, other in _pairs(people, lambda p: {(_firm(p), p["folded_name"])} if _firm(p) else set()):
        yield one, other, "same name, same company", 0.95


def _same_mailbox(people: Sequence[Row]) -> Iterator[Found]:
    for one, other in _pairs(people, lambda p: {(p["folded_name"], local) for local in _locals(p)}):
        yield one, other, "same name, same mailbox at two domains", 0.9


def _locals(person: Row) -> set[str]:
    return {uri.removeprefix("mailto:").rpartition("@")[0] for uri in person["uris"] if uri.startswith("mailto:")}


def _similar(people: Sequence[Row]) -> Iterator[Found]:
    """People at one company whose names have a word in common; all others are too far apart to be looked at."""
    for one, other in _pairs(
        people, lambda p: {(_firm(p), w) for w in p["folded_name"].split()} if _firm(p) else set()
    ):
        likeness = fuzz.token_sort_ratio(one["folded_name"], other["folded_name"], score_cutoff=LIKE)
        if likeness and _misspelt(one["folded_name"].split(), other["folded_name"].split()):
            yield one, other, "similar name, same company", round(likeness / 100 * 0.9, 2)


def _misspelt(one: list[str], other: list[str]) -> bool:
    """Whether names differ in the order of their words or in one word that is spelled alike: Berg and Bergh.

    Another initial or another middle name is another person's.
    """
    here, there = [word for word in one if word not in other], [word for word in other if word not in one]
    if not here and not there:
        return True
    return len(here) == len(there) == 1 and fuzz.ratio(here[0], there[0]) >= LIKE_WORD


def _pairs(people: Sequence[Row], keys: Callable[[Row], set[Hashable]]) -> Iterator[tuple[Row, Row]]:
    """Every two people who have a key in common, in each of their blocks."""
    blocks: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for person in people:
        for key in keys(person):
            blocks[key].append(person)
    for block in blocks.values():
        yield from combinations(block, 2)


def _tried(write: Callable[[], Row | None]) -> Row:
    for _ in range(ATTEMPTS):
        if row := write():
            return row
    raise GraphBusy("Somebody else is changing the same people.")


def _address(graph: Graph, settings: Settings, who: Target) -> dict[str, Any]:
    """An address of whom a target names; of an id or a name it must be the only person."""
    made = {
        "uri": who.uri,
        "source": "merge",
        "id": secrets.token_hex(12),
        "own": bool(who.uri) and settings.owns(str(who.uri)),
    }
    if who.uri:
        return made | {"key": address_key(settings.address_key, who.uri)}
    found = graph.rows("identity/named", id=who.id, folded_name=folded(who.name) if who.name else None)
    if not found:
        raise NotFound("There is nobody of that id or name.", remedy="Name the person by an address.")
    if len(found) > 1:
        raise Ambiguous("Several people have that name.", candidates=found)
    return made | {"key": found[0]["key"]}
