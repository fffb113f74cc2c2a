"""The directory says who is a colleague and which addresses are one person's, before or after the mail."""

from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import TODAY, village_records
from races import TIMES

from wkw import people
from wkw.connections import colleague_key
from wkw.errors import Ambiguous, Forbidden, InputError
from wkw.lookup import Question, lookup
from wkw.model import Event, Listing, Target

DAY = 86_400_000
LEA = "mailto:lea@kund.example"


def listing(address, kind="contact", **more):
    return Listing(address=f"mailto:{address}", kind=kind, **more)


def load(lab, *listings):
    return people.load(lab.graph, lab.settings, list(listings), day=TODAY)


@pytest.mark.both_lines
def test_the_directory_after_the_mail_gives_the_same_state_as_before_it(lab):
    lab.ingest(village_records())
    loaded = lab.load_people()
    after = lab.state()
    lab.query("wipe")

    lab.load_village()

    assert loaded.joined > 0
    assert after == lab.state()


def test_loading_the_directory_twice_changes_nothing(village):
    before = village.state()

    loaded = village.load_people()

    assert (loaded.joined, loaded.suppressed) == (0, 0)
    assert loaded.stored == loaded.submitted
    assert village.state() == before


@pytest.mark.both_lines
def test_a_contact_who_becomes_a_colleague_gets_their_ties(lab):
    mail = [
        Event(f"mid:{n}", (TODAY - n) * DAY, "email", f"mailto:{a}", (f"mailto:{b}",), 1, "t")
        for n, (a, b) in enumerate(
            [("anna@nord.example", "kim@free.example"), ("kim@free.example", "anna@nord.example")]
        )
    ]
    lab.ingest(mail)
    assert {(t["colleague"], t["person"]) for t in lab.query("ties")} == {
        ("mailto:anna@nord.example", "mailto:kim@free.example")
    }

    load(lab, listing("kim@free.example", "colleague", name="Kim"))

    assert ("mailto:kim@free.example", "mailto:anna@nord.example") in {
        (t["colleague"], t["person"]) for t in lab.query("ties")
    }


def test_mail_between_two_addresses_of_one_person_makes_no_tie(lab):
    lab.load_people()
    own = Event("mid:1", TODAY * DAY, "email", "mailto:eva@nord.example", ("mailto:eva.noor@nord.example",), 1, "t")

    report = lab.ingest([own])

    assert dict(report.fates) == {"excluded": 1}
    assert dict(report.reasons) == {("excluded", "one person's own addresses"): 1}
    assert lab.query("ties") == []


def test_an_address_that_two_people_claim_is_refused_and_nothing_written(lab):
    with pytest.raises(InputError, match="1 and 2"):
        load(lab, listing("a@x.example"), listing("b@x.example", aliases=("mailto:a@x.example",)))

    assert lab.state()["addresses"] == []


def test_what_the_directory_leaves_out_stays_as_it_was(lab):
    load(lab, listing("kim@x.example", "lead", name="Kim Ö", title="Buyer"))
    load(lab, listing("kim@x.example", "lead"))

    (kim,) = lab.query("person", key=lab.key("kim@x.example"))
    assert (kim["facts"]["name"], kim["facts"]["title"], kim["facts"]["lead"]) == ("Kim Ö", "Buyer", True)
    assert kim["facts"]["folded_name"] == "kim o"


def test_a_colleague_is_found_by_id_or_name_and_never_guessed(village):
    anna = colleague_key(village.graph, day=TODAY, name="anna berg")

    assert anna == village.key("anna@nord.example")
    with pytest.raises(Forbidden):
        colleague_key(village.graph, day=TODAY, name="Lea Sand")
    with pytest.raises(Forbidden):
        colleague_key(village.graph, day=TODAY, name="Dag Lund")
    village.query("rename", uri="mailto:bo@nord.example", called="Anna Berg", folded_name="anna berg")
    with pytest.raises(Ambiguous):
        colleague_key(village.graph, day=TODAY, name="Anna Berg")


# ---- what a file changes ----


def told(lab, *listings):
    """The counts of a plan that are not 0."""
    found = people.plan(lab.graph, lab.settings, list(listings))
    return {name: count for name, count in asdict(found).items() if count}


def step(lab, *listings):
    """What a plan tells, and then what came of it."""
    found = told(lab, *listings)
    load(lab, *listings)
    return found


@pytest.mark.both_lines
def test_a_plan_tells_what_changes_and_of_a_loaded_file_that_nothing_does(lab):
    kim = listing("kim@x.example", name="Kim Ek", title="Buyer")
    lab.ingest(
        [Event("mid:1", (TODAY - 1) * DAY, "email", "mailto:anna@nord.example", ("mailto:k2@x.example",), 1, "t")]
    )

    assert step(lab, kim) == {"submitted": 1, "stored": 1, "new": 1}
    assert step(lab, kim) == {"submitted": 1, "stored": 1, "unchanged": 1}
    kim = replace(kim, name="Kim Alm")
    assert step(lab, kim)["renamed"] == 1
    kim = replace(kim, title="Head")
    assert step(lab, kim)["changed"] == 1
    assert step(lab, replace(kim, aliases=("mailto:k1@x.example",)))["aliases"] == 1
    assert step(lab, replace(kim, aliases=("mailto:k1@x.example", "mailto:k2@x.example")))["joined"] == 1
    assert step(lab, kim)["unlisted"] == ["mailto:k1@x.example", "mailto:k2@x.example"]
    assert len({row["id"] for row in lab.query("names") if "@x.example" in row["uri"]}) == 1


