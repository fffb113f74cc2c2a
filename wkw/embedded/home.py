"""The server's home folder: its settings, its ports, its password, and the files that wkw keeps beside them."""

import json
import os
import secrets
import shutil
import socket
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path

from wkw.embedded import faults
from wkw.errors import EmbeddedError

LOOPBACK = "127.0.0.1"
FOLDERS = ("conf", "data", "logs", "plugins", "import", "run", "lib", "licenses", "certificates")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a running server is reached: Bolt `uri`, login, the URL of Neo4j Browser and the server's version."""

    uri: str
    user: str
    password: str = field(repr=False)
    browser: str
    version: str


@dataclass(frozen=True, slots=True)
class Connection:
    """What is kept in `connection.json`: the two loopback ports and the login."""

    bolt: int
    http: int
    version: str
    password: str = field(repr=False)
    user: str = "neo4j"

    @property
    def endpoint(self) -> Endpoint:
        """The same, as callers want it."""
        browser = f"http://{LOOPBACK}:{self.http}/browser/"
        return Endpoint(f"bolt://{LOOPBACK}:{self.bolt}", self.user, self.password, browser, self.version)


@dataclass(frozen=True, slots=True)
class Tuning:
    """Memory of the server in Java's notation, and further flags of its JVM."""

    heap_first: str = "512m"
    heap_most: str = "1g"
    page_cache: str = "256m"
    flags: tuple[str, ...] = ()


PRODUCT = Tuning()
# For tests and demonstrations: quick to start and small. C1 alone compiles less well, but at once.
SMALL = Tuning("256m", "512m", "64m", ("-XX:TieredStopAtLevel=1",))


