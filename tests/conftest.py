"""The servers of a run, said in its first and last lines, and the rule that a test that did not run is a failure."""

import logging
import os
import tempfile
from pathlib import Path

import pytest
from lab import NOON, Lab, settings_in
from servers import LINES, Embedded, start_all

from wkw import schema
from wkw.errors import EmbeddedError
from wkw.graph import Graph, Login

SERVERS = pytest.StashKey[dict]()
NOT_RUN = pytest.StashKey[list]()


def pytest_configure(config):
    config.addinivalue_line("markers", "both_lines: runs on the LTS and on the calendar line of Neo4j")
    config.stash[SERVERS] = {}
    config.stash[NOT_RUN] = []


def pytest_sessionstart(session):
    config = session.config
    if config.option.collectonly:
        return
    folder = tempfile.TemporaryDirectory(prefix="wkw-neo4j-")
    config.add_cleanup(folder.cleanup)
    try:
        config.stash[SERVERS] = start_all(Path(folder.name), os.environ.get("WKW_TEST_NEO4J"))
    except EmbeddedError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    for server in config.stash[SERVERS].values():
        config.add_cleanup(server.close)


def said(config):
    return "neo4j: " + "; ".join(map(str, config.stash[SERVERS].values()))


def pytest_report_header(config):
    return said(config)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    for name in config.stash[NOT_RUN]:
        terminalreporter.write_line(f"did not run, which is a failure here: {name}", red=True)
    terminalreporter.write_line(said(config))


def note_not_run(config, report):
    if report.skipped or hasattr(report, "wasxfail"):
        config.stash[NOT_RUN].append(report.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    note_not_run(item.config, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    note_not_run(collector.config, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    if session.config.stash[NOT_RUN] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_generate_tests(metafunc):
    if "server" in metafunc.fixturenames:
        lines = LINES if metafunc.definition.get_closest_marker("both_lines") else LINES[:1]
        metafunc.parametrize("server", lines, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request):
    """The shared server of a line: LTS, and the calendar line too for tests marked `both_lines`."""
    return request.config.stash[SERVERS][request.param]


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
    lab.query("wipe")
    lab.query("renew")
    lab.graph.close()


@pytest.fixture
def village(lab):
    """The lab with the whole village in it."""
    lab.load_village()
    return lab
