"""A small log judged through the graph gives what plain Python makes of it; what cannot be judged is refused."""

from dataclasses import replace

import hindsight
import pytest
from hindsight import COLLEAGUES, FIRST, OTHER
from lab import NOON, TODAY
from reference import DAY

from wkw import people
from wkw.errors import InputError
from wkw.evaluate import document, evaluate, sampled
from wkw.formula import basis
from wkw.model import Event, Listing
from wkw.windows import Plan, colleagues, contacts, cutoffs, pairs, span, ties

LOG = hindsight.made_log()
PLAN = Plan()


@pytest.fixture
def judged(lab):
    """The lab with the made log in it."""
    join(lab)
    lab.ingest(LOG)
    return lab


def join(lab):
    listing = Listing(COLLEAGUES[0], "colleague", aliases=(OTHER,))
    people.load(lab.graph, lab.settings, [listing], day=TODAY)


def names(lab):
    """Whom each first address key means."""
    return {
        min(lab.key(uri) for uri in ([who, OTHER] if who == COLLEAGUES[0] else [who])): who
        for who in hindsight.EVERYBODY
    }


def told(lab, day, plan=PLAN):
    """The rows of a cut-off by (person, contact), as the reference has them."""
    who = names(lab)
    found = pairs(lab.graph, basis(lab.graph, lab.settings), colleagues(lab.graph), day, plan)
    return {
        (who[row.person], who[row.tie.contact]): (
            row.tie.strength,
            row.tie.interactions,
            row.tie.last,
            row.tie.lately,
            row.label,
        )
        for row in found
    }


# ---- rows ----


def test_strengths_counts_and_labels_of_a_cut_off_are_those_of_the_events(judged):
    for day, label in ((FIRST + 200, "direct"), (FIRST + 301, "any"), (TODAY - 40, "sent")):
        found, wanted = told(judged, day, Plan(label=label)), hindsight.rows(LOG, day, label=label)

        assert found.keys() == wanted.keys()
        assert len(found) > 60
        assert {True, False} == {row[-1] for row in wanted.values()}
        for pair, row in wanted.items():
            assert found[pair][0] == pytest.approx(row[0], abs=1e-9)
            assert found[pair][1:] == row[1:], pair


def test_the_strength_of_a_cut_off_is_that_of_the_graph_as_long_as_nothing_came_later(judged):
    last = judged.query("last_day")[0]["day"]
    found = ties(judged.graph, basis(judged.graph, judged.settings), colleagues(judged.graph), last + 1)
    who = names(judged)

    held = judged.query("sums")
    assert len(held) == sum(map(len, found.values())) > 100
    wanted = {(row["colleague"], row["person"]): row for row in held}
    for one, of in found.items():
        for tie in of:
            row = wanted[one, tie.contact]
            age = last + 1 - 19000
            total = row["fast"] * 2 ** (-age / 14) + 0.3 * row["slow"] * 2 ** (-age / 180)
            assert sum(tie.parts) == pytest.approx(total, rel=1e-9), who[one]


def test_a_window_ends_before_the_day_after_its_horizon(lab):
    anna, bo = "mailto:anna@nord.example", "mailto:bo@nord.example"
    for back in (31, 30, 1, 0):
        lab.ingest([Event(f"e{back}", NOON - back * DAY, "email", anna, (bo,), 1, "made")])
    everybody = colleagues(lab.graph)

    def who_met(day, horizon):
        return {key for key, of in contacts(lab.graph, everybody, day, Plan(horizon=horizon)).items() if of}

    assert who_met(TODAY - 29, 28) == set()
    assert who_met(TODAY - 29, 29) == {lab.key("anna@nord.example"), lab.key("bo@nord.example")}
    assert who_met(TODAY - 30, 1) == who_met(TODAY - 29, 29)


def test_what_was_folded_counts_as_before(judged):
    everybody, by = colleagues(judged.graph), basis(judged.graph, judged.settings)
    before = ties(judged.graph, by, everybody, TODAY)
    assert judged.forget(retention=200).interactions > 0
    after = ties(judged.graph, by, everybody, TODAY)

    assert after.keys() == before.keys()
    for key, of in before.items():
        assert [(tie.contact, tie.interactions) for tie in after[key]] == [
            (tie.contact, tie.interactions) for tie in of
        ]
        assert [tie.strength for tie in after[key]] == pytest.approx([tie.strength for tie in of], abs=1e-9)
    assert sum(tie.parts[3] > 0 for of in after.values() for tie in of) > 9


# ---- cut-offs ----


def test_the_cut_offs_follow_the_warm_up_and_their_windows_stay_inside_the_span(judged):
    everybody = colleagues(judged.graph)
    start, end = span(everybody)
    chosen, reported = cutoffs(everybody, PLAN)

    assert chosen[0] == start + 180
    assert reported[-1] + 30 <= end < reported[-1] + 60
    assert chosen[-1] + 30 <= reported[0]
    assert [*chosen, *reported] == list(range(chosen[0], reported[-1] + 1, 30))


def test_a_window_of_the_first_half_that_reaches_into_the_second_is_left_out(judged):
    chosen, reported = cutoffs(colleagues(judged.graph), Plan(horizon=70, every=10))

    assert chosen[-1] + 70 <= reported[0]
    assert reported[1] - reported[0] == 10


def test_a_few_early_and_late_strays_do_not_stretch_the_span(judged):
    before = span(colleagues(judged.graph))
    for n, day in enumerate((-900, -400)):
        stray = Event(f"stray{n}", NOON + day * DAY, "email", COLLEAGUES[1], (COLLEAGUES[2],), 1, "made")
        judged.ingest([stray])

    assert span(colleagues(judged.graph)) == before


