"""Each tie is kept as it is for as long as the stricter policy of its two ends says, and nothing else is touched."""

from itertools import count, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import TODAY
from races import TIMES
from test_any_order import PHASES
from test_groups import load
from test_policy import LEA, put
from test_rules import Dying

from wkw import exposure, jobs
from wkw.forget import forget
from wkw.model import Event, Listing, date_of
from wkw.regions import Policies, Policy, Retention, retention

DAY = 86_400_000
ADA, BEN, CAY = (f"mailto:{name}@nord.example" for name in ("ada", "ben", "cay"))
MATS = "mailto:mats@kund.example"
REGIONS = {ADA: "Ticino", BEN: "Uri", CAY: None}
number = count()


def keep(lab, region, days):
    put(lab, region, "opt_out", retention=days)


def mail(sender, to, day):
    return Event(f"mid:{next(number)}", day * DAY + 1, "email", sender, (to,), 1, "more")


def people(lab):
    load(lab, *(Listing(uri, "colleague", name=uri, region=region) for uri, region in REGIONS.items()))


def raw(lab):
    return sorted((row["sender"], row["receiver"], row["day"]) for row in lab.query("edges"))


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ({}, Retention({}, 365, 365)),
        ({"uri": 21, "zug": 0}, Retention({"uri": 21, "zug": 10**6}, 21, 21)),
        ({"uri": 21, "default": 100}, Retention({"uri": 21, "default": 100}, 100, 21)),
        ({"uri": None, "zug": 730}, Retention({"uri": 365, "zug": 730}, 365, 365)),
    ],
)
def test_an_unknown_region_keeps_what_it_has_for_the_shortest_time(rows, kept):
    assert retention(Policies(Policy(region, retention=days) for region, days in rows.items()), 365) == kept


def test_without_any_row_the_setting_counts_and_may_be_for_ever():
    assert retention(Policies(()), 0).before(TODAY)["latest"] == 0
    assert retention(Policies([Policy("uri")]), 21).days("uri") == 21


days = st.sampled_from([None, 0, 10, 30, 60])
chosen = st.dictionaries(st.sampled_from(["ticino", "uri", "default"]), days)
mails = st.lists(
    st.tuples(
        st.sampled_from([*product((ADA, BEN, CAY), (LEA, MATS)), (ADA, BEN), (BEN, CAY), (LEA, ADA)]),
        st.integers(1, 80),
    ),
    min_size=5,
    max_size=25,
)


@settings(
    max_examples=15 * TIMES, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=chosen, told=mails, late=mails, setting=st.sampled_from([0, 20, 45]))
def test_what_is_older_than_the_stricter_of_two_allows_is_folded_and_all_else_stays(lab, rows, told, late, setting):
    lab.empty()
    people(lab)
    for region, kept in rows.items():
        keep(lab, region, kept)
    lab.ingest([mail(*pair, TODAY - ago) for pair, ago in told])
    sums = tied(lab)

    lab.forget(retention=setting)

    assert raw(lab) == sorted(kept_of(told, rows, setting))
    assert tied(lab) == sums
    lab.ingest([mail(*pair, TODAY - ago) for pair, ago in late])
    assert lab.reweight(full=True).different == []
    lab.forget(retention=setting)
    assert raw(lab) == sorted(kept_of([*told, *late], rows, setting))


def kept_of(told, rows, setting):
    """The mails, as (pair, days ago), that are young enough for each end that is a colleague."""
    for pair, ago in told:
        if all(ago <= plainly(rows, setting, REGIONS[uri]) for uri in pair if uri in REGIONS):
            yield (*pair, TODAY - ago)


def plainly(rows, setting, region):
    """For how many days a region keeps, as the words say it."""
    each = {name: (setting if kept is None else kept) or 10**6 for name, kept in rows.items()}
    if region and region.lower() in each:
        return each[region.lower()]
    if region and "default" in each:
        return each["default"]
    return min(each.values(), default=setting or 10**6)


def tied(lab):
    """The sums of all ties, to nine digits."""
    return sorted(
        (tie["colleague"], tie["person"], f"{tie['fast']:.9g}", f"{tie['slow']:.9g}") for tie in lab.query("sums")
    )


def test_mail_of_somebody_with_the_same_contact_that_comes_late_is_still_taken(lab):
    people(lab)
    keep(lab, "ticino", 10)
    keep(lab, "uri", 60)
    lab.ingest([mail(ADA, LEA, TODAY - 40), mail(BEN, LEA, TODAY - 50)])

    assert lab.forget().interactions == 1

    assert lab.ingest([mail(BEN, LEA, TODAY - 40)]).fates == {"stored": 1}
    assert lab.ingest([mail(ADA, LEA, TODAY - 39)]).fates == {"expired": 1}
    assert lab.reweight(full=True).different == []


def test_a_longer_retention_brings_nothing_back(lab):
    people(lab)
    keep(lab, "ticino", 10)
    lab.ingest([mail(ADA, LEA, TODAY - 40)])
    lab.forget()

    keep(lab, "ticino", 100)
    lab.forget()

    assert raw(lab) == []
    assert lab.ingest([mail(ADA, LEA, TODAY - 40)]).fates == {"expired": 1}


def test_of_a_graph_in_which_regions_are_not_folded_yet_the_shortest_time_counts(lab):
    people(lab)
    lab.query("unfold_regions")
    keep(lab, "ticino", 100)
    keep(lab, "uri", 10)
    lab.ingest([mail(ADA, LEA, TODAY - 40)])

    assert lab.forget().interactions == 1


def test_a_run_that_was_killed_under_other_rows_begins_anew(lab, monkeypatch):
    monkeypatch.setattr("wkw.forget.INTERACTIONS", 1)
    people(lab)
    lab.ingest([mail(uri, LEA, TODAY - 40) for uri in REGIONS])
    with pytest.raises(KeyboardInterrupt):  # after the chunks of the first two
        jobs.run(
            lab.graph, "forget", lambda lease: forget(Dying(lab.graph, 5), lease, day=TODAY, retention=60), day=TODAY
        )

    keep(lab, "default", 10)

    assert lab.forget(retention=60).interactions == 3


def test_the_person_is_told_until_when_each_interaction_is_kept(lab):
    people(lab)
    keep(lab, "ticino", 0)
    keep(lab, "uri", 60)
    lab.ingest([mail(ADA, LEA, TODAY - 4), mail(ADA, BEN, TODAY - 3), mail(CAY, LEA, TODAY - 2)])

    told = {uri: exposure.held(lab.graph, lab.settings, lab.key(uri[7:]), day=TODAY).rows for uri in (ADA, CAY)}

    assert [row["until"] for row in told[ADA]["interactions"]] == [None, date_of(TODAY - 3 + 60).isoformat()]
    assert [row["until"] for row in told[CAY]["interactions"]] == [date_of(TODAY - 2 + 60).isoformat()]