def test_a_plan_writes_nothing_and_says_what_loading_says(village):
    before = village.query("everything")
    listings = [listing("pia@fjord.example", aliases=("mailto:frida@freemail.example",)), listing("new@x.example")]
    found = people.plan(village.graph, village.settings, listings)
    assert village.query("everything") == before

    loaded = load(village, *listings)
    assert (found.stored, found.joined, found.suppressed) == (loaded.stored, loaded.joined, loaded.suppressed)


def test_a_leaver_is_told_and_hidden_at_once_from_the_day_they_are_gone(village):
    bo = listing("bo@nord.example", "colleague", name="Bo Ek", until_day=TODAY)
    assert step(village, bo)["leavers"] == 1

    answer = lookup(village.graph, village.settings, Question(Target(uri=LEA), village.key("anna@nord.example"), TODAY))
    assert "Bo Ek" not in [one.name for one in answer.introducers]


def test_who_is_missing_stays_and_a_file_that_lacks_more_than_half_of_a_kind_is_wrong(lab):
    staff = [listing(f"c{n}@nord.example", "colleague") for n in range(4)]
    guests = [listing(f"k{n}@x.example") for n in range(4)]
    load(lab, *staff, *guests)
    state = lab.state()

    half = people.plan(lab.graph, lab.settings, [*staff, *guests[:2]])
    less = people.plan(lab.graph, lab.settings, [*staff, guests[0]])
    other_kind = people.plan(lab.graph, lab.settings, staff)
    none_of_them = people.plan(lab.graph, lab.settings, [listing("c9@nord.example", "colleague")])

    assert [(p.missing, p.wrong) for p in (half, less, other_kind, none_of_them)] == [
        (2, []), (3, ["contacts"]), (0, []), (4, ["colleagues"]),
    ]  # fmt: skip
    load(lab, guests[0])
    assert lab.state() == state


def test_what_is_no_directory_makes_nobody_missing(lab):
    people.load(lab.graph, lab.settings, [listing(f"k{n}@x.example") for n in range(4)], day=TODAY, directory=False)

    assert people.plan(lab.graph, lab.settings, [listing("k0@x.example")]).missing == 0


def test_a_role_mailbox_is_nobody_and_counted_with_its_reason(lab):
    shared = listing("info@x.example"), listing("kim@x.example", aliases=("mailto:noreply@x.example",))
    loaded = load(lab, *shared)

    assert (loaded.submitted, loaded.stored) == (2, 1)
    assert (dict(loaded.excluded), dict(loaded.left_out)) == ({"role": 1}, {"robot": 1})
    assert told(lab, *shared)["excluded"] == {"role": 1}
    assert [row["uri"] for row in lab.query("names")] == ["mailto:kim@x.example"]


# ---- companies ----


def firms(lab):
    """Who works where, whether still or from when until when, and which domains are one company's."""
    rows = lab.query("firms")
    return {(row["uri"], row["company"], tuple(row["domains"]), row["from"], row["until"]) for row in rows}


def test_a_new_company_closes_the_one_before_and_the_tie_stays(village):
    ties = village.state()["ties"]
    lea = listing("lea@kund.example", "lead", domain="fjord.example", company="Fjord", first_day=TODAY - 9)

    assert step(village, lea)["moved"] == 1
    assert step(village, lea)["unchanged"] == 1
    assert {row[1:] for row in firms(village) if row[0] == LEA} == {
        ("Kund", ("kund.example",), None, TODAY - 9),
        ("Fjord", ("fjord.example",), TODAY - 9, None),
    }
    answer = lookup(village.graph, village.settings, Question(Target(uri=LEA), village.key("anna@nord.example"), TODAY))
    assert answer.target["company"]["name"] == "Fjord"
    assert village.state()["ties"] == ties


def test_the_same_files_in_the_same_order_a_second_time_change_nothing(lab):
    files = [[listing("kim@a.example", domain=f"{name}.example", company=name.upper())] for name in "abca"]
    for file in files:
        load(lab, *file)
    before = firms(lab)
    for file in files:
        load(lab, *file)

    assert firms(lab) == before
    assert [company for _, company, _, _, until in before if until is None] == ["A"]


@settings(max_examples=10 * TIMES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)))
def test_subsidiaries_and_renames_are_the_same_in_any_order_of_rows(lab, order):
    lab.query("wipe")
    load(lab, *(listing(f"k{n}@{name}.example") for n, name in enumerate("abcdef")))
    ids = {row["id"] for row in lab.query("firms")}
    named = ["Alfa", "Alfa", "Beta", "Beta", "Alfa", None]
    rows = [listing(f"k{n}@{name}.example", company=named[n]) for n, name in enumerate("abcdef")]

    load(lab, *(rows[n] for n in order))

    alfa, beta = ("a.example", "b.example", "e.example"), ("c.example", "d.example")
    assert {row[1:3] for row in firms(lab)} == {("Alfa", alfa), ("Beta", beta), ("f.example", ("f.example",))}
    found = lab.query("firms")
    assert len({row["id"] for row in found}) == lab.query("firm_count")[0]["firms"] == 3
    assert {row["id"] for row in found} <= ids


def test_free_mail_gives_no_company(lab):
    load(lab, listing("kim@gmail.com", company="Google", domain="gmail.com"))

    assert firms(lab) == set()
