"""Makes events of the activities of a CRM: completed emails, appointments and phone calls, all of the basic tier."""

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from wkw.connectors.exclusions import Reason, address_reason
from wkw.connectors.headers import EARLIEST, message_id
from wkw.connectors.mapping import Mapping
from wkw.connectors.parties import Known, Party, crm_uri, parties
from wkw.connectors.records import Cells, Owns, first, modified, phone
from wkw.connectors.rows import Unusable
from wkw.connectors.times import instant
from wkw.errors import AddressError
from wkw.model import Channel, Dropped, Event

CHANNELS: dict[str, Channel] = {"emails": "email", "appointments": "meeting", "calls": "call"}
TYPES = {"email": "emails", "appointment": "appointments", "call": "calls"}
MAX_RECIPIENTS = 500
MAX_MINUTES = 24 * 60
# What a mailbox or calendar tells of the same event is truer than the CRM's copy: `rev` of such copies is below 0, the
# later one still the greater.
BELOW_OTHERS = 1 << 40

_DURATION = re.compile(r"(-?\d{1,9}(?:[.,]\d{1,4})?) ?([a-z]*)")
_UNITS = {"": None, "second": 1 / 60, "minute": 1.0, "hour": 60.0, "day": 1440.0}
_OUTLOOK = "040000008200e00074c5b7101a82e008"
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_MAX_ID = 500


class _Unfit(Exception):
    """A row that is no event; carries what it becomes instead."""

    def __init__(self, fate: Literal["excluded", "quarantined"], reason: str):
        super().__init__(reason)
        self.dropped = Dropped(fate, reason)


@dataclass(frozen=True, slots=True)
class Export:
    """What has to be known to read an activity; `zone` is that of bare times, `reason` why an address is nobody's."""

    mapping: Mapping
    known: Known
    owns: Owns
    zone: tzinfo
    reason: Reason = address_reason


def fate(cells: Cells | None, kind: str, export: Export) -> Event | Dropped:
    """Give what one activity becomes: an event, or why it is none; nothing of a dropped one is kept."""
    if cells is None:
        return Dropped("quarantined", "bad_row")
    try:
        return _event(cells, _kind(cells, export.mapping) if kind == "activities" else kind, export)
    except _Unfit as unfit:
        return unfit.dropped
    except Unusable as error:
        return Dropped("quarantined", error.code)


def _event(cells: Cells, kind: str, export: Export) -> Event:
    """Give an event; an open or unanswered activity is none, whatever else is wrong with it."""
    mapping = export.mapping
    cancelled = _is_cancelled(cells, mapping)
    if kind == "calls" and not cancelled:
        _check_talk(cells, mapping)
    sender, others = _people(cells, kind, export)
    event_id, shared = _event_id(cells, kind, mapping)
    changed = modified(cells, mapping, export.zone)
    return Event(
        id=event_id,
        at=_at(cells, export),
        channel=CHANNELS[kind],
        sender=sender.uri or "",
        to=tuple(one.uri for one in others if one.uri and not export.reason(one.uri)),
        n=len(others),
        source=mapping.source,
        tier="basic",
        rev=changed - BELOW_OTHERS if shared else changed,
        cancelled=cancelled,
        names={one.uri: one.name for one in (*others, sender) if one.uri and one.name},
    )


def _word(cells: Cells, name: str, mapping: Mapping) -> str | None:
    """Give what the word in a column means, None where the cell is empty; Unusable where the mapping does not tell."""
    word = first(cells, name)
    meaning = mapping.meaning(name, word) if word else None
    if word and meaning is None:
        raise Unusable(f"bad_{name}", f"{name} must be a word of the mapping")
    return meaning


def _kind(cells: Cells, mapping: Mapping) -> str:
    meaning = _word(cells, "type", mapping)
    if meaning is None:
        raise Unusable("bad_type", "type must be there")
    if meaning not in TYPES:
        raise _Unfit("excluded", "other_activity")
    return TYPES[meaning]


def _is_cancelled(cells: Cells, mapping: Mapping) -> bool:
    meaning = _word(cells, "status", mapping)
    if meaning is None:
        raise Unusable("bad_status", "status must be there")
    if meaning == "open":
        raise _Unfit("excluded", "open_activity")
    return meaning == "cancelled"


def _check_talk(cells: Cells, mapping: Mapping) -> None:
    """Drop a call in which nobody talked, and one whose length cannot be."""
    minutes = _minutes(first(cells, "duration"), mapping)
    if _word(cells, "voicemail", mapping) == "yes" or minutes == 0:
        raise _Unfit("excluded", "no_conversation")
    if minutes is not None and not 0 < minutes <= MAX_MINUTES:
        raise Unusable("bad_duration", "a call lasts up to a day")


