"""Whoever left is hidden at once, and some days later nothing of them is held, whatever comes in."""

import json

import pytest
from lab import NOON, TODAY, village_records
from program import program_of

from wkw import jobs, people, sharing
from wkw.leavers import Purged, purge
from wkw.model import Event, Listing
from wkw.vetoes import veto

DAG, LEA = "dag@nord.example", "lea@kund.example"
LEFT = 20574  # 2026-05-01, the first day that he was gone
DAY = 86_400_000


def purged(lab, *, day=TODAY, days=30):
    return jobs.run(lab.graph, "forget", lambda lease: (purge(lab.graph, lease, day=day, days=days), 0), day=day)


def held(lab):
    """All that is held of Dag: the person, the address, how many edges of it beside the one to the person."""
    [person], [address] = (lab.query(name, key=lab.key(DAG)) for name in ("person", "address"))
    return person["facts"], address["facts"], address["edges"] - 1


def load(lab, **more):
    listing = Listing(f"mailto:{DAG}", "colleague", name="Dag Lund", title="Sales", **more)
    return people.load(lab.graph, lab.settings, [listing], day=TODAY)


def mail(number, at, sender=f"mailto:{DAG}", to=f"mailto:{LEA}"):
    return Event(f"mid:dag{number}", at, "email", sender, (to,), 1, "x", names={sender: "Dag Lund"})


@pytest.mark.both_lines
def test_days_after_the_last_one_nothing_is_left_but_a_bare_address_that_was_a_colleagues(village):
    [lea] = village.query("person", key=village.key(LEA))
    veto(village.graph, village.key(DAG), lea["facts"]["id"], wanted=True, day=TODAY)
    _, _, edges = held(village)
    before = village.state()
    assert purged(village, day=LEFT + 29) == Purged()
    assert village.state() == before

    done = purged(village, day=LEFT + 30)

    person, address, left = held(village)
    assert (done.people, done.interactions, left) == (1, edges - 3, 0)  # beside the vetoes of Lea's three addresses
    assert person.keys() == {"id", "from", "until", "listed", "seen", "named_at", "purged"}
    assert address.keys() == {"key", "sharing", "collect_from", "seen"}
    assert "Dag" not in repr(village.query("everything"))
    assert purged(village) == Purged()
    others = [edge for edge in before["interactions"] if village.key(DAG) not in edge[1:3]]
    assert village.state()["interactions"] == others


def test_ties_of_others_with_each_other_stay_as_they_were(village):
    before = {tuple(map(str, tie)) for tie in village.state()["ties"]}
    purged(village)

    assert {tuple(map(str, tie)) for tie in village.state()["ties"]} < before
    assert not village.reweight(full=True).different


def test_neither_old_mail_nor_new_nor_the_directory_brings_anything_back(village):
    purged(village)
    before = held(village)

    report = village.ingest(
        [*village_records(), mail(1, NOON - DAY), mail(2, NOON - DAY, f"mailto:{LEA}", f"mailto:{DAG}")]
    )
    village.load_people()

    assert report.fates["expired"] >= 2
    assert held(village) == before
    assert "Dag" not in repr(village.query("everything"))
    assert purged(village) == Purged()


def test_a_new_term_brings_them_back_with_what_happens_from_its_first_day(village):
    purged(village)
    load(village)
    assert "name" not in held(village)[0]  # without a new first day they are the one who left

    load(village, first_day=TODAY - 2)
    report = village.ingest([mail(1, (TODAY - 3) * DAY), mail(2, (TODAY - 2) * DAY)])

    person, address, edges = held(village)
    assert (person["name"], person["title"], person["from"]) == ("Dag Lund", "Sales", TODAY - 2)
    assert (address["uri"], address["collect_from"], edges) == (f"mailto:{DAG}", (TODAY - 2) * DAY, 1)
    assert (report.fates["stored"], report.fates["expired"]) == (1, 1)
    assert purged(village) == Purged()


def test_the_job_does_it_and_says_how_much(village):
    known = program_of(village)

    told = json.loads(known("forget", "--json", WKW_RETENTION_DAYS="0").out)

    assert told["leavers"]["people"] == 1
    assert told["leavers"]["interactions"] > 0
    assert "name" not in held(village)[0]
    assert "Deleted: leavers 0, with interactions 0 and ties 0." in known("forget").out


def test_the_days_are_a_setting(village):
    known = program_of(village)

    assert json.loads(known("forget", "--json", WKW_LEAVERS_DAYS="3660").out)["leavers"]["people"] == 0


def test_a_leaver_who_switched_sharing_off_and_on_again_is_not_closed_for_ever(village):
    purged(village)
    sharing.off(village.graph, village.settings, f"mailto:{DAG}", now=NOON)
    sharing.on(village.graph, village.settings, village.key(DAG), now=NOON, by="self")

    [address] = village.query("address", key=village.key(DAG))
    assert address["facts"]["collect_from"] == NOON
