"""An event of a calendar says who met whom and when; each has one fate, and nothing else of it is kept."""

import time

import pytest
from calendars import ANNA, BO, CIA, LEA, MATS, became, fates, ms, reason, vcalendar, vevent
from hypothesis import example, given
from hypothesis import strategies as st

from wkw.connectors.calendar_parts import MAX_EVENT
from wkw.model import Dropped, Event

YES, NO, MAYBE = "PARTSTAT=ACCEPTED:", "PARTSTAT=DECLINED:", "PARTSTAT=TENTATIVE:"


def test_an_event_says_who_met_whom_and_when():
    guests = [f"CN=Lea  Sand;PARTSTAT=ACCEPTED:{LEA}", f"PARTSTAT=ACCEPTED;CN=Bo:{BO.upper()}"]

    assert became(ORGANIZER=f'CN="Berg, Anna":{ANNA}', ATTENDEE=guests) == Event(
        id="ics:m1",
        at=ms("2026-05-04T08:00:00"),
        channel="meeting",
        sender=ANNA,
        to=(LEA, BO),
        n=2,
        source="calendar",
        names={ANNA: "Berg, Anna", LEA: "Lea Sand", BO: "Bo"},
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"ATTENDEE": None}, "excluded nobody else"),
        ({"ATTENDEE": f"{YES}{ANNA}"}, "excluded nobody else"),
        ({"ATTENDEE": f"CUTYPE=ROOM;PARTSTAT=ACCEPTED:{LEA}"}, "excluded nobody else"),
        ({"ATTENDEE": f"CUTYPE=resource;PARTSTAT=ACCEPTED:{LEA}"}, "excluded nobody else"),
        ({"ATTENDEE": f"CUTYPE=GROUP;PARTSTAT=ACCEPTED:{LEA}"}, "excluded nobody else"),
        ({"ATTENDEE": f"{YES}mailto:info@kund.example"}, "excluded role"),
        ({"ATTENDEE": f"{YES}mailto:no-reply@kund.example"}, "excluded robot"),
        ({"ATTENDEE": f"{YES}mailto:c_1@resource.calendar.google.com"}, "excluded nobody else"),
        ({"ATTENDEE": f"{YES}invalid:nomail"}, "quarantined bad_attendees"),
        ({"ATTENDEE": f"{YES}tel:+4687000"}, "quarantined bad_attendees"),
        ({"ATTENDEE": "EMAIL=lea@kund.example;PARTSTAT=ACCEPTED:urn:uuid:1"}, "event"),
        ({"ATTENDEE": f"{YES}lea@kund.example"}, "event"),
        ({"ATTENDEE": LEA}, "excluded nobody accepted"),
        ({"ATTENDEE": f"PARTSTAT=X-PERHAPS:{LEA}"}, "excluded nobody accepted"),
        ({"ATTENDEE": [f"{YES}mailto:p{n}@kund.example" for n in range(500)]}, "excluded large meeting"),
        ({"UID": None}, "quarantined no_uid"),
        ({"UID": "x" * 501}, "quarantined bad_uid"),
        ({"UID": None, "ATTENDEE": None}, "excluded nobody else"),
        ({"DTSTART": None}, "quarantined no_date"),
        ({"DTSTART": ["20260504T080000Z", "20260505T080000Z"]}, "quarantined bad_date"),
        ({"DTSTART": "20260231T080000Z"}, "quarantined bad_date"),
        ({"DTSTART": "20260504T250000Z"}, "quarantined bad_date"),
        ({"DTSTART": "tomorrow"}, "quarantined bad_date"),
        ({"DTSTART": "99990504T080000"}, "quarantined too_far_ahead"),
        ({"DTSTART": "TZID=Pacific/Kiritimati:00010101T000000"}, "quarantined date_before_1990"),
        ({"DTSTART": "19891231T235959Z"}, "quarantined date_before_1990"),
        ({"DTSTART": "19900101T000000Z"}, "event"),
        ({"DTSTART": "20270707T120000Z"}, "event"),
        ({"DTSTART": "20270707T120001Z"}, "quarantined too_far_ahead"),
        ({"DTSTART": "TZID=Nowhere:20260504T080000"}, "quarantined unknown_zone"),
        ({"DTSTART": "TZID=America:20260504T080000"}, "quarantined unknown_zone"),
        ({"DTSTART": f"TZID={'a' * 400}:20260504T080000"}, "quarantined unknown_zone"),
        ({"RECURRENCE_ID": "tomorrow"}, "quarantined bad_date"),
        ({"RRULE": "FREQ=DAILY;COUNT=3", "EXDATE": "tomorrow"}, "quarantined bad_date"),
        ({"RRULE": "FREQ=DAILY", "EXDATE": "TZID=Nowhere:20260504T080000"}, "quarantined unknown_zone"),
        ({"RRULE": "FREQ=OFTEN"}, "quarantined bad_rule"),
        ({"RRULE": "FREQ=DAILY", "EXRULE": "FREQ=WEEKLY"}, "quarantined bad_rule"),
        ({"SEQUENCE": "second"}, "quarantined bad_sequence"),
        ({"SEQUENCE": "99999999999"}, "quarantined bad_sequence"),
        ({"method": "REPLY"}, "excluded reply"),
        ({"method": "counter"}, "excluded reply"),
        ({"method": "REQUEST"}, "event"),
        ({"TRANSP": "TRANSPARENT", "CLASS": "PRIVATE", "STATUS": "TENTATIVE"}, "event"),
    ],
)  # fmt: skip
def test_every_event_has_one_fate_with_a_reason(changed, expected):
    assert reason(**changed) == expected


