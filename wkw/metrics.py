"""Judges scores by what came after: pure arrays in, numbers out.

A row is a pair of a person and an earlier contact at one cut-off, a group all rows of a person at a cut-off. Rankings
are averaged over the groups with a positive row; `weights` say how often each counts, as in a bootstrap over persons.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Measures: TypeAlias = dict[str, float]

TOP = 5  # as many as a lookup shows
BINS = 10
RESAMPLES = 500
EDGE = 1e-12  # keeps logarithms finite


@dataclass(frozen=True, slots=True)
class Sample:
    """Labels (rows,) and the group of each row (rows,) in ascending order; the person of each group (groups,)."""

    labels: Flags
    groups: Places
    persons: Places

    @property
    def starts(self) -> Places:
        """The first row of each group, and the end: (groups + 1,)."""
        return np.searchsorted(self.groups, np.arange(len(self.persons) + 1))


def sample(labels: Sequence[bool], groups: Sequence[int], persons: Sequence[int]) -> Sample:
    """A sample of plain sequences; groups and persons are numbered from 0."""
    return Sample(np.asarray(labels, bool), np.asarray(groups, np.int64), np.asarray(persons, np.int64))


def auc(labels: ArrayLike, scores: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The chance that a positive row scores above a negative one, ties counting half; nan where one kind is missing."""
    return Ordered.of(labels, scores).auc(weights)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows sorted by score, with the first row of each run of equal scores: sorted once, weighted often."""

    order: Places
    runs: Places
    positive: Numbers

    @classmethod
    def of(cls, labels: ArrayLike, scores: ArrayLike) -> "Ordered":
        """The rows of labels and scores, lowest score first."""
        scores = np.asarray(scores, float)
        order = np.argsort(scores, kind="stable")
        ranked = scores[order]
        runs = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1]))) if len(ranked) else order
        return cls(order, runs, np.asarray(labels, float)[order])

    def auc(self, weights: ArrayLike | None = None) -> float:
        """The area under the curve, each row counting as often as `weights` (rows,) says."""
        if not len(self.order):
            return float("nan")
        row = np.ones(len(self.order)) if weights is None else np.asarray(weights, float)[self.order]
        positive = np.add.reduceat(row * self.positive, self.runs)
        negative = np.add.reduceat(row * (1 - self.positive), self.runs)
        pairs = positive.sum() * negative.sum()
        below = np.cumsum(negative) - negative / 2
        return float((positive * below).sum() / pairs) if pairs else float("nan")


@dataclass(frozen=True, slots=True)
class Ranked:
    """How each group was ranked, nan where it cannot be told: all (groups,)."""

    auc: Numbers
    mrr: Numbers
    ndcg5: Numbers
    p5: Numbers


def ranked(judged: Sample, scores: ArrayLike, *, seed: int) -> Ranked:
    """Ranks the rows of each group, highest score first; ties are broken at random."""
    scores = np.asarray(scores, float)
    dice = np.random.default_rng(seed).random(len(scores))
    order = np.lexsort((dice, -scores, judged.groups))
    hits, labels = judged.labels[order], judged.labels
    parts = [slice(*ends) for ends in pairwise(judged.starts)]
    found = [_ranking(hits[part]) for part in parts]
    areas = [auc(labels[part], scores[part]) for part in parts]
    mrr, ndcg5, p5 = np.asarray(found, float).reshape(-1, 3).T
    return Ranked(np.asarray(areas, float), mrr, ndcg5, p5)


DISCOUNTS = 1 / np.log2(np.arange(TOP) + 2)


def _ranking(hits: Flags) -> tuple[float, float, float]:
    """Reciprocal rank of the first hit, NDCG and precision of the first five."""
    places = np.flatnonzero(hits)
    if not len(places):
        return (float("nan"),) * 3
    top = hits[:TOP]
    gained, most = DISCOUNTS[: len(top)][top].sum(), DISCOUNTS[: len(places)].sum()
    return 1 / (places[0] + 1), gained / most, top.sum() / TOP


def ceiling(judged: Sample) -> float:
    """The best precision at five that any ranking could have, over the groups with a positive row."""
    positives = np.bincount(judged.groups[judged.labels], minlength=len(judged.persons))
    return float(np.minimum(positives[positives > 0], TOP).mean() / TOP)


def brier(labels: ArrayLike, chances: ArrayLike, weights: Numbers | None = None) -> float:
    """The mean squared distance of chances from what happened."""
    return float(np.average((np.asarray(chances, float) - np.asarray(labels, float)) ** 2, weights=weights))


@dataclass(frozen=True, slots=True)
class Bin:
    """One line of the calibration table: rows whose chance lies in [low, high), their mean chance and what happened."""

    low: float
    high: float
    rows: int
    predicted: float
    observed: float


def calibration(labels: ArrayLike, chances: ArrayLike) -> list[Bin]:
    """The calibration table of ten equal bins, without the empty ones."""
    labels, chances = np.asarray(labels, float), np.asarray(chances, float)
    rows, predicted, observed = _bins(labels, chances, np.ones(len(labels)))
    return [
        Bin(n / BINS, (n + 1) / BINS, int(rows[n]), float(predicted[n] / rows[n]), float(observed[n] / rows[n]))
        for n in range(BINS)
        if rows[n]
    ]


def calibration_error(labels: ArrayLike, chances: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The mean distance of predicted from observed over the ten bins, each weighted by its rows."""
    labels, chances = np.asarray(labels, float), np.asarray(chances, float)
    rows, predicted, observed = _bins(labels, chances, np.ones(len(labels)) if weights is None else np.asarray(weights))
    return float(np.abs(predicted - observed).sum() / rows.sum())


