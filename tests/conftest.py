"""The servers of a run, said in its first and last lines, and the rule that a test that did not run is a failure."""

import logging
import os
import random
import tempfile
from dataclasses import astuple
from pathlib import Path

import pytest
from asking import Asking
from chromium import Chromium
from hypothesis import HealthCheck, settings
from issuer import AUDIENCE, Issuer
from lab import NOON, Lab, settings_in
from letterbox import letterbox
from outboxes import peopled, with_post
from program import program_of
from servers import LINES, Embedded, Server, start_all

from wkw import schema
from wkw.errors import EmbeddedError
from wkw.graph import Graph, Login
from wkw.web.tokens import Provider
from wkw.web_settings import Oidc

SERVERS = pytest.StashKey[list]()  # for each worker its servers, by line
MOST_WORKERS = 4
# A minute or more each. They go first, so that no worker begins one when the others have nothing left to do.
LONGEST = (
    "faults",
    "opt_out_races",
    "proof",
    "plans",
    "fuzz",
    "races",
    "web",
    "evaluate",
    "compact",
    "cli",
    "embedded",
)

# How fast a busy machine makes up histories says nothing about wkw.
settings.register_profile("wkw", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wkw")


class NotRun:
    """Turns a run in which a test did not run into a failure, and says which."""

    def __init__(self):
        self.names = []

    def pytest_runtest_logreport(self, report):
        if report.skipped or hasattr(report, "wasxfail"):
            self.names.append(report.nodeid)

    pytest_collectreport = pytest_runtest_logreport

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        if self.names and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        for name in self.names:
            terminalreporter.write_line(f"did not run, which is a failure here: {name}", red=True)


def pytest_configure(config):
    config.addinivalue_line("markers", "both_lines: runs on the LTS and on the calendar line of Neo4j")
    config.stash[SERVERS] = []
    config.pluginmanager.register(NotRun())


def pytest_collection_modifyitems(items):
    rank = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONGEST)))


def pytest_xdist_auto_num_workers():
    """Each worker wipes servers of its own, and a server that was named is there once."""
    return 0 if os.environ.get("WKW_TEST_NEO4J_URI") else min(os.cpu_count() or 1, MOST_WORKERS)


def pytest_sessionstart(session):
    config = session.config
    if hasattr(config, "workerinput"):  # the process that started the workers started their servers too
        config.stash[SERVERS] = [{line: Server(*facts) for line, facts in config.workerinput["servers"].items()}]
    elif not config.option.collectonly:
        start_servers(config)


def start_servers(config):
    folder = tempfile.TemporaryDirectory(prefix="wkw-neo4j-")
    config.add_cleanup(folder.cleanup)
    try:
        count = len(config.option.tx) or 1
        config.stash[SERVERS] = start_all(Path(folder.name), os.environ.get("WKW_TEST_NEO4J"), count)
    except EmbeddedError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    for servers in config.stash[SERVERS]:
        for server in servers.values():
            config.add_cleanup(server.end)


def pytest_configure_node(node):
    servers = node.config.stash[SERVERS]
    own = servers[int(node.gateway.id.removeprefix("gw")) % len(servers)]
    node.workerinput["servers"] = {line: list(astuple(server)) for line, server in own.items()}


def said(config):
    everyone = [str(server) for servers in config.stash[SERVERS] for server in servers.values()]
    return "neo4j: " + "; ".join(dict.fromkeys(everyone))


def pytest_report_header(config):
    return said(config)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    terminalreporter.write_line(said(config))


def pytest_generate_tests(metafunc):
    if "server" in metafunc.fixturenames:
        lines = LINES if metafunc.definition.get_closest_marker("both_lines") else LINES[:1]
        metafunc.parametrize("server", lines, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request):
    """The shared server of a line: LTS, and the calendar line too for tests marked `both_lines`."""
    return request.config.stash[SERVERS][0][request.param]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    server = Embedded("lts", tmp_path_factory.mktemp("faulty")).spawn().ready()
    yield server
    server.close()


@pytest.fixture
def fault_server(faulty):
    """A private LTS server that a test may kill, stop and restart; the next test finds it running again."""
    yield faulty
    if faulty.process.poll() is None:
        faulty.cont()
    else:
        faulty.restart()


class Notifications(logging.Handler):
    """Keeps what the database warned of; every warning is a failure."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


@pytest.fixture(autouse=True)
def _no_notification():
    heard = Notifications()
    logger = logging.getLogger("neo4j.notifications")
    logger.addHandler(heard)
    yield
    logger.removeHandler(heard)
    assert heard.texts == []


@pytest.fixture
def lab(server, tmp_path):
    """The product's graph on the server, migrated and empty."""
    login = Login(server.uri, server.user, server.password)
    lab = Lab(Graph(login), settings_in(tmp_path), login)
    schema.migrate(lab.graph, lab.settings, now=NOON)
    yield lab
    lab.empty()
    lab.graph.close()


@pytest.fixture
def dice(request):
    """Chance that can be had again: the seed stands in the report of a failure."""
    seed = random.randrange(1 << 32)
    request.node.add_report_section("call", "seed", str(seed))
    return random.Random(seed)


@pytest.fixture
def issuer():
    """An identity provider over HTTP."""
    made = Issuer()
    yield made
    made.close()


@pytest.fixture
def provider(issuer):
    """The same as wkw sees it, nothing read yet."""
    return Provider(Oidc(issuer.url, AUDIENCE))


@pytest.fixture(scope="module")
def idp():
    """The address of a provider where people sign in with a browser."""
    from browser import provider_of_people  # it takes two seconds to import

    with provider_of_people() as url:
        yield url


@pytest.fixture
def app(lab, idp):
    """An application whose people sign in there; the directory is known."""
    from browser import application

    lab.load_people()
    return application(lab, idp)


@pytest.fixture
def browser(app):
    """A browser in front of it, in which nobody has signed in."""
    from browser import Browser

    return Browser(app)


@pytest.fixture
def box():
    """A mail server that keeps what it is given."""
    with letterbox() as box:
        yield box


@pytest.fixture
def post(lab, box):
    """The lab with the directory of the village and Lea, whose settings name that mail server."""
    return with_post(peopled(lab), box)


@pytest.fixture
def chromium(tmp_path):
    """A real browser that nobody has used."""
    return Chromium(tmp_path / "chromium")


@pytest.fixture
def unbound(lab):
    """After a rotation the next test's graph is made with its own secret."""
    yield
    lab.query("unbind")


@pytest.fixture
def village(lab):
    """The lab with the whole village in it."""
    lab.put_village()
    return lab


@pytest.fixture
def ask(village):
    """Introductions in the village."""
    yield (made := Asking(village))
    made.forget()


@pytest.fixture
def wkw(lab):
    """The program on an empty graph."""
    return program_of(lab)


@pytest.fixture
def known(village):
    """The program on a graph with the whole village in it."""
    return program_of(village)
