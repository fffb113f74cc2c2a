"""Fits `k`, and the weights of the channels where asked, to what came after; reports on later days than it chose by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import exp, log
from typing import Any

from wkw import metrics
from wkw.errors import InputError
from wkw.formula import basis
from wkw.graph import Graph
from wkw.model import CHANNELS, Channel, date_of
from wkw.settings import Settings
from wkw.strength import version
from wkw.windows import Pair, Passed, Plan, colleagues, cutoffs, gathered, silent

LEAST, LEAST_OF_EACH = 200, 30  # rows to fit to, and rows with contact and without
K_BOUNDS = (0.05, 500.0)
WEIGHT_BOUNDS = (0.1, 30.0)
ROUNDS = 6  # over the channels, each time with the others as they are
GOLDEN = (5**0.5 - 1) / 2
NEAR = 1e-4  # of a logarithm: four digits


@dataclass(frozen=True, slots=True)
class Fit:
    """How well some weights predict the reported half: log loss in nats, Brier score, calibration error."""

    log_loss: float
    brier: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights that were found, which channels had data enough, and how before and after compare."""

    plan: Plan
    weights: dict[str, float]
    k: float
    fitted: tuple[str, ...]
    chosen: list[int]
    reported: list[int]
    rows: int
    before: Fit
    after: Fit


def calibrate(
    graph: Graph, settings: Settings, plan: Plan, *, channels: bool = False, passed: Passed = silent
) -> Calibration:
    """Fits on the first half of a graph's cut-offs; an InputError where there is too little to fit to."""
    people, by = colleagues(graph), basis(graph, settings)
    chosen, reported = cutoffs(people, plan)
    total, first = len(chosen) + len(reported), len(chosen)
    learnt = gathered(graph, by, people, chosen, plan, passed=lambda done: passed(done, total))
    enough(learnt)
    judged = gathered(graph, by, people, reported, plan, passed=lambda done: passed(first + done, total))
    fitted = tuple(channel for channel in CHANNELS[1:] if channels and _told(learnt, channel))
    weights, k = fit(learnt, by.weights, fitted)
    return Calibration(
        plan=plan,
        weights=weights,
        k=k,
        fitted=("k", *fitted),
        chosen=chosen,
        reported=reported,
        rows=len(learnt),
        before=_judged(judged, by.weights, by.weights, by.k),
        after=_judged(judged, by.weights, weights, k),
    )


def enough(rows: Sequence[Pair]) -> None:
    """Refuses to fit to too little."""
    positive = sum(row.label for row in rows)
    if len(rows) < LEAST or min(positive, len(rows) - positive) < LEAST_OF_EACH:
        raise InputError(
            f"There is too little data to fit to: {len(rows)} ties, {positive} of them with contact afterwards.",
            remedy=f"At least {LEAST} are needed, {LEAST_OF_EACH} with contact and {LEAST_OF_EACH} without.",
        )


def _told(rows: Sequence[Pair], channel: Channel) -> bool:
    """Whether enough ties use a channel to tell its weight by."""
    place = CHANNELS.index(channel)
    labels = [row.label for row in rows if row.tie.parts[place] > 0]
    return min(sum(labels), len(labels) - sum(labels)) >= LEAST_OF_EACH


def fit(rows: Sequence[Pair], given: dict[str, float], fitted: Sequence[str]) -> tuple[dict[str, float], float]:
    """The weights and k that surprise least, found one after the other; mail weighs one, by which k has its scale."""
    labels, parts = [row.label for row in rows], [row.tie.parts for row in rows]

    def loss(name: str, value: float) -> float:
        tried = found | {name: value}
        return metrics.log_loss(labels, metrics.weighed(parts, factors(given, tried)), tried["k"])

    found = given | {"k": 1.0}
    found["k"] = lowest(partial(loss, "k"), K_BOUNDS)
    for _ in range(ROUNDS if fitted else 0):
        for channel in fitted:
            found[channel] = lowest(partial(loss, channel), WEIGHT_BOUNDS)
        found["k"] = lowest(partial(loss, "k"), K_BOUNDS)
    return {channel: _digits(found[channel]) for channel in CHANNELS}, _digits(found["k"])


def factors(given: dict[str, float], wanted: dict[str, float]) -> list[float]:
    """What turns the parts of sums made with some weights into those of others; what was folded stays as it is."""
    return [*((wanted[channel] / given[channel]) ** 0.5 if given[channel] else 1.0 for channel in CHANNELS), 1.0]


def lowest(loss: Callable[[float], float], bounds: tuple[float, float]) -> float:
    """Where between two bounds a loss with one valley is lowest, by golden section over the logarithm."""
    low, high = map(log, bounds)
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = loss(exp(left)), loss(exp(right))
    while high - low > NEAR:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = loss(exp(left))
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = loss(exp(right))
    return exp((low + high) / 2)


def _digits(value: float) -> float:
    return float(f"{value:.3g}")


def _judged(rows: Sequence[Pair], given: dict[str, float], weights: dict[str, float], k: float) -> Fit:
    labels = [row.label for row in rows]
    sums = metrics.weighed([row.tie.parts for row in rows], factors(given, weights))
    chances = sums / (sums + k)
    return Fit(
        metrics.log_loss(labels, sums, k), metrics.brier(labels, chances), metrics.calibration_error(labels, chances)
    )


def weights_file(found: Calibration) -> dict[str, float]:
    """What the weights file holds: the weight of each channel, and k."""
    return {**found.weights, "k": found.k}


def document(found: Calibration) -> dict[str, Any]:
    """A calibration as data; days as ISO dates."""
    return {
        "formula": version(found.weights),
        "label": found.plan.label,
        "horizon": found.plan.horizon,
        "every": found.plan.every,
        "weights": weights_file(found),
        "fitted": list(found.fitted),
        "ties": found.rows,
        "cutoffs": {name: [date_of(day).isoformat() for day in days] for name, days in _halves(found)},
        "before": {name: getattr(found.before, name) for name in Fit.__slots__},
        "after": {name: getattr(found.after, name) for name in Fit.__slots__},
    }


def _halves(found: Calibration) -> list[tuple[str, list[int]]]:
    return [("chosen_by", found.chosen), ("reported", found.reported)]
