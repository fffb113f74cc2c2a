"""Browser login: at a real provider, with a session that says who is calling until it ends, and nothing more."""

import base64
import hashlib
from urllib.parse import urlsplit

import pytest
from browser import (
    ANNA,
    CLIENT,
    URL,
    Browser,
    application,
    asked,
    changed,
    consented,
    provider_of_people,
    refused,
)
from hypothesis import given
from hypothesis import strategies as st
from issuer import DISCOVERY
from lab import NOON
from marshmallow import ValidationError

from wkw import sharing
from wkw.errors import Unauthenticated
from wkw.moment import moment
from wkw.web import create_app, sessions
from wkw.web.schemas import ThenSchema

# ---- signing in ----


def test_somebody_who_signed_in_asks_as_with_a_token(village, browser):
    response = browser.sign_in(next="/docs?x=1")
    assert (response.status_code, response.location) == (302, "/docs?x=1")

    assert browser.open("/v1/me").json["name"] == "Anna Berg"
    found = browser.look_up(**{"X-CSRF-Token": browser.csrf()})
    assert {one["colleague"]["name"] for one in found.json["introducers"]} == {"Eva Noor", "Bo Ek"}


def test_the_provider_is_asked_for_a_code_with_state_nonce_and_a_challenge(browser, idp):
    where = browser.begin()
    login = browser.held["login"]

    digest = hashlib.sha256(login["verifier"].encode()).digest()
    assert where.startswith(f"{idp}/oauth2/authorize?")
    assert asked(where) == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": f"{URL}/login/callback",
        "scope": "openid email profile",
        "state": login["state"],
        "nonce": login["nonce"],
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    assert min(len(login[name]) for name in ("state", "nonce", "verifier")) >= 43


def test_each_login_has_secrets_of_its_own(browser):
    first, second = (browser.begin() and browser.held["login"] for _ in range(2))

    assert set(first.values()) & set(second.values()) == {"/docs"}


@pytest.mark.parametrize(
    ("roles", "status"), [(["wkw-sellers"], 200), (["wkw-admins"], 403), ([], 403), (["seller"], 403)]
)
def test_roles_are_those_that_an_administrator_named_in_the_settings(browser, roles, status):
    browser.sign_in(ANNA | {"roles": roles})

    assert browser.search(**{"X-CSRF-Token": browser.csrf()}).status_code == status


@pytest.mark.parametrize(
    "claims",
    [
        ANNA | {"email": "lea@kund.example"},
        ANNA | {"email": "dag@nord.example"},
        ANNA | {"email_verified": False},
        {"roles": ["wkw-sellers"]},
    ],
)
def test_who_is_no_colleague_is_told_whom_to_ask(browser, claims):
    told = refused(browser.sign_in(claims), 403, "forbidden")

    assert told["who"] == "administrator"
    assert "directory" in told["remedy"]
    assert browser.open("/v1/me").status_code == 401


def test_a_connector_does_not_sign_in(browser):
    told = refused(browser.sign_in({"roles": ["wkw-connectors"]}), 403, "forbidden")

    assert told["detail"] == "A connector does not sign in with a browser."


def test_whoever_opted_out_can_still_sign_in(lab, browser):
    sharing.off(lab.graph, lab.settings, "mailto:anna@nord.example", now=NOON)
    browser.sign_in()

    assert browser.open("/v1/me").json["sharing"] == "off"


# ---- what does not sign in ----


def test_a_code_that_was_used_does_not_sign_in_again(browser):
    where = browser.begin()
    pending = browser.cookie
    back = consented(where, "anna")
    browser.open(back)

    refused(browser.open(back), 401, "login_failed")
    browser.cookie = pending
    assert "did not take the code" in refused(browser.open(back), 401, "login_failed")["detail"]


def test_a_callback_of_another_state_does_not_sign_in(browser):
    browser.sign_in()  # whom the provider knows now
    browser.cookie = ""
    for state in ("x", "", None, "\xe5"):
        # The code, its nonce and its verifier are good; the state alone is not.
        back = consented(browser.begin(), "anna")
        told = refused(browser.open(changed(back, state=state)), 401, "login_failed")
        assert "not begun here" in told["detail"]
    assert browser.open("/v1/me").status_code == 401


def test_somebody_elses_login_does_not_sign_this_browser_in(app):
    mine, theirs = Browser(app), Browser(app)
    back = consented(theirs.begin(), "bo")
    mine.begin()

    refused(mine.open(back), 401, "login_failed")
    refused(Browser(app).open(back), 401, "login_failed")


