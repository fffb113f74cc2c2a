"""Who is calling, and may they: every route states its roles, and without them the application does not start."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, g, request
from werkzeug.routing import Rule

from wkw import keys
from wkw.addresses import address_key, canonical
from wkw.errors import AddressError, Forbidden, PolicyError, Unauthenticated
from wkw.graph import Graph
from wkw.model import Caller, Role
from wkw.moment import Moment, moment
from wkw.settings import Settings
from wkw.web import sessions
from wkw.web.calls import served
from wkw.web.tokens import Provider
from wkw.web_settings import Oidc

RECENT = 300_000  # milliseconds since somebody signed in

View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: Role) -> Callable[[View], View]:
    """States who may call a view: callers with any of these roles; everybody, known or not, where there are none."""

    def stated(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return stated


def guard(app: Flask) -> None:
    """Lets nobody in but whom a route and the limits allow, and sets `g.caller`.

    A PolicyError names a route that allows nobody.
    """
    for rule in app.url_map.iter_rules():
        for method in methods(rule):
            policy(app, rule, method)

    @app.before_request
    def check() -> None:
        rule = request.url_rule
        # Where no route fits, Flask says so itself; to OPTIONS it answers with nothing but the methods.
        if rule is not None and request.method in methods(rule) and (roles := policy(app, rule, request.method)):
            at = moment()
            now = served()
            now.pulse.feel(now.graph, now.settings)  # a copy of the graph that was put back may not know who is out
            who = caller(now.graph, now.settings, now.provider, at)
            now.limits.enter(who.name, now=at.now)
            g.caller = who
            _require(who, roles)

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if "caller" in g:
            served().limits.leave(g.caller.name)


def policy(app: Flask, rule: Rule, method: str) -> frozenset[Role]:
    """The roles that may call a route, none where it is public; of a class of views each method has its own."""
    view = app.view_functions[rule.endpoint]
    named = "get" if method == "HEAD" else method.lower()
    roles: frozenset[Role] | None = getattr(getattr(getattr(view, "view_class", None), named, view), "roles", None)
    if roles is None:
        raise PolicyError(f"The route {method} {rule.rule} does not say who may call it.")
    return roles


def methods(rule: Rule) -> set[str]:
    """The methods of a route that a view answers; to OPTIONS Flask does, unless a view wants to."""
    answered = {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else set()
    return (rule.methods or set()) - answered


def caller(graph: Graph, settings: Settings, provider: Provider | None, at: Moment) -> Caller:
    """Whose API key, token or session came with the request; Unauthenticated where none did or it does not hold."""
    if settings.sign_in and "Authorization" not in request.headers and sessions.came():
        return sessions.caller(graph, settings.address_key, settings.sign_in.url, at)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("No API key or token came with the request.")
    if token.startswith("wkw_"):
        return keys.caller(graph, token, day=at.day, now=at.now)
    if provider is None:
        raise Unauthenticated(
            "What came is no API key, and tokens of an identity provider are not taken here.",
            remedy="Send an API key, which an administrator makes with `wkw key create`; tokens need WKW_OIDC_ISSUER.",
        )
    return of_claims(graph, settings, provider.claims(token, now=at.now), day=at.day)


def of_claims(graph: Graph, settings: Settings, claims: Mapping[str, Any], *, day: int) -> Caller:
    """Whom the claims of a token are about, and what they may; Forbidden where that is nobody here."""
    oidc = cast(Oidc, settings.oidc)  # without it there is no token
    roles = frozenset(oidc.roles[value] for value in _values(claims.get(oidc.roles_claim)) if value in oidc.roles)
    uri = _uri(claims, oidc.address_claim)
    if uri and keys.colleague(graph, settings, uri, day=day):
        key = address_key(settings.address_key, uri)
        return Caller(key, roles | {"colleague"}, key, _signed_in(claims))
    if "connector" in roles:
        return Caller(None, frozenset({"connector"}), f"sub {claims['sub']}")
    raise Forbidden(
        f"The token's claim `{oidc.address_claim}` names no colleague, or is not verified.",
        remedy="Ask an administrator to add your address to the directory, or to check WKW_OIDC_ADDRESS_CLAIM.",
    )


def _signed_in(claims: Mapping[str, Any]) -> int | None:
    """When whom a token is about signed in, in epoch milliseconds, if it says so; long ago where nobody can read it."""
    at = claims.get("auth_time")
    return None if at is None else at * 1000 if isinstance(at, int) else 0


def require_recent_login(now: int) -> None:
    """Refuses whoever signed in too long ago for all that is held of them; Forbidden, with what to do.

    A browser that was left open, or a copy of its cookie, does not give that away. Keys are not refused, nor tokens
    that do not say when somebody signed in.
    """
    since = g.caller.since
    if since is not None and now - since > RECENT:
        raise Forbidden(
            "You signed in more than five minutes ago, which is too long for this.",
            remedy="Sign in again (with a browser: open /login), and ask within five minutes.",
            who="you",
            code="login_too_old",
        )


def _values(claim: object) -> list[str]:
    """The values of a claim that is a list, or a text with blanks between them."""
    if isinstance(claim, str):
        return claim.split()
    return [value for value in claim if isinstance(value, str)] if isinstance(claim, list) else []


def _uri(claims: Mapping[str, Any], name: str) -> str | None:
    """The address that a claim names: a mail address, or the provider's own id, listed as an alias `crm:oidc:<id>`."""
    value = claims.get(name)
    # Some providers let people write any address into `email`, somebody else's too.
    if not isinstance(value, str) or (name == "email" and claims.get("email_verified") is not True):
        return None
    try:
        return canonical(f"mailto:{value}" if "@" in value else f"crm:oidc:{value}")
    except AddressError:
        return None


def _require(who: Caller, roles: frozenset[Role]) -> None:
    if who.roles & roles:
        return
    if roles == {"colleague"}:
        raise Forbidden(
            "This is for colleagues about themselves, and nobody stands behind a connector.",
            remedy="Use a colleague's own key (`wkw key create ADDRESS`), token or login.",
        )
    raise Forbidden(
        f"This needs the role {' or '.join(sorted(roles))}.",
        remedy="Ask an administrator for it: a new API key brings it (`wkw key create --role`), and a token or a login "
        "does by WKW_OIDC_ROLES.",
    )
