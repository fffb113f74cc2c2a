"""The directory says who is a colleague and which addresses are one person's, before or after the mail."""

import pytest
from lab import TODAY, village_records

from wkw import people
from wkw.errors import Ambiguous, Forbidden, InputError
from wkw.model import Event, Listing

pytestmark = pytest.mark.both_lines
DAY = 86_400_000


def listing(address, kind="contact", **more):
    return Listing(address=f"mailto:{address}", kind=kind, **more)


def load(lab, *listings):
    return people.load(lab.graph, lab.settings, list(listings), day=TODAY)


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
    anna = people.colleague_key(village.graph, day=TODAY, name="anna berg")

    assert anna == village.key("anna@nord.example")
    with pytest.raises(Forbidden):
        people.colleague_key(village.graph, day=TODAY, name="Lea Sand")
    with pytest.raises(Forbidden):
        people.colleague_key(village.graph, day=TODAY, name="Dag Lund")
    village.query("rename", uri="mailto:bo@nord.example", called="Anna Berg", folded_name="anna berg")
    with pytest.raises(Ambiguous):
        people.colleague_key(village.graph, day=TODAY, name="Anna Berg")
