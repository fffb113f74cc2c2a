"""Reads the rows of a JSON Lines or CSV file, plain or compressed, and says where it is not what it should be."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, TypeAlias

from wkw.addresses import canonical
from wkw.connectors.files import CHUNK, Progress, opened, silent
from wkw.errors import AddressError, FileError

MAX_LINE = 1 << 20
MAX_EXPORTED = 16 << 20  # exports hold whole bodies in one cell
_PACKED = frozenset({".gz", ".zst"})
_JSON = frozenset({".jsonl", ".ndjson", ".json"})
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ADDRESS = re.compile(r"@|^\w+:|\d\W*\d\W*\d\W*\d")  # or what may be one: a telephone number, a CRM's id
_QUOTED = re.compile(r'"[^"]*"')

Row: TypeAlias = dict[str, object]
Names: TypeAlias = Callable[[list[str]], list[str | None]]


class Columns:
    """The columns a file may have, and those it must have."""

    def __init__(self, required: tuple[str, ...], optional: tuple[str, ...]):
        self.required, self.optional = required, optional
        self.known = frozenset(required + optional)

    def check(self, path: Path, header: list[str]) -> list[str | None]:
        """Give the names of the columns; FileError where a CSV header has one too many, too few or twice."""
        wrong = [f"unknown column {shown(name)}" for name in header if name not in self.known]
        wrong += [f"column {name!r} is missing" for name in self.required if name not in header]
        wrong += [f"column {shown(n)} stands there twice" for n in sorted({n for n in header if header.count(n) > 1})]
        if wrong:
            expected = ", ".join(self.required) + "; optional: " + ", ".join(self.optional)
            message = f"The first line of {path} does not name the right columns: {'; '.join(wrong)}."
            raise FileError(message, remedy=f"Expected, with commas between: {expected}.", fields={"header": wrong})
        return [*header]


def shown(name: str) -> str:
    """Give a column's name as a message may show it: a file without a header has data there, an address perhaps."""
    return "with an address" if _ADDRESS.search(name) else repr(name[:40])


def rows(path: Path, columns: Columns, *, progress: Progress = silent) -> Iterator[tuple[int, Row | None]]:
    """Give the number of each line that starts a row, and the row; None in its place where it cannot be read.

    The values of CSV are text, and cells of nothing are left out. FileError where the file is of another kind.
    """
    with opened(path, progress=progress) as stream:
        start = stream.peek(512).removeprefix(_BOM).lstrip()[:1]
        kind = next((suffix for suffix in reversed(path.suffixes) if suffix.lower() not in _PACKED), "").lower()
        if start == b"[":
            raise FileError(f"{path} is one JSON list.", remedy="Write one JSON object a line.")
        if kind in _JSON or (kind != ".csv" and start == b"{"):
            yield from _json(_lines(path, stream))
        else:
            yield from _csv(path, partial(columns.check, path), _lines(path, stream))


def table(path: Path, names: Names, *, progress: Progress = silent) -> Iterator[tuple[int, Row | None]]:
    """Give the rows of a CSV export as `rows` does, whose cells commas, semicolons or tabs part.

    `names` hears the header and gives a name for each column, or None: cells of that one are dropped at once.
    """
    with opened(path, progress=progress) as stream:
        lines = _lines(path, stream, longest=MAX_EXPORTED)
        first = next(lines, None)
        if first:
            yield from _csv(path, names, chain([first], lines), delimiter=_delimiter(first[1] or ""))


def header(path: Path) -> list[str]:
    """Give the names in the first line of a CSV export, none for an empty file."""
    found: list[str] = []

    def keep(cells: list[str]) -> list[str | None]:
        found.extend(cells)
        return [None] * len(cells)

    next(table(path, keep), None)
    return found


def _delimiter(line: str) -> str:
    """Give what parts the names of a first line; commas and semicolons in a quoted name do not."""
    bare = _QUOTED.sub("", line)
    return max(",;\t", key=bare.count)


