"""Switches off the use of a person's data: the gates close at once, then everything but the bare addresses goes."""

from dataclasses import dataclass

from wkw.addresses import address_key
from wkw.graph import Graph
from wkw.settings import Settings

CHUNK = 2_000  # interactions a transaction


@dataclass(frozen=True, slots=True)
class Receipt:
    """What switching off removed: gates closed, interactions, ties and people deleted."""

    addresses: int
    interactions: int
    ties: int
    people: int


def off(graph: Graph, settings: Settings, uri: str, *, day: int) -> Receipt:
    """Closes the gate of every address of the person behind a URI and purges; again, or after a kill, it goes on."""
    key = address_key(settings.address_key, uri)
    closed = graph.row("sharing/close", key=key, day=day)
    return _purged(graph, key, addresses=closed["addresses"] if closed else 0, day=day)


def purge(graph: Graph, *keys: str, day: int) -> None:
    """Purges the people behind address keys whose gates are closed already."""
    for key in keys:
        _purged(graph, key, addresses=0, day=day)


def state(graph: Graph, settings: Settings, uri: str) -> bool:
    """Whether sharing is on for the person behind a URI; of somebody unknown it is on."""
    row = graph.row("sharing/state", key=address_key(settings.address_key, uri))
    return row is None or bool(row["sharing"])


def _purged(graph: Graph, key: str, *, addresses: int, day: int) -> Receipt:
    interactions = 0
    while (row := graph.row("sharing/purge", key=key, day=day, limit=CHUNK)) and row["deleted"]:
        interactions += row["deleted"]
    gone = graph.row("sharing/erase", key=key, day=day) or {"ties": 0, "people": 0}
    return Receipt(addresses, interactions, gone["ties"], gone["people"])
