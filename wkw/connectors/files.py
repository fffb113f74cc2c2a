"""Opens what is named on a command line: plain or compressed files of bounded size, and folders."""

import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import zstandard

from wkw.errors import FileError

CHUNK = 1 << 16
# A decompressed stream may be this many times its file, and always this long: mail packs 3 to 20 times.
MAX_RATIO = 200
ALWAYS_FINE = 64 << 20
MAX_WINDOW = 1 << 27

Progress = Callable[[int], None]
DAMAGE = (
    *(OSError, EOFError, UnicodeDecodeError, NotImplementedError),  # the last two: names and packings of a zip
    *(zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, zstandard.ZstdError),
)


def silent(_: int) -> None:
    """Take no notice of bytes read."""


def size(paths: Iterable[Path]) -> int:
    """Give the bytes that reading these files and folders will report to `progress`, about."""
    return sum(file.stat().st_size for path in paths for file in files(path))


def files(path: Path) -> Iterator[Path]:
    """Give a named file itself, or the files of a folder at any depth, in order; FileError where neither is there."""
    with told(path):
        mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        yield path
    elif stat.S_ISDIR(mode):
        yield from _within(path)
    else:
        raise FileError(f"{path} is neither a file nor a folder.")


def _within(folder: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise _explained(folder, error) from error

    # Links to folders are not followed, so there are no loops.
    for at, folders, names in os.walk(folder, onerror=stop):
        if {"cur", "new"} <= set(folders):  # a Maildir: beside these are indexes and unfinished deliveries
            folders[:] = [name for name in folders if name != "tmp"]
            names = []
        folders.sort()
        for name in sorted(names):
            file = Path(at, name)
            if not name.startswith(".") and file.is_file():
                yield file


def lines(path: Path) -> list[str]:
    """Give the lines of a text file, without what follows a # and without empty ones."""
    with told(path):
        text = path.read_text(encoding="utf-8-sig")
    return [line for told in text.splitlines() if (line := told.partition("#")[0].strip())]


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system or a decompressor says about a file into a FileError that a person understands."""
    try:
        yield
    except DAMAGE as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: Exception) -> FileError:
    match error:
        case FileNotFoundError():
            return FileError(f"{path} does not exist.")
        case PermissionError():
            return FileError(f"{path} may not be read.", remedy="Give yourself the right to read it.")
        case IsADirectoryError():
            return FileError(f"{path} is a folder, and a file is needed.")
        case OSError(errno=int()):
            return FileError(f"{path} cannot be read: {error.strerror}.")
    return FileError(f"{path} is damaged or cut off.", remedy="Fetch or pack the file again.")


class Metered(io.RawIOBase):
    """A stream that tells how many bytes were read, and raises FileError past its limit."""

    def __init__(self, inner: IO[bytes], *, progress: Progress = silent, limit: int | None = None, path: Path):
        super().__init__()
        self._inner, self._progress, self._left, self._path = inner, progress, limit, path

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer and give the number of bytes."""
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        self._progress(len(data))
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise FileError(f"{self._path} unpacks to far more than a file of its size should hold.")
        return len(data)


@contextmanager
def opened(path: Path, *, progress: Progress = silent) -> "Iterator[io.BufferedReader[Metered]]":
    """Open a file for reading bytes, decompressed where it starts like gzip or Zstandard."""
    with told(path), ExitStack() as stack:
        raw = stack.enter_context(path.open("rb", buffering=0))
        plain = io.BufferedReader(Metered(cast(IO[bytes], raw), progress=progress, path=path), CHUNK)
        unpacked = _unpacked(plain)
        if unpacked is not None:
            limit = ALWAYS_FINE + MAX_RATIO * path.stat().st_size
            plain = io.BufferedReader(Metered(unpacked, limit=limit, path=path), CHUNK)
        yield plain


def _unpacked(plain: "io.BufferedReader[Metered]") -> IO[bytes] | None:
    start = plain.peek(6)
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=plain))
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return cast(IO[bytes], _Zstandard(plain))
    return None


class _Zstandard(io.RawIOBase):
    """Zstandard frames, decompressed; unlike the library's own reader it says so when the last one is cut off."""

    # A kibibyte can unpack to 32 MiB at most, so a bomb meets the limit before it fills the memory.
    _TAKE = 1 << 10

    def __init__(self, packed: IO[bytes]):
        super().__init__()
        self._packed = packed
        self._library = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        self._frame = self._library.decompressobj()
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes; none at the end."""
        while not self._ready and (packed := self._frame.unused_data or self._packed.read(self._TAKE)):
            if self._frame.eof:
                self._frame = self._library.decompressobj()
            self._ready = memoryview(self._frame.decompress(packed))
        if not self._ready and not self._frame.eof:
            raise EOFError
        given, self._ready = self._ready[:size], self._ready[size:]
        return bytes(given)
