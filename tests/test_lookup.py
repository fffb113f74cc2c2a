"""Who can introduce one to Lea, and who must never be seen in the answer."""

from contextlib import closing

import pytest
from lab import NOON, TODAY
from races import changed

from wkw import sharing
from wkw.errors import Ambiguous, InputError, NotFound
from wkw.evidence import recency
from wkw.lookup import Question, Target, document, lookup


def ask(lab, target, asker="anna@nord.example", **more):
    target = target if isinstance(target, Target) else Target(uri=f"mailto:{target}")
    return lookup(lab.graph, lab.settings, Question(target, lab.key(asker), TODAY, **more))


def names(answer):
    return [one.name for one in answer.introducers]


@pytest.mark.both_lines
def test_the_strongest_come_first_and_the_asker_is_told_of_their_own_tie(village):
    answer = ask(village, "lea@kund.example")

    assert [(one.name, round(one.tie.strength * 100), one.tie.level) for one in answer.introducers] == [
        ("Eva Noor", 26, "familiar"),
        ("Bo Ek", 24, "familiar"),
    ]
    assert (round(answer.you.strength * 100), answer.you.level, answer.you.last) == (62, "strong", "week")
    assert (answer.tier, answer.as_of, answer.formula, answer.complete) == ("enhanced", TODAY, "WKW-2", True)


@pytest.mark.both_lines
def test_the_answer_has_the_shape_of_the_contract(village):
    answer = document(village.settings, ask(village, "lea@kund.example"))

    assert list(answer) == [
        "target", "introducers", "you", "tier", "sources", "as_of", "complete", "formula", "notices",
    ]  # fmt: skip
    assert answer["target"] == {
        "id": answer["target"]["id"],
        "kind": "lead",
        "name": "Lea Sand",
        "company": {"id": answer["target"]["company"]["id"], "name": "Kund"},
    }
    assert list(answer["introducers"][0]) == [
        "colleague", "strength", "level", "channels", "two_way", "last", "can_request", "why_not",
    ]  # fmt: skip
    assert answer["introducers"][1]["channels"] == ["email", "call"]
    assert answer["as_of"] == "2026-06-02"


@pytest.mark.parametrize(
    "who",
    ["nobody@nowhere.example", "nils@kund.example", "bo@nord.example", "rut@fjord.example"],
    ids=["unknown", "unreachable", "a colleague", "met in a crowd"],
)
def test_nobody_to_show_looks_the_same_for_every_reason(village, who):
    with pytest.raises(NotFound) as refused:
        ask(village, who)

    assert str(refused.value) == str(NotFound("Nobody among your colleagues can introduce you to this person."))


def test_somebody_known_one_way_only_is_not_found_unless_asked_for(village):
    sharing.off(village.graph, village.settings, "mailto:eva@nord.example", now=NOON)

    with pytest.raises(NotFound):
        ask(village, "pia@fjord.example", asker="bo@nord.example")
    assert names(ask(village, "pia@fjord.example", asker="bo@nord.example", one_way=True)) == ["Cia Holm"]


@pytest.mark.both_lines
def test_one_way_ties_are_shown_when_asked_for_and_say_so(village):
    answer = ask(village, "lea@kund.example", one_way=True)

    assert names(answer) == ["Cia Holm", "Eva Noor", "Bo Ek"]
    assert (answer.introducers[0].tie.level, answer.introducers[0].tie.two_way) == ("one-way", False)


def test_a_colleague_who_left_is_hidden_from_the_first_day_they_are_gone(village):
    last_day = 20573  # 2026-04-30

    assert "Dag Lund" in names(ask(village, "lea@kund.example", as_of=last_day))
    assert "Dag Lund" not in names(ask(village, "lea@kund.example", as_of=last_day + 1))


def test_an_opted_out_colleague_is_in_no_answer_and_still_may_ask(village):
    sharing.off(village.graph, village.settings, "mailto:eva@nord.example", now=NOON)

    assert names(ask(village, "lea@kund.example")) == ["Bo Ek"]
    asked = ask(village, "lea@kund.example", asker="eva@nord.example")
    assert (names(asked), asked.you) == (["Anna Berg", "Bo Ek"], None)


def test_an_opted_out_target_is_not_found(village):
    sharing.off(village.graph, village.settings, "mailto:lea@kund.example", now=NOON)

    with pytest.raises(NotFound):
        ask(village, "lea@kund.example")


def test_two_askers_get_the_same_introducers_but_themselves(village):
    annas = names(ask(village, "lea@kund.example", asker="anna@nord.example"))
    bos = names(ask(village, "lea@kund.example", asker="bo@nord.example"))

    assert annas == ["Eva Noor", "Bo Ek"]
    assert bos == ["Anna Berg", "Eva Noor"]


