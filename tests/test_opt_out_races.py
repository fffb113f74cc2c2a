"""Acknowledged means gone: no answer to a later question shows the person, over two processes, whatever goes on."""

import os
import signal
from contextlib import closing, suppress
from dataclasses import replace

import pytest
from crowd import workers
from faults import BoltProxy
from linear import GROUP, History, Races, name, two_processes
from races import TIMES, changed

TRIALS = 300 * TIMES
BROKEN = 10 * TIMES  # trials in which something breaks again and again
NO_GATE = (
    ("WITH x, a, a.sharing AND NOT EXISTS", "WITH x, a, NOT EXISTS"),
    (" WHERE a.sharing\n", "\n"),
)


@pytest.fixture
def servers(lab, tmp_path):
    """Two servers, each with its process and its port."""
    with two_processes(lab, tmp_path) as servers:
        yield servers


@pytest.fixture
def run(lab, servers, dice):
    """Races over two servers."""
    with closing(Races(lab, servers, dice)) as run:
        yield run


def hold(run, trials):
    """Runs so many races, and holds what was promised against what was seen."""
    run.prepare(range(trials))
    run.run(range(trials))

    assert len(run.history.acknowledged) == trials
    assert run.history.stale() == []
    assert run.settled(range(trials)) == []


def test_nobody_is_shown_or_brought_back_after_they_were_told_that_they_are_out(run):
    hold(run, TRIALS)


def test_nobody_is_shown_or_brought_back_although_links_to_the_database_break(lab, tmp_path, dice):
    with BoltProxy(int(lab.login.uri.rsplit(":", 1)[1])) as proxy:

        def cut():
            proxy.cuts[:] = dice.choices(("before", "after", "pass"), k=2)  # of the next COMMITs
            if dice.random() < 0.1:
                proxy.cut()

        behind = replace(lab, login=replace(lab.login, uri=proxy.uri))
        with two_processes(behind, tmp_path) as servers, closing(Races(lab, servers, dice, trouble=cut)) as run:
            hold(run, BROKEN)
            proxy.cuts.clear()

    assert proxy.commits > BROKEN


def test_nobody_is_shown_or_brought_back_although_workers_are_killed(lab, servers, dice):
    killed = []

    def kill():
        killed.append(dice.choice([worker for process, _ in servers for worker in workers(process)]))
        with suppress(ProcessLookupError):  # it was killed just before
            os.kill(killed[-1], signal.SIGKILL)

    with closing(Races(lab, servers, dice, trouble=kill)) as run:
        hold(run, BROKEN)

    assert len({*killed}) > 1


def test_an_ingest_without_the_gate_brings_them_back_and_is_noticed(lab, servers, dice, tmp_path):
    graph = changed(lab, tmp_path, "ingest/store", *NO_GATE)
    with closing(Races(lab, servers, dice, graph)) as run:

        def settled(first):
            numbers = range(first, first + 2 * GROUP)
            run.prepare(numbers)
            run.run(numbers)
            return run.settled(numbers)

        assert any(map(settled, range(0, TRIALS, 2 * GROUP)))  # the first do, unless the machine is very busy


def test_an_answer_that_shows_somebody_too_late_is_noticed():
    history = History({7: 1.0, 8: 2.0}, [(0.9, frozenset({name(7), name(8)})), (1.5, frozenset({name(8)}))])
    assert history.stale() == []
    history.seen.append((1.1, frozenset({name(7)})))
    assert history.stale() == [7]