def test_a_cut_off_that_folding_has_passed_is_refused(judged):
    everybody = colleagues(judged.graph)
    chosen, reported = cutoffs(everybody, PLAN)
    passed = [replace(everybody[0], folded=chosen[1] - 1), *everybody[1:]]
    left_to_choose, left_to_report = cutoffs(passed, PLAN)

    assert [*left_to_choose, *left_to_report] == [*chosen, *reported][2:]
    with pytest.raises(InputError, match="folded interactions until"):
        cutoffs([replace(everybody[0], folded=TODAY), *everybody[1:]], PLAN)


def test_folding_is_seen_in_the_graph(judged):
    judged.forget(retention=200)
    found = evaluate(judged.graph, judged.settings, PLAN)
    assert found.days.folded == TODAY - 201
    assert min(found.days.chosen) > TODAY - 200

    judged.forget(retention=20)
    with pytest.raises(InputError, match="Retention has folded"):
        evaluate(judged.graph, judged.settings, PLAN)


# ---- the whole ----


@pytest.fixture
def wanted():
    """What plain Python makes of the log, from the cut-offs on that are reported."""

    def made(days):
        of_day = {day: hindsight.rows(LOG, day) for day in days}
        rows = [(day, pair[0], *row) for day, found in of_day.items() for pair, row in found.items()]
        groups = {}
        for day, who, *row in rows:
            groups.setdefault((day, who), []).append(row)
        return [row[2:] for row in rows], list(groups.values())

    return made


def test_all_figures_are_those_of_plain_python(judged, wanted):
    passed = []
    found = evaluate(judged.graph, judged.settings, PLAN, passed=lambda *done: passed.append(done))
    rows, groups = wanted(found.days.reported)
    labels, strengths = [row[-1] for row in rows], [row[0] for row in rows]
    rankings = [hindsight.ranking([row[-1] for row in of], [row[0] for row in of]) for of in groups]
    rankings = [one for one in rankings if one]
    areas = [hindsight.auc([row[-1] for row in of], [row[0] for row in of]) for of in groups]

    assert len(found.days.reported) >= 3
    assert passed == [(n + 1, len(found.days.reported)) for n in range(len(found.days.reported))]
    assert found.windows == len(rankings)
    assert found.base_rate == pytest.approx(sum(labels) / len(labels))
    assert found.candidates == pytest.approx(len(rows) / len(groups))
    assert found.measures["auc"] == pytest.approx(hindsight.auc(labels, strengths), abs=1e-9)
    assert found.measures["auc_person"] == pytest.approx(hindsight.mean(areas), abs=1e-9)
    for place, name in enumerate(("mrr", "ndcg5", "p5")):
        assert found.measures[name] == pytest.approx(hindsight.mean([one[place] for one in rankings]), abs=1e-9)
    squares = [(p - label) ** 2 for p, label in zip(strengths, labels, strict=True)]
    assert found.measures["brier"] == pytest.approx(hindsight.mean(squares), abs=1e-9)
    wanted_error = hindsight.calibration_error(labels, strengths)
    assert found.measures["calibration_error"] == pytest.approx(wanted_error, abs=1e-9)
    ceilings = [min(5, sum(row[-1] for row in of)) / 5 for of in groups if any(row[-1] for row in of)]
    assert found.ceiling == pytest.approx(hindsight.mean(ceilings))
    for place, name in ((1, "count"), (2, "last_contact"), (3, "count_30_days")):
        area = hindsight.auc(labels, [row[place] for row in rows])
        assert found.baselines[name]["auc"] == pytest.approx(area, abs=1e-9)


def test_the_same_log_gives_the_same_figures_in_whatever_order_it_is_read(judged):
    first = document(evaluate(judged.graph, judged.settings, PLAN, introducers=True))
    judged.query("wipe")
    join(judged)
    judged.ingest(sorted(LOG, key=lambda event: hash(event.id) % 1000))

    assert rounded(document(evaluate(judged.graph, judged.settings, PLAN, introducers=True))) == rounded(first)


def rounded(value):
    """The same with nine digits: sums in another order differ in the last ones."""
    if isinstance(value, dict):
        return {name: rounded(of) for name, of in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(of) for of in value]
    return round(value, 9) if isinstance(value, float) else value


def test_a_group_is_a_person_at_a_cut_off(judged):
    everybody, days = colleagues(judged.graph), (FIRST + 200, FIRST + 230)
    rows = [
        row for day in days for row in pairs(judged.graph, basis(judged.graph, judged.settings), everybody, day, PLAN)
    ]
    judged_rows = sampled(rows)

    assert len(judged_rows.persons) == len({(row.day, row.person) for row in rows})
    assert len(set(judged_rows.persons)) == len({row.person for row in rows}) < len(judged_rows.persons)


# ---- refusals ----


@pytest.mark.parametrize(
    ("events", "n", "said"),
    [
        ([], 1, "The log holds no interaction that counts"),
        ([(1, 1, 2), (9, 1, 2)], 1, "The log is too short"),
        ([(day, 1, 2) for day in range(1, 400, 2)], 1, "Nobody counts"),
        ([(day, 1, n) for n in range(2, 9) for day in range(1, 400, 3)], 1, "Every earlier contact is met again"),
        ([(day, 1, n) for n in range(2, 9) for day in range(1, 400, 3)], 9, "No earlier contact is met again"),
    ],
)
def test_a_log_that_cannot_be_judged(lab, events, n, said):
    lab.ingest(
        [
            Event(f"e{row}", NOON - day * DAY, "email", COLLEAGUES[one], (f"mailto:k{other}@kund.example",), n, "made")
            for row, (day, one, other) in enumerate(events)
        ]
    )

    with pytest.raises(InputError, match=said):
        evaluate(lab.graph, lab.settings, PLAN)
