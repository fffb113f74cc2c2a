"""Excludes groups of colleagues, by department, region or title: nobody of them is shown, also who joins later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from wkw import exclusions, people, sharing
from wkw.connectors.exclusions import Patterns, Reason
from wkw.exclusions import GROUPS, Rule
from wkw.graph import Graph, Row
from wkw.ledger import OWN, ledger
from wkw.model import Listing, folded
from wkw.moment import Moment
from wkw.people import Loaded, Plan
from wkw.settings import Settings, fingerprint

PAGE = 10_000  # people looked at at once


def load(
    graph: Graph,
    settings: Settings,
    listings: Sequence[Listing],
    *,
    at: Moment,
    directory: bool = True,
    reason: Reason,
) -> Loaded:
    """Loads a directory; of whom a group's rule covers nothing is stored, and who belongs to none any more is open.

    Whoever's gate is closed is purged. The rules are looked at again at the end: one may have been made meanwhile.
    """
    held = _rules(graph)
    for listing in listings:
        if listing.kind == "colleague" and not reason(listing.address):
            _sort(graph, settings, listing, held, at=at)
    loaded = people.load(graph, settings, listings, day=at.day, directory=directory, reason=reason)
    sharing.spread(graph, settings, *loaded.closed, now=at.now)
    exclude(graph, settings, [rule for rule in _rules(graph) if rule not in held], at=at)
    return loaded


def plan(graph: Graph, settings: Settings, listings: Sequence[Listing], *, reason: Reason) -> Plan:
    """What loading a directory would change; of whom a group's rule covers nothing is stored."""
    rules = _rules(graph)

    def hidden(listing: Listing) -> bool:
        return listing.kind == "colleague" and any(_covers(rule, asdict(listing)) for rule in rules)

    return people.plan(graph, settings, listings, reason=reason, hidden=hidden)


def exclude(graph: Graph, settings: Settings, made: Iterable[Rule], *, at: Moment) -> int:
    """Closes the gates of all colleagues whom rules about groups cover, and purges them; gives how many."""
    found = list(covered(graph, made))
    for row, rule in found:
        receipt = _close(graph, settings, [row["key"]], rule, at=at)
        done = sharing.shown(settings, row["key"], receipt)
        exclusions.note(graph, rule, addresses=done.addresses, interactions=done.interactions)
    return len({row["id"] for row, _ in found})


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


def _sort(graph: Graph, settings: Settings, listing: Listing, rules: list[Rule], *, at: Moment) -> None:
    """Closes for the rules that cover a row of a directory, and lifts what covered it; what it leaves out stays."""
    member, keys = asdict(listing), people.keys(settings, listing)
    covering = {_cause(rule): rule for rule in rules if _covers(rule, member)}
    for rule in covering.values():
        _close(graph, settings, keys, rule, at=at)
    for cause in ledger(settings).causes(keys):
        if cause != OWN and cause not in covering and member[cause.partition(":")[0]]:
            sharing.lift(graph, settings, keys[0], now=at.now, by="group", cause=cause)


def _close(graph: Graph, settings: Settings, keys: list[str], rule: Rule, *, at: Moment) -> str:
    receipt = sharing.close(graph, settings, *keys, now=at.now, by="group", cause=_cause(rule))
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
