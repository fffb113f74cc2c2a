"""Runs a named query on Neo4j and turns whatever goes wrong into the errors of wkw."""

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import neo4j
from neo4j import exceptions as failures

from wkw import errors, queries

Row = dict[str, Any]

WARMING = 30  # seconds in which a database that was away, or is new to this process, plans every query anew
ATTEMPTS = 3  # of a query whose COMMIT was cut, with the same ids
HELD = 3  # seconds for which locks are kept while something outside goes on: fewer than whoever wants them waits


@dataclass(frozen=True, slots=True)
class Profile:
    """How long to wait, in seconds: to connect, for a pooled connection, for retries, for one query."""

    connect: float
    acquire: float
    retry: float
    query: float


WEB = Profile(connect=2, acquire=3, retry=1, query=4)  # a server just started plans for two seconds
JOBS = Profile(connect=3, acquire=5, retry=8, query=30)
# A command's first query: nobody waits for a database that never was there, but one just started may take its time.
FIRST = Profile(connect=2, acquire=3, retry=1, query=30)


@dataclass(frozen=True, slots=True)
class Login:
    """Where the database is and who asks; `password` is not shown."""

    uri: str
    user: str
    password: str
    database: str = "neo4j"

    def __repr__(self) -> str:
        return f"Login({self.uri!r}, {self.user!r})"


@dataclass(frozen=True, slots=True)
class Held:
    """A transaction that is open: what its query gave, and by the monotonic clock when the database ends it at last."""

    rows: list[Row]
    until: float
    _transaction: neo4j.Transaction

    def row(self, name: str, /, **params: object) -> Row | None:
        """Runs a query that returns at most one row in the same transaction."""
        return _one(name, _plain(self._transaction.run(_fitting(name, params).text, params)))


def whole(rows: Iterable[Row]) -> list[Row]:
    """The ties that were there until they were read; of one that was deleted meanwhile what is read is null."""
    return [row for row in rows if row["last"] is not None and row.get("channels", ()) is not None]


class Graph:
    """One Neo4j database. The driver is made on first use and again after a fork, because it does not survive one."""

    def __init__(self, login: Login, profile: Profile = JOBS):
        self.told: Callable[[str, float], object] = lambda name, seconds: None  # of each query, when it has ended
        self._login = login
        self._profile = profile
        self._lock = threading.Lock()
        self._driver: neo4j.Driver | None = None
        self._pid = 0
        self._met = math.inf  # when it was first met, or last found away, by the monotonic clock

    def rows(self, name: str, /, **params: object) -> list[Row]:
        """Runs a query and returns its rows as dictionaries."""
        query = _fitting(name, params)
        with self._watched(query):
            return self._again(query, params)

    def row(self, name: str, /, **params: object) -> Row | None:
        """Runs a query that returns at most one row."""
        return _one(name, self.rows(name, **params))

    @contextmanager
    def held(self, name: str, /, **params: object) -> Iterator[Held]:
        """Runs a query that writes, and keeps its locks while the block runs, HELD seconds at most; then it commits.

        There is one attempt. Whatever is raised in the block, or a process that is killed in it, undoes it.
        """
        query, until = _fitting(name, params), time.monotonic() + HELD
        session = self.driver().session(database=self._login.database)
        with self._watched(query), session, session.begin_transaction(timeout=HELD) as transaction:
            yield Held(_plain(transaction.run(query.text, params)), until, transaction)

    @contextmanager
    def _watched(self, query: queries.Query) -> Iterator[None]:
        """What goes wrong with a query as an error of wkw; how long it took is told, however it ended."""
        started = time.perf_counter()
        try:
            with _translated():
                yield
        except errors.GraphUnavailable:
            self._met = time.monotonic()
            raise
        except errors.QueryTimeout as error:
            if query.mode == "write":  # nobody can ask for less: what a write holds is bounded already
                raise errors.GraphBusy("The database was too busy to write it in time.") from error
            if time.monotonic() - self._met > WARMING:
                raise
            raise errors.GraphBusy("The database has just come up and is still slow.") from error
        finally:
            self.told(query.name, time.perf_counter() - started)

    def stream(self, name: str, /) -> Iterator[Row]:
        """The rows of a query that reads all there is, as they come, in one transaction that may take its time."""
        session = self.driver().session(database=self._login.database, default_access_mode=neo4j.READ_ACCESS)
        with _translated(), session, session.begin_transaction(timeout=0) as transaction:
            for record in transaction.run(queries.load(name).text):
                yield record.data()

    def plan(self, name: str) -> list[tuple[str, float]]:
        """The operators by which the database would carry out a query, and the rows it expects of each."""
        # Without its parameters it would be warned of each.
        quiet = self.driver().session(database=self._login.database, notifications_min_severity="OFF")
        with _translated(), quiet as session:
            return list(_operators(session.run(f"EXPLAIN {queries.load(name).text}").consume().plan or {}))

    def close(self) -> None:
        """Closes the connections; the graph can be used again and connects anew."""
        with self._lock:
            if self._driver and self._pid == os.getpid():
                self._driver.close()
            self._driver = None

    def _again(self, query: queries.Query, params: dict[str, object]) -> list[Row]:
        """Again with the same ids: after a cut COMMIT, even a read's, the driver does not; a lost race may once."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._run(query, params)
            except failures.IncompleteCommit:
                if attempt == ATTEMPTS:
                    raise
            except failures.ConstraintError:
                if attempt > 1:
                    raise
            except failures.ClientError as error:
                if _reason(error) != GONE or attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def _run(self, query: queries.Query, params: dict[str, object]) -> list[Row]:
        timed = neo4j.Query(query.text, timeout=self._profile.query)
        routing = neo4j.RoutingControl.READ if query.mode == "read" else neo4j.RoutingControl.WRITE
        driver = self.driver()
        rows: list[Row] = driver.execute_query(
            timed,
            params,
            routing_=routing,
            database_=self._login.database,
            result_transformer_=_plain,
            # One server needs no bookmarks, and would wait for them in vain where a copy of the graph was put back.
            bookmark_manager_=None if self._login.uri.startswith("bolt") else driver.execute_query_bookmark_manager,
        )
        return rows

    def driver(self) -> neo4j.Driver:
        """This process's driver."""
        with self._lock:
            if self._driver is None or self._pid != os.getpid():
                self._driver, self._pid = self._connect(), os.getpid()
                self._met = time.monotonic()
            return self._driver

    def _connect(self) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(
            self._login.uri,
            auth=(self._login.user, self._login.password),
            connection_timeout=self._profile.connect,
            connection_acquisition_timeout=self._profile.acquire,
            max_transaction_retry_time=self._profile.retry,
            max_connection_pool_size=20,
            max_connection_lifetime=600,
            liveness_check_timeout=2,
            telemetry_disabled=True,
            # A type or label that no row has yet is no news: an empty graph is a fine graph.
            notifications_disabled_classifications=["UNRECOGNIZED"],
        )


