"""A group that is excluded is shown to nobody, at once, and comes back from then on alone."""

import pytest
from lab import NOON, TODAY, village_records

from wkw import exclusions, groups, people, sharing
from wkw.errors import InputError
from wkw.exclusions import Rule
from wkw.ledger import ledger
from wkw.model import Listing
from wkw.moment import Moment

AT = Moment(NOON, TODAY)
EVA, ANNA = "mailto:eva@nord.example", "mailto:anna@nord.example"


def listing(uri=EVA, **facts):
    aliases = ("mailto:eva.noor@nord.example",) if uri == EVA else ()
    return Listing(uri, "colleague", name=uri[7:10], aliases=aliases, **facts)


def load(lab, *listings, at=AT):
    return groups.load(
        lab.graph, lab.settings, list(listings), at=at, reason=exclusions.rules(lab.graph, lab.settings).reason
    )


def rule(lab, text):
    return Rule(*exclusions.parsed(lab.settings, text), reason="works council", author="ada", at=NOON)


def exclude(lab, *texts):
    made = [rule(lab, text) for text in texts]
    for one in made:
        exclusions.add(lab.graph, lab.settings, one)
    return groups.exclude(lab.graph, lab.settings, made, at=AT)


def include(lab, text, at=AT):
    assert exclusions.include(lab.graph, lab.settings, rule(lab, text))
    return groups.lift(lab.graph, lab.settings, rule(lab, text), at=at)


def is_on(lab, uri=EVA):
    return sharing.state(lab.graph, lab.settings, uri)


@pytest.mark.both_lines
@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ("department:legal", {"department": "Légal "}),
        ("region:Ticino", {"region": "TICINO"}),
        ("title:*counsel*", {"title": "Senior Counsel, Nordics"}),
    ],
)
def test_whoever_belongs_to_a_group_is_gone_once_it_is_excluded_and_nobody_else(village, told, facts):
    load(village, listing(**facts), listing(ANNA, department="Sales", region="Uri", title="Accounts"))
    before = [edge for edge in village.state()["interactions"] if not {*edge[1:3]} & eva_keys(village)]

    assert exclude(village, told) == 1

    assert (is_on(village), is_on(village, ANNA)) == (False, True)
    assert "eva" not in repr(village.query("everything")).casefold()
    assert village.state()["interactions"] == before
    assert groups.exclude(village.graph, village.settings, [rule(village, told)], at=AT) == 0
    (row,) = [row for row in exclusions.listed(village.graph) if row.scope == told.partition(":")[0]]
    assert (row.addresses, row.interactions > 0) == (2, True)


def eva_keys(lab):
    return {lab.key("eva@nord.example"), lab.key("eva.noor@nord.example")}


def test_how_many_would_be_covered_is_told_without_writing(village):
    load(village, listing(department="Legal"), listing(ANNA, department="Legal"))
    state = village.state()

    members = list(groups.covered(village.graph, [rule(village, "department:Legal"), rule(village, "kund.example")]))

    assert {row["key"] for row, _ in members} & eva_keys(village)
    assert (len(members), {row["department"] for row, _ in members}) == (2, {"Legal"})
    assert village.state() == state


def test_whoever_joins_a_group_is_hidden_before_anything_of_them_is_stored(village):
    exclude(village, "department:Legal")

    loaded = load(village, listing(department="Legal"), listing(ANNA, department="Sales"))

    assert (loaded.suppressed, loaded.stored, is_on(village), is_on(village, ANNA)) == (1, 1, False, True)
    assert "eva" not in repr(village.query("everything")).casefold()
    assert village.ingest(village_records()).fates["suppressed"] == 9


def test_the_plan_of_a_directory_counts_whom_a_group_hides(village):
    exclude(village, "department:Legal")
    told = [listing(department="Legal"), listing(ANNA)]
    plan = groups.plan(village.graph, village.settings, told, reason=lambda uri: None)

    assert (plan.suppressed, plan.stored) == (1, 1)


