"""Secrets: from the environment, from a file that it names, or made once and kept in the state folder."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wkw.errors import SettingsError


def text(name: str) -> str | None:
    """A secret from `NAME`, or from the file that `NAME_FILE` names, without its line end."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE names a file that cannot be read.") from error
    return os.environ.get(name)


def kept(name: str, file: Path) -> bytes:
    """A secret of at least 32 characters; where none is set, one is made once and kept in the state folder, 0600."""
    return _checked(name, text(name) or _made_once(file))


def several(name: str, file: Path) -> tuple[bytes, ...]:
    """Secrets of which each has a line, the oldest first; where none is set, one is made once and kept as by `kept`."""
    found = tuple(_checked(name, line) for line in (text(name) or _made_once(file)).splitlines())
    if len({*found}) < len(found):
        raise SettingsError(f"{name} has the same secret twice.", remedy="Leave one of the two lines out.")
    return found


def is_own(name: str) -> bool:
    """Whether a secret is one that was made here, because none is set."""
    return not text(name)


def add(file: Path, *, beside: int) -> None:
    """Makes one more secret in a file of the state folder, unless there are more than `beside` by now.

    The new file is on the disk before anything can be made with the secret: without it that would be lost.
    """
    with _usable(file.parent):
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            held = file.read_text(encoding="ascii").strip()
            if len(held.splitlines()) == beside:
                _draft(file, f"{held}\n{secrets.token_hex(32)}\n").replace(file)
                os.fsync(folder)
        finally:
            os.close(folder)


def _checked(name: str, value: str) -> bytes:
    if len(value) < 32:
        raise SettingsError(f"{name} has {len(value)} characters; at least 32 are needed.")
    return value.encode()


def _made_once(path: Path) -> str:
    with _usable(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _create(path, secrets.token_hex(32))
        return path.read_text(encoding="ascii").strip()


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"The state folder {folder} cannot be used: {error.strerror}.",
            remedy="Set WKW_STATE to a folder of your own.",
        ) from error


def _create(path: Path, value: str) -> None:
    """Writes a file whole or not at all, and never over another that was first."""
    draft = _draft(path, value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, value: str) -> Path:
    """A file beside another one, which is on the disk and which nobody else may read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    return draft
