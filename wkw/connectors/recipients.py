"""Takes From, To and Cc headers apart into display names and addresses, in linear time and whatever they hold.

`email.utils` is not used: its answers differ by patch release, and single headers kept it busy for seconds.
"""

import re
import unicodedata
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from functools import lru_cache

from wkw.addresses import UNSEEN

MAX_NAME = 200
MAX_RAW_NAME = 2000

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | "(?P<quoted>(?:[^"\\]|\\.)*+)"
      | <(?P<angle>(?:[^<>"]|"(?:[^"\\]|\\.)*+")*+)>
      | (?P<mark>[,;:])
      | (?P<comment>\()
      | (?P<word>=\?[^?\s]++\?[bqBQ]\?[^?\s]*+\?= | [^\s",;:(<>]++)
      | (?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_PAREN = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PREFIX = re.compile(r"(?:mailto|smtp):", re.IGNORECASE)
_SIMPLE = re.compile(r"[\w.+-]+@[\w.-]+")
_ADDRESS = re.compile(r"\S+@\S+")


def split(header: str) -> tuple[list[tuple[str, str]], int]:
    """Give (display name, address) of every mailbox in a header, and how many pieces hold no single address."""
    found: list[tuple[str, str]] = []
    refused = 0
    for mailbox in _mailboxes(header):
        addresses = mailbox.addresses()
        if len(addresses) == 1 and "@" in addresses[0]:
            found.append((mailbox.name(), addresses[0]))
        elif mailbox.pieces or addresses:
            refused += max(1, len(addresses))
    return found, refused


class _Mailbox:
    """What stands between two separators."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, str, bool]] = []  # as written, as meant, glued to the one before
        self.comments: list[str] = []
        self.angle: str | None = None

    def add(self, written: str, meant: str) -> None:
        if self.angle is None:  # what follows the angle brackets (`<a@b>@ENRON`) says nothing
            glued = bool(self.pieces) and (written[0] in "@." or self.pieces[-1][0][-1] in "@.")
            self.pieces.append((written, meant, glued))

    def words(self) -> list[tuple[str, str]]:
        """Give its words as written and as meant; `anna @ nord . example` is one."""
        if len(self.pieces) == 1:
            return [self.pieces[0][:2]]
        words: list[tuple[list[str], list[str]]] = []
        for written, meant, glued in self.pieces:
            if not glued:
                words.append(([], []))
            words[-1][0].append(written)
            words[-1][1].append(meant)
        return [("".join(written), "".join(meant)) for written, meant in words]

    def addresses(self) -> list[str]:
        """Give what could be its address: what is in angle brackets, else every word with an @."""
        if self.angle is not None:
            return [_bare(self.angle)]
        return [_bare(written) for written, _ in self.words() if "@" in written]

    def name(self) -> str:
        """Give the words before the angle brackets or beside the address, else the comments."""
        if self.angle is not None:
            words = [meant for _, meant, _ in self.pieces]
        else:
            words = [meant for written, meant in self.words() if "@" not in written]
        return _shown(" ".join(words or self.comments)[:MAX_RAW_NAME])


def _mailboxes(header: str) -> Iterator[_Mailbox]:
    text, at, box = header, 0, _Mailbox()
    while token := _TOKEN.match(text, at):
        at = token.end()
        match token.lastgroup:
            case "quoted":
                box.add(token[0], _ESCAPED.sub(r"\1", token["quoted"]))
            case "word":
                box.add(token[0], token[0])
            case "angle":
                if box.angle is not None:  # two without a separator
                    yield box
                    box = _Mailbox()
                box.angle = token["angle"]
            case "comment":
                if (end := _comment_end(text, at)) is None:  # never closed: from here on parentheses mean nothing
                    text = text[:at] + text[at:].replace("(", " ")
                else:
                    box.comments.append(text[at : end - 1])
                    at = end
            case "mark" if token[0] == ":":
                if box.angle is None and not any("@" in written for written, *_ in box.pieces):
                    box = _Mailbox()  # what stood there is a group's name
            case "mark":
                yield box
                box = _Mailbox()
            case "stray" if token[0] == '"':  # never closed: from here on quotes mean nothing
                text = text[:at] + text[at:].replace('"', " ")
    yield box


def _comment_end(text: str, at: int) -> int | None:
    """Give where the comment that was opened just before `at` ends; depth is counted, nothing recurses."""
    depth = 1
    for paren in _PAREN.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(paren[0], 0)
        if depth == 0:
            return paren.end()
    return None


def _bare(address: str) -> str:
    """Take off what mail programs put around an address: comments, a route, a scheme, quotes, spaces."""
    if _SIMPLE.fullmatch(address):
        return address
    if '"' not in address:
        address = "".join(re.sub(r"\([^()]*\)", "", address).split())
    elif _wrapped(address := address.strip(), '"') and "@" in address and '"' not in address[1:-1]:
        address = address[1:-1]
    if address.startswith("@"):  # <@relay.example,@other.example:anna@nord.example>
        address = address.rpartition(":")[2]
    address = _PREFIX.sub("", address, count=1) if _PREFIX.match(address) else address
    return address[1:-1] if _wrapped(address, "'") else address


def _wrapped(text: str, mark: str) -> bool:
    return len(text) > 2 and text[0] == mark == text[-1]


@lru_cache(maxsize=1 << 14)
def _shown(raw: str) -> str:
    return tidy_name(decoded(raw)) if raw else ""


def decoded(name: str) -> str:
    """Give a name with its RFC 2047 words decoded; as it stands where they are broken."""
    if "=?" not in name:
        return name
    try:
        return str(make_header(decode_header(name)))
    except (MessageError, ValueError, LookupError):
        return name


def tidy_name(name: str) -> str:
    """Give a display name fit to be shown: one line, no quotes around it, at most 200 characters, no address."""
    seen = "".join(c if unicodedata.category(c) not in UNSEEN else " " for c in name[:MAX_RAW_NAME])
    text = " ".join(unicodedata.normalize("NFC", seen).split())
    while _wrapped(text, '"') or _wrapped(text, "'"):
        text = text[1:-1].strip()
    return "" if _ADDRESS.fullmatch(text) else text[:MAX_NAME].rstrip()
