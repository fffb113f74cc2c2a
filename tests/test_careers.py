"""A contact becomes a colleague, a colleague leaves and may come back: on each day they are what they are that day."""

import pytest
from lab import TODAY

from wkw import people
from wkw.errors import Forbidden, NotFound
from wkw.lookup import Question, lookup, targets
from wkw.model import Event, Listing, Target

DAY = 86_400_000
ANNA, BO, KIM, LEA = (
    f"mailto:{who}" for who in ("anna@nord.example", "bo@nord.example", "kim@kund.example", "lea@kund.example")
)
MAILS = [
    Event(f"mid:{n}", (TODAY - n) * DAY, "email", sender, (to,), 1, "mail", names={KIM: "Kim Ek", LEA: "Lea Sand"})
    for n, (sender, to) in enumerate([(ANNA, KIM), (KIM, ANNA), (KIM, LEA), (LEA, KIM), (ANNA, LEA), (LEA, ANNA)], 1)
]


def load(lab, address, **more):
    return people.load(lab.graph, lab.settings, [Listing(address=address, kind="colleague", **more)], day=TODAY)


def introducers(lab, target=LEA, *, day=TODAY, as_of=None):
    """Who can introduce Bo to somebody, by name; nobody where there is nobody to show."""
    try:
        found = lookup(lab.graph, lab.settings, Question(Target(uri=target), lab.key(BO[7:]), day, as_of=as_of))
    except NotFound:
        return []
    return [one.name for one in found.introducers]


def found_by_name(lab, *, day=TODAY):
    return [row["name"] for row in targets(lab.graph, "kim", None, asker=lab.key(BO[7:]), day=day)]


# ---- from a contact to a colleague ----


def test_a_contact_who_becomes_a_colleague_introduces_others_and_is_no_target_any_more(lab):
    lab.ingest(MAILS)
    assert (introducers(lab, KIM), found_by_name(lab)) == (["anna@nord.example"], ["Kim Ek"])
    assert introducers(lab) == ["anna@nord.example"]

    assert load(lab, KIM).reread == {"mail"}  # what Kim had with contacts was never stored
    lab.ingest(MAILS)

    assert (introducers(lab, KIM), found_by_name(lab)) == ([], [])
    assert introducers(lab) == ["Kim Ek", "anna@nord.example"]


def test_whoever_starts_later_is_a_target_until_the_day_before_and_an_introducer_from_that_day(lab):
    load(lab, KIM, first_day=TODAY + 3)
    people.load(lab.graph, lab.settings, [Listing(address=KIM, kind="contact")], day=TODAY)
    lab.ingest(MAILS)

    for day, there in ((TODAY + 2, False), (TODAY + 3, True)):
        assert ("Kim Ek" in introducers(lab, day=day)) == there
        assert (introducers(lab, KIM, day=day), found_by_name(lab, day=day)) == (
            ([], []) if there else (["anna@nord.example"], ["Kim Ek"])
        )


def test_the_company_of_a_contact_who_becomes_a_colleague_is_where_they_worked_before(lab):
    lab.ingest(MAILS)
    load(lab, KIM, first_day=TODAY - 2)
    load(lab, KIM, first_day=TODAY - 2)

    assert {(row["uri"], row["until"]) for row in lab.query("firms")} == {(KIM, TODAY - 2), (LEA, None)}


# ---- from a colleague to one who left ----


def test_a_colleague_who_leaves_is_there_until_the_day_before_and_hidden_from_that_day_on(lab):
    lab.ingest(MAILS)
    load(lab, ANNA, name="Anna Berg", until_day=TODAY + 2)

    assert introducers(lab, day=TODAY + 1) == introducers(lab, KIM, day=TODAY + 1) == ["Anna Berg"]
    assert introducers(lab, day=TODAY + 2) == introducers(lab, KIM, day=TODAY + 2) == []
    assert introducers(lab, ANNA, day=TODAY + 1) == introducers(lab, ANNA, day=TODAY + 2) == []
    assert found_by_name(lab, day=TODAY + 2) == []
    assert people.colleague_key(lab.graph, day=TODAY + 1, name="Anna Berg") == lab.key(ANNA[7:])
    with pytest.raises(Forbidden):
        people.colleague_key(lab.graph, day=TODAY + 2, name="Anna Berg")


def test_an_answer_as_of_a_day_before_somebody_left_still_has_them(lab):
    lab.ingest(MAILS)
    load(lab, ANNA, name="Anna Berg", until_day=TODAY - 1)

    assert introducers(lab) == []
    assert introducers(lab, as_of=TODAY - 1) == []
    load(lab, ANNA, until_day=TODAY + 1)
    assert introducers(lab, day=TODAY + 1) == []
    assert introducers(lab, day=TODAY + 1, as_of=TODAY) == ["Anna Berg"]


def test_whoever_comes_back_is_hidden_until_they_do_and_has_what_was_theirs_from_that_day(lab):
    lab.ingest(MAILS)
    ties = lab.state()["ties"]
    load(lab, ANNA, name="Anna Berg", until_day=TODAY - 9)
    lab.ingest(MAILS)
    assert lab.state()["ties"] == ties

    load(lab, ANNA, first_day=TODAY + 5)

    assert [introducers(lab, day=day) for day in (TODAY, TODAY + 4, TODAY + 5)] == [[], [], ["Anna Berg"]]
    assert lab.state()["ties"] == ties
