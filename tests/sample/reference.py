"""The strength of design section 4 in plain Python, straight from files: what the product's graph is held against."""

import csv
import io
import json
import math
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

import zstandard

WEIGHTS = {"email": 1, "meeting": 3, "call": 2}
AUTOMATIC = ("list-id", "list-unsubscribe", "auto-submitted")
NO_PERSON = ("noreply", "no-reply", "mailer-daemon", "info")
Row = tuple[str, int, str, tuple[str, ...]]


@dataclass(frozen=True)
class Edge:
    """One direction of an interaction between two addresses."""

    one: str
    other: str
    channel: str
    day: int
    n: int
    weight: float
    tier: str = "enhanced"
    began: bool = False


def day_of(at: datetime) -> int:
    """The UTC day number."""
    return int(at.astimezone(UTC).timestamp() // 86400)


def eml_in(path: Path) -> Iterator[Message]:
    """The headers of every mail in a .tar.zst archive."""
    raw = zstandard.ZstdDecompressor().decompress(path.read_bytes())
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        for entry in tar:
            yield BytesHeaderParser().parse(tar.extractfile(entry))  # type: ignore[arg-type]


def mail_edges(messages: Iterable[Message]) -> Iterator[Edge]:
    """Each mail once: an edge from its sender to every recipient who is a person."""
    seen: set[object] = set()
    for mail in messages:
        (_, sender), *_ = getaddresses(mail.get_all("from", [])) or [("", "")]
        to = [a.lower() for _, a in getaddresses(mail.get_all("to", []) + mail.get_all("cc", [])) if "@" in a]
        key = mail.get("message-id") or (sender, mail["date"], tuple(sorted(to)))
        if key in seen or any(name in mail for name in AUTOMATIC) or not sender or _robot(sender):
            continue
        seen.add(key)
        yield from _sent(mail, sender.lower(), to)


def _sent(mail: Message, sender: str, to: list[str]) -> Iterator[Edge]:
    try:
        day = day_of(parsedate_to_datetime(mail["date"]))
    except ValueError:
        return
    for one in to:
        if not _robot(one):
            yield Edge(sender, one, "email", day, len(to), 1 / math.sqrt(len(to)), began=True)


def _robot(address: str) -> bool:
    return address.lower().split("@")[0] in NO_PERSON


def row_edges(lines: Iterable[str], until: int) -> Iterator[Edge]:
    """The interchange form: the highest revision of each row, nothing after `until` and no large meeting."""
    newest: dict[str, dict] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if row["channel"] in WEIGHTS and row.get("rev", 0) >= newest.get(row["id"], {}).get("rev", 0):
            newest[row["id"]] = row
    for row in newest.values():
        yield from (edge for edge in _held(row) if edge.day < until and edge.n < 10)


def _held(row: dict) -> Iterator[Edge]:
    at = row["at"]
    day = at // 86400 if isinstance(at, int) else day_of(datetime.fromisoformat(at.replace("Z", "+00:00")))
    tier, sender = row.get("tier", "enhanced"), row["from"]
    who = row["to"] if row.get("organiser_attended") is False else [sender, *row["to"]]
    n, both = len(who) - 1, row["channel"] != "email"
    weight = 0.0 if row.get("cancelled") else (0.5 if both else 1.0) / math.sqrt(n)
    for one in who:
        for other in who:
            if one != other and (both or one == sender):
                yield Edge(one, other, row["channel"], day, n, weight, tier, began=one == sender)


def owners(directory: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """From each address to the main address of its person, and the directory's row of each colleague."""
    rows = list(csv.DictReader(directory.read_text("utf-8").splitlines()))
    main = {alias: row["address"] for row in rows for alias in [row["address"], *row["aliases"].split(";")] if alias}
    return main, {row["address"]: row for row in rows if row["kind"] == "colleague"}


class Ties:
    """Everything between people, as of a day."""

    def __init__(self, edges: Iterable[Edge], main: dict[str, str], colleagues: Iterable[str], day: int):
        self.day = day
        self.between: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        for edge in edges:
            one, other = main.get(edge.one, edge.one), main.get(edge.other, edge.other)
            if one != other and (one in colleagues or other in colleagues):
                self.between[one, other].append(edge)

    def strength(self, one: str, other: str) -> float:
        """S / (S + 4)."""
        s = 1.5 * self._sum(one, other) + self._sum(other, one)
        return s / (s + 4)

    def two_way(self, one: str, other: str) -> bool:
        """Each side sent or placed something, or they shared a meeting of at most four."""
        there, back = self.between[one, other], self.between[other, one]
        met = any(edge.channel == "meeting" and edge.n <= 3 and edge.weight > 0 for edge in there)
        return met or (_began(there) and _began(back))

    def level(self, one: str, other: str) -> str:
        """The level's word."""
        strength = self.strength(one, other)
        word = "strong" if strength >= 0.5 else "familiar" if strength >= 0.15 else "weak"
        return word if self.two_way(one, other) else "one-way"

    def _sum(self, one: str, other: str) -> float:
        cells: dict[tuple[str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for edge in self.between[one, other]:
            cells[edge.channel, edge.day][edge.tier] += edge.weight
        return sum(
            math.sqrt(WEIGHTS[channel] * (cell["enhanced"] if "enhanced" in cell else cell["basic"]))
            * _fading(self.day - day)
            for (channel, day), cell in cells.items()
        )


def _began(edges: list[Edge]) -> bool:
    return any(edge.began and edge.channel != "meeting" for edge in edges)


def _fading(age: int) -> float:
    return 2 ** (-age / 14) + 0.3 * 2 ** (-age / 180)
