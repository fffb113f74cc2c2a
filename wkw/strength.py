"""The formula of the strength, version WKW-2, as the numbers that queries take.

S        = fast * f + slow * s         fast, slow: forward-decayed sums on a tie or between two addresses
f, s     = 2^(-(T-E)/14), 0.3 * 2^(-(T-E)/180)      T: day of the question, E: the fixed day 19000
strength = S / (S + k)                 probability of direct contact within 30 days
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["strong", "familiar", "weak", "one-way"]

VERSION = "WKW-2"
EPOCH_DAY = 19000
FAST_DAYS, SLOW_DAYS, SLOW_SHARE = 14, 180, 0.3

# A meeting of at most four people is one of at most three others; both directions carry half the weight.
SMALL_MEETING = 0.5 / 3**0.5 - 1e-9


@dataclass(frozen=True, slots=True)
class Formula:
    """What may be set: weight per channel, `k`, the lower bounds of two levels, and the most people of a meeting."""

    weights: dict[str, float] = field(default_factory=lambda: {"email": 1.0, "meeting": 3.0, "call": 2.0})
    k: float = 4.0
    strong: float = 0.5
    familiar: float = 0.15
    meeting_cap: int = 10


def edge_weight(n: int, *, both_ways: bool) -> float:
    """The weight x of one edge of an event with n recipients or others: 1/sqrt(n), halved if it runs both ways."""
    return float((0.5 if both_ways else 1.0) / max(n, 1) ** 0.5)


def decay(day: int) -> dict[str, float]:
    """The two parameters that turn forward-decayed sums into S as of a UTC day number."""
    age = day - EPOCH_DAY
    return {"f": 2.0 ** (-age / FAST_DAYS), "s": SLOW_SHARE * 2.0 ** (-age / SLOW_DAYS)}
