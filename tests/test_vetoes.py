"""A veto keeps others from being offered one tie: nobody but the colleague can tell, and nothing but they ends it."""

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from lab import NOON, TODAY, village_records
from program import program_of

from wkw import exclusions, identity, people, sharing
from wkw.connections import connections
from wkw.cooling import cooling
from wkw.errors import NotFound
from wkw.explain import explain
from wkw.exposure import as_shown, exposure
from wkw.lookup import Question, document, lookup, targets
from wkw.model import Event, Listing, Target
from wkw.vetoes import veto

ANNA, BO, CIA, EVA = (f"{who}@nord.example" for who in ("anna", "bo", "cia", "eva"))
LEA, MATS, PIA = "lea@kund.example", "mats@kund.example", "pia@fjord.example"
DAY = 86_400_000


def id_of(lab, who):
    return lab.query("person", key=lab.key(who))[0]["facts"]["id"]


def put(lab, who, contact, *, wanted=True):
    veto(lab.graph, lab.key(who), id_of(lab, contact), wanted=wanted, day=TODAY)


def told(lab, target, *, asker, **more):
    """The whole answer to a lookup; None where there is nobody to show."""
    whom = Target(name=target) if " " in target else Target(uri=f"mailto:{target}")
    try:
        return document(lab.settings, lookup(lab.graph, lab.settings, Question(whom, lab.key(asker), TODAY, **more)))
    except NotFound:
        return None


def introducers(lab, target=LEA, *, asker=CIA, **more):
    answer = told(lab, target, asker=asker, **more)
    return answer and [one["colleague"]["name"] for one in answer["introducers"]]


def own(lab, who):
    """Whom a colleague knows, and which of these they vetoed."""
    ties = connections(lab.graph, lab.settings, lab.key(who), day=TODAY, limit=100).ties
    return {tie["name"] for tie in ties}, {tie["name"] for tie in ties if tie["vetoed"]}


# ---- nobody is offered it ----


@pytest.mark.both_lines
def test_a_vetoed_tie_is_offered_to_nobody_and_the_next_one_fills_its_place(village):
    before = introducers(village, limit=2)
    assert before == ["Anna Berg", "Eva Noor"]

    put(village, ANNA, LEA)

    assert introducers(village, limit=2) == ["Eva Noor", "Bo Ek"]
    assert introducers(village, limit=2, as_of=TODAY) == ["Eva Noor", "Bo Ek"]
    assert introducers(village, MATS, one_way=True, limit=1) == ["Bo Ek"]  # of others nothing changes
    put(village, ANNA, LEA, wanted=False)
    assert introducers(village, limit=2) == before


@pytest.mark.parametrize("one_way", [False, True])
def test_an_answer_is_the_one_without_the_tie_in_everything(village, one_way):
    put(village, ANNA, LEA)
    vetoed = [told(village, LEA, asker=who, one_way=one_way) for who in (BO, CIA, EVA)]
    vetoed += [told(village, LEA, asker=who, one_way=one_way, as_of=TODAY) for who in (BO, CIA, EVA)]
    put(village, ANNA, LEA, wanted=False)

    sharing.off(village.graph, village.settings, f"mailto:{ANNA}", now=NOON)

    there = [told(village, LEA, asker=who, one_way=one_way) for who in (BO, CIA, EVA)]
    assert vetoed == there + [told(village, LEA, asker=who, one_way=one_way, as_of=TODAY) for who in (BO, CIA, EVA)]


def test_whom_only_a_vetoed_tie_reaches_is_not_found_by_any_name(village):
    assert introducers(village, PIA, asker=BO) == introducers(village, "Pia Ångström", asker=BO) == ["Eva Noor"]
    assert targets(village.graph, "pia", None, asker=village.key(BO), day=TODAY)

    put(village, EVA, PIA)

    assert told(village, PIA, asker=BO) is told(village, "Pia Ångström", asker=BO) is None
    assert told(village, PIA, asker=BO, as_of=TODAY) is told(village, "Pia Ångström", asker=BO, as_of=TODAY) is None
    assert targets(village.graph, "pia", None, asker=village.key(BO), day=TODAY) == []


