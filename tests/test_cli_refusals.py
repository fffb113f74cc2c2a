"""What a command cannot do it refuses in one line: what, why, and what to do; nothing is lost and nothing is stored."""

import os
import time
from contextlib import closing
from socket import create_server, socket

import pytest
from lab import VILLAGE
from program import SMALL_FILES_ONLY, program_of

from wkw import schema

LEA, ANNA = "lea@kund.example", "anna@nord.example"
LOOKUP = ("lookup", LEA, "--as", ANNA)


@pytest.fixture
def wkw(lab):
    """The program on an empty graph, which is as empty after every refusal."""
    yield program_of(lab)
    assert lab.state() == {"addresses": [], "interactions": [], "ties": []}


@pytest.fixture
def known(village):
    """The program on a graph with the whole village in it."""
    return program_of(village)


def made(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---- files ----


@pytest.mark.parametrize("command", [("people",), ("ingest", "mail"), ("ingest", "interactions")])
def test_a_file_that_is_missing(wkw, tmp_path, command):
    line = wkw(*command, tmp_path / "none.csv").line

    assert line == f"wkw: {tmp_path}/none.csv does not exist. Check the path and the kind of file."


@pytest.mark.parametrize("command", [("people",), ("ingest", "mail"), ("ingest", "interactions")])
def test_a_binary_file(wkw, tmp_path, command):
    path = made(tmp_path, "x.bin", bytes(range(256)) * 40)
    line = wkw(*command, path).line

    assert line.startswith(f"wkw: {path} is not a text file.") or line.startswith(f"wkw: There is no mail in {path}.")
    assert " Name a" in line


@pytest.mark.parametrize(
    ("command", "content", "said"),
    [
        ("people", "name,mail\nAnna,anna@nord.example\n", ("unknown column 'mail'", "column 'address' is missing")),
        ("ingest interactions", "when,from,to\n", ("unknown column 'when'", "column 'at' is missing")),
    ],
)
def test_wrong_columns_are_named_and_so_are_those_that_were_expected(wkw, tmp_path, command, content, said):
    line = wkw(*command.split(), made(tmp_path, "x.csv", content)).line

    assert "does not name the right columns" in line
    assert all(text in line for text in said)
    assert "Expected, with commas between: " in line


@pytest.mark.parametrize("command", ["people", "ingest interactions"])
def test_an_encoding_other_than_utf_8(wkw, tmp_path, command):
    header = "address,kind,name\n" if command == "people" else "id,at,channel,from,to\n"
    path = made(tmp_path, "x.csv", (header + "maja@nord.example,colleague,Öhrn\n").encode("latin-1"))

    assert wkw(*command.split(), path).line == (
        f"wkw: {path} is not written in UTF-8: line 2, byte 29. Save it as UTF-8."
    )


def test_a_folder_where_a_file_is_needed(wkw, tmp_path):
    assert "is a folder, and a file is needed." in wkw("people", tmp_path).line


def test_a_damaged_archive(wkw, tmp_path):
    path = made(tmp_path, "x.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(400))

    assert wkw("ingest", "mail", path).line.startswith(f"wkw: {path} is damaged or cut off.")


def test_wrong_lines_of_a_directory_are_told_and_none_is_taken_over(wkw, tmp_path):
    path = made(tmp_path, "x.csv", "address,kind\nanna@nord.example,colleague\nbo@nord.example,boss\n")

    assert wkw("people", path).line == (
        f"wkw: {path} has 1 wrong line (line 3: kind must be one of colleague, contact, lead). "
        "Correct them; nothing was taken over."
    )


def test_the_good_file_beside_a_missing_one_is_not_half_read(wkw, tmp_path):
    assert "does not exist" in wkw("ingest", "mail", VILLAGE / "mail.mbox", tmp_path / "none").line


# ---- the database ----


def test_a_database_that_is_not_there_is_refused_within_seconds(wkw):
    with socket() as silent:
        silent.bind(("127.0.0.1", 0))  # and nobody listens
        where = f"127.0.0.1:{silent.getsockname()[1]}"
        for scheme, command in (("bolt", ("key", "list")), ("neo4j", ("migrate",))):
            began = time.monotonic()
            line = wkw.outside(*command, WKW_NEO4J_URI=f"{scheme}://{where}").line
            assert time.monotonic() - began < 12
            assert line.startswith("wkw: The database cannot be reached. Try again in a few seconds; if it stays, ")
            assert line.endswith("start the database or check WKW_NEO4J_URI.")


def test_a_wrong_password_is_tried_once(wkw):
    for _ in range(2):  # the third would lock everybody out
        line = wkw("key", "list", WKW_NEO4J_PASSWORD="not-it").line
        assert line.startswith("wkw: The database refused the user or the password. Check WKW_NEO4J_USER and ")

    assert wkw("key", "list", "--json").out == "[]\n"


# ---- settings ----


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"WKW_NEO4J_PASSWORD": None}, "WKW_NEO4J_URI is set, but not WKW_NEO4J_PASSWORD"),
        ({"WKW_NEO4J_PASSWORD_FILE": "/none"}, "WKW_NEO4J_PASSWORD_FILE names a file that cannot be read."),
        ({"WKW_NEO4J_URI": "http://127.0.0.1"}, "WKW_NEO4J_URI: Not a valid URL."),
        ({"WKW_NEO4J_URI": "bolt://neo4j:secret@127.0.0.1"}, "WKW_NEO4J_URI: Write scheme://host:port;"),
        ({"WKW_NEO4J_URI": "bolt://127.0.0.1:77777"}, "WKW_NEO4J_URI: Write scheme://host:port;"),
        ({"WKW_PORT": "many"}, "WKW_PORT: Not a valid integer."),
        ({"WKW_PORT": "99999"}, "WKW_PORT: Must be greater than or equal to 0 and less"),
        ({"WKW_OIDC_AUDIENCE": "wkw"}, "WKW_OIDC_ISSUER and WKW_OIDC_AUDIENCE go together."),
        ({"WKW_OIDC_ISSUER": "https://idp.example"}, "WKW_OIDC_ISSUER and WKW_OIDC_AUDIENCE go together."),
        ({"WKW_OIDC_ALGORITHMS": "RS256,HS256"}, "WKW_OIDC_ALGORITHMS: Choose from RS256, RS384, "),
        ({"WKW_OIDC_ALGORITHMS": ""}, "WKW_OIDC_ALGORITHMS: Shorter than minimum length 1."),
        ({"WKW_OIDC_ROLES": "wkw-sellers=boss"}, "WKW_OIDC_ROLES needs a role for each value: colleague, seller, "),
        ({"WKW_OIDC_ROLES": "seller"}, "WKW_OIDC_ROLES needs a role for each value: colleague, seller, "),
        ({"WKW_DOMAINS": "nord"}, "WKW_DOMAINS names something that is no domain. Write domains such as"),
        ({"WKW_DOMAINS": "syd.example"}, "WKW_DOMAINS is syd.example, but this graph was made for nord.example."),
        ({"WKW_ADDRESS_KEY": "short"}, "WKW_ADDRESS_KEY has 5 characters; at least 32 are needed."),
        (
            {"WKW_ADDRESS_KEY": "x" * 40},
            "WKW_ADDRESS_KEY lacks a secret that the address keys of this graph are made, or being made, with.",
        ),
        ({"WKW_INTERACTION_KEY": "x" * 40}, "WKW_INTERACTION_KEY is not the secret that this graph was made with."),
        ({"WKW_STATE": "/dev/null", "WKW_ADDRESS_KEY": None}, "The state folder /dev/null cannot be used: "),
    ],
)
def test_a_setting_that_cannot_be_used(wkw, settings, said):
    line = wkw("key", "list", **settings).line

    assert line.startswith("wkw: ")
    assert said in line
    assert "secret@" not in line


