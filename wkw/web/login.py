"""Browser login: to the identity provider and back with a session, by authorization code flow with PKCE."""

import re
from typing import Any

import requests
from flask import Flask, Response, redirect

from wkw.errors import Forbidden, NotFound, ProviderUnavailable, SettingsError, Unauthenticated
from wkw.moment import moment
from wkw.settings import Settings
from wkw.web import sessions
from wkw.web.access import allow, of_claims
from wkw.web.calls import served
from wkw.web.contract import Routes, refuses
from wkw.web.schemas import AnswerOfProviderSchema, ThenSchema
from wkw.web.sessions import Login
from wkw.web.tokens import TIMEOUT, Provider
from wkw.web_settings import SignIn

CALLBACK = "/login/callback"
SCOPE = "openid email profile"
KNOWN = re.compile(r"[a-z_]{1,40}")  # what a provider may call an error; whatever else it says may be about a person

routes = Routes("login", "Signing in with a browser")


def set_up(app: Flask, settings: Settings) -> None:
    """Lets people sign in where a client is set; a SettingsError where the extra `login` is not installed."""
    if settings.sign_in is None:
        return
    try:
        _client(settings.sign_in)
    except ImportError as error:
        raise SettingsError(
            "WKW_OIDC_CLIENT_ID is set, but what signs people in is not installed.",
            remedy="Run `pip install '.[login]'` in wkw's folder, or unset it.",
        ) from error
    sessions.set_up(app, settings.sign_in)


@routes.route("/login")
@refuses(404, 422)
@routes.response(302, description="To the identity provider, which sends the browser to /login/callback.")
@routes.arguments(ThenSchema, location="query")
@allow()
def get_login(asked: dict[str, str]) -> Response:
    """Sign in with a browser, then go on to `next`, a path of wkw."""
    sign_in, provider = _signing_in()
    now = moment().now
    where, _ = provider.endpoints(now=now)
    login = sessions.begin(asked["next"], now=now)
    url, _ = _client(sign_in).create_authorization_url(
        where, state=login.state, nonce=login.nonce, code_verifier=login.verifier
    )
    return redirect(url)  # type: ignore[return-value]  # of Flask's own class


@routes.route(CALLBACK)
@refuses(401, 403, 404, 422, 504)
@routes.response(302, description="Signed in, with the cookie `__Host-wkw`; on to `next`.")
@routes.arguments(AnswerOfProviderSchema, location="query")
@allow()
def get_login_callback(answer: dict[str, str]) -> Response:
    """Come back from the identity provider with a code."""
    sign_in, provider = _signing_in()
    at = moment()
    login = sessions.begun(answer["state"], now=at.now)
    if refused := answer.get("error"):
        called = f" ({refused})" if KNOWN.fullmatch(refused) else ""
        raise _failed(f"The identity provider did not sign you in{called}.")
    _, where = provider.endpoints(now=at.now)
    token = _exchanged(sign_in, where, login, answer.get("code", ""))
    try:
        claims = provider.identity(token, client=sign_in.client_id, nonce=login.nonce, now=at.now)
    except Unauthenticated as error:
        raise _failed("The identity provider's ID token does not hold.") from error
    who = of_claims(served().graph, served().settings, claims, day=at.day)
    if who.key is None:
        raise Forbidden("A connector does not sign in with a browser.", remedy="Use its key or its token.", who="you")
    sessions.start(who, generation=len(served().settings.address_key), now=at.now, hours=sign_in.hours)
    return redirect(login.then)  # type: ignore[return-value]


@routes.route("/logout", methods=["POST"])
@routes.response(204, description="The session has ended here; that at the identity provider has not.")
@allow("colleague")
def post_logout() -> None:
    """Sign out."""
    sessions.end()


def _signing_in() -> tuple[SignIn, Provider]:
    """What a login needs; NotFound where nobody can sign in with a browser."""
    sign_in, provider = served().settings.sign_in, served().provider
    if sign_in is None or provider is None:
        raise NotFound(
            "Nobody can sign in here with a browser.",
            remedy="Use an API key or a token, or ask an administrator to set WKW_OIDC_CLIENT_ID.",
            who="administrator",
            code="no_browser_login",
        )
    return sign_in, provider


def _client(sign_in: SignIn) -> Any:
    """The client as the provider knows it; without a secret it is a public one, whose codes PKCE alone protects.

    Authlib is imported here: it is an extra, and takes as long to import as all else together.
    """
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        sign_in.client_id,
        sign_in.client_secret or None,
        # In the body, where a secret needs no encoding of its own.
        token_endpoint_auth_method="client_secret_post" if sign_in.client_secret else "none",
        scope=SCOPE,
        redirect_uri=sign_in.url + CALLBACK,
        code_challenge_method="S256",
    )


def _exchanged(sign_in: SignIn, where: str, login: Login, code: str) -> str:
    """The ID token that the provider gives for a code."""
    from authlib.common.errors import AuthlibBaseError

    try:
        with _client(sign_in) as client:
            told = client.fetch_token(
                where, code=code, code_verifier=login.verifier, timeout=TIMEOUT, allow_redirects=False
            )
    except AuthlibBaseError as error:
        raise _failed("The identity provider did not take the code.") from error
    except (requests.RequestException, ValueError, TypeError) as error:
        raise ProviderUnavailable("The identity provider cannot be reached just now.") from error
    token = told.get("id_token") if isinstance(told, dict) else None
    if not isinstance(token, str):
        raise _failed("The identity provider gave no ID token.")
    return token


def _failed(what: str) -> Unauthenticated:
    return Unauthenticated(
        what,
        remedy=f"{sessions.AGAIN} If it stays, an administrator checks WKW_OIDC_CLIENT_ID, its secret and WKW_URL.",
        code="login_failed",
    )
