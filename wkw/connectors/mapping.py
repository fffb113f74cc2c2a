"""Reads mapping files, which say what a CRM's columns hold and its words mean; `data/crm/plain.toml` explains them."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from wkw.connectors.files import told
from wkw.errors import FileError

_NAMES = ("name", "first_name", "last_name", "emails", "phones", "company", "title", "modified")
_PARTIES = ("id", "from", "to", "at", "status")
_MEETING = ("cc", "uid", "recurrence", "regarding", "modified")
_CALL = ("number", "duration", "voicemail", "regarding", "modified")
# The fields of each kind of file: those that it must have, and those that it may have.
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "users": (("id", "name", "emails"), ()),
    "contacts": (("id",), _NAMES),
    "leads": (("id",), (*_NAMES, "status")),
    "emails": (_PARTIES, ("cc", "message_id", "modified")),
    "appointments": (_PARTIES, _MEETING),
    "calls": (_PARTIES, _CALL),
    "activities": (("type", *_PARTIES), ("message_id", *dict.fromkeys((*_MEETING, *_CALL)))),
}
WORDS = {
    "status": ("open", "completed", "cancelled"),
    "lead_status": ("open", "closed"),
    "type": ("email", "appointment", "call", "other"),
    "voicemail": ("yes", "no"),
    "recurrence": ("single", "series"),
}
UNITS = {"minutes": 1.0, "seconds": 1 / 60}
_SETTINGS = ("system", "separators", "dates", "zone", "duration_unit", "words")
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SEPARATORS = re.compile(r"""[^\w\s@<>().:+"'{}-]{1,5}""")
_SOME_DAY = datetime(2026, 5, 30)
_MAX_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: by field its columns as compared and as spelled, and the columns it must not have."""

    name: str
    columns: dict[str, dict[str, str]]
    unless: frozenset[str]

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which a file is of another kind."""
        return KINDS[self.name][0]

    def spelled(self, field: str) -> str:
        """Say which columns may hold a field."""
        return " or ".join(self.columns[field].values())


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one system exports; `words` by table and word what it means, `unit` the minutes a bare duration counts."""

    system: str
    kinds: tuple[Kind, ...]
    words: dict[str, dict[str, str]]
    separators: str
    dates: tuple[str, ...]
    zone: ZoneInfo | None
    unit: float

    @property
    def source(self) -> str:
        """Give the name of what it exports, as a source."""
        return f"crm:{self.system}"

    def meaning(self, table: str, word: str) -> str | None:
        """Give what a word means; None where nobody told."""
        return self.words[table].get(same(word))


def same(name: str) -> str:
    """Give a header or word as it is compared: without case and doubled spaces."""
    return " ".join(name.split()).casefold()


def built_in() -> list[Mapping]:
    """Give the mappings that need no file: Dynamics 365, and the plain form."""
    folder = resources.files("wkw").joinpath("data", "crm")
    return [_made(tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))) for name in ("dynamics", "plain")]


def read(path: Path) -> Mapping:
    """Give the mapping of a file; FileError with everything that is wrong in it, key by key."""
    with told(path), path.open("rb") as file:
        text = file.read(_MAX_SIZE)
    try:
        found = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also where it is not UTF-8
        raise FileError(f"{path} is not a TOML file.", remedy="See wkw/data/crm/plain.toml for the form.") from error
    wrong: dict[str, list[str]] = {}
    for key, why in _faults(found):
        wrong.setdefault(key, []).append(why)
    if wrong:
        listed = "; ".join(f"{key}: {', '.join(whys)}" for key, whys in wrong.items())
        message = f"The mapping {path} cannot be used: {listed}."
        raise FileError(message, remedy="Correct it; nothing was read.", fields=wrong)
    return _made(found)


def _made(found: dict[str, Any]) -> Mapping:
    return Mapping(
        system=found["system"],
        kinds=tuple(_kind(name, found[name]) for name in KINDS if name in found),
        words={
            table: {same(str(word)): meaning for meaning, words in meanings.items() for word in _list(words)}
            for table, meanings in found.get("words", {}).items()
        },
        separators=found.get("separators", ";"),
        dates=tuple(found.get("dates", ())),
        zone=ZoneInfo(found["zone"]) if "zone" in found else None,
        unit=UNITS[found.get("duration_unit", "minutes")],
    )


def _kind(name: str, found: dict[str, Any]) -> Kind:
    columns = {field: {same(column): column for column in _list(found[field])} for field in found if field != "unless"}
    return Kind(name, columns, frozenset(map(same, _list(found.get("unless", [])))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _faults(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((key[:40], "unknown") for key in found if key not in (*KINDS, *_SETTINGS))
    yield from _setting_faults(found)
    kinds = {name: found[name] for name in KINDS if name in found}
    if not kinds:
        yield "kinds", f"there must be at least one of {', '.join(KINDS)}"
    for name, kind in kinds.items():
        if isinstance(kind, dict):
            yield from _kind_faults(name, kind)
        else:
            yield name, "must be a table"
    yield from _word_faults(found.get("words", {}), set(_needed(kinds)))


def _setting_faults(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not isinstance(found.get("system"), str) or not _SYSTEM.fullmatch(found["system"]):
        yield "system", "must be a short name in lower-case letters, digits, - and _"
    separators = found.get("separators", ";")
    if not isinstance(separators, str) or not _SEPARATORS.fullmatch(separators):
        yield "separators", "must be one or more marks such as ;"
    if "zone" in found and found["zone"] not in [*available_timezones()]:
        yield "zone", "must be a time zone such as Europe/Stockholm"
    if found.get("duration_unit", "minutes") not in [*UNITS]:
        yield "duration_unit", f"must be {' or '.join(UNITS)}"
    dates = found.get("dates", [])
    if not isinstance(dates, list) or not all(_tells_days(form) for form in dates):
        yield "dates", "must be a list of forms such as %d.%m.%Y %H:%M"


def _tells_days(form: Any) -> bool:
    """Say whether a form can be read, and tells the day of a date."""
    try:
        return datetime.strptime(_SOME_DAY.strftime(form), form).date() == _SOME_DAY.date()
    except (ValueError, TypeError, re.error):
        return False


def _kind_faults(name: str, kind: dict[str, Any]) -> Iterator[tuple[str, str]]:
    required, optional = KINDS[name]
    fields = {field: columns for field, columns in kind.items() if field != "unless"}
    yield from ((f"{name}.{field[:40]}", "unknown") for field in fields if field not in (*required, *optional))
    yield from ((f"{name}.{field}", "is missing") for field in required if field not in kind)
    holders: dict[str, list[str]] = {}
    for field, columns in kind.items():
        if not _texts(columns):
            yield f"{name}.{field[:40]}", "must be the name of a column, or a list of names"
        elif field != "unless":
            for column in dict.fromkeys(map(same, columns if isinstance(columns, list) else [columns])):
                holders.setdefault(column, []).append(field)
    for column, of in holders.items():
        if len(of) > 1:
            yield f"{name}.{of[1][:40]}", f"has a column of {name}.{of[0][:40]} too: {column[:40]}"
        if column == "bcc":
            yield f"{name}.{of[0][:40]}", "Bcc is never read"


def _texts(value: Any) -> bool:
    texts = _list(value)
    return bool(texts) and all(isinstance(text, str) and text.strip() for text in texts)


def _needed(kinds: dict[str, Any]) -> Iterator[str]:
    """Give the tables of words that the mapped fields need."""
    for name, kind in kinds.items():
        for field in kind if isinstance(kind, dict) else ():
            table = "lead_status" if (name, field) == ("leads", "status") else field
            if table in WORDS:
                yield table


def _word_faults(found: Any, needed: set[str]) -> Iterator[tuple[str, str]]:
    tables = found if isinstance(found, dict) else {}
    yield from ((f"words.{table}", "is missing") for table in sorted(needed - tables.keys()))
    for table, meanings in tables.items():
        if table not in WORDS:
            yield f"words.{table[:40]}", "unknown"
        elif not isinstance(meanings, dict) or set(meanings) - set(WORDS[table]):
            yield f"words.{table}", f"must be a table with {', '.join(WORDS[table])}"
        elif not all(_texts([str(w) if type(w) is int else w for w in _list(words)]) for words in meanings.values()):
            yield f"words.{table}", "must hold lists of words"
        else:
            told_by = Counter(word for words in meanings.values() for word in {same(str(w)) for w in _list(words)})
            yield from ((f"words.{table}", f"{word[:40]} has two meanings") for word, n in told_by.items() if n > 1)
