"""Reads interactions in the interchange form: JSON Lines, or CSV with the same columns (see the README)."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

from wkw.addresses import canonical
from wkw.connectors.exclusions import Reason, address_reason
from wkw.connectors.files import Progress, silent
from wkw.connectors.headers import EARLIEST, message_id
from wkw.connectors.recipients import tidy_name
from wkw.connectors.rows import Columns, Row, Unusable, address, addresses, choice, rows, text
from wkw.errors import AddressError
from wkw.model import CHANNELS, Channel, Dropped, Event, Tier

COLUMNS = Columns(
    required=("id", "at", "channel", "from", "to"),
    optional=("cc", "source", "tier", "names", "n", "rev", "cancelled", "organiser_attended"),
)
MAX_RECIPIENTS = 500
MAX_PEOPLE = 1_000_000
MAX_REV = 1 << 53
LATEST = 253_402_300_799  # the last second of the year 9999

_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})


class _Excluded(Exception):
    """A row that is in order and makes no event; its reason."""


def read(
    paths: Iterable[Path],
    *,
    source: str = "interactions",
    progress: Progress = silent,
    reason: Reason = address_reason,
) -> Iterator[Event | Dropped]:
    """Give what every row of the files becomes, once each; FileError for a file of another kind.

    `source` names rows that name none themselves; `progress` is called with the bytes read since the last call;
    `reason` tells why an address is nobody's.
    """
    for path in paths:
        for _, row in rows(path, COLUMNS, progress=progress):
            yield fate(row, source=source, reason=reason)


def fate(row: Row | None, *, source: str = "interactions", reason: Reason = address_reason) -> Event | Dropped:
    """Give what one row becomes: an event, or why it is none; nothing of a dropped one is kept."""
    if row is None:
        return Dropped("quarantined", "bad_row")
    if row.keys() - COLUMNS.known:
        return Dropped("quarantined", "unknown_field")
    try:
        return _event(row, source, reason)
    except Unusable as error:
        return Dropped("quarantined", error.code)
    except _Excluded as why:
        return Dropped("excluded", str(why))


def _event(row: Row, source: str, reason: Reason) -> Event:
    sender, others = _people(row, reason)
    channel = cast(Channel, choice(row, "channel", CHANNELS))
    attended = _truth(row, "organiser_attended", default=True)
    # From the view of one who was there, an organiser who was not is no other person.
    listed = len(others) - (channel == "meeting" and not attended)
    return Event(
        id=_event_id(row, channel),
        at=_at(row),
        channel=channel,
        sender=sender,
        to=tuple(uri for uri in others if not reason(uri)),
        n=max(1, listed, _number(row, "n", MAX_PEOPLE)),
        source=text(row, "source") or source,
        tier=cast(Tier, choice({"tier": "enhanced", **row}, "tier", ("basic", "enhanced"))),
        rev=_number(row, "rev", MAX_REV),
        cancelled=_truth(row, "cancelled", default=False),
        organiser_attended=attended,
        names=_names(row, {sender, *others}),
    )


def _people(row: Row, reason: Reason) -> tuple[str, list[str]]:
    """Give who it is from and the others; exclusion is looked for before anything else can be wrong."""
    sender = address(row, "from")
    told = [*addresses(row, "to"), *addresses(row, "cc")]
    others = [uri for uri in dict.fromkeys(told) if uri != sender]
    if len(others) > MAX_RECIPIENTS:
        raise Unusable("too_many_recipients", f"there may be {MAX_RECIPIENTS} people at most")
    if not others:
        raise _Excluded("to_oneself" if told else "no_recipients")
    reasons = [reason(uri) for uri in others]
    if why := reason(sender) or (reasons[0] if all(reasons) else None):
        raise _Excluded(why)
    return sender, others


def _event_id(row: Row, channel: Channel) -> str:
    """Give an id that cannot meet another kind's; a mail known by its Message-ID is the mail a mailbox holds."""
    told = text(row, "id", longest=500)
    if told is None:
        raise Unusable("bad_id", "id must be there")
    if channel == "email" and told.startswith("<") and (known := message_id(told)):
        return f"mid:{known}"
    return f"id:{told}"


def _at(row: Row) -> int:
    """Give the time in epoch milliseconds, of epoch seconds or of ISO 8601 with a zone."""
    value = row.get("at")
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        seconds = _iso(str(value))
    if not seconds <= LATEST:  # also where it is not a number
        raise Unusable("bad_at", "at must be ISO 8601 with a zone, or epoch seconds")
    if seconds < EARLIEST:
        raise Unusable("date_before_1990", "at must be after 1990")
    return round(seconds * 1000)


def _iso(value: str) -> float:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise Unusable("at_without_zone", "at must tell its zone, as in 2026-01-05T09:00:00Z")
        return moment.timestamp()
    except (ValueError, OverflowError):
        return math.nan


def _number(row: Row, name: str, most: int) -> int:
    """Give a whole number from 0, which is also what a missing one is."""
    value = row.get(name, 0)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(most)):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Unusable(f"bad_{name}", f"{name} must be a whole number from 0 to {most}")
    return value


def _truth(row: Row, name: str, *, default: bool) -> bool:
    value = row.get(name, default)
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in _YES | _NO:
        raise Unusable(f"bad_{name}", f"{name} must be true or false")
    return word in _YES


def _names(row: Row, people: set[str]) -> dict[str, str]:
    """Give display names by URI, of a mapping or of `address=Name;address=Name`, of those who took part."""
    value = row.get("names", {})
    if isinstance(value, str):
        value = {who: name for who, _, name in (item.partition("=") for item in value.split(";")) if who.strip()}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise Unusable("bad_names", "names must map addresses to names")
    try:
        names = {canonical(str(who)): tidy_name(name) for who, name in value.items()}
    except AddressError as error:
        raise Unusable("bad_names", f"names: {error.message}") from error
    return {uri: name for uri, name in names.items() if name and uri in people}
