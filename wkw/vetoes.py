"""A colleague's own word on one of their ties: whether others are offered it."""

from wkw.errors import NotFound
from wkw.graph import Graph


def veto(graph: Graph, key: str, contact: str, *, wanted: bool, day: int) -> None:
    """Keeps others from being offered whoever has an address key for a person, by id, or lifts that; again, the same.

    Once it returned, no lookup that starts later shows the tie. NotFound where they have none, for whatever reason.
    """
    if graph.row("vetoes/veto", key=key, contact=contact, wanted=wanted, day=day) is None:
        raise NotFound(
            "You have no connection to this person.", remedy="Take an id that `GET /v1/me/connections` gives."
        )
