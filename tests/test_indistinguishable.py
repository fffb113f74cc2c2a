"""What is not shown cannot be told from outside: not from an answer, its headers or its time, whoever asks."""

import random
from collections import Counter
from itertools import count, product
from math import sqrt
from statistics import median
from time import perf_counter

import pytest
from lab import NOON, TODAY

from wkw import people, policy, sharing
from wkw.evidence import RECENCY
from wkw.lookup import Question, document, lookup
from wkw.model import Event, Listing, Target, date_of
from wkw.regions import Policy
from wkw.vetoes import veto
from wkw.web import create_app

DAY = 86_400_000
ROUNDS = 125  # of four pairs each
APART = 0.005  # seconds
NOW = date_of(TODAY).isoformat()
ADDRESSES = {"unknown": "nobody", "unreachable": "nils", "opted out": "gone", "one way": "shy", "vetoed": "mine"}
ADDRESSES["below the evidence"] = "thin"
CHANGING = {"X-Request-Id", "Date", "Content-Length"}  # the length is that of the body, which is compared
EVA, ASKER = "eva@nord.example", "asker@nord.example"


def mail(number, sender, to, *, ago, n=1):
    return Event(f"mid:{number}", NOON - ago * DAY, "email", f"mailto:{sender}", (f"mailto:{to}",), n, "more")


def ask(client, token, body):
    headers = {"Authorization": f"Bearer {token}"}
    return client.post("/v1/lookups", json=body | {"purpose": "lead_followup"}, headers=headers)


# ---- nobody to show (T-12) ----


@pytest.fixture
def hidden(village):
    """Beside the village: who opted out, whom colleagues only wrote to, whom Anna alone knows, whom Kim too little."""
    pairs = [("anna@nord.example", "gone@kund.example"), ("gone@kund.example", "anna@nord.example")]
    pairs += [("bo@nord.example", "gone@kund.example"), ("gone@kund.example", "bo@nord.example")]
    pairs += [("anna@nord.example", "mine@kund.example"), ("mine@kund.example", "anna@nord.example")]
    pairs += [("kim@nord.example", "thin@kund.example"), ("thin@kund.example", "kim@nord.example")]
    pairs += [(f"{who}@nord.example", "shy@kund.example") for who in ("anna", "bo", "cia")]
    village.ingest([mail(n, *pair, ago=n + 1) for n, pair in enumerate(pairs)])
    client = create_app(village.graph, village.settings).test_client()
    for name in ("gone", "mine", "thin"):
        body = {"target": {"address": f"{name}@kund.example"}}
        assert ask(client, village.token(of="cia@nord.example"), body).status_code == 200  # before
    [mine] = village.query("person", key=village.key("mine@kund.example"))
    veto(village.graph, village.key("anna@nord.example"), mine["facts"]["id"], wanted=True, day=TODAY)
    sharing.off(village.graph, village.settings, "mailto:gone@kund.example", now=NOON)
    regions = {"anna": "Uri", "bo": "Uri", "cia": "Uri", "eva": "Uri", "kim": "Ticino"}
    told = [Listing(f"mailto:{who}@nord.example", "colleague", region=region) for who, region in regions.items()]
    people.load(village.graph, village.settings, told, day=TODAY)
    for row in (Policy("uri"), Policy("ticino", interactions=3)):
        policy.put(village.graph, village.settings, row, now=NOON)
    return client


def told(response):
    """All that a caller sees but what is another one each time."""
    body = {name: value for name, value in response.json.items() if name != "request_id"}
    headers = sorted((name, value) for name, value in response.headers if name not in CHANGING)
    return response.status_code, body, headers, len(response.data)


def test_people_whom_nobody_is_shown_cannot_be_told_apart_by_what_is_answered_or_how_fast(village, hidden):
    token, dice = village.token(of=EVA), random.Random(7)
    bodies = {kind: {"target": {"address": f"{name}@kund.example"}} for kind, name in ADDRESSES.items()}
    for body in list(bodies.values()) * 10:  # plans and caches are warm
        ask(hidden, token, body)
    answers, seconds = [], {kind: [] for kind in bodies}
    for _ in range(ROUNDS):
        for kind in dice.sample(list(bodies), len(bodies)):
            began = perf_counter()
            response = ask(hidden, token, bodies[kind])
            seconds[kind].append(perf_counter() - began)
            answers.append(told(response))

    assert answers == [answers[0]] * len(answers)
    assert answers[0][0] == 404
    middle = [median(took) for took in seconds.values()]
    assert max(middle) - min(middle) < APART, dict(zip(seconds, middle, strict=True))


def test_an_answer_that_gave_one_of_them_away_would_be_seen(village, hidden):
    token = village.token(of=EVA)
    shown = told(ask(hidden, token, {"target": {"address": "shy@kund.example"}, "one_way": True}))
    nobody = told(ask(hidden, token, {"target": {"address": "shy@kund.example"}}))

    assert shown[0] != nobody[0]


