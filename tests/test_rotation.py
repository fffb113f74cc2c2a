"""One more secret makes every address key anew, and nothing else changes: nobody is lost, doubled or brought back."""

from contextlib import closing

import pytest
from lab import NOON, TODAY, village_records
from program import program_of
from rotations import EVA, LEA, SECOND, THIRD, Killed, again, in_order, killed, rotated, with_secrets

from wkw import exclusions, groups, keys, rotation, schema, sharing
from wkw.errors import SettingsError
from wkw.lookup import Question, lookup
from wkw.model import Listing, Target
from wkw.moment import Moment

pytestmark = pytest.mark.usefixtures("unbound")


def asked(lab):
    """What a lookup of Lea answers Anna."""
    return lookup(lab.graph, lab.settings, Question(Target(uri=LEA), lab.key("anna@nord.example"), TODAY))


@pytest.mark.both_lines
def test_the_state_is_the_same_but_for_its_keys_and_lookups_answer_the_same(village):
    village.forget(retention=60)
    before, answer, kept = village.state(), asked(village), village.query("kept")

    other = rotated(village, SECOND)

    assert in_order(other.state()) == in_order(again(before, (SECOND,)))
    assert asked(other) == answer
    assert len(other.query("kept")) == len(kept) > 0
    assert other.query("misnamed_kept") == [{"wrong": 0}]


def test_the_same_mail_again_is_a_duplicate_also_after_two_rotations(village):
    before = village.query("counts")

    other = rotated(rotated(village, SECOND), THIRD)
    fates = other.ingest(village_records()).fates

    assert ("stored" in fates, fates["duplicate"] > 0) == (False, True)
    assert other.load_people().joined == 0
    assert other.query("counts") == before


def test_whoever_opted_out_stays_out_has_their_receipts_and_can_come_back(village):
    receipt = sharing.off(village.graph, village.settings, EVA, now=NOON)

    other = rotated(village, SECOND)
    before = other.state()

    assert other.ingest(village_records()).fates["suppressed"] == 9
    assert other.load_people().suppressed == 1
    assert other.state() == before
    assert not sharing.state(other.graph, other.settings, EVA)
    key = other.key("eva@nord.example")
    assert sharing.receipts(other.settings, key) == [receipt]
    assert sharing.off(other.graph, other.settings, "mailto:eva.noor@nord.example", now=NOON + 1) == receipt
    assert sharing.on(other.graph, other.settings, key, now=NOON + 2, by="self").sharing == "on"
    assert sharing.state(other.graph, other.settings, EVA)
    assert [one.sharing for one in sharing.receipts(other.settings, key)] == ["on", "off"]


def test_a_graph_that_forgot_every_decision_learns_them_with_the_keys_of_now(village):
    sharing.off(village.graph, village.settings, EVA, now=NOON)
    other = rotated(village, SECOND)
    sharing.off(other.graph, other.settings, LEA, now=NOON + 1)
    other.empty()
    other.load_village()

    sharing.settle(other.graph, other.settings, now=NOON)

    for who in (EVA, LEA):
        assert not sharing.state(other.graph, other.settings, who)
    assert other.ingest(village_records()).fates["suppressed"] > 9


def test_rules_their_counts_and_api_keys_go_along(village):
    token = village.token()
    rule = exclusions.Rule("address", village.key("frida@freemail.example"), reason="hers", at=NOON)
    exclusions.add(village.graph, village.settings, rule)
    exclusions.count(village.graph, {rule.name: 3}, now=NOON)

    other = rotated(village, SECOND)

    assert keys.caller(other.graph, token, day=TODAY, now=NOON).key == other.key("anna@nord.example")
    (found,) = exclusions.listed(other.graph)
    assert found.value == other.key("frida@freemail.example")
    assert exclusions.rules(other.graph, other.settings).why("mailto:frida@freemail.example").rule == found
    assert [row["reason"] for row in exclusions.counts(other.graph)] == [found.name]


