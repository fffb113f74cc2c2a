"""The time, as the doors ask for it; below them it is an argument."""

import time
from dataclasses import dataclass

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant: epoch milliseconds and the UTC day number."""

    now: int
    day: int


def moment() -> Moment:
    """This instant."""
    seconds = time.time()
    return Moment(int(seconds * 1000), int(seconds // DAY_SECONDS))
