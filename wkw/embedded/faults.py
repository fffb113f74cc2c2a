"""What keeps the embedded Neo4j from running, told so that somebody can act on it."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wkw.errors import EmbeddedError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
LOCAL = FULL | {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.EEXIST}

ROOM = 16 * 2**20  # a fresh graph and its logs take 3 MB

MAKE_ROOM = "Free space on its disk, or set WKW_DATA to a folder on another one, and start again."
OTHER_FOLDER = "Set WKW_DATA to a folder that you may write to."
OWN_SERVER = "set WKW_NEO4J_URI to a Neo4j of your own"

# A line of the server's log -> what it means, what to do. The first that fits is told.
TELLING: tuple[tuple[str, str, str], ...] = (
    (r"No space left on device|Disk quota exceeded|File too large", "the disk is full", MAKE_ROOM),
    (
        r"Address .*?:(?P<port>\d+) is already in use|Address already in use|Failed to bind",
        "a port that it listens on is taken{port}",
        "Start again to choose other ports, or name free ones.",
    ),
    (
        r"has been locked by another process|Unable to obtain lock on store lock file|OverlappingFileLock",
        "another Neo4j uses its folder",
        "Stop the other server, or set WKW_DATA to another folder.",
    ),
    (
        r"newer version of [Nn]eo4j|UnsupportedLogVersionException|[Uu]nknown store version|UnknownStoreVersion",
        "its folder was written by another version of Neo4j",
        "Use the version of wkw that wrote the folder, or set WKW_DATA to an empty one and move the graph "
        "with `wkw export` and `wkw import`.",
    ),
    (r"Read-only file system|AccessDenied|Permission denied", "it may not write to its folder", OTHER_FOLDER),
    (
        r"OutOfMemoryError|insufficient memory|Cannot allocate memory|Could not reserve enough space",
        "there is not enough memory",
        "Free about 1 GB of memory and start again.",
    ),
)


def of_disk(error: OSError, folder: Path) -> EmbeddedError:
    """The refusal of the operating system to use `folder`."""
    if error.errno in FULL:
        return EmbeddedError(f"The disk of {folder} is full.", remedy=MAKE_ROOM)
    return EmbeddedError(f"{folder} cannot be written ({error.strerror or type(error).__name__}).", remedy=OTHER_FOLDER)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside into an EmbeddedError about `folder`."""
    try:
        yield
    except OSError as error:
        raise of_disk(error, folder) from error


def room(folder: Path) -> None:
    """Raise the EmbeddedError of a full disk where fewer than `ROOM` bytes are free.

    Asked of the system, because a server that finds its disk full hangs, and its log is on the same disk.
    """
    if shutil.disk_usage(folder).free < ROOM:
        raise of_disk(OSError(errno.ENOSPC, ""), folder)


def of_log(log: Path) -> EmbeddedError:
    """Why the server did not start, by the most telling line of its log."""
    text = log.read_text(errors="replace") if log.exists() else ""
    for pattern, meaning, remedy in TELLING:
        if found := re.search(pattern, text):
            port = found.groupdict().get("port")
            meaning = meaning.format(port=f": {port}" if port else "")
            return EmbeddedError(f"The embedded Neo4j did not start: {meaning}. Its log is {log}.", remedy=remedy)
    return EmbeddedError(
        f"The embedded Neo4j did not start: {_last_complaint(text)} Its log is {log}.",
        remedy=f"See the log, start again, or {OWN_SERVER}.",
    )


def _last_complaint(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Caused by:")] or [line for line in lines if "ERROR" in line]
    return (causes or lines or ["it said nothing."])[-1][:300]
