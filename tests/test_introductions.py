"""A request for an introduction: its life, who sees it, how often somebody may be asked, and what time does to it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from asking import ANNA, BO, CIA, DAY, HOUR, at, fate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import NOON, TODAY

from wkw import setup, sharing
from wkw.errors import Conflict, Forbidden, InputError, NotFound, TooMany
from wkw.introductions.asking import draft, settle
from wkw.introductions.held import listed
from wkw.introductions.told import summary
from wkw.lookup import whom
from wkw.model import Target
from wkw.vetoes import veto

# ---- who may be asked, and how often ----


def test_the_same_again_makes_one_draft_and_another_wish_under_its_name_is_refused(ask):
    first, again = ask.draft(once="mine"), ask.draft(once="mine")

    assert first == again
    assert ask.draft(once="mine", by=BO) != first
    with pytest.raises(InputError, match="Idempotency-Key"):
        ask.draft(once="mine", note="Something else.")


def test_sending_again_under_the_same_name_sends_nothing_and_under_another_is_a_conflict(ask):
    request = ask.draft()

    assert ask.send(request, once="a") is True
    assert ask.send(request, once="a") is False
    with pytest.raises(Conflict):
        ask.send(request, once="b")


def test_who_knows_somebody_alone_can_be_asked_for_them(ask):
    wish = ask.wish()
    for other in (ask.wish(by=BO).target.id, ask.lab.key(ANNA), "0" * 24):
        with pytest.raises(NotFound, match="cannot introduce you"):
            draft(ask.lab.graph, ask.lab.settings, replace(wish, introducer=other), who=ask.lab.key(CIA), at=at())


@pytest.mark.parametrize("hidden", [CIA, ANNA, "lea@kund.example"])
def test_nobody_who_is_hidden_meanwhile_is_asked_sent_to_answered_for_or_seen(ask, hidden):
    ask.decide(open_requests=9, cooldown_days=0)
    drafted, sent = ask.draft(), ask.sent(now=NOON + 1)
    before = states(ask)
    sharing.close(ask.lab.graph, ask.lab.settings, ask.lab.key(hidden), now=NOON, by="self")  # nothing is deleted yet

    assert fate(lambda: ask.send(drafted)) is NotFound
    for name, who in (("withdraw", CIA), ("accept", ANNA), ("decline", ANNA)):
        assert fate(lambda name=name, who=who: ask.move(name, sent, who)) is NotFound
    for who in (CIA, ANNA):
        assert fate(lambda who=who: ask.shown(sent, who)) is NotFound
        assert listed(ask.lab.graph, ask.lab.key(who), at=at()).introductions == ()
    assert states(ask) == before


def states(ask):
    return [(row["introduction"]["id"], row["introduction"]["state"]) for row in ask.lab.query("introductions")]


def id_of(ask, address):
    return whom(ask.lab.graph, ask.lab.settings, Target(uri=f"mailto:{address}"))


def drafted(ask, through=ANNA, to="lea@kund.example"):
    """Whether the statement that makes drafts makes one for Cia, whatever a lookup would say."""
    people = {"asker_key": ask.lab.key(CIA), "introducer": id_of(ask, through), "target": id_of(ask, to)}
    facts = {"id": "x", "now": NOON, "due": NOON, "setup": 0, "purpose": "", "note": "", "fingerprint": ""}
    return ask.lab.graph.row("introductions/draft", day=TODAY, **people, **facts) is not None


@pytest.mark.parametrize(
    ("through", "to"),
    [("dag@nord.example", "lea@kund.example"), (CIA, "lea@kund.example"), (ANNA, "ola@fjord.example")],
)
def test_no_draft_is_made_with_whoever_left_asks_or_has_no_tie(ask, through, to):
    assert not drafted(ask, through, to)


@pytest.mark.parametrize("closed", [CIA, ANNA, "lea@kund.example", "vetoed"])
def test_no_draft_is_made_where_a_gate_closed_since_the_lookup_or_the_tie_was_vetoed(ask, closed):
    assert drafted(ask)
    ask.forget()
    if closed == "vetoed":
        veto(ask.lab.graph, ask.lab.key(ANNA), id_of(ask, "lea@kund.example"), wanted=True, day=TODAY)
    else:
        sharing.close(ask.lab.graph, ask.lab.settings, ask.lab.key(closed), now=NOON, by="self")

    assert not drafted(ask)


def test_an_asker_whose_sharing_is_off_is_told_so(ask):
    sharing.off(ask.lab.graph, ask.lab.settings, f"mailto:{CIA}", now=NOON)

    with pytest.raises(Forbidden, match="sharing is off"):
        ask.draft()


@pytest.mark.parametrize("named", [True, False])
def test_a_second_ask_for_the_same_is_told_of_the_first_and_by_whom_only_if_that_is_wanted(ask, named):
    ask.decide(open_requests=9, cooldown_days=0, name_askers=named)
    ask.sent(by=CIA, now=NOON)
    other = ask.draft(by=BO, now=NOON + 3 * DAY)

    with pytest.raises(Conflict) as refused:
        ask.send(other, by=BO, now=NOON + 3 * DAY)

    assert refused.value.code == "already_asked"
    assert ("Cia Holm" in refused.value.message) == named
    assert "3 days ago" in refused.value.message


REQUESTS = st.lists(
    st.tuples(
        st.sampled_from((CIA, BO)), st.sampled_from(("lea@kund.example", "mats@kund.example")), st.integers(0, 240)
    ),
    min_size=3,
    max_size=12,
)
ANSWERS = st.lists(st.sampled_from(("accept", "decline", "later", None)), min_size=12, max_size=12)
LIMITS = st.fixed_dictionaries(
    {
        "open_requests": st.integers(1, 2),
        "monthly": st.integers(1, 4),
        "cooldown_days": st.integers(0, 5),
        "asks_per_day": st.integers(1, 3),
        "expire_days": st.integers(3, 20),
    }
)


class Ledger:
    """What a plain reading of the limits makes of asks that come one after the other."""

    def __init__(self, limits):
        self.limits, self.sent = limits, []

    def fate(self, by, to, now):
        """Until when an ask has to wait, `asked` where it is one too many of the same, None where it may go."""
        alive = [one for one in self.sent if one["state"] in ("sent", "accepted") and one["until"] > now]
        if any(one["to"] == to for one in alive):
            return "asked"
        waits = [one["again"] for one in self.sent if one["to"] == to]
        waiting = sorted(one["until"] for one in alive if one["state"] == "sent")
        if len(waiting) >= self.limits["open_requests"]:
            waits.append(waiting[0])
        times = sorted((one["at"] for one in self.sent), reverse=True)
        waits += [time + 30 * DAY for time in times[self.limits["monthly"] - 1 :][:1]]
        waits += [time + self.limits["cooldown_days"] * DAY for time in times[:1]]
        own = sorted((one["at"] for one in self.sent if one["by"] == by), reverse=True)
        waits += [time + DAY for time in own[self.limits["asks_per_day"] - 1 :][:1]]
        return max([wait for wait in waits if wait > now], default=None)

    def note(self, by, to, now):
        until = now + self.limits["expire_days"] * DAY
        self.sent.append({"by": by, "to": to, "at": now, "until": until, "state": "sent", "again": 0})

    def answer(self, what, now):
        one = self.sent[-1]
        one["state"] = "accepted" if what == "accept" else "declined"
        one["until"] = now + self.limits["expire_days"] * DAY if what == "accept" else one["until"]
        one["again"] = now + 40 * DAY if what == "later" else 0


@settings(max_examples=12, suppress_health_check=[*HealthCheck], deadline=None)
@given(requests=REQUESTS, answers=ANSWERS, limits=LIMITS)
def test_how_often_somebody_may_be_asked_follows_a_plain_reading_of_the_limits(ask, requests, answers, limits):
    ask.forget()
    ask.decide(**limits)
    plain, now = Ledger(limits), NOON
    for (by, to, hours), answer in zip(requests, answers, strict=False):
        now += hours * HOUR
        request = ask.draft(by=by, to=to, now=now)
        expected = plain.fate(by, to, now)
        if expected is None:
            assert ask.send(request, by=by, now=now) is True
            plain.note(by, to, now)
            if answer:
                later = {"again_days": 40} if answer == "later" else {}
                ask.move("accept" if answer == "accept" else "decline", request, ANNA, now=now, **later)
                plain.answer(answer, now)
            continue
        with pytest.raises(Conflict if expected == "asked" else TooMany) as refused:
            ask.send(request, by=by, now=now)
        assert expected in ("asked", getattr(refused.value, "free", None))


def test_of_two_who_ask_somebody_at_once_one_is_one_too_many(ask):
    for _ in range(8):
        ask.forget()
        asks = [(CIA, ask.draft(by=CIA)), (BO, ask.draft(by=BO, to="mats@kund.example"))]
        gate = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            told = [*pool.map(lambda one: (gate.wait(), fate(lambda: ask.send(one[1], by=one[0])))[1], asks)]  # noqa: B023

        assert Counter(told) == {None: 1, TooMany: 1}


def test_of_a_yes_and_a_withdrawal_at_once_each_is_done_or_told(ask):
    ask.decide(open_requests=99, monthly=99, cooldown_days=0, asks_per_day=99)
    for _ in range(25):
        ask.forget()
        request, gate = ask.sent(), Barrier(2)
        steps = (("decline", ANNA), ("withdraw", CIA))
        with ThreadPoolExecutor(2) as pool:
            told = [*pool.map(lambda one: (gate.wait(), fate(lambda: ask.move(one[0], request, one[1])))[1], steps)]  # noqa: B023

        assert Counter(told) == {None: 1, Conflict: 1}


# ---- who is told what ----


def test_a_reason_is_shown_to_the_asker_only_where_the_introducer_wants_it(ask):
    ask.decide(open_requests=9, cooldown_days=0)
    for to, share in (("lea@kund.example", True), ("mats@kund.example", False)):
        request = ask.sent(to=to)
        ask.move("decline", request, ANNA, reason="I left that club.", share_reason=share)
        decided, who = setup.in_force(ask.lab.graph), ask.lab.key(CIA)
        seen = summary(ask.lab.settings, ask.shown(request), decided, who=who)
        own = summary(ask.lab.settings, ask.shown(request, ANNA), decided, who=who)
        assert seen["reason"] == ("I left that club." if share else None)
        assert own["reason"] == "I left that club."


def test_whoever_says_never_again_is_offered_for_that_person_no_more(ask):
    request = ask.sent()
    ask.move("decline", request, ANNA, never=True)

    with pytest.raises(StopIteration):
        ask.wish(by=BO)
    assert ask.shown(request).state == "declined"


def test_pages_of_ones_requests_hold_each_once_the_last_changed_first(ask):
    ask.decide(open_requests=9, monthly=99, cooldown_days=0)
    made = [ask.draft(to=to, now=NOON + n) for n, to in enumerate(["lea@kund.example", "mats@kund.example"] * 3)]
    seen, cursor = [], None
    while True:
        page = listed(ask.lab.graph, ask.lab.key(CIA), at=at(NOON + HOUR), limit=2, cursor=cursor)
        seen += [one.id for one in page.introductions]
        cursor = page.next
        if cursor is None:
            break

    assert seen == made[::-1]
    assert listed(ask.lab.graph, ask.lab.key(ANNA), at=at(NOON + HOUR)).introductions == ()  # nobody sees a draft


# ---- time ----


@pytest.mark.parametrize(("name", "who"), [("accept", ANNA), ("decline", ANNA), ("withdraw", CIA)])
def test_what_has_ended_by_silence_is_not_answered_before_the_clock_says_so_either(ask, name, who):
    request = ask.sent()

    with pytest.raises(Conflict, match="is expired"):
        ask.move(name, request, who, now=NOON + 14 * DAY)
    ask.move(name, request, who, now=NOON + 14 * DAY - 1)


def test_words_go_a_week_after_the_end_and_all_of_it_a_year_after(ask):
    request = ask.sent()
    ask.move("decline", request, ANNA, reason="No.", share_reason=True)

    assert settle(ask.lab.graph, now=NOON + 7 * DAY - 1) == {"expired": 0, "emptied": 0, "deleted": 0}
    assert settle(ask.lab.graph, now=NOON + 7 * DAY)["emptied"] == 1
    [row] = ask.lab.query("introductions")
    assert not row["introduction"].keys() & {"note", "text", "reason"}
    assert settle(ask.lab.graph, now=NOON + 365 * DAY)["deleted"] == 1
    assert ask.lab.query("introductions") == []


def test_an_outcome_that_is_told_late_keeps_the_request_as_long_as_any(ask):
    request = ask.sent()
    for name in ("accept", "introduced"):
        ask.move(name, request, ANNA)
    settle(ask.lab.graph, now=NOON + 7 * DAY)
    ask.move("outcome", request, CIA, now=NOON + 8 * DAY, outcome="met")

    assert settle(ask.lab.graph, now=NOON + 364 * DAY)["deleted"] == 0
    assert settle(ask.lab.graph, now=NOON + 365 * DAY)["deleted"] == 1


def test_a_draft_that_was_never_sent_goes_after_a_month(ask):
    ask.draft()

    assert settle(ask.lab.graph, now=NOON + 30 * DAY) == {"expired": 0, "emptied": 0, "deleted": 1}