@pytest.mark.parametrize("settings", [{"WKW_DOMAINS": "syd.example"}, {"WKW_INTERACTION_KEY": "x" * 40}])
def test_migrate_does_not_pass_over_settings_that_are_not_the_graphs(wkw, settings):
    assert " graph was made " in wkw("migrate", **settings).line


def test_every_setting_that_cannot_be_used_is_told_at_once(wkw):
    line = wkw("key", "list", WKW_PORT="x", WKW_NEO4J_URI="x").line

    assert "WKW_PORT: " in line
    assert "WKW_NEO4J_URI: " in line


def test_a_full_disk_for_the_state_folder(wkw):
    line = wkw.outside("key", "list", before=SMALL_FILES_ONLY, WKW_ADDRESS_KEY=None).line

    assert "cannot be used: File too large. Set WKW_STATE to a folder of your own." in line
    assert [name for name in os.listdir(wkw.settings["WKW_STATE"]) if not name.startswith(".")] == []


def test_a_schema_that_was_not_migrated(wkw, lab):
    lab.query("unmigrate", version=schema.migrations()[-1].version)
    line = wkw("key", "list").line

    last = schema.migrations()[-1]
    lacks = f"lacks migration {last.version} ({last.name}) and later ones"
    assert line == f"wkw: The graph's schema {lacks}. Run `wkw migrate`."
    assert wkw("migrate").code == 0


