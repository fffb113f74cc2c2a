"""Says which messages and addresses are no person's: lists, newsletters, robots, mailboxes that several people read.

What a message says about itself comes first and drops that message only, so a human who once used a bulk tool stays a
human. What addresses are like (`data/robots.txt`, `data/roles.txt`, `data/list_hosts.txt`) comes second.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple, Self, TypeAlias

from wkw.addresses import company_domain, domain, listed, registrable

Reason: TypeAlias = Callable[[str], str | None]  # why an address is nobody's, if it is not

# Not here: X-Auto-Response-Suppress, which Exchange also writes into what humans send.
_LIST = frozenset({"list"})
_BULK = frozenset({"bulk", "junk"})
_AUTOMATIC = frozenset({"auto_reply", "auto-reply", "autoreply"})
_SEPARATORS = re.compile(r"[\W\d_]+")
_LONGEST = 5
_NUMBER = re.compile("[0-9]+")
_NUMBERS, _DIGITS = 3, 10


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
    """Give why a canonical address is no single person's: `robot`, `role`, `list`, or None where it may be one."""
    if _built_in("robots.txt").fit(uri) or _is_numbered(uri):
        return "robot"
    if _is_list_host(domain(uri) or ""):
        return "list"
    return "role" if _built_in("roles.txt").fit(uri) or _is_named_as_its_domain(uri) else None


def _is_numbered(uri: str) -> bool:
    """Tell an address made for one letter, such as r-4-144706-4002205@: no person has so many numbers, nor a date."""
    numbers = _NUMBER.findall(_local(uri))
    return len(numbers) >= _NUMBERS and sum(map(len, numbers)) >= _DIGITS


def _is_list_host(name: str) -> bool:
    """Tell hosts of lists and of bulk mail: `list_hosts.txt` has their domains, and names of hosts below any domain."""
    labels, known = name.split("."), _list_hosts()
    if any(".".join(labels[n:]) in known for n in range(len(labels) - 1)):
        return True
    if known.isdisjoint(labels[:-2]):
        return False  # of most that much is enough to know
    return not known.isdisjoint(name.removesuffix(registrable(name) or name).split("."))


def _is_named_as_its_domain(uri: str) -> bool:
    """Tell the one mailbox of a firm, such as nord@nord.example; free mail has only people."""
    name = company_domain(uri)
    return name is not None and _local(uri) in (name, name.partition(".")[0])


def _local(uri: str) -> str:
    """Give the local part of a mail address; other addresses have none."""
    return uri.removeprefix("mailto:").rpartition("@")[0] if uri.startswith("mailto:") else ""


def words(text: str) -> tuple[str, ...]:
    """Give the words of a local part or a pattern, without stars, digits and punctuation."""
    return tuple(word for word in _SEPARATORS.split(text) if word)


class Patterns(NamedTuple):
    """Patterns of local parts by where they may stand, each as its words written together; `glued` may be in a word."""

    whole: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    anywhere: frozenset[str]
    glued: re.Pattern[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Self:
        """Give the patterns of lines: words with a star where other words may stand, with two where letters may."""
        stars: dict[tuple[bool, bool], set[str]] = {(a, b): set() for a in (True, False) for b in (True, False)}
        glued = []
        for line in lines:
            if "**" in line:
                glued.append(_glued(line))
            else:
                stars[line.startswith("*"), line.endswith("*")].add("".join(words(line)).casefold())
        return cls(
            whole=frozenset(stars[False, False]),
            first=frozenset(stars[False, True]),
            last=frozenset(stars[True, False]),
            anywhere=frozenset(stars[True, True]),
            glued=re.compile("|".join(sorted(glued)) or "(?!)"),
        )

    def fit(self, uri: str) -> bool:
        """Tell whether one of them fits the local part of a mail address; other addresses have none."""
        return self.fit_words(_local(uri))

    def fit_words(self, text: str) -> bool:
        """Tell whether one of them fits the words of a text in lower case."""
        parts = words(text)
        ends = range(1, min(len(parts), _LONGEST) + 1)
        return (
            _together(parts) in self.whole
            or any(_together(parts[:n]) in self.first for n in ends)
            or any(_together(parts[-n:]) in self.last for n in ends)
            or any(run in self.anywhere for run in _runs(parts))
            or bool(self.glued.search("-".join(parts)))
        )


_LEFT = ("^", "(?:^|-)", "")  # by the number of stars
_RIGHT = ("$", "(?:-|$)", "")


def _glued(line: str) -> str:
    """Give a pattern as an expression for words that are joined by dashes."""
    left, right = (min(2, len(line) - len(bare)) for bare in (line.lstrip("*"), line.rstrip("*")))
    return _LEFT[left] + "-?".join(map(re.escape, words(line.casefold()))) + _RIGHT[right]


def _runs(parts: tuple[str, ...]) -> Iterator[str]:
    for start in range(len(parts)):
        for end in range(start + 1, min(start + _LONGEST, len(parts)) + 1):
            yield _together(parts[start:end])


def _together(parts: tuple[str, ...]) -> str:
    """Give words as one; initials are not joined, for h.r may be a person's."""
    return "".join(parts) if len(parts) == 1 or all(len(part) > 1 for part in parts) else ""


@cache
def _list_hosts() -> frozenset[str]:
    return listed("list_hosts.txt")


@cache
def _built_in(file: str) -> Patterns:
    return Patterns.of(listed(file))
