"""The commands of policies say whom they hide, beforehand too, and list what holds."""

import json
from dataclasses import asdict

import pytest
from lab import TODAY
from program import program_of
from test_groups import ANNA, listing, load
from test_policy import BO, put

from wkw import jobs
from wkw.regions import Policy

ASK = ("lookup", "lea@kund.example", "--as", "bo@nord.example")


@pytest.fixture
def wkw(village):
    """The program on the village, with Eva in Ticino and Anna and Bo in Uri."""
    load(village, listing(region="Ticino"), *(listing(uri, region="Uri") for uri in (ANNA, BO)))
    return program_of(village)


def test_a_policy_is_foretold_made_listed_and_taken_away(wkw):
    assert wkw("policy", "set", "URI", "--mode", "opt_out").out.startswith("Hidden: colleagues 0, ")
    foretold = wkw("policy", "set", "Ticino", "--mode", "opt_in", "--dry-run").out
    assert foretold.startswith("Would be hidden: colleagues 3, with interactions ")  # Cia's and Dag's is unknown
    assert json.loads(wkw("policy", "list", "--json").out) == [asdict(Policy("uri"))]
    assert "of delivery" in wkw(*ASK).out

    assert f"would be {wkw('policy', 'set', 'Ticino', '--mode', 'opt_in').out}".casefold() == foretold.casefold()
    assert "ticino  opt_in\nuri     opt_out\n" in wkw("policy", "list").out
    assert "of delivery" not in wkw(*ASK).out

    foretold = wkw("policy", "remove", "Ticino", "--dry-run").out
    assert "Let back, from now on alone: 3. " in foretold
    assert "Let back, from now on alone: 3. " in wkw("policy", "remove", "Ticino").out
    assert "no policy for that region" in wkw("policy", "remove", "Ticino").line
    assert "That is no region" in wkw("policy", "set", " ", "--mode", "off").line


def test_the_switch_says_that_a_policy_keeps_somebody_off_or_is_what_it_asks_for(wkw, village):
    put(village, "ticino", "off")
    ask = ("sharing", "on", "eva@nord.example", "--request", "a letter")

    assert wkw(*ask).out.endswith("; the policy of their region keeps it off: see `wkw policy list`.\n")
    assert "policy" in wkw("sharing", "show", "eva@nord.example").out
    put(village, "ticino", "opt_in")
    assert wkw("sharing", "show", "eva@nord.example").out.startswith("on\n")  # the yes of before is kept


def test_a_contact_who_becomes_a_colleague_by_a_merge_is_of_no_known_region(wkw, village):
    put(village, "uri", "off")

    wkw("merge", "frida@freemail.example", "frida@nord.example")

    assert wkw("sharing", "show", "frida@freemail.example").out.startswith("off\n")


def test_a_shorter_retention_is_foretold_and_folds_at_once(wkw, village):
    ask = ("policy", "set", "default", "--mode", "opt_out", "--retention", "200")
    foretold = wkw(*ask, "--dry-run").out
    assert foretold.startswith("Would be hidden: colleagues 0, ")

    assert f"would be {wkw(*ask).out}".casefold() == foretold.casefold()

    assert not foretold.endswith("Folded: interactions 0.\n")
    assert "default  opt_out        200\n" in wkw("policy", "list").out
    assert wkw(*ask).out.endswith("Folded: interactions 0.\n")


def test_where_somebody_else_folds_that_is_told_and_the_policy_stands(wkw, village):
    ask = ("policy", "set", "default", "--mode", "opt_out", "--retention", "200")
    said = jobs.run(village.graph, "forget", lambda lease: (wkw(*ask), 0), day=TODAY)

    assert (said.code, "run `wkw forget` after it" in said.err) == (0, True)
    assert "default  opt_out        200\n" in wkw("policy", "list").out


def test_what_an_operator_decides_is_recorded(wkw):
    wkw("policy", "set", "Zug", "--mode", "opt_out")
    wkw("policy", "remove", "Zug")

    said = wkw("audit", "show").out
    assert "policy_set" in said
    assert "policy_remove" in said
