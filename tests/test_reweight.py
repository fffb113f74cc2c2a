"""Reweighting changes no answer, folding no strength."""

import pytest
from lab import TODAY
from test_strength import ANNA, BO, DAY, EVA, EVA2, LEA, mail

from wkw.lookup import Question, lookup
from wkw.model import Event, Target
from wkw.reweight import preview
from wkw.strength import WEIGHTS, version

OTHER = {"email": 1.0, "meeting": 2.0, "call": 0.5}


def stored(lab):
    """Every tie by its colleague and person, with what reweighting wrote."""
    return {(tie["colleague"], tie["person"]): tie for tie in lab.query("ties")}


# ---- folding ----


def test_folding_moves_whole_days_and_changes_no_strength(village):
    before = stored(village)
    edges = village.query("counts")[0]["edges"]

    folded = village.forget(retention=21)

    assert folded.interactions == edges - village.query("counts")[0]["edges"] > 0
    assert stored(village) == before
    assert village.reweight(full=True).different == []


def test_folding_again_finds_nothing(village):
    village.forget(retention=21)

    again = village.forget(retention=21)

    assert (again.pairs, again.interactions) == (0, 0)


def test_a_retention_of_no_days_keeps_everything(village):
    assert village.forget(retention=0).interactions == 0


def test_what_arrives_later_than_the_fold_is_expired(lab):
    lab.load_people()
    lab.ingest([mail(1, ANNA, (LEA,), TODAY - 30), mail(2, ANNA, (LEA,), TODAY - 2)])
    lab.forget(retention=21)

    late = lab.ingest([mail(3, LEA, (ANNA,), TODAY - 22), mail(4, LEA, (ANNA,), TODAY - 21)])

    assert late.fates == {"expired": 1, "stored": 1}


def test_a_person_whose_address_is_taken_away_takes_their_share_of_a_folded_day_along(lab):
    lab.load_people()
    lab.ingest([mail(1, EVA, (LEA,), TODAY - 30), mail(2, EVA2, (LEA,), TODAY - 30)])
    (fast,) = [tie["fast"] for pair, tie in stored(lab).items() if pair == (EVA2, LEA)]

    lab.forget(retention=21)

    kept = [row["fast"] for row in lab.query("kept")]
    assert len(kept) == 2
    assert 1.5 * sum(kept) == pytest.approx(fast, rel=1e-12)
    assert kept[0] == pytest.approx(kept[1], rel=1e-12)


# ---- reweighting ----


def test_reweighting_changes_no_answer(village):
    def ask():
        question = Question(Target(uri=LEA), village.key(BO.removeprefix("mailto:")), TODAY, one_way=True)
        return lookup(village.graph, village.settings, question)

    before = ask()
    village.reweight()

    assert ask() == before


def test_a_run_tells_which_ties_changed_their_level(lab):
    lab.load_people()
    lab.ingest([mail(n, *pair, TODAY - 3) for n, pair in enumerate([(ANNA, (LEA,)), (LEA, (ANNA,)), (ANNA, (BO,))])])
    first = lab.reweight()
    later = lab.reweight(day=TODAY + 60)

    assert first.levels == {}  # nothing was known before
    assert later.levels == {("familiar", "weak"): 1}
    ((tie),) = later.coolest
    assert (tie["was"], tie["level"], later.warmest) == ("familiar", "weak", [])
    assert tie["strength"] < 0.15 <= tie["before"]


def test_a_tie_that_was_tampered_with_is_found_and_mended_by_a_full_run(village):
    right = stored(village)
    village.query("tamper_tie")
    assert stored(village) != right

    moves = village.reweight(full=True)

    assert len(moves.different) == 1
    assert {pair: tie["fast"] for pair, tie in stored(village).items()} == pytest.approx(
        {pair: tie["fast"] for pair, tie in right.items()}, rel=1e-12
    )
    assert village.reweight(full=True).different == []


def test_other_weights_are_a_formula_of_another_name_and_back_again(village):
    question = Question(Target(uri=LEA), village.key("mats@kund.example"), TODAY)
    before = lookup(village.graph, village.settings, question)

    village.reweight(weights=OTHER)
    other = lookup(village.graph, village.settings, question)
    village.reweight(weights=dict(WEIGHTS))

    assert other.formula == version(OTHER) == "WKW-2 email=1 meeting=2 call=0.5"
    assert [one.tie.strength for one in other.introducers] != [one.tie.strength for one in before.introducers]
    assert lookup(village.graph, village.settings, question) == before


def test_a_preview_tells_what_other_weights_would_do_and_does_nothing(village):
    state = village.state()
    found = preview(village.graph, village.settings, OTHER, day=TODAY, progress=lambda ties: None)
    assert village.state() == state
    village.reweight()
    moves = village.reweight(weights=OTHER)

    assert found.ties == moves.ties == len(state["ties"])
    assert found.levels == moves.levels
    assert found.kept == 0
    most = {(tie["colleague"], tie["person"]): tie["strength"] for tie in found.moves}
    assert most == {pair: pytest.approx(value) for pair, value in by_ids(village).items() if pair in most}


def by_ids(lab):
    return {(tie["from"], tie["to"]): tie["strength"] for tie in lab.query("weighed")}


def test_a_preview_counts_ties_that_hold_sums_of_an_older_formula(village):
    village.forget(retention=21)
    found = preview(village.graph, village.settings, OTHER, day=TODAY, progress=lambda ties: None)
    same = preview(village.graph, village.settings, dict(WEIGHTS), day=TODAY, progress=lambda ties: None)

    assert found.kept > 0
    assert (same.kept, same.levels) == (0, {})
    assert all(tie["strength"] == pytest.approx(tie["before"], abs=1e-9) for tie in same.moves)


def test_an_answer_tells_while_the_formula_is_changing(village):
    village.query("changing")
    question = Question(Target(uri=LEA), village.key("mats@kund.example"), TODAY)
    assert [n["code"] for n in lookup(village.graph, village.settings, question).notices] == ["formula_changing"]

    moves = village.reweight()  # whoever runs it next completes it

    assert moves.recomputed > 0
    assert lookup(village.graph, village.settings, question).notices == ()


@pytest.mark.parametrize("day", [0, 365, 8_000])
def test_very_old_and_very_late_days_have_finite_sums(lab, day):
    lab.load_people()
    lab.ingest([Event("id:1", (TODAY - 20_000 + day) * DAY, "email", ANNA, (LEA,), 1, "t")])

    tie = stored(lab)[ANNA, LEA]

    assert 0 <= tie["fast"] < float("inf")
    assert 0 < tie["slow"] < float("inf")
