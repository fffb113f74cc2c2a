"""Acknowledged means gone: no answer to a later question shows the person, over two processes, whatever goes on."""

import random
from contextlib import closing

import pytest
from linear import GROUP, History, Races, name, two_processes
from races import TIMES, changed

TRIALS = 300 * TIMES
NO_GATE = (
    ("WITH x, a, a.sharing AND NOT EXISTS", "WITH x, a, NOT EXISTS"),
    (" WHERE a.sharing\n", "\n"),
)


@pytest.fixture
def races(lab, tmp_path, request):
    """Makes races over two servers; chance can be had again: the seed stands in the report of a failure."""
    seed = random.randrange(1 << 32)
    request.node.add_report_section("call", "seed", str(seed))
    made = []
    with two_processes(lab, tmp_path) as ports:

        def make(graph=None):
            made.append(Races(lab, ports, random.Random(seed), graph))
            return made[-1]

        yield make
        for one in made:
            one.close()


def test_nobody_is_shown_or_brought_back_after_they_were_told_that_they_are_out(races):
    numbers = range(TRIALS)
    run = races()
    run.prepare(numbers)
    run.run(numbers)

    assert len(run.history.acknowledged) == TRIALS
    assert run.history.stale() == []
    assert run.settled(numbers) == []


def test_an_ingest_without_the_gate_brings_them_back_and_is_noticed(lab, races, tmp_path):
    with closing(changed(lab, tmp_path, "ingest/store", *NO_GATE)) as graph:
        run = races(graph)

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
