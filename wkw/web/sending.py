"""Sends mails in the background: at once where one was written, and again as long as one waits."""

import os
import threading
from contextlib import suppress

from wkw import outbox
from wkw.errors import WkwError
from wkw.graph import Graph
from wkw.moment import moment
from wkw.outbox import Compose
from wkw.settings import Settings
from wkw.web.eyes import Eyes

PAUSE = 10  # seconds between two looks while a mail waits
AWAY = 60  # seconds to the next look where the mail server is away
ENDING = 20  # seconds that a mail under way has when the process ends


class Sender:
    """One thread of a process, there as long as a mail waits."""

    def __init__(self, graph: Graph, settings: Settings, eyes: Eyes, compose: Compose):
        self._graph, self._settings, self._eyes, self._compose = graph, settings, eyes, compose
        self._lock = threading.Lock()
        self._pid = 0  # of the process whose thread runs
        self._woken, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Has it look now, and starts it, unless it runs; it does not survive a fork."""
        with self._lock:
            if self._settings.post is None or self._stop.is_set():
                return
            self._woken.set()
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Ends it before the next mail, and waits for the one under way, ENDING seconds at most."""
        with self._lock:
            self._stop.set()
            self._woken.set()
        if self._thread and self._pid == os.getpid():
            self._thread.join(ENDING)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._woken.clear()
            mails, pause = 1, PAUSE
            with suppress(WkwError):  # what was leased then comes again by itself
                fates = outbox.deliver(
                    self._graph, self._settings, self._compose, now=lambda: moment().now, stop=self._stop
                )
                mails, pause = outbox.waiting(self._graph), AWAY if fates["away"] else PAUSE
                self._eyes.mailed(fates, mails)
            with self._lock:
                if not mails and not self._woken.is_set():
                    self._pid = 0
                    return
            self._woken.wait(pause)
