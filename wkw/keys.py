"""API keys: a random secret shown once, of which the graph keeps a digest, tied to a colleague's address or to none."""

import hashlib
import hmac
import secrets
from collections.abc import Collection

from wkw.addresses import address_key
from wkw.errors import Forbidden, InputError, Unauthenticated
from wkw.graph import Graph, Row
from wkw.keyed import keyed
from wkw.model import Caller
from wkw.settings import Settings

NO_DIGEST = "0" * 64
MOST = 1_000
DEFAULT_ROLES = ("seller",)  # of keys made before keys had roles too


def create(
    graph: Graph,
    settings: Settings,
    uri: str | None,
    *,
    roles: Collection[str] = DEFAULT_ROLES,
    name: str,
    day: int,
    now: int,
    expires: int | None,
) -> str:
    """Makes a key for the colleague behind a URI, or for a connector without one, and returns it for the only time.

    Times are epoch milliseconds. An InputError where the URI is no colleague's, or does not go with the roles.
    """
    _check_holder(uri, set(roles))
    if uri and not colleague(graph, settings, uri, day=day):
        raise InputError(
            "The address is not a colleague's.", remedy="Load the directory, or use an own domain's address."
        )
    secret, key_id = secrets.token_urlsafe(32), secrets.token_hex(8)
    keyed(
        graph,
        "keys/create",
        settings,
        id=key_id,
        digest=_digest(secret),
        address_key=address_key(settings.address_key, uri) if uri else None,
        roles=sorted(set(roles)),
        name=name,
        now=now,
        expires=expires,
    )
    return f"wkw_{key_id}_{secret}"


def colleague(graph: Graph, settings: Settings, uri: str, *, day: int) -> bool:
    """Whether an address is a colleague's on a day: by the directory, else by its domain; sharing off hides neither."""
    row = graph.row("keys/owner", key=address_key(settings.address_key, uri), day=day)
    if row and row["colleague"] is not None:
        return bool(row["colleague"])
    return settings.owns(uri)


def gone(graph: Graph, key: str, *, day: int) -> bool:
    """Whether the directory says that whoever has an address key is no colleague on a day."""
    row = graph.row("keys/owner", key=key, day=day)
    return row is not None and row["colleague"] is False


def caller(graph: Graph, token: str, *, day: int, now: int) -> Caller:
    """Whom a key belongs to, and what it may; Unauthenticated for any key that does not hold, all alike."""
    prefix, key_id, secret = (*token.split("_", 2), "", "")[:3]
    row = graph.row("keys/find", id=key_id, day=day) if prefix == "wkw" else None
    fits = hmac.compare_digest(row["digest"] if row else NO_DIGEST, _digest(secret))
    if not (row and fits) or row["revoked"] or (row["expires"] is not None and row["expires"] <= now):
        raise Unauthenticated(
            "The API key is unknown, expired or revoked.",
            remedy="Check that all of it was sent, or ask an administrator for a new one (`wkw key create`).",
        )
    if row["colleague"] is False:
        raise Forbidden(
            "The key's owner is not a colleague today.", remedy="Ask an administrator to correct the directory."
        )
    roles = frozenset(row["roles"] or DEFAULT_ROLES)
    if row["address_key"] is None:
        return Caller(None, roles, f"key {key_id}")
    return Caller(row["address_key"], roles | {"colleague"}, row["address_key"])


def listed(graph: Graph) -> list[Row]:
    """All keys, newest first, without what would open anything."""
    return [row | {"roles": row["roles"] or list(DEFAULT_ROLES)} for row in graph.rows("keys/list", limit=MOST)]


def revoke(graph: Graph, key_id: str, *, now: int) -> bool:
    """Revokes a key; False where there is none of that id."""
    return graph.row("keys/revoke", id=key_id, now=now) is not None


def _check_holder(uri: str | None, roles: set[str]) -> None:
    if uri is None and roles != {"connector"}:
        raise InputError(
            "A key for these roles needs a colleague's address.", remedy="Give one; only a connector has none."
        )
    if uri is not None and "connector" in roles:
        raise InputError(
            "A connector has no colleague behind it.", remedy="Leave the address and other roles out, or make two keys."
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
