"""A series becomes one event for each instance that is over and one for the next; moved and called-off ones too."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from calendars import ANNA, BO, LEA, NOW, became, fates, ms, reason, vcalendar, vevent

from wkw.connectors import calendar_series
from wkw.model import Dropped, Event

ZONE = "\r\n".join(
    [
        *("BEGIN:VTIMEZONE", "TZID:Nord", "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0600"),
        *("TZOFFSETTO:+0500", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "BEGIN:DAYLIGHT"),
        *("DTSTART:19700329T020000", "TZOFFSETFROM:+0500", "TZOFFSETTO:+0600"),
        *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT", "END:VTIMEZONE", ""),
    ]
)
WEEKLY = {"DTSTART": "TZID=Europe/Stockholm:20260504T100000", "RRULE": "FREQ=WEEKLY;COUNT=4"}
DAYS = [f"202605{day:02}" for day in (4, 11, 18, 25)]
WEEKS = [f"{day}T080000Z" for day in DAYS]


def series(*changes, **changed):
    """What a series and its changes become, by the day when each instance was to be."""
    found = fates(vcalendar(vevent(**WEEKLY | changed), *(vevent(**change) for change in changes)))
    return {one.id.removeprefix("ics:m1/"): one for one in found}


def starts(**changed):
    """When the instances of a series begin, in UTC."""
    return [f"{datetime.fromtimestamp(one.at / 1000, UTC):%m-%d %H:%M}" for one in fates(vcalendar(vevent(**changed)))]


# ---- times ----


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("20260504T080000Z", "2026-05-04T08:00"),
        ("TZID=Europe/Stockholm:20260504T100000", "2026-05-04T08:00"),
        ('TZID="W. Europe Standard Time":20260504T100000', "2026-05-04T08:00"),
        ("TZID=/citadel.org/20210210_1/Europe/Stockholm:20260504T100000", "2026-05-04T08:00"),
        ("20260504T100000", "2026-05-04T08:00"),
        ("VALUE=DATE:20260504", "2026-05-04T10:00"),
        ("20260504", "2026-05-04T10:00"),
        ("TZID=Europe/Stockholm:20260329T023000", "2026-03-29T01:30"),
        ("TZID=Europe/Stockholm:20251026T023000", "2025-10-26T00:30"),
        ("TZID=Pacific/Kiritimati:20260504T100000", "2026-05-03T20:00"),
        ("TZID=Asia/Kathmandu:20260504T100000", "2026-05-04T04:15"),
    ],
)
def test_a_time_is_that_of_its_zone_and_a_whole_day_is_its_noon(start, utc):
    assert became(DTSTART=start).at == ms(utc)


def test_what_tells_no_zone_is_in_that_of_the_calendar_else_in_the_users():
    assert became(zone_name="Asia/Tokyo", DTSTART="20260504T100000").at == ms("2026-05-04T01:00")
    assert became(zone_name="Asia/Tokyo", DTSTART="20260504").at == ms("2026-05-04T03:00")
    for unknown in ("America", "Nowhere", "x" * 400):
        assert became(zone_name=unknown, DTSTART="20260504").at == ms("2026-05-04T10:00")


def test_a_zone_that_a_calendar_brings_is_known_in_it_and_in_no_other():
    event = vevent(DTSTART="TZID=Nord:20260504T100000")
    (one,) = fates(vcalendar(ZONE, event))

    assert one.at == ms("2026-05-04T04:00")
    assert fates(vcalendar(event)) == [Dropped("quarantined", "unknown_zone")]
    assert fates(vcalendar(ZONE, event) + vcalendar(event))[1:] == [Dropped("quarantined", "unknown_zone")]
    assert fates(vcalendar(event, ZONE)) == [one]


@pytest.mark.parametrize("odd", ["FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY"])
def test_a_zone_of_odd_rules_is_not_learned(odd):
    zone = ZONE.replace("FREQ=YEARLY;BYMONTH=3", odd)

    assert fates(vcalendar(zone, vevent(DTSTART="TZID=Nord:20260504T100000")))[0].reason == "unknown_zone"


def test_a_series_keeps_its_hour_when_the_clocks_change():
    expected = ["03-23 09:00", "03-30 08:00", "04-06 08:00"]

    assert starts(DTSTART="TZID=Europe/Stockholm:20260323T100000", RRULE="FREQ=WEEKLY;COUNT=3") == expected
    assert starts(DTSTART="20260323T090000Z", RRULE="FREQ=WEEKLY;COUNT=3") == [
        "03-23 09:00",
        "03-30 09:00",
        "04-06 09:00",
    ]
    assert starts(DTSTART="20260323T100000", RRULE="FREQ=WEEKLY;COUNT=3") == expected


# ---- instances ----


def test_every_past_instance_is_an_event_of_its_own():
    found = series()

    assert list(found) == DAYS
    assert [one.at for one in found.values()] == [ms(f"2026-05-{day:02}T08:00") for day in (4, 11, 18, 25)]
    assert all(one.to == (LEA,) and not one.cancelled for one in found.values())


def test_an_id_is_the_same_in_every_zone():
    there = series(DTSTART="TZID=America/New_York:20260504T040000")

    assert there == series() == series(DTSTART="20260504T080000Z")
    assert list(series(DTSTART="20260504")) == list(series(DTSTART="20260504T100000")) == DAYS


def test_a_new_hour_of_the_whole_series_and_a_whole_day_are_revisions_of_the_same_instances():
    usual = {name: one.id for name, one in series().items()}

    for start in ("TZID=Europe/Stockholm:20260504T163000", "20260504T000000Z", "20260504T235900Z", "20260504"):
        assert {name: one.id for name, one in series(DTSTART=start).items()} == usual


def test_of_several_instances_on_one_day_the_first_is_that_of_the_day_and_each_has_an_id_of_its_own():
    rule = {"DTSTART": "20260504T080000Z", "RRULE": "FREQ=DAILY;COUNT=4;BYHOUR=8,14"}
    found = series(EXDATE="20260505T080000Z", **rule)

    assert list(found) == ["20260504", "20260504T140000Z", "20260505", "20260505T140000Z"]
    assert [name for name, one in found.items() if one.cancelled] == ["20260505"]
    assert list(series(DTSTART="20260504T080000Z", RRULE=None, RDATE="20260504T070000Z")) == [
        *("20260504", "20260504T080000Z"),
    ]


def test_of_what_is_to_come_the_next_instance_only_is_told():
    assert starts(DTSTART="20260601T080000Z", RRULE="FREQ=DAILY") == ["06-01 08:00", "06-02 08:00", "06-03 08:00"]
    assert starts(DTSTART="20260604T080000Z", RRULE="FREQ=DAILY") == ["06-04 08:00"]
    assert reason(DTSTART="20280604T080000Z", RRULE="FREQ=DAILY") == "quarantined too_far_ahead"


def test_extra_dates_are_instances_too():
    assert starts(RDATE=["20260505T080000Z,20260506T080000Z", "VALUE=PERIOD:20260508T090000Z/PT1H"]) == [
        *("05-04 08:00", "05-05 08:00", "05-06 08:00", "05-08 09:00"),
    ]


@pytest.mark.parametrize(
    "original", ["20260511T080000Z", "TZID=Asia/Tokyo:20260511T170000", "20260511T100000", "20260511"]
)
def test_a_moved_instance_keeps_its_id_and_has_its_new_time(original):
    found = series({"RECURRENCE_ID": original, "DTSTART": "20260512T130000Z", "ATTENDEE": f"PARTSTAT=ACCEPTED:{BO}"})

    assert sorted(found) == DAYS
    assert (found[DAYS[1]].at, found[DAYS[1]].to) == (ms("2026-05-12T13:00"), (BO,))


def test_a_change_without_its_series_is_the_same_instance():
    (one,) = fates(vcalendar(vevent(RECURRENCE_ID="20260511T080000Z", DTSTART="20260512T130000Z")))

    assert (one.id, one.at) == (f"ics:m1/{DAYS[1]}", ms("2026-05-12T13:00"))


def test_a_change_alone_in_utc_is_the_same_instance_where_that_day_is_another_one_in_the_zone_of_its_series():
    evening = {"DTSTART": "TZID=America/New_York:20260504T210000", "RRULE": "FREQ=WEEKLY;COUNT=2"}
    (one,) = fates(vcalendar(vevent(RECURRENCE_ID="20260512T010000Z", DTSTART="20260512T130000Z")))

    assert one.id.removeprefix("ics:m1/") == list(series(**evening))[1] == "20260512"


def test_a_change_of_all_later_ones_moves_them_and_keeps_their_ids():
    change = {"RECURRENCE_ID": "RANGE=THISANDFUTURE:20260518T080000Z", "DTSTART": "20260519T120000Z"}
    found = series(change | {"ATTENDEE": f"PARTSTAT=ACCEPTED:{BO}"})

    assert sorted(found) == DAYS
    assert [found[name].at for name in DAYS[2:]] == [ms("2026-05-19T12:00"), ms("2026-05-26T12:00")]
    assert [found[name].to for name in DAYS] == [(LEA,), (LEA,), (BO,), (BO,)]


def test_a_change_of_all_later_ones_keeps_their_hour_when_the_clocks_change():
    friday, monday = "20260327T090000Z", "TZID=Europe/Stockholm:20260330T100000"
    found = series(
        {"RECURRENCE_ID": f"RANGE=THISANDFUTURE:{friday}", "DTSTART": monday},
        DTSTART="TZID=Europe/Stockholm:20260320T100000",
        RRULE="FREQ=WEEKLY;COUNT=3",
    )

    assert {name: one.at for name, one in found.items()} == {
        "20260320": ms("2026-03-20T09:00"),
        "20260327": ms("2026-03-30T08:00"),
        "20260403": ms("2026-04-06T08:00"),
    }


def test_an_instance_may_become_a_whole_day():
    found = series({"RECURRENCE_ID": WEEKS[1], "DTSTART": "VALUE=DATE:20260512"})

    assert sorted(found) == DAYS
    assert found[DAYS[1]].at == ms("2026-05-12T10:00")


@pytest.mark.parametrize("excluded", ["20260511T080000Z", "TZID=Asia/Tokyo:20260511T170000", "VALUE=DATE:20260511"])
def test_an_exception_is_an_instance_that_was_called_off(excluded):
    found = series(EXDATE=excluded)

    assert [name for name, one in found.items() if one.cancelled] == [DAYS[1]]
    assert found[DAYS[1]].to == (LEA,)


def test_a_series_that_was_called_off_calls_off_each_of_its_past_instances():
    change = {"RECURRENCE_ID": WEEKS[1], "DTSTART": "20260512T130000Z"}

    assert all(one.cancelled for one in series(change, STATUS="CANCELLED").values())
    assert [name for name, one in series(change | {"STATUS": "CANCELLED"}).items() if one.cancelled] == [DAYS[1]]


def test_an_instance_is_as_new_as_the_newer_of_its_series_and_its_change():
    found = series({"RECURRENCE_ID": WEEKS[1], "LAST_MODIFIED": "19700101T000009Z"}, SEQUENCE="2")

    assert [found[name].rev for name in DAYS[:2]] == [2 << 32, (2 << 32) + 9]


def test_of_several_versions_in_one_calendar_the_newest_counts_whatever_their_order():
    old, new = vevent(UID="m2", SEQUENCE="1"), vevent(UID="m2", SEQUENCE="2", DTSTART="20260505T080000Z")

    for parts in ([old, new], [new, old]):
        replaced, kept = fates(vcalendar(*parts))
        assert (replaced, kept.at) == (Dropped("excluded", "superseded"), ms("2026-05-05T08:00"))


def test_a_change_that_went_astray_is_told_and_not_lost():
    found = fates(vcalendar(vevent(**WEEKLY), vevent(RECURRENCE_ID=WEEKS[1], DTSTART="20290512T130000Z")))

    assert [one.id.removeprefix("ics:m1/") for one in found[:-1]] == [DAYS[0], *DAYS[2:]]
    assert found[-1] == Dropped("quarantined", "too_far_ahead")


# ---- bounds ----

SLOW = [
    ({"RRULE": "FREQ=SECONDLY"}, "quarantined too_frequent"),
    ({"RRULE": "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30"}, "quarantined too_frequent"),
    ({"RRULE": "FREQ=HOURLY"}, "quarantined too_frequent"),
    ({"RRULE": "FREQ=DAILY;BYHOUR=8,9,10,11,12;BYMINUTE=0,10,20,30,40"}, "quarantined too_frequent"),
    ({"RRULE": "FREQ=DAILY;INTERVAL=0"}, "quarantined bad_rule"),
    ({"RRULE": "FREQ=DAILY;INTERVAL=-1"}, "quarantined bad_rule"),
    ({"RRULE": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "quarantined bad_rule"),
    ({"RRULE": "FREQ=YEARLY;BYMONTH=2", "DTSTART": "20260130T080000Z"}, "quarantined bad_rule"),
    ({"RRULE": "FREQ=MONTHLY;BYDAY=6MO"}, "quarantined bad_rule"),
    ({"RRULE": "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=5"}, "quarantined bad_rule"),
    ({"RRULE": ["FREQ=DAILY"] * 5}, "quarantined bad_rule"),
    ({"RRULE": "FREQ=DAILY", "DTSTART": "00010101T080000Z"}, "quarantined date_before_1990"),
    ({"RRULE": "FREQ=DAILY;UNTIL=20260101T000000Z"}, "quarantined no_instances"),
    ({"RRULE": "FREQ=SECONDLY", "ATTENDEE": None}, "excluded nobody else"),
]


@pytest.mark.parametrize(("changed", "expected"), SLOW, ids=[str(changed["RRULE"]) for changed, _ in SLOW])
def test_a_rule_that_would_keep_one_waiting_is_refused_before_it_is_followed(changed, expected):
    before = time.process_time()

    assert reason(**changed) == expected
    assert time.process_time() - before < 1


def test_a_series_that_changes_for_ever_too_often_is_refused():
    days = [datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(days=day) for day in range(101)]
    changes = [vevent(RECURRENCE_ID=f"RANGE=THISANDFUTURE:{day:%Y%m%dT%H%M%SZ}") for day in days]
    daily = vevent(DTSTART="20260101T080000Z", RRULE="FREQ=DAILY")

    assert fates(vcalendar(daily, *changes))[0] == Dropped("quarantined", "bad_rule")
    assert isinstance(fates(vcalendar(daily, *changes[1:]))[0], Event)


def test_a_change_in_a_series_that_cannot_be_followed_stands_for_itself():
    refused, change = fates(vcalendar(vevent(RRULE="FREQ=SECONDLY"), vevent(RECURRENCE_ID="20260511T080000Z")))

    assert refused.reason == "too_frequent"
    assert change.id == "ics:m1/20260511"


def test_ten_thousand_instances_are_read_the_newest_ones_and_the_rest_is_one_record():
    *events, rest = fates(vcalendar(vevent(DTSTART="19900102T080000Z", RRULE="FREQ=DAILY")))

    assert rest == Dropped("quarantined", "too_many_instances")
    assert len(events) == calendar_series.MAX_INSTANCES + 1
    assert [one.at for one in events] == [
        ms((NOW + timedelta(days=day)).strftime("%Y-%m-%dT08:00")) for day in range(-9999, 2)
    ]


def test_a_long_meeting_is_told_once():
    found = fates(
        vcalendar(vevent(DTEND="20360504T080000Z", RRULE="FREQ=MONTHLY;COUNT=3"), vevent(UID="m2", DURATION="P9W"))
    )

    assert len(found) == 3
    assert len({one.id for one in found if isinstance(one, Event)}) == 3
    assert all(one.sender == ANNA for one in found)
