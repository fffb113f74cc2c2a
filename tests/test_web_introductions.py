"""Introductions over HTTP: what a seller meets from the draft to the sending, and what nobody is told."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from threading import Barrier

import pytest
from asking import ANNA, BO, CIA, KEYS, POST

from wkw.introductions.asking import settle
from wkw.moment import moment
from wkw.web import create_app
from wkw.web.calls import SERVED

LEA = {"target": {"address": "lea@kund.example"}, "purpose": "introduction"}
ROUTE = "/v1/introductions"


class Http:
    """Asks an application as people of the village, who are sellers; `json` of an answer, which must have a status."""

    def __init__(self, lab, post=POST):
        self.lab, self._tokens = lab, {}
        app = create_app(lab.graph, replace(lab.settings, post=post))
        self.client, self.end = app.test_client(), app.extensions[SERVED].sender.stop

    def ask(self, who, method, path, body=None, *, once=None):
        if who not in self._tokens:
            self._tokens[who] = self.lab.token("seller", of=who)
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} | (
            {} if once is None else {"Idempotency-Key": str(once)}
        )
        given = {name: value for name, value in headers.items() if value}
        return self.client.open(path, method=method, json=body, headers=given)

    def json(self, status, *asked, **more):
        answer = self.ask(*asked, **more)
        assert answer.status_code == status, answer.text
        return answer.json

    def wish(self, who=CIA, number=0, **more):
        found = self.json(200, who, "POST", "/v1/lookups", LEA)
        introducer = found["introducers"][number]["colleague"]["id"]
        return {"target": {"id": found["target"]["id"]}, "introducer": introducer, "purpose": "introduction", **more}

    def draft(self, who=CIA, **more):
        wish = {"note": "We met at the fair.", **self.wish(who), **more}
        return self.json(201, who, "POST", ROUTE, wish, once=f"draft-{next(KEYS)}")

    def sent(self, who=CIA, **more):
        made = self.draft(who, **more)
        return self.json(200, who, "POST", f"{ROUTE}/{made['id']}/send", once="send")


@pytest.fixture
def http(village):
    yield (made := Http(village))
    made.end()


def test_a_seller_drafts_refines_sends_and_hears_and_the_colleague_gets_a_text_to_forward(http):
    made = http.draft()
    place = f"{ROUTE}/{made['id']}"
    assert made["can_send"]
    assert made["problems"] == {}
    assert "We met at the fair." in made["mail"]["text"]
    better = http.json(200, CIA, "PATCH", place, {"note": "She spoke about ports;\r\nI sell cranes."})
    assert "She spoke about ports;\nI sell cranes." in better["mail"]["text"]

    sent = http.json(200, CIA, "POST", f"{place}/send", once="mine")
    assert sent["state"] == "sent"
    assert sent["mail"]["text"].startswith("Hej Anna Berg,\n")
    assert http.json(200, ANNA, "GET", place)["role"] == "introducer"
    yes = http.json(200, ANNA, "POST", f"{place}/accept")
    assert "Cia Holm" in yes["forward"]["text"]
    assert yes["forward"]["mailto"].startswith("mailto:lea%40kund.example?cc=")
    assert len(yes["forward"]["text"].split()) < 120
    assert http.json(200, CIA, "GET", place)["forward"] is None
    http.json(200, ANNA, "POST", f"{place}/introduced")
    over = http.json(200, CIA, "POST", f"{place}/outcome", {"outcome": "met"})

    assert [step["state"] for step in over["history"]] == ["draft", "sent", "accepted", "introduced", "met"]
    for who, role in ((CIA, "asker"), (ANNA, "introducer")):
        [one] = http.json(200, who, "GET", f"{ROUTE}?role={role}")["introductions"]
        assert one["outcome"] == "met"
    assert http.json(200, BO, "GET", ROUTE)["introductions"] == []


def test_a_request_without_a_name_of_its_own_is_refused_and_one_that_comes_again_says_so(http):
    wish = http.wish(note="Hello.")
    assert http.json(400, CIA, "POST", ROUTE, wish)["code"] == "header_missing"
    first, again = (http.ask(CIA, "POST", ROUTE, wish, once="same") for _ in range(2))

    assert first.json["id"] == again.json["id"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    place = f"{ROUTE}/{first.json['id']}/send"
    assert http.json(400, CIA, "POST", place)["code"] == "header_missing"
    sent = [http.ask(CIA, "POST", place, once="same") for _ in range(2)]
    assert [one.headers.get("Idempotency-Replayed") for one in sent] == [None, "true"]
    assert http.json(422, CIA, "POST", ROUTE, wish | {"note": "Another."}, once="same")["detail"].startswith(
        "That Idemp"
    )


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"note": ""}, "note"),
        ({"note": "Write to mallory@evil.example"}, "note"),
        ({"text": "Hello {{ introducer }}"}, "text"),
        ({"text": "Ask lea＠kund.example, please"}, "text"),
    ],
)
def test_a_mail_with_a_hole_a_placeholder_or_a_strange_address_does_not_go(http, words, field):
    made = http.draft()
    seen = http.json(200, CIA, "PATCH", f"{ROUTE}/{made['id']}", words)

    assert [*seen["problems"]] == [field]
    assert seen["why_not"]["code"] == "unfit"
    refused = http.json(422, CIA, "POST", f"{ROUTE}/{made['id']}/send", once="x")
    assert [*refused["errors"]] == [field]
    assert http.lab.query("introductions")[0]["mails"] == []


def test_ones_own_address_and_the_colleagues_may_stand_in_the_mail_and_a_long_one_is_advised_against(http):
    made = http.draft(note="I am cia@nord.example, you are Anna@Nord.example. " + "Long. " * 120)

    assert made["problems"] == {}
    assert made["advice"] == ["Shorter is better: it has more than 120 words."]


def test_where_no_mail_is_sent_that_is_told_with_the_text_to_copy(village):
    http = Http(village, post=None)
    [first, *_] = http.json(200, CIA, "POST", "/v1/lookups", LEA)["introducers"]
    assert first["can_request"] is False
    assert first["why_not"]["code"] == "no_mail"
    made = http.draft()

    assert made["can_send"] is False
    assert made["why_not"]["who"] == "administrator"
    assert "We met at the fair." in made["mail"]["text"]
    assert "-- " not in made["mail"]["text"]  # there is nothing that a link would lead to
    refused = http.json(409, CIA, "POST", f"{ROUTE}/{made['id']}/send", once="x")
    assert (refused["code"], refused["who"]) == ("no_mail", "administrator")


def test_of_two_answers_at_once_one_counts_and_the_other_is_told(http):
    made = http.sent()
    gate = Barrier(2)

    def answer(word):
        gate.wait()
        return http.ask(ANNA, "POST", f"{ROUTE}/{made['id']}/{word}", {} if word == "decline" else None)

    with ThreadPoolExecutor(2) as pool:
        told = [*pool.map(answer, ("accept", "decline"))]

    assert sorted(one.status_code for one in told) == [200, 409]
    [lost] = [one for one in told if one.status_code == 409]
    assert lost.json["code"] == "introduction_state"


def test_one_request_too_many_is_refused_until_a_day_that_is_told(http):
    http.sent()
    other = http.draft(BO, target={"address": "mats@kund.example"}, introducer=http.wish(BO)["introducer"])
    refused = http.ask(BO, "POST", f"{ROUTE}/{other['id']}/send", once="x")

    assert refused.status_code == 429
    assert refused.json["free_at"] > "2026"
    assert 13 * 86_400 < int(refused.headers["Retry-After"]) <= 14 * 86_400


def test_a_request_whose_words_are_gone_is_still_told_without_them(http):
    made = http.sent()
    http.json(200, CIA, "POST", f"{ROUTE}/{made['id']}/withdraw")
    settle(http.lab.graph, now=moment().now + 8 * 86_400_000)

    for who in (CIA, ANNA):
        seen = http.json(200, who, "GET", f"{ROUTE}/{made['id']}")
        assert (seen["state"], seen["note"], seen["mail"]) == ("withdrawn", None, None)


# ---- blind mode ----


def everything(http, who, request):
    """The texts of all answers that GET routes and lookups give somebody."""
    paths = [path for path, ways in http.client.get("/openapi.json").json["paths"].items() if "get" in ways]
    told = [http.ask(who, "GET", path.replace("{id}", request)) for path in paths]
    told += [
        http.ask(who, "POST", "/v1/lookups", LEA | more) for more in ({}, {"one_way": True}, {"as_of": "2026-06-02"})
    ]
    told += [http.ask(who, "POST", "/v1/targets", {"name": "le", "purpose": "introduction"})]
    return "\n".join(one.text for one in told)


def test_in_blind_mode_nothing_tells_an_asker_who_it_is_before_they_said_yes(http, ask):
    known = [one["colleague"] for one in http.json(200, CIA, "POST", "/v1/lookups", LEA)["introducers"]]
    marks = [ANNA, *(one[part] for one in known for part in ("id", "name"))]
    ask.decide(blind=True)
    before = everything(http, CIA, "none")  # Cia's own ties to colleagues tell of them, whoever knows whom
    made = http.sent()
    after = everything(http, CIA, made["id"])

    assert not any(mark in json.dumps(made) for mark in marks)
    assert [after.count(mark) for mark in marks] == [before.count(mark) for mark in marks]
    assert "Lea Sand" in after
    assert http.json(404, CIA, "POST", ROUTE, http.wish() | {"introducer": known[0]["id"]}, once="y")
    http.json(200, ANNA, "POST", f"{ROUTE}/{made['id']}/accept")
    assert http.json(200, CIA, "GET", f"{ROUTE}/{made['id']}")["introducer"]["name"] == "Anna Berg"


def test_a_reference_of_blind_mode_is_an_askers_own_and_of_one_target_alone(http, ask):
    ask.decide(blind=True)
    mats = LEA | {"target": {"address": "mats@kund.example"}}
    seen = [
        {one["colleague"]["id"] for one in http.json(200, who, "POST", "/v1/lookups", body)["introducers"]}
        for who, body in ((CIA, LEA), (CIA, mats), (BO, LEA))
    ]

    assert all(seen)
    assert sum(map(len, seen)) == len(set.union(*seen))
    assert http.wish(CIA) == http.wish(CIA)
    assert http.json(404, CIA, "POST", ROUTE, http.wish(CIA) | {"introducer": http.wish(BO)["introducer"]}, once="z")


# ---- injection ----

CONTROLS = (
    "\r\n",
    "\r",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\ufeff",
)
HEADERS = ("Bcc: all@evil.example", "Subject: Owned", ".\r\nMAIL FROM:<x@evil.example>", "Content-Type: text/html")
INJECTIONS = [f"Hello{control}{header}" for control, header in product(CONTROLS, HEADERS)]
PLACES = ("note", "purpose", "introducer", "once")


def test_two_hundred_injections_are_refused_at_the_door_or_are_plain_words_of_the_body(http):
    wish, tried = http.wish(), 0
    for text, place in product(INJECTIONS, PLACES):
        body = wish | ({place: text} if place != "once" else {})
        once = json.dumps(text) if place == "once" and text.isascii() else "ok"
        told = http.ask(CIA, "POST", ROUTE, body, once=once)
        tried += 1
        if told.status_code == 201:  # a line feed in the body of a mail is a line feed, a quoted name is a name
            assert place in ("note", "once")
            assert "\n" not in told.json["mail"]["subject"]
            http.client.open(f"{ROUTE}/{told.json['id']}/withdraw", method="POST")
        else:
            assert told.status_code in (400, 404, 422), (place, text)

    assert tried >= 200
    assert all(row["mails"] == [] for row in http.lab.query("introductions"))