@pytest.mark.parametrize("way", ["address", "crm_id", "id"])
def test_it_makes_no_difference_by_what_a_person_is_named(village, hidden, way):
    named = {"address": "nobody@kund.example", "crm_id": "crm:dynamics:404", "id": "0123456789abcdef01234567"}
    answers = [
        told(ask(hidden, village.token(of=EVA), {"target": {way: named[way]}, "one_way": one})) for one in (True, False)
    ]

    assert answers == [told(ask(hidden, village.token(of=EVA), {"target": {"address": "nils@kund.example"}}))] * 2


# ---- what others may not see of a colleague (T-11) ----


def shown(history):
    """What may be seen of a history, mails as (sent or received, days ago), by the published formula; None: no tie."""
    s = sum((1.5 if sent else 1) * sqrt(n) * decay(ago) for (sent, ago), n in Counter(history).items())
    recency = next((word for bound, word in RECENCY if min(ago for _, ago in history) < bound), "older")
    return round(100 * s / (s + 4)), s / (s + 4) >= 0.5, s / (s + 4) >= 0.15, recency


def decay(ago):
    return 2 ** (-ago / 14) + 0.3 * 2 ** (-ago / 180)


def twins(count):
    """Pairs of histories of which the same may be seen, with other dates and another number of mails."""
    dice, seen = random.Random(11), {}
    while count:
        first, reach = [(True, dice.randrange(1, 300)), (False, dice.randrange(1, 300))], dice.choice((20, 80, 300))
        history = first + [(dice.random() < 0.5, dice.randrange(1, reach)) for _ in range(dice.randrange(1, 9))]
        other = seen.setdefault(shown(history), history)
        if len(other) != len(history) and min(ago for _, ago in other) != min(ago for _, ago in history):
            count -= 1
            yield seen.pop(shown(history)), history


def load(lab, histories, *, busy):
    """A graph of its own: each of a dozen colleagues knows a contact by a history; some are busy with each other."""
    lab.empty()
    people.load(lab.graph, lab.settings, directory_of(len(histories)), day=TODAY)
    numbers = count()
    events = [
        mail(next(numbers), *(one(n), other(n)) if sent else (other(n), one(n)), ago=ago)
        for n, history in enumerate(histories)
        for sent, ago in history
    ]
    events += [mail(next(numbers), one(n % 5), one((n + 1) % 5), ago=1 + n % 200) for n in range(busy)]
    lab.ingest(events)


def directory_of(number):
    colleagues = [Listing(f"mailto:{one(n)}", "colleague", name=f"Colleague {n}", title="Sales") for n in range(number)]
    return colleagues + [Listing(f"mailto:{other(n)}", "lead", name=f"Lead {n}") for n in range(number)]


def one(n):
    return f"one{n}@nord.example"


def other(n):
    return f"other{n}@kund.example"


def answers(lab, role, number):
    """What somebody with a role is told of everybody, whatever they ask, as of the village's today."""
    client = create_app(lab.graph, lab.settings).test_client()
    token = lab.token(role, of=ASKER)
    headers = {"Authorization": f"Bearer {token}"}
    asked = [
        {"target": {"address": other(n)}, "as_of": NOW, "one_way": one_way, "limit": 1 + 49 * one_way}
        for n, one_way in product(range(number), (False, True))
    ]
    found = [ask(client, token, body).json for body in asked]
    search = {"name": "lead", "purpose": "account_plan"}
    return [plain(told) for told in (*found, client.post("/v1/targets", json=search, headers=headers).json)]


def today(lab, number):
    """The same from the query of today, whose day HTTP does not let one choose."""
    questions = [Question(Target(uri=f"mailto:{other(n)}"), lab.key(ASKER), TODAY) for n in range(number)]
    return [plain(document(lab.settings, lookup(lab.graph, lab.settings, question))) for question in questions]


def plain(found):
    """A value without ids, which are random."""
    if isinstance(found, dict):
        return {name: plain(value) for name, value in found.items() if name not in ("id", "request_id")}
    return [plain(held) for held in found] if isinstance(found, list) else found


def test_what_differs_between_two_graphs_and_is_not_shown_changes_no_answer_for_a_seller_or_a_manager(lab):
    pairs = list(twins(5))
    seen = []
    for side, busy in ((0, 0), (1, 150)):
        load(lab, [pair[side] for pair in pairs], busy=busy)
        seen += [answers(lab, role, len(pairs)) for role in ("seller", "sales_manager")]
        seen.append(today(lab, len(pairs)))
    seller, manager, now, *others = seen

    assert [seller, manager, now] == [*others[:2], others[2]]
    assert seller == manager
    assert [len(answer["introducers"]) for answer in now] == [1] * len(pairs)


def test_what_is_shown_does_change_answers(lab):
    found = []
    for ago in (3, 40):
        load(lab, [[(True, ago), (False, ago)]], busy=0)
        found.append(answers(lab, "seller", 1))

    assert found[0] != found[1]
