"""Reads mail from files, boxes, folders and archives into events; only who, to whom and when is looked at."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from wkw.addresses import canonical
from wkw.connectors.archives import insist
from wkw.connectors.boxes import MAX_BLOCK, blocks
from wkw.connectors.exclusions import Reason, address_reason, message_reason
from wkw.connectors.files import Progress, files, silent
from wkw.connectors.headers import EARLIEST, Fields, TooLarge, fields, is_mail, message_id, sent_at
from wkw.connectors.recipients import split
from wkw.errors import AddressError, FileError
from wkw.model import Dropped, Event

MAX_RECIPIENTS = 500
# Every address needs a separator, and so may the comma of `Berg, Anna`: with more than this, nothing is taken apart.
MAX_SEPARATORS = 4 * MAX_RECIPIENTS

NOT_MAIL = Dropped("quarantined", "not_mail")
EMPTY = Dropped("quarantined", "empty")
UNREADABLE = Dropped("quarantined", "unreadable")


class _Unfit(Exception):
    """This message becomes no event; carries what it becomes instead."""

    def __init__(self, fate: Literal["excluded", "quarantined"], reason: str):
        super().__init__(reason)
        self.dropped = Dropped(fate, reason)


def read(
    paths: Iterable[Path], *, source: str = "mail", progress: Progress = silent, reason: Reason = address_reason
) -> Iterator[Event | Dropped]:
    """Give what every message under the paths becomes, once each; FileError for a path that cannot be mail.

    `progress` is called with the bytes done since the last call; they add up to `files.size`. `reason` tells why an
    address is nobody's.
    """
    for path in paths:
        refused = FileError(
            f"There is no mail in {path}.",
            remedy="Name an mbox, a Maildir, .eml files, or a folder or archive of them.",
        )
        yield from insist(_under(path, source, progress, reason), NOT_MAIL, refused)


def _under(path: Path, source: str, progress: Progress, reason: Reason) -> Iterator[Event | Dropped]:
    for file in files(path):
        try:
            empty = file != path  # a named box without mail is fine; in a folder a file of nothing is a mail cut off
            for block in blocks(file, progress=progress):
                empty = False
                yield fate(block, source=source, reason=reason)
            if empty:
                yield EMPTY
        except FileError:
            if file == path:
                raise
            yield UNREADABLE


def fate(block: bytes, *, source: str = "mail", reason: Reason = address_reason) -> Event | Dropped:
    """Give what one header block becomes: an event, or why it is none; nothing of a dropped one is kept."""
    if not block:
        return EMPTY
    try:
        found = fields(block)
        if not is_mail(found):
            return NOT_MAIL
        if len(block) > MAX_BLOCK:
            raise TooLarge
        return _event(found, source, reason)
    except TooLarge:
        return Dropped("quarantined", "header_too_large")
    except _Unfit as unfit:
        return unfit.dropped


def _event(found: Fields, source: str, reason: Reason) -> Event:
    """Exclusion is looked for first: a newsletter with a broken date is a newsletter."""
    if why := message_reason({name: values[0] for name, values in found.items()}):
        raise _Unfit("excluded", why)
    sender, own_name = _sender(found)
    if why := reason(sender):
        raise _Unfit("excluded", why)
    others, n = _recipients(found, sender)
    people = {uri: name for uri, name in others.items() if not reason(uri)}
    if not people:
        raise _Unfit("excluded", str(reason(next(iter(others)))))
    at = _at(found)
    return Event(
        id=_event_id(found, sender, at, others),
        at=at * 1000,
        channel="email",
        sender=sender,
        to=tuple(people),
        n=n,
        source=source,
        names={uri: name for uri, name in {**people, sender: own_name}.items() if name},
    )


def _sender(found: Fields) -> tuple[str, str]:
    """Give the URI and name of the sender: From, settled by Sender where From names several or is missing."""
    authors, _ = _addresses(found.get("from", []))
    if len(authors) == 1:
        return next(iter(authors.items()))
    senders, _ = _addresses(found.get("sender", []))
    fitting = [uri for uri in senders if uri in authors or "from" not in found]
    if len(fitting) == 1:
        return fitting[0], authors.get(fitting[0]) or senders[fitting[0]]
    if authors:
        raise _Unfit("quarantined", "two_senders")
    raise _Unfit("quarantined", "bad_sender" if "from" in found or senders else "no_sender")


def _recipients(found: Fields, sender: str) -> tuple[dict[str, str], int]:
    """Give those a mail went to beside its sender with their names, and how many recipients there were in all."""
    everyone, refused = _addresses([*found.get("to", []), *found.get("cc", [])])
    others = {uri: name for uri, name in everyone.items() if uri != sender}
    n = len(others) + refused
    if n > MAX_RECIPIENTS:
        raise _Unfit("quarantined", "too_many_recipients")
    if others:
        return others, n
    if refused:
        raise _Unfit("quarantined", "bad_recipients")
    raise _Unfit("excluded", "to_oneself" if everyone else "no_recipients")


def _addresses(values: list[str]) -> tuple[dict[str, str], int]:
    """Give the canonical addresses of headers with the first name each has there, and how many pieces hold none."""
    if sum(value.count(",") + value.count(";") for value in values) > MAX_SEPARATORS:
        raise _Unfit("quarantined", "too_many_recipients")
    found: dict[str, str] = {}
    refused = 0
    for value in values:
        pairs, bad = split(value)
        refused += bad
        for name, address in pairs:
            try:
                uri = canonical(address)
            except AddressError:
                refused += 1
                continue
            found[uri] = found.get(uri) or name
    return found, refused


def _at(found: Fields) -> int:
    at = sent_at(found)
    if at is None:
        raise _Unfit("quarantined", "bad_date" if "date" in found else "no_date")
    if at < EARLIEST:
        raise _Unfit("quarantined", "date_before_1990")
    return at


def _event_id(found: Fields, sender: str, at: int, people: Iterable[str]) -> str:
    """Give the Message-ID, or what tells a mail without one from others: sender, second and recipients."""
    for text in found.get("message-id", [])[:1]:
        if known := message_id(text):
            return f"mid:{known}"
    told_by = "\n".join([sender, str(at), *sorted(people)])
    return "mail:" + hashlib.sha256(told_by.encode()).hexdigest()