class Home:
    """The folder `<data>/neo4j` and the names in it."""

    def __init__(self, data: Path):
        self.path = data.absolute() / "neo4j"
        self.conf = self.path / "conf"
        self.connection = self.path / "connection.json"
        self.launch = self.path / "run" / "launch.json"
        self.console = self.path / "logs" / "console.log"
        self.supervisor_log = self.path / "logs" / "supervisor.log"
        self.attached_lock = self.path / "attached.lock"
        self.start_lock = self.path / "start.lock"
        self.supervisor_lock = self.path / "supervisor.lock"
        self.server_lock = self.path / "server.lock"

    def make(self) -> None:
        """Make the folders, for this user alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.path, *(self.path / name for name in FOLDERS)):
            folder.mkdir(exist_ok=True, mode=0o700)

    @property
    def spare(self) -> "Home":
        """Where a second server writes the files anew."""
        return Home(self.path / "renewed")

    def renew(self) -> None:
        """Let the files of the spare home, whose server has stopped, take the place of the own ones."""
        (self.spare.path / "data").rename(self.path / "data.new")  # whole from here on
        self.settle()

    def settle(self) -> None:
        """End a renewal that was killed: with the new files once they are whole. Nothing else of it is left."""
        data, new, old = (self.path / name for name in ("data", "data.new", "data.old"))
        if new.exists():
            if old.exists():
                data.rmdir()  # it was away; whoever came next made an empty one
            else:
                data.rename(old)
            new.rename(data)
        for left in (old, self.spare.path.parent):
            if left.exists():
                shutil.rmtree(left)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its Java programs; nothing of the user's that would change how Java runs."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR") if name in os.environ}
        return {**kept, "NEO4J_HOME": str(self.path), "NEO4J_CONF": str(self.conf)}

    @property
    def was_started(self) -> bool:
        """Whether a server ever wrote its databases here."""
        return (self.path / "data" / "databases" / "system").exists()


def connection_of(home: Home) -> Connection | None:
    """The kept connection, None before the first start; an EmbeddedError where it was lost or damaged."""
    try:
        return Connection(**json.loads(home.connection.read_bytes()))
    except FileNotFoundError:
        if not home.was_started:
            return None
        problem = "is missing"
    except (ValueError, TypeError):
        problem = "is damaged"
    raise EmbeddedError(
        f"{home.connection} {problem}, and with it the password of the embedded Neo4j.",
        remedy="Put the file back from a backup, or move the folder away and start with an empty graph.",
    )


def connected(home: Home, version: str, *, bolt: int | None, http: int | None) -> Connection:
    """The connection of the next start, kept on disk: a random password once, the same ports while they are free."""
    kept = connection_of(home)
    connection = Connection(
        bolt=_port(bolt, kept.bolt if kept else None),
        http=_port(http, kept.http if kept else None),
        version=version,
        password=kept.password if kept else _password(),
    )
    if connection != kept:
        write_private(home.connection, json.dumps(asdict(connection)))
    return connection


def _password() -> str:
    # The letter in front: an argument that begins with a dash would be read as an option.
    return "w" + secrets.token_urlsafe(24)


def write_private(path: Path, text: str) -> None:
    """Write `path` whole or not at all, readable by this user alone."""
    draft = path.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _port(fixed: int | None, kept: int | None) -> int:
    if fixed is not None and not _free(fixed):
        raise EmbeddedError(
            f"Port {fixed}, which the embedded Neo4j was told to use, is taken by another program.",
            remedy="Stop the other program, or name another port.",
        )
    if fixed is not None:
        return fixed
    return kept if kept is not None and _free(kept) else _any_port()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # As Java does: a port in TIME_WAIT counts as free, one with a listener does not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def configure(home: Home, connection: Connection, page_cache: str) -> None:
    """Write `neo4j.conf`; start-up validation is strict, so every name in it exists in that version."""
    settings = _settings(connection, page_cache) | (LTS_ONLY if connection.version.startswith("5.") else CALENDAR_ONLY)
    write_private(home.conf / "neo4j.conf", "".join(f"{name}={value}\n" for name, value in settings.items()))


def _settings(connection: Connection, page_cache: str) -> dict[str, str]:
    bolt, http = f"{LOOPBACK}:{connection.bolt}", f"{LOOPBACK}:{connection.http}"
    return {
        "server.default_listen_address": LOOPBACK,
        "server.bolt.listen_address": bolt,
        "server.bolt.advertised_address": bolt,  # else Browser is told the usual port
        "server.http.listen_address": http,
        "server.http.advertised_address": http,
        "server.https.enabled": "false",
        "server.memory.pagecache.size": page_cache,
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "db.tx_log.rotation.retention_policy": "1 days 1G",
        "db.tx_log.preallocate": "false",  # else an empty graph takes 514 MB
        "db.transaction.timeout": "30s",
        "db.lock.acquisition.timeout": "10s",
        "server.bolt.connection_keep_alive": "5s",
        "server.bolt.connection_keep_alive_probes": "2",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "db.logs.query.enabled": "OFF",  # a query's parameters hold addresses
    }


# The databases are closed within 0.2 s of a stop; by default Bolt then stays 10 s more for clients that are gone.
LTS_ONLY = {"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0"}
CALENDAR_ONLY = {
    "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    "dbms.fleet_manager.enabled": "false",
    "server.fleet_discovery.enabled": "false",  # announces itself on the network
    "server.http.x_forward.enabled": "false",  # believes anybody's X-Forwarded headers
}


def set_password(home: Home, java: Path, class_path: str, password: str) -> None:
    """Give the server its password before its first start, by a file, so that no process list shows it."""
    if home.was_started:
        return
    argument = home.path / "run" / "password"
    write_private(argument, password)
    command = (str(java), "-XX:TieredStopAtLevel=1", "-cp", class_path, "org.neo4j.cli.AdminTool")
    try:
        done = subprocess.run(  # noqa: S603  our own Java and jars
            [*command, "dbms", "set-initial-password", f"@{argument}"],
            env=home.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    finally:
        argument.unlink()
    if done.returncode:
        home.console.write_bytes(done.stdout + done.stderr)
        raise faults.of_log(home.console)
