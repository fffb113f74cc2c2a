"""The decisions on sharing, kept beside the graph, so that no restored copy of it brings anybody back."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from wkw.addresses import newer_key
from wkw.chain import Chain, Row
from wkw.errors import SettingsError, StateDamaged
from wkw.settings import Settings, fingerprint

By: TypeAlias = Literal["self", "operator", "joined", "group", "policy", "directory", "admins"]
State: TypeAlias = Literal["processing", "completed", "failed"]

FILE = "ledger.jsonl"
OWN = "own"  # the cause of what a person decided about themself
POLICY = "policy:"  # before the digest of a region: the cause of what its policy decided
FACTS = ("interactions", "ties", "people", "reason")  # of how a purge ended
STATES: dict[str, State] = {"purged": "completed", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a decision was and what it removed; `at` is epoch milliseconds, `seal` the hash of its row in the ledger.

    `addresses` counts the addresses it covers; the numbers of what was removed are known once it is completed, and
    `reason` says in a word why it is not yet.
    """

    id: str
    sharing: Literal["on", "off"]
    at: int
    by: By
    addresses: int
    seal: str
    state: State
    interactions: int = 0
    ties: int = 0
    people: int = 0
    reason: str | None = None


class Ledger:
    """The file of decisions, its rows by kind: `off` and `on` (of address keys), `purged` and `failed` (of an off).

    A decision has a cause, OWN where it names none; a person is off as long as any cause of theirs is.

    A row is never changed, so it says which secrets its keys are made with, unless it is the first alone; whoever reads
    it is given the keys of now.
    """

    def __init__(self, folder: Path, secrets: tuple[bytes, ...]):
        self._newer = {fingerprint(*secrets[:n]): secrets[n:] for n in range(1, len(secrets) + 1)}
        self._chain = Chain(folder / FILE, code="ledger_unavailable")
        self._lock = threading.Lock()
        self._rows: list[Row] = []
        self._latest: dict[str, dict[str, Row]] = {}  # of each key its last decision for each cause
        self._ends: dict[str, Row] = {}  # of each decision how its purge ended

    def write(self, kind: str, receipt: str, at: int, **facts: object) -> Row:
        """Adds a row; it is on the disk then. A StateUnavailable where it cannot be written."""
        made = {"secrets": list(self._newer)[-1]} if "keys" in facts and len(self._newer) > 1 else {}
        return self._chain.append({"id": receipt, "at": at, "kind": kind, **facts, **made})

    def rows(self) -> list[Row]:
        """All rows."""
        self._read()
        return self._rows

    def latest(self, key: str, cause: str = OWN) -> Row | None:
        """The last decision for a cause that covers an address key."""
        self._read()
        return self._latest.get(key, {}).get(cause)

    def causes(self, keys: Iterable[str]) -> list[str]:
        """For which causes any of some address keys is off, in order."""
        return sorted({cause_of(row) for key in keys for row in self._off(key)})

    def last(self, key: str) -> Row | None:
        """The last decision that covers an address key, for whichever cause."""
        self._read()
        return max(self._latest.get(key, {}).values(), key=lambda row: int(row["n"]), default=None)

    def off_for(self, cause: str) -> list[Row]:
        """The decisions by which somebody is off for a cause, or for any that begins like that."""
        self._read()
        found = (row for held in self._latest.values() for row in held.values() if cause_of(row).startswith(cause))
        return list({row["id"]: row for row in found if row["kind"] == "off"}.values())

    def covered(self, keys: Iterable[str]) -> list[str]:
        """The keys that are off together with any of some, in order: what is one person's is decided as one."""
        found: set[str] = set()
        todo = set(keys)
        while todo:
            found |= todo
            todo = {other for key in todo for row in self._off(key) for other in row["keys"]} - found
        return sorted(found)

    def unfinished(self) -> list[Row]:
        """The decisions whose purge has not been completed."""
        self._read()
        return [row for row in self._rows if row["kind"] == "off" and self._end(row) != "purged"]

    def receipts(self, key: str) -> list[Receipt]:
        """The receipts of an address key, the newest first."""
        self._read()
        return [self._receipt(row) for row in reversed(self._rows) if key in row.get("keys", ())]

    def receipt(self, row: Row) -> Receipt:
        """The receipt of a decision."""
        self._read()
        return self._receipt(row)

    def verify(self) -> tuple[int, str]:
        """How many rows there are and the hash of the last; a StateDamaged names the first that is not as written."""
        if bad := self._chain.bad():
            raise StateDamaged(f"Row {bad} of {FILE} is not as it was written.")
        return self._chain.head()

    def _off(self, key: str) -> list[Row]:
        self._read()
        return [row for row in self._latest.get(key, {}).values() if row["kind"] == "off"]

    def _end(self, row: Row) -> str | None:
        end = self._ends.get(row["id"])
        return end["kind"] if end else None

    def _receipt(self, row: Row) -> Receipt:
        end = self._ends.get(row["id"], {}) if row["kind"] == "off" else {"kind": "purged"}
        state = STATES.get(end.get("kind", ""), "processing")
        gone: dict[str, Any] = {name: end[name] for name in FACTS if name in end}
        return Receipt(row["id"], row["kind"], row["at"], row["by"], len(row["keys"]), row["hash"], state, **gone)

    def _read(self) -> None:
        """Takes in what this or another process has written since; the whole file where somebody put another there."""
        with self._lock:
            for row in map(self._of_now, self._fresh()):
                self._rows.append(row)
                if row["kind"] in ("off", "on"):
                    for key in row["keys"]:
                        self._latest.setdefault(key, {})[cause_of(row)] = row
                elif self._end(row) != "purged":  # two may end one purge: the first has counted
                    self._ends[row["id"]] = row

    def _of_now(self, row: Row) -> Row:
        """A row with the keys that its addresses have now; a SettingsError where a secret is missing for that."""
        if "keys" not in row:
            return row
        newer = self._newer.get(row.get("secrets", next(iter(self._newer))))
        if newer is None:
            raise SettingsError(
                "The ledger of decisions on sharing has keys of secrets that WKW_ADDRESS_KEY does not hold.",
                remedy="Set WKW_ADDRESS_KEY (or WKW_ADDRESS_KEY_FILE) to all secrets, the oldest first.",
            )
        return row | {"keys": sorted(newer_key(newer, key) for key in row["keys"])}

    def _fresh(self) -> Iterator[Row]:
        number, seal = self._chain.head()
        held = len(self._rows)
        if held == number and (not held or self._rows[-1]["hash"] == seal):
            return iter(())
        if held >= number:
            self._rows, self._latest, self._ends, held = [], {}, {}, 0
        return self._chain.rows(after=held)


def cause_of(row: Row) -> str:
    """The cause of a decision."""
    return str(row.get("cause", OWN))


def ledger(settings: Settings) -> Ledger:
    """The ledger of a state folder, as whoever has its address secrets reads it; a process reads each row once."""
    return _kept(settings.state, settings.address_key)


@lru_cache(maxsize=8)
def _kept(folder: Path, secrets: tuple[bytes, ...]) -> Ledger:
    return Ledger(folder, secrets)
