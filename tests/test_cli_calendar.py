"""`wkw ingest calendar` does what it says."""

import json

from calendars import vcalendar, vevent
from lab import TODAY, VILLAGE


def fates(report):
    return {fate: n for fate, n in report["fates"].items() if n}


def test_a_calendar_is_read_in_the_zone_of_the_settings_and_what_is_known_is_a_duplicate(wkw, lab, tmp_path):
    (tmp_path / "a.ics").write_bytes(vcalendar(vevent(DTSTART="20260504T003000")))
    dry, first, second = (
        json.loads(wkw("ingest", "calendar", tmp_path, "--json", *more, WKW_TIMEZONE="Asia/Tokyo").out)
        for more in (["--dry-run"], [], [])
    )

    assert fates(dry) == fates(first) == {"stored": 1}
    assert fates(second) == {"duplicate": 1}
    assert {edge["day"] for edge in lab.query("edges")} == {TODAY - 30}  # still the 3rd in UTC


def test_every_event_has_one_counted_fate_with_its_reason(wkw):
    report = json.loads(wkw("ingest", "calendar", VILLAGE / "calendar.ics", "--json").out)

    assert sum(report["fates"].values()) == report["submitted"] == 12
    for reason in ("nobody else", "nobody accepted", "reply"):
        assert {"fate": "excluded", "reason": reason, "events": 1} in report["reasons"]


def test_a_path_without_a_calendar_and_a_zone_that_is_none_are_told_in_one_line(wkw):
    assert "There is no calendar in" in wkw("ingest", "calendar", VILLAGE / "mail.mbox").line
    assert "TIMEZONE" in wkw("ingest", "calendar", VILLAGE / "calendar.ics", WKW_TIMEZONE="Nowhere").line
