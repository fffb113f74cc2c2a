"""Excludes groups of colleagues, by department, region or title: nobody of them is shown, also who joins later.

Whoever a directory lists is put where groups and the policy of their region want them, before anything is stored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from wkw import exclusions, people, policy, sharing
from wkw.connectors.exclusions import Patterns, Reason
from wkw.exclusions import GROUPS, Rule
from wkw.graph import Graph, Row
from wkw.ledger import OWN, POLICY, By, ledger
from wkw.model import Listing, folded
from wkw.moment import Moment
from wkw.people import Loaded, Plan
from wkw.regions import Policies
from wkw.settings import Settings, fingerprint

PAGE = 10_000  # people looked at at once


@dataclass(frozen=True, slots=True)
class Covered:
    """What rules cover: addresses and interactions, which are deleted, and colleagues, who are switched off."""

    addresses: int
    interactions: int | None
    colleagues: int


def load(
    graph: Graph,
    settings: Settings,
    listings: Sequence[Listing],
    *,
    at: Moment,
    directory: bool = True,
    reason: Reason,
) -> Loaded:
    """Loads a directory; of whom a rule or a policy covers nothing is stored, and who is covered no more is open.

    Whoever's gate is closed is purged. Rules and policies are looked at again at the end: one may have been made
    meanwhile.
    """
    held, policies = _rules(graph), policy.policies(graph)
    colleagues = [one for one in listings if one.kind == "colleague" and not reason(one.address)]
    for listing, kept_off in zip(colleagues, _placed(graph, settings, policies, colleagues), strict=True):
        _sort(graph, settings, listing, held, kept_off, at=at)
    loaded = people.load(graph, settings, listings, day=at.day, directory=directory, reason=reason)
    sharing.spread(graph, settings, *loaded.closed, now=at.now)
    exclude(graph, settings, [rule for rule in _rules(graph) if rule not in held], at=at)
    if policy.policies(graph).number != policies.number:
        policy.apply(graph, settings, now=at.now)
    return loaded


def plan(graph: Graph, settings: Settings, listings: Sequence[Listing], *, reason: Reason) -> Plan:
    """What loading a directory would change; of whom a group's rule or a policy covers nothing is stored."""
    rules = _rules(graph)
    colleagues = [one for one in listings if one.kind == "colleague"]
    kept_off = dict(zip(colleagues, _placed(graph, settings, policy.policies(graph), colleagues), strict=True))

    def hidden(listing: Listing) -> bool:
        covered = any(_covers(rule, asdict(listing)) for rule in rules)
        return listing.kind == "colleague" and (covered or kept_off[listing] is not None)

    return people.plan(graph, settings, listings, reason=reason, hidden=hidden)


def exclude(graph: Graph, settings: Settings, made: Iterable[Rule], *, at: Moment) -> int:
    """Closes the gates of all colleagues whom rules about groups cover, and purges them; gives how many."""
    found = list(covered(graph, made))
    for row, rule in found:
        receipt = _close(graph, settings, [row["key"]], _cause(rule), by="group", at=at)
        done = sharing.shown(settings, row["key"], receipt)
        exclusions.note(graph, rule, addresses=done.addresses, interactions=done.interactions)
    return len({row["id"] for row, _ in found})


def carry_out(
    graph: Graph,
    settings: Settings,
    made: Sequence[Rule],
    *,
    at: Moment,
    progress: Callable[[int], None] = lambda interactions: None,
) -> Covered:
    """Writes rules down and deletes what they cover; again, or after a kill, it goes on."""
    for rule in made:
        exclusions.add(graph, settings, rule)
    gone = exclusions.purge(graph, settings, made, day=at.day, progress=progress)
    return Covered(gone["addresses"], gone["interactions"], exclude(graph, settings, made, at=at))


def forecast(graph: Graph, settings: Settings, made: Sequence[Rule]) -> Covered:
    """What rules would cover that are not made yet; of interactions nothing is foretold."""
    members = {row["id"] for row, _ in covered(graph, made)}
    return Covered(exclusions.affected(graph, settings, made), None, len(members))


def covered(graph: Graph, made: Iterable[Rule]) -> Iterator[tuple[Row, Rule]]:
    """The colleagues who are not switched off, each with a rule about groups that covers them."""
    rules = [rule for rule in made if rule.scope in GROUPS]
    after = ""
    while rules and (page := graph.rows("groups/people", after=after, limit=PAGE)):
        after = page[-1]["id"]
        yield from ((row, rule) for row in page if row["key"] for rule in rules if _covers(rule, row))


def lift(graph: Graph, settings: Settings, rule: Rule, *, at: Moment) -> int:
    """Opens the gates, from now on, of whom nothing but a lifted rule kept off; gives how many it had covered."""
    rows = ledger(settings).off_for(_cause(rule)) if rule.scope in GROUPS else []
    for row in rows:
        sharing.lift(graph, settings, row["keys"][0], now=at.now, by="group", cause=_cause(rule))
    return len(rows)


def _rules(graph: Graph) -> list[Rule]:
    return [rule for rule in exclusions.listed(graph) if rule.scope in GROUPS]


def _placed(graph: Graph, settings: Settings, policies: Policies, colleagues: Sequence[Listing]) -> list[str | None]:
    members = [(people.keys(settings, listing), listing.region) for listing in colleagues]
    return policy.placed(graph, settings, policies, members)


def _sort(
    graph: Graph, settings: Settings, listing: Listing, rules: list[Rule], kept_off: str | None, *, at: Moment
) -> None:
    """Closes for what covers a row of a directory, and lifts what covered it; what it leaves out stays."""
    member, keys, book = asdict(listing), people.keys(settings, listing), ledger(settings)
    covering: dict[str, By] = {_cause(rule): "group" for rule in rules if _covers(rule, member)}
    covering |= {kept_off: "policy"} if kept_off else {}
    for cause, by in covering.items():
        _close(graph, settings, keys, cause, by=by, at=at)
    member["policy"] = listing.region
    for cause in book.causes(keys):
        if cause != OWN and cause not in covering and member[cause.partition(":")[0]]:
            by = "directory" if cause.startswith(POLICY) else "group"
            held = next(key for key in keys if cause in book.causes([key]))
            sharing.lift(graph, settings, held, now=at.now, by=by, cause=cause)


def _close(graph: Graph, settings: Settings, keys: list[str], cause: str, *, by: By, at: Moment) -> str:
    receipt = sharing.close(graph, settings, *keys, now=at.now, by=by, cause=cause)
    sharing.finish(graph, settings, now=at.now, key=keys[0])
    return receipt.id


def _covers(rule: Rule, member: Mapping[str, Any]) -> bool:
    told = folded(member[rule.scope] or "")
    return _pattern(rule.value).fit_words(told) if rule.scope == "title" else told == rule.value


@lru_cache(maxsize=1 << 10)
def _pattern(words: str) -> Patterns:
    return Patterns.of([words])


def _cause(rule: Rule) -> str:
    """What the ledger knows of a rule: what it looks at, and for what as a digest; it says nothing about the person."""
    return f"{rule.scope}:{fingerprint(rule.value.encode())}"
