"""Keeps who asked for what and what they were told: a row before each act and one after it, in files by month.

Rows are pseudonymous: callers are digests, operators are numbers of the machine's users, and everybody else is a person
id, which leads to nobody once the person is erased. So no file has to change, and each tells how the one before ended.
"""

import fcntl
import hmac
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from wkw.chain import NOTHING, Chain, Row, sync
from wkw.cursors import unusable
from wkw.errors import Ambiguous, StateDamaged, StateUnavailable, WkwError
from wkw.moment import DAY_SECONDS, instant
from wkw.settings import Settings

CODE = "audit_unavailable"
STEPS = ("asked", "told")
MOST, DEFAULT = 200, 50  # rows of a page
OPERATOR = "operator"  # the role and the purpose of whoever works at the machine itself
CURSOR = re.compile(r"(\d{4}-\d\d):(\d{1,9})", re.ASCII)
DAY = DAY_SECONDS * 1000
AFTERWARDS: Row = {"outcome": None, "about": [], "returned": []}  # what only the second row of an act tells


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody wants to do with what is held of people, at a time in epoch milliseconds.

    `who` is the name of a caller, `operator` the number of a user of the machine; `id` is the request's.
    """

    act: str
    id: str
    at: int
    roles: tuple[str, ...]
    who: str | None = None
    operator: int | None = None
    purpose: str | None = None


@dataclass(slots=True)
class Seen:
    """What an act came to: person ids of whom it was about and of colleagues returned; as whom an operator asked."""

    about: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    asker: str | None = None  # an address key


@dataclass(frozen=True, slots=True)
class Link:
    """How a file ended: its name, how many rows it had, the hash of the last one."""

    file: str
    rows: int
    hash: str


class Audit:
    """The log of a state folder, for all threads and processes that write to it."""

    def __init__(self, settings: Settings):
        self.folder = settings.state / "audit"
        self._days = settings.audit_days
        self._secret = hmac.digest(settings.address_key[-1], b"wkw audit", "sha256")
        self._chain: Chain | None = None  # of the last month, where it has begun

    @contextmanager
    def recorded(self, act: Act) -> Iterator[Seen]:
        """Records an act: its row is on the disk before the block begins, and how it ended stands in another one.

        A StateUnavailable where the first row cannot be written: then nothing may be asked. The second row does not
        wait for the disk; if the machine dies first, an act is left of which the log says that it began.
        """
        row = asdict(act) | {"roles": sorted(act.roles), "who": self._digest(act.who)}
        self._append({"step": "asked", **row}, act.at, synced=True)
        seen, outcome = Seen(), "ok"
        try:
            yield seen
        except BaseException as error:
            outcome = error.code if isinstance(error, WkwError) else "failed"
            if isinstance(error, Ambiguous):
                seen.about = tuple(str(one["id"]) for one in error.candidates)
            raise
        finally:
            told = {"outcome": outcome, "about": seen.about, "returned": seen.returned}
            who = {"who": self._digest(seen.asker)} if seen.asker else {}
            self._append({"step": "told", **row, **who, **told}, act.at, synced=False)

    def rows(self, *, since: int, holding: str = "") -> Iterator[tuple[str, Row]]:
        """The rows of acts from a UTC day number on, oldest first, each with the name of its file.

        Of them those whose text holds `holding`.
        """
        for path in self._files():
            if path.stem >= _month(since * DAY):
                for row in Chain(path, code=CODE).rows(holding=holding.encode()):
                    if row["at"] >= since * DAY:
                        yield path.name, row

    def page(self, *, limit: int = DEFAULT, cursor: str | None = None) -> tuple[list[tuple[str, Row]], str | None]:
        """At most `limit` rows, newest first, each with the name of its file, and the cursor of the following page."""
        month, below = _place(cursor) if cursor else ("9999-12", 1)
        found: list[tuple[str, Row]] = []
        for path in reversed(self._files()):
            if path.stem <= month and len(found) <= limit:
                chain = Chain(path, code=CODE)
                last = min(chain.head()[0], below - 1) if path.stem == month else chain.head()[0]
                first = max(0, last - limit - 1 + len(found))
                found += reversed([(path.name, row) for row in islice(chain.rows(after=first), last - first)])
        more = len(found) > limit
        file, row = found[limit - 1] if more else ("", {})
        return found[:limit], f"{Path(file).stem}:{row['n']}" if more else None

    def mentions(self, person: str, *, since: int) -> Counter[tuple[int, str]]:
        """How often acts with a purpose were about a person or returned them, by UTC day number and purpose."""
        found: Counter[tuple[int, str]] = Counter()
        for _, row in self.rows(since=since, holding=person):
            if row["step"] == "told" and row["purpose"] and person in (*row["about"], *row["returned"]):
                found[row["at"] // DAY, row["purpose"]] += 1
        return found

    def verify(self) -> tuple[int, str]:
        """How many rows there are and the hash of the last; a StateDamaged names the first that is not as written."""
        past, rows = Link("", 0, NOTHING), 0
        for path in self._files():
            link = _link(path)
            chain = Chain(path, code=CODE, before=link.hash if link else NOTHING)
            if bad := chain.bad():
                raise StateDamaged(f"Row {bad} of {path.name} is not as it was written.")
            now = _end(path)
            if now and link != past and (past.rows or (link and link.file == past.file)):
                raise StateDamaged(_gap(past, link, path.name))
            # The first file may be without a row, by a crash; then none may have been told of.
            past = now or (past if past.rows else Link(path.name, 0, NOTHING))
            rows += now.rows if now else 0
        return rows, past.hash

    def _digest(self, name: str | None) -> str | None:
        return None if name is None else hmac.digest(self._secret, name.encode(), "sha256").hex()[:16]

    def _append(self, row: Row, at: int, *, synced: bool) -> None:
        """Adds a row to the file of its month, or to a later one that has begun: what was linked to must not grow."""
        with self._locked(fcntl.LOCK_SH):
            if chain := self._begun(at):
                chain.append(row, synced=synced)
        if not chain:
            with self._locked(fcntl.LOCK_EX):
                self._begin(row, at)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Many write at once, and nobody while a month begins."""
        with _told():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)

    def _current(self, at: int) -> Path:
        return max([self.folder / f"{_month(at)}.jsonl", *self._files()[-1:]])

    def _begun(self, at: int) -> Chain | None:
        """The file to write to, if it has a row; all threads share it, so that their rows go to the disk together."""
        path, chain = self._current(at), self._chain
        if not chain or chain.path != path:
            chain = Chain(path, code=CODE) if _end(path) else None
            self._chain = chain
        return chain

    def _begin(self, row: Row, at: int) -> None:
        """Begins a month with a row that tells how the one before ended; files that are older than need be go."""
        if chain := self._begun(at):  # somebody else began it meanwhile
            chain.append(row)
            return
        past = next(filter(None, map(_end, reversed(self._files()))), None)
        if past:
            with _told():
                sync(self.folder / past.file)  # what is linked to must not be lost after the link
        first = Chain(self._current(at), code=CODE, before=past.hash if past else NOTHING)
        first.append({"follows": past and asdict(past), **row})
        for path in self._files():
            if path.stem < _month(at - self._days * DAY):
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))