@pytest.mark.parametrize("after", range(1, 9))
def test_a_run_killed_anywhere_is_finished_by_the_next_and_nobody_is_let_in_between(village, monkeypatch, after):
    monkeypatch.setattr(rotation, "CHUNK", 8)
    before, other = village.state(), killed(village, after)

    for one, told in ((village, "lacks a secret"), (other, "wkw rotate")):
        with pytest.raises(SettingsError, match=told):
            schema.opened(one.graph, one.settings)
        with pytest.raises(SettingsError, match="being made"):
            one.ingest(village_records())
    assert len(village.state()["addresses"]) == len(before["addresses"])
    rotation.rotate(other.graph, other.settings)

    assert in_order(other.state()) == in_order(again(before, (SECOND,)))


def test_every_key_is_made_anew_once(village, monkeypatch):
    monkeypatch.setattr(rotation, "CHUNK", 3)
    made = []

    with closing(Killed(village.login, 99)) as counting:  # else it would never end
        done = rotation.rotate(counting, with_secrets(village, SECOND).settings, progress=made.append)

    assert sum(made) == done == village.query("counts")[0]["addresses"]


def test_a_run_that_was_killed_is_finished_before_a_third_secret_comes(village, monkeypatch):
    monkeypatch.setattr(rotation, "CHUNK", 8)
    before = village.state()
    killed(village, 2)

    other = rotated(village, SECOND, THIRD)

    assert in_order(other.state()) == in_order(again(before, (SECOND, THIRD)))


def test_a_decision_on_a_group_is_found_under_the_keys_of_now_and_lifted(village):
    rule = exclusions.Rule("department", "legal", at=NOON)
    eva = Listing(EVA, "colleague", department="Legal", aliases=("mailto:eva.noor@nord.example",))
    exclusions.add(village.graph, village.settings, rule)
    load(village, eva)
    sharing.off(village.graph, village.settings, LEA, now=NOON)
    before = village.state()

    other = rotated(village, SECOND)

    key = other.key("eva@nord.example")
    assert sharing.because(other.settings, key) == ["group"]
    load(other, eva)
    assert in_order(other.state()) == in_order(again(before, (SECOND,)))
    assert exclusions.include(other.graph, other.settings, rule)
    assert groups.lift(other.graph, other.settings, rule, at=Moment(NOON + 1, TODAY)) == 1
    assert sharing.because(other.settings, key) == []
    assert [sharing.state(other.graph, other.settings, who) for who in (EVA, LEA)] == [True, False]


def load(lab, *listings):
    reason = exclusions.rules(lab.graph, lab.settings).reason
    return groups.load(lab.graph, lab.settings, listings, at=Moment(NOON, TODAY), reason=reason)


# ---- the command ----


def test_a_secret_that_wkw_made_gets_a_second_one_and_the_first_stays(lab):
    wkw = program_of(lab)
    wkw.settings["WKW_ADDRESS_KEY"] = None
    lab.query("unbind")
    file = lab.settings.state / "address.key"
    assert wkw("migrate").code == 0
    first = file.read_text().strip()

    done = wkw("rotate")

    assert done.code == 0, done.err
    assert "2 secrets" in done.out
    assert file.read_text().split()[0] == first
    assert len({*file.read_text().split()}) == 2
    assert file.stat().st_mode & 0o077 == 0
    assert wkw("sources").code == 0
    assert "WKW_ADDRESS_KEY lacks a secret" in wkw("sources", WKW_ADDRESS_KEY=first).line


def test_an_operator_who_keeps_the_secret_is_told_to_add_one(village):
    wkw = program_of(village)
    assert "Add a new one of 32 characters or more, on a line of its own" in wkw("rotate").line
    both = f"{wkw.settings['WKW_ADDRESS_KEY']}\n{SECOND.decode()}"
    assert "Run `wkw rotate`" in wkw("sources", WKW_ADDRESS_KEY=both).line

    assert wkw("rotate", WKW_ADDRESS_KEY=both).code == 0

    assert wkw("sources", WKW_ADDRESS_KEY=both).code == 0
    assert wkw("sources").code == 1


def test_the_same_secret_twice_is_refused(village):
    wkw = program_of(village)

    assert "the same secret twice" in wkw("rotate", WKW_ADDRESS_KEY=f"{'x' * 40}\n{'x' * 40}").line
