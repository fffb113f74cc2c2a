"""Nothing brings back who was erased, and nothing of them comes in while they are."""

import random
import threading
from contextlib import suppress

import pytest
from lab import NOON, TODAY, VILLAGE, village_records
from outsiders import ANNA, LATER, LEA, approve, ask, erased, nothing_is_left, shown
from program import program_of
from races import TIMES, at_once, contact, mail

from wkw import groups, identity, sharing
from wkw.errors import GraphBusy
from wkw.ingest import Ingest
from wkw.model import Listing, Target


def directory(lab):
    lab.load_people()


def batch(lab):
    lab.ingest(village_records())


def crm_export(lab):
    assert program_of(lab)("ingest", "crm", VILLAGE / "crm").code == 0


def new_address(lab):
    """The CRM knows another address of whom it calls by the same id."""
    told = Listing("mailto:lea.sand@hem.example", "lead", name="Lea Sand", crm_id="crm:dynamics:1001")
    groups.load(lab.graph, lab.settings, [told], at=LATER, directory=False, reason=lambda uri: None)


def merged(lab):
    two = Target(uri="mailto:lea@kund.example"), Target(uri="mailto:frida@freemail.example")
    sharing.spread(lab.graph, lab.settings, identity.merge(lab.graph, lab.settings, *two, day=TODAY), now=LATER.now)


def copy_put_back(lab):
    """The graph as it was before, with the ledger of now."""
    lab.empty()
    lab.load_village()
    sharing.settle(lab.graph, lab.settings, now=LATER.now)


@pytest.mark.parametrize("road", [directory, batch, crm_export, new_address, merged, copy_put_back])
def test_no_road_brings_them_back(village, road):
    erased(village)

    road(village)

    assert not shown(village)
    assert nothing_is_left(village, *LEA)
    for word in ("Lea Sand", "lea@kund", "lea.sand", "dynamics:1001"):
        assert word not in repr(village.query("everything"))


def test_back_in_is_their_own_and_only_what_happens_from_then_on(village):
    erased(village)
    sharing.on(village.graph, village.settings, village.key(LEA[0]), now=LATER.now + 1, by="self")

    fates = village.ingest(village_records()).fates

    assert fates["expired"] > 0
    assert not shown(village)
    (now,) = village.query("remains", keys=[village.key(LEA[0])])
    assert (now["sharing"], now["interactions"], now["ties"]) == (True, 0, 0)


def test_batches_that_run_while_an_erasure_is_acknowledged_leave_nothing_of_them(lab):
    dice, numbers, ended = random.Random(20606), range(12 * TIMES), threading.Event()
    lab.load_people()
    lab.ingest(mail(n, ANNA, contact(n)) for n in numbers)

    def pour():
        while not ended.is_set():
            some = [mail(dice.randrange(10**6, 10**9), ANNA, contact(n)) for n in numbers for _ in range(5)]
            with suppress(GraphBusy):
                Ingest(lab.graph, lab.settings, now=NOON).run(some)

    def erase():
        try:
            for n in numbers:
                request = ask(lab, ("erasure", "objection")[n % 2], contact(n))
                approve(lab, request, contact(n))
                assert not shown(lab, contact(n))
        finally:
            ended.set()

    at_once(erase, pour, pour, seconds=300)
    sharing.finish(lab.graph, lab.settings, now=LATER.now)

    bare = {"sharing": False, "uri": None, "people": 0, "ties": 0, "interactions": 0, "strays": 0}
    keys = [lab.key(contact(n)) for n in numbers]
    assert lab.query("remains", keys=keys) == [{"key": key, **bare} for key in keys]
