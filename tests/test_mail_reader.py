"""Mail becomes events whatever holds it, every message has one fate, and nothing but who, to whom and when is kept."""

import io
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import USUAL, boxed, written

from wkw.connectors import boxes, headers, mail
from wkw.model import Dropped, Event

ANNA, BO, LEA = "mailto:anna@nord.example", "mailto:bo@nord.example", "mailto:lea@kund.example"
AT = int(datetime(2026, 5, 4, 7, 12, 31, tzinfo=UTC).timestamp()) * 1000


def became(*more: tuple[str, str], **changed: str | None) -> Event | Dropped:
    return mail.fate(written(*more, **changed).partition(b"\n\n")[0] + b"\n")


def reason(*more: tuple[str, str], **changed: str | None) -> str:
    fate = became(*more, **changed)
    return f"{fate.fate} {fate.reason}" if isinstance(fate, Dropped) else "event"


def test_a_mail_says_who_to_whom_and_when():
    assert became(Cc="Bo <bo@nord.example>, anna@nord.example") == Event(
        id="mid:al1@nord.example",
        at=AT,
        channel="email",
        sender=ANNA,
        to=(LEA, BO),
        n=2,
        source="mail",
        names={ANNA: "Anna Berg", LEA: "Lea Sand", BO: "Bo"},
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"From": None}, "quarantined no_sender"),
        ({"From": None, "Sender": "bo@nord.example"}, "event"),
        ({"From": "Anna"}, "quarantined bad_sender"),
        ({"From": "anna@localhost"}, "quarantined bad_sender"),
        ({"From": "an\0na@nord.example"}, "quarantined bad_sender"),
        ({"From": "anna@nord.example, bo@nord.example"}, "quarantined two_senders"),
        ({"From": "anna@nord.example, Anna@nord.example"}, "event"),
        ({"From": "anna@nord.example, bo@nord.example", "Sender": "bo@nord.example"}, "event"),
        ({"From": "anna@nord.example, bo@nord.example", "Sender": "cia@nord.example"}, "quarantined two_senders"),
        ({"From": "no-reply@nord.example"}, "excluded robot"),
        ({"From": "info@nord.example", "Date": None}, "excluded role"),
        ({"To": None}, "excluded no_recipients"),
        ({"To": ""}, "excluded no_recipients"),
        ({"To": "undisclosed-recipients:;"}, "excluded no_recipients"),
        ({"To": "Anna <ANNA@nord.example>"}, "excluded to_oneself"),
        ({"To": "info@kund.example"}, "excluded role"),
        ({"To": "lea"}, "quarantined bad_recipients"),
        ({"To": "lea, anna@nord.example"}, "quarantined bad_recipients"),
        ({"Date": None}, "quarantined no_date"),
        ({"Date": "yesterday"}, "quarantined bad_date"),
        ({"Date": "Thu, 01 Jan 1970 00:00:00 +0000"}, "quarantined date_before_1990"),
        ({"List-Id": "<choir.nord.example>"}, "excluded list"),
        ({"List-Unsubscribe": "<https://x.example>", "Date": "broken"}, "excluded newsletter"),
        ({"Auto-Submitted": "auto-replied"}, "excluded automatic"),
        ({"Return-Path": "<>"}, "excluded bounce"),
        ({"X-Auto-Response-Suppress": "All"}, "event"),
    ],
)
def test_every_message_has_one_fate_with_a_reason(changed, expected):
    assert reason(**{name.replace("-", "_"): value for name, value in changed.items()}) == expected


def test_two_from_headers_are_two_senders():
    assert reason(("From", "bo@nord.example")) == "quarantined two_senders"


def test_the_sender_header_settles_who_of_several_wrote():
    fate = became(From="Anna <anna@nord.example>, Bo <bo@nord.example>", Sender="bo@nord.example")
    assert fate.sender == BO
    assert fate.names[BO] == "Bo"


def test_recipients_that_are_nobody_count_but_are_not_kept():
    fate = became(To="lea@kund.example, info@kund.example, Nils", Cc="LEA@kund.example")
    assert fate.to == (LEA,)
    assert fate.n == 3


