"""The process that keeps one home's server running while somebody is attached: python -m wkw.embedded.supervisor."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from wkw.embedded import faults, locks, server
from wkw.embedded.home import Home, connection_of
from wkw.errors import EmbeddedError

LOG = logging.getLogger("wkw.embedded.supervisor")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
POLL = 0.5  # seconds between looks at who is attached
LONGEST_PAUSE = 30.0


class Asked(Exception):
    """Somebody asked the supervisor to stop."""


def pause(seconds: float) -> None:
    """Sleep until `seconds` are over or a child ended; raises Asked when asked to stop."""
    got = signal.sigtimedwait(SIGNALS, seconds)
    if got and got.si_signo != signal.SIGCHLD:
        raise Asked


class Supervisor:
    """Holds `supervisor.lock` of its home for as long as it lives; the lock file says its process id and state."""

    def __init__(self, home: Home, linger: float):
        self.home = home
        self.linger = linger
        self.held = locks.alone(home.supervisor_lock)
        self.last_seen = time.monotonic()
        self.process: subprocess.Popen[bytes] | None = None
        self.gate: int | None = None
        os.ftruncate(self.held, 0)  # the process id of the one before

    def say(self, state: str) -> None:
        """Let those who look know the state: starting, running or stopping."""
        os.pwrite(self.held, f"{os.getpid()} {state:<10}\n".encode(), 0)
        LOG.info(state)

    def run(self) -> None:
        """Start the server, and again when it dies, until nobody has been attached for `linger` seconds."""
        try:
            self.start()
            while not self.unwanted():
                pause(POLL)
                if self.process and self.process.poll() is not None:
                    LOG.warning("the server ended with status %s", self.process.returncode)
                    self.start_again()
        except Asked:
            LOG.info("asked to stop")
        self.say("stopping")
        if self.process:
            server.stop(self.home, self.process)

    def start(self) -> None:
        """Start the server and wait for it; an EmbeddedError when it does not start."""
        self.say("starting")
        connection = connection_of(self.home)
        if connection is None:
            raise EmbeddedError("The embedded Neo4j was not prepared.", remedy="Start it through wkw.")
        with faults.told(self.home.path):
            self.process = server.spawn(self.home, pause)
        server.ready(self.home, self.process, connection.bolt, pause)
        self.say("running")

    def start_again(self) -> None:
        """Start the server as often as it takes while somebody is attached, each time after a longer pause."""
        wait = POLL
        while not self.unwanted():
            try:
                self.start()
                break
            except EmbeddedError as error:
                LOG.warning("%s", error.message)
                pause(wait)
                wait = min(2 * wait, LONGEST_PAUSE)

    def unwanted(self) -> bool:
        """Whether nobody has been attached for `linger` seconds; if so, nobody can attach before this process ends."""
        if self.gate is None:
            self.gate = locks.alone_now(self.home.attached_lock)
        if self.gate is None:
            self.last_seen = time.monotonic()
        elif time.monotonic() - self.last_seen < self.linger:
            os.close(self.gate)
            self.gate = None
        # Else the gate stays shut: whoever comes now waits for the end of this process and then starts anew.
        return self.gate is not None


def main(data: str, linger: str) -> int:
    """Take the lock of the home, leave the caller, supervise."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    home = Home(Path(data))
    supervisor = Supervisor(home, float(linger))
    if os.fork():
        os._exit(0)  # the caller sees the end of this process and knows that the lock is held
    try:
        supervisor.run()
    except EmbeddedError as error:
        LOG.error("%s", error.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
