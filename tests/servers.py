"""Real Neo4j servers for the tests, one for each line, by the first route that works: uri, docker, embedded."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import neo4j
from testcontainers.community.neo4j import Neo4jContainer

import wkw
from wkw.embedded import SMALL, jars
from wkw.embedded import server as process
from wkw.embedded.home import Home
from wkw.errors import EmbeddedError

LINES = ("lts", "calendar")
ROUTES = ("uri", "docker", "embedded")
LOCKS = {"lts": jars.LTS, "calendar": Path(__file__).with_name("neo4j-2026.08.1.lock")}
NOWHERE = "http://user:secret@127.0.0.1:9/maven"  # a repository; nobody listens on the discard port
IMAGES = {"lts": "neo4j:5.26-community", "calendar": "neo4j:2026-community"}


def until(true, seconds=30, pause=0.05):
    """Wait until `true()` holds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(pause)


def python(script, *arguments, before=(), **options):
    """Run `script` in a Python of its own that finds wkw as this one does."""
    command = [*before, sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=Path(wkw.__file__).parent.parent, text=True, **options)


class Unavailable(Exception):
    """A route that does not lead to a server of this line, and why."""


@dataclass
class Server:
    """A server that answers; `close` ends it where the run started it."""

    line: str
    route: str
    uri: str
    user: str
    password: str = field(repr=False)
    version: str = ""

    def __str__(self):
        return f"{self.line} {self.version} by {self.route}"

    def close(self):
        pass

    def end(self):
        """Close it at once, for nobody wants what is in it."""
        self.close()


def line_of(version):
    return "lts" if version.startswith("5.") else "calendar"


def version_of(uri, user, password):
    with neo4j.GraphDatabase.driver(uri, auth=(user, password), connection_timeout=5) as driver:
        return driver.get_server_info().agent.removeprefix("Neo4j/")


def by_uri(line):
    uri = os.environ.get("WKW_TEST_NEO4J_URI")
    if not uri:
        raise Unavailable("WKW_TEST_NEO4J_URI is not set")
    user = os.environ.get("WKW_TEST_NEO4J_USER", "neo4j")
    password = os.environ.get("WKW_TEST_NEO4J_PASSWORD", "")
    try:
        version = version_of(uri, user, password)
    except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError) as error:
        # A server that was named is meant; quietly taking another one would test something else.
        raise EmbeddedError(f"WKW_TEST_NEO4J_URI does not answer: {error}", remedy="Correct it or unset it.") from error
    if line_of(version) != line:
        raise Unavailable(f"the server at WKW_TEST_NEO4J_URI is {version}")
    return Server(line, "uri", uri, user, password, version)


class Container(Server):
    def __init__(self, line, image):
        self.container = Neo4jContainer(image)
        self.container.with_env("NEO4J_server_memory_heap_max__size", "512m")
        self.container.with_env("NEO4J_server_memory_pagecache_size", "64m")
        self.container.with_env("NEO4J_db_tx__log_preallocate", "false")
        try:
            self.container.start()
            uri, user, password = self.container.get_connection_url(), self.container.username, self.container.password
            super().__init__(line, "docker", uri, user, password, version_of(uri, user, password))
        except BaseException:
            self.close()
            raise

    def close(self):
        self.container.stop()


def daemon_listens():
    # Asked by hand first: where nobody listens, Docker's library leaks its socket, and a leak fails the run.
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(host.removeprefix("unix://")) == 0


def by_docker(line):
    image = os.environ.get(f"WKW_TEST_NEO4J_IMAGE_{line.upper()}", IMAGES[line])
    import docker  # here, because the imports above are sorted by whether a folder of that name is beside us

    if not daemon_listens():
        raise Unavailable("no Docker daemon answers")
    # RuntimeError: the container ended before it was ready; TimeoutError, an OSError: it never was.
    faults = (docker.errors.DockerException, OSError, RuntimeError, neo4j.exceptions.DriverError)
    try:
        with closing(docker.from_env()) as client:
            if not client.images.list(image):
                client.images.pull(image)
        return Container(line, image)
    except faults as error:
        reason = f"Docker does not answer, has no {image} or cannot start it ({type(error).__name__})"
        raise Unavailable(reason) from error


