"""Sign-in in a real Chromium over plain http on this machine: its cookie comes from pages of wkw alone."""

import json
import re

import pytest
from browser import ANNA, application, provider_that_asks_nobody
from chromium import served
from flask import Flask, Response
from program import free_port

from wkw.web.access import allow

OTHER = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}  # to a browser they are different sites
# Asks who I am and searches, as a page of wkw would, and shows what came.
PAGE = """<pre></pre><script>(async () => {
  const me = await (await fetch("/v1/me")).json()
  const headers = {"Content-Type": "application/json", "X-CSRF-Token": me.csrf_token}
  const body = JSON.stringify({name: "Le", purpose: "lead_followup"})
  const found = await (await fetch("/v1/targets", {method: "POST", headers, body})).json()
  document.querySelector("pre").textContent = JSON.stringify({me, found})
})()</script>"""
POLICY = {"Content-Security-Policy": "script-src 'unsafe-inline'; connect-src 'self'"}
FORM = '<form method="post" action="{}/logout"></form><script>document.forms[0].submit()</script>'


@pytest.fixture(params=OTHER)
def place(request, village):
    """wkw under one name of this machine with a page at /page, and its provider under the other."""
    name, port = request.param, free_port()
    with provider_that_asks_nobody("anna", ANNA, OTHER[name]) as issuer:
        app = application(village, issuer, url=f"http://{name}:{port}")
        app.add_url_rule("/page", view_func=allow()(lambda: Response(PAGE, mimetype="text/html", headers=POLICY)))
        with served(app, name, port) as url:
            yield url


@pytest.fixture
def look(chromium):
    """Opens a page and gives the JSON that it shows in the end."""
    return lambda url: json.loads(re.search(r"<pre[^>]*>(.*?)</pre>", chromium.look(url)[0], re.DOTALL)[1])


def test_somebody_signs_in_over_plain_http_on_this_machine_and_stays_so(place, look):
    assert look(f"{place}/login?next=/v1/me")["name"] == "Anna Berg"
    assert look(f"{place}/v1/me")["name"] == "Anna Berg"


def test_a_page_of_wkw_searches_with_the_token_of_the_session(place, look):
    shown = look(f"{place}/login?next=/page")

    assert [one["name"] for one in shown["found"]["candidates"]] == ["Lea Sand"]


def test_a_page_of_another_site_does_not_get_the_session_to_come_along(place, look):
    look(f"{place}/login?next=/v1/me")
    evil = Flask("evil")
    evil.add_url_rule("/", view_func=lambda: FORM.format(place))
    with served(evil, OTHER[place.split("/")[2].partition(":")[0]]) as url:
        assert look(url)["code"] == "unauthenticated"

    assert look(f"{place}/v1/me")["name"] == "Anna Berg"


def test_a_login_begun_under_another_name_than_wkw_url_says_where_to_open_it(place, look):
    name = place.split("/")[2].partition(":")[0]
    told = look(f"{place.replace(name, OTHER[name])}/login")

    assert told["code"] == "login_failed"
    assert "WKW_URL" in told["remedy"]