def test_of_several_of_a_name_only_those_who_can_be_reached_are_candidates(village):
    other = "pia.two@kund.example"
    mails = [
        Event(f"mid:two{n}", NOON - DAY, "email", f"mailto:{one}", (f"mailto:{two}",), 1, "x")
        for n, (one, two) in enumerate([(BO, other), (other, BO)])
    ]
    village.ingest(mails)
    people.load(
        village.graph, village.settings, [Listing(f"mailto:{other}", "contact", name="Pia Ångström")], day=TODAY
    )

    put(village, EVA, PIA)

    assert introducers(village, "Pia Ångström", asker=ANNA) == ["Bo Ek"]


def test_the_colleague_still_sees_their_own_tie_wherever_it_is_theirs(village):
    before, fading = (
        told(village, PIA, asker=EVA),
        cooling(village.graph, village.settings, village.key(EVA), day=TODAY, days=90),
    )
    known, _ = own(village, EVA)
    put(village, EVA, PIA)

    assert told(village, PIA, asker=EVA) == told(village, "Pia Ångström", asker=EVA) == before
    assert before["you"]["strength"] == 51
    assert own(village, EVA) == (known, {"Pia Ångström"})
    assert cooling(village.graph, village.settings, village.key(EVA), day=TODAY, days=90) == fading
    assert "Pia Ångström" in {tie.name for tie in fading}


def test_an_operator_is_told_of_a_vetoed_tie_as_of_none(village):
    known = program_of(village)
    none = known("explain", EVA, "nils@kund.example")
    assert known("explain", EVA, PIA).code == 0

    put(village, EVA, PIA)

    assert known("explain", EVA, PIA) == none
    ends = Target(uri=f"mailto:{EVA}"), Target(uri=f"mailto:{PIA}")
    assert explain(village.graph, village.settings, *ends, day=TODAY, own=True).strength > 0.5


def shown(lab, who):
    return as_shown(exposure(lab.graph, lab.settings, lab.key(who), day=TODAY, limit=100))


def test_what_others_are_shown_of_one_is_counted_without_it_and_of_others_nothing_is_told(village):
    before = shown(village, EVA)
    put(village, EVA, PIA)

    after = shown(village, EVA)

    assert [one for one in before["contacts"] if one["name"] != "Pia Ångström"] == after["contacts"]
    assert (before["preview"], after["preview"]) == ({"introduces": 4, "only_you": 1}, {"introduces": 3, "only_you": 0})
    put(village, BO, MATS)
    assert shown(village, EVA)["preview"] == {"introduces": 3, "only_you": 1}  # as if Bo did not know Mats


# ---- nothing but the colleague ends it ----


def later(lab):
    at = NOON - DAY
    lab.ingest([Event("mid:later", at, "email", f"mailto:{ANNA}", (f"mailto:{LEA}",), 1, "x")])


def joined(lab):
    ends = Target(uri=f"mailto:{LEA}"), Target(uri="mailto:mats@kund.example")
    identity.merge(lab.graph, lab.settings, *ends, day=TODAY)


def parted(lab):
    joined(lab)
    identity.unmerge(lab.graph, lab.settings, f"mailto:{LEA}", day=TODAY)


def moved(lab):
    people.load(
        lab.graph,
        lab.settings,
        [Listing(f"mailto:{LEA}", "lead", name="Lea Sand", company="Fjord", domain="fjord.example")],
        day=TODAY,
    )


def own_joined(lab):
    ends = Target(uri=f"mailto:{ANNA}"), Target(uri="mailto:anna.berg@nord.example")
    identity.merge(lab.graph, lab.settings, *ends, day=TODAY)


