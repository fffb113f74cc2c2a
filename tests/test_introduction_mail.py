"""From the request over HTTP to the mails that a real mail server is given, and back by the link in one."""

import re

import pytest
from asking import ANNA, CIA
from outboxes import post as posting
from servers import until
from test_web_introductions import ROUTE, Http

from wkw import people
from wkw.introductions import words
from wkw.introductions.states import Introduction
from wkw.model import Listing

LEA = {"id": "t", "name": "Lea Sand", "address": "lea@kund.example", "title": None, "language": None, "region": None}
LEA |= {"company": "Kund"}


@pytest.fixture
def http(village, box):
    """The village over HTTP, whose mails the letterbox gets."""
    yield (made := Http(village, post=posting(box)))
    made.end()


def letters(box, number):
    """So many letters, once they have come."""
    until(lambda: len(box.letters) >= number)
    return box.letters


def test_the_mail_has_a_link_that_answers_and_the_asker_is_told_by_mail(http, box):
    made = http.draft()
    http.json(200, CIA, "POST", f"{ROUTE}/{made['id']}/send", once="x")
    [asks] = letters(box, 1)

    assert (asks["To"], asks["Reply-To"], asks["Subject"]) == (ANNA, CIA, made["mail"]["subject"])
    [path] = re.findall(r"https://wkw.nord.example(/answer/\S+)", asks.get_content())
    shown = made["mail"]["text"].replace("(a link that only the colleague gets)", path.removeprefix("/answer/"))
    assert asks.get_content().replace("\r\n", "\n") == shown  # as it was shown before
    assert http.client.post(path, data={"answer": "accept"}).status_code == 200
    [_, tells] = letters(box, 2)
    assert (tells["To"], tells["Subject"]) == (CIA, "Anna Berg presenterar dig för Lea Sand")


def test_a_mail_is_in_the_language_of_whoever_gets_it(http, box, village):
    english = Listing(f"mailto:{ANNA}", "colleague", name="Anna Berg", region="SE", language="en")
    people.load(village.graph, village.settings, [english], day=20606)
    made = http.sent()
    [asks] = letters(box, 1)

    assert made["mail"]["subject"] == asks["Subject"] == "Cia Holm would like to meet Lea Sand"
    http.json(200, ANNA, "POST", f"{ROUTE}/{made['id']}/decline", {"again_days": 30})
    [_, tells] = letters(box, 2)
    assert tells["Subject"] == "Ingen presentation för Lea Sand den här gången"
    assert "Du får fråga igen från och med" in tells.get_content()


def test_in_blind_mode_neither_mail_names_the_colleague_to_the_asker(http, box, ask):
    ask.decide(blind=True)
    made = http.sent()
    [asks] = letters(box, 1)

    assert asks["To"] == ANNA
    assert "Hej kollega," in asks.get_content()
    http.json(200, ANNA, "POST", f"{ROUTE}/{made['id']}/decline", {})
    [_, tells] = letters(box, 2)
    assert tells["To"] == CIA
    assert "Anna" not in tells.as_string()


def found(note, title="Sales representative", language="en"):
    cia = LEA | {"id": "a", "name": "Cia Holm", "address": CIA, "title": title}
    anna = LEA | {"id": "i", "name": "Anna Berg", "address": ANNA, "language": language}
    return Introduction("x", "introducer", "accepted", {"states": ["accepted"], "note": note}, cia, anna, LEA)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_what_is_forwarded_has_fewer_than_120_words_however_long_the_note(language):
    for note in ("", "Short.", "word " * 80, "word " * 200):
        letter = words.forward(found(note, language=language))
        assert len(letter.text.split()) < 120
        assert (note.strip() in letter.text) == (len(note.split()) < 100)


def test_a_mailto_link_holds_what_may_be_forwarded_whatever_it_is_made_of():
    odd = found("Räksmörgås & <b>50 %</b>?\nSecond line #1", title="R&D")
    link = words.mailto(odd)

    assert re.fullmatch(r"mailto:[\w.%-]+\?[\w.%=&@-]+", link)
    assert "%0D%0ASecond%20line%20%231" in link
    assert link.count("&") == 2
