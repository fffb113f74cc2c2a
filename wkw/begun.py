"""Waits for whoever began to write before something was changed in the graph; whoever begins later sees the change."""

import time

from wkw.errors import GraphBusy
from wkw.graph import Graph

PATIENCE = 120  # seconds


def wait(graph: Graph, patience: float = PATIENCE, *, remedy: str) -> None:
    """Waits until the transactions that run now have ended; GraphBusy where some still run after so many seconds."""
    left, deadline = _running(graph), time.monotonic() + patience
    while left := left & _running(graph):
        if time.monotonic() > deadline:
            raise GraphBusy("Transactions that began before still run.", remedy=remedy)
        time.sleep(0.05)


def _running(graph: Graph) -> set[str]:
    row = graph.row("begun/running")
    return set(row["ids"]) if row else set()
