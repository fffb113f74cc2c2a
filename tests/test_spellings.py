"""Whoever opted out is known again however their address is spelt, by whichever reader it comes."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import NOON, VILLAGE
from program import program_of

from wkw import sharing
from wkw.addresses import canonical

PLAIN = ("lea.sand@kund.example", "åsa.öst@bücher.example", "zoë+news@gmail.com", "straße@kund.example")
ASCII = {"bücher.example": "xn--bcher-kva.example"}


@st.composite
def spellings(draw):
    """One of the addresses as somebody may write it."""
    local, _, domain = draw(st.sampled_from(PLAIN)).partition("@")
    if domain == "gmail.com":
        local = local.partition("+")[0] + draw(st.sampled_from(("", "+", "+x", "+news+more")))
    domain = draw(st.sampled_from((domain, ASCII.get(domain, domain))))
    raw = draw(st.sampled_from((str, str.upper, str.title, str.casefold)))(f"{local}@{domain}")
    raw = unicodedata.normalize(draw(st.sampled_from(("NFC", "NFD"))), raw)
    local, _, domain = raw.partition("@")
    return (f'"{local}"' if draw(st.booleans()) else local) + f"@{domain}" + draw(st.sampled_from(("", ".")))


def cell(text):
    return '"{}"'.format(text.replace('"', '""'))


def files(raw):
    """A file of each reader that names the address, by the words of its command."""
    mail = f"Message-ID: <x@y>\nDate: Mon, 1 Jun 2026 09:00:00 +0000\nFrom: anna@nord.example\nTo: {raw}\n\n"
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTART:20260601T090000Z\nDTEND:20260601T100000Z\n"
        f"ORGANIZER:mailto:anna@nord.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{raw}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    row = {"id": "1", "at": "2026-06-01T09:00:00Z", "channel": "email", "from": "anna@nord.example", "to": [raw]}
    activity = "activityid,from,to,senton,statecode\n1,anna@nord.example,{},2026-06-01T09:00:00Z,1\n"
    yield ("ingest", "mail"), "mail.eml", mail
    yield ("ingest", "calendar"), "calendar.ics", event
    yield ("ingest", "interactions"), "rows.jsonl", json.dumps(row)
    columns = f"id,at,channel,from,to\n1,{row['at']},email,{row['from']},{cell(raw)}\n"
    yield ("ingest", "interactions"), "rows.csv", columns
    yield ("ingest", "crm"), "emails.csv", activity.format(cell(raw))
    yield ("people",), "people.csv", f"{(VILLAGE / 'people.csv').read_text()}{cell(raw)},Name,,contact,,,,,,,,\n"


@pytest.fixture
def out(lab):
    """A lab in which the owners of all these addresses have opted out, by their plain spelling."""
    lab.load_people()
    for number, address in enumerate(PLAIN):
        sharing.off(lab.graph, lab.settings, canonical(address), now=NOON + number)
    return lab


def test_no_spelling_brings_anybody_back_by_any_reader(out, tmp_path):
    wkw, before, knew = program_of(out), out.state(), set()

    @settings(max_examples=25)
    @given(spellings())
    def check(raw):
        nonlocal knew
        for command, name, text in files(raw):
            (tmp_path / name).write_text(text, encoding="utf-8")
            done = wkw(*command, tmp_path / name, "--json")
            assert done.code == 0, (name, done.err)
            told = json.loads(done.out)
            fates = told.get("fates", told)
            assert fates.get("suppressed", 0) + fates.get("quarantined", 0) >= 1, (name, raw, told)
            knew |= {name} if fates.get("suppressed") else set()
        assert out.state() == before

    check()
    assert knew == {name for _, name, _ in files("x")}


def test_the_same_files_are_stored_of_whoever_has_not_opted_out(lab, tmp_path):
    wkw = program_of(lab)
    lab.load_people()
    for command, name, text in files("Lea.SAND@Kund.example"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        wkw(*command, tmp_path / name)

    edges = [row for row in lab.query("edges") if row["receiver"] == "mailto:lea.sand@kund.example"]
    assert len(edges) >= 3
