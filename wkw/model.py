"""The words of wkw as frozen values: what readers yield and what answers hold."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Event as Flag
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

Channel: TypeAlias = Literal["email", "meeting", "call"]
Tier: TypeAlias = Literal["basic", "enhanced"]
Fate: TypeAlias = Literal["stored", "duplicate", "suppressed", "excluded", "expired", "upcoming", "quarantined"]
Role: TypeAlias = Literal["colleague", "seller", "sales_manager", "admin", "connector"]

CHANNELS: tuple[Channel, ...] = ("email", "meeting", "call")
FATES: tuple[Fate, ...] = ("stored", "duplicate", "suppressed", "excluded", "expired", "upcoming", "quarantined")
ROLES: tuple[Role, ...] = get_args(Role)

JOBS = ("forget", "reweight")

UNIX_EPOCH = date(1970, 1, 1).toordinal()
NO_NAMES: Mapping[str, str] = MappingProxyType({})
NOBODY: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """One mail, meeting instance or call as its source tells it.

    `id` is stable in the source; `at` is epoch milliseconds; `sender` (of a meeting: the organiser; of a call: the
    caller) and `to` are canonical address URIs, `to` without repeats; `n` is the number of recipients (email) or of
    other people (meeting, call), at least 1, also where not all are listed; `names` maps URIs to display names.
    `absent` holds those who were asked to a meeting and did not take part, who are not among `to`, each with the `rev`
    as of which that is known: from there on nothing counts between them and anybody else, whatever older copies say. It
    is below 0 where it is not known, because there is no answer.
    """

    id: str
    at: int
    channel: Channel
    sender: str
    to: tuple[str, ...]
    n: int
    source: str
    tier: Tier = "enhanced"
    rev: int = 0
    cancelled: bool = False
    organiser_attended: bool = True
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    absent: Mapping[str, int] = field(default_factory=lambda: NOBODY)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that a reader could not or must not turn into an event: its fate and the reason, and nothing of it."""

    fate: Literal["excluded", "quarantined"]
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One row of a directory of people (design section 9); addresses are canonical URIs, days are UTC day numbers.

    `noticed_day` is when a contact was told what is held, `language` the one somebody is written to in; `source` is
    what lists them.
    """

    address: str
    kind: Literal["colleague", "contact", "lead"]
    name: str | None = None
    title: str | None = None
    company: str | None = None
    domain: str | None = None
    crm_id: str | None = None
    aliases: tuple[str, ...] = ()
    region: str | None = None
    department: str | None = None
    first_day: int | None = None
    until_day: int | None = None
    noticed_day: int | None = None
    language: str | None = None
    source: str = "directory"

    def uris(self) -> list[str]:
        """All that the person is reached under, the address first."""
        return list(dict.fromkeys([self.address, *self.aliases, *([self.crm_id] if self.crm_id else [])]))


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a question is about, by exactly one of a canonical URI, a person id, or a name."""

    uri: str | None = None
    id: str | None = None
    name: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: the address key of a colleague, or nobody's where a connector calls; and their roles.

    `name` tells callers apart, connectors too, and nobody's address. `since` is when they signed in, in epoch
    milliseconds, where that is known.
    """

    key: str | None
    roles: frozenset[str]
    name: str
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a job: `token` shuts out whoever had it before, `cursor` is where the last run stopped."""

    job: str
    token: int
    cursor: str = ""
    stop: Flag = field(default_factory=Flag, compare=False)  # set: end after this chunk


def folded(name: str) -> str:
    """A name as it is searched for: without accents, case and doubled spaces."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())


def day_of(when: date) -> int:
    """The UTC day number of a date: days since 1970-01-01."""
    return when.toordinal() - UNIX_EPOCH


def date_of(day: int) -> date:
    """The date of a UTC day number."""
    return date.fromordinal(day + UNIX_EPOCH)
