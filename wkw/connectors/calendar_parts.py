"""Parses one event of a calendar into what is known of it; each way to be broken has a reason."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import icalendar

from wkw.connectors.calendar_people import Line, People, people

MAX_EVENT = 1 << 20
MAX_UID = 500
MAX_SEQUENCE = 1 << 20
MAX_MODIFIED = (1 << 32) - 2

Time: TypeAlias = date | datetime  # a datetime without zone is a floating one

# What the parser and the rules it meets raise on text that is not a calendar's.
BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
_FREQUENCY = re.compile("FREQ=([A-Z]*)", re.IGNORECASE)


class Unfit(Exception):
    """This event, or its rule, cannot be used; its reason, and whether nobody else is in it anyway."""

    alone = False


@dataclass(frozen=True, slots=True)
class Part:
    """One VEVENT: an event, a series, or what is different in one instance of it (`original` is when that was to be).

    `onward`: so are all later ones. `rules` and `dates` are properties as the parser gives them; `sequence` and
    `modified` (epoch seconds) tell the newer of two copies.
    """

    uid: str
    start: Time
    original: Time | None
    onward: bool
    rules: tuple[icalendar.vRecur, ...]
    dates: tuple[icalendar.vDDDLists, ...]
    excluded: tuple[Time, ...]
    sequence: int
    modified: int
    cancelled: bool
    people: People


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the parser from warning of what it guesses; a calendar's oddities are not the user's to read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def learn(zones: list[str]) -> None:
    """Know these VTIMEZONEs from now on, and none of another calendar; one that cannot be used stays unknown.

    A zone changes its clock once or twice a year: looking for a change that comes every second would take for ever.
    """
    icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]  # forgets what it knew
    for text in zones:
        if len(text) <= MAX_EVENT and {word.upper() for word in _FREQUENCY.findall(text)} <= {"YEARLY"}:
            with suppress(*BROKEN, OSError):
                icalendar.Timezone.from_ical(text)


def part(text: str, method: str) -> Part:
    """Give what an event of a calendar with this METHOD says; Unfit with the reason where it cannot be used."""
    if len(text) > MAX_EVENT:
        raise Unfit("event_too_large")
    try:
        event = icalendar.Event.from_ical(text)
    except OSError as error:  # the zones are looked for among files
        raise Unfit("unknown_zone") from error
    except BROKEN as error:
        raise Unfit("bad_event") from error
    who = people(next(_people(event, "ORGANIZER"), None), _people(event, "ATTENDEE"))
    try:
        return _part(event, who, method)
    except Unfit as unfit:  # of what matters to nobody it does not matter how it is broken
        unfit.alone = len(who.answers) + who.unreadable < 2
        raise


def _part(event: icalendar.Component, who: People, method: str) -> Part:
    return Part(
        uid=_uid(event),
        start=_time(event, "DTSTART"),
        original=_time(event, "RECURRENCE-ID") if "RECURRENCE-ID" in event else None,
        onward="RECURRENCE-ID" in event and event["RECURRENCE-ID"].params.get("RANGE", "").upper() == "THISANDFUTURE",
        rules=_rules(event),
        dates=tuple(_lists(event, "RDATE")),
        excluded=tuple(_plain(one.dt) for held in _lists(event, "EXDATE") for one in held.dts),
        sequence=_sequence(event),
        modified=_modified(event, method),
        cancelled=method == "CANCEL" or _word(event, "STATUS") == "CANCELLED",
        people=who,
    )


def _all(event: icalendar.Component, name: str) -> list[Any]:
    held = event.get(name, [])
    return held if isinstance(held, list) else [held]


def _word(event: icalendar.Component, name: str) -> str:
    return str(next(iter(_all(event, name)), "")).strip().upper()


def _uid(event: icalendar.Component) -> str:
    """Without it no copy is known to be of the same event, nor a cancellation to be of it."""
    uid = str(next(iter(_all(event, "UID")), "")).strip()
    if not 0 < len(uid) <= MAX_UID:
        raise Unfit("bad_uid" if uid else "no_uid")
    return uid


def _time(event: icalendar.Component, name: str) -> Time:
    found = _all(event, name)
    if len(found) != 1:
        raise Unfit("bad_date" if found else "no_date")
    value = _plain(_moment(found[0]))
    _insist_on_zone(found[0], value)
    return value


def _moment(held: object) -> object:
    return None if isinstance(held, icalendar.vBroken) else getattr(held, "dt", None)


def _plain(value: object) -> Time:
    if not isinstance(value, date):  # a datetime is one too
        raise Unfit("bad_date")
    return value


def _insist_on_zone(held: Any, value: object) -> None:
    """To take an hour for the user's own because its zone is unknown would be a silent mistake."""
    if isinstance(value, datetime) and value.tzinfo is None and "TZID" in held.params:
        raise Unfit("unknown_zone")


def _lists(event: icalendar.Component, name: str) -> Iterator[icalendar.vDDDLists]:
    for held in _all(event, name):
        if not isinstance(held, icalendar.vDDDLists):
            raise Unfit("bad_date")
        for one in held.dts:
            _insist_on_zone(held, one.dt[0] if isinstance(one.dt, tuple) else one.dt)
        yield held


def _rules(event: icalendar.Component) -> tuple[icalendar.vRecur, ...]:
    rules = _all(event, "RRULE")
    if "EXRULE" in event or not all(isinstance(rule, icalendar.vRecur) for rule in rules):
        raise Unfit("bad_rule")
    return tuple(rules)


def _sequence(event: icalendar.Component) -> int:
    held = next(iter(_all(event, "SEQUENCE")), 0)
    if not isinstance(held, int):
        raise Unfit("bad_sequence")
    return min(max(0, int(held)), MAX_SEQUENCE)


def _modified(event: icalendar.Component, method: str) -> int:
    """Give when an event was last changed, by its stamp where nothing else tells: but that of an export is its own."""
    for name in ("LAST-MODIFIED",) if method == "PUBLISH" else ("LAST-MODIFIED", "DTSTAMP"):
        value = _moment(next(iter(_all(event, name)), None))
        if isinstance(value, datetime):
            seconds = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
            return int(min(max(0, seconds), MAX_MODIFIED))
    return 0


def _people(event: icalendar.Component, name: str) -> Iterator[Line]:
    return (Line(str(held), getattr(held, "params", {})) for held in _all(event, name))
