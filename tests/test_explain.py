"""A strength is explained by parts that add up to it, also after a fold, and one is told what will fade, and when."""

import pytest
import reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY
from test_strength import ANNA, BO, LEA, MATS, histories, is_colleague, mail, person_of

from wkw.cooling import cooling
from wkw.errors import NotFound
from wkw.explain import explain
from wkw.lookup import Question, lookup
from wkw.model import Event, Target
from wkw.strength import decay, falls_below

DAY = 86_400_000


def explained(lab, colleague=ANNA, contact=LEA, day=TODAY):
    return explain(lab.graph, lab.settings, Target(uri=colleague), Target(uri=contact), day=day)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), retention=st.sampled_from([0, 21, 200]))
def test_the_parts_add_up_to_the_strength_also_after_a_fold(lab, history, retention):
    lab.query("wipe")
    lab.load_people()
    lab.ingest(history)
    lab.forget(retention=retention)

    for (c, p), tie in reference.ties(history, person_of, is_colleague).items():
        found = explained(lab, c, p)
        assert found.strength == pytest.approx(reference.strength(tie, TODAY), abs=1e-9)
        adds = sum(part.adds for part in found.parts) + sum(kept.adds for kept in found.kept)
        assert adds == pytest.approx(found.total, rel=1e-12)
        assert found.weeks[-1] == pytest.approx(found.strength, abs=1e-12)
        assert all(part.damped * part.decay == part.adds for part in found.parts)


def test_each_part_names_its_day_channel_direction_and_number(lab):
    lab.load_people()
    lab.ingest(
        [
            mail(1, ANNA, (LEA,), TODAY - 3),
            mail(2, ANNA, (LEA,), TODAY - 3),
            mail(3, LEA, (ANNA,), TODAY - 1),
            Event("id:4", (TODAY - 30) * DAY, "meeting", ANNA, (LEA,), 1, "t"),
        ]
    )
    found = explained(lab)

    told = [(TODAY - part.day, part.channel, part.sent, part.n, part.x) for part in found.parts]
    assert told == [
        (1, "email", False, 1, 1.0),
        (3, "email", True, 2, 2.0),
        (30, "meeting", False, 1, 0.5),
        (30, "meeting", True, 1, 0.5),
    ]
    assert found.parts[1].damped == pytest.approx(1.5 * 2**0.5)


def test_what_would_change_the_level_is_told_and_true(lab):
    lab.load_people()
    lab.ingest([mail(1, ANNA, (LEA,), TODAY - 20), mail(2, LEA, (ANNA,), TODAY - 20), mail(3, ANNA, (MATS,), TODAY)])
    fades, rises = explained(lab).changes
    (one_way,) = explained(lab, ANNA, MATS).changes

    (tie,) = [t for t in lab.query("ties") if (t["colleague"], t["person"]) == (ANNA, LEA)]
    day = falls_below(tie["fast"], tie["slow"], 0.15, 4.0, TODAY)
    assert at(tie, day) < 0.15 <= at(tie, day - 1)
    assert fades.startswith("Without contact it is no longer familiar from 20")
    assert rises == "One mail a day to them alone for 2 days makes it strong."
    lab.ingest([mail(n, ANNA, (LEA,), TODAY + n - 10) for n in (10, 11)], now=(TODAY + 2) * DAY)
    assert explained(lab, day=TODAY + 1).level == "strong"
    assert explained(lab, day=TODAY).level == "familiar"
    assert one_way == "An answer from the other side would make it two-way."


def at(tie, day):
    now = decay(day)
    total = tie["fast"] * now["f"] + tie["slow"] * now["s"]
    return total / (total + 4)


@pytest.mark.parametrize(("colleague", "contact"), [(ANNA, "mailto:nobody@x.example"), (LEA, ANNA), (ANNA, ANNA)])
def test_what_is_no_connection_is_not_explained(village, colleague, contact):
    with pytest.raises(NotFound):
        explained(village, colleague, contact)


def test_a_bulk_sender_is_one_way_whatever_the_sum(lab):
    lab.load_people()
    lab.ingest([mail(n, LEA, (ANNA,), TODAY - n % 30) for n in range(300)])

    found = explained(lab)

    assert found.strength > 0.9
    assert found.level == "one-way"
    with pytest.raises(NotFound):
        lookup(lab.graph, lab.settings, Question(Target(uri=LEA), lab.key("bo@nord.example"), TODAY))


# ---- cooling ----


def test_ties_that_fall_below_a_level_are_listed_with_the_day(lab):
    lab.load_people()
    both = [
        mail(f"{n}{way}", *ends, TODAY - n)
        for n in range(9)
        for way, ends in enumerate([(ANNA, (LEA,)), (LEA, (ANNA,))])
    ]
    lab.ingest(
        [*both, mail("a", ANNA, (BO,), TODAY - 40), mail("b", BO, (ANNA,), TODAY - 40), mail("c", ANNA, (MATS,), TODAY)]
    )

    later, soon = sorted(
        cooling(lab.graph, lab.settings, lab.key("anna@nord.example"), day=TODAY, days=400), key=lambda tie: tie.name
    )
    assert (later.name, later.level) == ("Bo Ek", "familiar")

    tie = next(t for t in lab.query("ties") if (t["colleague"], t["person"]) == (ANNA, LEA))
    assert (soon.name, soon.level) == ("Lea Sand", "strong")
    assert at(tie, soon.falls) < 0.5 <= at(tie, soon.falls - 1)
    assert TODAY < soon.falls <= TODAY + 400
    before = min(soon.falls, later.falls) - TODAY - 1
    assert cooling(lab.graph, lab.settings, lab.key("anna@nord.example"), day=TODAY, days=before) == []


def test_cooling_shows_nobody_who_opted_out(village):
    from wkw import sharing

    key = village.key("anna@nord.example")
    before = cooling(village.graph, village.settings, key, day=TODAY, days=3650)
    assert "Lea Sand" in {tie.name for tie in before}
    sharing.off(village.graph, village.settings, LEA, now=NOON)

    after = cooling(village.graph, village.settings, key, day=TODAY, days=3650)
    assert len(after) == len(before) - 1
    sharing.off(village.graph, village.settings, ANNA, now=NOON)
    assert cooling(village.graph, village.settings, key, day=TODAY, days=3650) == []