def _minutes(told: str, mapping: Mapping) -> float | None:
    found = _DURATION.fullmatch(" ".join(told[:_MAX_ID].split()).casefold())
    if not told:
        return None
    if not found or found[2].removesuffix("s") not in _UNITS:
        raise Unusable("bad_duration", "duration must be a number, with or without its unit")
    return float(found[1].replace(",", ".")) * (_UNITS[found[2].removesuffix("s")] or mapping.unit)


def _at(cells: Cells, export: Export) -> int:
    told = first(cells, "at")
    at = instant(told, export.mapping.dates, export.zone) if told else None
    if at is None:
        raise Unusable("bad_date" if told else "no_date", "at must be a time")
    if at < EARLIEST * 1000:
        raise Unusable("date_before_1990", "at must be after 1990")
    return at


# ---- who ----


def _people(cells: Cells, kind: str, export: Export) -> tuple[Party, list[Party]]:
    """Give who it is from and all others, also those whom nobody knows, without repeats."""
    senders, told = (_parties(cells, names, export) for names in (("from",), ("to", "cc")))
    if kind == "calls":
        _dial(cells, senders, told)
    if kind != "emails":
        told += _regarding(cells, [*senders, *told], export)
    if not senders:
        raise Unusable("no_sender", "from must be there")
    if kind == "emails" and len(senders) > 1:
        raise Unusable("two_senders", "a mail has one sender")
    sender, *beside = senders
    others = [one for one in {one.said: one for one in (*beside, *told)}.values() if one.said != sender.said]
    _check_people(kind, sender, others, told, export.reason)
    return sender, others


def _parties(cells: Cells, names: tuple[str, ...], export: Export) -> list[Party]:
    mapping = export.mapping
    found: list[Party] = []
    for name in names:
        cell = first(cells, name)
        if sum(map(cell.count, mapping.separators)) > 4 * MAX_RECIPIENTS:
            raise Unusable("too_many_recipients", f"there may be {MAX_RECIPIENTS} people at most")
        found += parties(cell, mapping.separators, mapping.system, export.known)
    return found


def _dial(cells: Cells, senders: list[Party], told: list[Party]) -> None:
    """Let the number stand for the side of a call that names nobody; of two such sides nobody knows whose it is."""
    if bool(senders) != bool(told):
        try:
            number = phone(first(cells, "number"))
        except Unusable:  # an extension, or withheld
            return
        (told if senders else senders).append(Party(number, number))


def _regarding(cells: Cells, named: list[Party], export: Export) -> list[Party]:
    """Give the record that a call or appointment of colleagues only is about: that is whom they met.

    Where it names anybody else, known or not, that may be the same person.
    """
    if not all(one.uri and export.owns(one.uri) for one in named):
        return []
    found = _parties(cells, ("regarding",), export)
    return [one for one in found if one.uri and not export.owns(one.uri)][:1]


def _check_people(kind: str, sender: Party, others: list[Party], told: list[Party], reason: Reason) -> None:
    """An exclusion comes before anything else that could be wrong."""
    if not others:
        raise _Unfit("excluded", "no_conversation" if kind == "calls" else "to_oneself" if told else "no_recipients")
    if len(others) > MAX_RECIPIENTS:
        raise Unusable("too_many_recipients", f"there may be {MAX_RECIPIENTS} people at most")
    known = [one.uri for one in others if one.uri]
    if sender.uri is None or not known:
        raise Unusable("unresolved_party", "nobody knows whom it names")
    reasons = [reason(uri) for uri in known]
    if why := reason(sender.uri) or (reasons[0] if all(reasons) else None):
        raise _Unfit("excluded", why)


# ---- which one ----


def _event_id(cells: Cells, kind: str, mapping: Mapping) -> tuple[str, bool]:
    """Give the id, and whether a mailbox or a calendar knows the event by the same one."""
    if kind == "emails" and (known := message_id(first(cells, "message_id")[:_MAX_ID])):
        return f"mid:{known}", True
    alone = _word(cells, "recurrence", mapping) != "series"  # all of a series have one UID
    if kind == "appointments" and alone and (uid := ical_uid(first(cells, "uid")[:_MAX_ID])):
        return f"ics:{uid}", True
    try:
        return crm_uri(mapping.system, first(cells, "id")), False
    except AddressError as error:
        raise Unusable("bad_id", f"id: {error.message}") from error


def ical_uid(told: str) -> str | None:
    """Give the UID by which calendars know an appointment, of a UID or of Outlook's global object id in hex.

    The object id holds another program's UID behind `vCal-Uid`; else it is the UID itself (MS-OXCICAL 2.1.3.1.1.20.26).
    None where it tells the day of an exception, whose series has the same UID.
    """
    text = told.strip()
    if not text.casefold().startswith(_OUTLOOK) or not _HEX.fullmatch(text.casefold()) or len(text) < 82:
        return text if text.isprintable() and text else None
    blob = bytes.fromhex(text)
    if any(blob[16:20]):
        return None
    if blob[40:48] != b"vCal-Uid":
        return text.upper()
    return blob[52:].split(b"\0")[0].decode("utf-8", "replace") or None
