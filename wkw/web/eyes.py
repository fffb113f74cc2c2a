"""What Prometheus may see: how many requests of which route ended how, and how long they and the queries took."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from wkw.model import Fate

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)  # seconds
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where worker processes count together


@contextmanager
def counted_together() -> Iterator[None]:
    """Lets all processes that are forked inside count together.

    A forked one leaves the block too when it ends: only who made the folder takes it away.
    """
    owner, os.environ[FOLDER] = os.getpid(), mkdtemp(prefix="wkw-metrics-")
    try:
        yield
    finally:
        if os.getpid() == owner:
            rmtree(os.environ.pop(FOLDER))


class Eyes:
    """The metrics of an application, over all its worker processes; no label names a person or a path."""

    def __init__(self) -> None:
        # At its first import it looks whether FOLDER is set, which `wkw serve` does late.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        held: dict[str, Any] = {"registry": self._registry}
        self._requests = Counter("wkw_requests", "Requests answered.", ("route", "method", "status"), **held)
        self._seconds = Histogram("wkw_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, **held)
        self._queries = Histogram("wkw_query_seconds", "Time of a query.", ("query",), buckets=BUCKETS, **held)
        self._refusals = Counter("wkw_refusals", "Problems told.", ("code",), **held)
        self._mails = Counter("wkw_mails", "What became of mails that were due.", ("fate",), **held)
        self._waiting = Gauge("wkw_mails_waiting", "Mails that wait.", multiprocess_mode="mostrecent", **held)
        self._rows = Counter("wkw_interactions", "What became of interactions handed in.", ("fate",), **held)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a request that was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def asked(self, query: str, seconds: float) -> None:
        """Counts a query, however it ended."""
        self._queries.labels(query).observe(seconds)

    def refused(self, code: str) -> None:
        """Counts a problem that was told."""
        self._refusals.labels(code).inc()

    def handed_in(self, fates: Mapping[Fate, int]) -> None:
        """Counts interactions by their fate."""
        for fate, count in fates.items():
            self._rows.labels(fate).inc(count)

    def mailed(self, fates: Mapping[Any, int], waiting: int) -> None:
        """Counts mails by their fate, and tells how many wait."""
        for fate, count in fates.items():
            self._mails.labels(fate).inc(count)
        self._waiting.set(waiting)

    def text(self) -> tuple[bytes, str]:
        """All of it as Prometheus reads it, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = self._registry
        if os.environ.get(FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return generate_latest(registry), CONTENT_TYPE_LATEST
