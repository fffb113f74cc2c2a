"""A connection with less evidence than the policy asks for is for the colleague's own eyes alone."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY
from races import TIMES
from test_any_order import PHASES
from test_groups import load
from test_policy import LEA, put

from wkw import queries
from wkw.connections import connections
from wkw.errors import NotFound
from wkw.explain import explain
from wkw.exposure import exposure
from wkw.lookup import Question, lookup, targets
from wkw.model import Event, Listing, Target
from wkw.regions import Policies, Policy, evidence

DAY = 86_400_000
ADA, BEN, CAY = (f"mailto:{name}@nord.example" for name in ("ada", "ben", "cay"))
REGIONS = {ADA: "Ticino", BEN: "Uri", CAY: None}
number = count()


def people(lab):
    load(lab, *(Listing(uri, "colleague", name=uri[7:10], region=region) for uri, region in REGIONS.items()))
    load(lab, Listing(LEA, "lead", name="Lea Sand"), Listing("mailto:asker@nord.example", "colleague"))


def mail(sender, to, ago, *, channel="email"):
    return Event(f"mid:{next(number)}", NOON - ago * DAY, channel, sender, (to,), 1, "more")


def asking(lab, region, **asked):
    put(lab, region, "opt_out", **asked)


def shown(lab, *, one_way=True, as_of=None, limit=5):
    """Whom a lookup of Lea names, by their first letters; nobody where it finds nobody."""
    question = Question(
        Target(uri=LEA), lab.key("asker@nord.example"), TODAY, one_way=one_way, as_of=as_of, limit=limit
    )
    try:
        return {one.name for one in lookup(lab.graph, lab.settings, question).introducers}
    except NotFound:
        return set()


def own(lab, uri):
    return connections(lab.graph, lab.settings, lab.key(uri[7:]), day=TODAY).ties


@pytest.mark.both_lines
@pytest.mark.parametrize("as_of", [None, TODAY])
def test_what_is_below_the_evidence_is_shown_to_nobody_but_the_colleague_and_the_next_one_fills_the_place(lab, as_of):
    people(lab)
    lab.ingest([*(mail(*pair, 3) for pair in ((ADA, LEA), (LEA, ADA))), mail(BEN, LEA, 90), mail(LEA, BEN, 90)])
    assert shown(lab, as_of=as_of, limit=1) == {"ada"}

    asking(lab, "uri")
    asking(lab, "ticino", interactions=3)

    assert shown(lab, as_of=as_of, limit=1) == {"ben"}
    assert len(own(lab, ADA)) == 1
    lab.ingest([mail(ADA, LEA, 3)])
    assert shown(lab, as_of=as_of, limit=1) == {"ada"}


interactions = st.lists(
    st.tuples(
        st.sampled_from(sorted(REGIONS)), st.sampled_from(["sent", "received", "meeting", "call"]), st.integers(1, 4)
    ),
    min_size=1,
    max_size=12,
)
asked = st.builds(Policy, st.just(""), interactions=st.integers(0, 4), days=st.integers(0, 3), both_ways=st.booleans())
rows = st.dictionaries(st.sampled_from(["ticino", "uri", "default"]), asked)


@settings(
    max_examples=15 * TIMES, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=rows, told=interactions, folds=st.booleans())
def test_who_is_shown_has_what_the_rows_ask_for(lab, rows, told, folds):
    lab.empty()
    people(lab)
    lab.ingest([event(*one) for one in told])
    if folds:
        lab.forget(retention=2)
    for region, row in rows.items():
        asking(lab, region, interactions=row.interactions, days=row.days, both_ways=row.both_ways)

    for one_way in (True, False):
        expected = {
            uri[7:10]
            for uri in REGIONS
            if enough([one for one in told if one[0] == uri], plainly(rows, REGIONS[uri]), one_way)
        }
        assert shown(lab, one_way=one_way) == shown(lab, one_way=one_way, as_of=TODAY) == expected
    able = enough_for_anybody(told, rows)
    assert bool(targets(lab.graph, "lea", None, asker=lab.key("asker@nord.example"), day=TODAY)) == able
    for uri in REGIONS:
        about = exposure(lab.graph, lab.settings, lab.key(uri[7:]), day=TODAY)
        assert len(about.contacts) == (uri[7:10] in shown(lab))
        assert about.introduces == (uri[7:10] in shown(lab, one_way=False))
        assert about.only_you == (shown(lab, one_way=False) == {uri[7:10]})
        assert len(own(lab, uri)) == any(one[0] == uri for one in told)


def event(uri, kind, ago):
    if kind == "received":
        return mail(LEA, uri, ago)
    return mail(uri, LEA, ago, channel="email" if kind == "sent" else kind)


def plainly(rows, region):
    """What is asked of a region, as (interactions, days, both ways), as the words say it."""
    if region and region.lower() in rows:
        return of(rows[region.lower()])
    if region and "default" in rows:
        return of(rows["default"])
    return tuple(max(column) for column in zip((0, 0, False), *map(of, rows.values()), strict=True))


def of(row):
    return row.interactions, row.days, row.both_ways


def enough(told, asks, one_way):
    kinds = [kind for _, kind, _ in told]
    two_way = "meeting" in kinds or ("received" in kinds and ("sent" in kinds or "call" in kinds))
    least, days, both = asks
    shows = len(told) >= max(least, 1) and len({ago for *_, ago in told}) >= days
    return shows and (two_way or not (both or not one_way))


def enough_for_anybody(told, rows):
    return any(enough([one for one in told if one[0] == uri], plainly(rows, REGIONS[uri]), False) for uri in REGIONS)


def test_an_explanation_is_for_the_own_eyes_alone_below_the_evidence(lab):
    people(lab)
    lab.ingest([mail(ADA, LEA, 3), mail(LEA, ADA, 3)])
    asking(lab, "ticino", days=2)
    ends = (Target(uri=ADA), Target(uri=LEA))

    assert explain(lab.graph, lab.settings, *ends, day=TODAY, own=True).parts
    with pytest.raises(NotFound):
        explain(lab.graph, lab.settings, *ends, day=TODAY)


def test_a_name_that_only_such_a_connection_leads_to_is_found_by_whoever_has_it_alone(lab):
    people(lab)
    lab.ingest([mail(ADA, LEA, 3), mail(LEA, ADA, 3)])
    asking(lab, "ticino", days=2)

    def found(who):
        question = Question(Target(name="Lea Sand"), lab.key(f"{who}@nord.example"), TODAY)
        return lookup(lab.graph, lab.settings, question).you

    assert found("ada")
    with pytest.raises(NotFound):
        found("asker")


def test_where_no_row_asks_for_any_nothing_is_looked_at():
    assert set(evidence(Policies([Policy("uri", "off", 21)])).values()) == {None}


# ---- in the same words ----

WORDS = "evidence_region IS NULL OR any("


def asks(name):
    """The words by which a query looks at evidence, each time, with the names of one of them."""
    text = queries.load(name).text
    for part in text.split(WORDS)[1:]:
        yield " ".join(
            part[: part.index("])))")]
            .replace("other.", "c.")
            .replace("theirs.", "k.")
            .replace("tie.", "k.")
            .replace("formula.", "o.")
            .split()
        )


ASKING = [name for name in queries.names() if WORDS in queries.load(name).text]


def test_evidence_is_looked_at_in_the_same_words_wherever_it_is():
    assert {"lookup/introducers", "lookup/targets", "exposure/preview", "explain/tie"} <= set(ASKING)
    assert len({words for name in ASKING for words in asks(name)}) == 1
