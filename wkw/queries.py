"""Reads the query files: one file is one query, one statement and one transaction."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

Mode: TypeAlias = Literal["read", "write", "schema", "stream"]
FIELDS = ("mode", "params", "returns")


@dataclass(frozen=True, slots=True)
class Query:
    """A named query: what it does in one sentence, its mode, the parameters it takes and the columns it returns."""

    name: str
    text: str
    says: str
    mode: Mode
    params: tuple[str, ...]
    returns: tuple[str, ...]


@cache
def folder() -> Path:
    """The folder of the query files: in the wheel beside this module, in a checkout one level up."""
    inside = Path(__file__).parent / "cypher"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "cypher"


def names(room: str = "") -> list[str]:
    """The names of all queries of a room (`lookup`), or of all rooms, in order."""
    return sorted(path.relative_to(folder()).with_suffix("").as_posix() for path in (folder() / room).rglob("*.cypher"))


@cache
def load(name: str) -> Query:
    """The query `room/name`, its header read and checked."""
    return parse(name, (folder() / f"{name}.cypher").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Query:
    """The query that a file's text holds; a ValueError names what its header lacks."""
    says, *fields = [line[2:].strip() for line in text.splitlines()[: 1 + len(FIELDS)]]
    values = dict(field.split(":", 1) for field in fields if ":" in field)
    if tuple(values) != FIELDS or not says.endswith("."):
        raise ValueError(f"{name}.cypher: the header is a sentence, then {', '.join(FIELDS)}, each on a line.")
    mode = values["mode"].strip()
    if mode not in get_args(Mode):
        raise ValueError(f"{name}.cypher: mode is one of {', '.join(get_args(Mode))}.")
    return Query(name, text, says, cast(Mode, mode), _words(values["params"]), _words(values["returns"]))


def _words(line: str) -> tuple[str, ...]:
    return tuple(word for word in line.replace(",", " ").split() if word != "-")