def _bins(labels: Numbers, chances: Numbers, weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Rows, sum of chances and sum of labels of each bin."""
    places = np.minimum((chances * BINS).astype(np.int64), BINS - 1)

    def summed(of: Numbers) -> Numbers:
        return np.bincount(places, weights=of, minlength=BINS).astype(float)

    return summed(weights), summed(weights * chances), summed(weights * labels)


def log_loss(labels: ArrayLike, sums: ArrayLike, k: float) -> float:
    """The mean surprise, in nats, when the chance of a row is S/(S + k)."""
    sums = np.asarray(sums, float)
    chances = np.clip(sums / (sums + k), EDGE, 1 - EDGE)
    return float(-np.log(np.where(np.asarray(labels, bool), chances, 1 - chances)).mean())


def weighed(parts: ArrayLike, factors: Sequence[float]) -> Numbers:
    """The sums (rows,) of the parts (rows, n), each column times its factor."""
    weighted: Numbers = np.asarray(parts, float) @ np.asarray(factors, float)
    return weighted


Judge: TypeAlias = Callable[[Numbers | None], Measures]


def judge(judged: Sample, scores: ArrayLike, *, seed: int, chances: bool = False) -> Judge:
    """What tells all measures of some scores for given weights of the groups (groups,); of chances two more."""
    known, pooled, values = (
        ranked(judged, scores, seed=seed),
        Ordered.of(judged.labels, scores),
        np.asarray(scores, float),
    )

    def measured(weights: Numbers | None) -> Measures:
        rows = None if weights is None else weights[judged.groups]
        found = {"auc": pooled.auc(rows), "auc_person": _mean(known.auc, weights)}
        found |= {name: _mean(getattr(known, name), weights) for name in ("mrr", "ndcg5", "p5")}
        if chances:
            found["brier"] = brier(judged.labels, values, rows)
            found["calibration_error"] = calibration_error(judged.labels, values, rows)
        return found

    return measured


def _mean(values: Numbers, weights: Numbers | None) -> float:
    told = ~np.isnan(values)
    counts = told.astype(float) if weights is None else told * weights
    return float(np.where(told, values, 0) @ counts / counts.sum()) if counts.sum() else float("nan")


def bootstrap(judged: Sample, judges: Mapping[str, Judge], *, seed: int) -> dict[str, dict[str, tuple[float, float]]]:
    """The 95 % interval of each measure of each judge, and of how far the first judge is ahead of each other one.

    Persons are drawn with replacement, with all their groups; `ahead of <name>` holds the differences.
    """
    dice, people = np.random.default_rng(seed), int(judged.persons.max()) + 1
    drawn: dict[str, dict[str, list[float]]] = {}
    for _ in range(RESAMPLES):
        weights = np.bincount(dice.integers(people, size=people), minlength=people)[judged.persons].astype(float)
        found = {name: judge(weights) for name, judge in judges.items()}
        best, *others = found
        found |= {f"ahead of {name}": _ahead(found[best], found[name]) for name in others}
        for name, measures in found.items():
            for measure, value in measures.items():
                drawn.setdefault(name, {}).setdefault(measure, []).append(value)
    return {name: {measure: _middle(all_) for measure, all_ in of.items()} for name, of in drawn.items()}


def _ahead(best: Measures, other: Measures) -> Measures:
    return {measure: best[measure] - value for measure, value in other.items()}


def _middle(values: list[float]) -> tuple[float, float]:
    told = [value for value in values if not np.isnan(value)]
    low, high = np.percentile(told, [2.5, 97.5]) if told else (np.nan, np.nan)
    return float(low), float(high)
