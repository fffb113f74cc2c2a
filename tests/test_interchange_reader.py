"""Rows of the interchange form become events one by one; a bad row drops itself, a wrong file is refused as a whole."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from wkw.connectors import interchange
from wkw.connectors.interchange import fate
from wkw.errors import FileError
from wkw.model import Dropped, Event

VILLAGE = Path(__file__).parent / "village"
ANNA, BO, LEA = "mailto:anna@nord.example", "mailto:bo@nord.example", "mailto:lea@kund.example"
AT = 1_767_603_600_000
USUAL = {
    "id": "m1",
    "at": "2026-01-05T09:00:00Z",
    "channel": "email",
    "from": "Anna@nord.example",
    "to": ["lea@kund.example"],
}


def became(**changed: object) -> Event | Dropped:
    renamed = {name.rstrip("_"): value for name, value in changed.items()}
    return fate({name: value for name, value in (USUAL | renamed).items() if value is not None})


def reason(**changed: object) -> str:
    one = became(**changed)
    return f"{one.fate} {one.reason}" if isinstance(one, Dropped) else "event"


def read(path: Path) -> list[Event | Dropped]:
    return list(interchange.read([path]))


def test_the_village_rows_are_events_but_for_the_fax_and_the_torn_one():
    fates = read(VILLAGE / "interactions.jsonl")
    assert len(fates) == 18
    assert [one.reason for one in fates if isinstance(one, Dropped)] == ["bad_channel", "bad_row"]
    absent = next(one for one in fates if isinstance(one, Event) and not one.organiser_attended)
    assert absent.n == 1
    assert len(absent.to) == 2


def test_a_row_says_everything_an_event_holds():
    row = {
        **USUAL,
        "channel": "meeting",
        "cc": ["bo@nord.example", "LEA@kund.example", "anna@nord.example"],
        "source": "nord calendar",
        "tier": "basic",
        "names": {"lea@kund.example": " Lea  Sand ", "bo@nord.example": "bo@nord.example", "x@nord.example": "X"},
        "n": 7,
        "rev": 3,
        "cancelled": True,
        "organiser_attended": False,
    }
    assert fate(row) == Event(
        id="id:m1",
        at=AT,
        channel="meeting",
        sender=ANNA,
        to=(LEA, BO),
        n=7,
        source="nord calendar",
        tier="basic",
        rev=3,
        cancelled=True,
        organiser_attended=False,
        names={LEA: "Lea Sand"},
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "event"),
        ({"id": 4711}, "event"),
        ({"id": None}, "quarantined bad_id"),
        ({"id": ""}, "quarantined bad_id"),
        ({"id": "x" * 501}, "quarantined bad_id"),
        ({"id": "a\u0000b"}, "quarantined bad_id"),
        ({"id": True}, "quarantined bad_id"),
        ({"at": None}, "quarantined bad_at"),
        ({"at": "yesterday"}, "quarantined bad_at"),
        ({"at": True}, "quarantined bad_at"),
        ({"at": []}, "quarantined bad_at"),
        ({"at": float("nan")}, "quarantined bad_at"),
        ({"at": float("inf")}, "quarantined bad_at"),
        ({"at": 10**400}, "quarantined bad_at"),
        ({"at": 1_767_603_600_000}, "quarantined bad_at"),  # milliseconds
        ({"at": "2026-01-05T09:00:00"}, "quarantined at_without_zone"),
        ({"at": "2026-01-05"}, "quarantined at_without_zone"),
        ({"at": "1989-12-31T23:59:59Z"}, "quarantined date_before_1990"),
        ({"at": 0}, "quarantined date_before_1990"),
        ({"at": "9999-12-31T23:59:59Z"}, "event"),
        ({"channel": "fax"}, "quarantined bad_channel"),
        ({"channel": ["email"]}, "quarantined bad_channel"),
        ({"from_": None}, "quarantined bad_from"),
        ({"from_": "Anna"}, "quarantined bad_from"),
        ({"from_": 7}, "quarantined bad_from"),
        ({"from_": "noreply@nord.example", "at": "broken"}, "excluded robot"),
        ({"to": ["lea"]}, "quarantined bad_to"),
        ({"to": {"a": 1}}, "quarantined bad_to"),
        ({"to": [None]}, "quarantined bad_to"),
        ({"cc": ["lea"]}, "quarantined bad_cc"),
        ({"to": []}, "excluded no_recipients"),
        ({"to": None}, "excluded no_recipients"),
        ({"to": ["anna@NORD.example"]}, "excluded to_oneself"),
        ({"to": ["info@kund.example"]}, "excluded role"),
        ({"to": [f"p{n}@kund.example" for n in range(501)]}, "quarantined too_many_recipients"),
        ({"source": 7.5}, "quarantined bad_source"),
        ({"tier": "gold"}, "quarantined bad_tier"),
        ({"n": -1}, "quarantined bad_n"),
        ({"n": 1.5}, "quarantined bad_n"),
        ({"n": 10**9}, "quarantined bad_n"),
        ({"rev": "x"}, "quarantined bad_rev"),
        ({"cancelled": "perhaps"}, "quarantined bad_cancelled"),
        ({"organiser_attended": 2}, "quarantined bad_organiser_attended"),
        ({"names": ["Lea"]}, "quarantined bad_names"),
        ({"names": {"lea": "Lea"}}, "quarantined bad_names"),
        ({"names": {"lea@kund.example": 7}}, "quarantined bad_names"),
        ({"bcc": ["canary@kund.example"]}, "quarantined unknown_field"),
        ({"subject": "CANARY"}, "quarantined unknown_field"),
    ],
)
def test_every_row_has_one_fate_with_a_reason(changed, expected):
    assert reason(**changed) == expected


@pytest.mark.parametrize(
    "at", ["2026-01-05T10:00:00+01:00", "2026-01-05T09:00Z", "20260105T090000Z", 1767603600, 1767603600.0, "1767603600"]
)
def test_a_time_is_iso_8601_or_epoch_seconds(at):
    assert became(at=at).at == AT


def test_fractions_of_a_second_are_kept_to_the_millisecond():
    assert became(at="2026-01-05T09:00:00.123Z").at == became(at=1767603600.123).at == AT + 123


def test_a_mail_known_by_its_message_id_is_the_mail_in_the_mailbox():
    assert became(id="<al1@nord.example>").id == "mid:al1@nord.example"
    assert became(id="al1@nord.example").id == "id:al1@nord.example"
    assert became(id="<al1@nord.example>", channel="call").id == "id:<al1@nord.example>"


def test_people_are_reached_under_numbers_and_crm_ids_too():
    assert became(channel="call", to=["tel:+46 8 46 50 04 01", "crm:dynamics:42"]).to == (
        "tel:+46846500401",
        "crm:dynamics:42",
    )


def test_robots_and_shared_mailboxes_are_left_out_but_counted():
    fated = became(to=["lea@kund.example", "info@kund.example"])
    assert fated.to == (LEA,)
    assert fated.n == 2


def test_n_is_never_less_than_the_people_listed():
    assert became(to=["lea@kund.example", "bo@nord.example"], n=1).n == 2
    assert became(n=0).n == 1


CSV = (
    "id,at,channel,from,to,cc,names,cancelled,n\n"
    'm1,2026-01-05T09:00Z,email,anna@nord.example,lea@kund.example; bo@nord.example,,"lea@kund.example=Sand, Lea",,\n'
    "m2,1767603600,call,anna@nord.example,tel:+4687000,,,no,3\n"
    "m3,1767603600,call,anna@nord.example\n"
    '"m4" x,1767603600,call,anna@nord.example,bo@nord.example,,,,\n'
    "\n"
    "m5,,call,anna@nord.example,bo@nord.example,,,,\n"
)


def test_csv_says_the_same_with_lists_parted_by_semicolons(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(CSV)
    one, two, *bad = read(path)
    assert (one.to, one.names) == ((LEA, BO), {LEA: "Sand, Lea"})
    assert (two.to, two.n, two.source) == (("tel:+4687000",), 3, "interactions")
    assert [row.reason for row in bad] == ["bad_row", "bad_row", "bad_at"]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".txt", ""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_may_be_packed_or_start_with_a_mark(tmp_path, suffix, mark):
    path = tmp_path / f"rows{suffix}"
    data = mark + b"\r\n".join([json.dumps(USUAL).encode()] * 3) + b"\n\n"
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.get(path.suffix, bytes)
    path.write_bytes(pack(data))
    done = []
    assert len([one for one in interchange.read([path], progress=done.append) if isinstance(one, Event)]) == 3
    assert sum(done) == path.stat().st_size


@pytest.mark.parametrize(
    "line", ["[" * 100_000, "{", "7", "null", '"x"', '{"at": ' + "9" * 5000 + "}", "x" * (1 << 20) * 2]
)
def test_a_row_that_is_no_object_drops_itself_only(tmp_path, line):
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(USUAL)}\n{line}\n{json.dumps(USUAL)}\n")
    assert [getattr(one, "reason", "event") for one in read(path)] == ["event", "bad_row", "event"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"id,at,channel,from,to,subject\n", "unknown column 'subject'"),
        ("a.csv", b"id,at,from,to\n", "column 'channel' is missing"),
        ("a.csv", b"7,anna@nord.example,anna@nord.example\n", "unknown column with an address; [^@]*$"),
        ("a.csv", b"id,at,channel,from,to,to\n", "column 'to' stands there twice"),
        ("a.csv", b"id;at;channel;from;to\n", "Expected, with commas between"),
        ("a.csv", b"id,at,channel,from,to\n" + b"x" * (1 << 21), "Line 2 .* too long"),
        ("a.csv", "id,at,channel,from,to\nå".encode("latin-1"), "not written in UTF-8: line 2, byte 1"),
        ("a.jsonl", '{"id": "å"}'.encode("latin-1"), "line 1, byte 9"),
        ("a.jsonl", json.dumps([USUAL]).encode(), "one JSON list"),
        ("a.jsonl", json.dumps(USUAL).encode("utf-16"), "written in UTF-16"),
        ("a.jsonl", b"\x89PNG\r\n\x1a\n\0\0", "not written in UTF-8|not a text file"),
        ("a.jsonl.gz", gzip.compress(b"x" * 9000, mtime=0)[:20], "damaged or cut off"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_was_expected(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileError, match=words):
        read(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(FileError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(FileError, match="does not exist"):
        read(tmp_path / "missing")


def test_an_empty_file_holds_nothing(tmp_path):
    (tmp_path / "a.csv").touch()
    (tmp_path / "a.jsonl").touch()
    assert list(interchange.read([tmp_path / "a.csv", tmp_path / "a.jsonl"])) == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*USUAL, "cc", "n", "rev", "names", "tier", "cancelled", "source"]), values))
def test_no_row_is_too_odd(changed):
    one = fate({name: value for name, value in (USUAL | changed).items() if value is not None})
    assert isinstance(one, Event | Dropped)
