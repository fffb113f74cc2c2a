"""Judges the strengths of a graph by what came after: rolling cut-offs, only earlier contacts as candidates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from math import isnan, nan
from random import Random
from typing import Any

from wkw import metrics
from wkw.formula import Basis, basis
from wkw.graph import Graph
from wkw.metrics import Bin, Measures
from wkw.model import date_of
from wkw.settings import Settings
from wkw.windows import (
    Colleague,
    Meeting,
    Message,
    Pair,
    Passed,
    Plan,
    Tie,
    colleagues,
    cutoffs,
    exchanged,
    folded,
    gathered,
    messages,
    silent,
    ties,
)

SEED = 20_000

BASELINES: dict[str, Callable[[Tie], float]] = {
    "count": lambda tie: tie.interactions,
    "last_contact": lambda tie: tie.last,
    "count_30_days": lambda tie: tie.lately,
}


@dataclass(frozen=True, slots=True)
class Introducers:
    """How well the product of strengths ranks the true introducer among all common contacts: means, nan of no case."""

    mrr: float
    first: float
    top3: float
    cases: int
    candidates: float


@dataclass(frozen=True, slots=True)
class Days:
    """The cut-offs, as UTC day numbers: those to choose by, those reported; and the last that folding has passed."""

    chosen: list[int]
    reported: list[int]
    folded: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report of the second half of the cut-offs; intervals hold 95 % of the resamples."""

    plan: Plan
    formula: str
    days: Days
    measures: Measures
    ceiling: float
    base_rate: float
    candidates: float
    windows: int
    persons: int
    table: list[Bin]
    baselines: dict[str, Measures]
    intervals: dict[str, dict[str, tuple[float, float]]]
    introducers: Introducers | None = None


def evaluate(
    graph: Graph, settings: Settings, plan: Plan, *, introducers: bool = False, passed: Passed = silent
) -> Evaluation:
    """Judges the second half of a graph's cut-offs; `passed` hears of each cut-off done."""
    people, by = colleagues(graph), basis(graph, settings)
    chosen, reported = cutoffs(people, plan)
    total = len(reported) * (1 + introducers)
    rows = gathered(graph, by, people, reported, plan, passed=lambda done: passed(done, total))
    found = None
    if introducers:
        done = len(reported)
        found = _found(graph, by, people, reported, plan, lambda more: passed(done + more, total))
    return _evaluation(Days(chosen, reported, folded(people)), by, plan, rows, found)


def _evaluation(days: Days, by: Basis, plan: Plan, rows: list[Pair], introducers: Introducers | None) -> Evaluation:
    judged = sampled(rows)
    strengths = [row.tie.strength for row in rows]
    judges = {"strength": metrics.judge(judged, strengths, seed=SEED, chances=True)}
    for name, score in BASELINES.items():
        judges[name] = metrics.judge(judged, [score(row.tie) for row in rows], seed=SEED)
    return Evaluation(
        plan=plan,
        formula=by.formula,
        days=days,
        measures=judges["strength"](None),
        ceiling=metrics.ceiling(judged),
        base_rate=sum(row.label for row in rows) / len(rows),
        candidates=len(rows) / len(judged.persons),
        windows=len({(row.person, row.day) for row in rows if row.label}),
        persons=len({row.person for row in rows}),
        table=metrics.calibration(judged.labels, strengths),
        baselines={name: judges[name](None) for name in BASELINES},
        intervals=metrics.bootstrap(judged, judges, seed=SEED),
        introducers=introducers,
    )


def sampled(rows: Sequence[Pair]) -> metrics.Sample:
    """The rows as a sample: one group for each person and cut-off, in the order of the rows."""
    groups = {group: n for n, group in enumerate(dict.fromkeys((row.day, row.person) for row in rows))}
    persons = {person: n for n, person in enumerate(sorted({person for _, person in groups}))}
    return metrics.sample(
        [row.label for row in rows],
        [groups[row.day, row.person] for row in rows],
        [persons[person] for _, person in groups],
    )