def _fitting(name: str, params: dict[str, object]) -> queries.Query:
    query = queries.load(name)
    if params.keys() != set(query.params):
        raise TypeError(f"{name} takes {sorted(query.params)}, not {sorted(params)}.")
    return query


def _one(name: str, rows: list[Row]) -> Row | None:
    if len(rows) > 1:
        raise TypeError(f"{name} returned {len(rows)} rows where one was expected.")
    return rows[0] if rows else None


def _operators(plan: dict[str, Any]) -> Iterator[tuple[str, float]]:
    yield plan["operatorType"].partition("@")[0], plan["args"]["EstimatedRows"]
    for child in plan.get("children", ()):
        yield from _operators(child)


def _plain(result: neo4j.Result) -> list[Row]:
    return [record.data() for record in result]


TOO_LONG = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration")
STUCK = ("LockClientStopped",)  # its time was over while it waited for a lock
GONE = "EntityNotFound"  # while it waited for a lock somebody merged the person into another
TOO_LARGE = ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError")


@contextmanager
def _translated() -> Iterator[None]:
    """What the driver raises, as an error of wkw; no text of the database goes on, it may hold an address."""
    try:
        yield
    except failures.IncompleteCommit as error:
        raise errors.OutcomeUnknown("The link to the database broke around COMMIT.") from error
    except failures.AuthError as error:
        raise errors.GraphRefused("The database refused the user or the password.") from error
    except failures.ConfigurationError as error:
        raise errors.SettingsError("The driver cannot use WKW_NEO4J_URI as it is.") from error
    except (failures.ServiceUnavailable, failures.SessionExpired, failures.ConnectionPoolError) as error:
        raise errors.GraphUnavailable("The database cannot be reached.") from error
    except failures.Neo4jError as error:
        raise _refusal(error) from error


def _reason(error: failures.Neo4jError) -> str:
    return (error.code or "").rsplit(".", 1)[-1]


def _refusal(error: failures.Neo4jError) -> Exception:
    code = _reason(error)
    if code in TOO_LONG:
        return errors.QueryTimeout("The question took longer than its time limit.")
    if code in TOO_LARGE:
        return errors.GraphBusy("The question needs more memory than the database allows.", code="query_too_large")
    if code == "AuthenticationRateLimit":
        return errors.GraphRefused("The database refuses logins for a while after too many wrong passwords.")
    if isinstance(error, failures.DatabaseUnavailable):
        return errors.GraphUnavailable("The database is not available just now.")
    if code == GONE:
        return errors.GraphBusy("Somebody else changed the same people meanwhile.")
    if code in STUCK or isinstance(error, failures.TransientError):
        return errors.GraphBusy("The database was busy: a lock or a limit was in the way.")
    if isinstance(error, failures.ConstraintError):
        return errors.GraphBusy("Another write was first, twice.", code="conflict")
    if isinstance(error, failures.DatabaseError):
        return errors.StorageFault("The database failed to carry out the query.")
    return error
