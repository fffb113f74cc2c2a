"""A point in time is what the program that wrote it meant."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wkw.connectors.times import instant

AT, NOON_THERE = 1_777_878_720_000, 1_777_888_800_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-04T07:12:00Z", AT),
        ("2026-05-04T09:12+02:00", AT),
        ("2026-05-04 09:12", AT),
        ("5/4/2026 9:12 AM", AT),
        ("5/4/2026 9:12\u202fAM", AT),
        (str(AT // 1000), AT),
        (str(AT), AT),
        ("2026-05-04", NOON_THERE),
        ("5/4/2026", NOON_THERE),
        ("20260504", NOON_THERE),
        ("4 May 2026", None),
        ("2026-02-30", None),
        ("9999-12-31T23:59:59-23:00", 253_402_383_599_000),
        ("", None),
    ],
)
def test_a_time_without_a_zone_is_in_the_zone_of_the_mapping_and_a_day_is_its_noon(text, expected):
    assert instant(text, ("%m/%d/%Y %I:%M %p", "%m/%d/%Y"), ZoneInfo("Europe/Stockholm")) == expected


@given(st.datetimes(), st.sampled_from(["Europe/Stockholm", "America/Los_Angeles", "Pacific/Kiritimati"]))
def test_every_time_of_a_calendar_can_be_told(moment, zone):
    assert instant(moment.isoformat(" "), (), ZoneInfo(zone)) is not None