@pytest.mark.parametrize("nonce", [None, "of-another-login"])
def test_an_id_token_without_the_nonce_of_this_login_does_not_sign_in(browser, nonce):
    response = browser.sign_in(change=lambda where: changed(where, nonce=nonce))

    assert "ID token" in refused(response, 401, "login_failed")["detail"]


def test_a_login_that_took_ten_minutes_is_begun_anew(app):
    now = moment().now
    for later, taken in ((599_999, True), (600_000, False)):
        with app.test_request_context():
            state = sessions.begin("/docs", now=now).state
            if taken:
                assert sessions.begun(state, now=now + later).then == "/docs"
            with pytest.raises(Unauthenticated, match="took too long"):
                sessions.begun(state, now=now + later)


def test_what_the_provider_refuses_is_told_with_what_to_do(browser):
    where = browser.begin()
    denied = refused(
        browser.open(changed("/login/callback", state=asked(where)["state"], error="access_denied")),
        401,
        "login_failed",
    )
    assert denied["detail"] == "The identity provider did not sign you in (access_denied)."

    where = browser.begin()
    error = {"error": "<b>anna@nord.example</b>", "error_description": "anna@nord.example is locked"}
    told = refused(browser.open(changed("/login/callback", state=asked(where)["state"], **error)), 401, "login_failed")
    assert told["detail"] == "The identity provider did not sign you in."
    assert "/login" in told["remedy"]


def test_a_provider_that_is_away_is_a_503_that_says_when_to_come_back(lab, browser):
    with provider_of_people() as gone:
        later = Browser(application(lab, gone))
        back = consented(later.begin(), "anna")
    nowhere = Browser(application(lab, gone))

    for response in (later.open(back), nowhere.open("/login")):
        assert response.headers["Retry-After"] == "5"
        refused(response, 503, "identity_provider_unavailable")


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ((200, {"access_token": "a", "token_type": "Bearer"}), 401, "login_failed"),
        ((200, {"id_token": 1}), 401, "login_failed"),
        ((200, {"id_token": "\xe5"}), 401, "login_failed"),
        ((400, {"error": "invalid_grant", "error_description": "anna@nord.example"}), 401, "login_failed"),
        ((200, []), 503, "identity_provider_unavailable"),
        ((200, None), 503, "identity_provider_unavailable"),
        ((200, b"<html>"), 503, "identity_provider_unavailable"),
        ((500, b""), 503, "identity_provider_unavailable"),
        ((302, "/other"), 503, "identity_provider_unavailable"),
    ],
)
def test_an_answer_without_an_id_token_does_not_sign_in(lab, issuer, answer, status, code):
    issuer.documents[DISCOVERY][1].update(authorization_endpoint=issuer.url, token_endpoint=f"{issuer.url}/token")
    issuer.documents |= {"/token": answer, "/other": (200, {"id_token": issuer.token(moment().now // 1000)})}
    browser = Browser(application(lab, issuer.url))
    state = asked(browser.begin())["state"]

    refused(browser.open(changed("/login/callback", state=state, code="c")), status, code)
    assert (issuer.asked["/token"], issuer.asked["/other"]) == (1, 0)


def test_without_a_client_nobody_signs_in_with_a_browser(lab):
    plain = Browser(create_app(lab.graph, lab.settings))

    for path in ("/login", "/login/callback"):
        assert "WKW_OIDC_CLIENT_ID" in refused(plain.open(path), 404, "no_browser_login")["remedy"]


# ---- where to go then ----


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "docs",
        "",
        "/" + "x" * 501,
    ],
)
def test_nobody_is_sent_to_another_host(browser, path):
    response = browser.open("/login", query_string={"next": path})

    assert (response.status_code, list(response.json["errors"])) == (422, ["next"])


@given(st.text(alphabet="/\\.:@?#%\t\n\r evil\xe5", max_size=12) | st.text(max_size=12))
def test_a_path_that_is_taken_is_one_of_this_host_to_every_reader(path):
    try:
        taken = ThenSchema().load({"next": path})["next"]
    except ValidationError:
        return
    # Browsers read a backslash as a slash, and pass over tabs and line ends.
    read = "".join(char for char in taken.replace("\\", "/") if char not in "\t\n\r").strip()
    assert (read[:1], read[1:2] != "/", urlsplit(read).netloc) == ("/", True, "")
