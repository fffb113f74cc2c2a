"""Keeps rows in a file that only grows: each is on the disk before it counts, and sealed to the one before."""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from wkw.errors import StateUnavailable

Row = dict[str, Any]

NOTHING = "0" * 64  # what the first row is sealed to
BLOCK = 1 << 16


@dataclass(slots=True)
class Waiting:
    """A row that somebody waits for: sealed, or why it could not be written."""

    row: Mapping[str, Any]
    synced: bool
    sealed: Row | None = None
    error: OSError | None = None


class Chain:
    """A file of rows, JSON Lines, for all threads and processes that write to it.

    A row holds `n`, its number from 1, what it was given, and `hash`: SHA-256, in hexadecimal digits, of the hash of
    the row before (of the first: `before`) and of its own text without it. A row whose line has no end was never
    acknowledged, and does not count. `code` tells a caller which file cannot be used.
    """

    def __init__(self, path: Path, *, code: str, before: str = NOTHING):
        self.path = path
        self._before = before
        self._code = code
        self._queue: list[Waiting] = []
        self._queued = threading.Lock()
        self._turn = threading.Lock()

    def append(self, row: Mapping[str, Any], *, synced: bool = True) -> Row:
        """Adds a row and gives it sealed, on the disk; a StateUnavailable where it cannot be written.

        Rows that came while others were being written go to the disk together. One that is not `synced` is in the file
        for all to read, and on the disk no later than the next that is: only if the machine dies before it may be lost.
        """
        mine = Waiting(row, synced)
        with self._queued:
            self._queue.append(mine)
        with self._turn:
            if not mine.sealed and not mine.error:
                self._write()
        with self._told("written"):
            if mine.error:
                raise mine.error
        return cast(Row, mine.sealed)

    def rows(self, *, after: int = 0, holding: bytes = b"") -> Iterator[Row]:
        """The rows in their order, those after the first `after` and of them those whose text holds some bytes.

        Whether they are as written is not asked.
        """
        with self._told("read"):
            for number, line in enumerate(self._lines(), 1):
                if number > after and holding in line:
                    yield _row(line)

    def head(self) -> tuple[int, str]:
        """The number and the hash of the last row; of none 0 and what the first will be sealed to."""
        with self._told("read"):
            if not self.path.exists():
                return 0, self._before
            with open(self.path, "rb") as file:
                return _tail(file, self._before)[1:]

    def bad(self) -> int | None:
        """The line, from 1, of the first row that is not as it was written; None where all are."""
        before = self._before
        with self._told("read"):
            for number, line in enumerate(self._lines(), 1):
                try:
                    row = _row(line)
                except OSError:
                    return number
                told = row.pop("hash")
                if _line(row | {"hash": told}) != line or _seal(before, row) != told:
                    return number
                before = told
        return None

    def _lines(self) -> Iterator[bytes]:
        if self.path.exists():
            with open(self.path, "rb") as file:
                yield from (line for line in file if line.endswith(b"\n"))

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateUnavailable(f"{self.path.name} cannot be {what}.", code=self._code) from error

    def _write(self) -> None:
        with self._queued:
            waiting, self._queue = self._queue, []
        try:
            with self._opened() as file:
                for one, sealed in zip(waiting, _appended(file, waiting, self._before), strict=True):
                    one.sealed = sealed
        except OSError as error:
            for one in waiting:
                one.error = error

    def _opened(self) -> BinaryIO:
        """The file, locked for this process alone; made with its folder where it is missing."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not self.path.exists()
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        fcntl.flock(file, fcntl.LOCK_EX)
        if new:
            sync(self.path.parent)
        return file


def _appended(file: BinaryIO, waiting: list[Waiting], before: str) -> list[Row]:
    """Writes rows behind the last whole one, and to the disk if any wants that: all or none."""
    end, number, seal = _tail(file, before)
    sealed: list[Row] = []
    for n, one in enumerate(waiting, number + 1):
        made = {"n": n, **one.row}
        seal = _seal(seal, made)
        sealed.append(made | {"hash": seal})
    file.truncate(end)  # what follows was never acknowledged
    file.seek(end)
    try:
        _put(file, b"".join(map(_line, sealed)))
        if any(one.synced for one in waiting):
            os.fsync(file.fileno())
    except OSError:
        file.truncate(end)
        raise
    return sealed


def _put(file: BinaryIO, text: bytes) -> None:
    """Writes all of a text; a file without a buffer may take a part."""
    while text:
        text = text[file.write(text) :]


def _tail(file: BinaryIO, before: str) -> tuple[int, int, str]:
    """Where the last whole row of a file ends, its number, and its hash."""
    size = length = file.seek(0, os.SEEK_END)
    for length in (min(size, BLOCK << n) for n in range(size.bit_length())):
        file.seek(size - length)
        whole, end, torn = file.read(length).rpartition(b"\n")
        start = whole.rfind(b"\n")
        if end and (start >= 0 or length == size):
            row = _row(whole[start + 1 :])
            return size - len(torn), row["n"], row["hash"]
    return 0, 0, before


def _row(line: bytes) -> Row:
    try:
        row: Row = json.loads(line)
        if isinstance(row["n"], int) and isinstance(row["hash"], str):
            return row
    except (ValueError, TypeError, KeyError):
        pass
    raise OSError("A line is damaged.")


def _seal(before: str, row: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{before}\0{_text(row)}".encode()).hexdigest()


def _line(sealed: Row) -> bytes:
    return f"{_text(sealed)}\n".encode()


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def sync(path: Path) -> None:
    """Puts on the disk what a file holds, or which files a folder has."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
