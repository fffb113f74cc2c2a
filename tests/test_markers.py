"""What must not exist is nowhere: no subject, body, title, place or Bcc of any reader in files, logs and answers."""

import pytest
from lab import VILLAGE, lab_at
from program import program_of

from wkw.web.app import create_app

MARK = "canary"
# Beside the village's: what is quarantined, and what breaks off.
WORSE = {
    "mail.mbox": "From x\nFrom: CANARY-NAME\nSubject: CANARY\nBcc: CANARY@kund.example\n\nCANARY\n",
    "cut.eml": "From: Anna <anna@nord.example>\nTo: lea@kund.example\nSubject: =?utf-8?q?CANARY",
    "odd.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:CANARY\nSUMMARY:CANARY\nDTSTART:CANARY\nATTACH:CANARY\nEND:VEVENT\n",
    "private.ics": "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nCLASS:PRIVATE\nSUMMARY:CANARY\nLOCATION:CANARY\n"
    "DESCRIPTION:CANARY\nCATEGORIES:CANARY\nURL:https://x/CANARY\nDTSTART:20260501T090000Z\n"
    "ORGANIZER:mailto:anna@nord.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:lea@kund.example\n"
    "BEGIN:VALARM\nDESCRIPTION:CANARY\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
    "rows.jsonl": '{"subject": "CANARY"}\n{"id": "CANARY", "at": "CANARY"}\n{"CANARY\n',
    "rows.csv": "id,at,channel,from,to\nCANARY,CANARY,email,anna@nord.example,CANARY\n",
    "people.csv": "address,name,kind\nCANARY,,colleague\n",
}


def words(folder):
    """The commands that read the village with its markers, and what is worse."""
    village = (VILLAGE / name for name in ("mail.mbox", "maildir", "eml"))
    yield "people", VILLAGE / "people.csv"
    yield "ingest", "mail", *village, folder / "mail.mbox", folder / "cut.eml"
    for name in ("odd.ics", "private.ics"):
        yield "ingest", "calendar", folder / name
    yield "ingest", "calendar", VILLAGE / "calendar.ics"
    yield "ingest", "crm", VILLAGE / "crm"
    for name in ("rows.jsonl", "rows.csv"):
        yield "ingest", "interactions", folder / name
    yield "people", folder / "people.csv"
    yield from (("ingest", kind, VILLAGE / "people.csv") for kind in ("mail", "calendar", "crm", "interactions"))


def over_http(lab):
    """What connectors are told about the same rows, and the metrics."""
    client = create_app(lab.graph, lab.settings).test_client()
    headers = {"Authorization": f"Bearer {lab.token('connector')}"}
    rows = [{"subject": "CANARY"}, {"id": "CANARY", "at": 1, "channel": "CANARY", "from": "CANARY", "to": ["CANARY"]}]
    for body in ({"interactions": rows}, {"interactions": rows, "more": "CANARY"}, ["CANARY"]):
        yield client.post("/v1/interactions", json=body, headers=headers).text
    for body in ({"people": [{"address": "CANARY", "more": "CANARY"}]}, {"people": [{"name": "CANARY"}]}):
        yield client.put("/v1/people", json=body, headers=headers).text
    yield client.get("/metrics").text


@pytest.fixture(scope="module")
def reading(faulty, tmp_path_factory):
    """How each run over the markers ended, what was said meanwhile, and every file that was left."""
    folder, state = tmp_path_factory.mktemp("markers"), tmp_path_factory.mktemp("kept")
    for name, text in WORSE.items():
        (folder / name).write_text(text)
    lab = lab_at(faulty, state)
    wkw = program_of(lab)
    runs = [wkw(*command, *more) for command in words(folder) for more in ((), ("--json",))]
    said = [done.out + done.err for done in runs] + list(over_http(lab))
    lab.empty()
    lab.graph.close()
    faulty.close()  # writes down what it still held in memory
    return runs, said, [path for root in (faulty.home.path, state) for path in root.rglob("*") if path.is_file()]


def test_the_readers_met_the_markers(reading):
    runs, said, _ = reading

    assert [done.code for done in runs].count(0) >= 12
    assert sum("quarantined" in text for text in said) >= 12
    held = [path.read_bytes().lower() for path in VILLAGE.rglob("*") if path.is_file()]
    assert sum(text.count(MARK.encode()) for text in held) > 100


def test_no_answer_repeats_a_marker(reading):
    _, said, _ = reading

    assert [text for text in said if MARK in text.lower()] == []


def test_no_file_of_the_database_or_of_wkw_holds_a_marker(reading):
    _, _, files = reading
    held = {path: path.read_bytes().lower() for path in files}

    assert any(b"anna berg" in text for text in held.values())  # what may be stored is found
    assert {"logs", "range-1.0", "state"} <= {part for path in files for part in path.parts}
    assert [
        path for path, text in held.items() if any(MARK.encode(form) in text for form in ("utf-8", "utf-16-le"))
    ] == []
