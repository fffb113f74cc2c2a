"""The demo, from nothing to an answer, and every hint that it prints works as it is printed."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server

import neo4j
import pytest
from lab import Lab
from program import Program, free_port

from wkw.embedded.home import Home, connection_of
from wkw.graph import Graph, Login

MAJA, SARA = "maja.ohrn@norrsken.example", "sara.nyqvist@norrsken.example"
NAMES = [
    ("Maja Öhrn", 80, "strong"),
    ("Jonas Ekvall", 60, "strong"),
    ("Priya Ramanathi", 41, "familiar"),
    ("Henrik Sandell", 23, "familiar"),
    ("Tove Aspelin", 11, "weak"),
    ("you", 6, "weak"),
]
ROW = re.compile(r"^(\S+(?: \S+)*) {2,}.*?(\d+) (strong|familiar|weak|one-way) {2,}", re.M)


@pytest.fixture(scope="module")
def wkw(tmp_path_factory):
    """The program in a data folder of its own, without any setting else; what it started is stopped in the end."""
    program = Program(WKW_DATA=str(tmp_path_factory.mktemp("demo")), WKW_PORT=str(free_port()))
    yield program
    program.outside("down")


def timed(wkw):
    began = time.monotonic()
    done = wkw.outside("demo", "--no-serve")
    return done, time.monotonic() - began, counts(wkw)


@pytest.fixture(scope="module")
def first(wkw):
    """The first run, its seconds, and how much it stored."""
    return timed(wkw)


@pytest.fixture(scope="module")
def second(wkw, first):
    """The second run."""
    return timed(wkw)


@pytest.fixture(scope="module")
def serving(wkw, second):
    """The demo while it serves, and what it printed."""
    with wkw.running("demo", stderr=subprocess.DEVNULL) as process:
        lines = []
        while not lines or "Your own mail" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "".join(lines)
        yield process, "".join(lines)


@pytest.fixture
def hints(serving):
    """What the demo printed, while it serves."""
    return serving[1]


def login(wkw):
    endpoint = connection_of(Home(folder(wkw))).endpoint
    return Login(endpoint.uri, endpoint.user, endpoint.password)


def folder(wkw):
    return Path(wkw.settings["WKW_DATA"], "demo")


def counts(wkw):
    return Lab(Graph(login(wkw)), None, login(wkw)).query("counts")


def shell(line):
    """What a line prints that is typed into a terminal of somebody who has nothing set."""
    done = subprocess.run(["sh", "-c", line], env=nothing_set(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def nothing_set():
    return {name: value for name, value in os.environ.items() if not name.startswith("WKW_")}


def curls(hints):
    return re.findall(r"^  (curl .*)$", hints, re.M)


def answer(out):
    """What is said before the introduction."""
    return out[: out.index("\nSara ")]


def rows(table):
    return [(name, int(strength), level) for name, strength, level in ROW.findall(table)]


def test_the_demo_answers_its_question_from_strong_to_weak_as_of_today(first):
    done, _, _ = first

    assert done.code == 0
    assert done.out.startswith("Who can introduce you to Lova Lindqvist at Isbrya Energi?\nAs of ")
    assert datetime.now(UTC).date().isoformat() in done.out
    assert rows(done.out) == NAMES


def test_the_demo_shows_a_whole_introduction_with_its_mails(first):
    done, _, _ = first
    told = done.out.removeprefix(answer(done.out))

    assert re.findall(r"^  \| To: (.*)$", told, re.M) == [MAJA, SARA]
    assert re.search(rf"^  \| Reply-To: {SARA}$", told, re.M)
    assert re.search(r"^  \| http://127.0.0.1:\d+/answer/\S+$", told, re.M)
    assert "\n  | Hello Lova Lindqvist,\n" in told
    assert "\nMaja Öhrn sends this from their own mailbox; wkw never writes to the lead:\n" in told


def test_what_is_not_the_answer_is_on_stderr(first):
    done, _, _ = first

    assert "Norrsken AB, a fictional company: 3473 events, 2995 stored, " in done.err
    assert done.err.endswith("You are Sara Nyqvist, one of its sellers.\n\n")


def test_a_second_run_gives_the_same_answer_faster_and_doubles_nothing(first, second):
    (before, slow, stored), (after, fast, still) = first, second

    assert answer(after.out) == answer(before.out)
    assert after.out.endswith("\nSara has asked Maja Öhrn today: the introduction is introduced.\n")
    assert ", 2995 duplicate, " in after.err
    assert still == stored
    assert fast < slow


def test_the_demo_has_a_folder_of_its_own(wkw, first):
    assert os.listdir(wkw.settings["WKW_DATA"]) == ["demo"]


def test_the_hints_are_three_curl_lines_that_work_as_printed(hints):
    assert shutil.which("curl"), "curl is missing; .ci/run installs it"
    ready, by_address, by_name = (json.loads(shell(line)) for line in curls(hints))

    assert ready == {"status": "ready"}
    told = [(one["colleague"]["name"], one["strength"], one["level"]) for one in by_address["introducers"]]
    assert [*told, ("you", by_address["you"]["strength"], by_address["you"]["level"])] == NAMES
    assert by_name["target"]["name"] == "Céline Marchetière"
    assert {one["level"] for one in by_name["introducers"]} == {"strong", "weak", "one-way"}


def test_every_tie_has_a_strength_for_those_who_explore_the_graph(wkw, second):
    ties = Lab(Graph(login(wkw)), None, login(wkw)).query("weighed")

    assert ties
    assert all(0 <= tie["strength"] < 1 for tie in ties)


def test_the_hint_for_the_command_line_works_as_printed(hints):
    [line] = re.findall(r"^  (WKW_DATA=.* lookup .*)$", hints, re.M)

    assert rows(shell(line))[0] == ("Matteo Grandelli", 20, "familiar")


def test_the_browser_answers_and_its_login_opens_the_graph(wkw, hints):
    browser = re.search(r"http://\S+/browser/", hints)[0]
    user, password = re.search(r"^  user: (\S+)\n  password: (\S+)$", hints, re.M).groups()

    assert shell(f"curl -s -o {os.devnull} -w '%{{http_code}}' {browser}") == "200"
    with neo4j.GraphDatabase.driver(login(wkw).uri, auth=(user, password)) as driver:
        driver.verify_connectivity()


def test_ctrl_c_ends_the_demo_promptly_and_well(serving):
    process, _ = serving
    began = time.monotonic()
    process.send_signal(signal.SIGINT)

    assert process.communicate(timeout=30)[0] == ""
    assert process.returncode == 0
    assert time.monotonic() - began < 10


def test_the_demo_takes_another_port_where_its_own_is_taken(wkw, second):
    with closing(create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with wkw.running("demo", WKW_PORT=str(port)) as process:
            said = process.stderr.readline()
            while not (line := process.stdout.readline()).startswith("Serving on "):
                assert line
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

    assert said == f"Port {port} of 127.0.0.1 is taken by another program. The demo takes another one.\n"
    assert f":{port} " not in line
    assert process.returncode == 0


def test_down_stops_the_demo_too(wkw, second):
    assert wkw.outside("down").out == "Stopped.\n"
    assert wkw.outside("down").out == "Nothing was running.\n"
