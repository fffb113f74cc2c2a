"""Sixteen clients while the database dies: every answer is right or says when to ask again, and nothing leaks."""

import pytest
from crowd import Crowd, held, serving
from lab import lab_at
from servers import until

from wkw.web.serving import OPTIONS

THREADS = OPTIONS["threads"]
BACK = 10  # seconds; five on a machine of its own, as `tests/bench/load.py` measures, but others plan queries beside it


@pytest.fixture
def served(fault_server, tmp_path):
    """The village served by a process of its own, on a database that may die: the process, and a crowd before it."""
    lab = lab_at(fault_server, tmp_path)
    lab.load_village()
    with serving(lab, tmp_path) as (process, port):
        yield process, Crowd(port, lab.token())
    lab.graph.close()


def test_the_death_of_the_database_is_told_and_its_return_is_seen_within_ten_seconds(served, fault_server):
    process, crowd = served
    before = held(process, fault_server.port)

    with crowd.asking():
        reachable = crowd.survives(fault_server)
        until(lambda: crowd.told[-1].began > reachable + BACK)

    assert crowd.faults() == []
    late = [told for told in crowd.told if told.began > reachable + BACK and not crowd.right(told)]
    assert late == []
    until(lambda: held(process, fault_server.port).files == before.files)  # the clients' links are closed
    after = held(process, fault_server.port)
    assert after.links.keys() == {"open"}
    assert after.links.total() <= THREADS * after.workers  # no more than may ask at once
    assert after.threads <= before.threads + THREADS * after.workers