def test_blind_recipients_are_never_looked_at():
    hidden = [("Bcc", "canary@nord.example"), ("Resent-Bcc", "canary@nord.example"), ("X-Bcc", "canary@nord.example")]
    assert became(*hidden) == became()


def test_a_name_that_is_the_address_is_no_name():
    assert became(To='"lea@kund.example" <lea@kund.example>').names == {ANNA: "Anna Berg"}


@pytest.mark.parametrize(
    ("date", "utc"),
    [
        ("Mon, 4 May 2026 07:12:31 -0000", "2026-05-04T07:12:31"),
        ("Mon, 4 May 2026 21:12:31 +1400", "2026-05-04T07:12:31"),
        ("4 May 26 07:12 GMT", "2026-05-04T07:12:00"),
        ("4 May 99 07:12:31 +0000", "1999-05-04T07:12:31"),
        ("Mon, (Monday) 4 (four (4)) May 2026 09:12:31 +0200 (CEST)", "2026-05-04T07:12:31"),
        ("Mon May  4 07:12:31 2026", "2026-05-04T07:12:31"),
        ("Mon, 4 May 2026 03:12:31 EDT", "2026-05-04T07:12:31"),
        ("Mon, 4 May 2026 07:12:60 +0000", "2026-05-04T07:12:59"),
        ("Sun, 29 Mar 2026 02:30:00 +0100", "2026-03-29T01:30:00"),
        ("Sun, 25 Oct 2026 02:30:00 +0100", "2026-10-25T01:30:00"),
        ("Fri, 31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59"),
    ],
)
def test_dates_are_read_as_mail_programs_write_them(date, utc):
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert became(Date=date).at == int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000


@pytest.mark.parametrize(
    "date",
    [
        *("", "Mon", "31 Feb 2026 09:12:31 +0200", "4 May 2026 25:12:31 +0200", "4 May 2026 09:12:31 +9999"),
        *("4 May 99999 09:12:31 +0200", "-1 May 2026 1:2:3", "(" * 300),
    ],
)
def test_an_impossible_date_gives_way_to_the_receiving_server(date):
    received = ("Received", "from x by y; Mon, 04 May 2026 07:12:31 +0000 (UTC)")
    assert reason(Date=date) == "quarantined bad_date"
    assert became(received, Date=date).at == AT


def test_a_date_cannot_pass_the_receiving_server_by_more_than_a_day():
    older = ("Received", "from z by x; Mon, 01 Jan 2035 00:00:00 +0000")
    received = ("Received", "from x by y;\n Mon, 04 May 2026 07:12:31 +0000")
    assert became(received, older, Date="Tue, 05 May 2026 07:12:31 +0000").at == AT + 86_400_000
    assert became(received, older, Date="Tue, 05 May 2026 07:12:32 +0000").at == AT
    assert became(received, Date="Thu, 01 Jan 1970 00:00:00 +0000").at == AT
    assert became(("Received", "broken"), received, Date=None).at == AT
    assert became(Date="Mon, 01 Jan 2035 00:00:00 +0000").at > AT


def test_a_mail_without_a_message_id_is_told_by_sender_second_and_recipients():
    one = became(Message_ID=None, Cc="bo@nord.example")
    assert one.id.startswith("mail:")
    assert one.id == became(Message_ID="<>", To="bo@nord.example", Cc="Lea@kund.example").id
    assert one.id != became(Message_ID=None).id
    assert became(Message_ID=" <al1@nord.example> (x)").id.startswith("mail:")
    assert became(Message_ID="al1@nord.example").id == "mid:al1@nord.example"
    assert "nord" not in one.id


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_folds_make_no_difference(end):
    text = written(To=f"Lea Sand{end}\t<lea@kund.example>,{end} bo@nord.example", end=end)
    (block,) = boxes._in_stream(io.BytesIO(text))
    assert mail.fate(block).to == (LEA, BO)


def test_a_broken_line_does_not_hide_the_headers_after_it():
    assert reason(("X-Broken", "first\nand then a line without a colon"), Date=None) == "quarantined no_date"
    block = (
        b"From: anna@nord.example\nthis line is broken\nTo: lea@kund.example\n: none\nDate: 4 May 2026 07:12:31 +0000\n"
    )
    assert mail.fate(block).to == (LEA,)