def document(found: Evaluation) -> dict[str, Any]:
    """An evaluation as data; days as ISO dates, what cannot be told as None."""
    told: dict[str, Any] = _told(
        {
            "formula": found.formula,
            "label": found.plan.label,
            "horizon": found.plan.horizon,
            "every": found.plan.every,
            "cutoffs": {
                "chosen_by": _dates(found.days.chosen),
                "reported": _dates(found.days.reported),
                "folded_until": None if found.days.folded is None else date_of(found.days.folded).isoformat(),
            },
            "persons": found.persons,
            "person_windows": found.windows,
            "candidates": found.candidates,
            "base_rate": found.base_rate,
            **found.measures,
            "p5_ceiling": found.ceiling,
            "intervals": {name: dict(of) for name, of in found.intervals.items()},
            "baselines": found.baselines,
            "calibration": [asdict(line) for line in found.table],
            "introducers": asdict(found.introducers) if found.introducers else None,
        }
    )
    return told


def _told(value: Any) -> Any:
    """The same with None for what is not a number, which JSON does not have."""
    if isinstance(value, dict):
        return {name: _told(of) for name, of in value.items()}
    if isinstance(value, list | tuple):
        return [_told(of) for of in value]
    return None if isinstance(value, float) and isnan(value) else value


def _dates(days: Sequence[int]) -> list[str]:
    return [date_of(day).isoformat() for day in days]


# ---- natural introductions ----


def _found(
    graph: Graph,
    by: Basis,
    people: list[Colleague],
    days: Sequence[int],
    plan: Plan,
    passed: Callable[[int], None],
) -> Introducers:
    """Ranks true introducers: of two people without contact before a cut-off, who in its window get the same mail and
    have direct contact within the horizon after it. A pair counts once, by the first such mail.
    """
    ranks: dict[tuple[str, str], tuple[int, int]] = {}
    dice = Random(SEED)  # noqa: S311  breaks ties
    for done, day in enumerate(days, 1):
        there = [one for one in people if one.active(day)]
        before = ties(graph, by, there, day)
        known = {key: {tie.contact: tie.strength for tie in of} for key, of in before.items()}
        strangers = list(_strangers(messages(graph, there, day, plan), known))
        for met in exchanged(graph, strangers, plan):
            if (met.u, met.v) not in ranks:
                ranks[met.u, met.v] = _rank(met, known, dice)
        passed(done)
    return _summary(list(ranks.values()))


def _strangers(sent: Sequence[Message], known: dict[str, dict[str, float]]) -> Iterator[Meeting]:
    """Each two receivers of a mail who both know its sender and not each other; the first is a colleague, who asks."""
    for mail in sent:
        introducer = known[mail.sender]
        for pair in combinations(sorted(set(mail.keys) & introducer.keys()), 2):
            u, v = pair if pair[0] in known else pair[::-1]
            if u in known and mail.sender in known[u] and v not in known[u]:
                yield Meeting(mail.at, mail.sender, u, v)


def _rank(met: Meeting, known: dict[str, dict[str, float]], dice: Random) -> tuple[int, int]:
    """The place of the introducer among all colleagues who know both, by the product of strengths, and their number."""
    paths = {c: p * known[c][met.v] for c, p in known[met.u].items() if c in known and met.v in known[c]}
    best = paths[met.introducer]
    equal = sum(p == best for p in paths.values())
    return sum(p > best for p in paths.values()) + dice.randint(1, equal), len(paths)


def _summary(ranks: list[tuple[int, int]]) -> Introducers:
    return Introducers(
        mrr=_mean([1 / rank for rank, _ in ranks]),
        first=_mean([rank == 1 for rank, _ in ranks]),
        top3=_mean([rank <= 3 for rank, _ in ranks]),
        cases=len(ranks),
        candidates=_mean([of for _, of in ranks]),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else nan
