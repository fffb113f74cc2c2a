"""Introducers whom a log shows are ranked among all who could have introduced, by the product of strengths."""

from itertools import combinations

import hindsight
import pytest
from hindsight import COLLEAGUES
from reference import DAY
from test_evaluate import LOG, PLAN, join

from wkw.evaluate import document, evaluate
from wkw.windows import colleagues, cutoffs


@pytest.fixture
def judged(lab):
    join(lab)
    lab.ingest(LOG)
    return lab


def true_introducers(days):
    """(place, candidates) of each introducer whom the log shows, by the product of strengths."""
    places, direct = {}, {}
    for at_day, u, v, at, channel, _, _, n in hindsight.cells(LOG):
        if n <= (4 if channel == "email" else 3) and at_day >= days[0]:
            direct.setdefault(frozenset((u, v)), []).append(at)
    for day in days:
        known = {pair: row[0] for pair, row in hindsight.known_before(LOG, day).items()}
        mails = [e for e in LOG if e.channel == "email" and day <= e.at // DAY < day + 30 and 2 <= e.n <= 10]
        for mail in sorted(mails, key=lambda mail: mail.at):
            for pair in combinations(sorted(map(hindsight.person, mail.to)), 2):
                if frozenset(pair) not in places and (rank := place(mail, pair, known, direct)):
                    places[frozenset(pair)] = rank
    return list(places.values())


def place(mail, pair, known, direct):
    """The place of the sender among those who know both, if the two became acquainted; for either as asker."""
    sender = hindsight.person(mail.sender)
    if not any(mail.at < at <= mail.at + 30 * DAY for at in direct.get(frozenset(pair), ())):
        return None
    found = set()
    for u, v in (pair, pair[::-1]):
        asks = u in COLLEAGUES and sender in COLLEAGUES and (u, v) not in known
        if asks and (u, sender) in known and (sender, v) in known:
            paths = {c: known[u, c] * known[c, v] for c in COLLEAGUES if (u, c) in known and (c, v) in known}
            found.add((sum(p > paths[sender] for p in paths.values()) + 1, len(paths)))
    return found or None


def test_introducers_are_ranked_as_the_events_say(judged):
    found = evaluate(judged.graph, judged.settings, PLAN, introducers=True).introducers
    wanted = true_introducers(cutoffs(colleagues(judged.graph), PLAN)[1])

    assert found.cases == len(wanted) > 5
    low, high = ([pick(rank for rank, _ in one) for one in wanted] for pick in (max, min))
    assert hindsight.mean([1 / n for n in low]) <= found.mrr <= hindsight.mean([1 / n for n in high])
    assert hindsight.mean([n == 1 for n in low]) <= found.first <= found.top3 <= 1
    assert found.candidates == pytest.approx(hindsight.mean([of for one in wanted for _, of in list(one)[:1]]))


def test_a_log_in_which_no_mail_brought_anybody_together_tells_the_rest(lab):
    join(lab)
    lab.ingest(event for event in LOG if event.n == 1)

    found = document(evaluate(lab.graph, lab.settings, PLAN, introducers=True))
    assert found["introducers"] == {"mrr": None, "first": None, "top3": None, "cases": 0, "candidates": None}
    assert found["auc"] > 0.5
