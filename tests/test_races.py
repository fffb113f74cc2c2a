"""Whatever writers do at the same time, the graph ends as if they had taken turns; and these tests would notice."""

import json
import random

import pytest
from lab import NOON
from races import (
    ROWS,
    TIMES,
    OptOuts,
    Shuffled,
    as_row,
    at_once,
    changed,
    colleague,
    command,
    contact,
    erased_in_a_merge,
    load,
    mail,
    meetings,
    merges,
    mutual_merges,
    storm,
    wrong_ties,
)

from wkw import sharing
from wkw.connectors import interchange
from wkw.graph import Graph
from wkw.ingest import Ingest
from wkw.interactions import DAY

ADDRESS_LOCK = ("SET a.seen = $day // the lock of the address: any SET takes it, MERGE alone does not\n", "")
PERSON_LOCK = ("SET p.seen = $day // the lock of the person, in the order of ids\n", "")
JOIN_ADDRESS_LOCK = ("SET a.seen = $day // the locks of the addresses, in the order of keys\n", "")
JOIN_LOCK = ("SET p.seen = $day // the locks of the persons, those they dealt with too, in the order of ids\n", "")


@pytest.fixture
def graphs(lab):
    """Graphs beside the lab's own, closed in the end."""
    made = [Graph(lab.login) for _ in range(4)]
    yield made
    for graph in made:
        graph.close()


@pytest.fixture
def weakened(lab, tmp_path):
    """Makes graphs in which a query was changed, closed in the end."""
    made = []

    def make(name, *changes):
        made.append(changed(lab, tmp_path, name, *changes))
        return made[-1]

    yield make
    for graph in made:
        graph.close()


# ---- opt-out against ingest ----


@pytest.mark.both_lines
def test_nothing_is_left_of_who_opts_out_while_a_batch_with_them_is_being_stored(lab, graphs, dice):
    races, numbers = OptOuts(lab, graphs[0], dice), range(30 * TIMES)
    races.prepare(numbers)
    for number in numbers:
        races.run(number)
    assert races.lost(numbers) == []


def test_an_ingest_that_reads_the_switch_and_locks_nothing_loses_such_races(lab, weakened, dice, monkeypatch):
    monkeypatch.setattr("races.ROWS", 4 * ROWS)  # time for an opt-out between what it reads and what it writes
    reads = weakened("ingest/store", ADDRESS_LOCK, PERSON_LOCK)
    races, numbers = OptOuts(lab, reads, dice), [n for n in range(450) if n % 3]
    races.prepare(numbers)
    for number in numbers:
        races.run(number)
        if races.lost([number]):
            return
    pytest.fail("300 races without the lock, and none was lost: these races prove nothing")


def test_an_address_learned_while_its_person_opts_out_is_closed_and_bare_too(lab):
    load(lab, [(colleague(2), colleague(2, "b"))], "colleague")
    lab.ingest([mail(2, colleague(2, "b"), contact(0))])
    keys = [lab.key(colleague(2)), lab.key(colleague(2, "b"))]
    lab.query("close_only", key=keys[0])  # the gates were listed before the directory told of the second address
    sharing.spread(lab.graph, lab.settings, keys[:1], now=NOON)
    second = lab.query("remains", keys=keys)[1]
    assert (second["sharing"], second["uri"], second["people"], second["interactions"]) == (False, None, 0, 0)


# ---- two batches that meet in one person ----


@pytest.mark.both_lines
def test_two_batches_that_meet_in_one_person_through_different_addresses_make_the_right_ties(lab, graphs):
    meetings(lab, graphs[:2], range(24 * TIMES))
    assert wrong_ties(lab) == []


def test_without_the_lock_of_the_person_such_ties_are_wrong(lab, weakened):
    graphs = [weakened("ingest/store", PERSON_LOCK) for _ in range(2)]
    for first in range(0, 100, 5):
        meetings(lab, graphs, range(first, first + 5))
        if wrong_ties(lab):
            return
    pytest.fail("100 races without the lock, and every tie is right: these races prove nothing")


# ---- a merge, a batch and an opt-out ----


def test_a_merge_while_a_batch_is_stored_and_somebody_opts_out_ends_as_if_they_had_taken_turns(lab, graphs):
    numbers = range(30 * TIMES)
    merges(lab, graphs, numbers)
    keys = {n: [lab.key(contact(n, letter)) for letter in "abc"] for n in numbers}
    bare = {"sharing": False, "uri": None, "people": 0, "ties": 0, "interactions": 0, "strays": 0}
    assert wrong_ties(lab) == []
    for n in numbers[1::2]:
        assert [row for row in lab.query("remains", keys=keys[n]) if row != {"key": row["key"], **bare}] == []
    person = {key: who for key, _, _, who in lab.state()["addresses"]}
    assert [n for n in numbers[::2] if len({person[key] for key in keys[n]}) > 1] == []


@pytest.mark.both_lines
def test_two_merges_at_both_ends_of_a_tie_make_the_right_ties_and_never_wait_in_a_circle(lab, graphs, caplog):
    mutual_merges(lab, graphs, range(15 * TIMES))
    assert wrong_ties(lab) == []
    assert len(lab.state()["ties"]) == 15 * TIMES
    assert deadlocks(caplog) == []


def test_without_the_locks_of_the_persons_such_merges_wait_for_each_other_in_a_circle(lab, weakened, caplog):
    graphs = [weakened("identity/join", JOIN_LOCK) for _ in range(2)]
    for number in range(100):
        mutual_merges(lab, graphs, [number])
        if deadlocks(caplog):
            return
    pytest.fail("100 merges without the lock, and none waited: these races prove nothing")


