"""What people outside may ask: they are hidden, or erased, by two who are not one person."""

import pytest
from lab import NOON, TODAY, village_records
from outsiders import (
    ANNA,
    BO,
    EVA,
    LATER,
    LEA,
    NOOR,
    approve,
    ask,
    erased,
    nothing_is_left,
    shown,
    who,
    withdraw,
)

from wkw import exclusions, identity, rights, sharing
from wkw.errors import Forbidden, InputError, NotFound
from wkw.exposure import held
from wkw.ledger import ledger
from wkw.lookup import targets
from wkw.model import Target
from wkw.moment import Moment

# ---- one asks, another one approves ----


@pytest.mark.both_lines
def test_an_erasure_that_another_approved_leaves_bare_keys_of_all_addresses(village):
    request = erased(village)

    assert nothing_is_left(village, *LEA)
    assert not shown(village)
    for word in ("Lea", "lea@kund", "46846500401", "1001"):
        assert word not in repr(village.query("everything"))
    receipt = rights.receipt(village.settings, request)
    assert (receipt.by, receipt.state, receipt.addresses, receipt.people) == ("admins", "completed", 3, 1)
    assert receipt.interactions > 0
    assert rights.as_data(village.settings, request, now=NOON)["state"] == "done"


@pytest.mark.parametrize("address", LEA)
def test_the_ids_in_the_crm_are_told_whatever_the_person_is_named_by(village, address):
    assert who(village, address).crm == ["crm:dynamics:1001"]


def test_nothing_happens_before_another_one_approves(village):
    before = village.state()

    request = ask(village)

    assert village.state() == before
    assert shown(village)
    assert rights.as_data(village.settings, request, now=NOON)["state"] == "asked"
    assert rights.receipt(village.settings, request) is None


@pytest.mark.parametrize(("asker", "approver"), [(ANNA, ANNA), (EVA, NOOR), (NOOR, EVA)])
def test_whoever_asked_does_not_approve_under_any_of_their_addresses(village, asker, approver):
    request = ask(village, by=asker)

    with pytest.raises(Forbidden, match="You asked for this yourself"):
        approve(village, request, by=approver)

    assert shown(village)


def test_nor_do_they_once_they_opted_out_and_nobody_is_known_behind_their_addresses(village):
    request = ask(village, by=EVA)
    sharing.off(village.graph, village.settings, f"mailto:{EVA}", now=NOON)

    with pytest.raises(Forbidden):
        approve(village, request, by=NOOR)


def test_nor_do_they_after_a_rule_about_their_address(village):
    request = ask(village, by=ANNA)
    rule = exclusions.Rule("address", village.key(ANNA))
    exclusions.add(village.graph, village.settings, rule)
    exclusions.purge(village.graph, village.settings, [rule], day=TODAY)

    with pytest.raises(Forbidden):
        approve(village, rights.found(village.graph, request.id), by=ANNA)


def test_whoever_approves_names_whom_they_mean(village):
    request = ask(village)

    with pytest.raises(InputError) as told:
        approve(village, request, "mats@kund.example")
    assert told.value.fields.keys() == {"target"}
    assert shown(village)
    approve(village, request, "crm:dynamics:1001")
    assert not shown(village)


@pytest.mark.parametrize("address", [ANNA, NOOR, "nobody.yet@nord.example"])
def test_a_colleague_decides_alone(village, address):
    with pytest.raises(InputError) as told:
        who(village, address)

    assert (told.value.code, told.value.who) == ("colleague", "the colleague")


def test_a_colleague_who_opted_out_is_still_a_colleague_and_a_leaver_is_none(village):
    sharing.off(village.graph, village.settings, f"mailto:{EVA}", now=NOON)

    with pytest.raises(InputError):
        who(village, EVA)
    assert who(village, "dag@nord.example").person


def test_an_id_that_is_nobodys_is_no_request(village):
    with pytest.raises(NotFound):
        rights.outsider(village.graph, village.settings, Target(id="0" * 24), day=TODAY)


def test_the_same_again_while_it_is_open_is_the_same_request(village):
    request = ask(village)

    assert ask(village, address="crm:dynamics:1001", by=BO) == request
    assert ask(village, "objection").id != request.id
    assert len(rights.listed(village.graph)) == 2
    approve(village, request)
    assert ask(village).id != request.id


