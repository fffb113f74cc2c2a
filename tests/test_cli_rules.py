"""The commands of rules say what they deleted, list and count, and tell why."""

import json

import pytest
from lab import NOON, VILLAGE
from program import program_of
from test_rules import LEA, PIA, known, rule

from wkw import exclusions, sharing
from wkw.exclusions import Rules


@pytest.fixture
def wkw(village):
    """The program on the village."""
    return program_of(village)


def test_exclude_says_what_it_deleted_and_exclusions_lists_it(wkw, village):
    done = wkw("exclude", "fjord.example", "--reason", "a rival", "--author", "Siv")
    assert done.out.startswith("Deleted: addresses 2, interactions ")

    (found,) = json.loads(wkw("exclusions", "--json").out)["rules"]
    assert (found["rule"], found["reason"], found["author"], found["addresses"]) == (
        "domain fjord.example",
        "a rival",
        "Siv",
        2,
    )
    assert "domain fjord.example  excludes" in wkw("exclusions").out


def test_what_was_excluded_is_counted_by_reason_at_each_reading(wkw):
    wkw("exclude", "kund.example", "--reason", "test")
    said = json.loads(wkw("ingest", "mail", VILLAGE / "mail.mbox", "--json").out)

    counted = {row["reason"]: row["records"] for row in json.loads(wkw("exclusions", "--json").out)["excluded"]}
    assert counted == {row["reason"]: row["events"] for row in said["reasons"] if row["fate"] == "excluded"}
    assert counted["domain kund.example"] > 0
    assert counted["newsletter"] == 1


def test_a_dry_run_counts_nothing(wkw):
    wkw("ingest", "mail", VILLAGE / "mail.mbox", "--dry-run")

    assert json.loads(wkw("exclusions", "--json").out)["excluded"] == []


def test_a_group_of_colleagues_is_counted_beforehand_switched_off_and_let_back(wkw, village):
    told = wkw("exclude", "department:sales", "kund.example", "--reason", "test", "--dry-run").out
    assert told == "Covered: addresses 3, colleagues 3.\n"
    assert json.loads(wkw("exclusions", "--json").out)["rules"] == []

    assert "Colleagues switched off: 3.\n" in wkw("exclude", "department:Sales", "--reason", "works council").out
    (found,) = json.loads(wkw("exclusions", "--json").out)["rules"]
    assert (found["rule"], found["addresses"]) == ("department sales", 3)
    assert wkw("lookup", "lea@kund.example", "--as", "bo@nord.example").out.count("Sales") == 0
    assert "group" in wkw("sharing", "show", "anna@nord.example").out
    said = wkw("sharing", "on", "anna@nord.example", "--request", "a letter").out
    assert (
        said == "It was never off by their own choice; a rule about their group keeps it off: see `wkw exclusions`.\n"
    )

    assert "Colleagues of the group: 3, from now on alone.\n" in wkw("include", "department:Sales").out
    assert wkw("sharing", "show", "anna@nord.example").out.startswith("on\n")


def test_include_lifts_and_names_what_to_read_again(wkw):
    wkw("exclude", "fjord.example", "--reason", "test")

    done = wkw("include", "fjord.example", "info@bakery.example")
    assert done.out == "Lifted: 1. Exceptions made: 1.\n"
    assert "read these sources again: kund-calendar, mail, nord-calendar, nord-crm, nord-phone." in done.err


def test_rules_come_from_files_too_and_a_wrong_one_leaves_all_alone(wkw, tmp_path):
    file = tmp_path / "rules.txt"
    file.write_text("# of the works council\nfjord.example  # a rival\n\npattern:*förening*\n", encoding="utf-8")
    assert wkw("exclude", "--file", file, "--reason", "council").code == 0
    assert len(json.loads(wkw("exclusions", "--json").out)["rules"]) == 2

    file.write_text("kund.example\nnord.example\n", encoding="utf-8")
    assert "an own domain" in wkw("exclude", "--file", file, "--reason", "council").line
    assert len(json.loads(wkw("exclusions", "--json").out)["rules"]) == 2
    assert wkw("exclude", "--reason", "council").code == 2
    assert "does not exist" in wkw("exclude", "--file", tmp_path / "none", "--reason", "x").line


def test_why_names_the_rule_and_its_reason(wkw):
    wkw("exclude", "fjord.example", "--reason", "a rival", "--author", "Siv")

    assert wkw("why", "ola@fjord.example").out.startswith("The rule domain fjord.example excludes it: a rival (Siv, 20")
    assert "one of a robot" in wkw("why", "noreply@kund.example").out
    assert wkw("why", "lea@kund.example").out == "No rule excludes it.\n"
    assert json.loads(wkw("why", "info@kund.example", "--json").out) == {"excluded": True, "by": "role", "rule": None}


def test_why_tells_of_an_opted_out_person_exactly_what_it_tells_of_an_unknown_one(wkw, village):
    unknown = wkw("why", "nora@kund.example")
    sharing.off(village.graph, village.settings, LEA, now=NOON)

    assert wkw("why", "lea@kund.example") == unknown


def test_rules_made_while_a_source_is_read_are_carried_out_at_its_end(wkw, village, monkeypatch):
    monkeypatch.setattr(exclusions, "rules", first(Rules(village.settings, []), exclusions.rules))
    exclusions.add(village.graph, village.settings, rule(village, "fjord.example"))

    wkw("ingest", "mail", VILLAGE / "mail.mbox")

    assert not {"mailto:ola@fjord.example", PIA} & known(village)


def first(value, then):
    """A function that gives a value at first, as it was before, and from then on what it is."""
    given = []

    def give(*args):
        if given:
            return then(*args)
        given.append(value)
        return value

    return give


def test_a_record_of_a_crm_is_nobodys_under_its_id_too_when_a_rule_covers_its_address(wkw, village):
    wkw("exclude", "kund.example", "--reason", "test")

    done = json.loads(wkw("ingest", "crm", VILLAGE / "crm", "--json").out)

    excluded_people = {row["reason"]: row["records"] for row in done["people"]["reasons"] if row["fate"] == "excluded"}
    assert excluded_people["domain kund.example"] == 4
    assert {row["reason"] for row in done["reasons"] if row["fate"] == "excluded"} >= {"domain kund.example"}
    assert not {LEA, "mailto:mats@kund.example"} & known(village)
    keys = {key for key, *_ in village.state()["addresses"]}
    assert not {village.key(f"crm:dynamics:{n}") for n in (1002, 1003, 1007)} & keys


def test_the_directory_leaves_out_whom_a_rule_covers_and_counts_them(wkw):
    wkw("exclude", "kund.example", "--reason", "test")

    done = json.loads(wkw("people", VILLAGE / "people.csv", "--json").out)

    assert done["excluded"] == {"domain kund.example": 3}
