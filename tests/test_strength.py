"""The strength is design section 4 exactly, whatever order the events came in."""

import random

import pytest
import reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY, VILLAGE
from races import TIMES

from wkw.addresses import address_key
from wkw.lookup import Question, lookup
from wkw.model import Event, Target
from wkw.strength import SMALL_MEETING, decay

DAY = 86_400_000
ANNA, BO, EVA, EVA2, LEA, MATS = (
    f"mailto:{name}"
    for name in (
        "anna@nord.example",
        "bo@nord.example",
        "eva@nord.example",
        "eva.noor@nord.example",
        "lea@kund.example",
        "mats@kund.example",
    )
)
PEOPLE = (ANNA, BO, EVA, EVA2, LEA, MATS)


def mail(n, sender, to, day, **more):
    return Event(
        id=f"mid:{n}", at=day * DAY + 36_000_000, channel="email", sender=sender, to=to, n=len(to), source="t", **more
    )


def person_of(uri):
    return EVA2 if uri == EVA else uri  # the first of Eva's two in order, as the queries of the tests name her


def is_colleague(person):
    return person.endswith("@nord.example")


def strengths(lab, day):
    f, s = decay(day).values()
    sums = {(t["colleague"], t["person"]): t["fast"] * f + t["slow"] * s for t in lab.query("ties")}
    return {pair: total / (total + 4) for pair, total in sums.items()}


def test_the_worked_example_of_four_mails(lab):
    lab.load_people()
    others = ("mailto:a@x.example", "mailto:b@x.example", "mailto:c@x.example")
    many = tuple(f"mailto:p{n}@x.example" for n in range(15))
    base = TODAY - 100
    lab.ingest(
        [
            mail(1, ANNA, (BO,), base + 99),
            mail(2, ANNA, (BO, *others), base + 99),
            mail(3, BO, (ANNA,), base + 70),
            mail(4, BO, (ANNA, *many), base + 10),
        ]
    )

    found = strengths(lab, TODAY)

    assert found[ANNA, BO] == pytest.approx(0.42054, abs=5e-6)
    assert found[BO, ANNA] == pytest.approx(0.37888, abs=5e-6)


def test_the_worked_example_of_one_meeting_of_two(lab):
    lab.load_people()
    lab.ingest([Event("id:1", TODAY * DAY, "meeting", ANNA, (LEA,), 1, "t")])

    assert strengths(lab, TODAY)[ANNA, LEA] == pytest.approx(0.49877, abs=5e-6)


def test_a_call_is_worth_one_mail_each_way(lab):
    lab.load_people()
    lab.ingest(
        [
            Event("id:1", TODAY * DAY, "call", ANNA, (LEA,), 1, "t"),
            mail(2, ANNA, (MATS,), TODAY),
            mail(3, MATS, (ANNA,), TODAY),
        ]
    )

    found = strengths(lab, TODAY)

    assert found[ANNA, LEA] == pytest.approx(found[ANNA, MATS], abs=1e-12)


def test_the_village_has_the_strengths_of_its_readme(village):
    rows = [line.split("|") for line in (VILLAGE / "README.md").read_text().splitlines() if " -> " in line]
    expected = {row[1].strip(): float(row[4]) for row in rows if row[0] == ""}
    short = {"mailto:eva.noor@nord.example": "Eva"}

    def name(uri):
        return short.get(uri, uri.removeprefix("mailto:").split("@")[0].capitalize())

    found = {f"{name(c)} -> {name(p)}": value for (c, p), value in strengths(village, TODAY).items()}

    assert expected.keys() <= found.keys()
    assert {pair: found[pair] for pair in expected} == pytest.approx(expected, abs=5e-7)


@st.composite
def histories(draw):
    """Events among the village's people, some revised, cancelled, logged twice or between one person's addresses."""
    events = []
    for n in range(draw(st.integers(1, 25))):
        channel = draw(st.sampled_from(["email", "email", "meeting", "call"]))
        people = draw(st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=4, unique=True))
        event = Event(
            id=f"id:{n}",
            at=(TODAY - draw(st.integers(0, 400))) * DAY + draw(st.integers(0, 40_000_000)),
            channel=channel,
            sender=people[0],
            to=tuple(people[1:]),
            n=draw(st.integers(len(people) - 1, 9)),
            source="t",
            tier=draw(st.sampled_from(["enhanced", "basic"])),
        )
        events.append(event)
        if draw(st.booleans()):
            events.append(_revised(draw, event))
    return events


def _revised(draw, event):
    from dataclasses import replace

    return replace(
        event,
        at=event.at - draw(st.integers(0, 3)) * DAY,
        rev=draw(st.integers(0, 2)),
        cancelled=draw(st.booleans()),
        tier=draw(st.sampled_from(["enhanced", "basic"])),
    )


@settings(max_examples=25 * TIMES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), seed=st.integers(0, 2**32))
def test_ties_equal_the_plain_reference_whatever_the_order_and_the_batches(lab, history, seed):
    lab.query("wipe")
    lab.load_people()
    expected = reference.ties(history, person_of, is_colleague)
    shuffled = random.Random(seed).sample(history, len(history))
    for start in range(0, len(shuffled), 7):
        lab.ingest(shuffled[start : start + 7])

    found = {(tie["colleague"], tie["person"]): tie for tie in lab.query("ties")}

    assert found.keys() == expected.keys()
    for pair, tie in expected.items():
        row = found[pair]
        assert (row["fast"], row["slow"]) == pytest.approx((tie.fast, tie.slow), rel=1e-9)
        assert (row["sent"], row["received"], row["met"]) == (tie.sent, tie.received, tie.met)
        assert (row["days"], row["last"]) == (len(tie.days), max(tie.days, default=None))
        assert row["two_way"] == tie.two_way
        assert row["tier"] == ("enhanced" if "enhanced" in tie.tiers else "basic")


@settings(max_examples=10 * TIMES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), back=st.integers(0, 300))
def test_an_answer_as_of_an_earlier_day_equals_the_plain_reference(lab, history, back):
    lab.query("wipe")
    lab.load_people()
    lab.ingest(history)
    day = TODAY - back
    expected = reference.ties(history, person_of, is_colleague, until=day)
    known = {u: tie for (u, v), tie in expected.items() if v == LEA and tie.days and u != BO}

    found = {one.tie.strength for one in _introducers(lab, day)}

    assert found == {round(reference.strength(tie, day), 6) for tie in known.values()}


def _introducers(lab, day):
    from wkw.errors import NotFound

    asker = address_key(lab.settings.address_key, BO)
    try:
        answer = lookup(lab.graph, lab.settings, Question(Target(uri=LEA), asker, TODAY, as_of=day, one_way=True))
    except NotFound:
        return []
    return answer.introducers


def test_both_ways_to_ask_agree_on_the_newest_day(village):
    asker = village.key("mats@kund.example")
    today = lookup(village.graph, village.settings, Question(Target(uri=LEA), asker, TODAY, one_way=True))
    as_of = lookup(village.graph, village.settings, Question(Target(uri=LEA), asker, TODAY, as_of=TODAY, one_way=True))

    assert today == as_of
    assert len(today.introducers) == 4


def test_a_small_meeting_is_one_of_at_most_four_people():
    assert 0.5 / 3**0.5 >= SMALL_MEETING > 0.5 / 4**0.5
    assert NOON // DAY == TODAY
