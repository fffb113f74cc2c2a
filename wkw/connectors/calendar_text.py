"""Cuts calendar files into events, each as the lines of the few properties that are looked at.

Titles, descriptions, places, alarms and attachments stay behind before anything is parsed: nothing of them is kept, and
a broken line among them does no harm.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_EVENT = (
    *("UID", "DTSTART", "RECURRENCE-ID", "RRULE", "EXRULE", "RDATE", "EXDATE", "SEQUENCE"),
    *("LAST-MODIFIED", "DTSTAMP", "STATUS", "ORGANIZER", "ATTENDEE"),
)
_ZONE = ("TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE")
_KEPT = {
    "VCALENDAR": frozenset({"METHOD", "X-WR-TIMEZONE"}),
    "VEVENT": frozenset(_EVENT),
    **dict.fromkeys(("VTIMEZONE", "STANDARD", "DAYLIGHT"), frozenset(_ZONE)),
}
_WHOLE = frozenset({"VCALENDAR", "VEVENT", "VTIMEZONE", "VTODO", "VJOURNAL", "VFREEBUSY"})  # never within each other

_NAMES = "|".join({"BEGIN", "END", *(name for names in _KEPT.values() for name in names)})
_LINE = re.compile(rf"^({_NAMES})([;:][^\n]*+(?:\n[ \t][^\n]*+)*+)".encode(), re.IGNORECASE | re.MULTILINE)
_DEEPEST = 9  # below it is nothing that is looked at
_BOM = b"\xef\xbb\xbf"
_FOLD = re.compile(rb"\n[ \t]")
_START = re.compile(rb"(?:^(?:" + _BOM + rb")?|[\r\n])BEGIN:VCALENDAR[ \t]*(?:[\r\n]|$)", re.IGNORECASE)


class Sheet(NamedTuple):
    """One VCALENDAR: `method` in upper case, the name of its zone, its VTIMEZONEs and VEVENTs, None for one cut off."""

    method: str
    zone: str
    zones: list[str]
    events: list[str | None]


def is_calendar(start: bytes) -> bool:
    """Say whether the start of a file is that of a calendar."""
    return bool(_START.search(start))


def sheets(data: bytes) -> list[Sheet]:
    """Give the calendars of a file, without what is not looked at."""
    found: list[Sheet] = []
    for kind, text in _parts(data.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")):
        if kind == "VCALENDAR":
            found.append(Sheet("", "", [], []))
        elif not found:
            continue  # before any calendar
        elif kind == "VEVENT":
            found[-1].events.append(text)
        elif kind == "VTIMEZONE" and text:
            found[-1].zones.append(text)
        elif kind == "METHOD" and text:
            found[-1] = found[-1]._replace(method=text.upper())
        elif kind == "X-WR-TIMEZONE" and text:
            found[-1] = found[-1]._replace(zone=text)
    return found


def _parts(data: bytes) -> Iterator[tuple[str, str | None]]:
    """Give what a calendar consists of, kind and text; None for the text of what was cut off."""
    inside: list[str] = []  # the event or zone that is open, and what is open in it
    lines: list[str] = []
    for name, rest in _lines(data):
        kind = rest[1:].strip().upper() if name in ("BEGIN", "END") else ""
        if inside and kind in _WHOLE and (name == "BEGIN" or kind != inside[0]):
            yield inside[0], None
            inside, lines = [], []
        if name == "BEGIN" and kind == "VCALENDAR":
            yield kind, ""
        elif name == "BEGIN" and (inside or kind in _KEPT):
            inside = [*inside, kind][:_DEEPEST]
        elif name == "END" and kind in inside:
            del inside[inside.index(kind) + 1 :]
        if not inside and name in _KEPT["VCALENDAR"]:
            yield name, rest.rpartition(":")[2].strip()
        elif inside and (kind == inside[-1] in _KEPT if kind else name in _KEPT.get(inside[-1], ())):
            lines.append(f"{name}:{kind}" if kind else name + rest)
        if name == "END" and inside[-1:] == [kind]:
            inside.pop()
            if not inside:
                yield kind, "\n".join(lines)
                lines = []
    if inside:
        yield inside[0], None


def _lines(data: bytes) -> Iterator[tuple[str, str]]:
    """Give name and rest of each known line, unfolded; bytes that are no UTF-8 are Latin-1."""
    for line in _LINE.finditer(data):
        rest = _FOLD.sub(b"", line[2])
        try:
            text = rest.decode("utf-8")
        except UnicodeDecodeError:
            text = rest.decode("latin-1")
        yield line[1].decode("ascii").upper(), text
