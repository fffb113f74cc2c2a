"""Makes every address key of a graph anew with the secrets that were added, without knowing any address.

A new key is HMAC(new secret, old key). Nobody else may read or write meanwhile: a mark in the graph shuts them out.
New keys carry a `~` in front until all are new, so that whoever goes on after a kill can tell them from old ones.
"""

from collections.abc import Callable
from dataclasses import replace

from wkw import begun
from wkw.addresses import newer_key
from wkw.errors import SettingsError
from wkw.graph import Graph
from wkw.keyed import changed
from wkw.ledger import ledger
from wkw.settings import Settings, fingerprint

CHUNK = 2_000  # keys a transaction


def pending(graph: Graph, settings: Settings) -> bool:
    """Whether keys of the graph lack secrets that the settings hold."""
    bound = graph.row("rotation/state")
    return bound is not None and (bound["rotating"] is not None or bound["address_print"] != settings.address_print)


def rotate(
    graph: Graph,
    settings: Settings,
    *,
    patience: float = begun.PATIENCE,
    progress: Callable[[int], None] = lambda keys: None,
) -> int:
    """Makes all keys with all secrets of the settings, and gives how many were; after a kill it goes on.

    A SettingsError where the settings' secrets do not begin with those of the graph, or the ledger has others; then
    nothing was changed.
    """
    bound, new = graph.row("rotation/state"), settings.address_print
    since = {fingerprint(*settings.address_key[:n]): n for n in range(1, len(settings.address_key) + 1)}
    if bound is not None and since.get(bound["rotating"], len(since)) < len(since):
        # A run with fewer secrets was killed: its keys are made whole before they get another one.
        fewer = replace(settings, address_key=settings.address_key[: since[bound["rotating"]]])
        done = rotate(graph, fewer, patience=patience, progress=progress)
        return done + rotate(graph, settings, patience=patience, progress=progress)
    ledger(settings).rows()
    if bound is None or bound["rotating"] not in (None, new) or bound["address_print"] not in since:
        raise SettingsError(
            "WKW_ADDRESS_KEY does not hold the secrets of this graph's keys, in their order.",
            remedy="Set it to all of them, the oldest first, and a new one after them, each on a line of its own.",
        )
    old, done = bound["address_print"], 0
    if old != new:
        graph.row("rotation/begin", old=old, new=new)
        begun.wait(graph, patience, remedy="Stop what uses the graph, and run `wkw rotate` again.")
        done = _renew(graph, old, settings, settings.address_key[since[old] :], progress)
    _unmark(graph, new)
    return done


def _renew(
    graph: Graph, old: str, settings: Settings, secrets: tuple[bytes, ...], progress: Callable[[int], None]
) -> int:
    done, new = 0, settings.address_print
    while (row := graph.row("rotation/old", limit=CHUNK)) and row["keys"]:
        pairs = [{"old": key, "new": newer_key(secrets, key)} for key in sorted(set(row["keys"]))]
        if graph.row("rotation/renew", old=old, new=new, pairs=pairs) is None:
            raise changed()
        done += len(pairs)
        progress(len(pairs))
    if graph.row("rotation/turn", old=old, new=new) is None:
        raise changed()
    return done


def _unmark(graph: Graph, new: str) -> None:
    while (row := graph.row("rotation/unmark", new=new, limit=CHUNK)) and row["keys"]:
        pass
    graph.row("rotation/end", new=new)
