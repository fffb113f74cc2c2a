"""Retention: folds raw interactions that are old enough into kept sums, so that no strength changes."""

from collections.abc import Callable
from dataclasses import dataclass

from wkw import chunks, policy
from wkw.graph import Graph
from wkw.model import Lease
from wkw.regions import retention as retention_of

INTERACTIONS = 20_000  # of the colleagues of a chunk
PAIRS = 1_000  # of people folded in one transaction


@dataclass(slots=True)
class Folded:
    """How much was folded: interactions, and the pairs of people they were between."""

    pairs: int = 0
    interactions: int = 0

    def __str__(self) -> str:
        return f"interactions {self.interactions}, between {self.pairs} pairs of people"


def forget(
    graph: Graph, lease: Lease, *, day: int, retention: int, progress: Callable[[int], None] = lambda n: None
) -> Folded:
    """Folds what is older than `retention` days before a UTC day number, where no policy says otherwise; 0 keeps all.

    Of two colleagues the stricter policy counts.
    """
    folded = Folded()
    held = policy.policies(graph)
    before = retention_of(held, retention).before(day)
    of, _, after = lease.cursor.partition(" ")
    place = f"{day - retention}/{held.number}"
    after = after if of == place else ""
    params = {"before": before, "day": day, "limit": PAIRS}
    if before["latest"]:
        for ids in chunks.colleagues(graph, lease, after=after, load=_work, size=INTERACTIONS):
            pairs = PAIRS
            while pairs == PAIRS:
                # The cursor moves on once these colleagues have nothing old any more.
                row = chunks.fenced(graph, "forget/fold", lease, cursor=f"{place} {after}", colleagues=ids, **params)
                pairs = row["pairs"]
                folded.pairs += pairs
                folded.interactions += row["interactions"]
                progress(row["interactions"])
            after = ids[-1]
    return folded


def _work(row: dict[str, int]) -> int:
    return row["interactions"]
