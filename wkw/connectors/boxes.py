"""Gives the header block of every message in mail files, boxes, folders and archives; bodies are skipped, never kept.

Archives are read as streams and nothing is extracted, so the names inside them cannot lead anywhere.
"""

import re
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, cast

from wkw.connectors.files import ALWAYS_FINE, CHUNK, MAX_RATIO, Metered, Progress, opened
from wkw.errors import FileError

MAX_BLOCK = 256 << 10

_BLANK = frozenset({b"\n", b"\r\n"})
_BOM = b"\xef\xbb\xbf"
# A line of a body may start with `From ` too; what starts a message goes on with a day and a time, or is only `-` or an
# address, as Thunderbird and some exports write it.
_DAY = rb"(?:[A-Z][a-z]{2} {1,2}\d{1,2},?|\d{1,2} [A-Z][a-z]{2} \d{4})"
_POSTMARK = re.compile(rb"From (?:[^\n]*?" + _DAY + rb" +\d{1,2}:\d\d|(?:-|[^\s@]+@[^\s@]+)[ \t\r]*\n)")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MAGIC = slice(257, 262)


def blocks(path: Path, *, progress: Progress) -> Iterator[bytes]:
    """Give the header blocks of a file: longer than MAX_BLOCK where one is, empty for an empty member of an archive."""
    left = path.stat().st_size if path.is_file() else 0

    def count(read: int) -> None:
        nonlocal left
        read = min(read, left)
        left -= read
        progress(read)

    with opened(path, progress=count) as stream:
        start = stream.peek(512)
        if start.startswith(_ZIP):
            yield from _in_zip(path, count)
        elif start[_TAR_MAGIC] == b"ustar" or ".tar" in path.suffixes[-2:]:
            yield from _in_tar(path, stream)
        else:
            yield from _in_stream(stream)
    progress(left)  # what did not need to be read


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


def _in_tar(path: Path, stream: IO[bytes]) -> Iterator[bytes]:
    with ExitStack() as stack:
        with _odd_ones_told(path):
            archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r|"))
        while member := _next(path, archive):
            # A sparse file is holes without end in a few bytes.
            if member.isreg() and not member.issparse() and _wanted(member.name):
                yield from _in_member(cast(IO[bytes], archive.extractfile(member)))


def _next(path: Path, archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    vars(archive)["members"].clear()  # it would keep every member it has seen
    with _odd_ones_told(path):
        return archive.next()


@contextmanager
def _odd_ones_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, RecursionError) as error:  # odd numbers, or headers about headers about headers
        raise FileError(f"{path} is damaged.", remedy="Fetch or pack the file again.") from error


def _in_zip(path: Path, progress: Progress) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and _wanted(member.filename):
                yield from _in_zipped(path, archive, member)
            progress(member.compress_size)


def _in_zipped(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 1:
        raise FileError(f"{path} is encrypted.", remedy="Unpack it and name the folder.")
    limit = ALWAYS_FINE + MAX_RATIO * member.compress_size
    with archive.open(member) as file:
        yield from _in_member(BufferedReader(Metered(file, limit=limit, path=path), CHUNK))


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not parts[-1].startswith(".") and parts[0] != "__MACOSX"


def _in_member(file: IO[bytes]) -> Iterator[bytes]:
    some = False
    for block in _in_stream(file):
        some = True
        yield block
    if not some:
        yield b""
