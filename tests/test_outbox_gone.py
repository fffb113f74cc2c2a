"""Introductions and their mails go with any of their people, and until then each is told what is theirs."""

import pytest
from lab import NOON, TODAY
from outboxes import ANNA, BO, EVA, LEA, asked, mails, peopled
from outsiders import erased

from wkw import exclusions, identity, jobs, leavers, people, sharing
from wkw.exposure import about
from wkw.model import Listing, Target

CIA, MATS = "cia@nord.example", "mats@kund.example"
WORDS = "Kanarienvogel"
DAY = 86_400_000


@pytest.fixture
def asking(lab):
    """Anna asks Bo about Lea, in words of hers; and Cia asks Eva about Mats, of which nothing is to change."""
    peopled(lab)
    people.load(lab.graph, lab.settings, [Listing(f"mailto:{MATS}", "contact", name="Mats Wik")], day=TODAY)
    asked(lab, "goes", note=WORDS)
    asked(lab, "stays", asker=CIA, via=EVA, target=MATS, note="Other words.")
    return lab


def introductions(lab):
    """The ids of those in the graph, each of which has three ends and its mail."""
    rows = lab.query("introduction_ends")
    assert [(row["ends"], row["mails"]) for row in rows] == [(3, 1)] * len(rows)
    assert len(mails(lab)) == len(rows)
    return [row["id"] for row in rows]


def off(lab, who):
    sharing.off(lab.graph, lab.settings, f"mailto:{who}", now=NOON)


def excluded(lab, who):
    rule = exclusions.Rule("address", lab.key(who))
    exclusions.add(lab.graph, lab.settings, rule)
    exclusions.purge(lab.graph, lab.settings, [rule], day=TODAY)


def left(lab, who):
    people.load(lab.graph, lab.settings, [Listing(f"mailto:{who}", "colleague", until_day=TODAY - 31)], day=TODAY)
    jobs.run(lab.graph, "forget", lambda lease: (leavers.purge(lab.graph, lease, day=TODAY, days=30), 0), day=TODAY)


@pytest.mark.parametrize(
    ("road", "who"),
    [
        *((off, who) for who in (ANNA, BO, LEA)),
        *((left, who) for who in (ANNA, BO)),
        (excluded, LEA),
        (lambda lab, who: erased(lab, address=who), LEA),
    ],
)
def test_with_any_of_its_people_an_introduction_is_gone_with_its_words_and_its_mail(asking, road, who):
    road(asking, who)

    assert introductions(asking) == ["stays"]
    assert WORDS not in repr(asking.query("everything"))


@pytest.mark.both_lines
def test_a_receipt_counts_interactions_and_not_what_was_asked(asking):
    off(asking, LEA)

    receipt = sharing.receipts(asking.settings, asking.key(LEA))[0]
    assert (receipt.state, receipt.interactions, receipt.people) == ("completed", 0, 1)


def test_a_merge_and_its_undoing_leave_introductions_with_the_addresses(asking):
    two = Target(uri=f"mailto:{LEA}"), Target(uri="mailto:lea.sand@hem.example")
    before = asking.query("introduction_ends")

    identity.merge(asking.graph, asking.settings, *two, day=TODAY)
    assert asking.query("introduction_ends") == before
    identity.unmerge(asking.graph, asking.settings, f"mailto:{LEA}", day=TODAY)

    assert asking.query("introduction_ends") == before


# ---- told ----


def told(lab, who):
    rows = about(lab.graph, lab.settings, lab.key(who))["introductions"]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


AT = "2026-06-02T12:00:00.000+00:00"
EVERYBODY = {"at": AT, "changed": AT}
COLLEAGUE = {"purpose": "lead_followup", "expires": "2026-06-16T12:00:00.000+00:00", "target": "Lea Sand"}


def test_each_is_told_what_is_theirs_and_nobody_the_words_of_another(asking):
    asker = EVERYBODY | COLLEAGUE | {"role": "asker", "state": "sent", "note": WORDS}
    introducer = EVERYBODY | COLLEAGUE | {"role": "introducer", "state": "sent", "other": "Anna Berg"}
    assert told(asking, ANNA) == [asker]  # who is asked may be a secret until they say yes
    assert told(asking, BO) == [introducer]
    assert told(asking, LEA) == [EVERYBODY | {"role": "target", "state": "sent"}]

    asking.query("answer", id="goes", state="accepted")
    assert told(asking, ANNA) == [asker | {"state": "accepted", "other": "Bo Ek"}]


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_of_what_may_never_have_been_sent_the_introducer_learns_no_more_than_that(asking, state):
    asking.query("answer", id="goes", state=state)

    assert told(asking, BO) == [EVERYBODY | {"role": "introducer", "state": state}]


def test_whose_gate_is_closed_is_named_to_nobody(asking):
    sharing.close(asking.graph, asking.settings, asking.key(LEA), now=NOON, by="self")

    assert ["target" in row for row in told(asking, ANNA) + told(asking, BO)] == [False, False]
    assert told(asking, LEA) == []


def test_everything_that_a_scan_of_the_graph_finds_is_told(asking):
    for number, (asker, via) in enumerate([(BO, ANNA), (ANNA, EVA), (EVA, BO)]):
        asked(asking, f"more{number}", asker=asker, via=via, target=MATS)
    uris = {row["uri"].removeprefix("mailto:"): row["asked"] for row in asking.query("asked_of")}

    assert {who: len(told(asking, who)) for who in uris} == uris
    assert (uris[ANNA], uris[BO], uris[EVA], uris[MATS]) == (3, 3, 3, 4)
