"""How much a caller may do: calls a minute, people looked up within a day, calls at once."""

import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from wkw.errors import LimitsUnavailable, SettingsError, TooMany
from wkw.web_settings import Limits as Settings

MINUTE, DAY = 60_000, 86_400_000  # milliseconds
TIMEOUT = 1  # seconds, for Redis to connect and to answer
BUSY = 1  # seconds until a caller with too many calls at once may try again
# Forgets what is too old, then takes `member` in, unless it is there or there are too many; else says when one goes.
TAKE = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
if redis.call('ZSCORE', KEYS[1], ARGV[4]) then return -1 end
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return -1
end
return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + ARGV[2]
"""


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many different members within so many milliseconds."""

    name: str
    amount: int
    length: int


OF_PLACE = Window("links of a place", 30, DAY)
OF_RECIPIENT = Window("links to a recipient", 3, DAY)


class Store(Protocol):
    """Where it is counted."""

    def take(self, window: Window, who: str, member: str, now: int) -> int | None:
        """Counts a member, unless it is counted already; where there is no room, when there will be."""


class Memory:
    """Counts in this process alone."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        self._lock = Lock()

    def take(self, window: Window, who: str, member: str, now: int) -> int | None:
        """Counts a member, unless it is counted already; where there is no room, when there will be."""
        with self._lock:
            taken = self._taken[window.name, who]
            while taken and (oldest := next(iter(taken.items())))[1] <= now - window.length:
                del taken[oldest[0]]
            if member not in taken and len(taken) >= window.amount:
                return oldest[1] + window.length
            taken.setdefault(member, now)
            return None


class Shared:
    """Counts in Redis, for all processes; a LimitsUnavailable where it gives no answer."""

    def __init__(self, url: str):
        try:
            import redis
        except ImportError as error:
            raise SettingsError(
                "WKW_LIMITS_STORE names Redis, whose client is not installed.",
                remedy="Run `pip install '.[redis]'` in wkw's folder.",
            ) from error
        self._failure = redis.RedisError
        client = redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        self._take = client.register_script(TAKE)

    def take(self, window: Window, who: str, member: str, now: int) -> int | None:
        """Counts a member, unless it is counted already; where there is no room, when there will be."""
        try:
            free = int(self._take([f"wkw:{window.name}:{who}"], [now, window.length, window.amount, member]))
        except self._failure as error:
            raise LimitsUnavailable("What callers have done cannot be counted just now.") from error
        return None if free < 0 else free


class Limits:
    """The limits of all callers; times in epoch milliseconds."""

    def __init__(self, settings: Settings):
        self._store: Store = Memory() if settings.store == "memory://" else Shared(settings.store)
        self._calls = Window("calls", settings.calls, MINUTE)
        self._people = Window("people", settings.people, DAY)
        self._parallel = settings.parallel
        self._running: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, who: str, *, now: int) -> None:
        """Lets a call begin, which `leave` ends; a TooMany where that is one too many."""
        with self._lock:
            if self._running[who] >= self._parallel:
                raise TooMany(f"{self._parallel} of your calls are being answered already.", free=now + BUSY * 1000)
            self._running[who] += 1
        try:
            self._count(self._calls, who, secrets.token_hex(8), now, "calls within a minute")
        except Exception:
            self.leave(who)
            raise

    def leave(self, who: str) -> None:
        """Ends a call."""
        with self._lock:
            self._running[who] -= 1
            if not self._running[who]:
                del self._running[who]

    def look_up(self, who: str, whom: str, *, now: int) -> None:
        """Counts a person who was asked about, once within 24 hours; a TooMany where that is one too many."""
        self._count(self._people, who, whom, now, "people within 24 hours")

    def ask_for_link(self, where: str, whom: str, *, now: int) -> bool:
        """Counts a link that somebody at a place wants mailed; whether another one may go to that recipient today.

        A TooMany where the place asked too often.
        """
        free = self._store.take(OF_PLACE, where, secrets.token_hex(8), now)
        if free is not None:
            raise TooMany(
                f"{OF_PLACE.amount} links within a day are mailed for one place.",
                free=free,
                remedy="Try again at the time in `free_at`, or write to the organisation.",
            )
        return self._store.take(OF_RECIPIENT, whom, secrets.token_hex(8), now) is None

    def _count(self, window: Window, who: str, member: str, now: int, what: str) -> None:
        free = self._store.take(window, who, member, now)
        if free is not None:
            raise TooMany(f"{window.amount} {what} are allowed.", free=free)
