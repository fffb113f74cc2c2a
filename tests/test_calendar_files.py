"""Calendars are read wherever they lie; mistakes with a path are told in words, and 593 real files hold no surprise."""

import tarfile
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zstandard
from archives import packed
from calendars import NOW, became, vcalendar, vevent

from wkw.connectors import calendar
from wkw.connectors.files import size
from wkw.errors import FileError
from wkw.model import Dropped, Event

SAMPLES = Path(__file__).parent / "data" / "ics-samples.tar.zst"
ONE = vcalendar(vevent())


def read(*paths, **more):
    return list(calendar.read(paths, now=int(NOW.timestamp() * 1000), zone=ZoneInfo("UTC"), **more))


def reasons(*paths):
    return sorted(getattr(one, "reason", "event") for one in read(*paths))


def test_a_file_is_read_and_what_comes_of_it_names_its_source(tmp_path):
    (tmp_path / "a.ics").write_bytes(ONE + vcalendar(vevent(UID="m2")))

    assert read(tmp_path / "a.ics")[0] == became()
    assert [one.source for one in read(tmp_path / "a.ics", source="nord")] == ["nord", "nord"]


@pytest.mark.parametrize("name", ["x.zip", "x.tar.zst"])
def test_archives_are_read_with_what_is_no_calendar_counted(tmp_path, name):
    members = {"a/1.ics": ONE, "readme": b"Dear diary", "empty.ics": b"", "2.ics": ONE, "__MACOSX/a/._1.ics": b"x"}
    path = packed(tmp_path / name, members)
    done = []

    assert reasons(path) == ["empty", "event", "event", "not_calendar"]
    read(path, progress=done.append)
    assert sum(done) == size([path])


def test_folders_are_read_at_any_depth(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "1.ics").write_bytes(ONE)
    (tmp_path / "notes.txt").write_text("Dear diary")
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "empty.ics").write_bytes(b"")

    assert reasons(tmp_path) == ["empty", "event", "not_calendar", "unreadable"]


def test_mistakes_with_a_path_are_told_in_words(tmp_path):
    (tmp_path / "notes.txt").write_text("Dear diary\nBEGIN:VCALENDARS\n")
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "empty.ics").write_bytes(b"")

    for name, words in {"missing": "does not exist", "notes.txt": "no calendar in", "torn.zip": "damaged"}.items():
        with pytest.raises(FileError, match=words):
            read(tmp_path / name)
    assert read(tmp_path / "empty.ics") == []


def test_a_calendar_has_its_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(calendar, "MAX_FILE", 1 << 20)
    within = ONE.replace(b"END:VCALENDAR", b"X-PAD:" + b"x" * ((1 << 20) - len(ONE) - 8) + b"\r\nEND:VCALENDAR")
    beyond = within + b"x"
    for name, data in {"within.ics": within, "beyond.ics": beyond}.items():
        (tmp_path / name).write_bytes(data)

    assert (len(within), reasons(tmp_path / "within.ics")) == (1 << 20, ["event"])
    assert reasons(tmp_path / "beyond.ics") == ["file_too_large"]


def test_all_calendars_of_other_projects_are_read_without_a_surprise(tmp_path, capsys):
    with zstandard.open(SAMPLES) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        archive.extractall(tmp_path, filter="data")
    alone = []
    for file in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        try:
            alone += read(file)
        except FileError:
            alone.append(calendar.NOT_CALENDAR)
    together = read(SAMPLES)

    assert capsys.readouterr() == ("", "")
    assert len({path for path in tmp_path.rglob("*") if path.is_file()}) == 593
    assert Counter(map(repr, alone)) == Counter(map(repr, together))
    assert all(isinstance(one, Dropped) or (isinstance(one, Event) and one.sender) for one in together)
    assert sum(isinstance(one, Event) for one in together) > 3000
