"""Which addresses are one person's can be said and taken back; no interaction moves, an opt-out covers all of them."""

import pytest
from lab import NOON, TODAY
from program import program_of
from test_strength import ANNA, BO, LEA, MATS, mail

from wkw import identity, sharing
from wkw.errors import Ambiguous, InputError, NotFound
from wkw.interactions import DAY
from wkw.lookup import Question, lookup
from wkw.model import Event, Target

PIA, FRIDA, HOME = "mailto:pia@fjord.example", "mailto:frida@freemail.example", "mailto:lea.sand@home.example"


def merge(lab, one, other):
    one, other = (who if isinstance(who, Target) else Target(uri=who) for who in (one, other))
    done = identity.merge(lab.graph, lab.settings, one, other, day=TODAY)
    if done:
        sharing.spread(lab.graph, lab.settings, done, now=NOON)
    return done


def unmerge(lab, uri):
    identity.unmerge(lab.graph, lab.settings, uri, day=TODAY)


def person(lab, uri):
    (row,) = [row for row in lab.query("names") if row["uri"] == uri]
    return row


def ask(lab, uri, asker="cia@nord.example"):
    answer = lookup(lab.graph, lab.settings, Question(Target(uri=uri), lab.key(asker), TODAY))
    return {one.name: round(one.tie.strength * 100) for one in answer.introducers}


# ---- merge ----


@pytest.mark.both_lines
def test_a_merged_person_is_known_by_whoever_knew_one_of_them_and_no_interaction_moves(village):
    edges = village.state()["interactions"]
    merge(village, LEA, PIA)

    # Eva had mail or meetings with Lea and with Pia on different days, so her sums add up.
    total = sum(4 * p / (1 - p) for p in (0.261226, 0.511291))
    expected = {"Anna Berg": 62, "Eva Noor": round(100 * total / (total + 4)), "Bo Ek": 24}
    assert ask(village, PIA) == ask(village, LEA) == expected
    assert village.state()["interactions"] == edges


@pytest.mark.both_lines
def test_an_unmerge_takes_a_merge_back(village):
    before = village.state()
    merge(village, LEA, PIA)
    unmerge(village, PIA)

    assert village.state() == before
    assert (person(village, LEA)["company"], person(village, PIA)["company"]) == ("Kund", "Fjord")


@pytest.mark.both_lines
def test_a_merge_and_an_unmerge_carried_out_twice_as_a_driver_does_after_a_cut_commit_are_done_once(village):
    merge(village, LEA, PIA)
    state = village.state()
    assert merge(village, LEA, PIA) == []
    assert village.state() == state

    part = {"key": village.key("pia@fjord.example"), "id": "f" * 24, "own": False, "company": None, "domains": []}
    for _ in range(2):
        assert village.graph.row("identity/part", **part, day=TODAY, small_meeting=0.28) is not None
    assert person(village, PIA)["id"] == "f" * 24
    assert person(village, LEA)["id"] != "f" * 24


def test_the_newest_name_stays_and_what_one_lacks_the_other_gives(village):
    merge(village, PIA, "mailto:ola@fjord.example")

    (held,) = village.query("person", key=village.key("pia@fjord.example"))
    assert (held["facts"]["name"], held["facts"]["title"]) == ("Ola Vik", "Managing director")


def test_a_private_address_joins_its_colleague(village):
    merge(village, FRIDA, ANNA)

    assert "Colleague" in person(village, FRIDA)["labels"]
    with pytest.raises(NotFound):
        ask(village, FRIDA)


def test_an_address_that_nobody_has_becomes_the_others(village):
    merge(village, LEA, HOME)
    village.ingest([mail(1, BO, (HOME,), TODAY - 1), mail(2, HOME, (BO,), TODAY - 1)])

    assert person(village, HOME)["name"] == "Lea Sand"
    assert ask(village, LEA)["Bo Ek"] > 24


def test_a_person_may_be_named_by_an_id_or_a_name_that_one_person_has(village):
    merge(village, Target(name="lea sand"), Target(id=person(village, PIA)["id"]))

    assert person(village, LEA)["id"] == person(village, PIA)["id"]


def test_a_name_of_several_people_is_never_guessed(village):
    village.query("rename", uri=MATS, called="Lea Sand", folded_name="lea sand")

    with pytest.raises(Ambiguous) as refused:
        merge(village, Target(name="Lea Sand"), PIA)
    assert [found["company"] for found in refused.value.candidates] == ["Kund", "Kund"]


def test_the_same_twice_and_nobody_are_refused(village):
    with pytest.raises(InputError, match="the same"):
        merge(village, LEA, LEA)
    for nobody in (Target(name="Nobody Known"), Target(id="0" * 24)):
        with pytest.raises(NotFound):
            merge(village, nobody, LEA)


# ---- sharing ----


