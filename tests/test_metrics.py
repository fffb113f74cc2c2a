"""Every metric says what a plain reference says, whatever the labels and scores, and keeps its bounds."""

from math import isnan, log

import hindsight
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from wkw import metrics

LABELS = some.lists(some.booleans(), min_size=1, max_size=40)
CHANCE, SCORE = some.floats(0, 1), some.integers(-5, 5)


@some.composite
def judged(draw, scores=SCORE, groups=1):
    """Labels and scores of as many rows, in up to so many groups."""
    labels = draw(LABELS)
    numbers = sorted(draw(some.lists(some.integers(0, groups - 1), min_size=len(labels), max_size=len(labels))))
    distinct = {group: n for n, group in enumerate(dict.fromkeys(numbers))}
    return labels, draw(some.lists(scores, min_size=len(labels), max_size=len(labels))), [distinct[n] for n in numbers]


@some.composite
def without_ties(draw, groups=4):
    labels, _, numbers = draw(judged(groups=groups))
    return labels, draw(some.permutations(range(len(labels)))), numbers


def split(labels, scores, groups):
    """Labels and scores of each group."""
    for group in sorted(set(groups)):
        places = [n for n, of in enumerate(groups) if of == group]
        yield [labels[n] for n in places], [scores[n] for n in places]


def a_sample(labels, groups):
    return metrics.sample(labels, groups, list(range(len(set(groups)))))


def same(found, wanted):
    return isnan(found) if wanted is None else found == pytest.approx(wanted, abs=1e-12)


@given(judged())
def test_auc_asks_every_two_rows(rows):
    labels, scores, _ = rows

    assert same(metrics.auc(labels, scores), hindsight.auc(labels, scores))


@given(judged(), some.data())
def test_a_weight_counts_a_row_so_often(rows, data):
    labels, scores, _ = rows
    times = data.draw(some.lists(some.integers(0, 3), min_size=len(labels), max_size=len(labels)))
    repeated = [n for n, count in enumerate(times) for _ in range(count)]
    assume(repeated)

    wanted = hindsight.auc([labels[n] for n in repeated], [scores[n] for n in repeated])
    assert same(metrics.auc(labels, scores, times), wanted)


@given(judged())
def test_auc_turns_around_with_the_scores(rows):
    labels, scores, _ = rows
    assume(len(set(labels)) == 2)

    assert metrics.auc(labels, scores) + metrics.auc(labels, [-score for score in scores]) == pytest.approx(1)


@given(without_ties())
def test_each_group_is_ranked_by_itself(rows):
    found = metrics.ranked(a_sample(rows[0], rows[2]), rows[1], seed=1)

    for n, (labels, scores) in enumerate(split(*rows)):
        wanted = hindsight.ranking(labels, scores) or (None, None, None)
        told = (found.mrr[n], found.ndcg5[n], found.p5[n])
        assert all(map(same, told, wanted))
        assert same(found.auc[n], hindsight.auc(labels, scores))


@given(without_ties(), some.integers(0, 9))
def test_the_seed_does_not_matter_where_nothing_is_tied(rows, seed):
    labels, scores, groups = rows
    one, other = (metrics.judge(a_sample(labels, groups), scores, seed=s)(None) for s in (seed, seed + 1))

    assert all(same(value, None if isnan(other[name]) else other[name]) for name, value in one.items())


def test_ties_are_broken_at_random_and_alike_for_the_same_seed():
    labels, groups = [True, *[False] * 9] * 400, [n // 10 for n in range(4_000)]
    places = metrics.ranked(a_sample(labels, groups), [0] * 4_000, seed=3).mrr
    again = metrics.ranked(a_sample(labels, groups), [0] * 4_000, seed=3).mrr

    assert list(places) == list(again)
    assert places.mean() == pytest.approx(sum(1 / n for n in range(1, 11)) / 10, abs=0.05)


@given(judged(groups=4))
def test_no_ranking_beats_the_ceiling(rows):
    labels, scores, groups = rows
    assume(any(labels))
    judged_rows = a_sample(labels, groups)
    best = metrics.judge(judged_rows, labels, seed=1)(None)

    assert metrics.judge(judged_rows, scores, seed=1)(None)["p5"] <= metrics.ceiling(judged_rows) + 1e-12
    assert best["p5"] == pytest.approx(metrics.ceiling(judged_rows))
    assert (best["mrr"], best["ndcg5"]) == (pytest.approx(1), pytest.approx(1))


@given(judged(scores=CHANCE))
def test_brier_and_calibration_error_are_as_defined(rows):
    labels, chances, _ = rows
    squares = [(chance - label) ** 2 for label, chance in zip(labels, chances, strict=True)]

    assert metrics.brier(labels, chances) == pytest.approx(sum(squares) / len(squares))
    wanted = hindsight.calibration_error(labels, chances)
    assert metrics.calibration_error(labels, chances) == pytest.approx(wanted, abs=1e-12)


@given(judged(scores=CHANCE))
def test_the_calibration_table_holds_every_row_once(rows):
    labels, chances, _ = rows
    table = metrics.calibration(labels, chances)

    assert sum(line.rows for line in table) == len(labels)
    assert sum(line.rows * line.observed for line in table) == pytest.approx(sum(labels))
    assert all(line.low - 1e-9 <= line.predicted <= line.high + 1e-9 for line in table)


def test_certainty_that_comes_true_has_no_error():
    assert metrics.calibration_error([True, False], [1.0, 0.0]) == 0
    assert [line.low for line in metrics.calibration([True, False], [1.0, 0.0])] == [0.0, 0.9]


@given(judged(scores=some.floats(0.01, 100)), some.floats(0.1, 50))
def test_log_loss_is_the_mean_surprise(rows, k):
    labels, sums, _ = rows
    surprises = [-log(s / (s + k) if label else k / (s + k)) for label, s in zip(labels, sums, strict=True)]

    assert metrics.log_loss(labels, sums, k) == pytest.approx(sum(surprises) / len(labels))


def test_an_interval_of_the_bootstrap_holds_the_measure_and_narrows_with_more_persons():
    def width(people):
        labels = [n % 3 == 0 for n in range(people * 10)]
        scores = [(n * 7919) % 101 + 40 * label for n, label in enumerate(labels)]
        judged_rows = a_sample(labels, [n // 10 for n in range(people * 10)])
        judges = {"one": metrics.judge(judged_rows, scores, seed=1), "none": metrics.judge(judged_rows, labels, seed=1)}
        low, high = metrics.bootstrap(judged_rows, judges, seed=1)["one"]["mrr"]
        assert low <= judges["one"](None)["mrr"] <= high
        return high - low

    assert width(400) < width(25) / 2


def test_what_no_draw_can_tell_has_no_interval():
    judged_rows = a_sample([True, True, False, False], [0, 0, 1, 1])
    judge = metrics.judge(judged_rows, [4, 3, 2, 1], seed=1)

    assert isnan(judge(None)["auc_person"])
    assert all(map(isnan, metrics.bootstrap(judged_rows, {"one": judge}, seed=1)["one"]["auc_person"]))


def test_a_score_is_never_ahead_of_itself():
    judged_rows = a_sample([True, False] * 20, [n // 4 for n in range(40)])
    judge = metrics.judge(judged_rows, [n % 5 for n in range(40)], seed=1)

    ahead = metrics.bootstrap(judged_rows, {"one": judge, "same": judge}, seed=1)["ahead of same"]
    assert set(ahead.values()) == {(0.0, 0.0)}
