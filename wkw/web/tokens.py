"""Tokens of an OpenID Connect provider, that hold by its keys, for us, now: access tokens, and ID tokens of a login."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import GuestProtocol, KeySet
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from wkw.errors import ProviderUnavailable, Unauthenticated
from wkw.web_settings import Oidc

log = logging.getLogger(__name__)

LONGEST = 8192  # characters of a token
LEEWAY = 30  # seconds between its clock and ours
KEPT = 3_600_000  # milliseconds that keys are used without asking again
PAUSE = 30_000  # milliseconds between two questions for keys, at least
FIRST_PAUSE = 5_000  # the same as long as there are no keys at all
TIMEOUT = 2  # seconds, to connect and to answer
ACCESS = ("at+jwt", "application/at+jwt", "jwt")
# What would bring a key along, or change how the token is to be read.
REFUSED = ("b64", "crit", "jku", "jwk", "x5c", "x5u")
UNREADABLE = (requests.RequestException, JoseError, ValueError, TypeError, KeyError)
OF_ID_TOKENS = ("nonce", "at_hash", "c_hash")


@dataclass(frozen=True, slots=True)
class Held:
    """The provider's keys, their ids, and until when they are used without asking again, in epoch milliseconds.

    With them, the addresses where people sign in and where a code becomes a token; empty where it has none to trust.
    """

    keys: KeySet | None = None
    ids: frozenset[str] = frozenset()
    until: int = 0
    authorization: str = ""
    token: str = ""


class Provider:
    """The identity provider: its keys as last read, and what its tokens claim."""

    def __init__(self, oidc: Oidc):
        self._oidc = oidc
        self._held = Held()
        self._asking = Lock()
        self._not_before = 0
        refused = {name: HeaderParameter(name, "none") for name in REFUSED}
        needed = {"kid": HeaderParameter("Key ID", "str", True), "typ": HeaderParameter("Type", _access, True)}
        self._headers = JWSRegistry(refused | needed, oidc.algorithms, strict_check_header=False)
        self._id_headers = JWSRegistry(refused, oidc.algorithms, strict_check_header=False)

    def claims(self, token: str, *, now: int) -> Mapping[str, Any]:
        """What an access token says at an instant, in epoch milliseconds; Unauthenticated where it does not hold.

        A ProviderUnavailable where the keys cannot be had.
        """
        claims = self._held_by_keys(token, self._headers, self._rules(self._oidc.audience, now), now)
        if any(name in claims for name in OF_ID_TOKENS) or claims.get("typ") == "ID":
            raise _refused("It is an ID token; send the access token.")
        return claims

    def identity(self, token: str, *, client: str, nonce: str, now: int) -> Mapping[str, Any]:
        """What the ID token for a client and the login with a nonce says at an instant; otherwise as `claims`."""
        rules = self._rules(client, now, nonce={"essential": True, "value": nonce}, azp={"value": client})
        return self._held_by_keys(token, self._id_headers, rules, now)

    def endpoints(self, *, now: int) -> tuple[str, str]:
        """Where people sign in, and where a code becomes a token; a ProviderUnavailable where that is not known."""
        held = self._current(None, now)
        if not (held.authorization and held.token):
            raise ProviderUnavailable("The identity provider does not say where people sign in.")
        return held.authorization, held.token

    def _held_by_keys(
        self, token: str, headers: JWSRegistry, rules: jwt.JWTClaimsRegistry, now: int
    ) -> Mapping[str, Any]:
        if len(token) > LONGEST or not token.isascii():
            raise _refused()
        try:
            claims = jwt.decode(token, lambda found: self._keys(found, now), registry=headers).claims
            rules.validate(claims)
        except ExpiredTokenError as error:
            raise _refused("It has expired.") from error
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise _refused() from error
        return claims

    def _rules(self, audience: str, now: int, **more: Any) -> jwt.JWTClaimsRegistry:
        issuer = self._oidc.issuer
        return jwt.JWTClaimsRegistry(
            now=now // 1000,
            leeway=LEEWAY,
            iss={"essential": True, "values": [issuer, f"{issuer}/"]},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            **more,
        )

    def _keys(self, token: GuestProtocol, now: int) -> KeySet:
        """The provider's keys; an ID token may leave its key's id out where there is but one."""
        key_id = token.headers().get("kid")
        keys = self._current(key_id, now).keys
        if keys is None:
            raise ProviderUnavailable("The identity provider's keys cannot be read just now.")
        return keys

    def _current(self, key_id: str | None, now: int) -> Held:
        """What the provider says of itself, read anew where it is old or a token names another key."""
        known = key_id in self._held.ids if key_id is not None else self._held.keys is not None
        if not known or now >= self._held.until:
            self._renew(known, now)
        return self._held

    def _renew(self, known: bool, now: int) -> None:
        """Asks for the keys, unless that was done just now; keeps those it has where the answer is none."""
        # Whose key is known need not wait while another thread asks.
        if not self._asking.acquire(blocking=not known):
            return
        try:
            if now >= self._not_before:
                self._not_before = now + (PAUSE if self._held.keys else FIRST_PAUSE)
                self._held = _read(self._oidc.issuer, now + KEPT)
                self._not_before = now + PAUSE
        except UNREADABLE as error:
            log.warning("the identity provider's keys cannot be read: %r", error)
        finally:
            self._asking.release()


def trouble(oidc: Oidc) -> str | None:
    """Why the provider's keys cannot be read just now, if they cannot."""
    try:
        _read(oidc.issuer, 0)
    except UNREADABLE as error:
        return str(error) if isinstance(error, ValueError) else type(error).__name__
    return None


def _read(issuer: str, until: int) -> Held:
    """The keys and addresses that an issuer's discovery document leads to, if the document is that issuer's own."""
    found = _document(f"{issuer}/.well-known/openid-configuration")
    if found["issuer"] not in (issuer, f"{issuer}/"):
        raise ValueError("the discovery document is of another issuer")
    where = str(found["jwks_uri"])
    if not _alike(where, issuer):
        raise ValueError("the keys are not served as the discovery document is")
    keys = KeySet.import_key_set(_document(where))
    told = [found.get(f"{name}_endpoint") for name in ("authorization", "token")]
    places = [place if isinstance(place, str) and _alike(place, issuer) else "" for place in told]
    return Held(keys, frozenset(key.kid for key in keys if key.kid), until, *places)


def _alike(address: str, issuer: str) -> bool:
    """Whether an address is served as the issuer is: nothing leads from https to http."""
    return urlsplit(address).scheme == urlsplit(issuer).scheme


def _document(address: str) -> Any:
    answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
    if answer.status_code != requests.codes.ok:
        raise ValueError(f"status {answer.status_code}")
    return answer.json()


def _access(kind: str) -> None:
    if not isinstance(kind, str) or kind.lower() not in ACCESS:
        raise ValueError("is not that of an access token")


def _refused(
    why: str = "It is malformed, not signed by the identity provider, or not made for wkw.",
) -> Unauthenticated:
    return Unauthenticated(
        f"The token does not hold. {why}",
        remedy="Sign in again; if it stays, an administrator checks WKW_OIDC_ISSUER and WKW_OIDC_AUDIENCE.",
    )