@pytest.mark.parametrize("answer", ["DECLINED", "TENTATIVE", "DELEGATED", "declined"])
def test_who_did_not_say_yes_was_absent_and_does_not_count(answer):
    event = became(ATTENDEE=[f"{YES}{LEA}", f"PARTSTAT={answer}:{BO}"], LAST_MODIFIED="19700101T000007Z")

    assert (event.to, event.n, event.absent) == ((LEA,), 1, {BO: 7})


def test_an_organiser_who_says_no_was_absent():
    event = became(ATTENDEE=[f"{NO}{ANNA}", f"{YES}{LEA}", f"{YES}{BO}"])

    assert (event.sender, event.organiser_attended, event.to) == (ANNA, False, (LEA, BO))
    assert (event.n, event.absent) == (1, {ANNA: 0})
    assert became(ATTENDEE=[ANNA, f"{YES}{LEA}"]).organiser_attended


def test_without_an_organiser_those_who_accepted_met():
    for nobody in (None, "mailto:room@nord.example", "mailto:a@group.calendar.google.com", "Anna"):
        things = ["CUTYPE=ROOM:mailto:room@nord.example", f"{YES}{BO}", f"{YES}{LEA}", f"{NO}{CIA}"]
        event = became(ORGANIZER=nobody, ATTENDEE=things)

        assert (event.sender, event.to, event.organiser_attended) == (BO, (LEA,), True)
        assert (event.n, event.absent) == (1, {CIA: 0})


def test_where_everybody_said_no_that_is_said():
    event = became(ORGANIZER=None, ATTENDEE=[f"{NO}{BO}", f"{MAYBE}{LEA}"])

    assert (event.sender, event.to, event.organiser_attended) == (BO, (), False)
    assert event.absent == {BO: 0, LEA: 0}


def test_who_did_not_answer_counts_as_asked_and_says_nothing_until_asked_anew():
    guests = [f"{YES}{LEA}", BO, f"PARTSTAT=NEEDS-ACTION:{MATS}", f"{YES}someone"]
    first, second = became(ATTENDEE=guests), became(ATTENDEE=guests, SEQUENCE="2", LAST_MODIFIED="20260501T000000Z")

    assert (first.to, first.n, first.absent) == ((LEA,), 4, {BO: -1, MATS: -1})
    assert second.absent == {BO: (2 << 32) - 1, MATS: (2 << 32) - 1}
    assert second.rev > second.absent[BO] > became(SEQUENCE="1", LAST_MODIFIED="99990101T000000Z").rev


def test_of_two_lines_of_one_person_the_one_that_says_more_counts():
    for guests in ([LEA, f"{YES}lea@KUND.example"], [f"{YES}{LEA}", LEA], [f"{NO}{LEA}", f"{YES}{LEA}"]):
        assert became(ATTENDEE=guests).to == (LEA,)


@pytest.mark.parametrize("changed", [{"STATUS": "CANCELLED"}, {"STATUS": "cancelled"}, {"method": "CANCEL"}])
def test_a_meeting_that_was_called_off_is_so_for_everybody_whatever_they_had_answered(changed):
    event = became(ATTENDEE=[f"{YES}{LEA}", BO, f"{NO}{CIA}", f"{NO}{ANNA}"], **changed)

    assert event.cancelled
    assert (event.sender, event.to, event.absent, event.organiser_attended) == (ANNA, (LEA, BO, CIA), {}, True)


@pytest.mark.parametrize(
    ("changed", "rev"),
    [
        ({}, 0),
        ({"SEQUENCE": "3"}, 3 << 32),
        ({"SEQUENCE": "-3"}, 0),
        ({"SEQUENCE": "2147483647"}, 1 << 52),
        ({"LAST_MODIFIED": "19700101T000010Z", "DTSTAMP": "20260501T000000Z"}, 10),
        ({"DTSTAMP": "19700101T000010Z"}, 10),
        ({"DTSTAMP": "19700101T000010Z", "method": "REQUEST"}, 10),
        ({"DTSTAMP": "19700101T000010Z", "method": "PUBLISH"}, 0),
        ({"LAST_MODIFIED": "yesterday", "DTSTAMP": "19700101T000010"}, 10),
        ({"LAST_MODIFIED": "99991231T000000Z", "SEQUENCE": "1"}, (2 << 32) - 2),
    ],
)
def test_the_newer_copy_is_told_by_sequence_then_by_when_it_was_changed(changed, rev):
    assert became(**changed).rev == rev