def test_whoever_leaves_a_group_is_there_from_then_on(village):
    exclude(village, "department:Legal", "title:*counsel*")
    load(village, listing(department="Legal", title="Counsel"))

    load(village, listing(department="Sales", title="Counsel"))
    assert not is_on(village)  # the title still is one
    loaded = load(village, listing(department="Sales", title="Seller"))

    assert (is_on(village), loaded.stored) == (True, 1)
    assert village.ingest(village_records()).fates["expired"] == 9


def test_a_directory_that_leaves_departments_out_lets_nobody_go(village):
    exclude(village, "department:Legal")
    load(village, listing(department="Legal"))

    load(village, listing(title="Seller"))

    assert not is_on(village)


def test_a_lifted_rule_opens_from_then_on_for_whom_no_other_reason_holds(village):
    load(village, listing(department="Legal"), listing(ANNA, department="Legal"))
    exclude(village, "department:Legal")
    sharing.close(village.graph, village.settings, village.key(ANNA[7:]), now=NOON, by="self")

    assert include(village, "department:Legal", at=Moment(NOON + 1, TODAY)) == 2

    assert (is_on(village), is_on(village, ANNA)) == (True, False)
    (row,) = village.query("address", key=village.key("eva@nord.example"))
    assert row["facts"]["collect_from"] == NOON + 1


def test_nobody_gets_out_of_an_excluded_group_by_their_own_switch_and_their_choice_is_kept(village):
    load(village, listing(department="Legal"))
    key = village.key("eva@nord.example")
    sharing.close(village.graph, village.settings, key, now=NOON, by="self")
    load(village, listing(department="Legal"))
    exclude(village, "department:Legal")
    load(village, listing(department="Legal"))
    assert sharing.because(village.settings, key) == ["group", "self"]

    sharing.on(village.graph, village.settings, key, now=NOON, by="self")
    assert (is_on(village), sharing.because(village.settings, key)) == (False, ["group"])

    include(village, "department:Legal")
    assert (is_on(village), sharing.because(village.settings, key)) == (True, [])


def test_an_address_learned_later_is_hidden_by_the_rule_and_comes_back_with_it(lab):
    exclude(lab, "department:Legal")
    load(lab, Listing("mailto:eva.noor@nord.example", "colleague", department="Legal"))
    lab.ingest(village_records())

    load(lab, listing())
    assert "eva@" not in repr(lab.query("everything"))

    include(lab, "department:Legal")
    assert (is_on(lab), is_on(lab, "mailto:eva.noor@nord.example")) == (True, True)


def test_a_rule_made_while_a_directory_is_read_counts(village, monkeypatch):
    stored = people.load

    def slow(*args, **named):
        done = stored(*args, **named)
        # by somebody else, who looked at the graph before
        exclusions.add(village.graph, village.settings, rule(village, "department:Legal"))
        return done

    monkeypatch.setattr("wkw.groups.people.load", slow)
    load(village, listing(department="Legal"))

    assert not is_on(village)


def test_a_copy_of_the_graph_put_back_learns_of_groups_what_its_own_ledger_says(village):
    load(village, listing(department="Legal"), listing(ANNA, department="Legal"))
    exclude(village, "department:Legal")
    include(village, "department:Legal")
    load(village, listing(department="Legal"), listing(ANNA, department="Legal"))
    exclude(village, "department:Legal", "title:*counsel*")
    village.query("renew")  # as a graph of before all that, and its gates

    sharing.settle(village.graph, village.settings, now=NOON)

    assert village.query("marks") == [{"n": len(ledger(village.settings).rows())}]
    assert (is_on(village), is_on(village, ANNA)) == (False, False)


@pytest.mark.parametrize("told", ["department:", "region:  ", "title:*ab*"])
def test_a_rule_about_no_group_is_refused(lab, told):
    with pytest.raises(InputError):
        exclusions.parsed(lab.settings, told)


def test_the_ledger_does_not_say_which_group_somebody_belongs_to(village):
    load(village, listing(department="Legal"))
    exclude(village, "department:Legal")

    assert "legal" not in (village.settings.state / "ledger.jsonl").read_text().casefold()
