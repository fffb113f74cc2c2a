"""Explains one strength: what each day added to it, by channel and direction, and what would change its level."""

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

from wkw.addresses import address_key
from wkw.errors import NotFound
from wkw.graph import Graph, Row
from wkw.model import Target, date_of
from wkw.settings import Settings
from wkw.strength import OUT, Formula, Level, decay, falls_below, grown, level, probability

WEEKS = 52  # of the sparkline
YEAR = 365


@dataclass(frozen=True, slots=True)
class Part:
    """What one day, channel and direction adds to S: `n` interactions of weight `x` in all, damped, then decayed."""

    day: int
    channel: str
    sent: bool
    n: int
    x: float
    damped: float
    decay: float
    adds: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What folded interactions of one direction add to S; `last` is their newest day."""

    sent: bool
    n: int
    last: int
    adds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a strength as of a UTC day number; `total` is S, their sum; `weeks` looks back."""

    colleague: Row
    contact: Row
    day: int
    parts: tuple[Part, ...]
    kept: tuple[Kept, ...]
    total: float
    strength: float
    level: Level
    two_way: bool
    formula: str
    weeks: tuple[float, ...]
    changes: tuple[str, ...]


def explain(
    graph: Graph, settings: Settings, colleague: Target, contact: Target, *, day: int, own: bool = False
) -> Explanation:
    """Explains the strength of a colleague's tie as of today's UTC day number; NotFound where there is none.

    One that the colleague vetoed is there for their `own` eyes alone.
    """
    ends = {"colleague": colleague, "contact": contact}
    keys = {f"{end}_key": address_key(settings.address_key, who.uri) if who.uri else None for end, who in ends.items()}
    ids = {f"{end}_id": who.id for end, who in ends.items()}
    row = graph.row("explain/tie", own=own, day=day, **keys, **ids)
    if row is None:
        raise NotFound("There is no connection to explain.")
    return _explanation(row, settings, day)


def _explanation(row: Row, settings: Settings, day: int) -> Explanation:
    parts = tuple(_part(cell, row["weights"], day) for cell in row["cells"])
    kept = tuple(_kept(found, day) for found in row["kept"])
    total = sum(part.adds for part in parts) + sum(part.adds for part in kept)
    strength, two_way = probability(total, settings.formula.k), bool(row["tie"]["two_way"])
    return Explanation(
        colleague=row["colleague"],
        contact=row["contact"],
        day=day,
        parts=parts,
        kept=kept,
        total=total,
        strength=strength,
        level=level(strength, settings.formula, two_way=two_way),
        two_way=two_way,
        formula=row["formula"],
        weeks=tuple(_at(row, settings, day - 7 * back) for back in reversed(range(WEEKS))),
        changes=tuple(_changes(total, row, settings, day)),
    )


def _part(cell: Row, weights: dict[str, float], day: int) -> Part:
    damped = (OUT if cell["sent"] else 1.0) * sqrt(weights[cell["channel"]] * cell["x"])
    worth = _worth(cell["day"], day)
    return Part(cell["day"], cell["channel"], cell["sent"], cell["n"], cell["x"], damped, worth, damped * worth)


def _kept(found: Row, day: int) -> Kept:
    now = decay(day)
    adds = (OUT if found["sent"] else 1.0) * (found["fast"] * now["f"] + found["slow"] * now["s"])
    return Kept(found["sent"], found["n"], found["last"], adds)


def _worth(then: int, day: int) -> float:
    """What is left on a day of one unit of an earlier day."""
    now = decay(day)
    fast, slow = grown(then)
    return fast * now["f"] + slow * now["s"]


def _at(row: Row, settings: Settings, day: int) -> float:
    """The strength as of an earlier day; what was folded counts from its newest day on."""
    total = sum(_part(cell, row["weights"], day).adds for cell in row["cells"] if cell["day"] <= day)
    total += sum(_kept(found, day).adds for found in row["kept"] if found["last"] <= day)
    return probability(total, settings.formula.k)


def _changes(total: float, row: Row, settings: Settings, day: int) -> list[str]:
    """What would change the level: the day it falls without contact, and the mails today that would raise it."""
    formula, tie = settings.formula, row["tie"]
    if not tie["two_way"]:
        return ["An answer from the other side would make it two-way."]
    now = level(probability(total, formula.k), formula, two_way=True)
    told = []
    if now != "weak":
        bound = formula.strong if now == "strong" else formula.familiar
        date = date_of(falls_below(tie["fast"], tie["slow"], bound, formula.k, day))
        told.append(f"Without contact it is no longer {now} from {date.isoformat()}.")
    if now != "strong":
        name, bound = ("familiar", formula.familiar) if now == "weak" else ("strong", formula.strong)
        told.append(_rise(_days_of_mail(tie, bound, formula, day), name))
    return told


def _rise(days: int | None, name: str) -> str:
    if days is None:
        return f"Not even a mail a day to them alone for a year makes it {name}."
    return f"One mail a day to them alone for {days} day{'s' * (days > 1)} makes it {name}."


def _days_of_mail(tie: Row, bound: float, formula: Formula, day: int) -> int | None:
    """On how many days from today on one mail each makes the strength reach `bound`; None where a year is too short."""
    fast, slow = tie["fast"], tie["slow"]
    for count in range(YEAR):
        now = decay(day + count)
        more = grown(day + count)
        fast, slow = fast + OUT * more[0], slow + OUT * more[1]
        if probability(fast * now["f"] + slow * now["s"], formula.k) >= bound:
            return count + 1
    return None


def document(found: Explanation) -> dict[str, Any]:
    """An explanation as both doors give it: days as dates, strengths as probabilities."""
    dated = {"as_of": date_of(found.day).isoformat()}
    parts = [asdict(part) | {"day": date_of(part.day).isoformat()} for part in found.parts]
    kept = [asdict(part) | {"last": date_of(part.last).isoformat()} for part in found.kept]
    rest = {name: value for name, value in asdict(found).items() if name not in ("day", "parts", "kept")}
    return dated | rest | {"parts": parts, "kept": kept}
