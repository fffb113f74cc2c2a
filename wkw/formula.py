"""The formula in force in a graph: its name and channel weights, which ties depend on."""

from dataclasses import dataclass

from wkw.graph import Graph
from wkw.settings import Settings


@dataclass(frozen=True, slots=True)
class InForce:
    """The name of the graph's formula, its channel weights, and whether ties are still on their way to it."""

    formula: str
    weights: dict[str, float]
    changing: bool


def in_force(graph: Graph) -> InForce:
    """The formula of a graph whose schema was checked."""
    row = graph.row("formula/in_force")
    assert row is not None  # noqa: S101 - migrations make it
    return InForce(**row)


@dataclass(frozen=True, slots=True)
class Basis:
    """What strengths are made with: the formula's name, its channel weights, and `k`."""

    formula: str
    weights: dict[str, float]
    k: float


def basis(graph: Graph, settings: Settings) -> Basis:
    """The formula of a graph with the `k` of the settings."""
    found = in_force(graph)
    return Basis(found.formula, found.weights, settings.formula.k)
