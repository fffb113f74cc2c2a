"""One server process: launched from what is written in its home, awaited, stopped."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from wkw.embedded import faults, jars, locks
from wkw.embedded import java as javas
from wkw.embedded.home import LOOPBACK, Connection, Home, Tuning, configure, connected, set_password, write_private
from wkw.errors import EmbeddedError

PATIENCE = 120.0  # seconds for a start, which may have to recover a large graph first
FAREWELL = 60.0  # seconds for a stop, which writes a checkpoint
GONE = 20.0  # seconds for the server of a supervisor that died
POLL = 0.05

PR_SET_PDEATHSIG = 1
BOLT_HELLO = bytes.fromhex("6060b017 00040405 00000005 00000004 00000000")

# Neo4j's own set: without the opened packages it cannot keep its logs out of the file cache.
FLAGS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-XX:+ExitOnOutOfMemoryError",  # half a server is worse than one that is started again
)

Pause = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Launch:
    """What starts the server of a home again and again: its command and its class archive."""

    command: tuple[str, ...]
    archive: javas.Archive


def prepare(
    home: Home,
    lock: jars.Lock,
    *,
    maven: Path,
    repository: str | None,
    progress: jars.Progress | None,
    tuning: Tuning,
    bolt_port: int | None,
    http_port: int | None,
) -> Connection:
    """Fetch and verify the jars and write everything that a start of the server needs into its home."""
    program = javas.java()
    paths = jars.class_path(lock, maven=maven, repository=repository, progress=progress)
    with faults.told(home.path):
        clear(home, time.sleep)
        home.settle()
        faults.room(home.path)
        connection = connected(home, lock.version, bolt=bolt_port, http=http_port)
        configure(home, connection, tuning.page_cache)
        class_path = ":".join(map(str, paths))
        set_password(home, program, class_path, connection.password)
        home.console.write_bytes(b"")  # what an earlier start said would mislead
        archive = javas.archive(program, lock.version, paths, maven=maven, home=home.path)
        javas.lay_base(program, archive, maven)
        command = _command(home, program, class_path, lock.main, tuning)
        write_private(home.launch, json.dumps(asdict(Launch(command, archive)), default=str))
    return connection


def _command(home: Home, program: Path, class_path: str, main: str, tuning: Tuning) -> tuple[str, ...]:
    memory = (f"-Xms{tuning.heap_first}", f"-Xmx{tuning.heap_most}", f"-XX:ErrorFile={home.path}/logs/java-crash.log")
    place = (f"--home-dir={home.path}", f"--config-dir={home.conf}", "--console-mode")
    return (str(program), *memory, *tuning.flags, *FLAGS, "-cp", class_path, main, *place)


def launch_of(home: Home) -> Launch:
    """What `prepare` wrote."""
    kept = json.loads(home.launch.read_bytes())
    return Launch(tuple(kept["command"]), javas.Archive(**{name: Path(at) for name, at in kept["archive"].items()}))


def clear(home: Home, pause: Pause) -> None:
    """Wait until no server runs in the home any more; one whose supervisor died and that hangs is killed."""
    patience = time.monotonic() + GONE
    while locks.is_held(home.server_lock):
        if time.monotonic() > patience:
            _kill(home)
            patience += GONE
        pause(POLL)


def pid_of(home: Home) -> int | None:
    """The process id of the home's server, None when it does not run."""
    if not locks.is_held(home.server_lock):
        return None
    text = home.server_lock.read_text()
    return int(text) if text else None


def _kill(home: Home) -> None:
    pid = pid_of(home)
    if pid is None:
        raise EmbeddedError(f"A server that hangs uses {home.path}.", remedy="End it (a process named java).")
    os.kill(pid, signal.SIGKILL)


def spawn(home: Home, pause: Pause) -> "subprocess.Popen[bytes]":
    """Start the server; it ends with the calling thread, and holds `server.lock` for as long as it lives."""
    clear(home, pause)
    launch = launch_of(home)
    held = locks.alone(home.server_lock)
    os.ftruncate(held, 0)  # before the start: an old process id must never be taken for the new one's
    first, *rest = launch.command
    with home.console.open("wb") as console:
        process = subprocess.Popen(  # noqa: S603  our own Java and jars
            [first, *launch.archive.flags, *rest],
            env=home.environment,
            cwd=home.path,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            pass_fds=[held],
            preexec_fn=_end_with_parent(),
        )
    os.pwrite(held, str(process.pid).encode(), 0)
    os.close(held)
    return process


def _end_with_parent() -> Callable[[], None]:
    libc, parent, nothing = ctypes.CDLL(None), os.getpid(), set[signal.Signals]()

    def inside_the_child() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, nothing)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return inside_the_child


def answers(port: int) -> bool:
    """Whether a Bolt server on loopback `port` agrees on a version of the protocol."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as link:
            link.sendall(BOLT_HELLO)
            return link.recv(4) not in (b"", bytes(4))
    except OSError:
        return False


def ready(home: Home, process: "subprocess.Popen[bytes]", port: int, pause: Pause) -> None:
    """Wait until the server says that it has started and Bolt answers; an EmbeddedError when it does not."""
    patience = time.monotonic() + PATIENCE
    while not (b"Started." in home.console.read_bytes() and answers(port)):
        try:
            faults.room(home.path)
            if process.poll() is not None or time.monotonic() > patience:
                raise faults.of_log(home.console)
        except EmbeddedError:
            process.kill()  # a kind stop may hang for the same reason
            process.wait()
            raise
        pause(POLL)
    if b"[cds" in home.console.read_bytes():
        launch_of(home).archive.drop()  # the JVM said that it cannot use it


def stop(home: Home, process: "subprocess.Popen[bytes]") -> None:
    """Stop the server and wait for its end; one that does not end in time is killed, which loses nothing committed."""
    process.terminate()
    try:
        process.wait(FAREWELL)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.returncode == 0:
        launch_of(home).archive.keep()