CHANGES = {
    "mail that comes later": later,
    "a re-ingest": lambda lab: lab.ingest(village_records()),
    "a directory": lambda lab: lab.load_people(),
    "another company": moved,
    "reweighting": lambda lab: lab.reweight(full=True),
    "other weights": lambda lab: lab.reweight(weights={"email": 2.0, "meeting": 1.0, "call": 1.0}),
    "retention": lambda lab: lab.forget(retention=10),
    "joining the contact": joined,
    "parting the contact": parted,
    "joining the colleague": own_joined,
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_veto_outlasts(village, what):
    put(village, ANNA, LEA)

    CHANGES[what](village)

    for target in (LEA, MATS):  # who may be the same by now
        assert "Anna Berg" not in introducers(village, target)
    assert own(village, ANNA)[1] != set()


def test_a_veto_for_an_address_holds_on_both_sides_of_a_person_who_is_parted(village):
    joined(village)
    put(village, BO, LEA)

    identity.unmerge(village.graph, village.settings, f"mailto:{LEA}", day=TODAY)

    for target in (LEA, MATS):
        assert "Bo Ek" not in introducers(village, target)


@rules(max_examples=15)
@given(steps=st.lists(st.sampled_from([*CHANGES, "veto", "lift"]), min_size=1, max_size=5))
def check_any_order(lab, steps):
    lab.empty()
    lab.load_village()
    expected = False
    for step in steps:
        if step in ("veto", "lift"):
            expected = step == "veto"
            put(lab, ANNA, LEA, wanted=expected)
        else:
            CHANGES[step](lab)
        assert ("Anna Berg" not in introducers(lab)) == expected, steps


def test_whatever_happens_in_whatever_order_the_last_word_of_the_colleague_holds(lab):
    check_any_order(lab)


def test_a_veto_changes_nothing_that_is_known(village):
    before = village.state()

    for wanted in (True, True, False, False):
        put(village, ANNA, LEA, wanted=wanted)
        assert len(village.query("vetoes")) == (3 if wanted else 0)  # her address with each of Lea's
        assert village.state() == before


# ---- whoever opts out takes it along ----


@pytest.mark.both_lines
@pytest.mark.parametrize(("who", "left"), [(ANNA, (BO, LEA)), (LEA, (ANNA, MATS))])
def test_with_whoever_opts_out_go_the_vetoes_of_and_about_them_uncounted(village, who, left):
    found = village.query("held", key=village.key(who))[0]
    for pair in ((ANNA, LEA), (ANNA, MATS), (BO, LEA)):
        put(village, *pair)

    receipt = sharing.off(village.graph, village.settings, f"mailto:{who}", now=NOON)

    assert receipt.interactions == len(found["interactions"])
    assert {row["sender"] for row in village.query("vetoes")} == {f"mailto:{left[0]}"}
    assert f"mailto:{left[1]}" in {row["receiver"] for row in village.query("vetoes")}


def test_vetoes_go_with_somebody_of_whom_nothing_else_is_left(village):
    put(village, EVA, PIA)
    village.query("close_only", key=village.key(PIA))
    while village.graph.row("sharing/purge", key=village.key(PIA), day=TODAY, limit=1):
        pass

    assert village.query("vetoes") == []


def test_whoever_is_back_in_has_vetoed_nobody(village):
    put(village, ANNA, LEA)
    sharing.off(village.graph, village.settings, f"mailto:{ANNA}", now=NOON)
    sharing.on(village.graph, village.settings, village.key(ANNA), now=NOON, by="self")

    mails = [
        Event(f"mid:back{n}", NOON + n, "email", f"mailto:{one}", (f"mailto:{two}",), 1, "x")
        for n, (one, two) in enumerate([(ANNA, LEA), (LEA, ANNA)])
    ]
    village.ingest(mails, now=NOON + 5)

    assert own(village, ANNA)[1] == set()


def test_an_address_that_is_excluded_takes_its_vetoes_along(village):
    put(village, EVA, PIA)
    rule = exclusions.Rule("address", village.key(PIA))
    exclusions.add(village.graph, village.settings, rule)

    exclusions.purge(village.graph, village.settings, [rule], day=TODAY)

    assert village.query("vetoes") == []
