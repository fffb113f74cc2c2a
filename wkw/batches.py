"""Edges on their way into the graph, in batches as `ingest/store` takes them; nothing here touches the graph."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from wkw.addresses import company_domain
from wkw.interactions import DAY, weight
from wkw.model import Event, folded

Names: TypeAlias = dict[str, tuple[int, str]]  # when somebody was called so, and how, by URI

SIZE = 5_000  # edges a transaction: half a second, and as long do its locks hold


class Edge(NamedTuple):
    """An interaction on its way into the graph: keys in order, `ahead` when it runs from `a` to `b`."""

    a: str
    b: str
    ahead: bool
    id: str
    facts: dict[str, Any]
    event: int  # position of its event

    @property
    def rank(self) -> tuple[Any, ...]:
        """Of two versions the greater one stays, whatever came first; `ingest/store` compares in the same way."""
        f = self.facts
        return f["rev"], f["weight"] == 0, f["tier"], f["weight"], f["at"], f["channel"], f.get("placed", False)


class Repeat(NamedTuple):
    """An edge whose id came twice: `older` when it came first and a newer version replaced it."""

    edge: Edge
    older: bool


def facts(event: Event) -> dict[str, Any]:
    """What each edge of an event holds beside its id."""
    return {
        "at": event.at,
        "day": event.at // DAY,
        "channel": event.channel,
        "weight": weight(event),
        "tier": event.tier,
        "source": event.source,
        "rev": event.rev,
    }


def missed(event: Event, rev: int) -> dict[str, Any]:
    """What an edge holds between two who did not meet, which is known as of `rev`."""
    return facts(event) | {"weight": 0.0, "rev": rev}


def distinct(edges: Iterable[Edge]) -> tuple[list[Edge], list[Repeat]]:
    """The newest version of each edge, sorted by pair, and what it made needless."""
    kept: dict[str, Edge] = {}
    repeats = []
    for edge in edges:
        other = kept.setdefault(edge.id, edge)
        if other is not edge:
            newer = edge.rank > other.rank
            kept[edge.id] = edge if newer else other
            repeats.append(Repeat(other if newer else edge, older=newer))
    return sorted(kept.values(), key=attrgetter("a", "b")), repeats


def batches(edges: list[Edge]) -> Iterator[list[Edge]]:
    """Edges sorted by pair, in runs of at most SIZE."""
    return (edges[start : start + SIZE] for start in range(0, len(edges), SIZE))


def parameters(edges: list[Edge], uris: Mapping[str, str], own: frozenset[str], names: Names) -> dict[str, Any]:
    """A batch as parameters: `uris` by key, `own` the URIs of own domains, `names` (time, name) by URI."""
    keys = sorted({key for edge in edges for key in (edge.a, edge.b)})
    positions = {key: position for position, key in enumerate(keys)}
    sources = _sources(edges)
    events: list[dict[str, Any]] = []
    return {
        "addresses": [_address(n, key, uris[key], sources[key], own, names) for n, key in enumerate(keys)],
        "pairs": [
            _pair(positions[a], positions[b], list(run), events)
            for (a, b), run in groupby(edges, key=attrgetter("a", "b"))
        ],
        "events": events,
    }


def _sources(edges: list[Edge]) -> dict[str, str]:
    """Where each key of a batch was read first."""
    backwards = sorted(edges, key=attrgetter("event"), reverse=True)
    return {key: edge.facts["source"] for edge in backwards for key in (edge.a, edge.b)}


def _address(n: int, key: str, uri: str, source: str, own: frozenset[str], names: Names) -> dict[str, Any]:
    named_at, name = names.get(uri) or (None, None)
    return {
        "n": n,
        "key": key,
        "uri": uri,
        "source": source,
        "own": uri in own,
        "id": secrets.token_hex(12),
        "name": name,
        "folded_name": folded(name) if name else None,
        "named_at": named_at,
    }


def companies(addresses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The companies of a batch's outsiders with the positions of their addresses, sorted: a lock order of its own."""
    members: dict[str, list[int]] = {}
    for address in addresses:
        if not address["own"] and (name := company_domain(address["uri"])):
            members.setdefault(name, []).append(address["n"])
    return [{"domain": name, "id": secrets.token_hex(12), "members": members[name]} for name in sorted(members)]


def _pair(a: int, b: int, edges: list[Edge], events: list[dict[str, Any]]) -> dict[str, Any]:
    """A pair's edge ids, each with the position of its facts; facts shared with the edge before are sent once."""
    there: dict[str, int] = {}
    back: dict[str, int] = {}
    for edge in edges:
        if not events or events[-1] is not edge.facts:
            events.append(edge.facts)
        (there if edge.ahead else back)[edge.id] = len(events) - 1
    return {"a": a, "b": b, "there": there, "back": back}
