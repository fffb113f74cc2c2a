"""What the program prints suits whoever reads it: a wide or narrow terminal, a pipe, a reader that leaves early."""

import fcntl
import json
import os
import pty
import re
import struct
import termios

import pytest
from program import Program, program_of
from test_commands import COMMANDS

LEA, ANNA, DAY = "lea@kund.example", "anna@nord.example", ("--as-of", "2026-06-02")


@pytest.fixture
def known(village):
    """The program on a graph with the whole village in it."""
    return program_of(village)


def in_terminal(program, columns, *words, **settings):
    """What a terminal of so many columns is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    settings |= {"TERM": "xterm-256color", "COLUMNS": str(columns), "NO_COLOR": None}
    with program.running(*words, stdout=theirs, stderr=theirs, **settings) as process:
        os.close(theirs)
        text = b""
        while chunk := read(ours):
            text += chunk
        os.close(ours)
        assert process.wait(timeout=10) == 0
    return text.decode().replace("\r\n", "\n")


def read(terminal):
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux tells that nobody writes any more
        return b""


def test_a_narrow_terminal_gets_titles_below_names_and_nothing_wrapped(known):
    plain = re.sub(r"\x1b\[[\d;]*m", "", in_terminal(known, 60, "lookup", LEA, "--as", ANNA, *DAY))
    lines = [line.rstrip() for line in plain.splitlines()]

    assert max(map(len, lines)) <= 60
    at = next(n for n, line in enumerate(lines) if line.startswith("Eva Noor"))
    assert lines[at + 1] == "  Head of delivery"
    assert lines[at + 2].startswith("Bo Ek")


def test_colours_are_for_terminals_that_want_them(known):
    words = ("lookup", LEA, "--as", ANNA)

    assert "\x1b[1m" in in_terminal(known, 120, *words)
    assert "\x1b[" not in known.outside(*words).out


def test_a_reader_that_has_seen_enough_is_no_failure_worth_a_traceback(known):
    ours, theirs = os.pipe()
    with known.running("lookup", LEA, "--as", ANNA, "--json", stdout=theirs) as process:
        os.close(ours)
        os.close(theirs)

        assert process.communicate(timeout=20)[1] == ""


def test_a_result_that_cannot_be_written_is_refused_in_one_line(known):
    words = ("lookup", LEA, "--as", ANNA)
    for form in ("--json", "--one-way"):
        with open("/dev/full", "w") as full, known.running(*words, form, stdout=full) as process:
            err = process.communicate(timeout=20)[1]
        assert process.returncode == 1
        assert err.startswith("wkw: The result cannot be written: No space left on device.")


def test_a_terminal_without_unicode_gets_what_it_can_show_and_json_stays_json(known, village):
    village.query("rename", uri=f"mailto:{LEA}", called="Łucja Sand", folded_name="x")
    words = ("lookup", LEA, "--as", ANNA)

    assert "?ucja Sand at Kund?" in known.outside(*words, PYTHONIOENCODING="latin-1").out
    found = json.loads(known.outside(*words, "--json", PYTHONIOENCODING="latin-1").out)
    assert found["target"]["name"] == "Łucja Sand"


@pytest.mark.parametrize("path", [path for path in COMMANDS if hasattr(COMMANDS[path], "commands")], ids=" ".join)
def test_no_line_of_a_list_of_commands_is_cut_off(path):
    listed = Program()(*path, "--help").out.partition("Commands:\n")[2]

    assert listed
    assert "..." not in listed
