"""Writes address keys where the graph's are made with the same secrets, and nowhere else."""

from wkw.errors import SettingsError
from wkw.graph import Graph, Row
from wkw.settings import Settings


def keyed(graph: Graph, query: str, settings: Settings, **params: object) -> Row:
    """Runs a query that may make address nodes; a SettingsError where keys changed since, and then nothing was written.

    It asks in its own transaction, because a process that was paused may hold secrets of before a rotation.
    """
    row = graph.row(query, address_print=settings.address_print, **params)
    if row is None:
        raise changed()
    return row


def unchanged(graph: Graph, settings: Settings) -> None:
    """Refuses what was done by address keys where these changed since: it found nobody; a SettingsError then."""
    if graph.row("keyed/unchanged", address_print=settings.address_print) is None:
        raise changed()


def changed() -> SettingsError:
    """What whoever holds other secrets than the graph's keys are made with is told."""
    return SettingsError(
        "The address keys of this graph are made, or being made, with other secrets than those of WKW_ADDRESS_KEY.",
        remedy="Wait until `wkw rotate` has finished, and start again, with all secrets.",
    )
