"""Copies of a calendar end in one state, whatever their order: the newest word on each pair of each instance counts."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

import pytest
from calendars import ANNA, BO, CIA, LEA, MATS, fates, vcalendar, vevent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY, VILLAGE
from races import TIMES
from test_strength import strengths

from wkw.connectors import calendar
from wkw.interactions import MOST_ABSENT, refusal
from wkw.model import Event

PIA, OLA = "mailto:pia@fjord.example", "mailto:ola@fjord.example"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
STARTS = [datetime(2026, 3, day, 10, tzinfo=STOCKHOLM) for day in (23, 30)]
GUESTS = (BO, LEA, MATS)
PARTSTATS = ("ACCEPTED", "DECLINED", "TENTATIVE")
PASSED = 500_000  # epoch seconds, when the histories began


@dataclass
class Meeting:
    """A series, or what is different in one instance of it, as its organiser has it."""

    sequence: int = 0
    modified: int = PASSED
    cancelled: bool = False
    moved: int = 0  # days
    hour: int = 0  # of the whole series, later than it was at first
    answers: dict = field(default_factory=lambda: dict.fromkeys(GUESTS, "NEEDS-ACTION"))

    def copy(self, **changed):
        return Meeting(**{**vars(self), "answers": dict(self.answers), **changed})


@dataclass
class Copy:
    """What a calendar said at one time: the series, and the changed or excluded instances by their number."""

    core: Meeting
    changes: dict
    excluded: set
    view: str | None  # whoever's calendar it is; None: the organiser's

    def seen(self, meeting):
        """The answers as this calendar shows them: only the organiser's knows those of others."""
        return {who: said if self.view in (None, who) else "NEEDS-ACTION" for who, said in meeting.answers.items()}

    @property
    def starts(self):
        return [start + timedelta(hours=self.core.hour) for start in STARTS]

    def text(self):
        rule = {"RRULE": f"FREQ=WEEKLY;COUNT={len(STARTS)}", "DTSTART": _local(self.starts[0])}
        out = [_local(self.starts[n]) for n in self.excluded]
        parts = [vevent(**rule, **self._lines(self.core), EXDATE=out)]
        for n, change in self.changes.items():
            start = _local(self.starts[n] + timedelta(days=change.moved))
            parts.append(vevent(RECURRENCE_ID=_local(self.starts[n]), DTSTART=start, **self._lines(change)))
        return vcalendar(*parts)

    def _lines(self, meeting):
        return {
            "SEQUENCE": str(meeting.sequence),
            "LAST_MODIFIED": f"{datetime.fromtimestamp(meeting.modified, ZoneInfo('UTC')):%Y%m%dT%H%M%SZ}",
            "STATUS": "CANCELLED" if meeting.cancelled else None,
            "ATTENDEE": [f"PARTSTAT={said}:{who}" for who, said in self.seen(meeting).items()],
        }

    def words(self):
        """What it says of each pair of each instance: how new that is, then day and weight."""
        for n, start in enumerate(self.starts):
            own = self.changes.get(n, self.core)
            sequence = max(own.sequence, self.core.sequence)
            rev = sequence * 2**32 + max(own.modified, self.core.modified)
            off = own.cancelled or self.core.cancelled or n in self.excluded
            yield from _said(n, start + timedelta(days=own.moved), self.seen(own), sequence, rev, off)


def _local(start):
    return f"TZID=Europe/Stockholm:{start:%Y%m%dT%H%M%S}"


def _said(n, start, answers, sequence, rev, off):
    answers = {ANNA: "ACCEPTED", **answers}
    asked = sum(said in ("ACCEPTED", "NEEDS-ACTION") for said in answers.values())
    for a in answers:
        for b in answers:
            both = {answers[a], answers[b]}
            if a == b or (both <= {"ACCEPTED", "NEEDS-ACTION"} and both != {"ACCEPTED"} and not off and not sequence):
                continue
            known = off or both == {"ACCEPTED"} or not both <= {"ACCEPTED", "NEEDS-ACTION"}
            weight = 0.5 / sqrt(max(1, asked - 1)) if both == {"ACCEPTED"} and not off else 0.0
            at = start.timestamp()
            yield (n, a, b), (rev if known else sequence * 2**32 - 1, weight == 0, weight, at)


@st.composite
def histories(draw):
    """Copies of a series of two instances, taken from several calendars while it was lived with."""
    core, changes, excluded, copies = Meeting(), {}, set(), []
    for step in range(draw(st.integers(1, 6))):
        n = draw(st.integers(-1, len(STARTS) - 1))
        one = core if n < 0 else changes.get(n, core).copy()
        one.modified = PASSED + step + 1
        match draw(st.sampled_from(["answer", "answer", "answer", "move", "hour", "cancel", "except", "revise"])):
            case "answer":
                one.answers[draw(st.sampled_from(GUESTS))] = draw(st.sampled_from(PARTSTATS))
            case "move" if n >= 0:
                one.moved, one.answers = draw(st.integers(-3, 9)), dict.fromkeys(GUESTS, "NEEDS-ACTION")
                one.sequence += 1
            case "hour" if n < 0:
                one.hour, one.sequence = draw(st.integers(-3, 8)), one.sequence + 1
            case "cancel":
                one.cancelled, one.sequence = not one.cancelled, one.sequence + 1
            case "except" if n >= 0:
                excluded = excluded | {n}
                core.modified = one.modified
            case "revise":
                one.sequence, one.answers = one.sequence + 1, dict.fromkeys(GUESTS, "NEEDS-ACTION")
        if n >= 0:
            changes[n] = one
        for view in draw(st.lists(st.sampled_from([None, *GUESTS]), max_size=2)):
            held = {number: change.copy() for number, change in changes.items()}
            copies.append(Copy(core.copy(), held, excluded, view))
    return copies