@pytest.mark.parametrize("as_of", [None, TODAY])
def test_a_colleague_without_a_name_is_called_by_their_business_address(village, as_of):
    village.query("rename", uri="mailto:bo@nord.example", called=None, folded_name=None)

    assert names(ask(village, "lea@kund.example", as_of=as_of)) == ["Eva Noor", "bo@nord.example"]


def test_a_limit_keeps_the_strongest(village):
    assert names(ask(village, "lea@kund.example", asker="cia@nord.example", limit=1)) == ["Anna Berg"]


@pytest.mark.parametrize("limit", [0, 51, -1])
def test_a_limit_out_of_bounds_is_refused(village, limit):
    with pytest.raises(InputError):
        ask(village, "lea@kund.example", limit=limit)


@pytest.mark.parametrize("uri", ["crm:dynamics:1001", "tel:+46846500401", "mailto:lea@kund.example"])
def test_a_target_is_found_under_each_address(village, uri):
    assert ask(village, Target(uri=uri)).target["name"] == "Lea Sand"


@pytest.mark.both_lines
def test_a_target_is_found_by_id_and_by_a_name_however_it_is_written(village):
    lea = ask(village, "lea@kund.example").target["id"]

    assert ask(village, Target(id=lea)).target["name"] == "Lea Sand"
    assert ask(village, Target(name="PIA angstrom"), asker="bo@nord.example").target["name"] == "Pia Ångström"
    assert ask(village, Target(name="Lea Sand", company="kund")).target["id"] == lea


def test_a_name_that_fits_nobody_who_can_be_reached_is_not_found(village):
    with pytest.raises(NotFound):
        ask(village, Target(name="Nils Alm"))


def test_an_ambiguous_name_lists_the_candidates_and_guesses_nothing(village):
    village.query("rename", uri="mailto:mats@kund.example", called="Lea Sand", folded_name="lea sand")

    with pytest.raises(Ambiguous) as refused:
        ask(village, Target(name="lea sand"))

    assert [one["name"] for one in refused.value.candidates] == ["Lea Sand", "Lea Sand"]


def test_a_day_in_the_future_is_refused(village):
    with pytest.raises(InputError):
        ask(village, "lea@kund.example", as_of=TODAY + 1)


def test_a_day_that_folding_has_gone_past_is_refused_with_a_reason(village):
    village.forget(retention=21)

    with pytest.raises(InputError, match="folded"):
        ask(village, "lea@kund.example", as_of=TODAY - 100)


@pytest.mark.both_lines
def test_a_day_after_the_last_that_was_folded_has_the_same_answer_as_before(village):
    before = ask(village, "lea@kund.example", as_of=TODAY - 1, one_way=True)

    folded = village.forget(retention=21)

    assert folded.interactions > 0
    assert ask(village, "lea@kund.example", as_of=TODAY - 1, one_way=True) == before


def test_an_interrupted_reading_makes_answers_incomplete_until_it_is_repeated(village):
    village.graph.row("ingest/started", sources=["mail"], now=NOON)
    answer = ask(village, "lea@kund.example")
    assert (answer.complete, answer.notices[0]["code"]) == (False, "source_unfinished")

    village.ingest([])
    assert not ask(village, "lea@kund.example").complete
    village.ingest([], sources=["mail"])
    assert ask(village, "lea@kund.example").complete


@pytest.mark.parametrize(
    ("days", "word"),
    [
        (0, "week"),
        (6, "week"),
        (7, "month"),
        (29, "month"),
        (30, "quarter"),
        (91, "year"),
        (364, "year"),
        (365, "older"),
    ],
)
def test_recency_is_coarse(days, word):
    assert recency(days) == word


# ---- while it is deleted ----


TORN = {
    "a tie": ("tier: k.tier,\n    channels: k.channels,", "tier: k.tier,\n    channels: null,"),
    "a colleague": ("colleague: {id: c.id,", "colleague: {id: null,"),
    "the target": ("{id: t.id, kind:", "{id: null, kind:"),
}


@pytest.mark.parametrize("what", TORN)
def test_what_was_deleted_while_it_was_read_is_left_out(village, tmp_path, what):
    question = Question(Target(uri="mailto:lea@kund.example"), village.key("new@nord.example"), TODAY)
    with closing(changed(village, tmp_path, "lookup/introducers", TORN[what])) as graph, pytest.raises(NotFound):
        lookup(graph, village.settings, question)