def test_nobody_is_known_to_be_a_colleague(wkw, lab):
    lab.query("own_domains", domains=[])
    line = wkw("ingest", "mail", VILLAGE / "mail.mbox", WKW_DOMAINS=None).line

    assert line == (
        "wkw: Nobody is known to be a colleague. Set WKW_DOMAINS to your own mail domains and run `wkw migrate`."
    )
    assert wkw("migrate").code == 0


# ---- questions ----


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lookup", LEA, "--as", "lea@kund.example"), "The asker is not a colleague. Name the asker by an address of"),
        (("lookup", LEA, "--as", "dag@nord.example"), "The asker is not a colleague."),
        (("lookup", LEA, "--as", "Nobody Known"), "The asker is not a colleague."),
        (("lookup", "lea@", "--as", ANNA), "The part after the @ is not a domain"),
        (("lookup", "nils@kund.example", "--as", ANNA), "Nobody among your colleagues can introduce you to this"),
        (("lookup", "Nobody Known", "--as", ANNA), "Nobody among your colleagues can introduce you to this person."),
        (("lookup", LEA, "--as", ANNA, "--as-of", "2999-01-01"), "The day lies in the future."),
        (("key", "create", LEA), "The address is not a colleague's. Load the directory, or"),
        (("key", "create", "no address"), "A mail address needs an @. Give an address such as"),
        (("key", "create"), "A key for these roles needs a colleague's address. Give one; only a connector has none."),
        (("key", "create", ANNA, "--role", "connector"), "A connector has no colleague behind it. Leave the address"),
        (("key", "revoke", "0000"), "There is no API key of that id. `wkw key list` shows all."),
        (("sharing", "off", "nobody"), "A mail address needs an @."),
        (("down",), "WKW_NEO4J_URI is set: that Neo4j is not wkw's to stop."),
    ],
)
def test_a_question_that_has_no_answer(known, words, said):
    assert known(*words).line.startswith(f"wkw: {said}")


@pytest.mark.parametrize(
    "words",
    [
        ("lookup", LEA),
        ("lookup", "--as", ANNA),
        (*LOOKUP, "--limit", "0"),
        (*LOOKUP, "--limit", "51"),
        (*LOOKUP, "--as-of", "yesterday"),
        ("key", "create", ANNA, "--days", "0"),
        ("key", "create", ANNA, "--role", "boss"),
        ("ingest", "mail"),
        ("ingest", "letters", "x"),
    ],
)
def test_wrong_usage_is_told_on_stderr_with_exit_code_2(wkw, words):
    done = wkw(*words)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: wkw ")
    assert "Error: " in done.err


# ---- serving ----


def test_serve_refuses_a_port_that_is_taken_at_once(wkw):
    with closing(create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        began = time.monotonic()
        line = wkw.outside("serve", WKW_PORT=str(port)).line

    assert time.monotonic() - began < 5  # gunicorn alone tries for five
    assert line == (
        f"wkw: Port {port} of 127.0.0.1 is taken by another program. Stop that program, or set WKW_PORT to a free port."
    )


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_serve_refuses_a_host_that_is_not_this_machine(wkw, host):
    line = wkw("serve", WKW_HOST=host, WKW_PORT="0").line

    assert line.startswith(f"wkw: Port 0 of {host} cannot be opened: ")
    assert line.endswith("Set WKW_HOST to an address of this machine and WKW_PORT to a port that you may open.")


def test_serve_refuses_a_graph_that_was_not_migrated(wkw, lab):
    lab.query("unmigrate", version=schema.migrations()[-1].version)

    assert wkw("serve", WKW_PORT="0").line.endswith("Run `wkw migrate`.")
    assert wkw("migrate").code == 0
