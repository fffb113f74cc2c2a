"""The settings of the HTTP API: where it listens, who may call, how much, and how people sign in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from environs import Env, ValidationError
from marshmallow.validate import ContainsOnly, Length, Range, Regexp

from wkw import secret
from wkw.errors import SettingsError
from wkw.model import ROLES

# Whoever may check a token of another kind could make one as well.
ASYMMETRIC = ContainsOnly(
    [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)], error="Choose from {choices}."
)
SIGNED_BY = ("RS256", "ES256")
STORE = Regexp(r"memory://|(redis|rediss)://\S+", error="Write memory:// or redis://host:port/number.")


@dataclass(frozen=True, slots=True)
class Oidc:
    """Whose tokens are taken, for whom they must be made, and what their claims mean."""

    issuer: str  # without a slash at its end
    audience: str
    algorithms: tuple[str, ...] = SIGNED_BY
    address_claim: str = "email"
    roles_claim: str = "roles"
    roles: Mapping[str, str] = field(default_factory=dict)  # by value of the roles claim


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a caller of the API may do, and where it is counted: in each worker process, or in Redis for all."""

    calls: int = 600  # a minute
    people: int = 500  # looked up within 24 hours
    parallel: int = 4  # calls at once, in one worker process
    store: str = "memory://"


@dataclass(frozen=True, slots=True)
class SignIn:
    """As whom the identity provider knows us when people sign in with a browser, and what becomes of it."""

    client_id: str
    url: str  # where browsers find us, without a slash at its end
    client_secret: str = field(default="", repr=False)  # a public client has none
    hours: int = 8  # that a session lasts
    key: bytes = field(default=b"", repr=False)  # signs sessions


@dataclass(frozen=True, slots=True)
class Post:
    """How mail is sent: the server, as whom, and where the links in it lead; `sealed` insists on TLS."""

    host: str
    port: int
    sender: str  # an address
    url: str  # where browsers find us, without a slash at its end
    implicit: bool = False  # TLS from the first byte on; else it is asked for
    sealed: bool = True
    user: str = ""
    password: str = field(default="", repr=False)


def read(env: Env) -> dict[str, Any]:
    """The settings of the HTTP API."""
    oidc, url = _oidc(env), env.str("URL", "", validate=_place)
    return {
        "host": env.str("HOST", "127.0.0.1"),
        "port": env.int("PORT", 8080, validate=Range(0, 65535)),
        "patience": env.int("REQUEST_SECONDS", 30, validate=Range(1, 600)),
        "origins": tuple(env.list("CORS_ORIGINS", [], subcast=str.strip, validate=_origins) or ()),
        "limits": _limits(env),
        "oidc": oidc,
        "sign_in": _sign_in(env, oidc, url),
        "post": _post(env, url),
    }


def _limits(env: Env) -> Limits:
    return Limits(
        calls=env.int("CALLS_PER_MINUTE", 600, validate=Range(1)),
        people=env.int("PEOPLE_PER_DAY", 500, validate=Range(1)),
        parallel=env.int("PARALLEL_CALLS", 4, validate=Range(1)),
        store=env.str("LIMITS_STORE", "memory://", validate=STORE),
    )


def _sign_in(env: Env, oidc: Oidc | None, url: str | None) -> SignIn | None:
    client = env.str("OIDC_CLIENT_ID", "")
    hours = env.int("SESSION_HOURS", 8, validate=Range(1, 168))
    if not client or url is None or hours is None:  # what is wrong is told in the end, all at once
        return None
    if not (oidc and url):
        raise SettingsError(
            "WKW_OIDC_CLIENT_ID needs WKW_OIDC_ISSUER and WKW_URL.", remedy="Set them, or unset it to have no login."
        )
    return SignIn(client, url.rstrip("/"), secret.text("WKW_OIDC_CLIENT_SECRET") or "", hours)


def _post(env: Env, url: str | None) -> Post | None:
    server = env.str("SMTP_URL", "", validate=_mail_server)
    sender = env.str("MAIL_FROM", "", validate=Regexp(r"([^\s@<>]+@[^\s@<>]+)?\Z", error="Write one mail address."))
    password = secret.text("WKW_SMTP_PASSWORD") or ""
    if not server or sender is None or url is None:  # what is wrong is told in the end, all at once
        return None
    if not (sender and url):
        raise SettingsError(
            "WKW_SMTP_URL needs WKW_MAIL_FROM and WKW_URL.", remedy="Set them, or unset it to send no mail."
        )
    parts = urlsplit(server)
    host, implicit = parts.hostname or "", parts.scheme == "smtps"
    port = parts.port or (465 if implicit else 587)
    sealed = implicit or not is_loopback(host)
    return Post(host, port, sender, url.rstrip("/"), implicit, sealed, unquote(parts.username or ""), password)


def _mail_server(uri: str) -> None:
    """Refuse what names no mail server, and a password where anybody may read it."""
    try:
        parts = urlsplit(uri)
        fits = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0 and not parts.password
        fits = fits and parts.path in ("", "/") and not parts.query and not parts.fragment
    except ValueError:
        fits = False
    if uri and not fits:
        raise ValidationError("Write smtp://user@host:587 or smtps://user@host:465; WKW_SMTP_PASSWORD is the password.")


def _origins(origins: list[str]) -> None:
    """Refuse what no browser sends as its origin, everybody's among it."""
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValidationError("Write origins such as https://crm.example, without a path, with commas between.")


def _issuer(uri: str) -> None:
    """Refuse what could not be trusted to name the keys."""
    if uri and not _unheard(uri):
        raise ValidationError("Write https://host/path, as the identity provider's tokens have it in `iss`.")


def _place(uri: str) -> None:
    """Refuse what a session could be read on, and a path: a cookie of ours is one of the whole host."""
    if uri and not (_unheard(uri) and urlsplit(uri).path in ("", "/") and "@" not in uri):
        raise ValidationError("Write https://host, or http://localhost:port to try it out.")


def _unheard(uri: str) -> bool:
    """Whether nobody on the way to a URI could listen or change anything."""
    try:
        parts = urlsplit(uri)
        secret = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        return bool(secret and parts.hostname and parts.port != 0 and not parts.query and not parts.fragment)
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host is this machine as no other one sees it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _oidc(env: Env) -> Oidc | None:
    issuer, audience = env.str("OIDC_ISSUER", "", validate=_issuer), env.str("OIDC_AUDIENCE", "")
    algorithms = env.list("OIDC_ALGORITHMS", [*SIGNED_BY], subcast=str.strip, validate=[Length(1), ASYMMETRIC])
    claims = env.str("OIDC_ADDRESS_CLAIM", "email"), env.str("OIDC_ROLES_CLAIM", "roles")
    roles = _roles(env.list("OIDC_ROLES", []))
    if issuer is not None and bool(issuer) != bool(audience):
        raise SettingsError(
            "WKW_OIDC_ISSUER and WKW_OIDC_AUDIENCE go together.", remedy="Set both, or neither to take API keys alone."
        )
    return Oidc(issuer.rstrip("/"), audience, tuple(algorithms or ()), *claims, roles) if issuer else None


def _roles(told: list[str]) -> dict[str, str]:
    parts = [one.rpartition("=") for one in told]
    if not all(value.strip() and role.strip() in ROLES for value, _, role in parts):
        raise SettingsError(
            f"WKW_OIDC_ROLES needs a role for each value: {', '.join(ROLES)}.",
            remedy="Write for example wkw-sellers=seller,wkw-admins=admin.",
        )
    return {value.strip(): role.strip() for value, _, role in parts}
