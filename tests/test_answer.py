"""The page behind the link in a mail that asks for an introduction."""

import re
from dataclasses import replace
from html import unescape

import pytest
from asking import ANNA, CIA, DAY, POST
from chromium import served

from wkw import sharing
from wkw.moment import moment
from wkw.web import create_app
from wkw.web.answer import link
from wkw.web.calls import SERVED

OVER = "nothing to answer here any more"


@pytest.fixture
def app(village):
    app = create_app(village.graph, replace(village.settings, post=POST))
    yield app
    app.extensions[SERVED].sender.stop()


@pytest.fixture
def now():
    return moment().now


@pytest.fixture
def path(village, ask, now):
    """The path of the link that Anna got."""
    return path_of(village, ask.sent(now=now))


def path_of(village, request):
    return link(replace(village.settings, post=POST), request).removeprefix(POST.url)


@pytest.fixture
def page(app):
    """Opens a path, or presses a button there."""
    client = app.test_client()

    def opened(path, status=200, **pressed):
        told = client.post(path, data=pressed) if pressed else client.get(path)
        assert told.status_code == status
        return unescape(told.text)

    return opened


def test_whoever_scans_mails_opens_the_page_and_changes_nothing(village, page, path):
    before = village.query("introductions")
    for _ in range(5):
        assert "Cia Holm ber dig om en presentation för Lea Sand" in page(path)

    assert village.query("introductions") == before


def test_yes_gives_a_text_to_send_oneself_and_the_link_then_says_that_it_was_sent(village, page, path):
    yes = page(path, answer="accept")
    assert "Du har tackat ja." in yes
    assert "Hej Lea Sand," in yes
    assert re.search(r'href="mailto:lea%40kund.example\?cc=cia%40nord.example', yes)
    assert "Hej Lea Sand," in page(path)  # whoever closed the page finds it again

    assert "Tack för presentationen." in page(path, answer="introduced")
    [row] = village.query("introductions")
    assert row["introduction"]["states"][-2:] == ["accepted", "introduced"]


@pytest.mark.parametrize(
    ("pressed", "kept"),
    [
        ({"answer": "decline"}, {}),
        ({"answer": "decline", "reason": "No time.", "share": "yes"}, {"reason": "No time.", "share_reason": True}),
        ({"answer": "later", "days": "90"}, {}),
        ({"answer": "never"}, {}),
    ],
)
def test_every_way_to_say_no_ends_it(village, ask, page, path, pressed, kept):
    assert "Du har tackat nej." in page(path, **pressed)

    [row] = village.query("introductions")
    held = row["introduction"]
    assert held["state"] == "declined"
    assert kept.items() <= held.items()
    assert ("again" in held) == (pressed["answer"] == "later")
    offered = [one for one in (ask.wish(through="bo@nord.example"), *([] if never(ask) else [ask.wish()])) if one]
    assert len(offered) == (1 if pressed["answer"] == "never" else 2)


def never(ask):
    """Whether Anna is offered for Lea no more."""
    try:
        return not ask.wish()
    except StopIteration:
        return True


def test_a_link_answers_once(village, page, path):
    page(path, answer="decline")

    assert "Det har besvarats" in page(path, 409, answer="accept")
    [row] = village.query("introductions")
    assert row["introduction"]["state"] == "declined"


def test_a_link_that_was_not_made_here_or_of_a_draft_leads_nowhere(village, ask, page, path, now):
    for wrong in (path[:-2] + "AA", "/answer/x", "/answer/" + "A" * 5000, path_of(village, ask.draft(now=now))):
        for pressed in ({}, {"answer": "accept"}):
            told = page(wrong, 404, **pressed)
            assert OVER in told
            assert "Lea" not in told


def test_after_two_weeks_a_link_tells_nothing_and_answers_nothing(village, ask, page, now):
    old = path_of(village, ask.sent(now=now - 15 * DAY))

    told = page(old)
    assert "för gammalt" in told
    assert "Lea" not in told
    assert "Det har besvarats" in page(old, 409, answer="accept")


@pytest.mark.parametrize("hidden", [ANNA, CIA, "lea@kund.example"])
def test_a_link_tells_nothing_once_one_of_the_three_is_hidden(village, page, path, hidden):
    sharing.off(village.graph, village.settings, f"mailto:{hidden}", now=moment().now)

    told = page(path, 404)
    assert OVER in told
    assert "Lea" not in told
    assert "Cia" not in told
    page(path, 404, answer="accept")


def test_links_of_before_a_rotation_stay_good(village, path):
    from wkw.web.answer import _signer

    token = path.removeprefix("/answer/")
    rotated = replace(village.settings, address_key=(*village.settings.address_key, b"another secret, for tests"))
    assert _signer(rotated).loads(token) == _signer(village.settings).loads(token)


def test_a_browser_draws_the_page_by_its_own_style_alone(app, path, chromium):
    with served(app) as url:
        drawn, complaints = chromium.look(f"{url}{path}")

    assert complaints == []
    assert "Ja, jag presenterar dem" in drawn
