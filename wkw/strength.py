"""The formula of the strength, version WKW-2, as the numbers that queries take.

S        = fast * f + slow * s         fast, slow: forward-decayed sums on a tie or between two addresses
f, s     = 2^(-(T-E)/14), 0.3 * 2^(-(T-E)/180)      T: day of the question, E: the fixed day 19000
strength = S / (S + k)                 probability of direct contact within 30 days
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["strong", "familiar", "weak", "one-way"]

VERSION = "WKW-2"
WEIGHTS: Mapping[str, float] = MappingProxyType({"email": 1.0, "meeting": 3.0, "call": 2.0})
OUT = 1.5  # what a colleague does counts so much more than what is done to them
EPOCH_DAY = 19000
FAST_DAYS, SLOW_DAYS, SLOW_SHARE = 14, 180, 0.3

# A meeting of at most four people is one of at most three others; both directions carry half the weight.
SMALL_MEETING = 0.5 / 3**0.5 - 1e-9


@dataclass(frozen=True, slots=True)
class Formula:
    """What acts at once: `k`, the lower bounds of two levels, and the most people of a meeting."""

    k: float = 4.0
    strong: float = 0.5
    familiar: float = 0.15
    meeting_cap: int = 10

    def bounds(self) -> dict[str, float]:
        """The parameters of queries that tell strengths and levels."""
        return {"k": self.k, "strong": self.strong, "familiar": self.familiar}


def edge_weight(n: int, *, both_ways: bool) -> float:
    """The weight x of one edge of an event with n recipients or others: 1/sqrt(n), halved if it runs both ways."""
    return float((0.5 if both_ways else 1.0) / max(n, 1) ** 0.5)


def decay(day: int) -> dict[str, float]:
    """The two parameters that turn forward-decayed sums into S as of a UTC day number."""
    age = day - EPOCH_DAY
    return {"f": 2.0 ** (-age / FAST_DAYS), "s": SLOW_SHARE * 2.0 ** (-age / SLOW_DAYS)}


def grown(day: int) -> tuple[float, float]:
    """What a UTC day number is worth in the forward-decayed sums, fast and slow."""
    age = day - EPOCH_DAY
    return 2.0 ** (age / FAST_DAYS), 2.0 ** (age / SLOW_DAYS)


def probability(total: float, k: float) -> float:
    """The strength of a sum S."""
    return total / (total + k)


def level(strength: float, formula: Formula, *, two_way: bool) -> Level:
    """The level of a strength; `one-way` where the tie is not two-way."""
    if not two_way:
        return "one-way"
    return "strong" if strength >= formula.strong else "familiar" if strength >= formula.familiar else "weak"


def version(weights: Mapping[str, float]) -> str:
    """The name of the formula with these channel weights: WKW-2 with its own ones, else they are told."""
    if dict(weights) == dict(WEIGHTS):
        return VERSION
    return VERSION + "".join(f" {channel}={weights[channel]:g}" for channel in WEIGHTS)


def falls_below(fast: float, slow: float, bound: float, k: float, day: int) -> int:
    """The first UTC day number from `day` on when a tie's strength is below `bound`, without further contact."""
    first, last = day, day + 1

    def below(when: int) -> bool:
        at = decay(when)
        return probability(fast * at["f"] + slow * at["s"], k) < bound

    while not below(last):
        last += last - day
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if below(middle) else (middle + 1, last)
    return first
