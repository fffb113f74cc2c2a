"""A browser of the tests' own: it keeps cookies, follows nobody by itself, and signs people in at a real provider."""

import warnings
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from authlib.deprecate import AuthlibDeprecationWarning
from chromium import served

from wkw.moment import DAY_SECONDS, Moment
from wkw.web import create_app
from wkw.web_settings import Oidc, SignIn

with warnings.catch_warnings():
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # of what it imports, and not of what we do
    import oidc_provider_mock

HOUR = 3_600_000  # milliseconds
URL = "https://wkw.nord.example"
CLIENT = "wkw-web"
COOKIE = "__Host-wkw"
ROLES = {"wkw-sellers": "seller", "wkw-admins": "admin", "wkw-connectors": "connector"}
ANNA = {"email": "anna@nord.example", "email_verified": True, "roles": ["wkw-sellers"]}


@contextmanager
def provider_of_people():
    """A provider where people sign in, and where anybody may be put."""
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@contextmanager
def provider_that_asks_nobody(sub, claims, host):
    """A provider whose page presses its own button: a browser that comes there is signed in as one person."""
    app = oidc_provider_mock.app(user_claims=[oidc_provider_mock.User(sub=sub, claims=claims)])

    @app.after_request
    def press(response):
        if response.mimetype == "text/html":
            response.data += b"<script>document.querySelector('button[name=sub]').click()</script>"
        return response

    with served(app, host) as url:
        yield url


def settings_for(lab, issuer, **more):
    """The settings of a lab whose people sign in at an issuer."""
    # The provider for tests knows no public clients.
    told = {"client_id": CLIENT, "client_secret": "of a client", "key": b"a secret for sessions, for tests"}
    sign_in = SignIn(**{"url": URL} | told | more)
    return replace(lab.settings, oidc=Oidc(issuer, "api://wkw", roles=ROLES), sign_in=sign_in)


def application(lab, issuer, **more):
    return create_app(lab.graph, settings_for(lab, issuer, **more))


def changed(url, **query):
    """A URL with parts of its query changed; None takes one out."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query)) | query
    return parts._replace(query=urlencode({name: value for name, value in told.items() if value is not None})).geturl()


def asked(url):
    """The query of a URL."""
    return dict(parse_qsl(urlsplit(url).query))


def at(milliseconds):
    return Moment(milliseconds, milliseconds // 1000 // DAY_SECONDS)


def refused(response, status, code):
    """Whether a response is this problem, with what to do and nobody's address in it."""
    assert (response.status_code, response.json["code"]) == (status, code), response.text
    assert response.json["remedy"]
    assert ".example" not in response.text
    return response.json


class Browser:
    """One browser with its cookies."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()

    def open(self, path, method="GET", **more):
        return self.client.open(path, method=method, base_url=URL, **more)

    def begin(self, **query):
        """Where the browser is sent to sign in."""
        response = self.open("/login", query_string=query)
        assert response.status_code == 302, response.text
        return response.location

    def sign_in(self, claims=ANNA, *, sub="anna", change=lambda url: url, **query):
        """Signs somebody in as the provider knows them; what came of it."""
        where = self.begin(**query)
        requests.put(f"{urlsplit(where).scheme}://{urlsplit(where).netloc}/users/{sub}", json=claims, timeout=5)
        return self.open(consented(change(where), sub))

    @property
    def cookie(self):
        held = self.client.get_cookie(COOKIE, domain=urlsplit(URL).hostname)
        return held and held.value

    @cookie.setter
    def cookie(self, value):
        self.client.set_cookie(COOKIE, value, domain=urlsplit(URL).hostname)

    @property
    def held(self):
        """What the cookie says."""
        return self.app.session_interface.get_signing_serializer(self.app).loads(self.cookie)

    def csrf(self):
        return self.open("/v1/me").json["csrf_token"]

    def search(self, **headers):
        """Asks for people as one types, which changes nothing but is a POST; nobody need know anybody."""
        body = {"name": "Le", "purpose": "lead_followup"}
        return self.open("/v1/targets", method="POST", json=body, headers=headers)

    def look_up(self, **headers):
        """Asks who can introduce one to Lea, as a page of wkw does."""
        body = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}
        return self.open("/v1/lookups", method="POST", json=body, headers=headers)


def consented(where, sub, **form):
    """The path of ours to which the provider sends somebody back."""
    back = requests.post(where, data={"sub": sub, **form}, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith(f"{URL}/login/callback?"), back
    return back.removeprefix(URL)