def test_bytes_beyond_ascii_are_read_as_utf_8_or_latin_1():
    for encoding in ("utf-8", "latin-1"):
        fate = mail.fate(
            "From: Åsa <asa@nord.example>\nTo: lea@kund.example\nDate: 4 May 2026 07:12 +0\n".encode(encoding)
        )
        assert fate.names == {"mailto:asa@nord.example": "Åsa"}


values = st.lists(st.text("ab <>@,.;:\"'()=?é\t", max_size=30).map(str.strip), min_size=1, max_size=3)


@given(st.dictionaries(st.sampled_from(["From", "To", "cc", "DATE", "Received", "Message-Id", "X-Other"]), values))
def test_fields_are_those_the_library_sees(fields):
    text = "".join(f"{name}: {value}\r\n" for name, held in fields.items() for value in held)
    library = message_from_bytes(text.encode("ascii", "replace"))
    seen = headers.fields(text.encode("ascii", "replace"))
    for name in ("from", "to", "cc", "date", "received", "message-id"):
        assert seen.get(name, []) == [str(value).strip() for value in library.get_all(name, [])]
    assert "x-other" not in seen


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(noise):
    for block in (noise, b"From: " + noise, USUAL["From"].encode() + noise, b"Date: " + noise + b"\nTo: " + noise):
        assert isinstance(mail.fate(block), Event | Dropped)
        for found in boxes._in_stream(io.BytesIO(boxed(block, noise))):
            assert isinstance(mail.fate(found), Event | Dropped)


HOSTILE = {
    "ten megabytes of header": (written(To="x" * 10_000_000), "header_too_large"),
    "ten megabytes of short headers": (written(X="a\nTo: b" * 1_000_000), "header_too_large"),
    "twenty thousand recipients": (written(To=", ".join(["lea@kund.example"] * 20_000)), "header_too_large"),
    "recipients within the bytes": (
        written(To=",".join(f"{n}@b.example" for n in range(4_000))),
        "too_many_recipients",
    ),
    "a few too many": (written(To=",".join(f"{n}@b.example" for n in range(501))), "too_many_recipients"),
    "parentheses": (written(To="(" * 100_000), "header_too_large"),
    "parentheses within the bytes": (written(To="(" * 60_000), "no_recipients"),
    "semicolons": (written(To=";" * 20_000), "too_many_recipients"),
    "encoded words": (written(To="=?utf-8?q?a?= " * 20_000), "header_too_large"),
    "quoted words": (written(To='"a" ' * 50_000), "header_too_large"),
    "received": (written(Received="x\nReceived: ;" * 15_000, Date=None), "no_date"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_meets_a_cap_before_anything_is_taken_apart(kind, monkeypatch):
    text, expected = HOSTILE[kind]
    if expected == "header_too_large":
        monkeypatch.setattr(mail, "split", None)  # calling it would be a TypeError
    (block,) = boxes._in_stream(io.BytesIO(text))
    assert len(block) <= boxes.MAX_BLOCK + (1 << 16)
    assert mail.fate(block).reason == expected


def test_one_header_over_its_cap_is_enough():
    assert reason(To="lea@kund.example" + " " * 70_000 + ", bo@nord.example") == "quarantined header_too_large"


def test_five_hundred_recipients_are_read():
    assert became(To=",".join(f"p{n}@b.example" for n in range(500))).n == 500


def test_nothing_else_of_a_message_is_ever_kept(tmp_path):
    (tmp_path / "one.eml").write_bytes(
        written(
            ("Bcc", "CANARY-BCC@nord.example"),
            ("Resent-Bcc", "CANARY-BCC@nord.example"),
            ("X-Location", "CANARY-LOCATION"),
            ("Thread-Topic", "CANARY-SUBJECT"),
            ("Content-Type", "text/plain; name=CANARY-FILE"),
            ("Received", "from CANARY-HOST by x; Mon, 04 May 2026 07:12:31 +0000"),
        )
    )
    (event,) = mail.read([tmp_path / "one.eml"])
    assert event.to == (LEA,)
    assert "CANARY" not in repr(event).upper()


def test_a_dropped_message_keeps_nothing():
    assert became(From="CANARY") == Dropped("quarantined", "bad_sender")
