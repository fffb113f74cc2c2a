"""The rules by which addresses are nobody's and domains no company's: made, lifted, carried out, counted, explained.

Rules about groups of colleagues are kept and listed with them; `wkw.groups` carries them out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

from wkw.addresses import address_key, canonical, canonical_domain, domain, is_free_mail, is_public_suffix
from wkw.connectors.exclusions import Patterns, address_reason, words
from wkw.errors import AddressError, GraphBusy, InputError, NotFound
from wkw.graph import Graph, Row
from wkw.identity import ATTEMPTS, beside, unmerge
from wkw.keyed import keyed, unchanged
from wkw.model import folded
from wkw.settings import Settings

Scope: TypeAlias = Literal["address", "domain", "pattern", "private", "company", "department", "region", "title"]

PAGE = 10_000  # addresses read at once
CHUNK = 2_000  # interactions a transaction
PRIVATE = "private"
GROUPS = ("department", "region", "title")  # of colleagues
SHORTEST = 3  # letters of a pattern: shorter ones fit names of people
SHOWN = 8  # digits of an address's key, in place of the address


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule covers; the value of an address is its key, so that no excluded address is stored.

    `include` makes it an exception from what would exclude otherwise; `at` is epoch milliseconds; `addresses` and
    `interactions` were purged for it.
    """

    scope: Scope
    value: str
    include: bool = False
    reason: str = ""
    author: str = ""
    at: int = 0
    addresses: int = 0
    interactions: int = 0

    @property
    def key(self) -> str:
        """What it is known by in the graph."""
        return f"{self.scope}:{self.value}"

    @property
    def name(self) -> str:
        """How it is called in counts and tables."""
        return f"{self.scope} {self.value[:SHOWN] if self.scope == 'address' else self.value}".strip()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an address is nobody's, and the rule of one's own that says so, if one does."""

    reason: str
    rule: Rule | None = None


class Rules:
    """All rules in force, the built-in ones among them; the narrowest decides, of equals that of one's own."""

    def __init__(self, settings: Settings, own: Iterable[Rule]):
        self.own = {rule.key: rule for rule in own}
        self._secret = settings.address_key
        self.reason = lru_cache(maxsize=1 << 16)(self._reason)

    def why(self, uri: str) -> Verdict | None:
        """Why a canonical URI is nobody's; None where it may be a person's."""
        for rule in self._fitting(uri):
            return None if rule.include else Verdict(rule.name, rule)
        built_in = address_reason(uri)
        return Verdict(built_in) if built_in else None

    def _reason(self, uri: str) -> str | None:
        verdict = self.why(uri)
        return verdict.reason if verdict else None

    def _fitting(self, uri: str) -> Iterator[Rule]:
        """The rules of one's own that cover an address, the narrowest first."""
        keys = [f"address:{address_key(self._secret, uri)}"] if self._by_address else []
        name = domain(uri) or ""
        labels = name.split(".") if name else []
        keys += [f"domain:{'.'.join(labels[n:])}" for n in range(len(labels))]
        yield from (self.own[key] for key in keys if key in self.own)
        yield from (self.own[f"pattern:{pattern}"] for pattern, fits in self._patterns if fits.fit(uri))
        if name and is_free_mail(name) and (private := self.own.get(f"{PRIVATE}:")):
            yield private

    @cached_property
    def _by_address(self) -> bool:
        return any(rule.scope == "address" for rule in self.own.values())

    @cached_property
    def _patterns(self) -> list[tuple[str, Patterns]]:
        return [(rule.value, Patterns.of([rule.value])) for rule in self.own.values() if rule.scope == "pattern"]


def rules(graph: Graph, settings: Settings) -> Rules:
    """The rules in force now."""
    return Rules(settings, listed(graph))


def listed(graph: Graph) -> list[Rule]:
    """All rules of one's own."""
    return [Rule(**{name: row[name] for name in Rule.__slots__}) for row in graph.rows("exclusions/listed")]


def counts(graph: Graph) -> list[Row]:
    """How many records were excluded by each reason (reason, records, last in epoch milliseconds), most first."""
    return graph.rows("exclusions/counts")


def count(graph: Graph, reasons: Mapping[str, int], *, now: int) -> None:
    """Adds to the counts of what was excluded."""
    if reasons:
        found = [{"reason": reason, "records": n} for reason, n in sorted(reasons.items())]
        graph.row("exclusions/count", counts=found, now=now)


def settle(graph: Graph, settings: Settings, held: Rules, reasons: Mapping[str, int], *, now: int, day: int) -> None:
    """Counts what a source's reading under `held` excluded, and carries out the rules that somebody made meanwhile."""
    count(graph, reasons, now=now)
    known = {key for key, rule in held.own.items() if not rule.include}
    if made := [rule for key, rule in rules(graph, settings).own.items() if key not in known and not rule.include]:
        purge(graph, settings, made, day=day)


FORMS = (
    "Write kund.example, lea@kund.example, pattern:*fundraising*, company:freemail.example, private, or of colleagues "
    "department:Legal, region:Ticino, title:*counsel*."
)


def parsed(settings: Settings, text: str) -> tuple[Scope, str]:
    """What a rule in words covers: an address, a domain, `pattern:WORDS`, `company:DOMAIN`, `private`, a group."""
    kind, colon, rest = text.strip().partition(":")
    if text.strip() == PRIVATE:
        return "private", ""
    if kind == "pattern" and colon:
        return "pattern", _pattern(rest)
    if kind == "company" and colon:
        return "company", _domain(settings, rest)
    if kind == "title" and colon:
        return "title", folded(_pattern(rest))
    if kind == "department" and colon:
        return "department", _named(rest)
    if kind == "region" and colon:
        return "region", _named(rest)
    if "@" in text.strip()[1:] or kind in {"mailto", "tel", "crm"}:
        return "address", address_key(settings.address_key, canonical(text))
    return "domain", _domain(settings, text.strip().removeprefix("@"))


