"""Attach to the server of a data folder: whoever needs it first starts it, the last one to leave lets it stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import wkw
from wkw.embedded import faults, jars, locks, server
from wkw.embedded.home import PRODUCT, Endpoint, Home, Tuning, connection_of
from wkw.errors import EmbeddedError

LINGER = 60.0


@contextmanager
def attached(
    data: Path,
    *,
    repository: str | None = None,
    progress: jars.Progress | None = None,
    lock: Path | None = None,
    tuning: Tuning = PRODUCT,
    bolt_port: int | None = None,
    http_port: int | None = None,
    maven: Path | None = None,
    linger: float = LINGER,
) -> Iterator[Endpoint]:
    """A running server of the folder `data`, which stays for as long as one process is inside; or an EmbeddedError.

    All but `data` matters only to the process that starts the server; the others take it as it runs.
    """
    home = Home(data)
    with faults.told(home.path):
        home.make()
        # Closed rather than unlocked at the end: a forked child that is still inside goes on holding it.
        held = locks.shared(home.attached_lock)
    try:
        with locks.turn(home.start_lock):
            if not _running(home):
                server.prepare(
                    home,
                    jars.read(lock or jars.LTS),
                    maven=maven or jars.maven_cache(),
                    repository=repository,
                    progress=progress,
                    tuning=tuning,
                    bolt_port=bolt_port,
                    http_port=http_port,
                )
                _supervise(home, linger)
            endpoint = _endpoint(home)
        yield endpoint
    finally:
        os.close(held)


def down(data: Path) -> bool:
    """Stop the server of the folder `data` at once, whoever is attached; False when none runs."""
    home = Home(data)
    ran = asked = False
    patience = time.monotonic() + server.FAREWELL + server.GONE
    # A server whose supervisor was killed is on its way out by itself; it is waited for as well.
    while (supervised := locks.is_held(home.supervisor_lock)) or locks.is_held(home.server_lock):
        ran = True
        if supervised and not asked:
            asked = _ask_to_stop(home)
        if time.monotonic() > patience:
            raise EmbeddedError("The embedded Neo4j does not stop.", remedy="End its processes (python, java) by hand.")
        time.sleep(server.POLL)
    return ran


def _ask_to_stop(home: Home) -> bool:
    pid, _ = _state(home)
    if pid:
        with suppress(ProcessLookupError):  # it ended by itself
            os.kill(pid, signal.SIGTERM)
    return bool(pid)


def _state(home: Home) -> tuple[int, str]:
    """Process id and state of the supervisor that holds the lock."""
    pid, _, state = home.supervisor_lock.read_text().partition(" ")
    return int(pid or 0), state.strip()


def _running(home: Home) -> bool:
    """Wait for a supervisor that starts or stops; whether the server then runs."""
    patience = time.monotonic() + server.PATIENCE
    while locks.is_held(home.supervisor_lock):
        connection, (_, state) = connection_of(home), _state(home)
        if connection and state == "running" and server.answers(connection.bolt):
            return True
        faults.room(home.path)
        if time.monotonic() > patience:
            raise _hanging(home, state)
        time.sleep(server.POLL)
    return False


def _hanging(home: Home, state: str) -> EmbeddedError:
    if state == "running":
        return EmbeddedError("The embedded Neo4j runs but does not answer.", remedy="Run `wkw down` and start again.")
    return faults.of_log(home.console)


def _supervise(home: Home, linger: float) -> None:
    with faults.told(home.path), home.supervisor_log.open("ab") as log:
        subprocess.run(  # noqa: S603  this very program
            [sys.executable, "-m", "wkw.embedded.supervisor", str(home.path.parent), str(linger)],
            cwd=Path(wkw.__file__).parent.parent,  # `-m` looks here first: the same wkw as this one
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,
        )
    if not _running(home):
        faults.room(home.path)
        raise faults.of_log(home.console)


def _endpoint(home: Home) -> Endpoint:
    connection = connection_of(home)
    if connection is None:
        raise EmbeddedError(f"{home.connection} is missing.")
    return connection.endpoint
