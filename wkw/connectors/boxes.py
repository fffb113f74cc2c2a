"""Gives the header block of every message in mail files, boxes and archives; bodies are skipped, never kept."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from wkw.connectors.archives import within
from wkw.connectors.files import CHUNK, Progress

MAX_BLOCK = 256 << 10

_BLANK = frozenset({b"\n", b"\r\n"})
_BOM = b"\xef\xbb\xbf"
# A line of a body may start with `From ` too; what starts a message goes on with a day and a time, or is only `-` or an
# address, as Thunderbird and some exports write it.
_DAY = rb"(?:[A-Z][a-z]{2} {1,2}\d{1,2},?|\d{1,2} [A-Z][a-z]{2} \d{4})"
_POSTMARK = re.compile(rb"From (?:[^\n]*?" + _DAY + rb" +\d{1,2}:\d\d|(?:-|[^\s@]+@[^\s@]+)[ \t\r]*\n)")


def blocks(path: Path, *, progress: Progress) -> Iterator[bytes]:
    """Give the header blocks of a file: longer than MAX_BLOCK where one is, empty for an empty member of an archive."""
    return within(path, lambda stream, packed: (_in_member if packed else _in_stream)(stream), progress=progress)


def _in_stream(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the header block of a single message, or those of an mbox, reading a line or a chunk of one at a time."""
    line = _first_line(stream)
    boxed = bool(_POSTMARK.match(line))
    block, inside, fresh = bytearray(b"" if boxed else line), bool(line), line.endswith(b"\n")
    for line in iter(partial(stream.readline, CHUNK), b""):
        if boxed and fresh and line.startswith(b"From ") and _POSTMARK.match(line):
            if inside:
                yield bytes(block)
            block, inside = bytearray(), True
        elif inside and ((fresh and line in _BLANK) or len(block) > MAX_BLOCK):
            yield bytes(block)
            inside = False
            if not boxed:
                return
        elif inside:
            block += line
        fresh = line.endswith(b"\n")
    if inside:
        yield bytes(block)


def _first_line(stream: IO[bytes]) -> bytes:
    line = stream.readline(CHUNK).removeprefix(_BOM)
    while line in _BLANK:
        line = stream.readline(CHUNK)
    return line


def _in_member(file: IO[bytes]) -> Iterator[bytes]:
    some = False
    for block in _in_stream(file):
        some = True
        yield block
    if not some:
        yield b""
