"""What dies in the middle is made good by the same again, and every fault of the database has its error, soon."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from faults import BoltProxy
from lab import HERE, NOON, lab_at
from races import as_row, colleague, command, contact, held, mail
from servers import python, until

from wkw import sharing
from wkw.connectors import interchange
from wkw.errors import GraphBusy, GraphError, GraphRefused, GraphUnavailable, OutcomeUnknown, QueryTimeout
from wkw.graph import WARMING, WEB, Graph, Profile
from wkw.ingest import Ingest

HASTY = Profile(connect=1, acquire=1, retry=0.5, query=30)
SHORT = Profile(connect=2, acquire=3, retry=1, query=0.2)
MAILS = 8_000  # a batch of 5,000 and what is left


def graph_at(uri, lab, profile=WEB, **login):
    return closing(Graph(replace(lab.login, uri=uri, **login), profile))


@contextmanager
def proxied(lab, cuts=(), **login):
    """A proxy before the lab's server, and a graph behind it."""
    with BoltProxy(int(lab.login.uri.rsplit(":", 1)[1]), cuts) as proxy, graph_at(proxy.uri, lab, **login) as graph:
        yield proxy, graph


@contextmanager
def within(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.fixture
def fault_lab(fault_server, tmp_path):
    """The product's graph on a server that may die, empty."""
    lab = lab_at(fault_server, tmp_path)
    yield lab
    lab.graph.close()


@pytest.fixture(scope="module")
def letters(server, tmp_path_factory):
    """A file of mails that make several batches, and the state of a graph that they came into without any fault."""
    folder = tmp_path_factory.mktemp("letters")
    file = folder / "mails.jsonl"
    mails = (mail(n, f"clerk{n % 9}@nord.example", contact(n // 9 % 200)) for n in range(MAILS))
    file.write_text("\n".join(map(as_row, mails)))
    lab = lab_at(server, folder)
    lab.ingest(interchange.read([file]))
    state = lab.state()
    lab.query("wipe")
    lab.graph.close()
    assert len(state["interactions"]) == MAILS
    return file, state


def size(lab):
    return lab.graph.row(str(HERE / "cypher" / "size"))["size"]


def unfinished(lab):
    return lab.query("unfinished")[0]["unfinished"]


def a_read(lab):
    return "sharing/state", {"key": lab.key(colleague(1))}


def a_write(lab):
    return "ingest/started", {"sources": ["race"], "now": NOON}


CALLS = pytest.mark.parametrize("call", [a_read, a_write])


# ---- the link breaks around COMMIT ----


@pytest.mark.both_lines
@pytest.mark.parametrize("cut", ["before", "after"])
def test_mails_come_in_once_although_every_commit_is_cut(lab, cut):
    mails = [mail(n, colleague(n % 5), contact(n)) for n in range(60)]
    lab.ingest(mails)
    state = lab.state()
    lab.query("wipe")
    with proxied(lab, [cut, "pass"] * 5) as (proxy, graph):
        report = Ingest(graph, lab.settings, now=NOON).run(mails)
    assert (proxy.commits, proxy.cuts) == (10, [])  # started, colleagues, policy, store, finished: each once more
    assert lab.state() == state
    # After a COMMIT that came through, the second attempt finds its own mails.
    assert report.fates == {"stored" if cut == "before" else "duplicate": 60}
    assert report.submitted == report.fates.total()


@CALLS
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_query_whose_commit_is_cut_twice_is_asked_a_third_time_and_then_no_more(lab, call, cut):
    name, params = call(lab)
    with proxied(lab, [cut] * 2) as (proxy, graph):
        graph.row(name, **params)
        proxy.cuts = [cut] * 3
        with pytest.raises(OutcomeUnknown):
            graph.row(name, **params)


# ---- somebody is killed in the middle ----


def again(lab, letters, before):
    """Read the whole file again: what was there is found, the rest comes in, and nothing differs from a clean run."""
    file, state = letters
    report = lab.ingest(interchange.read([file]))
    assert report.fates == {"stored": MAILS - before, "duplicate": before}
    assert lab.state() == state
    assert unfinished(lab) == []


def test_an_ingest_that_was_killed_in_the_middle_is_made_good_by_the_same_again(lab, letters):
    with command(lab, "ingest", "interactions", letters[0]) as process:
        until(lambda: size(lab) > 0)
        process.kill()
    before = size(lab)
    assert 0 < before < MAILS
    assert unfinished(lab) == ["interactions"]
    again(lab, letters, before)


def test_a_database_that_was_killed_in_the_middle_of_an_ingest_has_all_that_it_acknowledged(
    fault_lab, fault_server, letters
):
    with graph_at(fault_server.uri, fault_lab, HASTY) as graph, ThreadPoolExecutor(1) as pool:
        run = Ingest(graph, fault_lab.settings, now=NOON)
        running = pool.submit(run.run, interchange.read([letters[0]]))
        until(lambda: size(fault_lab) > 0)
        fault_server.kill9()
        with pytest.raises(GraphError):
            running.result(30)
    fault_server.restart()
    before = size(fault_lab)
    assert 0 < before < MAILS
    again(fault_lab, letters, before)


# ---- the database is away ----


def test_a_dead_database_is_known_in_five_seconds_and_the_first_call_after_its_return_works(fault_lab, fault_server):
    calls = [a_read(fault_lab), a_write(fault_lab)]
    with graph_at(fault_server.uri, fault_lab) as used, graph_at(fault_server.uri, fault_lab) as new:
        used.row(calls[0][0], **calls[0][1])
        fault_server.kill9()
        for graph, (name, params) in ((used, calls[0]), (used, calls[1]), (new, calls[1])):
            with within(5), pytest.raises(GraphUnavailable):
                graph.row(name, **params)
        fault_server.restart()
        fault_lab.graph.row(calls[0][0], **calls[0][1])  # a new server plans its first query for seconds
        for graph in (used, new):
            graph.row(calls[0][0], **calls[0][1])


@CALLS
def test_a_call_over_links_that_broke_while_they_were_idle_works(lab, call):
    name, params = call(lab)
    with proxied(lab) as (proxy, graph):
        graph.row(name, **params)
        proxy.cut()
        graph.row(name, **params)


@CALLS
def test_a_database_that_resets_every_link_is_known_in_five_seconds(lab, call):
    name, params = call(lab)
    with proxied(lab) as (proxy, graph):
        graph.row(name, **params)
        proxy.way = "refuse"
        proxy.cut()
        with within(5), pytest.raises(GraphUnavailable):
            graph.row(name, **params)
        proxy.way = "pass"
        graph.row(name, **params)


def test_a_database_that_says_nothing_to_a_new_link_is_known_in_ten_seconds(lab):
    name, params = a_read(lab)
    with proxied(lab) as (proxy, graph):
        proxy.way = "hole"
        with within(10), pytest.raises(GraphUnavailable):
            graph.row(name, **params)
        proxy.way = "pass"
        graph.row(name, **params)


# ---- the database says no ----


@CALLS
def test_a_wrong_password_is_refused_at_once_and_tried_once(lab, call):
    name, params = call(lab)
    with proxied(lab, user="stranger", password="wrong") as (proxy, graph):
        with within(1), pytest.raises(GraphRefused):
            graph.row(name, **params)
        assert proxy.links == 1


def later(seconds):
    """The module `time`, so much later by its monotonic clock."""
    return SimpleNamespace(perf_counter=time.perf_counter, monotonic=lambda: time.monotonic() + seconds)


@pytest.mark.both_lines
def test_a_query_over_its_time_limit_is_stopped_and_nothing_of_it_stays(lab, monkeypatch):
    monkeypatch.setattr("wkw.graph.WARMING", 0)
    with graph_at(lab.login.uri, lab, SHORT) as graph, within(5), pytest.raises(QueryTimeout):
        graph.rows(str(HERE / "cypher" / "slow"))
    until(lambda: lab.query("running") == [])


def test_a_write_over_its_time_limit_is_busy_since_nobody_could_ask_for_less(lab, monkeypatch):
    monkeypatch.setattr("wkw.graph.WARMING", 0)
    with graph_at(lab.login.uri, lab, SHORT) as graph, within(5), pytest.raises(GraphBusy, match="too busy"):
        graph.rows(str(HERE / "cypher" / "laborious"))


def test_a_query_over_its_time_limit_is_not_called_too_big_where_the_database_is_new_or_was_away(lab, monkeypatch):
    slow = str(HERE / "cypher" / "slow")
    with proxied(lab) as (proxy, _), graph_at(proxy.uri, lab, SHORT) as graph:
        with pytest.raises(GraphBusy, match="just come up"):
            graph.rows(slow)
        monkeypatch.setattr("wkw.graph.time", later(WARMING))
        with pytest.raises(QueryTimeout):
            graph.rows(slow)
        proxy.way = "refuse"
        with pytest.raises(GraphUnavailable):
            graph.rows(slow)
        proxy.way = "pass"
        with pytest.raises(GraphBusy, match="just come up"):
            graph.rows(slow)


@pytest.mark.both_lines
def test_a_lock_that_is_never_let_go_makes_an_opt_out_fail_as_busy_and_do_nothing(lab):
    lab.ingest([mail(1, colleague(1), contact(1))])
    state = lab.state()
    with (
        held(lab, "hold", key=lab.key(colleague(1))),
        graph_at(lab.login.uri, lab) as graph,
        within(8),
        pytest.raises(GraphBusy),
    ):
        sharing.off(graph, lab.settings, f"mailto:{colleague(1)}", now=NOON)
    assert lab.state() == state


# ---- a fork ----

FORK = """
import os, sys
from wkw.graph import Graph, Login
graph = Graph(Login(*sys.argv[1:4]))
ask = lambda: graph.row("sharing/state", key="nobody") is None
assert ask()
mine = graph.driver()
child = os.fork()
if not child:
    os._exit(0 if ask() and graph.driver() is not mine else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "the child could not ask"
assert ask() and graph.driver() is mine, "the parent lost its driver"
graph.close()
"""


def test_a_graph_that_was_used_makes_a_driver_of_its_own_after_a_fork(lab):
    process = python(FORK, lab.login.uri, lab.login.user, lab.login.password)
    assert process.wait(60) == 0
