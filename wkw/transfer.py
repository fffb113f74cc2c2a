"""Writes everything that a graph holds into a new one; what was deleted from it does not come along."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from wkw.errors import StorageFault
from wkw.graph import Graph, Row

SIZE = 5_000  # nodes or edges a transaction


def transfer(source: Graph, target: Graph, *, progress: Callable[[int], None] = lambda things: None) -> Row:
    """Copies all nodes and edges into a graph that holds nothing but its schema; gives how many `nodes` and `edges`.

    Nobody may write meanwhile. A StorageFault where not everything has arrived; the new graph is then of no use.
    """
    target.row("transfer/empty")
    target.rows("transfer/mark")
    for rows in _runs(source.stream("transfer/nodes")):
        target.row("transfer/add_nodes", rows=rows)
        progress(len(rows))
    for rows in _runs(source.stream("transfer/edges")):
        target.row("transfer/add_edges", rows=rows)
        progress(len(rows))
    while (done := target.row("transfer/unname", limit=SIZE)) and done["nodes"]:
        pass
    target.rows("transfer/unmark")
    here, there = source.row("transfer/size"), target.row("transfer/size")
    if here is None or here != there:
        raise StorageFault("Not everything has arrived in the new graph; the old one is as it was.")
    return here


def _runs(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while run := list(islice(left, SIZE)):
        yield run
