"""Switching sharing off closes the gate at once and leaves nothing but bare addresses."""

import pytest
from lab import TODAY, village_records

from wkw import sharing

pytestmark = pytest.mark.both_lines
EVA = "mailto:eva@nord.example"


def off(lab, uri=EVA):
    return sharing.off(lab.graph, lab.settings, uri, day=TODAY)


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
    off(village)
    before = village.state()

    again = off(village)

    assert (again.interactions, again.people) == (0, 0)
    assert village.state() == before


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
    for key in loaded.closed:
        sharing.purge(lab.graph, key, day=TODAY)

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
