"""Of whom wkw knows it tells where from, and when somebody outside was told so: as long as it knows them, no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON, TODAY, VILLAGE
from outsiders import ANNA, LATER, LEA, approve, ask, erased
from program import program_of

from wkw import exclusions, identity, jobs, leavers, people, rights, sharing
from wkw.batches import Edge, parameters
from wkw.model import Event, Listing, Target, date_of

KIM, HOME = "mailto:kim@kund.example", "mailto:kim@home.example"
DAY = 86_400_000


def mail(number, source, to=KIM, sender=f"mailto:{ANNA}", at=NOON - DAY):
    return Event(f"mid:{source}{number}", at, "email", sender, (to,), 1, source)


def listed(lab, *uris, kind="contact", directory=True, **more):
    first, *others = uris
    told = [Listing(first, kind, aliases=tuple(others), **more)]
    return people.load(lab.graph, lab.settings, told, day=TODAY, directory=directory)


def merge(lab, one, other):
    identity.merge(lab.graph, lab.settings, Target(uri=one), Target(uri=other), day=TODAY)


def source(lab, uri):
    [row] = lab.query("address", key=lab.key(uri))
    return row["facts"].get("source")


def noticed(lab, uri):
    [row] = lab.query("person", key=lab.key(uri))
    return row["facts"].get("noticed")


def about(lab, uri):
    return rights.everything(lab.graph, lab.settings, lab.key(uri), day=TODAY)["about"]


# ---- source ----


@pytest.mark.both_lines
def test_the_first_source_stays_whatever_tells_of_the_address_later(lab):
    lab.ingest([mail(1, "mail", at=NOON - DAY)])
    lab.ingest([mail(1, "mail"), mail(2, "calendar", at=NOON - 2 * DAY)])
    listed(lab, KIM, HOME)
    listed(lab, KIM, HOME, source="crm:plain")

    assert (source(lab, KIM), source(lab, HOME)) == ("mail", "directory")
    assert source(lab, f"mailto:{ANNA}") == "mail"


def test_whom_the_directory_knew_before_any_mail_is_known_from_there(lab):
    listed(lab, KIM)
    lab.ingest([mail(1, "mail")])

    assert source(lab, KIM) == "directory"


def test_whom_a_crm_lists_is_known_from_it(lab):
    assert program_of(lab)("ingest", "crm", VILLAGE / "crm").code == 0

    assert {source(lab, uri) for uri in LEA} == {"crm:dynamics"}


@pytest.mark.both_lines
def test_each_address_keeps_its_source_through_a_merge_and_an_unmerge(lab):
    lab.ingest([mail(1, "mail"), mail(2, "calendar", HOME)])
    before = [source(lab, uri) for uri in (KIM, HOME)]

    merge(lab, KIM, HOME)
    assert [source(lab, uri) for uri in (KIM, HOME)] == before
    identity.unmerge(lab.graph, lab.settings, HOME, day=TODAY)

    assert [source(lab, uri) for uri in (KIM, HOME)] == before == ["mail", "calendar"]


def test_an_address_that_a_merge_or_a_row_of_several_people_brings_is_known_from_there(lab):
    lab.ingest([mail(1, "mail"), mail(2, "calendar", HOME)])
    merge(lab, KIM, "mailto:kim@third.example")
    listed(lab, KIM, HOME, "mailto:kim@fourth.example")

    assert source(lab, "mailto:kim@third.example") == "merge"
    assert source(lab, "mailto:kim@fourth.example") == "directory"
    assert (source(lab, KIM), source(lab, HOME)) == ("mail", "calendar")


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda ends: ends[0] < ends[1]), min_size=1))
def test_of_one_batch_what_was_read_first_is_the_source(pairs):
    edges = [Edge(str(a), str(b), True, str(n), {"source": f"s{n}"}, n) for n, (a, b) in enumerate(pairs)]
    uris = {str(n): f"mailto:{n}@kund.example" for n in range(5)}

    told = parameters(sorted(edges), uris, frozenset(), {})["addresses"]

    first = {key: next(f"s{n}" for n, ends in enumerate(pairs) if int(key) in ends) for key in {x["key"] for x in told}}
    assert {x["key"]: x["source"] for x in told} == first


# ---- noticed ----


@pytest.mark.both_lines
def test_the_day_of_the_notice_stays_until_the_directory_tells_another_one(lab):
    listed(lab, KIM, noticed_day=TODAY - 9)
    lab.ingest([mail(1, "mail")])
    listed(lab, KIM)
    assert noticed(lab, KIM) == TODAY - 9

    listed(lab, KIM, noticed_day=TODAY - 3)
    assert noticed(lab, KIM) == TODAY - 3


def test_a_plan_counts_whose_day_of_the_notice_changes_and_nobody_whose_cell_is_empty(lab):
    listed(lab, KIM, noticed_day=TODAY - 9)

    def plan(**more):
        found = people.plan(lab.graph, lab.settings, [Listing(KIM, "contact", **more)])
        return found.changed, found.unchanged

    assert (plan(), plan(noticed_day=TODAY - 9), plan(noticed_day=TODAY - 3)) == ((0, 1), (0, 1), (1, 0))


@pytest.mark.both_lines
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("days", "earlier"), [((9, 3), 9), ((3, 9), 9), ((9, None), 9), ((None, 3), 3), ((None, None), None)]
)
def test_of_two_who_are_one_the_earlier_notice_counts(lab, days, earlier, turned):
    for uri, ago in zip((KIM, HOME), days, strict=True):
        listed(lab, uri, noticed_day=None if ago is None else TODAY - ago)

    merge(lab, *((HOME, KIM) if turned else (KIM, HOME)))

    expected = None if earlier is None else TODAY - earlier
    assert (noticed(lab, KIM), noticed(lab, HOME)) == (expected, expected)


def test_of_a_parted_address_nobody_knows_that_there_was_a_notice(lab):
    listed(lab, KIM, HOME, noticed_day=TODAY - 9)

    identity.unmerge(lab.graph, lab.settings, HOME, day=TODAY)

    assert (noticed(lab, KIM), noticed(lab, HOME)) == (TODAY - 9, None)


# ---- both are told, and go ----


def test_access_tells_both_and_every_other_fact_that_a_scan_finds(village):
    told = [Listing(f"mailto:{LEA[0]}", "lead", noticed_day=TODAY - 9)]
    people.load(village.graph, village.settings, told, day=TODAY, directory=False)

    found = about(village, LEA[0])

    assert found["person"]["noticed"] == date_of(TODAY - 9).isoformat()
    assert {one["source"] for one in found["addresses"]} == {"directory"}
    assert about(village, "pia@fjord.example")["person"]["noticed"] is None
    [scan] = village.query("held", key=village.key(LEA[0]))
    assert scan["person"].keys() <= found["person"].keys()
    for one in scan["addresses"]:
        assert one["facts"].keys() - {"key", "uri", "sharing"} <= found["addresses"][0].keys()


@pytest.mark.both_lines
def test_the_gate_alone_takes_both_away_before_anything_is_purged(lab):
    listed(lab, KIM, noticed_day=TODAY - 9)
    keys = lab.key(KIM)

    sharing.close(lab.graph, lab.settings, keys, now=NOON, by="self")

    assert (source(lab, KIM), noticed(lab, KIM)) == (None, None)


def test_an_address_learned_after_the_gate_closed_loses_its_source_by_the_purge(lab):
    listed(lab, KIM, HOME)
    lab.query("close_only", key=lab.key(KIM))  # the gates were listed before the directory told of the other address

    lab.graph.row("sharing/purge", key=lab.key(KIM), day=TODAY, limit=10)

    assert (source(lab, KIM), source(lab, HOME)) == (None, None)


def test_an_address_that_is_closed_by_joining_one_that_is_has_neither(lab):
    listed(lab, KIM, noticed_day=TODAY - 9)
    listed(lab, HOME)
    sharing.off(lab.graph, lab.settings, HOME, now=NOON)

    merge(lab, KIM, HOME)

    assert (source(lab, KIM), noticed(lab, KIM)) == (None, None)


def test_a_row_that_names_a_closed_address_takes_the_source_of_its_others_too(lab):
    listed(lab, KIM)
    sharing.off(lab.graph, lab.settings, HOME, now=NOON)

    listed(lab, KIM, HOME)

    assert source(lab, KIM) is None


def test_whoever_comes_back_is_known_from_where_they_are_met_then(lab):
    listed(lab, KIM, noticed_day=TODAY - 9)
    request = ask(lab, address=KIM)
    approve(lab, request, KIM)
    sharing.finish(lab.graph, lab.settings, now=LATER.now)
    sharing.on(lab.graph, lab.settings, lab.key(KIM), now=LATER.now + 1, by="self")

    lab.ingest([mail(1, "calendar", at=LATER.now + 2)], now=LATER.now + 3)

    assert (source(lab, KIM), noticed(lab, KIM)) == ("calendar", None)


def test_after_an_erasure_the_directory_brings_neither_back(village):
    listed(village, f"mailto:{LEA[0]}", kind="lead", noticed_day=TODAY - 9, directory=False)
    erased(village)

    village.load_people()
    listed(village, f"mailto:{LEA[0]}", kind="lead", noticed_day=TODAY - 9, directory=False)

    assert {source(village, uri) for uri in LEA} == {None}
    assert [row for row in village.query("everything") if "noticed" in row["facts"]] == []


def test_an_address_that_a_rule_makes_nobodys_keeps_no_source_where_a_request_is_about_it(village):
    ask(village, address=LEA[0])
    rule = exclusions.Rule("address", village.key(LEA[0]))
    exclusions.add(village.graph, village.settings, rule)

    exclusions.purge(village.graph, village.settings, [rule], day=TODAY)

    assert source(village, LEA[0]) is None


def test_of_a_leaver_who_had_been_a_contact_neither_is_left_nor_comes_back_before_a_new_term(lab):
    listed(lab, KIM, noticed_day=TODAY - 9)
    listed(lab, KIM, kind="colleague", until_day=TODAY - 1)
    assert (source(lab, KIM), noticed(lab, KIM)) == ("directory", TODAY - 9)

    jobs.run(lab.graph, "forget", lambda lease: (leavers.purge(lab.graph, lease, day=TODAY, days=1), 0), day=TODAY)
    assert (source(lab, KIM), noticed(lab, KIM)) == (None, None)
    listed(lab, KIM, noticed_day=TODAY - 9)
    lab.ingest([mail(1, "mail")])

    assert (source(lab, KIM), noticed(lab, KIM)) == (None, None)
    listed(lab, KIM, kind="colleague", first_day=TODAY)
    assert source(lab, KIM) == "directory"