def test_an_approval_that_broke_off_goes_on_and_one_that_came_through_is_not_repeated(village):
    request = ask(village)
    row = village.graph.row(
        "rights/approve", id=request.id, approver=village.key(BO), now=NOON, day=TODAY,
        address_print=village.settings.address_print,
    )  # fmt: skip
    assert row
    assert shown(village)  # killed before the ledger knew

    approve(village, rights.found(village.graph, request.id))
    assert not shown(village)
    key = village.key(LEA[0])
    sharing.on(village.graph, village.settings, key, now=LATER.now + 1, by="self")
    approve(village, rights.found(village.graph, request.id), at=Moment(LATER.now + 2, TODAY))

    assert ledger(village.settings).latest(key)["kind"] == "on"  # only what is asked anew undoes it


# ---- objection ----


@pytest.mark.both_lines
def test_an_objection_hides_at_once_from_everybody_and_a_withdrawal_brings_back_as_before(village):
    before = village.state()
    facts = village.query("address", key=village.key(LEA[1]))
    ties = held(village.graph, village.settings, village.key(ANNA), day=TODAY).rows["connections"]

    request = ask(village, "objection")

    assert [shown(village, one) for one in LEA] == [False] * 3
    assert targets(village.graph, "lea", None, asker=village.key(ANNA), day=TODAY) == []
    hidden = held(village.graph, village.settings, village.key(ANNA), day=TODAY).rows["connections"]
    assert [one for one in ties if one not in hidden] == [one for one in ties if one["name"] == "Lea Sand"]
    assert village.state() == before
    withdraw(village, request)
    assert shown(village)
    assert village.query("address", key=village.key(LEA[1])) == facts
    assert rights.listed(village.graph) == []


def test_what_comes_meanwhile_is_stored_and_still_hidden(lab):
    ask(lab, "objection")

    lab.load_village()

    assert not shown(lab)
    withdraw(lab, rights.listed(lab.graph)[0])
    assert shown(lab)


def test_a_merge_and_its_undoing_hide_no_less(village):
    ask(village, "objection", "pia@fjord.example")
    two = Target(uri=f"mailto:{LEA[0]}"), Target(uri="mailto:pia@fjord.example")

    identity.merge(village.graph, village.settings, *two, day=TODAY)
    assert not shown(village)
    identity.unmerge(village.graph, village.settings, "mailto:pia@fjord.example", day=TODAY)

    assert shown(village)
    assert not shown(village, "pia@fjord.example")


def test_a_withdrawal_leaves_what_somebody_else_objected_to(village):
    one, other = ask(village, "objection"), ask(village, "erasure")

    withdraw(village, other)
    assert not shown(village)
    withdraw(village, one)
    assert shown(village)


def test_a_request_about_nobody_leaves_nothing_once_it_is_withdrawn(village):
    before = village.query("counts")

    for kind in rights.KINDS:
        withdraw(village, ask(village, kind, "nobody@nowhere.example"))

    assert village.query("counts") == before


def test_an_objection_that_was_approved_ends_as_an_erasure_does(village):
    erased(village, "objection")

    assert nothing_is_left(village, *LEA)


def test_what_was_approved_is_not_withdrawn(village):
    request = ask(village)
    approve(village, request)

    with pytest.raises(NotFound):
        withdraw(village, request)


def test_what_was_withdrawn_is_not_approved(village):
    request = ask(village)
    withdraw(village, request)

    with pytest.raises(NotFound):
        approve(village, request)
    assert shown(village)


def test_an_objection_outlives_a_rule_that_makes_nobody_of_the_address(village):
    ask(village, "objection", "pia@fjord.example")
    rule = exclusions.Rule("domain", "fjord.example")
    exclusions.add(village.graph, village.settings, rule)
    exclusions.purge(village.graph, village.settings, [rule], day=TODAY)
    assert "pia@fjord" not in repr(village.query("everything"))

    exclusions.include(village.graph, village.settings, rule)
    village.ingest(village_records())

    assert not shown(village, "pia@fjord.example", BO)
