"""Says which messages and addresses are no person's: lists, newsletters, robots, mailboxes that several people read.

What a message says about itself comes first and drops that message only, so a human who once used a bulk tool stays a
human. Patterns of addresses (`data/robots.txt`, `data/roles.txt`) come second.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple, Self, TypeAlias

from wkw.addresses import listed

Reason: TypeAlias = Callable[[str], str | None]  # why an address is nobody's, if it is not

# Not here: X-Auto-Response-Suppress, which Exchange also writes into what humans send.
_LIST = frozenset({"list"})
_BULK = frozenset({"bulk", "junk"})
_AUTOMATIC = frozenset({"auto_reply", "auto-reply", "autoreply"})
_SEPARATORS = re.compile(r"[\W\d_]+")
_LONGEST = 5


def message_reason(headers: Mapping[str, str]) -> str | None:
    """Give why a message is not between people, from its headers (names in lower case); None where it may be."""
    precedence = headers.get("precedence", "").strip().lower()
    if _is_list(headers) or precedence in _LIST:
        return "list"
    if "list-unsubscribe" in headers or "list-id" in headers or "feedback-id" in headers or precedence in _BULK:
        return "newsletter"
    kind = headers.get("content-type", "").lower()
    report = kind.lstrip().startswith("multipart/report")
    if headers.get("return-path", "").strip() == "<>" or (report and "delivery-status" in kind):
        return "bounce"
    if report or precedence in _AUTOMATIC or _is_automatic(headers):
        return "automatic"
    return None


def _is_list(headers: Mapping[str, str]) -> bool:
    """Tell a list that people write to from a newsletter: the latter has no List-Post, or says NO there."""
    if "list-post" in headers:
        return headers["list-post"].partition("(")[0].strip().lower() != "no"
    return "list-id" in headers and "list-unsubscribe" not in headers and "feedback-id" not in headers


def _is_automatic(headers: Mapping[str, str]) -> bool:
    submitted = re.split(r"[;(]", headers.get("auto-submitted", ""), maxsplit=1)[0].strip().lower()
    return submitted not in {"", "no"} or "x-autoreply" in headers or "x-autorespond" in headers


@lru_cache(maxsize=1 << 16)
def address_reason(uri: str) -> str | None:
    """Give why a canonical address is no single person's: `robot`, `role`, or None where it may be one."""
    if _built_in("robots.txt").fit(uri):
        return "robot"
    return "role" if _built_in("roles.txt").fit(uri) else None


def words(text: str) -> tuple[str, ...]:
    """Give the words of a local part or a pattern, without stars, digits and punctuation."""
    return tuple(word for word in _SEPARATORS.split(text) if word)


class Patterns(NamedTuple):
    """Patterns of local parts by where they may stand; each as its words written together."""

    whole: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    anywhere: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Self:
        """Give the patterns of lines: words with a star where something else may stand."""
        stars: dict[tuple[bool, bool], set[str]] = {(a, b): set() for a in (True, False) for b in (True, False)}
        for line in lines:
            stars[line.startswith("*"), line.endswith("*")].add("".join(words(line)).casefold())
        return cls(*(frozenset(stars[ends]) for ends in ((False, False), (False, True), (True, False), (True, True))))

    def fit(self, uri: str) -> bool:
        """Tell whether one of them fits the local part of a mail address; other addresses have none."""
        if not uri.startswith("mailto:"):
            return False
        parts = words(uri.removeprefix("mailto:").rpartition("@")[0])
        ends = range(1, min(len(parts), _LONGEST) + 1)
        return (
            "".join(parts) in self.whole
            or any("".join(parts[:n]) in self.first for n in ends)
            or any("".join(parts[-n:]) in self.last for n in ends)
            or any(run in self.anywhere for run in _runs(parts))
        )


def _runs(parts: tuple[str, ...]) -> Iterator[str]:
    for start in range(len(parts)):
        for end in range(start + 1, min(start + _LONGEST, len(parts)) + 1):
            yield "".join(parts[start:end])


@cache
def _built_in(file: str) -> Patterns:
    return Patterns.of(listed(file))
