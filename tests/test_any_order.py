"""For a fixed directory any order and any split of the same records gives the same graph, whatever they come from."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest
import reference
from calendars import fates, vcalendar, vevent
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY
from letters import written
from races import TIMES
from test_crm_orders import NAMED, copies

from wkw import people
from wkw.connectors import interchange, mail
from wkw.model import Dropped, Event, Listing

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes
GRACE = 15 * 60_000
CAP = 10  # people of a meeting
GROUPS = (  # whom the directory and the CRM make one person, those of whom they say nothing too
    ("mailto:anna@nord.example",),
    ("mailto:bo@nord.example",),
    ("mailto:dag@nord.example",),
    ("mailto:eva@nord.example", "mailto:eva.noor@nord.example"),
    ("mailto:gus@nord.example",),
    ("mailto:kim@free.example",),
    ("mailto:lea@kund.example", "tel:+46846500401", "crm:plain:1001"),
    ("mailto:mats@kund.example",),
    ("mailto:pia@fjord.example",),
    ("crm:plain:1005",),
)
DIRECTORY = [
    Listing(address="mailto:anna@nord.example", kind="colleague"),
    Listing(address="mailto:dag@nord.example", kind="colleague", until_day=TODAY - 38),
    Listing(address="mailto:eva@nord.example", kind="colleague", aliases=("mailto:eva.noor@nord.example",)),
    Listing(address="mailto:kim@free.example", kind="colleague"),
    Listing(address="mailto:lea@kund.example", kind="lead", company="Kund", aliases=("tel:+46846500401",)),
    Listing(address="mailto:mats@kund.example", kind="contact"),
    Listing(address="mailto:info@nord.example", kind="colleague"),  # a shared mailbox, and so nobody
]
MAILBOXES = ["info@nord.example", *(uri[7:] for group in GROUPS for uri in group if uri.startswith("mailto:"))]
PERSON = {uri: group[0] for group in GROUPS for uri in group}


def owns(uri):
    return uri.endswith("@nord.example") or uri == "mailto:kim@free.example"


# ---- records, each as its reader gives it; few ids, so that many are copies of one event that differ ----

mailboxes = st.lists(st.sampled_from(MAILBOXES), min_size=2, max_size=4, unique=True)
times = st.builds(
    lambda day, hour: day * 86_400 + hour * 3_600, st.integers(TODAY - 40, TODAY - 38), st.sampled_from([1, 12, 23])
)
late = st.just(NOON // 1000 + 3_600)
moments = st.one_of(times, times, times, late).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def mails(draw):
    sender, *others = draw(mailboxes)
    kept = draw(st.integers(1, len(others)))
    headers = {
        "From": sender,
        "To": ", ".join(others[:kept]),
        "Cc": ", ".join(others[kept:]) or None,
        "Date": f"{draw(moments):%a, %d %b %Y %H:%M:%S +0000}",
        "Message_ID": draw(st.sampled_from(["<1@x.example>", "<2@x.example>", "<7@x.example>", None])),
        "List_Unsubscribe": draw(st.sampled_from([None, None, None, "<https://news.example>"])),
    }
    return [mail.fate(written(**headers).partition(b"\n\n")[0] + b"\n")]


@st.composite
def calendars(draw):
    organiser, *others = draw(mailboxes)
    start = draw(moments)
    lines = {
        "UID": draw(st.sampled_from(["3@x.example", "4@x.example"])),
        "DTSTART": f"{start:%Y%m%dT%H%M%SZ}",
        "ORGANIZER": f"mailto:{organiser}",
        "ATTENDEE": [f"PARTSTAT={_answer(draw)}:mailto:{who}" for who in draw(st.permutations([organiser, *others]))],
        "SEQUENCE": str(draw(st.integers(0, 2))),
        "LAST_MODIFIED": f"20260501T00000{draw(st.integers(0, 2))}Z",
        "STATUS": draw(st.sampled_from([None, None, "CANCELLED"])),
    }
    if draw(st.booleans()):
        return fates(vcalendar(vevent(**lines)))
    rule = {"RRULE": "FREQ=DAILY;COUNT=2", "EXDATE": draw(st.sampled_from([[], lines["DTSTART"]]))}
    moved = {"RECURRENCE_ID": lines["DTSTART"], "DTSTART": f"{draw(moments):%Y%m%dT%H%M%SZ}"}
    return fates(vcalendar(vevent(**lines | rule), *([vevent(**lines | moved)] * draw(st.integers(0, 1)))))


def _answer(draw):
    return draw(st.sampled_from(["ACCEPTED", "ACCEPTED", "ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION"]))


@st.composite
def rows(draw):
    places = st.sampled_from([*MAILBOXES, "tel:+46846500401"])
    sender, *others = draw(st.lists(places, min_size=2, max_size=4, unique=True))
    channel = draw(st.sampled_from(["email", "meeting", "call"]))
    row = {
        "id": draw(st.sampled_from(["<1@x.example>", "8", "9"])),
        "at": draw(moments).isoformat(),
        "channel": channel,
        "from": sender,
        "to": others,
        "n": draw(st.sampled_from([0, 0, 5, CAP])),
        "tier": draw(st.sampled_from(["basic", "enhanced"])),
        "rev": draw(st.integers(0, 2)),
        "cancelled": draw(st.booleans()),
        "organiser_attended": channel != "meeting" or draw(st.booleans()),
    }
    return [interchange.fate(row)]


records = st.lists(mails() | calendars() | copies.map(lambda one: [one]) | rows(), min_size=1, max_size=12)


# ---- what the graph should hold ----


def apart(event):
    """A meeting as one event for each two who are in it, as new as what is known of these two."""
    if event.channel != "meeting":
        return [event]
    there = {*event.to, *event.absent, *([event.sender] if event.organiser_attended else [])}
    return [made for pair in combinations(sorted(there), 2) for made in _met(event, *pair)]


def _met(event, a, b):
    known = [event.absent[uri] for uri in (a, b) if uri in event.absent]
    if not known:
        yield replace(event, sender=a, to=(b,), organiser_attended=True, absent={})
    elif max(known) >= 0:
        yield replace(event, sender=a, to=(b,), organiser_attended=True, absent={}, rev=max(known), cancelled=True)


def expected(lab, events):
    """By the first keys of two people: what the plain reference makes of all events in any order."""
    first = {uri: min(lab.key(one) for one in group) for group in GROUPS for uri in group}
    books = reference.Books(PERSON.get, owns, lab.key)
    happened = [one for one in events if one.at <= NOON + GRACE and (one.channel != "meeting" or one.n < CAP)]
    books.deliver([made for event in happened for made in apart(event)])
    return {(first[u], first[v]): tie for (u, v), tie in books.ties().items()}


def deliver(lab, found, sizes):
    """The directory, then records in batches of such sizes; the state with companies, and the ties by first keys."""
    lab.query("wipe")
    for listings in (DIRECTORY, NAMED.listings):
        people.load(lab.graph, lab.settings, listings, day=TODAY)
    for size in sizes:
        batch, found = found[:size], found[size:]
        report = lab.ingest(batch)
        assert report.submitted == sum(report.fates.values()) == len(batch)
    assert not found
    firms = [(row["uri"], row["company"], row["domains"], row["from"], row["until"]) for row in lab.query("firms")]
    ties = {tuple(tie[:2]): tie[2:] for tie in lab.query("state")[0]["ties"]}
    return lab.state() | {"firms": sorted(firms, key=repr)}, ties


def row(channel, sender, to):
    """A row of the interchange form that is as new as any other of its id."""
    at = (TODAY - 5) * 86_400
    return interchange.fate({"id": "8", "at": at, "channel": channel, "from": sender, "to": [to]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row("call", "anna@nord.example", "lea@kund.example"), row("call", "lea@kund.example", "anna@nord.example")),
        (row("call", "anna@nord.example", "lea@kund.example"), row("meeting", "anna@nord.example", "lea@kund.example")),
    ],
    ids=["who called whom", "a call or a meeting"],
)
@pytest.mark.parametrize("sizes", [[2], [1, 1]])
def test_two_records_of_one_id_that_contradict_each_other_end_alike_in_either_order(lab, one, other, sizes):
    assert deliver(lab, [one, other], sizes) == deliver(lab, [other, one], sizes)


@settings(max_examples=5 * TIMES, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_records=records, rng=st.randoms(use_true_random=False))
def test_any_order_and_any_split_of_mail_calendar_crm_and_interchange_gives_the_same_graph(
    lab, given_records, rng: random.Random
):
    found = [one for record in given_records for one in record]
    assert all(isinstance(one, Event | Dropped) for one in found)
    once, ties = deliver(lab, found, [len(found)])

    again = rng.sample(found, len(found)) + rng.sample(found, rng.randint(0, len(found)))  # some come twice
    again = rng.sample(again, len(again))
    sizes = []
    while sum(sizes) < len(again):
        sizes.append(rng.randint(1, len(again) - sum(sizes)))

    assert deliver(lab, again, sizes)[0] == once
    wanted = expected(lab, [one for one in found if isinstance(one, Event)])
    assert ties.keys() == wanted.keys()
    for pair, tie in wanted.items():
        fast, slow, days, last, sent, received, met, tier, two_way, channels = ties[pair]
        assert (fast, slow) == pytest.approx((tie.fast, tie.slow), rel=1e-9, abs=1e-300)
        assert (days, last) == (len(tie.days), max(tie.days, default=None))
        assert (sent, received, met, two_way) == (tie.sent, tie.received, tie.met, tie.two_way)
        assert (tier, channels) == ("enhanced" if "enhanced" in tie.tiers else "basic", sorted(tie.channels))
