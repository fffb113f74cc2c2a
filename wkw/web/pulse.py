"""Whether the database answers and knows all decisions on sharing, asked no more often than it is worth."""

import time
from threading import Lock

from wkw import schema, sharing
from wkw.errors import WkwError
from wkw.graph import Graph
from wkw.moment import moment
from wkw.settings import Settings

FRESH = 1  # seconds in which an answer is given again


class Pulse:
    """What the database said last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked = -float("inf")
        self._error: WkwError | None = None

    def feel(self, graph: Graph, settings: Settings) -> None:
        """Asks the database, unless somebody just did; raises what was wrong."""
        with self._lock:
            if time.monotonic() - self._asked >= FRESH:
                self._error = _ask(graph, settings)
                self._asked = time.monotonic()
            if self._error:
                raise self._error.with_traceback(None)


def _ask(graph: Graph, settings: Settings) -> WkwError | None:
    try:
        schema.opened(graph, settings)
        sharing.settle(graph, settings, now=moment().now)
    except WkwError as error:
        return error
    return None
