"""Deletes in the background what is left of people whose gates are closed; an answer need not wait for it."""

import os
import threading
from contextlib import suppress

from wkw import sharing
from wkw.errors import WkwError
from wkw.graph import Graph
from wkw.ledger import ledger
from wkw.moment import moment
from wkw.settings import Settings

PAUSE = 5  # seconds after which it is tried again


class Purger:
    """One thread of a process, there as long as there is something to delete."""

    def __init__(self, graph: Graph, settings: Settings):
        self._graph, self._settings = graph, settings
        self._lock = threading.Lock()
        self._pid = 0  # of the process whose thread runs

    def wake(self) -> None:
        """Starts it, unless it runs; it does not survive a fork."""
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="purge", daemon=True).start()

    def _run(self) -> None:
        while True:
            with suppress(WkwError):  # the receipt tells, and it is tried again
                sharing.finish(self._graph, self._settings, now=moment().now)
            with self._lock:
                if self._done():
                    self._pid = 0
                    return
            threading.Event().wait(PAUSE)

    def _done(self) -> bool:
        with suppress(WkwError):
            return not ledger(self._settings).unfinished()
        return False
