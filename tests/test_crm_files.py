"""Exports of several systems say the same; a file is parted and marked as Excel likes, and holds anything elsewhere."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lab import HERE

from wkw.connectors import crm, mapping
from wkw.errors import FileError
from wkw.model import Dropped, Event

DATA = HERE / "data" / "crm"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ANNA, BO, LEA = (f"mailto:{who}" for who in ("anna@nord.example", "bo@nord.example", "lea@kund.example"))
HEADER = b"activity_id,type,from,to,at,status,subject\n"
ROW = b"7,email,anna@nord.example,lea@kund.example,2026-05-04T07:12:00Z,completed,%s\n"


def owns(uri: str) -> bool:
    return uri.endswith("@nord.example")


class Export:
    """What an export becomes, with names in the place of a system's ids, so that two systems can be compared."""

    def __init__(self, name: str, *mappings: mapping.Mapping):
        sheets = crm.sheets([DATA / name], mappings or mapping.built_in())
        self.named = crm.people(sheets, owns=owns, zone=STOCKHOLM)
        self.found = list(crm.read(sheets, self.named, owns=owns, zone=STOCKHOLM))
        self.ids = {listing.crm_id: listing.name for listing in self.named.listings}

    def people(self):
        return {one.name: (one.kind, one.title, self._neutral(one.address)) for one in self.named.listings}

    def events(self):
        """The events by Message-ID, UID or the last three digits of the system's id."""
        found = [one for one in self.found if isinstance(one, Event)]
        return {one.id[-3:] if one.id.startswith("crm:") else one.id: self._bare(one) for one in found}

    def _bare(self, one: Event) -> Event:
        names = {self._neutral(uri): name for uri, name in one.names.items()}
        others = tuple(map(self._neutral, one.to))
        return replace(one, id="", source="", sender=self._neutral(one.sender), to=others, names=names)

    def _neutral(self, uri: str) -> str:
        return self.ids.get(uri) or uri


@pytest.mark.parametrize("name", ["dynamics_display", "dynamics_logical"])
def test_an_export_of_dynamics_says_what_the_plain_form_says(name):
    plain, dynamics = Export("plain"), Export(name)

    assert dynamics.people() == plain.people()
    assert dynamics.events() == plain.events()
    assert dynamics.named.excluded == plain.named.excluded
    assert dynamics.named.left_out == plain.named.left_out


def test_another_system_says_it_by_a_mapping_file():
    plain, salesforce = Export("plain"), Export("salesforce", mapping.read(DATA / "salesforce.toml"))

    assert salesforce.people() == plain.people()
    for event in ("mid:e1@nord.example", "007"):
        shown = event.replace("007", "307")
        assert salesforce.events()[shown] == plain.events()[event]


def test_the_plain_export_is_what_its_files_say():
    plain = Export("plain")

    assert plain.people() == {
        "Mats Wik": ("contact", "Purchaser", "mailto:mats@kund.example"),
        "Tor Lind": ("contact", None, "Tor Lind"),
        "Lea Sand": ("lead", "Head of purchasing", "mailto:lea@kund.example"),
    }
    assert {key: (one.channel, one.sender, one.to, one.n, one.cancelled) for key, one in plain.events().items()} == {
        "mid:e1@nord.example": ("email", ANNA, (LEA, BO), 2, False),
        "002": ("email", "Tor Lind", (ANNA,), 1, False),
        "ics:nord-4@calendar.example": ("meeting", BO, ("Mats Wik",), 2, False),
        "005": ("meeting", BO, ("Mats Wik",), 1, True),
        "007": ("call", ANNA, ("Mats Wik",), 1, False),
    }
    dropped = [one.reason for one in plain.found if isinstance(one, Dropped)]
    assert dropped == ["open_activity", "open_activity", "no_conversation", "other_activity"]


def rows(path: Path, text: bytes) -> list[Event | Dropped]:
    path.write_bytes(text)
    sheets = crm.sheets([path], mapping.built_in())
    named = crm.people(sheets, owns=owns, zone=UTC)
    return list(crm.read(sheets, named, owns=owns, zone=UTC))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [b",", b";", b"\t"])
def test_excel_parts_cells_by_commas_semicolons_or_tabs_and_may_write_a_mark(tmp_path, mark, delimiter):
    [event] = rows(tmp_path / "a.csv", mark + (HEADER + ROW % b"x").replace(b",", delimiter))

    assert event.to == (LEA,)


@pytest.mark.parametrize(
    "cell",
    [
        b"=cmd|' /C calc'!A0",
        b'"a ""quoted"" word; and, more\nlines"',
        b"x" * (1 << 20),
        b'"' + b"line\n" * (1 << 18) + b'"',
        b"\xf0\x9f\x98\x80\xe2\x80\xae",
    ],
    ids=["formula", "quotes", "long", "lines", "odd letters"],
)
def test_a_cell_that_is_not_wanted_may_hold_anything(tmp_path, cell):
    assert [type(one) for one in rows(tmp_path / "a.csv", HEADER + ROW % cell + ROW % b"x")] == [Event, Event]


def test_nothing_of_a_column_that_is_not_named_is_kept():
    canaries = [repr(Export(name).found) + repr(Export(name).named) for name in ("plain", "dynamics_logical")]

    assert not any("canary" in text.casefold() for text in canaries)


@pytest.mark.parametrize("line", [b"7,email\n", b'7,"em"ail,a,b,c,d,e\n', b",,,,,,,,,\n"])
def test_a_row_of_other_cells_than_the_header_drops_itself_only(tmp_path, line):
    found = rows(tmp_path / "a.csv", HEADER + line + ROW % b"x")

    assert found[0] == Dropped("quarantined", "bad_row")
    assert isinstance(found[1], Event)


@pytest.mark.parametrize(("cell", "words"), [(b"\0", "not a text file"), (b"\xe5", "not written in UTF-8")])
def test_a_file_that_is_not_text_in_utf_8_is_refused(tmp_path, cell, words):
    with pytest.raises(FileError, match=words):
        rows(tmp_path / "a.csv", HEADER + ROW % cell)


def test_every_byte_of_the_files_is_reported_once(tmp_path):
    done = []
    sheets = crm.sheets([DATA / "plain"], mapping.built_in())
    named = crm.people(sheets, owns=owns, zone=UTC, progress=done.append)
    list(crm.read(sheets, named, owns=owns, zone=UTC, progress=done.append))

    assert sum(done) == sum(path.stat().st_size for path in (DATA / "plain").iterdir())
