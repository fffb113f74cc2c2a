"""Chance and the calendar: the same on every machine and every Python."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

T = TypeVar("T")

FIRST = date(2025, 1, 2)
LAST = date(2026, 6, 30)


class Dice:
    """Chance from a seed, built on `random()` alone, whose sequence Python promises to keep."""

    def __init__(self, seed: str):
        self._random = random.Random(seed).random

    def chance(self, share: float) -> bool:
        """True in this share of calls."""
        return self._random() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, some: Sequence[T]) -> T:
        """One of some."""
        return some[int(self._random() * len(some))]

    def few(self, some: Sequence[T], most: int) -> list[T]:
        """Up to `most` different ones, in a random order."""
        left = list(some)
        return [left.pop(int(self._random() * len(left))) for _ in range(min(most, len(left)))]

    def rounded(self, expected: float) -> int:
        """A whole number whose mean is `expected`."""
        return int(expected) + self.chance(expected % 1)


def workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def local(day: date, minute: int) -> datetime:
    """A minute of the day on clocks in Stockholm, with its offset from UTC."""
    zone = timezone(timedelta(hours=2 if _summer(day) else 1))
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)


def _summer(day: date) -> bool:
    # The rule of the EU, written out: not every machine has a time zone database.
    return _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10)


def _last_sunday(year: int, month: int) -> date:
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def days_between(dice: Dice, first: date, last: date, count: int) -> list[date]:
    """That many working days between two, in order."""
    span = (last - first).days
    return sorted(workday(first + timedelta(days=dice.whole(0, span))) for _ in range(count))


def later(dice: Dice, moment: datetime) -> datetime:
    """When an answer comes: later the same day, or within three working days."""
    end = 17 * 60 + 40
    now = moment.hour * 60 + moment.minute
    if now < end - 30 and dice.chance(0.45):
        return local(moment.date(), dice.whole(now + 6, end))
    day = moment.date() + timedelta(days=dice.whole(1, 3))
    while day.weekday() > 4:
        day += timedelta(days=1)
    return local(day, dice.whole(8 * 60, end))
