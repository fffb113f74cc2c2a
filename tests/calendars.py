"""Calendars as tests write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from wkw.connectors import calendar
from wkw.connectors.calendar_series import Now
from wkw.model import Dropped

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
ANNA, BO, CIA = (f"mailto:{who}@nord.example" for who in ("anna", "bo", "cia"))
LEA, MATS = "mailto:lea@kund.example", "mailto:mats@kund.example"
USUAL = {"UID": "m1", "DTSTART": "20260504T080000Z", "ORGANIZER": ANNA, "ATTENDEE": [f"PARTSTAT=ACCEPTED:{LEA}"]}


def vevent(end="\r\n", **changed):
    """A VEVENT; None takes a property away, a list repeats it, and what holds a colon may start with parameters."""
    lines = []
    for name, held in (USUAL | {name.replace("_", "-"): held for name, held in changed.items()}).items():
        for value in held if isinstance(held, list) else [held] * (held is not None):
            parameters = "=" in value.split(":")[0] and ":" in value
            lines.append(f"{name}{';' if parameters else ':'}{value}")
    return end.join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


def vcalendar(*parts, end="\r\n", **lines):
    """A VCALENDAR around them, in bytes."""
    told = [f"{name.replace('_', '-')}:{value}" for name, value in lines.items()]
    return (end.join(["BEGIN:VCALENDAR", "VERSION:2.0", *told, ""]) + "".join(parts) + f"END:VCALENDAR{end}").encode()


def fates(data, zone="Europe/Stockholm", now=NOW, **more):
    return list(calendar.fates(data, now=Now(now, ZoneInfo(zone)), **more))


def became(method=None, zone_name=None, **changed):
    """What one event becomes; it must be one thing only."""
    lines = {name: held for name, held in (("METHOD", method), ("X_WR_TIMEZONE", zone_name)) if held}
    (one,) = fates(vcalendar(vevent(**changed), **lines))
    return one


def reason(**changed):
    one = became(**changed)
    return f"{one.fate} {one.reason}" if isinstance(one, Dropped) else "event"


def ms(text):
    """Epoch milliseconds of a time in ISO 8601, in UTC where it tells no zone."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