def test_odd_lines_elsewhere_and_broken_ones_do_no_harm():
    alarm = "BEGIN:VALARM\r\nTRIGGER:nonsense\r\nATTENDEE:mailto:alarm@kund.example\r\nEND:VALARM\r\n"
    text = vevent(SUMMARY="x\r\nno colon here", GEO="a;b").replace("END:VEVENT", alarm + "END:VEVENT")
    todo = "BEGIN:VTODO\r\nUID:t\r\nATTENDEE:mailto:todo@kund.example\r\nEND:VTODO\r\n"

    assert fates(vcalendar(todo, text, todo)) == [became()]
    assert fates(vcalendar(todo)) == []


def test_an_event_that_is_cut_off_takes_no_other_with_it():
    torn = vevent(UID="torn").replace("END:VEVENT\r\n", "")

    assert fates(vcalendar(torn, vevent())) == [Dropped("quarantined", "cut_off"), became()]
    assert fates(vcalendar(vevent(), torn)) == [Dropped("quarantined", "cut_off"), became()]
    assert fates(vcalendar(vevent(), torn)[:-40])[:1] == [Dropped("quarantined", "cut_off")]
    unclosed = vevent().replace("END:VEVENT", "BEGIN:VALARM\r\nEND:VEVENT")
    assert fates(vcalendar(unclosed, vevent(UID="m2")))[0] == became()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_folds_and_bytes_beyond_ascii_make_no_difference(end):
    name = "CN=Åsa Sand;PARTSTAT=ACCEPTED"
    plain = vcalendar(vevent(end=end, ATTENDEE=f"{name}:{LEA}"), end=end)
    folded = plain.replace("Å".encode(), b"\xc3" + end.encode() + b" \x85").replace(
        b"lea@", b"le" + end.encode() + b"\ta@"
    )

    for data in (plain, folded, plain.decode().encode("latin-1"), b"\xef\xbb\xbf" + plain, plain.swapcase().swapcase()):
        (event,) = fates(data)
        assert event.names == {LEA: "Åsa Sand"}


def test_parts_without_end_in_each_other_are_passed_over_quickly():
    deep = "BEGIN:X\r\n" * 100_000 + "END:Y\r\n" * 100_000
    before = time.process_time()

    assert fates(vcalendar(vevent().replace("END:VEVENT", deep + "END:VEVENT"))) == [became()]
    assert time.process_time() - before < 3


def test_nothing_else_of_an_event_is_ever_kept():
    texts = dict.fromkeys(("SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "URL", "ATTACH"), "CANARY")
    (event,) = fates(vcalendar(vevent(**texts), X_WR_CALNAME="CANARY", NAME="CANARY"))

    assert event.to == (LEA,)
    assert "CANARY" not in repr(event)


def test_an_event_has_its_bounds():
    assert reason(ATTENDEE=[f"{YES}mailto:p{n}@kund.example" for n in range(499)]) == "event"
    assert reason(ATTENDEE=LEA + "x" * MAX_EVENT) == "quarantined event_too_large"


letters = st.text("0123456789TZ:;=,PFREQDAILYWKBYUNTCO-+é\t", max_size=30)
values = letters | st.sampled_from(
    [
        *("20260504T080000Z", "20260504", "TZID=Europe/Stockholm:20260504T080000", "20260504T080000"),
        *("FREQ=WEEKLY;BYDAY=-1MO", "FREQ=DAILY;COUNT=2", "VALUE=PERIOD:20260504T080000Z/PT1H", f"{YES}{BO}"),
    ]
)
properties = st.sampled_from(
    [
        *("UID", "DTSTART", "RECURRENCE_ID", "RRULE", "RDATE", "EXDATE", "SEQUENCE", "LAST_MODIFIED"),
        *("ORGANIZER", "ATTENDEE", "STATUS"),
    ]
)


@given(st.lists(st.dictionaries(properties, values | st.lists(values, min_size=1, max_size=3)), min_size=1, max_size=3))
@example([{"RRULE": "FREQ=DAILY;UNTIL=20260505"}, {"RECURRENCE_ID": "20260504"}])
def test_no_event_is_too_odd(events):
    for one in fates(vcalendar(*(vevent(**changed) for changed in events))):
        assert isinstance(one, Event | Dropped)


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd(noise):
    for data in (
        noise,
        b"BEGIN:VCALENDAR\n" + noise,
        vcalendar(vevent()).replace(b"END:VEVENT", noise + b"\nEND:VEVENT"),
    ):
        for one in fates(data):
            assert isinstance(one, Event | Dropped)
