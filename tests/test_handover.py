"""What somebody who leaves hands over: names of contacts and of who else knows them, and nothing that measures them."""

import json

import pytest
from lab import NOON, TODAY
from program import program_of

from wkw import jobs, leavers, people, sharing
from wkw.errors import Forbidden, NotFound
from wkw.model import Listing, Target
from wkw.vetoes import veto

DAG, BO = "mailto:dag@nord.example", "mailto:bo@nord.example"


def handed_over(lab, uri=BO):
    found = leavers.handover(lab.graph, lab.settings, Target(uri=uri), day=TODAY)
    return {one["name"]: one["known_by"] for one in found["contacts"]}


def leave(lab, uri=BO, *, day=TODAY + 30):
    people.load(lab.graph, lab.settings, [Listing(uri, "colleague", until_day=day)], day=TODAY)


@pytest.mark.both_lines
def test_contacts_stand_by_name_with_whoever_else_knows_them_and_stays(village):
    leave(village)
    known = {}
    for tie in village.query("two_way"):
        known.setdefault(tie["contact"], set()).add(tie["colleague"])
    mine = {name: sorted(who - {"Bo Ek", "Dag Lund"}) for name, who in sorted(known.items()) if "Bo Ek" in who}

    assert mine
    assert handed_over(village) == mine
    assert list(handed_over(village)) == list(mine)


def test_nothing_in_it_measures_anybody(village):
    found = leavers.handover(village.graph, village.settings, Target(uri=DAG), day=TODAY)

    assert found.keys() == {"id", "name", "until", "contacts"}
    assert {name for one in found["contacts"] for name in one} == {"id", "name", "company", "known_by"}


def test_whoever_left_hands_over_until_it_is_deleted(village):
    assert handed_over(village, DAG)

    jobs.run(
        village.graph, "forget", lambda lease: (leavers.purge(village.graph, lease, day=TODAY, days=0), 0), day=TODAY
    )

    assert handed_over(village, DAG) == {}


def test_nobody_else_hands_over_and_nobody_who_is_off_or_unknown(village):
    for uri, day in ((BO, 2**20), (BO, TODAY + leavers.SOON + 1)):
        leave(village, uri, day=day)
        with pytest.raises(Forbidden):
            handed_over(village, uri)
    leave(village, day=TODAY + leavers.SOON)
    assert handed_over(village)

    sharing.off(village.graph, village.settings, BO, now=NOON)
    for uri in (BO, "mailto:lea@kund.example", "mailto:nobody@nowhere.example"):
        with pytest.raises(NotFound):
            handed_over(village, uri)


def test_neither_who_is_off_nor_a_vetoed_tie_is_in_it(village):
    leave(village)
    before = handed_over(village)
    vetoed, off = (name for name, others in list(before.items())[:2])
    ids = {one["name"]: one["id"] for one in contacts(village)}
    veto(village.graph, village.key(BO[7:]), ids[vetoed], wanted=True, day=TODAY)
    sharing.off(village.graph, village.settings, uri_of(village, ids[off]), now=NOON)

    assert handed_over(village) == {name: others for name, others in before.items() if name not in (vetoed, off)}


def test_another_colleague_who_is_off_or_vetoed_the_tie_knows_nobody(village):
    leave(village)
    before = handed_over(village)
    first, others = next((name, others) for name, others in before.items() if others)
    uri = f"mailto:{others[0].split()[0].lower()}@nord.example"
    contact = next(one["id"] for one in contacts(village) if one["name"] == first)
    veto(village.graph, village.key(uri[7:]), contact, wanted=True, day=TODAY)
    assert handed_over(village)[first] == others[1:]

    sharing.off(village.graph, village.settings, uri, now=NOON)
    assert all(others[0] not in left for left in handed_over(village).values())


def contacts(lab):
    return leavers.handover(lab.graph, lab.settings, Target(uri=BO), day=TODAY)["contacts"]


def uri_of(lab, person):
    return next(row["uri"] for row in lab.query("names") if row["id"] == person)


def test_the_command_shows_it_and_says_who_may_be_asked_for(village):
    leave(village)
    wkw = program_of(village)

    said = wkw("handover", BO[7:])
    told = json.loads(wkw("handover", BO[7:], "--json").out)
    assert [one["name"] for one in told["contacts"]] == list(handed_over(village))
    assert said.out.startswith("Contacts of Bo Ek, gone from ")
    assert all(one["name"] in said.out for one in told["contacts"])
    refused = wkw("handover", "anna@nord.example")
    assert (refused.code, "Write their last day into the directory" in refused.err) == (1, True)
