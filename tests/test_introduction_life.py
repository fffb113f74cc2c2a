"""The life of a request for an introduction, against a plain table: by three people, two at once, and by time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import ClassVar

from asking import ANNA, BO, CIA, DAY, fate
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from lab import NOON

from wkw.errors import Conflict, NotFound
from wkw.introductions.asking import settle
from wkw.introductions.states import MOVES

# What may become of what, by whom, written down a second time.
PLAIN = {
    ("draft", "send"): "sent",
    ("draft", "withdraw"): "withdrawn",
    ("sent", "withdraw"): "withdrawn",
    ("accepted", "withdraw"): "withdrawn",
    ("sent", "accept"): "accepted",
    ("sent", "decline"): "declined",
    ("accepted", "introduced"): "introduced",
    ("introduced", "outcome"): "met",
}
WHOSE = {"send": CIA, "withdraw": CIA, "outcome": CIA, "accept": ANNA, "decline": ANNA, "introduced": ANNA}
MORE = {"outcome": {"outcome": "met"}}
MAILS = {"sent": "request", "accepted": "answer", "declined": "answer", "expired": "answer"}
PATIENT = settings(max_examples=15, stateful_step_count=12, suppress_health_check=[*HealthCheck], deadline=None)


def test_a_request_is_drafted_sent_accepted_introduced_and_has_an_outcome(ask):
    request = ask.draft()
    for name in ("send", "accept", "introduced", "outcome"):
        ask.move(name, request, WHOSE[name], **MORE.get(name, {}))

    found = ask.shown(request)
    assert found.facts["states"] == ["draft", "sent", "accepted", "introduced", "met"]
    assert found.facts["actors"] == ["asker", "asker", "introducer", "introducer", "asker"]
    assert (found.state, found.facts["outcome"]) == ("introduced", "met")
    [row] = ask.lab.query("introductions")
    assert sorted(row["mails"]) == [f"{request}-accepted", f"{request}-sent"]


class Life(RuleBasedStateMachine):
    """A request that three people and time do things to, sometimes two at once, and what a plain table makes of it."""

    tried: ClassVar = Counter()
    ask = None

    @initialize()
    def begin(self):
        self.ask.forget()
        self.now, self.state, self.history, self.until = NOON, "draft", ["draft"], None
        self.request = self.ask.draft()

    def does(self, name, by=None):
        return fate(lambda: self.ask.move(name, self.request, by or WHOSE[name], now=self.now, **MORE.get(name, {})))

    def over(self):
        return self.until is not None and self.state in ("sent", "accepted") and self.now >= self.until

    def becomes(self, name):
        """What a step leads to; None where it is not possible."""
        return None if self.over() else PLAIN.get((self.state, name))

    def note(self, state):
        self.state, self.history = state, [*self.history, state]
        self.until = self.now + 14 * DAY if state in ("sent", "accepted") else self.until

    @rule(name=st.sampled_from(sorted(WHOSE)), by=st.sampled_from((CIA, ANNA, BO)))
    def step(self, name, by):
        self.tried["steps"] += 1
        expected = self.becomes(name)
        told = self.does(name, by)
        if by != WHOSE[name] or (by == ANNA and "sent" not in self.history):
            assert told is NotFound  # also for the other of the two, and of a draft nobody else knows
        elif expected:
            assert told is None
            self.note(expected)
        else:
            assert told is Conflict

    @rule(pair=st.tuples(*[st.sampled_from(sorted(WHOSE))] * 2))
    def two_at_once(self, pair):
        self.tried["at once"] += 2
        gate = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            told = [*pool.map(lambda name: (gate.wait(), self.does(name))[1], pair)]
        # One after the other, in one of both orders, as if each had been alone.
        orders = [self.in_turn(pair, order) for order in ((0, 1), (1, 0))]
        for state in next(states for expected, states in orders if expected == told):
            self.note(state)

    def in_turn(self, pair, order):
        """What the two of a pair are told in an order, and the states that it leads through."""
        state, told, states = self.state, [None, None], []
        for place in order:
            following = None if self.over() else PLAIN.get((state, pair[place]))
            unseen = WHOSE[pair[place]] == ANNA and "sent" not in [*self.history, *states]
            told[place] = NotFound if unseen else None if following else Conflict
            if following:
                state, states = following, [*states, following]
        return told, states

    @rule(days=st.sampled_from((1, 13, 14, 15)))
    def wait(self, days):
        self.now += days * DAY

    @rule()
    def settle(self):
        self.tried["settled"] += 1
        was_over = self.over()
        done = settle(self.ask.lab.graph, now=self.now)
        assert done["expired"] == was_over
        if was_over:
            self.note("expired")
        if done["deleted"]:
            self.begin()

    @invariant()
    def both_see_it_as_it_is(self):
        seen = self.ask.shown(self.request, now=self.now)
        assert seen.facts["states"] == self.history
        assert (seen.facts.get("outcome") or seen.state) == ("expired" if self.over() else self.state)
        if self.history[-1] not in ("draft",) and "sent" in self.history:
            assert self.ask.shown(self.request, ANNA, now=self.now).facts == seen.facts
        else:
            assert fate(lambda: self.ask.shown(self.request, ANNA, now=self.now)) is NotFound
        assert fate(lambda: self.ask.shown(self.request, BO, now=self.now)) is NotFound
        [row] = self.ask.lab.query("introductions")
        assert sorted(row["mails"]) == sorted(f"{self.request}-{state}" for state in self.history if state in MAILS)


def test_whatever_three_people_and_time_do_a_request_is_as_a_plain_table_says(ask):
    ask.decide(open_requests=1000, monthly=1000, cooldown_days=0, asks_per_day=1000)
    Life.ask = ask

    run_state_machine_as_test(Life, settings=PATIENT)

    assert min(Life.tried[kind] for kind in ("steps", "at once", "settled")) > 10


def test_the_table_of_moves_is_the_one_of_the_documentation():
    told = {(before, name): move.after for name, move in MOVES.items() for before in move.before}

    assert told == PLAIN | {("introduced", "outcome"): "introduced"}
    assert {name: CIA if move.by == "asker" else ANNA for name, move in MOVES.items()} == WHOSE
