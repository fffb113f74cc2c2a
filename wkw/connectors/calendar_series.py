"""Takes what a calendar says under one UID apart into the instances that took place, were called off or come next."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import repeat
from math import prod
from typing import Any, NamedTuple, cast

import icalendar
import recurring_ical_events

from wkw.connectors.calendar_parts import BROKEN, Part, Time, Unfit
from wkw.connectors.headers import EARLIEST
from wkw.model import Dropped

AHEAD = timedelta(days=400)
MAX_INSTANCES = 10_000
MAX_A_DAY = 24
MAX_RULES = 4
MAX_ONWARD = 100

ALONE = Dropped("excluded", "nobody else")
SUPERSEDED = Dropped("excluded", "superseded")
TOO_MANY = Dropped("quarantined", "too_many_instances")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=366)
_DAYS = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_NUMBER = "X-NUMBER"  # of the part that an occurrence was made from
# The last century that can be counted to, from a leap year: a rule that does not occur in it never does, and looking
# for what comes after today would go on to the year 9999.
_LATE = 9904


class Now(NamedTuple):
    """When it is, and the zone of what tells none."""

    at: datetime
    zone: tzinfo


class Instance(NamedTuple):
    """One meeting on one day: `at` epoch milliseconds; `sequence` and `modified` tell the newer of two copies."""

    id: str
    at: int
    part: Part
    sequence: int
    modified: int
    cancelled: bool


def instances(parts: list[Part], now: Now) -> list[Instance | Dropped]:
    """Give what the parts of one UID become: each past instance of a series, and of those to come the next one only.

    A part that a newer one replaces, a series with nobody else in it and one whose rule cannot be followed are one
    record each. What differs in an instance of such a series stands for itself.
    """
    core, changes, replaced = _newest(parts)
    found: list[Instance | Dropped] = list(repeat(SUPERSEDED, replaced))
    if core and not (core.rules or core.dates or changes):
        return [*found, _single(core, f"ics:{core.uid}", core.start, now)]
    if core and len(core.people.answers) < 2:
        found.append(ALONE)
    elif core:
        try:
            return found + _series(core, changes, now)
        except Unfit as reason:
            found.append(Dropped("quarantined", str(reason)))
    return found + [_single(one, _of_day(_id(one.uid, original)), one.start, now) for original, one in changes.items()]


def _newest(parts: list[Part]) -> tuple[Part | None, dict[Time, Part], int]:
    """Give the newest event or series, the newest change of each instance, and how many parts are neither."""
    ordered = sorted(parts, key=lambda one: (one.sequence, one.modified, one.cancelled, str(one.start)))
    core = next((one for one in reversed(ordered) if one.original is None), None)
    changes = {_aligned(one.original, core): one for one in ordered if one.original is not None}
    return core, changes, len(parts) - len(changes) - (core is not None)


def _aligned(original: Time, core: Part | None) -> Time:
    """Give the start of an instance as its series would: some programs tell only its day, or leave out the zone."""
    like = core.start if core else original
    if not isinstance(like, datetime):
        return original.date() if isinstance(original, datetime) else original
    if not isinstance(original, datetime):
        return datetime.combine(original, like.timetz())
    if not like.tzinfo or not original.tzinfo:
        return original.replace(tzinfo=like.tzinfo)
    return original.astimezone(like.tzinfo)


def _single(part: Part, name: str, start: Time, now: Now) -> Instance | Dropped:
    at = _instant(start, now.zone)
    if at is None:
        return Dropped("quarantined", "bad_date")
    if at < EARLIEST * 1000:
        return Dropped("quarantined", "date_before_1990")
    if at > _milliseconds(now.at + AHEAD):
        return Dropped("quarantined", "too_far_ahead")
    return Instance(name, at, part, part.sequence, part.modified, part.cancelled)


def _series(core: Part, changes: dict[Time, Part], now: Now) -> list[Instance | Dropped]:
    """Give the instances of a series, the newest MAX_INSTANCES of the past ones; Unfit where it cannot be followed."""
    try:
        _check(core, changes)
        found = sorted(_named_by_day(_expanded(core, changes, now)), key=lambda one: (one.at, one.id))
    except BROKEN as error:
        raise Unfit("bad_rule") from error
    if not found:
        ahead = _instant(core.start, now.zone) or 0
        raise Unfit("too_far_ahead" if ahead > _milliseconds(now.at) else "no_instances")
    past = [one for one in found if one.at <= _milliseconds(now.at)]
    more = [TOO_MANY] if len(past) > MAX_INSTANCES else []
    moved = [_single(part, "", part.start, now) for part in changes.values()]
    astray = [one for one in moved if isinstance(one, Dropped)]
    return [*past[-MAX_INSTANCES:], *found[len(past) :][:1], *more, *astray]


def _check(core: Part, changes: dict[Time, Part]) -> None:
    """Refuse what would go on for ever, or for long: no rule is followed before this."""
    start = _instant(core.start, UTC)
    if start is None or start < EARLIEST * 1000:
        raise Unfit("date_before_1990")
    if len(core.rules) > MAX_RULES or sum(one.onward for one in changes.values()) > MAX_ONWARD:
        raise Unfit("bad_rule")
    for rule in core.rules:
        times = prod(len(rule.get(name, [0])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        if not {str(word).upper() for word in rule.get("FREQ", [])} <= _DAYS or times > MAX_A_DAY:
            raise Unfit("too_frequent")
        if min(rule.get("INTERVAL", [1])) < 1 or not _occurs(rule, core.start):
            raise Unfit("bad_rule")


def _occurs(rule: icalendar.vRecur, start: Time) -> bool:
    """Say whether a rule without its end and interval ever comes back after its start."""
    event = icalendar.Event()
    first = start.replace(year=_LATE)
    event["DTSTART"] = icalendar.vDDDTypes(first.replace(tzinfo=None) if isinstance(first, datetime) else first)
    event["RRULE"] = icalendar.vRecur(
        {name: held for name, held in rule.items() if name not in ("UNTIL", "COUNT", "INTERVAL")}
    )
    later = _query([event]).after((_LATE,))
    return next(later, None) is not None and next(later, None) is not None


def _query(events: list[icalendar.Event]) -> recurring_ical_events.CalendarQuery:
    calendar = icalendar.Calendar()
    for event in events:
        event["UID"] = icalendar.vText("series")
        calendar.add_component(event)
    return recurring_ical_events.of(calendar)


def _expanded(core: Part, changes: dict[Time, Part], now: Now) -> dict[str, Instance]:
    """Give the instances until AHEAD by id, from the newest back, until there are enough; some of them are too many."""
    parts = [core, *changes.values()]
    originals = [None, *changes]
    query = _query([_bare(part, originals[number], number) for number, part in enumerate(parts)])
    off = {_id(core.uid, _aligned(time, core)) for time in core.excluded}
    found: dict[str, Instance] = {}
    stop, span = now.at.replace(tzinfo=None) + AHEAD, AHEAD + _YEAR
    first = _EPOCH.replace(tzinfo=None) + timedelta(seconds=EARLIEST) - _YEAR
    while stop > first and len(found) <= MAX_INSTANCES + AHEAD.days * MAX_A_DAY:
        for occurrence in query.between(stop - span, stop):
            number = int(occurrence[_NUMBER])
            name = _id(core.uid, _original(occurrence["DTSTART"].dt, parts[number], originals[number]))
            made = _made(core, parts[number], occurrence["DTSTART"].dt, name, now)
            if made:
                found[name] = made._replace(cancelled=made.cancelled or name in off)
        stop, span = stop - span, span * 2
    return found


def _named_by_day(found: dict[str, Instance]) -> list[Instance]:
    """Give each instance the id of its day, so that a new hour of the whole series is a revision of the same instances.

    Of several on one day only the first can have it.
    """
    named: dict[str, Instance] = {}
    for name in sorted(found):
        day = _of_day(name)
        known = name if day in named else day
        named[known] = found[name]._replace(id=known)
    return list(named.values())


def _bare(part: Part, original: Time | None, number: int) -> icalendar.Event:
    """Give what the library needs of a part: no duration, for only the start counts, and no exceptions.

    An exception is an instance that was called off: left to the library it would be none, and an older copy, in which
    it took place, would go on counting.
    """
    event = icalendar.Event()
    event[_NUMBER] = icalendar.vInt(number)
    event["DTSTART"] = icalendar.vDDDTypes(part.start)
    if original is None:
        event["RRULE"], event["RDATE"] = list(part.rules), list(part.dates)
    else:
        event["RECURRENCE-ID"] = icalendar.vDDDTypes(original)
        if part.onward:
            event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    return event


def _original(start: Time, part: Part, original: Time | None) -> Time:
    """Give when an instance was to be, before it was moved, alone or with all later ones."""
    if original is None:
        return start
    return original if start == part.start else cast(Time, start - (cast(Any, part.start) - original))


def _made(core: Part, part: Part, start: Time, name: str, now: Now) -> Instance | None:
    """Give an instance as new as the newer of its series and what is different in it: both are in this calendar."""
    made = _single(part, name, start, now)
    if not isinstance(made, Instance):
        return None
    return made._replace(
        sequence=max(core.sequence, part.sequence),
        modified=max(core.modified, part.modified),
        cancelled=core.cancelled or part.cancelled,
    )


def _of_day(name: str) -> str:
    """Give the id of the day of an instance, that of UTC where its zone is known."""
    return name[: name.rindex("/") + len("/20260504")]


def _id(uid: str, original: Time) -> str:
    """Give the id of an instance by when it was to be: the same in every zone, and in every copy."""
    if not isinstance(original, datetime):
        return f"ics:{uid}/{original:%Y%m%d}"
    if original.tzinfo is None:
        return f"ics:{uid}/{original:%Y%m%dT%H%M%S}"
    return f"ics:{uid}/{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _instant(start: Time, zone: tzinfo) -> int | None:
    """Give epoch milliseconds: of a whole day its noon; None beyond the calendar's ends."""
    moment = start if isinstance(start, datetime) else datetime.combine(start, time(12))
    try:
        return _milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (OverflowError, ValueError):
        return None


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
