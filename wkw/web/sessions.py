"""Sessions of browsers: a signed cookie that says whose it is, what they may and until when; no address, no token."""

import hmac
import secrets
from dataclasses import asdict, dataclass

from flask import Flask, request, session

from wkw import keys
from wkw.addresses import newer_key
from wkw.errors import Forbidden, Unauthenticated
from wkw.graph import Graph
from wkw.model import Caller
from wkw.moment import Moment
from wkw.web_settings import SignIn

COOKIE = "__Host-wkw"
HOUR = 3_600_000  # milliseconds
PATIENCE = 600_000  # milliseconds that somebody may take to sign in
SAFE = ("GET", "HEAD", "OPTIONS")
AGAIN = "Open /login again."
# The prefix makes browsers refuse the cookie from any other host and over plain http; from this machine they take it,
# but for Safari.
CONFIG = {
    "SESSION_COOKIE_NAME": COOKIE,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_PATH": "/",
    "SESSION_REFRESH_EACH_REQUEST": False,
}


@dataclass(frozen=True, slots=True)
class Login:
    """A login that has begun: what the provider must give back, what it must not see, and where to go then."""

    state: str
    nonce: str
    verifier: str
    then: str  # a path of ours


def set_up(app: Flask, sign_in: SignIn) -> None:
    """Lets an application have sessions."""
    app.config |= CONFIG | {"PERMANENT_SESSION_LIFETIME": sign_in.hours * HOUR // 1000}
    app.secret_key = sign_in.key


def begin(then: str, *, now: int) -> Login:
    """Begins a login, instead of one that was begun before and did not end."""
    login = Login(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), then)
    session.permanent = True
    session["login"] = asdict(login) | {"until": now + PATIENCE}
    return login


def begun(state: str, *, now: int) -> Login:
    """The login that this browser has begun, once; Unauthenticated for any other."""
    held = session.pop("login", None)
    if held is None or not hmac.compare_digest(held["state"].encode(), state.encode()) or held.pop("until") <= now:
        raise Unauthenticated(
            "This login was not begun here, took too long, or was used before.",
            remedy="Open /login again, at the address that WKW_URL names: the login is known there alone.",
            who="you",
            code="login_failed",
        )
    return Login(**held)


def start(who: Caller, *, generation: int, now: int, hours: int) -> None:
    """Makes the session of a colleague out of nothing that was there before; their key is made with so many secrets."""
    session.clear()
    session.permanent = True
    session["key"], session["roles"] = who.key, sorted(who.roles)
    session["generation"] = generation
    session["since"], session["until"] = now, now + hours * HOUR
    session["csrf"] = secrets.token_urlsafe(32)


def end() -> None:
    """Ends the session, if there is one."""
    if session:
        session.clear()


def came() -> bool:
    """Whether a session came with the request."""
    return "key" in session


def csrf_token() -> str | None:
    """What this browser must send with whatever changes anything."""
    return session.get("csrf")


def caller(graph: Graph, secrets: tuple[bytes, ...], own: str, at: Moment) -> Caller:
    """Whose session came with the request to `own`, a URL of ours, with the roles of the login.

    Unauthenticated where it has ended; Forbidden for whoever left, and for what another site may have sent.
    """
    if session["until"] <= at.now:
        raise Unauthenticated("The session has ended.", remedy=AGAIN, who="you")
    if request.method not in SAFE:
        _check_sender(own)
    key = newer_key(secrets[session.get("generation", 1) :], session["key"])  # it may be of before a rotation
    if keys.gone(graph, key, day=at.day):
        raise Forbidden("You are not a colleague today.", remedy="Ask an administrator to correct the directory.")
    return Caller(key, frozenset(session["roles"]), key, session.get("since", 0))


def _check_sender(own: str) -> None:
    """Refuses what another site made the browser send along with our cookie."""
    sent = request.headers.get("X-CSRF-Token", "").encode()
    ours = request.headers.get("Origin", own) == own
    same_site = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if not (ours and same_site and hmac.compare_digest(sent, session["csrf"].encode())):
        raise Forbidden(
            "The request may come from another site: its X-CSRF-Token is missing or of another session, or its Origin "
            "is not WKW_URL.",
            remedy="Send the `csrf_token` of GET /v1/me as X-CSRF-Token, from a page of wkw.",
            who="developer",
            code="csrf",
        )
