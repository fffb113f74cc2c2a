"""The commands do what they say: results on stdout, everything else on stderr, and an exit code that can be trusted."""

import json
import re
import signal
import subprocess
import tarfile
import urllib.request
from pathlib import Path

import pytest
import zstandard
from lab import VILLAGE
from program import free_port
from servers import python, until

from wkw import schema
from wkw.model import FATES

LEA, ANNA, DAY = "lea@kund.example", "anna@nord.example", ("--as-of", "2026-06-02")
INTERACTIONS = VILLAGE / "interactions.jsonl"
MAIL = (VILLAGE / "mail.mbox", VILLAGE / "maildir", VILLAGE / "eml")
MANY = 40_000  # mails, eight batches: the signal comes between them however busy the machine is
OF_MAIL = {"stored": 34, "duplicate": 3, "excluded": 8, "quarantined": 2}


def fates(report):
    return {fate: n for fate, n in report["fates"].items() if n}


def introducers(table):
    """Name, strength and level of each row of a lookup's table."""
    return re.findall(r"^(\S+(?: \S+)*) {2,}.* (\d+) ([a-z-]+) {2,}", table, re.M)


# ---- migrate ----


def test_migrate_applies_what_is_missing_once(wkw, lab):
    lab.query("unmigrate", version=schema.migrations()[-1].version)

    assert wkw("migrate").out == "1 migration applied.\n"
    assert wkw("migrate").out == "Nothing to do: the schema is up to date.\n"


# ---- ingest ----


def test_mail_is_read_from_a_box_a_maildir_and_a_folder_in_one_go(wkw):
    report = json.loads(wkw("ingest", "mail", *MAIL, "--json").out)

    assert fates(report) == OF_MAIL
    assert sum(report["fates"].values()) == report["submitted"] == 47
    assert sum(report["edges"][fate] for fate in FATES) == report["edges"]["submitted"] > 0
    assert {"fate": "excluded", "reason": "newsletter", "events": 1} in report["reasons"]


def test_mail_is_read_from_a_compressed_archive(wkw, tmp_path):
    packed = tmp_path / "mail.tar.zst"
    with zstandard.open(packed, "wb") as stream, tarfile.open(fileobj=stream, mode="w|") as archive:
        archive.add(VILLAGE / "eml", "eml")

    report = json.loads(wkw("ingest", "mail", packed, "--json").out)

    assert fates(report) == {"stored": 4, "quarantined": 1}


def test_interactions_are_read_and_what_is_known_is_a_duplicate(wkw):
    first, second = (json.loads(wkw("ingest", "interactions", INTERACTIONS, "--json").out) for _ in range(2))

    assert fates(first) == {"stored": 13, "duplicate": 1, "excluded": 1, "upcoming": 1, "quarantined": 2}
    assert fates(second) == {"duplicate": 14, "excluded": 1, "upcoming": 1, "quarantined": 2}
    assert second["edges"]["stored"] == 0


def test_a_dry_run_says_the_same_and_writes_nothing(wkw, lab):
    before = lab.state()
    dry = wkw("ingest", "mail", *MAIL, "--dry-run", "--json")

    assert lab.state() == before
    assert fates(json.loads(dry.out)) == OF_MAIL
    assert wkw("ingest", "mail", *MAIL, "--json").out == dry.out


def test_the_table_of_fates_tells_events_edges_and_reasons_on_stdout(wkw):
    done = wkw("ingest", "mail", *MAIL)
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.out.splitlines()]

    assert done.err == ""
    assert rows[:2] == [["events", "edges"], ["submitted", "47", "42"]]
    assert ["stored", "34"] in [row[:2] for row in rows]
    assert [row[0] for row in rows if row[0] in FATES] == list(FATES)
    assert rows[rows.index(["quarantined", "2", "0"]) + 1 :] == [["bad date", "1"], ["no sender", "1"]]


def test_an_empty_box_is_nothing_to_read_and_no_mistake(wkw, tmp_path):
    (tmp_path / "empty.mbox").touch()
    done = wkw("ingest", "mail", tmp_path / "empty.mbox")

    assert (done.code, done.err) == (0, "There was nothing to read.\n")
    assert set(re.findall(r"\d+", done.out)) == {"0"}


def test_an_interrupted_ingest_says_so_keeps_what_it_stored_and_completes_when_run_again(wkw, lab, tmp_path):
    file = tmp_path / "many.jsonl"
    file.write_text("".join(map(many, range(MANY))))
    with lab.session() as run, wkw.running("ingest", "interactions", file) as process:
        until(lambda: run("counts")[0]["edges"] > 0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        kept = run("counts")[0]["edges"]

    assert (process.returncode, out) == (130, "")
    assert err == "wkw: Interrupted. What was stored stays; run the same again to complete it.\n"
    assert 0 < kept < MANY
    again = json.loads(wkw("ingest", "interactions", file, "--json").out)
    assert fates(again) == {"stored": MANY - kept, "duplicate": kept}


def many(n):
    at, to = 1_700_000_000 + n * 600, f"knut{n % 200}@kund.example"
    return json.dumps({"id": f"<{n}@x>", "at": at, "channel": "email", "from": ANNA, "to": [to], "source": "m"}) + "\n"


# ---- lookup ----


def test_a_lookup_prints_a_table_of_introducers_and_the_own_tie(known):
    done = known("lookup", LEA, "--as", ANNA, *DAY)

    assert done.out.startswith("Who can introduce you to Lea Sand at Kund?\nAs of 2026-06-02, enhanced tier, formula ")
    assert introducers(done.out) == [
        ("Eva Noor", "26", "familiar"),
        ("Bo Ek", "24", "familiar"),
        ("you", "62", "strong"),
    ]
    assert (done.code, done.err) == (0, "")


def test_a_lookup_in_json_is_one_value_and_nothing_else(known):
    done = known.outside("lookup", LEA, "--as", ANNA, *DAY, "--json")
    answer = json.loads(done.out)

    assert (done.code, done.err) == (0, "")
    assert [one["colleague"]["name"] for one in answer["introducers"]] == ["Eva Noor", "Bo Ek"]
    assert (answer["you"]["strength"], answer["as_of"], answer["complete"]) == (62, "2026-06-02", True)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--limit", "1"), ["Eva Noor"]),
        (("--one-way",), ["Cia Holm", "Eva Noor", "Bo Ek"]),
        (("--as-of", "2026-04-30"), ["Dag Lund", "Bo Ek", "Eva Noor"]),
    ],
)
def test_a_lookup_heeds_its_options(known, options, names):
    done = known("lookup", LEA, "--as", ANNA, *DAY, *options)

    assert [name for name, _, _ in introducers(done.out) if name != "you"] == names


