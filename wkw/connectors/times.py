"""Gives points in time as people's programs write them: ISO 8601, epoch, or the forms of a mapping."""

import re
from collections.abc import Sequence
from datetime import datetime, time, tzinfo

_EPOCH = re.compile(r"-?\d{9,13}")
_ISO_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_HOUR = re.compile(r"%[HIcXs]")
_MILLISECONDS = 10**11  # as seconds: the year 5138
_NOON = time(12)
_LONGEST = 60


def instant(text: str, forms: Sequence[str], zone: tzinfo) -> int | None:
    """Give a time in epoch milliseconds, None where it is none; `zone` is that of times that tell none.

    A day without a time is noon of it: in no zone of people who meet would another UTC day come of that.
    """
    plain = text[:_LONGEST]
    if _EPOCH.fullmatch(plain):
        number = int(plain)
        return number if abs(number) >= _MILLISECONDS else number * 1000
    moment = _moment(plain, forms)
    if moment is None:
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)


def _moment(text: str, forms: Sequence[str]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return datetime.combine(moment, _NOON) if _ISO_DAY.fullmatch(text) else moment
    except ValueError:
        pass
    for form in forms:
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return moment if _HOUR.search(form) else datetime.combine(moment, _NOON)
    return None
