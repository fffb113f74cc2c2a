"""Activities of a CRM become events row by row: whom they name, whether they took place, and by which id."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wkw.connectors import mapping
from wkw.connectors.activities import BELOW_OTHERS, Export, fate, ical_uid
from wkw.connectors.parties import Known
from wkw.model import Dropped, Event

_, PLAIN = mapping.built_in()
ANNA, BO, LEA, MATS = (
    f"mailto:{who}" for who in ("anna@nord.example", "bo@nord.example", "lea@kund.example", "x@y.eu")
)
TOR, GUID = "crm:plain:1005", "a0000000-0000-4000-8000-000000001001"
AT, CHANGED = 1_777_878_720_000, 1_777_879_200
USUAL = {
    "id": "3001",
    "type": "email",
    "from": "anna@nord.example",
    "to": "lea@kund.example",
    "at": "2026-05-04T07:12:00Z",
    "status": "completed",
    "modified": "2026-05-04T07:20:00Z",
}


def owns(uri: str) -> bool:
    return uri.endswith("@nord.example")


def known() -> Known:
    found = Known()
    found.add("crm:plain:9001", ANNA, "Anna Berg", ANNA)
    found.add("crm:plain:1005", TOR, "Tor Lind", TOR)
    found.add("crm:plain:1006", "crm:plain:1006", "Kim Ö", "crm:plain:1006")
    found.add("crm:plain:1007", "crm:plain:1007", "Kim Ö", "crm:plain:1007")
    found.add("crm:plain:1008", "crm:plain:1008", "Nils Alm", "crm:plain:1008")
    found.add("crm:plain:2008", "crm:plain:2008", "Nils Alm", "crm:plain:1008")
    found.add(f"crm:plain:{GUID}", f"crm:plain:{GUID}", "Mats Wik", f"crm:plain:{GUID}")
    return found


def became(**changed: str) -> Event | Dropped:
    row = USUAL | {name.rstrip("_"): value for name, value in changed.items()}
    cells = {name: (value,) for name, value in row.items() if value}
    return fate(cells, "activities", Export(PLAIN, known(), owns, UTC))


def reason(**changed: str) -> str:
    one = became(**changed)
    return f"{one.fate} {one.reason}" if isinstance(one, Dropped) else "event"


def call(**changed: str) -> Event | Dropped:
    return became(type="call", **changed)


def meeting(**changed: str) -> Event | Dropped:
    return became(type="appointment", **changed)


# ---- rows ----


def test_a_row_says_everything_an_event_holds():
    assert became(cc="Tor Lind; Bo <bo@nord.example>", message_id="<e1@nord.example>") == Event(
        id="mid:e1@nord.example",
        at=AT,
        channel="email",
        sender=ANNA,
        to=(LEA, TOR, BO),
        n=3,
        source="crm:plain",
        tier="basic",
        rev=CHANGED - BELOW_OTHERS,
        names={ANNA: "Anna Berg", TOR: "Tor Lind", BO: "Bo"},
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"id": ""}, "quarantined bad_id"),
        ({"id": "a b"}, "quarantined bad_id"),
        ({"type": "fax"}, "excluded other_activity"),
        ({"type": "smoke"}, "quarantined bad_type"),
        ({"type": ""}, "quarantined bad_type"),
        ({"status": "Open"}, "excluded open_activity"),
        ({"status": "open", "from_": "", "at": "never"}, "excluded open_activity"),
        ({"status": "perhaps"}, "quarantined bad_status"),
        ({"status": ""}, "quarantined bad_status"),
        ({"at": ""}, "quarantined no_date"),
        ({"at": "31/12/2026"}, "quarantined bad_date"),
        ({"at": "1989-12-31T23:59:59Z"}, "quarantined date_before_1990"),
        ({"at": "9999-12-31T23:59:59-23:00"}, "event"),
        ({"modified": "yesterday"}, "quarantined bad_modified"),
        ({"modified": "1960-01-01"}, "quarantined bad_modified"),
        ({"modified": ""}, "event"),
        ({"from_": ""}, "quarantined no_sender"),
        ({"from_": "anna@nord.example; bo@nord.example"}, "quarantined two_senders"),
        ({"from_": "Somebody Else"}, "quarantined unresolved_party"),
        ({"from_": "Kim Ö"}, "quarantined unresolved_party"),
        ({"to": "Somebody Else; crm"}, "quarantined unresolved_party"),
        ({"to": "Somebody Else; lea@kund.example"}, "event"),
        ({"to": ""}, "excluded no_recipients"),
        ({"to": "Anna@Nord.example"}, "excluded to_oneself"),
        ({"to": "info@kund.example"}, "excluded role"),
        ({"from_": "noreply@kund.example"}, "excluded robot"),
        ({"to": ";".join(f"p{n}@kund.example" for n in range(501))}, "quarantined too_many_recipients"),
        ({"to": ";" * 100_000}, "quarantined too_many_recipients"),
        ({"to": "=cmd|' /C calc'!A0"}, "quarantined unresolved_party"),
        ({"regarding": "Tor Lind", "to": ""}, "excluded no_recipients"),
    ],
)
def test_every_row_has_one_fate_with_a_reason(changed, expected):
    assert reason(**changed) == expected


@pytest.mark.parametrize(
    ("cell", "uri"),
    [
        ("LEA@Kund.example", LEA),
        ("Sand, Lea <lea@kund.example>", LEA),
        ("Tor Lind", TOR),
        ("tor  LIND", TOR),
        ("Tor Lind <>", TOR),
        ("1005", TOR),
        ("crm:plain:1005", TOR),
        ("contact:1005", TOR),
        ("contacts(1005)", TOR),
        ("Tor <1005>", TOR),
        (f"{{{GUID.upper()}}}", f"crm:plain:{GUID}"),
        ("crm:other:77", "crm:other:77"),
        ("tel:+46705550101", "tel:+46705550101"),
        ("9001; lea@kund.example", LEA),
    ],
)
def test_people_are_told_by_address_id_or_full_name(cell, uri):
    assert became(to=cell).to == (uri,)


def test_records_of_one_person_with_one_name_are_not_two_people():
    assert became(to="Nils Alm").to == ("crm:plain:1008",)


def test_whom_nobody_knows_is_counted_and_left_out_like_a_role_mailbox():
    fated = became(to="lea@kund.example; Somebody Else; info@kund.example", cc="somebody  ELSE")

    assert (fated.to, fated.n) == ((LEA,), 3)


def test_a_cancelled_activity_is_an_event_that_weighs_nothing():
    assert meeting(status="Cancelled").cancelled


def test_the_later_copy_is_the_greater_and_every_copy_of_a_mailbox_is_above_it():
    mid = {"message_id": "<e1@nord.example>"}

    assert became(modified="2026-05-05T00:00Z").rev > became().rev > 0
    assert 0 > became(modified="9999-12-31T00:00Z", **mid).rev > became(**mid).rev
    assert meeting(uid="x@y").rev < 0


# ---- appointments ----


def test_the_record_that_a_meeting_of_colleagues_is_about_took_part_in_it():
    alone = meeting(to="", regarding="Tor Lind")
    together = meeting(to="bo@nord.example", regarding="Tor Lind")

    assert (alone.to, alone.n) == ((TOR,), 1)
    assert (together.to, together.n) == ((BO, TOR), 2)


@pytest.mark.parametrize("to", ["lea@kund.example", "bo@nord.example; Somebody Else; lea@kund.example"])
def test_where_somebody_else_was_invited_the_record_is_only_the_topic(to):
    assert TOR not in meeting(to=to, regarding="Tor Lind").to


@pytest.mark.parametrize("topic", ["Kund AB", "bo@nord.example"])
def test_an_account_or_a_colleague_that_a_meeting_is_about_took_no_part(topic):
    assert meeting(to="", regarding=topic) == Dropped("excluded", "no_recipients")


def outlook(tail: bytes, *, day: str = "00000000") -> str:
    head = bytes.fromhex(f"040000008200E00074C5B7101A82E008{day}E040C9C12685C4010000000000000000")
    return (head + len(tail).to_bytes(4, "little") + tail).hex().upper()


OWN = outlook(bytes(range(16)))


@pytest.mark.parametrize(
    ("told", "uid"),
    [
        ("4711@calendar.example", "4711@calendar.example"),
        (OWN, OWN),
        (OWN.lower(), OWN),
        (outlook(b"vCal-Uid\1\0\0\0{81412D3C-2A24}\0"), "{81412D3C-2A24}"),
        (outlook(b"vCal-Uid\1\0\0\0{81412D3C-2A24}\0").lower(), "{81412D3C-2A24}"),
        (outlook(bytes(range(16)), day="07EA051E"), None),
        (OWN[:80].lower(), OWN[:80].lower()),
        ("", None),
        ("a\x00b", None),
    ],
)
def test_an_object_id_of_outlook_stands_for_a_uid(told, uid):
    assert ical_uid(told) == uid


def test_an_appointment_of_a_calendar_is_known_by_its_uid_unless_it_is_one_of_a_series():
    assert meeting(uid="4711@calendar.example").id == "ics:4711@calendar.example"
    assert meeting(uid="4711@calendar.example", recurrence="no").id == "ics:4711@calendar.example"
    assert meeting(uid="4711@calendar.example", recurrence="yes").id == "crm:plain:3001"
    assert meeting(uid=outlook(bytes(range(16)), day="07EA051E")).id == "crm:plain:3001"
    assert meeting().id == "crm:plain:3001"


# ---- calls ----


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"duration": "12"}, "event"),
        ({"duration": "1.5 hours"}, "event"),
        ({"duration": "24 h"}, "quarantined bad_duration"),
        ({"duration": "1440"}, "event"),
        ({"duration": "30 hours"}, "quarantined bad_duration"),
        ({"duration": "-5"}, "quarantined bad_duration"),
        ({"duration": "soon"}, "quarantined bad_duration"),
        ({"duration": "9" * 400}, "quarantined bad_duration"),
        ({"duration": "0"}, "excluded no_conversation"),
        ({"duration": "12", "voicemail": "Yes"}, "excluded no_conversation"),
        ({"voicemail": "no"}, "event"),
        ({"voicemail": "perhaps"}, "quarantined bad_voicemail"),
        ({"to": "Anna Berg"}, "excluded no_conversation"),
        ({"from_": "Anonymous"}, "quarantined unresolved_party"),
        ({"to": ""}, "excluded no_conversation"),
        ({"to": "", "number": "4711"}, "excluded no_conversation"),
        ({"from_": "", "to": "", "number": "+4687000"}, "quarantined no_sender"),
        ({"duration": "0", "status": "cancelled"}, "event"),
    ],
)
def test_a_call_counts_where_two_have_talked(changed, expected):
    fated = call(**changed)

    assert (f"{fated.fate} {fated.reason}" if isinstance(fated, Dropped) else "event") == expected


def test_the_number_stands_for_the_side_that_names_nobody():
    assert call(to="", number="+46 8 7000").to == ("tel:+4687000",)
    assert call(from_="", to="Anna Berg", number="+46 8 7000").sender == "tel:+4687000"
    assert call(number="+46 8 7000").to == (LEA,)


@given(
    st.dictionaries(
        st.sampled_from([*USUAL, "cc", "message_id", "uid", "number", "duration", "voicemail", "regarding"]), st.text()
    )
)
def test_no_row_is_too_odd(changed):
    assert isinstance(became(**changed), Event | Dropped)
