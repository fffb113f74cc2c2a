"""The server's jars: fetched once, verified at every start, and safe from every kind of interruption."""

import signal
import subprocess
import threading
import time
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from servers import NOWHERE, python, until

from wkw.embedded import attached, jars
from wkw.errors import EmbeddedError

FETCH = """
import sys
from pathlib import Path
from wkw.embedded import jars
jars.class_path(jars.read(Path(sys.argv[1])), maven=Path(sys.argv[2]), repository=sys.argv[3], progress=None)
"""


class Repository(ThreadingHTTPServer):
    """A company's own Maven repository, which serves the Maven cache of this machine and counts who asked for what."""

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            name = Path(self.path).name
            self.server.asked[name] += 1
            time.sleep(self.server.slowness)
            if self.server.asked[name] <= self.server.failures[name]:
                self.send_error(503)
            else:
                super().do_GET()

        def log_message(self, *_):
            pass

    def handle_error(self, *_):
        pass  # the other end was killed, on purpose

    def __init__(self):
        super().__init__(("127.0.0.1", 0), partial(self.Handler, directory=jars.maven_cache()))
        self.asked, self.slowness, self.failures = Counter(), 0.0, Counter()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def jars_asked(self):
        return {name: count for name, count in self.asked.items() if name.endswith(".jar")}


@pytest.fixture
def repository():
    with Repository() as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def few(tmp_path):
    """A lock file of 24 small jars: more than are fetched at once."""
    lines = jars.LTS.read_text().splitlines()
    chosen = [line for line in lines if ":jetty-" in line or ":netty-" in line][:24]
    path = tmp_path / "few.lock"
    path.write_text("\n".join([*lines[:2], *chosen]))
    return path


def fetch(few, maven, repository, progress=None):
    return jars.class_path(jars.read(few), maven=maven, repository=repository, progress=progress)


def test_missing_jars_come_from_the_companys_repository_and_only_once(few, tmp_path, repository):
    steps = []
    for _ in range(2):
        paths = fetch(few, tmp_path / "m2", repository.url, progress=lambda **step: steps.append(step))
    assert all(path.is_file() for path in paths)
    assert set(repository.jars_asked().values()) == {1}
    assert [step["done"] for step in steps] == list(range(1, 25))
    assert {step["total"] for step in steps} == {24}


def test_a_damaged_jar_is_fetched_again_and_the_others_are_not(few, tmp_path, repository):
    first, *_ = fetch(few, tmp_path / "m2", repository.url)
    repository.asked.clear()
    whole = first.read_bytes()
    first.write_bytes(whole[:-1] + b"?")
    fetch(few, tmp_path / "m2", repository.url)
    assert first.read_bytes() == whole
    assert repository.jars_asked() == {first.name: 1}


def test_a_damaged_jar_is_named_when_nobody_answers_and_the_host_is_not(few, tmp_path, repository):
    first, *_ = fetch(few, tmp_path / "m2", repository.url)
    first.write_bytes(b"half")
    with pytest.raises(EmbeddedError) as caught:
        fetch(few, tmp_path / "m2", NOWHERE)
    assert f"{first.name} is damaged" in caught.value.message
    assert "WKW_MAVEN_REPOSITORY" in caught.value.remedy
    assert "127.0.0.1" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_repository_that_serves_another_file_is_refused(few, tmp_path, repository):
    few.write_text(few.read_text().replace("\n", "\n# nothing changes here\n", 1))
    jar = jars.read(few).jars[0]
    few.write_text(few.read_text().replace(jar.sha256, "0" * 64))
    with pytest.raises(EmbeddedError, match=f"{jar.name} is missing .* not the one"):
        fetch(few, tmp_path / "m2", repository.url)
    assert not (tmp_path / "m2" / jar.path).exists()


def test_a_repository_without_the_jar_is_told_after_a_few_attempts(few, tmp_path, repository):
    name = jars.read(few).jars[0].name
    repository.failures[name] = 99
    with pytest.raises(EmbeddedError, match=f"{name} is missing .* does not have it"):
        fetch(few, tmp_path / "m2", repository.url)
    assert repository.asked[name] == 3


def test_a_repository_that_fails_now_and_then_is_asked_again(few, tmp_path, repository):
    repository.failures.update({jar.name: 2 for jar in jars.read(few).jars[::5]})
    assert all(path.is_file() for path in fetch(few, tmp_path / "m2", repository.url))


@pytest.mark.parametrize("accident", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_fetch_goes_on_where_it_was(few, tmp_path, repository, accident):
    repository.slowness = 0.3
    running = python(FETCH, few, tmp_path / "m2", repository.url, stderr=subprocess.DEVNULL)
    until(lambda: list(tmp_path.glob("m2/[a-z]*/**/*.jar")))
    running.send_signal(accident)
    assert running.wait() != 0
    there = {path.name for path in tmp_path.glob("m2/[a-z]*/**/*.jar")}
    assert 0 < len(there) < 24
    repository.slowness = 0
    repository.asked.clear()
    fetch(few, tmp_path / "m2", repository.url)
    assert set(repository.jars_asked()) == {jar.name for jar in jars.read(few).jars} - there


def test_two_fetches_at_once_ask_for_each_jar_once(few, tmp_path, repository):
    repository.slowness = 0.1
    both = [python(FETCH, few, tmp_path / "m2", repository.url) for _ in range(2)]
    assert [running.wait() for running in both] == [0, 0]
    assert set(repository.jars_asked().values()) == {1}


def test_without_a_network_the_first_start_says_what_to_do_instead(tmp_path):
    with pytest.raises(EmbeddedError) as caught, attached(tmp_path, maven=tmp_path / "m2", repository=NOWHERE):
        pass
    for way in ("WKW_MAVEN_REPOSITORY", "WKW_NEO4J_URI", "copy the Maven cache"):
        assert way in caught.value.remedy
    assert caught.value.message.count("Maven cache") == 1
