"""What operators do is in the audit log by the number of their user; nothing in it leads to anybody by itself."""

import json
import os
import pwd
import re

import pytest
from lab import VILLAGE
from test_web_audit import RECORDED, rows

from wkw import keys
from wkw.addresses import canonical
from wkw.audit import Audit
from wkw.connectors import directory
from wkw.ledger import FILE
from wkw.web import create_app

ANNA, LEA = "anna@nord.example", "lea@kund.example"
# Everything an operator does: its name in the log, the command, how many people it is about (None: as time passes) and
# returns.
ACTS = (
    ("lookup", ("lookup", LEA, "--as", ANNA), 1, 2),
    ("lookup", ("lookup", "Lea Sand", "--as", "Anna Berg"), 1, 2),
    ("explain", ("explain", ANNA, LEA), 1, 1),
    ("cooling", ("cooling", "--as", "eva@nord.example", "--within", "3650"), None, 0),
    ("merge", ("merge", LEA, "frida@freemail.example"), 2, 0),
    ("unmerge", ("unmerge", "frida@freemail.example"), 1, 0),
    ("suggest", ("merge", "--suggest"), 0, 0),
    ("exclude", ("exclude", "freemail.example", "--reason", "agreed"), 0, 0),
    ("exposure", ("exposure", ANNA), 2, 1),
    ("include", ("include", "freemail.example"), 0, 0),
    ("key_create", ("key", "create", ANNA), 1, 0),
    ("sharing_show", ("sharing", "show", "cia@nord.example"), 1, 0),
    ("sharing_off", ("sharing", "off", "cia@nord.example"), 1, 0),
    ("people", ("people", VILLAGE / "people.csv", "--confirm"), 0, 0),
    ("migrate", ("migrate",), 0, 0),
    ("audit", ("audit", "show"), 0, 0),
)
REFUSED = (
    ("lookup", ("lookup", "nobody@nowhere.example", "--as", ANNA), "not_found"),
    ("lookup", ("lookup", LEA, "--as", LEA), "forbidden"),
    ("explain", ("explain", ANNA, "nils@kund.example"), "not_found"),
    ("key_revoke", ("key", "revoke", "0123456789abcdef"), "not_found"),
    ("unmerge", ("unmerge", "no address"), "invalid_address"),
)


@pytest.fixture
def audit(village):
    return Audit(village.settings)


@pytest.fixture
def full(village):
    """A log after every route and every command, and what happened: nobody's address, name or key may be in it."""
    forbidden = everything_of(village)
    client = create_app(village.graph, village.settings).test_client()
    for role, method, path, body in RECORDED.values():
        client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {village.token(role)}"})
    return forbidden


def everything_of(village):
    """Every address of the village, with and without its scheme, every name, every address key."""
    listed = list(directory.read(VILLAGE / "people.csv"))
    uris = {uri for one in listed for uri in (one.address, *one.aliases)}
    uris |= {row["sender"] for row in village.query("edges")} | {row["receiver"] for row in village.query("edges")}
    uris |= {canonical(uri) for uri in ("nobody@nowhere.example", "frida@freemail.example")}
    names = {word for one in listed for word in (one.name or "").split()} | {"Kund", "Fjord"}
    return uris | {uri.partition(":")[2] for uri in uris} | names | {village.key(uri) for uri in uris}


def told(audit):
    return [row for row in rows(audit) if row["step"] == "told"]


def test_every_command_records_who_did_what_by_the_user_of_the_machine(known, audit):
    for number, (act, words, about, returned) in enumerate(ACTS):
        done = known(*words, LOGNAME="somebody-else")
        assert done.code == 0, done
        asked, row = rows(audit)[2 * number :]
        assert [asked["step"], row["step"]] == ["asked", "told"], words
        assert (row["act"], row["outcome"], row["id"]) == (act, "ok", asked["id"])
        assert (row["operator"], row["roles"], row["purpose"]) == (os.getuid(), ["operator"], "operator")
        assert (len(row["about"]) if about is not None else None, len(row["returned"])) == (about, returned), words


