"""Whom the policy of a region keeps off is shown to nobody, at once, and comes back from then on alone."""

import pytest
from lab import NOON, TODAY, village_records
from test_groups import ANNA, EVA, eva_keys, exclude, include, is_on, listing, load

from wkw import identity, policy, sharing
from wkw.connections import person
from wkw.errors import NotFound
from wkw.model import Event
from wkw.policy import Applied
from wkw.regions import Policies, Policy, cause

BO, NEW = "mailto:bo@nord.example", "mailto:new@nord.example"
LEA = "mailto:lea@kund.example"


def put(lab, region, mode, **more):
    return policy.put(lab.graph, lab.settings, Policy(region, mode, **more), now=NOON)


def remove(lab, region, *, now=NOON):
    return policy.remove(lab.graph, lab.settings, region, now=now)


def switch(lab, to, uri=EVA, *, now=NOON):
    key = lab.key(uri[7:])
    if to == "on":
        return policy.on(lab.graph, lab.settings, key, now=now, by="self")
    done = sharing.close(lab.graph, lab.settings, key, now=now, by="self")
    sharing.finish(lab.graph, lab.settings, now=now)
    return done


def because(lab, uri=EVA):
    return sharing.because(lab.settings, lab.key(uri[7:]))


def mail(sender, *, at=NOON - 1, number=1):
    return Event(f"mid:{sender}{at}{number}", at, "email", sender, (LEA,), 1, "more")


@pytest.fixture
def regions(village):
    """The village, with Eva in Ticino and Anna in Uri; of Bo and Cia no region is known."""
    load(village, listing(region="Ticino"), listing(ANNA, region="Uri"))
    return village


# ---- off ----


@pytest.mark.both_lines
def test_where_a_region_is_off_everybody_of_it_is_gone_and_nobody_else(regions):
    put(regions, "uri", "opt_out")  # else the unknown would be off too
    load(regions, *(listing(uri, region="Uri") for uri in (BO, "mailto:cia@nord.example", "mailto:dag@nord.example")))
    before = [edge for edge in regions.state()["interactions"] if not {*edge[1:3]} & eva_keys(regions)]

    done = put(regions, "ticino", "off")

    assert (done.hidden, done.opened, done.interactions > 0) == (1, 0, True)
    assert (is_on(regions), is_on(regions, ANNA), because(regions)) == (False, True, ["policy"])
    assert "eva" not in repr(regions.query("everything")).casefold()
    assert regions.state()["interactions"] == before
    assert put(regions, "ticino", "off") == Applied()


def test_whoever_joins_a_region_that_is_off_is_hidden_before_anything_of_them_is_stored(lab):
    put(lab, "ticino", "off")
    put(lab, "uri", "opt_out")

    loaded = load(lab, listing(region="TICINO "), listing(ANNA, region="Uri"))

    assert (loaded.suppressed, loaded.stored) == (1, 1)
    assert "eva" not in repr(lab.query("everything")).casefold()
    assert lab.ingest(village_records()).fates["suppressed"] > 9


def test_whoever_moves_to_another_region_is_there_from_then_on(regions):
    put(regions, "uri", "opt_out")
    put(regions, "ticino", "off")

    assert load(regions, listing(region="Uri")).stored == 1

    assert (is_on(regions), because(regions)) == (True, [])
    assert regions.ingest([mail(EVA)]).fates == {"expired": 1}
    load(regions, listing(region="Ticino"))
    assert not is_on(regions)


def test_a_directory_that_leaves_regions_out_lets_nobody_go_and_hides_nobody(regions):
    put(regions, "uri", "opt_out")
    put(regions, "ticino", "off")

    load(regions, listing(), listing(ANNA))

    assert (is_on(regions), is_on(regions, ANNA)) == (False, True)


def test_nobody_gets_out_by_their_own_switch_while_it_is_off_and_their_choice_is_kept(regions):
    switch(regions, "off")
    load(regions, listing(region="Ticino"))
    put(regions, "ticino", "off")
    load(regions, listing(region="Ticino"))
    assert because(regions) == ["policy", "self"]

    switch(regions, "on")
    assert (is_on(regions), because(regions)) == (False, ["policy"])

    put(regions, "ticino", "opt_in")
    assert (is_on(regions), because(regions)) == (True, [])


# ---- opt in ----


def test_where_a_yes_is_asked_for_the_own_one_opens_from_then_on_and_the_own_no_closes(regions):
    put(regions, "ticino", "opt_in")
    assert (is_on(regions), because(regions)) == (False, ["policy"])

    switch(regions, "on", now=NOON + 1)
    assert (is_on(regions), because(regions)) == (True, [])
    (row,) = regions.query("address", key=regions.key("eva@nord.example"))
    assert row["facts"]["collect_from"] == NOON + 1

    switch(regions, "off")
    assert (is_on(regions), because(regions)) == (False, ["self"])
    switch(regions, "on")
    assert is_on(regions)


def test_whoever_said_yes_before_stays_where_a_yes_is_asked_for_later(regions):
    switch(regions, "off")
    switch(regions, "on")
    load(regions, listing(region="Ticino"))

    put(regions, "ticino", "opt_in")
    load(regions, listing(region="Ticino"))
    assert (is_on(regions), person(regions.graph, regions.key("eva@nord.example"))["id"] is None) == (True, False)

    put(regions, "ticino", "off")
    assert not is_on(regions)