def _domain(settings: Settings, text: str) -> str:
    try:
        name = canonical_domain(text)
    except AddressError as error:
        raise InputError("That is no domain, and no address.", remedy=FORMS) from error
    if any(own == name or own.endswith("." + name) for own in settings.domains):
        raise InputError("That would cover an own domain.", remedy="Name single addresses of colleagues.")
    if is_public_suffix(name):
        raise InputError("Everybody may have a domain below that one.", remedy="Name the domain of one owner.")
    return name


def _pattern(text: str) -> str:
    if len("".join(words(text))) < SHORTEST:
        raise InputError(
            "A pattern needs at least three letters.",
            remedy="Write words with stars, as in pattern:*fundraising*; digits and punctuation do not count.",
        )
    return text.strip().casefold()


def _named(text: str) -> str:
    if not folded(text):
        raise InputError("Nothing stands behind the colon.", remedy=FORMS)
    return folded(text)


def add(graph: Graph, settings: Settings, rule: Rule) -> None:
    """Writes a rule down, over an older one of the same scope and value; what it covers has to be purged then."""
    facts = {"scope": rule.scope, "value": rule.value, "include": rule.include, "reason": rule.reason}
    keyed(graph, "exclusions/add", settings, rule=rule.key, author=rule.author, now=rule.at, **facts)


def include(graph: Graph, settings: Settings, rule: Rule) -> bool:
    """Lifts a rule, or makes an exception of an address or a domain without one; whether there was a rule to lift."""
    held = rules(graph, settings).own.get(rule.key)
    if held and not held.include:
        graph.row("exclusions/lift", rule=rule.key)
        return True
    if held or rule.scope not in ("address", "domain"):
        raise NotFound("There is no such rule to lift.", remedy="`wkw exclusions` lists the rules.")
    add(graph, settings, replace(rule, include=True))
    return False


def affected(graph: Graph, settings: Settings, made: Sequence[Rule]) -> int:
    """How many addresses in the graph rules would cover that are not made yet; those about groups cover none."""
    found = Rules(settings, [*listed(graph), *made])
    return sum(1 for _, _, rule in _covered(graph, found, made) if rule in made)


def purge(
    graph: Graph,
    settings: Settings,
    made: Iterable[Rule] | None = None,
    *,
    day: int,
    progress: Callable[[int], None] = lambda interactions: None,
) -> Counter[str]:
    """Deletes what the rules cover that were made, by default all; gives addresses and interactions deleted.

    Again, or after a kill, it goes on.
    """
    found, gone = rules(graph, settings), Counter[str]()
    covered = list(_covered(graph, found, list(found.own.values() if made is None else made)))
    unchanged(graph, settings)
    for key, uri, rule in covered:
        interactions = _purged(graph, settings, key, uri, day=day)
        note(graph, rule, addresses=1, interactions=interactions)
        gone.update(addresses=1, interactions=interactions)
        progress(interactions)
    for rule in found.own.values():
        if rule.scope == "company" and not rule.include:
            graph.row("exclusions/dissolve", domain=rule.value)
    return gone


def note(graph: Graph, rule: Rule, *, addresses: int, interactions: int) -> None:
    """Adds to a rule what was purged for it."""
    graph.row("exclusions/purged", rule=rule.key, addresses=addresses, interactions=interactions)


def _covered(graph: Graph, found: Rules, made: Sequence[Rule]) -> Iterator[tuple[str, str, Rule]]:
    """The addresses in the graph that rules of one's own cover; where those made name addresses alone, of these."""
    keys = sorted(rule.value for rule in made if rule.scope == "address")
    some = all(rule.scope in ("address", "company", *GROUPS) for rule in made)
    for row in graph.rows("exclusions/named", keys=keys) if some else _everybody(graph):
        if row["uri"] and (verdict := found.why(row["uri"])) and verdict.rule:
            yield row["key"], row["uri"], verdict.rule


def _everybody(graph: Graph) -> Iterator[Row]:
    after = ""
    while page := graph.rows("exclusions/addresses", after=after, limit=PAGE):
        after = page[-1]["key"]
        yield from page


def _purged(graph: Graph, settings: Settings, key: str, uri: str, *, day: int) -> int:
    """Deletes an address, and the CRM ids of its person where these alone would be left; gives interactions deleted."""
    others = beside(graph, key)
    ids = others if all(other.startswith("crm:") for other in others) else []
    return sum(_deleted(graph, settings, one, day=day) for one in (*ids, uri))


def _deleted(graph: Graph, settings: Settings, uri: str, *, day: int) -> int:
    """Deletes an address, again where it was merged with another one meanwhile; gives interactions deleted."""
    key, interactions = address_key(settings.address_key, uri), 0
    for _ in range(ATTEMPTS):
        with suppress(NotFound):  # it is the only one
            unmerge(graph, settings, uri, day=day)  # the person keeps the other addresses, and what is theirs
        graph.row("exclusions/erase", key=key, day=day)
        while (row := graph.row("exclusions/purge", key=key, day=day, limit=CHUNK)) and row["deleted"]:
            interactions += row["deleted"]
        unchanged(graph, settings)
        if not beside(graph, key):
            return interactions
    raise GraphBusy("Somebody else is changing the same people.")