def test_as_whom_an_operator_asked_is_the_digest_that_the_colleagues_own_calls_have(village, known, audit):
    client = create_app(village.graph, village.settings).test_client()
    role, method, path, body = RECORDED["lookup"]
    client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {village.token(role)}"})
    known("lookup", LEA, "--as", ANNA)
    known("lookup", LEA, "--as", "bo@nord.example")
    own, anna, bo = (row["who"] for row in told(audit))

    assert own == anna != bo


@pytest.mark.parametrize(("act", "words", "outcome"), REFUSED)
def test_what_was_refused_is_recorded_with_why(known, audit, act, words, outcome):
    assert known(*words).code == 1

    assert [(row["act"], row["outcome"]) for row in told(audit)] == [(act, outcome)]


def test_where_nothing_can_be_recorded_an_operator_can_do_nothing_either(village, known, audit):
    before, held = village.state(), keys.listed(village.graph)
    audit.folder.parent.mkdir(exist_ok=True)
    audit.folder.touch()  # no folder

    for _, words, *_ in ACTS:
        assert known(*words).line.startswith("wkw: The audit log cannot be written. "), words
    assert (village.state(), keys.listed(village.graph)) == (before, held)


def test_after_every_route_and_command_no_address_name_or_key_of_anybody_is_in_the_log(known, audit, full):
    for _, words, *_ in (*ACTS, *REFUSED):
        known(*words)
    texts = [path.read_text() for path in audit.folder.iterdir()]
    acts = {row["act"] for row in told(audit)}

    assert acts == RECORDED.keys() | {act for act, *_ in (*ACTS, *REFUSED)}
    assert len(full) > 50
    found = [rf"(?i)(?<!\w){re.escape(word)}(?!\w)" for word in full]
    assert [word for word in found for text in texts if re.search(word, text)] == []


# ---- verify and show ----


def test_verify_tells_how_many_rows_there_are_and_the_hash_of_the_last(known, audit):
    empty = f"as written: rows 0. Hash of the last: {'0' * 64}\n"
    assert known("audit", "verify").out == f"Audit log {empty}Ledger {empty}"
    known("lookup", LEA, "--as", ANNA)

    done = known("audit", "verify")

    assert done.out == f"Audit log as written: rows 2. Hash of the last: {rows(audit)[-1]['hash']}\nLedger {empty}"
    assert (done.code, len(rows(audit))) == (0, 2)


def test_verify_names_the_file_and_the_first_bad_row_and_ends_with_1(known, audit):
    for _ in range(2):
        known("lookup", LEA, "--as", ANNA)
    [path] = audit.folder.glob("*.jsonl")
    whole = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*whole[:2], whole[2].replace('"operator":', '"operator":1'), *whole[3:]]))

    assert known("audit", "verify").line.startswith(f"wkw: Row 3 of {path.name} is not as it was written. Keep it")


def test_verify_names_the_first_bad_row_of_the_ledger_too(known, audit):
    known("sharing", "off", LEA)
    path = audit.folder.parent / FILE
    path.write_text(path.read_text().replace('"operator"', '"self"', 1))

    assert known("audit", "verify").line.startswith(f"wkw: Row 1 of {FILE} is not as it was written. Keep it")


def test_show_prints_both_rows_of_an_act_oldest_first_and_of_itself_the_first(known, audit):
    known("lookup", LEA, "--as", ANNA)
    lines = [re.split(r" {2,}", line) for line in known("audit", "show").out.splitlines()]
    me = pwd.getpwuid(os.getuid()).pw_name

    assert lines[0] == ["time", "act", "who", "purpose", "outcome", "about", "returned"]
    assert [line[1:5] for line in lines[1:]] == [
        ["lookup", me, "operator", "asked"],
        ["lookup", f"{me} as {told(audit)[0]['who']}", "operator", "ok"],
        ["audit", me, "operator", "asked"],
    ]


def test_show_gives_rows_as_data_as_http_does(village, known):
    known("lookup", LEA, "--as", ANNA)
    shown = json.loads(known("audit", "show", "--days", "1", "--json").out)
    client = create_app(village.graph, village.settings).test_client()
    headers = {"Authorization": f"Bearer {village.token('admin')}"}
    page = client.get("/v1/admin/audit", headers=headers).json["rows"]

    assert shown == page[:1:-1][: len(shown)]
    assert len(shown) == 3
