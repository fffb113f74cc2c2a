"""What a header block says: its fields, when the mail was sent, its Message-ID.

The standard library's parser is not used: it stops at the first broken line, and the cap on a single header has to be
checked before anything is parsed. Only the fields named here are looked at; Subject and Bcc are not among them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

MAX_FIELD = 64 << 10
EARLIEST = 631_152_000  # 1990-01-01 UTC in seconds
DAY = 86_400
_MAX_OFFSET = 15 * 3600
_MAX_DATE = 200
_MAX_RECEIVED = 50

_MAIL = ("from", "sender", "to", "cc", "date", "received", "message-id", "return-path", "delivered-to")
_ABOUT = (
    *("list-id", "list-post", "list-unsubscribe", "feedback-id", "precedence"),
    *("auto-submitted", "x-autoreply", "x-autorespond", "content-type"),
)
_FIELD = re.compile(
    rb"^(" + "|".join(_MAIL + _ABOUT).encode() + rb")[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)", re.IGNORECASE | re.MULTILINE
)
_COMMENT = re.compile(r"\([^()]*\)")
_MESSAGE_ID = re.compile(r"<?([^\s<>@]{1,250}@[^\s<>@]{1,250})>?")

Fields = Mapping[str, list[str]]


class TooLarge(Exception):
    """A field is longer than the cap."""


def fields(block: bytes) -> Fields:
    """Give the known fields of a header block by lower-case name, unfolded; TooLarge where one passes the cap."""
    found: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(block):
        if len(value) > MAX_FIELD:
            raise TooLarge
        found.setdefault(name.decode("ascii").lower(), []).append(_text(value))
    return found


def is_mail(found: Fields) -> bool:
    """Say whether these are fields of a mail and not of some other text."""
    return any(name in found for name in _MAIL)


def _text(value: bytes) -> str:
    """Give an unfolded value; bytes beyond ASCII are UTF-8, or else Latin-1, which fits whatever they are."""
    flat = value.replace(b"\r\n", b"").replace(b"\n", b"").strip()
    try:
        return flat.decode("utf-8")
    except UnicodeDecodeError:
        return flat.decode("latin-1")


def sent_at(found: Fields) -> int | None:
    """Give when a mail was sent, in epoch seconds; None where nothing tells.

    The receiving server's word beats the sender's: a Date that is missing, impossible, from before 1990 or more than a
    day later than the topmost Received gives way to it.
    """
    dates = [second for text in found.get("date", [])[:1] if (second := _seconds(text)) is not None]
    stamps = (_seconds(text.rpartition(";")[2]) for text in found.get("received", [])[:_MAX_RECEIVED])
    received = next((second for second in stamps if second is not None), None)
    if received is None:
        return dates[0] if dates else None
    return dates[0] if dates and EARLIEST <= dates[0] <= received + DAY else received


def _seconds(text: str) -> int | None:
    """Give a date of RFC 5322 or what old programs made of it in epoch seconds; None where it is none."""
    plain = text[:_MAX_DATE]
    while plain != (plain := _COMMENT.sub(" ", plain)):
        pass
    try:
        parts = parsedate_tz(plain)
        if parts is None or abs(offset := parts[9] or 0) > _MAX_OFFSET:
            return None
        year, month, day, hour, minute, second = parts[:6]
        zone = timezone(timedelta(seconds=offset))
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)  # 59: leap seconds
    except (ValueError, IndexError, TypeError, OverflowError):  # the parser's own answers to nonsense
        return None
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def message_id(text: str) -> str | None:
    """Give a Message-ID without its angle brackets; None where the text does not look like one."""
    found = _MESSAGE_ID.fullmatch(text.strip())
    return found[1] if found else None
