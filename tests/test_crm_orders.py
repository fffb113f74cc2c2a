"""Copies of an activity from the CRM, a mailbox and a calendar end alike in any order, and the mailbox's word stays."""

import random
from datetime import UTC

import pytest
import reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import TODAY
from races import TIMES

from wkw import people
from wkw.connectors import mapping
from wkw.connectors.activities import Export, fate
from wkw.connectors.records import roll
from wkw.model import Event
from wkw.strength import decay

DAY = 86_400_000
_, PLAIN = mapping.built_in()
ANNA, BO, LEA, MATS = (
    f"mailto:{who}" for who in ("anna@nord.example", "bo@nord.example", "lea@kund.example", "mats@kund.example")
)
LEA_IN_CRM, TOR_IN_CRM = "crm:plain:1001", "crm:plain:1005"
RECORDS = [
    (PLAIN, "users", {"id": ("9001",), "name": ("Anna Berg",), "emails": ("anna@nord.example",)}),
    (PLAIN, "leads", {"id": ("1001",), "name": ("Lea Sand",), "emails": ("lea@kund.example",)}),
    (PLAIN, "contacts", {"id": ("1005",), "name": ("Tor Lind",)}),
]


def owns(uri):
    return uri.endswith("@nord.example")


NAMED = roll(RECORDS, owns, UTC)
EXPORT = Export(PLAIN, NAMED.known, owns, UTC)


def person_of(uri):
    return LEA if uri == LEA_IN_CRM else uri


def copy(number, kind, day, changed, status, sender, to, shared):
    """One delivery of an activity by the CRM; `shared`: with the id by which a mailbox or calendar knows it."""
    ids = {"email": {"message_id": (f"<{number}@x.example>",)}, "appointment": {"uid": (f"{number}@x.example",)}}
    cells = {
        "id": (str(number),),
        "type": (kind,),
        "from": (sender,),
        "to": (to,),
        "at": (str(day * 86_400 + 3_600),),
        "status": (status,),
        "modified": (str(TODAY * 86_400 + changed),),
        **(ids.get(kind, {}) if shared else {}),
    }
    found = fate(cells, "activities", EXPORT)
    assert isinstance(found, Event)
    return found


def held(number, channel, day, rev, cancelled, to):
    """The same in a mailbox (`rev` 0) or a calendar (SEQUENCE before LAST-MODIFIED)."""
    known = f"mid:{number}@x.example" if channel == "email" else f"ics:{number}@x.example"
    rev = 0 if channel == "email" else rev << 32
    cancelled = cancelled and channel == "meeting"
    at = day * DAY + 3_600_000
    return Event(known, at, channel, ANNA, to, len(to), "box", rev=rev, cancelled=cancelled)


days = st.integers(TODAY - 40, TODAY - 37)
kinds = st.sampled_from([(1, "email"), (2, "email"), (3, "appointment"), (4, "appointment"), (5, "call")])
copies = st.builds(
    lambda known, *more: copy(*known, *more),
    kinds,
    days,
    st.integers(0, 3),
    st.sampled_from(["completed", "cancelled"]),
    st.sampled_from(["Anna Berg", "anna@nord.example", "Tor Lind"]),
    st.sampled_from(["Lea Sand", "lea@kund.example; mats@kund.example", "1001; bo@nord.example", "lea@kund.example"]),
    st.booleans(),
)
originals = st.builds(
    lambda known, *more: held(*known, *more),
    st.sampled_from([(1, "email"), (2, "email"), (3, "meeting"), (4, "meeting")]),
    days,
    st.integers(0, 2),
    st.booleans(),
    st.sampled_from([(LEA,), (LEA, MATS), (LEA, BO)]),
)


def deliver(lab, events):
    people.load(lab.graph, lab.settings, NAMED.listings, day=TODAY)
    lab.ingest(events)


def strengths(lab):
    """Strength as of today by the people's first keys."""
    at = decay(TODAY)
    sums = {
        (row["colleague"], row["person"]): row["fast"] * at["f"] + row["slow"] * at["s"] for row in lab.query("sums")
    }
    return {pair: total / (total + 4) for pair, total in sums.items()}


@settings(max_examples=6 * TIMES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(copies | originals, min_size=1, max_size=12), rng=st.randoms(use_true_random=False))
def test_any_order_and_split_of_sources_gives_the_state_of_the_reference(lab, events, rng: random.Random):
    lab.query("wipe")
    deliver(lab, events)
    once = lab.state()
    found = strengths(lab)
    first = {key: person for key, _, _, person in once["addresses"]}
    lab.query("wipe")

    shuffled = rng.sample(events, len(events)) + rng.sample(events, rng.randint(0, len(events)))  # and delivered again
    while shuffled:
        size = rng.randint(1, len(shuffled))
        deliver(lab, shuffled[:size])
        shuffled = shuffled[size:]

    assert lab.state() == once
    books = reference.Books(person_of, owns, lab.key)
    books.deliver(events)
    expected = {
        (first[lab.key(u)], first[lab.key(v)]): reference.strength(tie, TODAY)
        for (u, v), tie in books.ties().items()
        if tie.days
    }
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
@pytest.mark.parametrize(("kind", "channel"), [("email", "email"), ("appointment", "meeting")])
def test_a_mail_or_meeting_in_crm_and_mailbox_is_one_and_enhanced_in_any_order(lab, order, kind, channel):
    given = [
        copy(1, kind, TODAY - 5, 1, "completed", "Anna Berg", "lea@kund.example", shared=True),
        copy(1, kind, TODAY - 4, 2, "cancelled", "Anna Berg", "lea@kund.example", shared=True),
        held(1, channel, TODAY - 3, 0, cancelled=False, to=(LEA,)),
    ]

    for number in order:
        deliver(lab, [given[number]])

    assert {(row["day"], row["tier"], row["weight"] > 0) for row in lab.query("edges")} == {
        (TODAY - 3, "enhanced", True)
    }


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("kind", ["email", "appointment", "call"])
def test_what_was_cancelled_later_does_not_count_any_more(lab, order, shared, kind):
    given = [
        copy(1, kind, TODAY - 5, 1, "completed", "Anna Berg", "Tor Lind", shared),
        copy(1, kind, TODAY - 5, 2, "cancelled", "Anna Berg", "Tor Lind", shared),
    ]

    for number in order:
        deliver(lab, [given[number]])

    assert {row["weight"] for row in lab.query("edges")} == {0.0}


def test_the_log_of_a_mail_that_the_mailbox_holds_under_another_id_does_not_count_beside_it(lab):
    logged = copy(1, "email", TODAY - 5, 1, "completed", "Anna Berg", "Lea Sand", shared=False)
    deliver(lab, [held(2, "email", TODAY - 5, 0, cancelled=False, to=(LEA,))])
    before = strengths(lab)

    deliver(lab, [logged])

    assert logged.to == (LEA_IN_CRM,)
    assert strengths(lab) == before
