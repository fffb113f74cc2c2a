"""The embedded Neo4j: started once, shared, and back after every kind of accident."""

import json
import os
import signal
import socket
import stat
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import neo4j
import pytest
from servers import NOWHERE, python, until

from wkw.embedded import SMALL, attached, down, faults, jars, locks, server
from wkw.embedded.home import Home
from wkw.errors import EmbeddedError

HOLD = """
import json, sys, time
from dataclasses import asdict
from pathlib import Path
from wkw.embedded import SMALL, attached, locks
from wkw.embedded.home import Home
from wkw.errors import EmbeddedError
try:
    with attached(Path(sys.argv[1]), tuning=SMALL, linger=float(sys.argv[2])) as endpoint:
        print(json.dumps(asdict(endpoint)), flush=True)
        sys.stdin.readline()
except EmbeddedError as error:
    supervisor, deadline = Home(Path(sys.argv[1])).supervisor_lock, time.monotonic() + 10
    while left := locks.is_held(supervisor):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    sys.exit(f"{error} {'A supervisor was left behind.' if left else ''}")
"""


def asks(endpoint):
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver:
        return driver.execute_query("RETURN 1 AS one").records[0]["one"]


# ---- one server for all ----


@contextmanager
def holder(data, linger=60, before=()):
    """Another process that is attached to `data` until the block ends."""
    process = python(
        HOLD, data, linger, before=before, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        yield process
        process.stdin.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    yield folder
    down(folder)


def pid(data):
    return server.pid_of(Home(data))


def supervisor(data):
    return int(Home(data).supervisor_lock.read_text().split()[0])


def starts(data):
    return Home(data).supervisor_log.read_text().count("starting")


def test_two_first_starts_at_once_start_one_server(data):
    with holder(data) as one, holder(data) as two:
        endpoints = [json.loads(process.stdout.readline()) for process in (one, two)]
    assert endpoints[0] == endpoints[1]
    assert starts(data) == 1


def test_a_second_start_on_the_same_folder_attaches(data):
    with attached(data, tuning=SMALL) as first, attached(data) as second:
        assert first == second
        assert asks(second) == 1
        assert first.version == jars.read(jars.LTS).version
    assert starts(data) == 1


def test_the_password_is_for_this_user_alone(data):
    home = Home(data)
    assert stat.S_IMODE(home.connection.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    password = json.loads(home.connection.read_text())["password"]
    assert len(password) > 30
    assert not (home.path / "run" / "password").exists()
    for log in home.path.glob("logs/*"):
        assert password not in log.read_text()


def test_the_server_listens_on_loopback_and_greets_with_browser(data):
    with attached(data, tuning=SMALL) as endpoint:
        port = int(endpoint.browser.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall(b"GET /browser/ HTTP/1.0\r\n\r\n")
            assert b" 200 " in link.recv(100)
        settings = (Home(data).conf / "neo4j.conf").read_text()
    assert "server.default_listen_address=127.0.0.1\n" in settings


def test_a_killed_server_is_started_again_while_somebody_is_attached(data):
    with attached(data, tuning=SMALL) as endpoint:
        before = pid(data)
        os.kill(before, signal.SIGKILL)
        until(lambda: pid(data) not in (None, before) and server.answers(int(endpoint.uri.rsplit(":")[-1])))
        until(lambda: "running" in Home(data).supervisor_lock.read_text())
        assert asks(endpoint) == 1


def test_a_killed_supervisor_takes_its_server_along_and_the_next_start_works(data):
    with attached(data, tuning=SMALL) as before:
        os.kill(supervisor(data), signal.SIGKILL)
        until(lambda: pid(data) is None)
        with attached(data, tuning=SMALL) as after:
            assert after == before
            assert asks(after) == 1


def test_a_server_that_hangs_after_its_supervisor_died_does_not_block_the_next_start(data, monkeypatch):
    monkeypatch.setattr(server, "GONE", 0.5)
    with attached(data, tuning=SMALL):
        hung = pid(data)
        os.kill(hung, signal.SIGSTOP)
        os.kill(supervisor(data), signal.SIGKILL)
        until(lambda: not locks.is_held(Home(data).supervisor_lock))  # a kill takes its time
        with attached(data, tuning=SMALL) as endpoint:
            assert pid(data) != hung
            assert asks(endpoint) == 1


def test_down_stops_at_once_whoever_is_attached_and_says_whether_anything_ran(data):
    with attached(data, tuning=SMALL):
        assert down(data)
        assert pid(data) is None
        assert not down(data)
    assert not down(data / "never")


def test_after_the_first_start_it_works_offline_and_leaves_a_port_that_was_taken_meanwhile(data):
    down(data)
    kept = json.loads(Home(data).connection.read_text())
    with socket.create_server(("127.0.0.1", kept["bolt"])), attached(data, tuning=SMALL, repository=NOWHERE) as now:
        assert asks(now) == 1
        assert now.password == kept["password"]
        assert not now.uri.endswith(f":{kept['bolt']}")
        assert f":{kept['http']}/" in now.browser
    down(data)


def test_the_server_stops_some_time_after_the_last_process_left_also_a_forked_one(data):
    with ExitStack() as stack:
        stack.enter_context(attached(data, tuning=SMALL, linger=0.5))
        child = subprocess.Popen(["sleep", "60"], pass_fds=[holding(data)])
    time.sleep(1.5)  # three times as long as it lingers: that nothing happens can only be waited for
    assert pid(data), "a copy of the lock in another process still holds it"
    child.kill()
    child.wait()
    until(lambda: not locks.is_held(Home(data).supervisor_lock))
    assert pid(data) is None


def holding(data):
    """The file descriptor by which this process is attached."""
    target = str(Home(data).attached_lock)
    return next(int(fd.name) for fd in Path("/proc/self/fd").iterdir() if os.path.realpath(fd) == target)


def test_a_damaged_class_archive_does_not_stop_a_start_and_is_dropped(data, tmp_path):
    with attached(data, tuning=SMALL) as endpoint:
        pass
    down(data)  # the first clean stop makes the archive
    home, damaged = Home(data), tmp_path / "damaged.jsa"
    launch = json.loads(home.launch.read_text())
    whole = Path(launch["archive"]["path"]).read_bytes()
    damaged.write_bytes(whole[: len(whole) // 3] + b"\xff" * 20_000_000 + whole[len(whole) // 3 + 20_000_000 :])
    launch["archive"] |= {"path": str(damaged), "base": str(tmp_path / "none.jsa")}
    home.launch.write_text(json.dumps(launch))
    process = server.spawn(home, time.sleep)
    server.ready(home, process, int(endpoint.uri.rsplit(":")[-1]), time.sleep)
    assert asks(endpoint) == 1
    server.stop(home, process)
    assert not damaged.exists()


# ---- what is in the way ----


def test_a_fixed_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"Port {port}") as caught, attached(tmp_path, bolt_port=port):
            pass
    assert "another port" in caught.value.remedy


def test_a_lost_password_is_told_and_not_made_up(data):
    down(data)
    Home(data).connection.write_text("{")
    with pytest.raises(EmbeddedError, match="is damaged") as caught, attached(data):
        pass
    assert "backup" in caught.value.remedy


def on_mount(options, otherwise):
    """A prefix that runs a command where "$0" is a small disk of its own; without the right to mount, `otherwise`."""
    mounted = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o {options} none "$0" && exec "$@"']
    able = subprocess.run([*mounted, "/mnt", "true"], capture_output=True).returncode == 0
    return mounted if able else ["sh", "-c", f'{otherwise} && exec "$@"']


@pytest.mark.parametrize("size", ["1m", "17m"], ids=["before the start", "during the start"])
def test_a_full_disk_is_told_with_what_to_do(tmp_path, size):
    before = on_mount(f"size={size}", otherwise="ulimit -f 0")  # no room on the disk, or none in any file
    with holder(tmp_path, before=[*before, tmp_path]) as process:
        assert process.stdout.readline() == ""
        assert "disk" in (said := process.stderr.read())
        assert "full" in said
        assert faults.MAKE_ROOM in said
        assert "left behind" not in said


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    with pytest.raises(EmbeddedError, match="cannot be written") as caught, attached(folder):
        pass
    assert caught.value.remedy == faults.OTHER_FOLDER


def test_a_read_only_disk_is_told_with_what_to_do(tmp_path):
    (tmp_path / "neo4j").touch()  # in the way as well where nothing can be mounted
    with holder(tmp_path, before=[*on_mount("ro", otherwise="true"), tmp_path]) as process:
        assert "cannot be written" in (said := process.stderr.read())
        assert faults.OTHER_FOLDER in said


def test_the_log_of_a_failed_start_is_read_for_the_reason(tmp_path):
    log = tmp_path / "console.log"
    for line, meaning in {
        "Caused by: java.io.IOException: No space left on device": "the disk is full",
        "Address localhost/127.0.0.1:7687 is already in use, cannot bind to it.": "listens on is taken: 7687",
        "Store and its lock file has been locked by another process: /x/store_lock": "another Neo4j uses its folder",
        "This indicates that the log files originates from an newer version of neo4j": "another version of Neo4j",
        "Caused by: java.lang.IllegalStateException: no idea": "no idea",
    }.items():
        log.write_text(f"INFO Starting...\n{line}\nINFO Stopped.\n")
        assert meaning in faults.of_log(log).message