# ---- the unknown ----


def strictest(*rows):
    return Policies(Policy(region, mode) for region, mode in rows)


@pytest.mark.parametrize(
    ("rows", "of", "mode"),
    [
        ((), None, "opt_out"),
        ((("uri", "opt_in"), ("zug", "opt_out")), None, "opt_in"),
        ((("uri", "opt_in"), ("zug", "opt_out")), "Ticino", "opt_in"),
        ((("uri", "opt_in"), ("zug", "off")), "Ticino", "off"),
        ((("uri", "off"), ("default", "opt_out")), "Ticino", "opt_out"),
        ((("uri", "off"), ("default", "opt_out")), None, "off"),
        ((("uri", "opt_out"), ("default", "off")), None, "off"),
        ((("uri", "opt_out"), ("default", "off")), " URI", "opt_out"),
    ],
)
def test_a_region_has_its_row_or_the_default_one_and_an_unknown_one_the_strictest(rows, of, mode):
    assert strictest(*rows).of(cause(of)).mode == mode


def test_whoever_is_known_by_mail_alone_is_kept_off_by_the_strictest_row(regions):
    regions.ingest([mail(NEW)])

    put(regions, "uri", "off")

    assert not any(is_on(regions, uri) for uri in (ANNA, EVA, BO, NEW))
    load(regions, listing(EVA, region="Zug"))
    assert not is_on(regions)  # no row, no default
    put(regions, "default", "opt_out")
    assert (is_on(regions), is_on(regions, NEW)) == (True, False)


@pytest.mark.both_lines
@pytest.mark.parametrize("mode", ["off", "opt_in"])
def test_whoever_comes_by_their_mail_is_kept_off_before_anything_of_them_is_stored(lab, mode):
    put(lab, "default", mode)
    told = [mail(NEW), mail(ANNA)]

    foreseen = lab.ingest(told, dry_run=True).fates
    assert lab.ingest(told).fates == foreseen == {"suppressed": 2}

    assert (because(lab, NEW), is_on(lab, NEW)) == (["policy"], False)
    assert "new@" not in repr(lab.query("everything"))
    switch(lab, "on", NEW, now=NOON + 1)
    assert is_on(lab, NEW) == (mode == "opt_in")
    later = lab.ingest([mail(NEW, at=NOON + 2)], now=NOON + 3).fates
    assert later == ({"stored": 1} if mode == "opt_in" else {"suppressed": 1})


def test_contacts_are_of_no_region(lab):
    put(lab, "default", "off")

    assert is_on(lab, LEA)
    lab.ingest([mail(ANNA)])
    assert is_on(lab, LEA)


def test_an_address_that_is_given_a_person_of_its_own_keeps_the_region(regions):
    put(regions, "ticino", "opt_out")
    put(regions, "uri", "off")

    identity.unmerge(regions.graph, regions.settings, "mailto:eva.noor@nord.example", day=TODAY)

    assert policy.apply(regions.graph, regions.settings, now=NOON) == Applied()
    assert is_on(regions, "mailto:eva.noor@nord.example")


# ---- looser ----


def test_what_is_looser_opens_from_then_on_and_never_against_ones_own_choice_or_a_group(regions):
    load(regions, listing(region="Ticino", department="Legal"), listing(ANNA, region="Ticino"))
    exclude(regions, "department:Legal")
    switch(regions, "off", ANNA)
    load(regions, listing(BO, region="Ticino"), listing(region="Ticino"), listing(ANNA, region="Ticino"))
    put(regions, "ticino", "off")
    load(regions, listing(region="Ticino"), listing(ANNA, region="Ticino"))
    assert because(regions) == ["group", "policy"]

    assert policy.put(regions.graph, regions.settings, Policy("ticino", "opt_out"), now=NOON + 1).opened > 0

    assert (because(regions), because(regions, ANNA), because(regions, BO)) == (["group"], ["self"], [])
    assert [is_on(regions, uri) for uri in (EVA, ANNA, BO)] == [False, False, True]
    assert regions.ingest([mail(BO)]).fates == {"expired": 1}
    assert regions.ingest([mail(BO, at=NOON + 2)], now=NOON + 3).fates == {"stored": 1}


def test_what_a_group_hid_is_not_opened_by_a_policy_and_the_other_way_round(regions):
    load(regions, listing(region="Ticino", department="Legal"))
    put(regions, "ticino", "off")
    exclude(regions, "department:Legal")
    load(regions, listing(region="Ticino", department="Legal"))

    include(regions, "department:Legal")
    assert because(regions) == ["policy"]
    remove(regions, "ticino")
    assert (because(regions), is_on(regions)) == ([], True)


def test_a_row_that_is_taken_away_holds_no_more_and_one_that_is_not_there_is_refused(regions):
    put(regions, "ticino", "off")

    done = remove(regions, "ticino", now=NOON + 1)

    assert (done.hidden, done.opened, is_on(regions)) == (0, 5, True)  # the unknown too
    assert regions.ingest(village_records()).fates["stored"] == 0
    with pytest.raises(NotFound, match="no policy"):
        remove(regions, "ticino")
    with pytest.raises(NotFound, match="no policy"):
        policy.policies(regions.graph).without("ticino")
