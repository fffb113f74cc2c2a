"""Who is calling, and which roles a route is for."""

from collections.abc import Callable
from typing import TypeVar

from flask import request

from wkw import keys
from wkw.errors import Unauthenticated
from wkw.graph import Graph
from wkw.moment import Moment

View = TypeVar("View", bound=Callable[..., object])


def allow(*roles: str) -> Callable[[View], View]:
    """Declares the roles that may call a route: colleague, seller, sales_manager, admin, connector."""

    def declared(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declared


def caller(graph: Graph, at: Moment) -> str:
    """The address key of the caller whose API key came with the request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("No API key came with the request.")
    return keys.caller(graph, token.strip(), day=at.day, now=at.now)
