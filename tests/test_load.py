"""Sixteen clients while the database dies: every answer is right or says when to ask again, and nothing leaks."""

import pytest
from crowd import Crowd, held, serving
from lab import lab_at
from servers import until

from wkw.web.serving import OPTIONS

THREADS = OPTIONS["threads"]


@pytest.fixture
def served(fault_server, tmp_path):
    """The village served by a process of its own, on a database that may die: the process, and a crowd before it."""
    lab = lab_at(fault_server, tmp_path)
    lab.load_village()
    with serving(lab, tmp_path) as (process, port):
        yield process, Crowd(port, lab.token())
    lab.graph.close()


def test_the_death_of_the_database_is_told_and_once_all_is_answered_again_nothing_is_refused(served, fault_server):
    process, crowd = served
    before = held(process, fault_server.port)

    with crowd.asking():
        crowd.survives(fault_server)
        crowd.settled()
        back = len(crowd.told)
        crowd.more(300)

    assert crowd.faults() == []
    assert [told for told in crowd.told[back:] if told.away] == []  # within five seconds: tests/bench/load.py measures
    until(lambda: held(process, fault_server.port).files == before.files)  # the clients' links are closed
    after = held(process, fault_server.port)
    assert after.links.keys() == {"open"}
    assert after.links.total() <= THREADS * after.workers  # no more than may ask at once
    assert after.threads <= before.threads + THREADS * after.workers