class Embedded(Server):
    """A server of our own jars without a supervisor, so that a test decides when it dies and when it comes back."""

    def __init__(self, line, data):
        self.home = Home(Path(data))
        self.home.make()
        lock = jars.read(LOCKS[line])
        connection = process.prepare(
            self.home,
            lock,
            maven=jars.maven_cache(),
            repository=os.environ.get("WKW_MAVEN_REPOSITORY"),
            progress=None,
            tuning=SMALL,
            bolt_port=None,
            http_port=None,
        )
        self.port = connection.bolt
        super().__init__(line, "embedded", connection.endpoint.uri, connection.user, connection.password, lock.version)

    def keeping_plans(self):
        """Let it plan each query once: for each test, which begins with an empty graph, it would do so anew.

        It would also plan again for a list of another length, and, with code of its own, what was asked ten times.
        """
        with (self.home.conf / "neo4j.conf").open("a") as conf:
            conf.write("dbms.cypher.min_replan_interval=1h\n")
            conf.write("internal.cypher.use_parameter_size=false\n")
            conf.write("internal.cypher.expression_engine=INTERPRETED\n")
        return self

    def spawn(self):
        """Start it, without waiting; in the main thread, for it ends with the thread that starts it."""
        self.process = process.spawn(self.home, time.sleep)
        return self

    def ready(self):
        process.ready(self.home, self.process, self.port, time.sleep)
        return self

    def kill9(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.kill9()  # in no time: a clean stop takes seconds, and ten where it writes a class archive

    def stop(self):
        """Let it hang: it keeps its connections and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def cont(self):
        self.process.send_signal(signal.SIGCONT)

    def restart(self):
        self.close()
        self.spawn().ready()

    def close(self):
        if self.process.poll() is None:
            self.cont()
            process.stop(self.home, self.process)


def route_names(named):
    """The routes to try: all, or the named one; beside a named `uri` the other line goes on as usual."""
    if named not in (None, "", *ROUTES):
        raise EmbeddedError(f"WKW_TEST_NEO4J={named} is no route.", remedy=f"Name one of {', '.join(ROUTES)}.")
    return ROUTES if named in (None, "", "uri") else (named,)


def find(line, folder, named):
    """A server of `line`; an embedded one is prepared but not yet started."""
    ways = {"uri": by_uri, "docker": by_docker, "embedded": lambda line: Embedded(line, folder / line).keeping_plans()}
    tried = []
    for route in route_names(named):
        try:
            return ways[route](line)
        except Unavailable as reason:
            tried.append(f"{route}: {reason}")
    raise EmbeddedError(f"No Neo4j {line} for the tests ({'; '.join(tried)}).", remedy="See tests/servers.py.")


def start_all(folder, named=None, count=1):
    """`count` times a server for each line, started side by side; an EmbeddedError where one cannot be had."""
    if named == "uri" and not os.environ.get("WKW_TEST_NEO4J_URI"):
        raise EmbeddedError("WKW_TEST_NEO4J=uri needs WKW_TEST_NEO4J_URI.", remedy="Set it.")
    if count > 1 and os.environ.get("WKW_TEST_NEO4J_URI"):
        raise EmbeddedError("The server at WKW_TEST_NEO4J_URI serves one worker.", remedy="Leave -n out.")
    with ExitStack() as begun:  # when one line fails, the other's server must not stay behind
        with ThreadPoolExecutor(len(LINES)) as pool:
            finding = [pool.submit(find, line, folder / str(n), named) for n in range(count) for line in LINES]
        for future in finding:
            if not future.exception() and isinstance(future.result(), Container):
                begun.callback(future.result().close)
        found = [future.result() for future in finding]
        own = [server for server in found if isinstance(server, Embedded)]
        for server in own:
            begun.callback(server.spawn().close)
        for server in own:
            server.ready()
        begun.pop_all()
    return [dict(zip(LINES, found[n : n + len(LINES)], strict=True)) for n in range(0, len(found), len(LINES))]
