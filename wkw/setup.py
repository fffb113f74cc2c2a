"""What administrators decide about introductions, kept in the graph: each version with who and when, and none goes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from wkw import letters
from wkw.errors import InputError, NotFound, Outdated
from wkw.graph import Graph, Row
from wkw.letters import Template

WRITTEN = ("version", "at", "by")  # beside the content


@dataclass(frozen=True, slots=True)
class Setup:
    """One version: the templates by language, and what an introducer and an asker are held to.

    `at` is epoch milliseconds and `by` a person's id; both are None of version 0, the default that nobody decided, and
    `by` where nobody's id is known. An introducer has at most `open_requests` at once and `monthly` in thirty days, and
    `cooldown_days` between two; an asker sends `asks_per_day`; what nobody answers expires after `expire_days`. `blind`
    keeps back who the introducer is until they accept; `name_askers` tells by whom a target was asked for already.
    """

    version: int = 0
    at: int | None = None
    by: str | None = None
    templates: Mapping[str, Template] = field(default_factory=lambda: letters.DEFAULT)
    open_requests: int = 1
    monthly: int = 4
    cooldown_days: int = 2
    asks_per_day: int = 20
    expire_days: int = 14
    blind: bool = False
    name_askers: bool = False


def in_force(graph: Graph) -> Setup:
    """The newest version; the default one, version 0, where nobody decided anything."""
    row = graph.row("setup/in_force")
    return _read(row) if row else Setup()


def version(graph: Graph, number: int) -> Setup:
    """One version, 0 the default; NotFound where there is none."""
    if number == 0:
        return Setup()
    row = graph.row("setup/version", number=number)
    if row is None:
        raise NotFound("There is no such version of the settings.", remedy="Ask for the one in force.")
    return _read(row)


def change(graph: Graph, setup: Setup, *, expected: int, by: str | None, at: int) -> Setup:
    """Writes down the version after an expected one; Outdated where somebody else did before.

    An InputError whose `fields` tells by language what is wrong with a template.
    """
    check(setup)
    content = json.dumps(_content(setup), sort_keys=True)
    row = graph.row("setup/change", expected=expected, by=by, at=at, content=content, blind=setup.blind)
    if row is None:
        raise Outdated(in_force(graph).version)
    return replace(setup, version=row["version"], by=by, at=at)


def check(setup: Setup) -> None:
    """Refuses templates that cannot be used; an InputError tells by language what is wrong with each."""
    found = {name: wrong for name, one in sorted(setup.templates.items()) if (wrong := letters.lint(one))}
    found |= {name: ["Is missing."] for name in letters.LANGUAGES if name not in setup.templates}
    if found:
        raise InputError("A template cannot be used.", fields={f"templates.{name}": found[name] for name in found})


def _content(setup: Setup) -> dict[str, Any]:
    told = {name: getattr(setup, name) for name in Setup.__slots__ if name not in (*WRITTEN, "templates")}
    return told | {"templates": {name: asdict(one) for name, one in setup.templates.items()}}


def _read(row: Row) -> Setup:
    told = json.loads(row["content"])
    templates = {name: Template(**one) for name, one in told.pop("templates").items()}
    return Setup(row["version"], row["at"], row["by"], templates, **told)
