"""In which language somebody is written to: a directory tells it, they are told, and it goes with their gate."""

import pytest
from lab import NOON, TODAY

from wkw import identity, leavers, people, sharing
from wkw.model import Listing, Target
from wkw.web import create_app

KIM, HOME = "mailto:kim@nord.example", "mailto:kim.lind@nord.example"


def listed(lab, uri, **more):
    return people.load(lab.graph, lab.settings, [Listing(uri, "colleague", **more)], day=TODAY)


def held(lab, uri=KIM):
    [row] = lab.query("person", key=lab.key(uri))
    return row["facts"].get("language")


@pytest.mark.both_lines
def test_the_language_stays_until_a_directory_tells_another_one(lab):
    listed(lab, KIM, language="sv")
    listed(lab, KIM)
    assert held(lab) == "sv"

    listed(lab, KIM, language="en")
    assert held(lab) == "en"


def test_a_plan_counts_whose_language_changes(lab):
    listed(lab, KIM, language="sv")

    plans = [
        people.plan(lab.graph, lab.settings, [Listing(KIM, "colleague", language=told)]) for told in (None, "sv", "en")
    ]

    assert [plan.changed for plan in plans] == [0, 0, 1]


@pytest.mark.both_lines
@pytest.mark.parametrize(("languages", "kept"), [(("sv", None), "sv"), ((None, "sv"), "sv")])
def test_of_two_who_are_one_the_language_that_is_known_counts(lab, languages, kept):
    for uri, told in zip((KIM, HOME), languages, strict=True):
        listed(lab, uri, language=told)

    identity.merge(lab.graph, lab.settings, Target(uri=KIM), Target(uri=HOME), day=TODAY)

    assert held(lab) == held(lab, HOME) == kept


def test_it_is_told_among_all_that_is_held(village):
    listed(village, "mailto:anna@nord.example", language="sv")
    client = create_app(village.graph, village.settings).test_client()

    for who, told in (("anna@nord.example", "sv"), ("bo@nord.example", None)):
        bearer = {"Authorization": f"Bearer {village.token('seller', of=who)}"}
        assert client.get("/v1/me/data", headers=bearer).json["about"]["person"]["language"] == told


def test_it_goes_when_the_gate_closes_and_before_anything_is_purged(lab):
    listed(lab, KIM, language="sv")

    sharing.close(lab.graph, lab.settings, lab.key(KIM), now=NOON, by="self")

    assert held(lab) is None


def test_it_goes_where_one_is_joined_to_somebody_whose_gate_is_closed(lab):
    listed(lab, KIM, language="sv")
    listed(lab, HOME)
    sharing.off(lab.graph, lab.settings, HOME, now=NOON)

    identity.merge(lab.graph, lab.settings, Target(uri=KIM), Target(uri=HOME), day=TODAY)

    assert [row for row in lab.query("everything") if "language" in row["facts"]] == []


def test_it_goes_with_a_leaver(lab):
    listed(lab, KIM, language="sv", until_day=TODAY - 40)

    lab._run("forget", lambda lease: leavers.purge(lab.graph, lease, day=TODAY, days=30), TODAY)

    assert held(lab) is None
