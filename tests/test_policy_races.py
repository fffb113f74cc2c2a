"""Whatever goes on while a policy is made, nobody slips through; killed, it goes on; foretold, it is as foretold."""

import threading
from contextlib import closing

import pytest
from lab import NOON, TODAY, Lab, village_records
from races import held
from servers import until
from test_groups import ANNA, AT, EVA, is_on, listing, load
from test_policy import BO, NEW, because, mail, put, remove
from test_rotation_fences import Paused
from test_rules import Dying

from wkw import begun, groups, people, policy, sharing
from wkw.errors import GraphBusy
from wkw.ledger import ledger
from wkw.regions import Policy


def test_mail_that_was_looked_at_before_a_policy_is_stored_by_it(lab):
    with closing(Paused(lab.login, "ingest/store", lambda: put(lab, "default", "off"))) as graph:
        report = Lab(graph, lab.settings, lab.login).ingest([mail(NEW)])

    assert (report.fates, because(lab, NEW)) == ({"suppressed": 1}, ["policy"])


def test_a_policy_waits_for_mail_that_is_being_stored_and_hides_whom_it_brings(lab):
    made = threading.Thread(target=lambda: put(lab, "default", "off"))
    stored = threading.Thread(target=lambda: lab.ingest([mail(NEW)]))
    with held(lab, "hold", key=lab.key("lea@kund.example")):
        stored.start()
        until(lambda: len(lab.graph.row("begun/running")["ids"]) > 2)  # the lock's, the mail's, this one
        made.start()
        until(lambda: policy.policies(lab.graph).rows)
        made.join(2)  # time to be done too early
    stored.join()
    made.join()

    assert (is_on(lab, NEW), because(lab, NEW)) == (False, ["policy"])


def test_a_policy_that_others_keep_waiting_for_ever_says_so_and_stands(lab, monkeypatch):
    monkeypatch.setattr(begun, "wait", lambda graph, *, remedy, wait=begun.wait: wait(graph, 0.1, remedy=remedy))
    with held(lab, "hold", key=lab.key("lea@kund.example")), pytest.raises(GraphBusy, match="same command again"):
        put(lab, "default", "off")

    assert lab.ingest([mail(NEW)]).fates == {"suppressed": 1}


def test_a_policy_made_while_a_directory_is_read_counts(village, monkeypatch):
    put(village, "uri", "opt_out")
    load(village, listing(region="Uri"))
    stored = people.load

    def slow(*args, **named):
        put(village, "ticino", "off")  # by somebody else, who found nobody there
        return stored(*args, **named)

    monkeypatch.setattr("wkw.groups.people.load", slow)
    load(village, listing(region="Ticino"))

    assert not is_on(village)


def test_rows_that_somebody_else_changes_while_one_is_carried_out_count_in_the_end(village):
    load(village, listing(region="Ticino"), listing(ANNA, region="Ticino"))
    with closing(Paused(village.login, "policy/people", lambda: put(village, "ticino", "opt_out"))) as graph:
        policy.put(graph, village.settings, Policy("ticino", "off"), now=NOON)

    assert (is_on(village), is_on(village, ANNA)) == (True, True)


@pytest.mark.parametrize("dies_at", [3, 6, 9, 14, 20])
def test_a_policy_that_was_killed_is_carried_out_by_the_same_again(village, dies_at):
    load(village, listing(region="Ticino"), listing(ANNA, region="Ticino"))
    with pytest.raises(KeyboardInterrupt):
        policy.put(Dying(village.graph, dies_at), village.settings, Policy("ticino", "off"), now=NOON)

    put(village, "ticino", "off")

    assert not any(is_on(village, uri) for uri in (EVA, ANNA, BO))
    assert {"eva", "anna", "bo"}.isdisjoint(repr(village.query("everything")).casefold().split("'"))
    assert ledger(village.settings).unfinished() == []


@pytest.mark.parametrize(("region", "mode"), [("ticino", "off"), ("uri", "opt_in"), ("default", "opt_out")])
def test_what_is_foretold_is_what_becomes_of_it_and_writes_nothing(village, region, mode):
    load(village, listing(region="Ticino"), listing(ANNA, region="Uri"))
    put(village, "uri", "off")
    load(village, listing(BO, region="Zug"), listing(region="Ticino"))
    before, changed = village.state(), policy.policies(village.graph).changed(Policy(region, mode))

    foretold = policy.forecast(village.graph, village.settings, changed, day=TODAY)

    assert village.state() == before
    assert put(village, region, mode) == foretold
    without = policy.policies(village.graph).without(region)
    assert policy.forecast(village.graph, village.settings, without, day=TODAY) == remove(village, region)


def test_everybody_is_closed_before_anybody_is_purged(village):
    load(village, listing(region="Ticino"), listing(ANNA, region="Ticino"))
    seen = []
    watch = lambda: seen.append([is_on(village, uri) for uri in (EVA, ANNA, BO)])  # noqa: E731
    with closing(Paused(village.login, "sharing/purge", watch)) as graph:
        policy.put(graph, village.settings, Policy("ticino", "off"), now=NOON)

    assert seen == [[False, False, False]]


def test_a_copy_of_the_graph_put_back_learns_whom_policies_kept_off(village):
    load(village, listing(region="Ticino"))
    put(village, "ticino", "off")
    village.query("renew")  # as a graph of before, and its gates

    sharing.settle(village.graph, village.settings, now=NOON)

    assert not is_on(village)


def test_the_ledger_does_not_say_in_which_region_somebody_is(village):
    load(village, listing(region="Ticino"))
    put(village, "ticino", "off")

    assert "ticino" not in (village.settings.state / "ledger.jsonl").read_text().casefold()


def test_the_plan_of_a_directory_counts_whom_a_policy_hides(village):
    load(village, listing(ANNA, region="Uri"))
    put(village, "uri", "opt_out")
    put(village, "ticino", "off")
    load(village, listing(region="Uri"))
    told = [listing(region="Ticino"), listing(ANNA, region="Uri")]

    plan = groups.plan(village.graph, village.settings, told, reason=lambda uri: None)
    loaded = groups.load(village.graph, village.settings, told, at=AT, reason=lambda uri: None)

    assert (plan.suppressed, plan.stored) == (loaded.suppressed, loaded.stored) == (1, 1)
    assert village.ingest(village_records()).fates["suppressed"] > 9
