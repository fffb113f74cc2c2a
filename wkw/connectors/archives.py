"""Opens what named files hold, a file itself or the members of an archive, and insists on their kind.

Archives are read as streams and nothing is extracted, so the names inside them cannot lead anywhere.
"""

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from itertools import repeat
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar, cast

from wkw.connectors.files import ALWAYS_FINE, CHUNK, MAX_RATIO, Metered, Progress, opened
from wkw.errors import FileError
from wkw.model import Dropped, Event

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MAGIC = slice(257, 262)


Record = TypeVar("Record")
# Gives what a stream holds; is told whether it is a member of an archive.
Take = Callable[[IO[bytes], bool], Iterator[Record]]


def within(path: Path, take: Take[Record], *, progress: Progress) -> Iterator[Record]:
    """Give what `take` finds in a file or in each member of an archive; FileError where that is damaged."""
    left = path.stat().st_size if path.is_file() else 0

    def count(read: int) -> None:
        nonlocal left
        read = min(read, left)
        left -= read
        progress(read)

    with opened(path, progress=count) as stream:
        start = stream.peek(512)
        if start.startswith(_ZIP):
            for member in _in_zip(path, count):
                yield from take(member, True)
        elif start[_TAR_MAGIC] == b"ustar" or ".tar" in path.suffixes[-2:]:
            for member in _in_tar(path, stream):
                yield from take(member, True)
        else:
            yield from take(stream, False)
    progress(left)  # what did not need to be read


def insist(found: Iterator[Event | Dropped], stranger: Dropped, refused: FileError) -> Iterator[Event | Dropped]:
    """Hold back what is of another kind until something is not; raise where nothing is, for then it is a mistake."""
    strangers, met = 0, False
    for one in found:
        if one is stranger and not met:
            strangers += 1
            continue
        if not met:
            met = True
            yield from repeat(stranger, strangers)
        yield one
    if strangers and not met:
        raise refused


def _in_tar(path: Path, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        with _odd_ones_told(path):
            archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r|"))
        while member := _next(path, archive):
            # A sparse file is holes without end in a few bytes.
            if member.isreg() and not member.issparse() and _wanted(member.name):
                yield cast(IO[bytes], archive.extractfile(member))


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


def _in_zip(path: Path, progress: Progress) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and _wanted(member.filename):
                yield from _in_zipped(path, archive, member)
            progress(member.compress_size)


def _in_zipped(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    if member.flag_bits & 1:
        raise FileError(f"{path} is encrypted.", remedy="Unpack it and name the folder.")
    limit = ALWAYS_FINE + MAX_RATIO * member.compress_size
    with archive.open(member) as file:
        yield BufferedReader(Metered(file, limit=limit, path=path), CHUNK)


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not parts[-1].startswith(".") and parts[0] != "__MACOSX"