def as_data(file: str, row: Row) -> dict[str, Any]:
    """A row as the doors give it: the time in ISO, and without its hash."""
    names = ("n", "step", "id", "act", "who", "operator", "roles", "purpose")
    told = {name: row.get(name, nothing) for name, nothing in AFTERWARDS.items()}
    at = instant(row["at"]).isoformat(timespec="seconds")
    return {"file": file, "at": at} | {name: row[name] for name in names} | told


def _month(at: int) -> str:
    return instant(at).strftime("%Y-%m")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StateUnavailable("The audit log cannot be written.", code=CODE) from error


def _end(path: Path) -> Link | None:
    """How a file ends now; None where it has no row."""
    number, seal = Chain(path, code=CODE).head()
    return Link(path.name, number, seal) if number else None


def _link(path: Path) -> Link | None:
    """How the file before ended, as the first row of a file tells; None where it tells nothing that can be read."""
    try:
        told = next(Chain(path, code=CODE).rows(), {}).get("follows")
        return Link(**told) if told else None
    except (StateUnavailable, TypeError):
        return None


def _gap(past: Link, link: Link | None, name: str) -> str:
    """What is wrong where a file does not follow the one before it."""
    if not link:
        return f"Row 1 of {name} tells of no file before it, and there is {past.file}."
    if link.file != past.file:
        return f"{link.file} is missing before {name}."
    if link.rows > past.rows:
        return f"{past.file} ends with row {past.rows}; {link.rows} were written, row {past.rows + 1} is missing."
    return f"Row {past.rows} of {past.file} is not the one that row 1 of {name} follows."


def _place(cursor: str) -> tuple[str, int]:
    told = CURSOR.fullmatch(cursor)
    if not told:
        raise unusable()
    return told[1], max(1, int(told[2]))
