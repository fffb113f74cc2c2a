"""Secrets: from the environment, from a file that it names, or made once and kept in the state folder."""

import os
import secrets
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
    value = text(name) or _made_once(file)
    if len(value) < 32:
        raise SettingsError(f"{name} has {len(value)} characters; at least 32 are needed.")
    return value.encode()


def _made_once(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _create(path, secrets.token_hex(32))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"The state folder {path.parent} cannot be used: {error.strerror}.",
            remedy="Set WKW_STATE to a folder of your own.",
        ) from error


def _create(path: Path, value: str) -> None:
    """Writes a file whole or not at all, and never over another that was first."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
