"""Reweighting: writes strength, level and day onto all ties, and recomputes ties where that is asked for."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wkw import chunks
from wkw.formula import in_force
from wkw.graph import Graph, Row
from wkw.model import Lease
from wkw.settings import Settings
from wkw.strength import SMALL_MEETING, decay, version

TIES = 10_000  # a chunk: about a second
SHOWN = 5  # of those that moved most

Progress = Callable[[int], None]


@dataclass(slots=True)
class Moves:
    """What a run did: ties weighed and recomputed, which were not what they should be, and which changed level.

    `levels` counts (from, to); `warmest` and `coolest` are those that moved most, with the ids of both people.
    """

    ties: int = 0
    recomputed: int = 0
    different: list[Row] = field(default_factory=list)
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)
    warmest: list[Row] = field(default_factory=list)
    coolest: list[Row] = field(default_factory=list)

    def __str__(self) -> str:
        return f"ties {self.ties}, recomputed {self.recomputed}, with another level {self.levels.total()}"

    def add(self, moved: list[Row]) -> None:
        """Counts ties that changed level and keeps those that moved most."""
        self.levels.update((tie["was"], tie["level"]) for tie in moved)
        ordered = sorted([*self.warmest, *self.coolest, *moved], key=_moved)
        self.coolest = [tie for tie in ordered if _moved(tie) < 0][:SHOWN]
        self.warmest = [tie for tie in reversed(ordered) if _moved(tie) > 0][:SHOWN]


@dataclass(slots=True)
class Preview:
    """What other channel weights would do; `kept` counts ties with sums that were folded under another formula."""

    formula: str
    ties: int = 0
    kept: int = 0
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)
    moves: list[Row] = field(default_factory=list)


def reweight(
    graph: Graph,
    settings: Settings,
    lease: Lease,
    *,
    day: int,
    full: bool = False,
    weights: Mapping[str, float] | None = None,
    progress: Progress = lambda ties: None,
) -> Moves:
    """Weighs all ties as of a UTC day number, after recomputing them if `full`, or if `weights` change or are changing.

    A run that was stopped goes on where it stopped if it is still the same day.
    """
    moves = Moves()
    if weights is not None:
        chunks.fenced(graph, "reweight/change", lease, cursor="", weights=dict(weights), formula=version(weights))
    changing = in_force(graph).changing
    step, after = _resumed(lease.cursor, day) if weights is None else ("", "")
    if (full or changing) and step != "weigh":
        _recompute(graph, lease, moves, day=day, after=after if step == "full" else "", progress=progress)
        after = ""
    if changing:
        chunks.fenced(graph, "reweight/settled", lease, cursor=f"{day} weigh ")
        moves.different.clear()  # they had to change
    _weigh(graph, settings, lease, moves, day=day, after=after if step == "weigh" else "", progress=progress)
    return moves


def preview(graph: Graph, settings: Settings, weights: Mapping[str, float], *, day: int, progress: Progress) -> Preview:
    """What channel weights would do to all ties as of a UTC day number; nothing is written."""
    found = Preview(version(weights))
    params = (
        settings.formula.bounds() | decay(day) | {"weights": dict(weights), "formula": found.formula, "limit": SHOWN}
    )
    for ids in chunks.colleagues(graph, Lease("reweight", 0), after="", load=_work, size=TIES):
        row = graph.row("reweight/preview", colleagues=ids, **params) or {}
        found.ties += row["ties"]
        found.kept += row["kept"]
        found.levels.update(map(tuple, row["levels"]))
        found.moves = sorted([*found.moves, *row["moves"]], key=lambda tie: -abs(_moved(tie)))[:SHOWN]
        progress(row["ties"])
    return found


def _recompute(graph: Graph, lease: Lease, moves: Moves, *, day: int, after: str, progress: Progress) -> None:
    for ids in chunks.colleagues(graph, lease, after=after, load=_work, size=TIES):
        params: dict[str, Any] = {"colleagues": ids, "day": day, "small_meeting": SMALL_MEETING}
        row = chunks.fenced(graph, "reweight/full", lease, cursor=f"{day} full {ids[-1]}", **params)
        moves.recomputed += row["ties"]
        moves.different += row["different"]
        progress(row["ties"])


def _weigh(
    graph: Graph, settings: Settings, lease: Lease, moves: Moves, *, day: int, after: str, progress: Progress
) -> None:
    params = settings.formula.bounds() | decay(day) | {"day": day}
    for ids in chunks.colleagues(graph, lease, after=after, load=lambda row: int(row["ties"]), size=TIES):
        cursor = f"{day} weigh {ids[-1]}"
        row = chunks.fenced(graph, "reweight/weigh", lease, cursor=cursor, colleagues=ids, **params)
        moves.ties += row["ties"]
        moves.add(row["moved"])
        progress(row["ties"])


def _resumed(cursor: str, day: int) -> tuple[str, str]:
    """The step and the id where a run of the same day stopped; a run of another day begins anew."""
    of, _, rest = cursor.partition(" ")
    step, _, after = rest.partition(" ")
    return (step, after) if of == str(day) else ("", "")


def _work(row: Row) -> int:
    return int(row["ties"]) + int(row["interactions"])


def _moved(tie: Row) -> float:
    return float(tie["strength"] - tie["before"])
