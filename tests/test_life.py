"""Whatever happens to a graph in whatever order, its ties equal the plain reference."""

import pytest
import reference
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from lab import TODAY
from races import TIMES
from test_reweight import OTHER, stored
from test_strength import EVA, EVA2, PEOPLE, histories

from wkw import identity
from wkw.model import Event, Target
from wkw.strength import WEIGHTS

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # a failure is short enough as it is, and shrinking takes long


def check(lab, books):
    """Every tie of the graph is what the plain reference makes of the same in the same order."""
    found, expected = stored(lab), books.ties()
    assert found.keys() == expected.keys()
    for pair, tie in expected.items():
        row = found[pair]
        assert (row["fast"], row["slow"]) == pytest.approx((tie.fast, tie.slow), rel=1e-9, abs=1e-300)
        assert (row["sent"], row["received"], row["met"]) == (tie.sent, tie.received, tie.met)
        assert row["days"] == len(tie.days) + books.days(*pair)
        assert (row["last"] if row["last"] is not None else -1) == tie.last
        assert row["two_way"] == tie.two_way
        assert row["tier"] == ("enhanced" if "enhanced" in tie.tiers else "basic")


class Persons:
    """Who has which addresses, and who was ever called a colleague."""

    def __init__(self):
        self.groups = [[{EVA, EVA2}, True], *([{uri}, self.own(uri)] for uri in PEOPLE if uri not in (EVA, EVA2))]

    def own(self, uri):
        return uri.endswith("@nord.example")

    def group(self, uri):
        return next(group for group in self.groups if uri in group[0])

    def person_of(self, uri):
        """The first of a person's addresses in order, as the queries of the tests name people."""
        return min(self.group(uri)[0])

    def is_colleague(self, person):
        return self.group(person)[1]

    def merge(self, one, other):
        first, second = self.group(one), self.group(other)
        if first is not second:
            self.groups = [group for group in self.groups if group is not first and group is not second]
            self.groups.append([first[0] | second[0], first[1] or second[1]])

    def unmerge(self, uri):
        self.group(uri)[0].discard(uri)
        self.groups.append([{uri}, self.own(uri)])


class Life(RuleBasedStateMachine):
    """Deliveries, redeliveries, folds, merges and unmerges, reweighting and other weights, in any order."""

    lab = None  # set by the test

    def __init__(self):
        super().__init__()
        self.lab.query("wipe")
        self.lab.query("renew")
        self.lab.load_people()
        self.persons = Persons()
        self.books = reference.Books(
            self.persons.person_of, self.persons.is_colleague, lambda uri: self.lab.key(uri.removeprefix("mailto:"))
        )
        self.delivered = []

    @rule(events=histories(), run=st.integers(0, 5))
    def deliver(self, events, run):
        self._deliver([Event(**{**fields(event), "id": f"{run}:{event.channel}:{event.id}"}) for event in events])

    @rule(choose=st.randoms())
    def deliver_again(self, choose):
        self._deliver(choose.sample(self.delivered, len(self.delivered) // 2))

    @rule(retention=st.sampled_from([21, 90, 200, 365]))
    def fold(self, retention):
        before = stored(self.lab)
        self.lab.forget(retention=retention)
        self.books.fold(TODAY - retention, lambda person: self.persons.group(person)[0])
        assert {pair: tie["fast"] for pair, tie in stored(self.lab).items()} == {
            pair: tie["fast"] for pair, tie in before.items()
        }

    @rule(pair=st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=2, unique=True))
    def merge(self, pair):
        self._merge(*pair)
        check(self.lab, self.books)

    @rule(pair=st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=2, unique=True))
    def merge_twice_with_an_unmerge_between(self, pair):
        self._merge(*pair)
        before = self.lab.state()
        self._unmerge(pair[1])
        check(self.lab, self.books)
        self._merge(*pair)
        assert self.lab.state() == before

    @rule(uri=st.sampled_from(PEOPLE))
    def unmerge(self, uri):
        if len(self.persons.group(uri)[0]) > 1:
            self._unmerge(uri)
            check(self.lab, self.books)

    @rule(full=st.booleans())
    def reweight(self, full):
        moves = self.lab.reweight(full=full)
        assert moves.different == []
        for pair, tie in stored(self.lab).items():
            strength = reference.strength(self.books.ties()[pair], TODAY)
            assert tie["strength"] == pytest.approx(strength, abs=1e-9)
            assert tie["day"] == TODAY

    @rule(weights=st.sampled_from([OTHER, dict(WEIGHTS)]))
    def change_weights(self, weights):
        self.lab.reweight(weights=weights)
        self.books.weights = weights

    def teardown(self):
        check(self.lab, self.books)

    def _deliver(self, events):
        self.delivered += events
        self.lab.ingest(events)
        self.books.deliver(events)
        check(self.lab, self.books)

    def _merge(self, one, other):
        identity.merge(self.lab.graph, self.lab.settings, Target(uri=one), Target(uri=other), day=TODAY)
        self.persons.merge(one, other)
        self.books.settle(self.persons.person_of(one))

    def _unmerge(self, uri):
        identity.unmerge(self.lab.graph, self.lab.settings, uri, day=TODAY)
        left = next(one for one in self.persons.group(uri)[0] if one != uri)
        self.persons.unmerge(uri)
        self.books.settle(self.persons.person_of(left), uri)


def fields(event):
    return {name: getattr(event, name) for name in event.__slots__}


def test_whatever_happens_in_whatever_order_every_tie_equals_the_plain_reference(lab):
    Life.lab = lab
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Life,
        settings=settings(max_examples=6 * TIMES, stateful_step_count=12, suppress_health_check=checks, phases=PHASES),
    )
