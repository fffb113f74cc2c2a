"""Switching sharing off closes the gate at once and leaves nothing but bare addresses."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from lab import NOON, TODAY, village_records
from races import colleague, contact, held, mail
from servers import until

from wkw import sharing
from wkw.errors import GraphBusy, GraphUnavailable, NotFound, StateUnavailable
from wkw.graph import WEB, Graph, Login
from wkw.ledger import FILE, ledger
from wkw.model import Event

EVA = "mailto:eva@nord.example"


def off(lab, uri=EVA):
    return sharing.off(lab.graph, lab.settings, uri, now=NOON)


@pytest.mark.both_lines
def test_everything_of_the_person_goes_but_the_keys_of_all_their_addresses(village):
    receipt = off(village)

    assert (receipt.addresses, receipt.people) == (2, 1)
    assert receipt.interactions > 0
    for address in ("eva@nord.example", "eva.noor@nord.example"):
        (left,) = village.query("address", key=village.key(address))
        assert left == {"facts": left["facts"], "edges": 0}
        assert left["facts"].keys() == {"key", "sharing", "collect_from", "seen"}
        assert left["facts"]["sharing"] is False
    assert "Eva" not in repr(village.query("everything"))


def test_what_others_have_with_each_other_stays(village):
    off(village)

    pairs = {(row["sender"], row["receiver"]) for row in village.query("edges")}
    assert ("mailto:anna@nord.example", "mailto:lea@kund.example") in pairs
    assert not any("eva" in one for pair in pairs for one in pair)


def test_a_second_time_changes_nothing_and_says_the_same(village):
    receipt = off(village)
    before = village.state()

    assert off(village) == off(village, "mailto:eva.noor@nord.example") == receipt
    assert village.state() == before


@pytest.mark.both_lines
def test_no_redelivery_and_no_directory_brings_the_person_back(village):
    off(village)
    before = village.state()

    report = village.ingest(village_records())
    loaded = village.load_people()

    assert report.fates["suppressed"] == 9
    assert loaded.suppressed == 1
    assert village.state() == before


def test_somebody_never_seen_can_be_switched_off_beforehand(lab):
    off(lab, "mailto:lea@kund.example")
    lab.load_people()
    report = lab.ingest(village_records())

    assert report.fates["suppressed"] > 0
    assert "lea@kund.example" not in repr(lab.query("everything"))
    assert "Lea Sand" not in repr(lab.query("everything"))


def test_an_alias_learned_later_closes_the_whole_person(lab):
    off(lab, "mailto:eva.noor@nord.example")
    lab.ingest(village_records())

    loaded = lab.load_people()
    sharing.spread(lab.graph, lab.settings, *loaded.closed, now=NOON)

    assert loaded.suppressed == 1
    assert "eva@nord.example" not in repr(lab.query("everything"))
    assert not sharing.state(lab.graph, lab.settings, EVA)


def test_a_company_nobody_is_left_of_goes_too(village):
    village.query("only_ola_at_fjord")
    off(village, "mailto:ola@fjord.example")

    assert "fjord" not in repr(village.query("everything"))


def test_the_state_can_be_seen(village):
    assert sharing.state(village.graph, village.settings, EVA)
    assert sharing.state(village.graph, village.settings, "mailto:nobody@nowhere.example")

    off(village)

    assert not sharing.state(village.graph, village.settings, EVA)


# ---- the ledger first, then the gates, then the rest ----


def switch_on(lab, uri=EVA, *, now=NOON):
    return sharing.on(lab.graph, lab.settings, lab.key(uri[7:]), now=now, by="self")


def close(lab, uri=EVA):
    return sharing.close(lab.graph, lab.settings, lab.key(uri[7:]), now=NOON, by="self")


def test_nothing_is_closed_where_the_ledger_cannot_be_written(village):
    (village.settings.state / FILE).mkdir(parents=True)
    before = village.state()

    with pytest.raises(StateUnavailable) as told:
        off(village)

    assert told.value.code == "ledger_unavailable"
    assert village.state() == before


def test_a_decision_that_broke_off_before_the_gates_takes_effect_with_the_next_use(village):
    keys = sorted(village.key(f"{who}@nord.example") for who in ("eva", "eva.noor"))
    ledger(village.settings).write("off", "1", NOON, by="self", keys=keys)
    assert sharing.state(village.graph, village.settings, EVA)

    sharing.settle(village.graph, village.settings, now=NOON)

    assert not sharing.state(village.graph, village.settings, EVA)


def test_a_decision_that_broke_off_before_the_gates_is_purged_once_they_are_closed(village):
    keys = sorted(village.key(f"{who}@nord.example") for who in ("eva", "eva.noor"))
    ledger(village.settings).write("off", "1", NOON, by="self", keys=keys)

    sharing.finish(village.graph, village.settings, now=NOON)

    assert sharing.shown(village.settings, keys[0], "1").people == 1
    assert "Eva" not in repr(village.query("everything"))


def test_decisions_of_many_at_once_take_effect_one_after_the_other_and_none_is_lost(village):
    people = ["anna", "bo", "cia", "eva"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda who: close(village, f"mailto:{who}@nord.example"), people * 3))

    assert {sharing.state(village.graph, village.settings, f"mailto:{who}@nord.example") for who in people} == {False}
    assert village.query("marks") == [{"n": len(ledger(village.settings).rows())}]
    assert {receipt.sharing for receipt in found} == {"off"}


@pytest.mark.both_lines
def test_a_purge_that_was_killed_goes_on_and_counts_everything(village):
    whole = [edge for edge in village.state()["interactions"] if village.key("eva@nord.example") in edge[1:3]]
    whole += [edge for edge in village.state()["interactions"] if village.key("eva.noor@nord.example") in edge[1:3]]
    receipt = close(village)
    key = village.key("eva@nord.example")
    assert village.graph.row("sharing/purge", key=key, day=TODAY, limit=3) == {"deleted": 3}
    village.graph.row("sharing/erase", key=key, day=TODAY)  # killed before it could say so
    assert sharing.shown(village.settings, key, receipt.id).state == "processing"

    sharing.finish(village.graph, village.settings, now=NOON)

    done = sharing.shown(village.settings, key, receipt.id)
    assert (done.state, done.interactions, done.people) == ("completed", len(whole), 1)
    for row in village.query("address", key=key):
        assert row["facts"].keys() == {"key", "sharing", "collect_from", "seen"}


def test_a_purge_that_fails_says_why_in_the_receipt_and_is_made_good(village):
    receipt = close(village)
    away = Graph(Login("bolt://127.0.0.1:9", "neo4j", "none"), WEB)
    with closing(away), pytest.raises(GraphUnavailable):
        sharing.finish(away, village.settings, now=NOON)
    key = village.key("eva@nord.example")
    failed = sharing.shown(village.settings, key, receipt.id)
    assert (failed.state, failed.reason) == ("failed", "db_unavailable")

    sharing.finish(village.graph, village.settings, now=NOON)

    assert sharing.shown(village.settings, key, receipt.id).state == "completed"


def test_a_purge_that_fails_does_not_stop_those_behind_it(lab):
    first, second = (f"mailto:{colleague(n)}" for n in (1, 2))
    lab.ingest([mail(1, colleague(1), contact(1)), mail(2, colleague(2), contact(2))])
    receipts = [close(lab, uri) for uri in (first, second)]
    key = lab.key(colleague(1))

    with held(lab, "hold", key=key), closing(Graph(lab.login, WEB)) as graph, pytest.raises(GraphBusy):
        sharing.finish(graph, lab.settings, now=NOON)

    told = [ledger(lab.settings).receipts(lab.key(colleague(n)))[0] for n in (1, 2)]
    assert [one.id for one in told] == [one.id for one in receipts]
    assert [(one.state, one.reason) for one in told] == [("failed", "db_busy"), ("completed", None)]
    sharing.finish(lab.graph, lab.settings, now=NOON)
    assert sharing.shown(lab.settings, key, receipts[0].id).state == "completed"


# ---- back in, from now on ----


@pytest.mark.both_lines
def test_whoever_switches_sharing_on_again_is_there_with_what_happens_from_then_on(village):
    before = village.state()
    off(village)
    switch_on(village)

    for who in ("eva", "eva.noor"):
        (row,) = village.query("address", key=village.key(f"{who}@nord.example"))
        assert (row["facts"]["sharing"], row["facts"]["collect_from"], row["edges"]) == (True, NOON, 0)
    report = village.ingest(village_records())
    assert report.fates["expired"] == 9
    assert village.state()["ties"] != before["ties"]
    later = [Event("later", NOON + 1, "email", EVA, ("mailto:lea@kund.example",), 1, "t")]
    assert village.ingest(later, now=NOON + 2).fates == {"stored": 1}


def test_what_was_never_off_cannot_be_switched_on_and_a_second_time_says_the_same(village):
    assert switch_on(village) is None
    off(village)

    receipt = switch_on(village)

    assert switch_on(village, now=NOON + 5) == receipt
    assert off(village).id != receipt.id
    assert [one.sharing for one in sharing.receipts(village.settings, village.key("eva@nord.example"))] == [
        "off",
        "on",
        "off",
    ]


def test_what_was_left_when_a_purge_was_killed_is_gone_before_sharing_is_on_again(village):
    close(village)
    switch_on(village)

    assert village.query("address", key=village.key("eva@nord.example"))[0]["edges"] == 0
    assert "Eva" not in repr(village.query("everything"))


@pytest.mark.both_lines
@pytest.mark.parametrize(("query", "more"), [("sharing/purge", {"limit": 9}), ("sharing/erase", {})])
def test_a_purge_that_waits_while_somebody_comes_back_takes_nothing_of_them(village, query, more):
    close(village)
    key = village.key("eva@nord.example")

    with ThreadPoolExecutor(1) as pool:
        with held(village, "come_back", key=key):
            waiting = pool.submit(lambda: village.graph.row(query, key=key, day=TODAY, **more))
            until(lambda: village.query("waiting")[0]["transactions"] == 1)
        assert waiting.result() in (None, {"people": 0})

    (now,) = village.query("remains", keys=[key])
    assert (now["sharing"], now["people"], now["interactions"] > 0, now["ties"] > 0) == (True, 1, True, True)


def test_an_address_learned_later_is_switched_on_with_the_others(lab):
    off(lab, "mailto:eva.noor@nord.example")
    lab.ingest(village_records())
    loaded = lab.load_people()
    sharing.spread(lab.graph, lab.settings, *loaded.closed, now=NOON)
    key = lab.key("eva@nord.example")
    assert lab.query("address", key=key)[0]["edges"] == 0

    switch_on(lab, "mailto:eva.noor@nord.example")

    assert sharing.state(lab.graph, lab.settings, EVA)


def test_a_receipt_is_shown_to_whom_it_is_about_alone(village):
    receipt = off(village)

    assert sharing.shown(village.settings, village.key("eva.noor@nord.example"), receipt.id) == receipt
    with pytest.raises(NotFound):
        sharing.shown(village.settings, village.key("anna@nord.example"), receipt.id)
