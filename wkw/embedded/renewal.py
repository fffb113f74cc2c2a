"""Renew the files of a data folder: a second server is filled, and its files take the place of the first's."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from wkw.embedded import faults, jars, locks, server
from wkw.embedded.attach import down
from wkw.embedded.home import PRODUCT, Connection, Endpoint, Home, Tuning, write_private
from wkw.errors import EmbeddedError

BLINK = 2.0  # seconds; a supervisor that looks who is attached holds their lock for less


@contextmanager
def renewed(
    data: Path, *, repository: str | None = None, progress: jars.Progress | None = None, tuning: Tuning = PRODUCT
) -> Iterator[tuple[Endpoint, Endpoint]]:
    """The server of the folder `data` and an empty one, whose files take the place of the first's at a good end.

    Nobody else is let in meanwhile; an EmbeddedError where somebody is attached. Killed anywhere, the folder has the
    old files or the new ones, whole.
    """
    home = Home(data)
    with faults.told(home.path):
        home.make()
        held = _alone(home)
    prepare = partial(
        server.prepare,
        lock=jars.read(jars.LTS),
        maven=jars.maven_cache(),
        repository=repository,
        progress=progress,
        tuning=tuning,
        bolt_port=None,
        http_port=None,
    )
    try:
        down(data)  # the server of those who have left lingers
        with _running(home, prepare) as old, _running(_spare(home), prepare) as new:
            yield old, new
        with faults.told(home.path):
            home.renew()
    finally:
        os.close(held)


def _alone(home: Home) -> int:
    patience = time.monotonic() + BLINK
    while (held := locks.alone_now(home.attached_lock)) is None:
        if time.monotonic() > patience and not locks.is_held(home.attached_lock):
            raise EmbeddedError(
                "Somebody uses the embedded Neo4j.",
                remedy="Stop `wkw serve`, `wkw clock` and whatever else uses it, and run this again.",
            )
        time.sleep(server.POLL)
    return held


def _spare(home: Home) -> Home:
    """A home for the second server, with the password of the first, which is kept beside its files."""
    with faults.told(home.path):
        home.spare.make()
        write_private(home.spare.connection, home.connection.read_text())
    return home.spare


@contextmanager
def _running(home: Home, prepare: Callable[[Home], Connection]) -> Iterator[Endpoint]:
    connection = prepare(home)
    process = server.spawn(home, time.sleep)
    try:
        server.ready(home, process, connection.bolt, time.sleep)
        yield connection.endpoint
    finally:
        server.stop(home, process)