def _lines(path: Path, stream: IO[bytes], *, longest: int = MAX_LINE) -> Iterator[tuple[int, str | None]]:
    """Give lines as text, None for one that is too long; FileError where they are not text in UTF-8."""
    number = 0
    for line in iter(partial(stream.readline, longest), b""):
        number += 1
        if number == 1:
            if line.startswith(_UTF_16):
                raise FileError(f"{path} is written in UTF-16.", remedy="Save it as UTF-8 (in Excel: CSV UTF-8).")
            line = line.removeprefix(_BOM)
        if b"\0" in line:
            raise FileError(f"{path} is not a text file.", remedy="Name a JSON Lines or CSV file.")
        if len(line) == longest and not line.endswith(b"\n"):
            while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield number, None
            continue
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f"line {number}, byte {error.start + 1}"
            raise FileError(f"{path} is not written in UTF-8: {where}.", remedy="Save it as UTF-8.") from error


def _json(lines: Iterator[tuple[int, str | None]]) -> Iterator[tuple[int, Row | None]]:
    for number, line in lines:
        if line is None or line.strip():
            yield number, parsed(line)


def parsed(line: str | bytes | None) -> Row | None:
    """Give the row of a line of JSON; None where it cannot be read or is no object."""
    try:
        return row(json.loads(line or ""))
    except (ValueError, RecursionError):
        return None


def row(value: object) -> Row | None:
    """Give a JSON value as a row, without what is null; None where it is no object."""
    return {name: held for name, held in value.items() if held is not None} if isinstance(value, dict) else None


def _csv(
    path: Path, names: Names, lines: Iterator[tuple[int, str | None]], *, delimiter: str = ","
) -> Iterator[tuple[int, Row | None]]:
    csv.field_size_limit(MAX_EXPORTED)  # else a long cell would end within its quotes, and its rest be taken for rows
    reader = csv.reader(_texts(path, lines), strict=True, delimiter=delimiter)
    header: list[str | None] | None = None
    while True:
        number = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            if header is None:
                raise FileError(f"The first line of {path} cannot be read as CSV.") from None
            yield number, None
            continue
        if cells and header is None:
            header = names(cells)
        elif cells and header is not None:
            yield number, _cells(header, cells)


def _texts(path: Path, lines: Iterator[tuple[int, str | None]]) -> Iterator[str]:
    for number, line in lines:
        if line is None:
            raise FileError(f"Line {number} of {path} is too long for CSV.", remedy="Look for a missing quote.")
        yield line


def _cells(header: list[str | None], cells: list[str]) -> Row | None:
    if len(cells) != len(header):
        return None
    return {name: cell for name, cell in zip(header, cells, strict=True) if name and cell}


class Unusable(Exception):
    """A value of a row cannot be used: a short stable code, and what is wrong in words without the value."""

    def __init__(self, code: str, why: str):
        super().__init__(why)
        self.code, self.why = code, why


def text(row: Row, name: str, *, longest: int = 200) -> str | None:
    """Give a short printable text (a number is one too), None where there is none; Unusable where it is not."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    line = " ".join(value.split()) if isinstance(value, str) else "\n"
    if not line.isprintable() or len(line) > longest:
        raise Unusable(f"bad_{name}", f"{name} must be a printable text of at most {longest} characters")
    return line or None


def choice(row: Row, name: str, choices: tuple[str, ...]) -> str:
    """Give a value that must be one of a few; Unusable where it is not."""
    value = row.get(name)
    if not isinstance(value, str) or value not in choices:
        raise Unusable(f"bad_{name}", f"{name} must be one of {', '.join(choices)}")
    return value


def address(row: Row, name: str) -> str:
    """Give a canonical address URI; Unusable where the value is none."""
    return _canonical(row.get(name), name)


def addresses(row: Row, name: str) -> list[str]:
    """Give canonical address URIs of a list, or of a text that parts them with `;`; Unusable where one is none."""
    value = row.get(name, [])
    items = [item.strip() for item in value.split(";") if item.strip()] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise Unusable(f"bad_{name}", f"{name} must be a list of addresses")
    return [_canonical(item, name) for item in items]


def _canonical(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Unusable(f"bad_{name}", f"{name} must be an address")
    try:
        return canonical(value)
    except AddressError as error:
        raise Unusable(f"bad_{name}", f"{name}: {error.message}") from error
