"""What holds in each region, as its policy says.

A region's `mode` is `opt_out` (their data is used until they switch it off), `opt_in` (not until they switch it on) or
`off` (not at all). Where rows exist, whoever's region is unknown gets the strictest of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, TypeAlias

from wkw.errors import NotFound
from wkw.ledger import POLICY
from wkw.model import folded
from wkw.settings import fingerprint

Mode: TypeAlias = Literal["opt_out", "opt_in", "off"]
MODES: tuple[Mode, ...] = ("opt_out", "opt_in", "off")  # the loosest first

FOREVER = 10**6  # days
EVIDENCE = ("region", "interactions", "days", "both_ways")
DEFAULT = "default"  # the region of the row for regions that have none


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds in a region, by its folded name.

    Interactions are kept as they are for `retention` days, 0: for ever, None: as the settings say. Others are shown a
    connection that has so many `interactions` on so many `days`, and is two-way where that is asked for.
    """

    region: str
    mode: Mode = "opt_out"
    retention: int | None = None
    interactions: int = 0
    days: int = 0
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days interactions are kept as they are: by region, in others, in an unknown one.

    Between two colleagues the stricter of theirs counts; that of contacts is the loosest of all.
    """

    regions: Mapping[str, int]
    others: int
    unknown: int

    @property
    def contacts(self) -> int:
        """For how many days what contacts have is kept: with each colleague no longer than that one's region says."""
        return max(self.others, self.unknown, *self.regions.values())

    def days(self, region: str | None) -> int:
        """For how many days what a colleague of a folded region has is kept."""
        return self.regions.get(region, self.others) if region else self.unknown

    def before(self, day: int) -> dict[str, Any]:
        """Before which UTC day number that is on a day, as the queries take it; `latest` is that of the strictest."""
        regions = {region: max(0, day - days) for region, days in self.regions.items()}
        rest = {name: max(0, day - getattr(self, name)) for name in ("others", "unknown", "contacts")}
        return rest | {"regions": regions, "latest": max([*rest.values(), *regions.values()])}


def cause(region: str | None) -> str:
    """By which cause the policy of a region keeps somebody off: the region as a digest, of nothing where unknown."""
    return POLICY + fingerprint(folded(region or "").encode())


UNKNOWN = cause(None)


class Policies:
    """The rows in force; `number` is that of their last change."""

    def __init__(self, rows: Iterable[Policy], number: int = 0):
        self.rows = {row.region: row for row in rows}
        self.number = number
        self._causes = {cause(region): row for region, row in self.rows.items()}

    def of(self, why: str) -> Policy:
        """What holds in the region of a cause: its row, else the default one, else the strictest of all."""
        known = None if why == UNKNOWN else self._causes.get(why) or self.rows.get(DEFAULT)
        return known or reduce(_stricter, self.rows.values(), Policy(""))

    def closes(self, why: str, *, yes: bool) -> bool:
        """Whether the region of a cause keeps somebody off who said yes, or did not."""
        mode = self.of(why).mode
        return mode == "off" or (mode == "opt_in" and not yes)

    def changed(self, row: Policy) -> "Policies":
        """The same with another row."""
        return Policies((self.rows | {row.region: row}).values())

    def without(self, region: str) -> "Policies":
        """The same without the row of a region; NotFound where it has none."""
        if region not in self.rows:
            raise NotFound("There is no policy for that region.", remedy="`wkw policy list` shows all.")
        return Policies(row for row in self.rows.values() if row.region != region)


def _stricter(one: Policy, other: Policy) -> Policy:
    """What holds where one of two is not known to; the retention is told by itself, because it has a default."""
    return Policy(
        "",
        max(one.mode, other.mode, key=MODES.index),
        interactions=max(one.interactions, other.interactions),
        days=max(one.days, other.days),
        both_ways=one.both_ways or other.both_ways,
    )


def evidence(held: Policies) -> dict[str, list[Any] | None]:
    """The evidence that some rows ask for, as lookups find it; of no row that asks for any, nothing.

    Four lists in one order: an unknown region, others without a row, then by row.
    """
    asked = [held.of(UNKNOWN), held.rows.get(DEFAULT) or held.of(UNKNOWN), *held.rows.values()]
    some = any(row.interactions or row.days or row.both_ways for row in asked)
    return {f"evidence_{word}": [getattr(row, word) for row in asked] if some else None for word in EVIDENCE}


def retention(held: Policies, default: int) -> Retention:
    """For how long interactions are kept by some rows, and by a setting where these do not say; 0 is for ever."""
    days = {
        region: (default if row.retention is None else row.retention) or FOREVER for region, row in held.rows.items()
    }
    unknown = min(days.values(), default=default or FOREVER)
    return Retention(days, days.get(DEFAULT, unknown), unknown)
