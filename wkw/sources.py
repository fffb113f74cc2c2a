"""The sources that were read: when, and what kept wkw from it."""

from wkw.graph import Graph, Row


def listed(graph: Graph) -> list[Row]:
    """All sources by name: reading or not, `began` and `ended` in epoch milliseconds, the code of an error."""
    return graph.rows("sources/listed")
