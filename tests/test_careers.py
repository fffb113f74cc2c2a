"""A contact becomes a colleague, a colleague leaves and may come back: on each day they are what they are that day."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY
from races import TIMES

from wkw import people
from wkw.connections import colleague_key
from wkw.errors import Forbidden, NotFound
from wkw.lookup import Question, lookup, targets
from wkw.model import Event, Listing, Target

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes
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


KIM_HERE = "mailto:kim@nord.example"
PEOPLE = [ANNA, BO, KIM, LEA, KIM_HERE]
histories = st.lists(
    st.builds(
        # One id is one mail or one meeting: what says both is counted from one side or the other.
        lambda n, back, channel, who: Event(
            f"{channel}:{n}", NOON - back * DAY, channel, who[0], tuple(who[1:]), 2, "mail"
        ),
        st.integers(0, 9),
        st.integers(0, 3),
        st.sampled_from(["email", "meeting", "call"]),
        st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=6 * TIMES, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories, second=st.booleans())
def test_when_the_directory_comes_does_not_matter_once_the_sources_were_read_again(lab, events, second):
    kims = {lab.key(uri[7:]) for uri in (KIM, KIM_HERE)}

    def read(*steps):
        lab.query("wipe")
        for step in steps:
            step()
        state = lab.state()
        # What was between two addresses that are one person's now stays, for an unmerge, and is behind no tie.
        return state | {"interactions": [edge for edge in state["interactions"] if not {*edge[1:3]} <= kims]}

    def directory():
        load(lab, KIM, aliases=(KIM_HERE,) if second else ())

    def sources():
        lab.ingest(events)

    known = read(directory, sources)

    assert read(sources, directory, sources) == known
    assert read(sources, directory, sources, directory, sources) == known


# ---- from a colleague to one who left ----


def test_a_colleague_who_leaves_is_there_until_the_day_before_and_hidden_from_that_day_on(lab):
    lab.ingest(MAILS)
    load(lab, ANNA, name="Anna Berg", until_day=TODAY + 2)

    assert introducers(lab, day=TODAY + 1) == introducers(lab, KIM, day=TODAY + 1) == ["Anna Berg"]
    assert introducers(lab, day=TODAY + 2) == introducers(lab, KIM, day=TODAY + 2) == []
    assert introducers(lab, ANNA, day=TODAY + 1) == introducers(lab, ANNA, day=TODAY + 2) == []
    assert found_by_name(lab, day=TODAY + 2) == []
    assert colleague_key(lab.graph, day=TODAY + 1, name="Anna Berg") == lab.key(ANNA[7:])
    with pytest.raises(Forbidden):
        colleague_key(lab.graph, day=TODAY + 2, name="Anna Berg")


def test_an_answer_as_of_a_day_before_somebody_left_still_has_them(lab):
    lab.ingest(MAILS)
    load(lab, ANNA, name="Anna Berg", until_day=TODAY - 1)

    assert introducers(lab) == []
    assert introducers(lab, as_of=TODAY - 1) == []
    load(lab, ANNA, until_day=TODAY + 1)
    assert introducers(lab, day=TODAY + 1) == []
    assert introducers(lab, day=TODAY + 1, as_of=TODAY) == ["Anna Berg"]


def test_a_contact_who_became_a_colleague_and_left_is_in_no_answer_any_more(lab):
    lab.ingest(MAILS)
    load(lab, KIM, name="Kim Ek", first_day=TODAY, until_day=TODAY + 2)
    lab.ingest(MAILS)

    assert "Kim Ek" in introducers(lab, day=TODAY + 1)
    for day in (TODAY + 1, TODAY + 2):
        assert (introducers(lab, KIM, day=day), found_by_name(lab, day=day)) == ([], [])
    assert "Kim Ek" not in introducers(lab, day=TODAY + 2)


def test_whoever_comes_back_is_hidden_until_they_do_and_has_what_was_theirs_from_that_day(lab):
    lab.ingest(MAILS)
    ties = lab.state()["ties"]
    load(lab, ANNA, name="Anna Berg", until_day=TODAY - 9)
    lab.ingest(MAILS)
    assert lab.state()["ties"] == ties

    load(lab, ANNA, first_day=TODAY + 5)

    assert [introducers(lab, day=day) for day in (TODAY, TODAY + 4, TODAY + 5)] == [[], [], ["Anna Berg"]]
    assert lab.state()["ties"] == ties