@settings(max_examples=12 * TIMES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(copies=histories(), seed=st.integers(0, 2**32))
def test_the_newest_word_on_each_pair_counts_whatever_the_order_and_the_split_of_the_copies(lab, copies, seed):
    newest = {}
    for copy in copies:
        for pair, word in copy.words():
            if {pair[1], pair[2]} != {LEA, MATS}:  # two contacts
                newest[pair] = max(newest.get(pair, word), word)
    expected = sorted((a, b, int(at // 86_400), weight) for (_, a, b), (_, _, weight, at) in newest.items())
    dice = random.Random(seed)

    states = []
    for _ in range(2):
        lab.query("wipe")
        lab.load_people()
        records = [one for copy in dice.sample(copies, len(copies)) for one in fates(copy.text())]
        while records:
            size = dice.randrange(1, len(records) + 1)
            lab.ingest(records[:size])
            records = records[size:]
        states.append(lab.state())
        found = sorted((e["sender"], e["receiver"], e["day"], e["weight"]) for e in lab.query("edges"))

        assert [row[:3] for row in found] == [row[:3] for row in expected]
        assert [row[3] for row in found] == pytest.approx([row[3] for row in expected])
    assert states[0] == states[1]


def counting(lab):
    """The edges and ties that count."""
    state = lab.state()
    return [edge for edge in state["interactions"] if edge[5] > 0], [tie for tie in state["ties"] if tie[4] > 0]


@pytest.mark.parametrize("how", [{"STATUS": "CANCELLED"}, {"ATTENDEE": [f"PARTSTAT=DECLINED:{who}" for who in GUESTS]}])
@pytest.mark.parametrize("late", [False, True])
def test_to_call_off_or_to_decline_is_the_exact_inverse_in_either_order(village, how, late):
    usual = {"DTSTART": "20260504T080000Z", "RRULE": "FREQ=WEEKLY;COUNT=4", "SEQUENCE": "1"}
    usual["ATTENDEE"] = [f"PARTSTAT=ACCEPTED:{who}" for who in GUESTS]
    before = counting(village)
    came, off = fates(vcalendar(vevent(**usual))), fates(vcalendar(vevent(**usual | {"SEQUENCE": "2"} | how)))

    village.ingest(off if late else came)
    assert (counting(village) == before) == late
    village.ingest(came if late else off)

    assert counting(village) == before


@pytest.mark.parametrize("late", [False, True])
def test_a_series_at_a_new_hour_counts_once_a_day_in_either_order(lab, late):
    lab.load_people()
    copies = [{}, {"DTSTART": "20260504T140000Z", "SEQUENCE": "2"}]
    for changed in copies if late else copies[::-1]:
        lab.ingest(fates(vcalendar(vevent(RRULE="FREQ=WEEKLY;COUNT=4", **changed))))

    assert sorted(e["day"] for e in lab.query("edges") if e["sender"] == ANNA) == [20577, 20584, 20591, 20598]


def test_copies_of_others_who_do_not_know_an_answer_take_nothing_back(lab):
    lab.load_people()
    yes = {"ATTENDEE": [f"PARTSTAT=ACCEPTED:{LEA}", BO], "LAST_MODIFIED": "20260501T000000Z"}
    unaware = {"ATTENDEE": [LEA, f"PARTSTAT=ACCEPTED:{BO}"], "LAST_MODIFIED": "20260502T000000Z"}
    for changed in (yes, unaware):
        lab.ingest(fates(vcalendar(vevent(**changed))))

    assert {(ANNA, LEA), (ANNA, BO)} <= {(e["sender"], e["receiver"]) for e in lab.query("edges") if e["weight"] > 0}


def test_the_village_calendar_has_the_fates_and_strengths_of_a_hand_calculation(lab):
    lab.load_people()
    records = list(calendar.read([VILLAGE / "calendar.ics"], now=NOON, zone=STOCKHOLM))
    report = lab.ingest(records)

    assert report.submitted == len(records) == 12
    assert dict(report.fates) == {"stored": 6, "excluded": 3, "upcoming": 1, "quarantined": 2}
    assert "CANARY" not in repr(records) + repr(lab.query("everything"))
    found = {pair: strength for pair, strength in strengths(lab, TODAY).items() if strength}
    assert found == {
        (BO, OLA): pytest.approx(0.557851, abs=5e-7),
        (ANNA, MATS): pytest.approx(0.382939, abs=5e-7),
        (BO, PIA): pytest.approx(0.407415, abs=5e-7),
    }


def test_the_same_calendar_again_changes_nothing_and_a_later_pull_takes_what_has_passed(lab):
    lab.load_people()

    def pull(now):
        records = calendar.read([VILLAGE / "calendar.ics"], now=now, zone=STOCKHOLM)
        return dict(lab.ingest(records, now=now).fates)

    pull(NOON)
    state = lab.state()
    assert pull(NOON) == {"duplicate": 6, "excluded": 3, "upcoming": 1, "quarantined": 2}
    assert lab.state() == state
    assert pull(NOON + 14 * 86_400_000) == {"duplicate": 6, "stored": 1, "excluded": 3, "quarantined": 2}


def test_a_meeting_that_a_hundred_declined_is_no_burden():
    absent = {f"mailto:p{n}@kund.example": 0 for n in range(MOST_ABSENT + 1)}
    event = Event("ics:1", NOON, "meeting", ANNA, (LEA,), 1, "calendar", absent=absent)

    assert refusal(event, now=NOON, cap=10) == ("excluded", "many absent")
    del absent[CIA.replace("cia@nord", "p0@kund")]
    assert refusal(event, now=NOON, cap=10) is None
