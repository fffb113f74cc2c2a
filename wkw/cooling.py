"""Tells a colleague which of their own connections will fall below a level unless there is contact."""

from dataclasses import asdict, dataclass
from typing import Any

from wkw.graph import Graph, Row, whole
from wkw.model import date_of
from wkw.settings import Settings
from wkw.strength import Level, decay, falls_below, level

MOST = 500


@dataclass(frozen=True, slots=True)
class Cooling:
    """A connection that falls below its `level` on `falls`, a UTC day number, without contact until then."""

    id: str
    name: str | None
    company: str | None
    strength: float
    level: Level
    last: int
    falls: int


def cooling(graph: Graph, settings: Settings, key: str, *, day: int, days: int) -> list[Cooling]:
    """The two-way connections of the colleague of an address key that fall within so many days, the next one first."""
    then = {f"{name}_then": value for name, value in decay(day + days).items()}
    rows = graph.rows("cooling/ties", key=key, limit=MOST, **decay(day), **then, **settings.formula.bounds())
    return sorted((_cooling(row, settings, day) for row in whole(rows)), key=lambda tie: (tie.falls, tie.id))


def _cooling(row: Row, settings: Settings, day: int) -> Cooling:
    formula = settings.formula
    now = level(row["strength"], formula, two_way=True)
    bound = formula.strong if now == "strong" else formula.familiar
    falls = falls_below(row["fast"], row["slow"], bound, formula.k, day)
    return Cooling(row["id"], row["name"], row["company"], row["strength"], now, row["last"], falls)


def as_data(tie: Cooling) -> dict[str, Any]:
    """A connection with its days as dates."""
    return asdict(tie) | {"last": date_of(tie.last).isoformat(), "falls": date_of(tie.falls).isoformat()}
