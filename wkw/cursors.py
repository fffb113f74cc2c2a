"""Cursors: where the following page begins, as a word that a caller hands back."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from wkw.errors import InputError

TOP = 2.0  # above every strength


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of one's ties as of a UTC day number: after that strength, and that id among equals."""

    day: int
    strength: float = TOP
    id: str = ""


def written(*place: object) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read(cursor: str, *kinds: type) -> list[Any]:
    """What a cursor says, of these kinds and no others; an InputError where it cannot be one of ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise unusable() from error
    if type(told) is not list or [type(one) for one in told] != [*kinds]:
        raise unusable()
    if not all(one.isascii() for one in told if isinstance(one, str)):  # no database takes half of a character
        raise unusable()
    return told


def of_ties(place: Place) -> str:
    """The cursor of a place among one's ties."""
    return written(place.day, place.strength, place.id)


def among_ties(cursor: str | None, today: int) -> Place:
    """Where a page of ties begins; of an older day than yesterday it is refused: the order has changed since."""
    if cursor is None:
        return Place(today)
    place = Place(*read(cursor, int, float, str))
    # Nothing is stronger or weaker than what is not a number.
    if place.day not in (today - 1, today) or not 0 <= place.strength <= TOP:
        raise unusable()
    return place


def unusable() -> InputError:
    """The refusal of a cursor."""
    why = {"cursor": ["Is not, or no longer, one that a page gave."]}
    return InputError("The cursor cannot be used.", remedy="Begin again without it.", fields=why)
