"""Calibration finds again the weights by which a log was made, on the half that it may see, and refuses a guess."""

import random
from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as some
from test_evaluate import LOG, join

from wkw import calibrate, metrics
from wkw.errors import InputError
from wkw.formula import basis
from wkw.strength import WEIGHTS, Formula
from wkw.windows import Pair, Plan, Tie, colleagues, gathered, ties

GIVEN = dict(WEIGHTS)
KS = (0.1, Formula().k, 200.0)


def a_row(dice, k, weights):
    """A tie of mail, meetings and calls, and contact as often as some weights and k say."""
    raw = [dice.expovariate(0.3) * (dice.random() < 0.6) for _ in range(3)]
    s = sum(part * weights[channel] ** 0.5 for part, channel in zip(raw, ("email", "meeting", "call"), strict=True))
    parts = (*(part * GIVEN[channel] ** 0.5 for part, channel in zip(raw, GIVEN, strict=True)), 0.0)
    return Pair(1, "u", Tie("v", 0.0, parts, 1, 1, 0), dice.random() < s / (s + k))


def rows_of(number, k, weights):
    dice = random.Random(11)
    return [a_row(dice, k, weights) for _ in range(number)]


def test_k_and_the_weights_are_found_again():
    wanted = {"email": 1.0, "meeting": 6.0, "call": 0.5}
    weights, k = calibrate.fit(rows_of(20_000, 7.0, wanted), GIVEN, ("meeting", "call"))

    assert k == pytest.approx(7.0, rel=0.1)
    assert weights["email"] == 1.0
    assert weights["meeting"] == pytest.approx(6.0, rel=0.2)
    assert weights["call"] == pytest.approx(0.5, rel=0.4)


def test_weights_that_were_not_asked_for_stay():
    weights, k = calibrate.fit(rows_of(5_000, 2.0, GIVEN), GIVEN, ())

    assert weights == GIVEN
    assert k == pytest.approx(2.0, rel=0.1)


@given(some.floats(-2, 5), some.floats(0.2, 9))
def test_the_lowest_point_of_a_valley_is_found(bottom, steepness):
    found = calibrate.lowest(lambda x: steepness * (log(x) - bottom) ** 2, (0.05, 500))

    assert log(found) == pytest.approx(bottom, abs=1e-3)


def test_a_valley_beyond_the_bounds_ends_at_them():
    assert calibrate.lowest(lambda x: x, (0.05, 500)) == pytest.approx(0.05, rel=1e-3)
    assert calibrate.lowest(lambda x: -x, (exp(0), 500)) == pytest.approx(500, rel=1e-3)


@pytest.mark.parametrize("pick", [lambda rows: rows[:150], lambda rows: [row for row in rows if row.label]])
def test_too_little_to_fit_to_is_refused(pick):
    rows = rows_of(2_000, 4.0, GIVEN)
    calibrate.enough(rows)

    with pytest.raises(InputError, match="too little data to fit to"):
        calibrate.enough(pick(rows))


@pytest.fixture
def judged(lab):
    join(lab)
    lab.ingest(LOG)
    return lab


def test_what_was_fitted_predicts_later_days_better_than_what_is_far_off(judged):
    passed = []
    found = calibrate.calibrate(judged.graph, judged.settings, Plan(), passed=lambda *done: passed.append(done))
    rows = judged_rows(judged, found.reported)
    losses = [metrics.log_loss([row.label for row in rows], [sum(row.tie.parts) for row in rows], k) for k in KS]

    assert found.after.log_loss < min(losses[0], losses[-1])
    assert found.before.log_loss == pytest.approx(losses[1])
    assert set(found.chosen).isdisjoint(found.reported)
    assert passed[-1] == (len(passed), len(found.chosen) + len(found.reported))
    assert (found.weights, found.fitted) == (GIVEN, ("k",))
    assert calibrate.weights_file(found) == GIVEN | {"k": found.k}


def judged_rows(lab, days):
    everybody = colleagues(lab.graph)
    return gathered(lab.graph, basis(lab.graph, lab.settings), everybody, days, Plan(), passed=lambda done: None)


def test_the_parts_of_other_weights_are_those_that_the_graph_sums_with_them(judged):
    other = {"email": 1.0, "meeting": 0.7, "call": 5.0}
    everybody, day = colleagues(judged.graph), 20_500
    before = ties(judged.graph, basis(judged.graph, judged.settings), everybody, day)
    after = ties(judged.graph, replace(basis(judged.graph, judged.settings), weights=other), everybody, day)

    turned = calibrate.factors(GIVEN, other)
    for one, of in after.items():
        for old, new in zip(before[one], of, strict=True):
            wanted = [part * factor for part, factor in zip(old.parts, turned, strict=True)]
            assert new.parts == pytest.approx(wanted, rel=1e-9)


def test_channels_are_fitted_when_asked(judged):
    found = calibrate.calibrate(judged.graph, judged.settings, Plan(), channels=True)

    assert found.fitted == ("k", "meeting", "call")
    assert found.weights["email"] == 1.0
    assert found.weights != GIVEN