@pytest.mark.both_lines
def test_a_merge_and_an_erasure_of_one_of_its_people_make_one_person_and_never_wait_in_a_circle(lab, caplog):
    assert erased_in_a_merge(lab, lab.graph) == 1
    assert wrong_ties(lab) == []
    assert deadlocks(caplog) == []


def test_without_the_locks_of_the_addresses_such_a_merge_waits_in_a_circle(lab, weakened, caplog):
    erased_in_a_merge(lab, weakened("identity/join", JOIN_ADDRESS_LOCK))
    assert deadlocks(caplog)


# ---- the gate and the day from which on one collects ----


def late_batch(lab, graph):
    """What a late batch changes of two who opted out: one is gone, of one only the gate was closed before a kill."""
    numbers = (1, 4)
    OptOuts(lab, lab.graph, random).prepare(numbers)
    sharing.off(lab.graph, lab.settings, f"mailto:{colleague(1)}", now=NOON)
    keys = [lab.key(colleague(n)) for n in numbers]
    lab.query("close_only", key=keys[1])
    before = lab.query("remains", keys=keys)
    Ingest(graph, lab.settings, now=NOON).run(mail(7000 + n, colleague(n), contact(n)) for n in numbers)
    return [(old, new) for old, new in zip(before, lab.query("remains", keys=keys), strict=True) if old != new]


@pytest.mark.both_lines
def test_a_late_batch_changes_nothing_of_who_opted_out(lab):
    assert late_batch(lab, lab.graph) == []


@pytest.mark.parametrize(
    "gate",
    [
        pytest.param((" WHERE a.sharing\n", "\n"), id="of the person"),
        pytest.param(("a.sharing AND NOT EXISTS", "NOT EXISTS"), id="of a new person"),
        pytest.param(("a.sharing AND a.uri", "a.uri"), id="of the uri"),
    ],
)
def test_without_one_of_its_gates_a_late_batch_changes_something(lab, weakened, gate):
    assert late_batch(lab, weakened("ingest/store", gate))


def collected(lab, graph):
    """How many of two old and two new mails, one each way, are stored of somebody who opted back in between."""
    lab.ingest([mail(0, colleague(0), contact(0))])
    lab.query("collect_from", key=lab.key(colleague(0)), at=NOON - 10 * DAY)
    ends = colleague(0), contact(0)
    report = Ingest(graph, lab.settings, now=NOON).run(mail(n, *ends[:: 1 if n % 2 else -1]) for n in (2, 3, 22, 23))
    return report.fates["stored"], report.fates["expired"], len(lab.state()["interactions"]) - 1


@pytest.mark.both_lines
def test_nothing_older_than_the_day_somebody_opted_back_in_is_stored(lab):
    assert collected(lab, lab.graph) == (2, 2, 2)


@pytest.mark.parametrize("way", ["there", "back"])
def test_without_the_check_of_that_day_older_mails_are_stored(lab, weakened, way):
    check = (f"[id IN {way} WHERE $events[g.{way}[id]].at >= since] AS {way}", way)
    assert collected(lab, weakened("ingest/store", check))[2] == 3


# ---- the same at once, and much at once ----


def test_four_processes_that_deliver_the_same_at_once_store_it_once(lab, tmp_path):
    events = [mail(n, f"clerk{n % 9}@nord.example", contact(n % 70)) for n in range(1200)]
    file = tmp_path / "mails.jsonl"
    file.write_text("\n".join(map(as_row, events)))
    alone = lab.ingest(interchange.read([file]))
    state = lab.state()
    lab.query("wipe")
    running = [command(lab, "ingest", "interactions", file, "--json") for _ in range(4)]
    reports = [json.loads(process.communicate(timeout=120)[0]) for process in running]
    assert lab.state() == state
    assert alone.fates == {"stored": 1200}
    assert [report["fates"]["stored"] + report["fates"]["duplicate"] for report in reports] == [1200] * 4
    assert sum(report["fates"]["stored"] for report in reports) == 1200
    assert sum(report["edges"]["stored"] for report in reports) == 1200


def deadlocks(caplog):
    return [record for record in caplog.records if "DeadlockDetected" in record.getMessage()]


def send(lab, graphs, batches):
    """Every writer sends its batches; what became of the mails of all."""
    runs = [Ingest(graph, lab.settings, now=NOON) for graph in graphs]
    at_once(*(lambda run=run, mine=mine: [run.run(b) for b in mine] for run, mine in zip(runs, batches, strict=True)))
    return sum((run.report.fates for run in runs), start=runs[0].report.fates.__class__())


@pytest.mark.both_lines
def test_four_writers_over_the_same_people_never_wait_for_each_other_in_a_circle(lab, graphs, dice, caplog):
    batches = storm(dice, writers=4, batches=6, rows=100)
    assert send(lab, graphs, batches) == {"stored": 4 * 6 * 100}
    assert deadlocks(caplog) == []
    state = lab.state()
    lab.query("wipe")
    lab.ingest(event for mine in batches for batch in mine for event in batch)
    assert lab.state() == state


def test_writers_that_lock_in_any_order_do_and_still_get_there(lab, dice, caplog):
    graphs = [Shuffled(lab.login) for _ in range(4)]
    for first in range(20):
        batches = storm(dice, writers=4, batches=4, rows=100)
        fates = send(lab, graphs, batches)
        assert fates.total() == 4 * 4 * 100, first
        if deadlocks(caplog):
            break
    assert deadlocks(caplog)
    assert wrong_ties(lab) == []
    for graph in graphs:
        graph.close()
