"""Sessions of browsers: they say who is calling until they end, and another site gets nothing out of them."""

import base64
import json
import zlib
from dataclasses import replace

import pytest
from browser import ANNA, COOKIE, HOUR, URL, Browser, at, refused
from flask.sessions import SecureCookieSessionInterface
from lab import NOON, TODAY, VILLAGE

from wkw import keys, people
from wkw.connectors import directory
from wkw.errors import Unauthenticated
from wkw.moment import moment
from wkw.web import access, create_app

# ---- the session ----


def test_the_cookie_is_closed_to_scripts_other_hosts_and_plain_http(browser):
    told = browser.sign_in().headers["Set-Cookie"].split("; ")

    assert told[0].startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(told)
    assert [part.partition("=")[0] for part in told[1:]] == ["Expires", "Secure", "HttpOnly", "Path", "SameSite"]


def test_the_cookie_holds_a_key_roles_and_an_end_and_no_address_and_no_token(lab, browser):
    before = moment().now
    browser.sign_in()

    held = browser.held
    assert held.keys() == {"_permanent", "key", "roles", "generation", "since", "until", "csrf"}
    assert (held["key"], held["roles"]) == (lab.key("mailto:anna@nord.example"), ["colleague", "seller"])
    assert before <= held["since"] <= moment().now
    assert held["until"] == held["since"] + 8 * HOUR
    assert "anna" not in json.dumps(held)


def test_a_session_lasts_eight_hours_however_much_it_is_used(lab, app, browser):
    browser.sign_in()
    until = browser.held["until"]
    assert "Set-Cookie" not in browser.open("/v1/me").headers

    with app.test_request_context("/v1/me", headers={"Cookie": f"{COOKIE}={browser.cookie}"}):
        settings = app.extensions["wkw"].settings
        assert access.caller(lab.graph, settings, None, at(until - 1)).roles == {"colleague", "seller"}
        with pytest.raises(Unauthenticated, match="has ended"):
            access.caller(lab.graph, settings, None, at(until))


def test_whoever_leaves_is_out_at_once(lab, app, browser):
    browser.sign_in()
    assert browser.open("/v1/me").status_code == 200

    listed = [
        replace(one, until_day=TODAY) if one.address == "mailto:anna@nord.example" else one
        for one in directory.read(VILLAGE / "people.csv")
    ]
    people.load(lab.graph, lab.settings, listed, day=TODAY)

    assert "directory" in refused(browser.open("/v1/me"), 403, "forbidden")["remedy"]


def test_a_changed_cookie_opens_nothing(app, browser):
    browser.sign_in(ANNA | {"roles": []})
    good = browser.cookie
    compressed, _, rest = good.lstrip(".").partition(".")
    held = base64.urlsafe_b64decode(compressed + "==")
    held = json.loads(zlib.decompress(held) if good.startswith(".") else held)
    raised = base64.urlsafe_b64encode(json.dumps(held | {"roles": ["admin"]}).encode()).rstrip(b"=").decode()
    app.secret_key = b"another secret of the same length"
    forged = SecureCookieSessionInterface().get_signing_serializer(app).dumps(held)
    app.secret_key = b"a secret for sessions, for tests"

    for cookie in (f"{raised}.{rest}", forged, good[:-1], good + "x", "", ".", "x.y.z"):
        browser.cookie = cookie
        assert browser.open("/v1/me").status_code == 401, cookie
    browser.cookie = good
    assert browser.open("/v1/me").status_code == 200


def test_a_session_is_made_of_nothing_that_was_there_before(app):
    first, second = Browser(app), Browser(app)
    first.sign_in()
    second.cookie = app.session_interface.get_signing_serializer(app).dumps(first.held | {"planted": "x"})
    second.sign_in(ANNA | {"email": "bo@nord.example"}, sub="bo")

    assert second.open("/v1/me").json["name"] == "Bo Ek"
    assert second.held.keys() == first.held.keys()
    assert first.csrf() != second.csrf()
    assert first.open("/v1/me").json["name"] == "Anna Berg"


def test_what_is_held_before_somebody_signed_in_opens_nothing(browser):
    browser.begin()
    assert browser.open("/v1/me").status_code == 401


def test_a_logout_ends_the_session(browser):
    browser.sign_in()
    refused(browser.open("/logout", method="POST"), 403, "csrf")
    assert browser.open("/v1/me").status_code == 200

    response = browser.open("/logout", method="POST", headers={"X-CSRF-Token": browser.csrf()})

    assert response.status_code == 204
    assert (browser.cookie, browser.open("/v1/me").status_code) == (None, 401)
    assert {"Secure", "HttpOnly", "Path=/"} <= set(response.headers["Set-Cookie"].split("; "))


# ---- other sites ----


def test_what_changes_anything_needs_the_word_of_this_session(app):
    mine, theirs = Browser(app), Browser(app)
    for browser in (mine, theirs):
        browser.sign_in()
    own = mine.csrf()

    for word in ("", "x", own[:-1], own + "x", theirs.csrf(), "\xe5"):
        refused(mine.search(**{"X-CSRF-Token": word}), 403, "csrf")
    told = refused(mine.search(), 403, "csrf")
    assert "X-CSRF-Token" in told["remedy"]
    assert mine.search(**{"X-CSRF-Token": own}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": URL, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{URL}.evil.example"}, 403),
        ({"Origin": URL.replace("https", "http")}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
def test_another_site_changes_nothing_even_with_the_word(browser, headers, status):
    browser.sign_in()

    assert browser.search(**{"X-CSRF-Token": browser.csrf()}, **headers).status_code == status


def test_a_key_needs_no_word_and_comes_before_a_session(lab, browser):
    key = keys.create(
        lab.graph,
        lab.settings,
        "mailto:bo@nord.example",
        roles=["seller"],
        name="",
        day=TODAY,
        now=NOON,
        expires=None,
    )
    assert browser.search(Authorization=f"Bearer {key}").status_code == 200

    browser.sign_in()
    mine = {"Authorization": f"Bearer {key}"}
    assert browser.search(**mine).status_code == 200
    assert browser.open("/v1/me", headers=mine).json["name"] == "Bo Ek"
    assert browser.search(Authorization="Bearer nonsense").status_code == 401


def test_a_key_has_no_word_for_pages(lab):
    plain = Browser(create_app(lab.graph, lab.settings))
    mine = {"Authorization": f"Bearer {lab.token(of='bo@nord.example')}"}

    assert "csrf_token" not in plain.open("/v1/me", headers=mine).json
    assert plain.open("/logout", method="POST", headers=mine).status_code == 204
