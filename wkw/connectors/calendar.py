"""Reads calendars from .ics files, folders and archives into events; only who, when and how often is looked at."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wkw.connectors.archives import insist, within
from wkw.connectors.calendar_parts import Part, Unfit, learn, part, quiet
from wkw.connectors.calendar_people import Answer, People
from wkw.connectors.calendar_series import ALONE, Instance, Now, instances
from wkw.connectors.calendar_text import Sheet, is_calendar, sheets
from wkw.connectors.exclusions import Reason, address_reason
from wkw.connectors.files import CHUNK, Progress, files, silent
from wkw.errors import FileError
from wkw.model import Dropped, Event
from wkw.moment import instant

MAX_FILE = 64 << 20
MAX_PEOPLE = 500  # the largest meeting that WKW_MEETING_CAP can let through

NOT_CALENDAR = Dropped("quarantined", "not_calendar")
EMPTY = Dropped("quarantined", "empty")
UNREADABLE = Dropped("quarantined", "unreadable")
TOO_LARGE = Dropped("quarantined", "file_too_large")

ReadOne: TypeAlias = Callable[[bytes], Iterator[Event | Dropped]]  # what becomes of one file

# Who answers an invitation, or asks for another time, has not changed the event.
_REPLIES = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})


def read(
    paths: Iterable[Path],
    *,
    now: int,
    zone: tzinfo,
    source: str = "calendar",
    progress: Progress = silent,
    reason: Reason = address_reason,
) -> Iterator[Event | Dropped]:
    """Give what every event under the paths becomes, instance by instance; FileError for a path without calendars.

    `now` is epoch milliseconds; whole days and floating times are in the calendar's zone, else in `zone`. `progress` is
    called with the bytes done since the last call; they add up to `files.size`. `reason` tells why an address is
    nobody's.
    """
    for path in paths:
        remedy = "Name .ics files, or a folder or archive of them."
        refused = FileError(f"There is no calendar in {path}.", remedy=remedy)
        read_one = partial(fates, now=Now(instant(now), zone), source=source, reason=reason)
        yield from insist(_under(path, read_one, progress), NOT_CALENDAR, refused)


def _under(path: Path, read_one: ReadOne, progress: Progress) -> Iterator[Event | Dropped]:
    for file in files(path):
        take = partial(_taken, read_one=read_one, named=file == path)
        try:
            yield from within(file, take, progress=progress)
        except FileError:
            if file == path:
                raise
            yield UNREADABLE


def _taken(stream: IO[bytes], packed: bool, *, read_one: ReadOne, named: bool) -> Iterator[Event | Dropped]:
    data = stream.read(CHUNK)
    if is_calendar(data):
        data += stream.read(MAX_FILE + 1 - len(data))
        yield from read_one(data) if len(data) <= MAX_FILE else [TOO_LARGE]
    elif data.strip():
        yield NOT_CALENDAR
    elif packed or not named:  # a named file of nothing is no mistake
        yield EMPTY


def fates(
    data: bytes, *, now: Now, source: str = "calendar", reason: Reason = address_reason
) -> Iterator[Event | Dropped]:
    """Give what the events of one file become, instance by instance: events, or why they are none.

    To-dos, journals and free-busy times are no events and have no fate.
    """
    for sheet in sheets(data):
        with quiet():
            found = list(_of_sheet(sheet, now))
        for one in found:
            yield one if isinstance(one, Dropped) else _event(one, source, reason)


def _of_sheet(sheet: Sheet, now: Now) -> Iterator[Instance | Dropped]:
    learn(sheet.zones)
    now = now._replace(zone=_zone(sheet.zone) or now.zone)
    series: dict[str, list[Part]] = {}
    for text in sheet.events:
        one = _part(text, sheet.method)
        if isinstance(one, Dropped):
            yield one
        else:
            series.setdefault(one.uid, []).append(one)
    for parts in series.values():
        yield from instances(parts, now)


def _part(text: str | None, method: str) -> Part | Dropped:
    if text is None:
        return Dropped("quarantined", "cut_off")
    if method in _REPLIES:
        return Dropped("excluded", "reply")
    try:
        return part(text, method)
    except Unfit as unfit:
        return ALONE if unfit.alone else Dropped("quarantined", str(unfit))


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last: names of folders, and very long ones
        return None


def _event(instance: Instance, source: str, reason: Reason) -> Event | Dropped:
    """Give an instance as an event, or why it is none.

    Whoever said no is `absent`, and so is who did not answer, but as of less: copies of others often do not know the
    answer, so any answer to the same SEQUENCE outranks none; yet a new SEQUENCE asks everybody anew, so none outranks
    what was answered before.
    """
    people, rev = instance.part.people, instance.sequence << 32 | instance.modified
    answers = {uri: said for uri, said in people.answers.items() if not reason(uri)}
    as_of = {"no": rev, "open": (instance.sequence << 32) - 1}
    absent = {uri: as_of[said] for uri, said in answers.items() if said != "yes" and not instance.cancelled}
    there = [uri for uri in answers if uri not in absent]
    if refused := _refused(people, answers, reason, says=len(there) > 1 or max(absent.values(), default=-1) >= 0):
        return refused
    sender = people.organiser if people.organiser in answers else next(iter(there or absent))
    return Event(
        id=instance.id,
        at=instance.at,
        channel="meeting",
        sender=sender,
        to=tuple(uri for uri in there if uri != sender),
        n=max(1, _others(people, answers)),
        source=source,
        rev=rev,
        cancelled=instance.cancelled,
        organiser_attended=sender in there,
        names={uri: people.names[uri] for uri in (*there, *absent) if uri in people.names},
        absent=absent,
    )


def _others(people: People, answers: Mapping[str, Answer]) -> int:
    """Give how many others were asked and have not said no, those whom a rule of one's own leaves out among them."""
    asked = [uri for uri in people.answers if uri in answers or not address_reason(uri)]
    return sum(people.answers[uri] != "no" for uri in asked) + people.unreadable - 1


def _refused(people: People, answers: Mapping[str, Answer], reason: Reason, *, says: bool) -> Dropped | None:
    if len(answers) + people.unreadable > MAX_PEOPLE:
        return Dropped("excluded", "large meeting")
    if len(answers) < 2:
        why = next((why for uri in people.answers if (why := reason(uri))), None)
        if why and len(people.answers) > 1:
            return Dropped("excluded", why)
        return Dropped("quarantined", "bad_attendees") if people.unreadable else ALONE
    return None if says else Dropped("excluded", "nobody accepted")
