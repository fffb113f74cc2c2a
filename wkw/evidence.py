"""What may be told of a tie to somebody whose tie it is not: coarse, and the same wherever it is told."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from wkw.model import CHANNELS

Recency: TypeAlias = Literal["week", "month", "quarter", "year", "older"]

RECENCY: tuple[tuple[int, Recency], ...] = ((7, "week"), (30, "month"), (91, "quarter"), (365, "year"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may be told of a tie: strength as a probability, level, channels, two-way or not, how recent."""

    strength: float
    level: str
    channels: tuple[str, ...]
    two_way: bool
    last: Recency


def evidence(tie: dict[str, Any], day: int) -> Evidence:
    """What may be told of a tie as of a UTC day number."""
    channels = tuple(sorted(tie["channels"], key=CHANNELS.index))
    return Evidence(tie["strength"], tie["level"], channels, tie["two_way"], recency(day - tie["last"]))


def as_data(tie: Evidence) -> dict[str, Any]:
    """Evidence as the doors give it: the strength as a whole number from 0 to 100."""
    return {
        "strength": round(tie.strength * 100),
        "level": tie.level,
        "channels": list(tie.channels),
        "two_way": tie.two_way,
        "last": tie.last,
    }


def recency(days: int) -> Recency:
    """How recent something is that was so many days ago."""
    return next((word for bound, word in RECENCY if days < bound), "older")
