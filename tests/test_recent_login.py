"""What is told only to whoever signed in just now: a session that was left open, or an old token, does not do."""

import time
from dataclasses import replace

import pytest
from browser import refused
from issuer import AUDIENCE

from wkw.web import create_app
from wkw.web_settings import Oidc


def test_a_login_of_more_than_five_minutes_ago_is_too_old_and_a_new_one_is_not(app, browser):
    browser.sign_in()
    assert browser.open("/v1/me/data").status_code == 200
    for age, status in ((290_000, 200), (310_000, 403)):
        told = browser.held
        browser.cookie = app.session_interface.get_signing_serializer(app).dumps(
            told | {"since": int(time.time() * 1000) - age}
        )
        assert browser.open("/v1/me/data").status_code == status
        assert browser.open("/v1/me/connections").status_code == 200

    problem = refused(browser.open("/v1/me/data"), 403, "login_too_old")
    assert ("Sign in again" in problem["remedy"], problem["who"]) == (True, "you")
    browser.sign_in()
    assert browser.open("/v1/me/data").status_code == 200


def test_a_session_that_does_not_say_when_it_began_is_too_old(app, browser):
    browser.sign_in()
    told = browser.held
    del told["since"]
    browser.cookie = app.session_interface.get_signing_serializer(app).dumps(told)

    refused(browser.open("/v1/me/data"), 403, "login_too_old")


@pytest.mark.parametrize(
    ("told", "status"),
    [({}, 200), ({"auth_time": 10}, 200), ({"auth_time": 310}, 403), ({"auth_time": "yesterday"}, 403)],
)
def test_a_token_that_says_when_its_owner_signed_in_is_held_to_it(village, issuer, told, status):
    app = create_app(village.graph, replace(village.settings, oidc=Oidc(issuer.url, AUDIENCE)))
    now = int(time.time())
    claims = {name: now - ago if isinstance(ago, int) else ago for name, ago in told.items()}

    headers = {"Authorization": f"Bearer {issuer.token(now, **claims)}"}
    assert app.test_client().get("/v1/me/data", headers=headers).status_code == status
