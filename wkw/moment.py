"""The time, as the doors ask for it; below them it is an argument."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY_SECONDS = 86_400
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant: epoch milliseconds and the UTC day number."""

    now: int
    day: int


def moment() -> Moment:
    """This instant."""
    seconds = time.time()
    return Moment(int(seconds * 1000), int(seconds // DAY_SECONDS))


def instant(milliseconds: int) -> datetime:
    """The time, in UTC, of so many milliseconds of the epoch."""
    return UNIX_EPOCH + timedelta(milliseconds=milliseconds)


def stamp(milliseconds: int) -> str:
    """The same as answers give it: ISO 8601, to the millisecond."""
    return instant(milliseconds).isoformat(timespec="milliseconds")