@pytest.mark.both_lines
@pytest.mark.parametrize("closed_first", [True, False])
def test_whoever_is_merged_with_an_address_that_opted_out_is_gone_too(village, closed_first):
    sharing.off(village.graph, village.settings, HOME, now=NOON)
    merge(village, *((HOME, LEA) if closed_first else (LEA, HOME)))

    keys = [village.key(address) for address in ("lea@kund.example", "crm:dynamics:1001", "lea.sand@home.example")]
    for row in village.query("remains", keys=keys):
        assert (row["sharing"], row["uri"], row["people"], row["interactions"]) == (False, None, 0, 0)
    assert "Lea Sand" not in repr(village.query("everything"))


def test_an_opt_out_covers_every_address_of_a_merged_person(village):
    merge(village, LEA, PIA)
    sharing.off(village.graph, village.settings, PIA, now=NOON)

    assert not sharing.state(village.graph, village.settings, LEA)
    assert "Lea Sand" not in repr(village.query("everything"))


@pytest.mark.parametrize("other", ["lea@kund.example", "anna@nord.example", "somebody@else.example"])
def test_an_address_that_opted_out_and_one_never_seen_are_told_apart_by_no_word(village, other):
    program = program_of(village)
    program("sharing", "off", "cia@nord.example")
    said = []
    for address in ("cia@nord.example", "never.seen@nord.example"):
        tried = ("unmerge", address), ("merge", address, other), ("merge", other, address)
        said.append([program(*words) for words in tried])
        village.query("wipe")
        village.load_village()

    assert [done.code for done in said[0]] == [1, 0, 0]
    assert said[0] == said[1]


# ---- unmerge ----


@pytest.mark.both_lines
def test_an_address_that_is_parted_is_a_colleagues_where_its_domain_is_an_own_one(village):
    unmerge(village, "mailto:eva.noor@nord.example")

    row = person(village, "mailto:eva.noor@nord.example")
    assert (row["name"], "Colleague" in row["labels"]) == (None, True)
    assert person(village, "mailto:eva@nord.example")["name"] == "Eva Noor"
    assert "Eva Noor" not in ask(village, LEA)  # she was answered at the other address


def test_only_one_of_several_addresses_can_be_parted(village):
    sharing.off(village.graph, village.settings, MATS, now=NOON)
    said = set()
    for uri in (PIA, MATS, HOME):
        with pytest.raises(NotFound) as refused:
            unmerge(village, uri)
        said.add(str(refused.value))

    assert len(said) == 1


def test_a_folded_share_goes_with_its_address_and_is_still_a_connection(lab):
    lab.load_people()
    lab.ingest([mail(1, BO, (LEA,), TODAY - 30), mail(2, LEA, (BO,), TODAY - 30)])
    lab.ingest([mail(3, BO, (HOME,), TODAY - 30), mail(4, HOME, (BO,), TODAY - 30)])
    merge(lab, LEA, HOME)
    lab.forget(retention=21)
    unmerge(lab, HOME)

    assert ask(lab, HOME) == ask(lab, LEA)
    assert list(ask(lab, HOME)) == ["Bo Ek"]


def test_a_merge_leaves_no_tie_of_either_that_nothing_is_behind_any_more(lab):
    lab.load_people()
    for who in (ANNA, BO):
        lab.ingest([Event(who, (TODAY - 30) * DAY, "meeting", who, (MATS,), 1, "box", cancelled=True)])
    lab.forget(retention=21)  # what was called off leaves nothing
    assert len(lab.query("ties")) == 2

    merge(lab, ANNA, BO)

    assert lab.query("ties") == []


# ---- companies ----


@pytest.mark.parametrize("pair", [(LEA, PIA), (PIA, LEA)])
def test_of_two_companies_that_of_whom_was_last_in_touch_stays_open_and_an_unmerge_opens_the_other_again(village, pair):
    merge(village, *pair)

    works = {(row["company"], row["until"]) for row in village.query("firms") if row["uri"] == LEA}
    assert works == {("Kund", None), ("Fjord", TODAY)}  # with Lea on 05-30, with Pia on 05-26

    unmerge(village, LEA)
    works = {(row["uri"], row["company"], row["until"]) for row in village.query("firms")}
    assert {work for work in works if work[0] in (LEA, PIA)} == {(LEA, "Kund", None), (PIA, "Fjord", None)}


def test_a_colleague_works_at_no_company_of_merged_contacts_who_do_so_again_when_parted(village):
    def works():
        rows = village.query("firms")
        return {(row["uri"], row["company"], row["until"]) for row in rows if row["uri"] in (ANNA, LEA, PIA)}

    merge(village, ANNA, LEA)
    merge(village, ANNA, PIA)
    assert works() == {(uri, firm, TODAY) for uri in (ANNA, LEA, PIA) for firm in ("Kund", "Fjord")}

    unmerge(village, LEA)
    assert works() == {(LEA, "Kund", None), (ANNA, "Fjord", TODAY), (PIA, "Fjord", TODAY)}