@pytest.mark.parametrize(
    "target", ["LEA@Kund.Example", "tel:+46846500401", "crm:dynamics:1001", "Lea Sand", "lea sand"]
)
@pytest.mark.parametrize("asker", [ANNA, "Anna Berg"])
def test_target_and_asker_may_be_an_address_a_crm_id_or_a_name(known, target, asker):
    expected = known("lookup", LEA, "--as", ANNA, *DAY).out

    assert known("lookup", target, "--as", asker, *DAY).out == expected


def test_target_may_be_a_person_id(known):
    found = json.loads(known("lookup", LEA, "--as", ANNA, "--json").out)["target"]["id"]

    assert "Lea Sand" in known("lookup", found, "--as", ANNA).out


def test_a_name_of_several_people_lists_them_on_stderr_and_guesses_nothing(known, village):
    village.query("rename", uri="mailto:mats@kund.example", called="Lea Sand", folded_name="lea sand")
    done = known("lookup", "Lea Sand", "--as", ANNA)
    said, *candidates = done.err.splitlines()

    assert (done.code, done.out) == (1, "")
    assert said == "wkw: Several people have that name. Choose one of the candidates by its id."
    assert [line.split()[1:] for line in candidates] == [["Lea", "Sand", "Kund"]] * 2
    assert known("lookup", candidates[0].split()[0], "--as", ANNA).code == 0


def test_what_looks_like_markup_in_a_name_is_printed_as_it_is(known, village):
    for address, name in ((LEA, "[/] :smile: [bold]L"), ("bo@nord.example", "[/b] :cat: Bo")):
        village.query("rename", uri=f"mailto:{address}", called=name, folded_name="x")

    out = known("lookup", LEA, "--as", ANNA).out
    assert "[/] :smile: [bold]L at Kund?" in out
    assert "[/b] :cat: Bo " in out


# ---- keys, sharing, serving ----


def test_a_key_is_made_shown_once_listed_and_revoked(known):
    made = known("key", "create", ANNA, "--name", "Anna's widget", "--days", 1)
    key_id = re.fullmatch(r"wkw_([0-9a-f]{16})_\S+\n", made.out)[1]

    assert made.err == ""
    [listed] = json.loads(known("key", "list", "--json").out)
    assert (listed["id"], listed["name"], listed["expires"] - listed["created"]) == (
        key_id,
        "Anna's widget",
        86_400_000,
    )
    assert known("key", "revoke", key_id).out == "Revoked.\n"
    assert json.loads(known("key", "list", "--json").out)[0]["revoked"]
    assert re.search(
        rf"^{key_id}  Anna's widget  seller  \d{{4}}-.* UTC  \S+ \S+ UTC  \S+ \S+ UTC$", known("key", "list").out, re.M
    )


def test_sharing_is_shown_switched_off_and_then_gone_from_answers(known):
    assert known("sharing", "show", "eva.noor@nord.example").out == "on\n"

    off = known("sharing", "off", "eva.noor@nord.example").out
    assert re.fullmatch(
        r"Sharing is off. Closed: addresses 2. Deleted: interactions [1-9]\d*, ties [1-9]\d*, people 1. "
        r"Receipt: [0-9a-f]{32}.\n",
        off,
    )
    shown = known("sharing", "show", "eva@nord.example").out
    assert shown.startswith("off\n")
    assert off.split()[-1].strip(".") in shown
    assert [name for name, _, _ in introducers(known("lookup", LEA, "--as", ANNA, *DAY).out)] == ["Bo Ek", "you"]


def test_serve_answers_until_ctrl_c_and_then_ends_well(known):
    port = free_port()
    with known.running("serve", WKW_PORT=str(port)) as process:
        assert process.stderr.readline() == f"Serving on http://127.0.0.1:{port} - stop with Ctrl-C.\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20) as response:
            assert json.load(response) == {"status": "ready"}

        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, json.loads(err)["route"]) == (0, "", "/readyz")


SLOW_WORKERS = """
import time
from flask import Flask
from wkw.web import serving

serving.OPTIONS["post_fork"] = lambda server, worker: time.sleep(1)
serving.serve(Flask("slow"), serving.listening("127.0.0.1", 0), ready=lambda: print("ready", flush=True))
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_server_whose_workers_are_still_starting_ends_as_soon(stop):
    process = python(SLOW_WORKERS, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == "ready\n"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(lambda: children.read_text().strip())
    process.send_signal(stop)

    assert process.communicate(timeout=20) == ("", "")  # gunicorn's own would wait for 30 seconds
    assert process.returncode == 0


def test_the_program_says_which_one_it_is(wkw):
    done = wkw("--version")

    assert done.code == 0
    assert re.fullmatch(r"wkw, version \d+\.\d+\.\d+\n", done.out)
