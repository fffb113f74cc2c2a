"""The program as its users run it: in a process of its own, or in this one where that would take too long."""

import os
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

from click.testing import CliRunner

import wkw
from wkw.cli import main

WKW = (sys.executable, "-m", "wkw")
SMALL_FILES_ONLY = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")  # whoever writes a file finds the disk full


def free_port():
    """A port on which nobody listens just now."""
    with closing(create_server(("127.0.0.1", 0))) as opened:
        return opened.getsockname()[1]


@dataclass(frozen=True)
class Done:
    """How a run of the program ended, and what it said on stdout and stderr."""

    code: int
    out: str
    err: str

    def __post_init__(self):
        assert "Traceback" not in self.err + self.out, self.err

    @property
    def line(self):
        """The only line of a refusal, on stderr; nothing else was said."""
        [line] = self.err.splitlines()
        assert (self.code, self.out) == (1, ""), self
        return line


class Program:
    """wkw with some settings; further ones, or None for those to leave out, come with each call."""

    def __init__(self, **settings):
        self.settings = settings

    def __call__(self, *words, **settings):
        """Runs it in this process."""
        done = CliRunner().invoke(main, [*map(str, words)], env=self.settings | settings, prog_name="wkw")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def outside(self, *words, before=(), **settings):
        """Runs it in a process of its own."""
        with self.running(*words, before=before, **settings) as process:
            out, err = process.communicate(timeout=180)
        return Done(process.returncode, out, err)

    @contextmanager
    def running(self, *words, before=(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings):
        """Starts it and does not wait; what still runs in the end is killed."""
        process = subprocess.Popen(
            [*before, *WKW, *map(str, words)],
            cwd=Path(wkw.__file__).parent.parent,
            env=self.environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def environment(self, **settings):
        """The environment variables of a run; none of the settings of whoever runs the tests."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("WKW_")}
        return ours | {name: value for name, value in (self.settings | settings).items() if value is not None}


def program_of(lab):
    """The program on the graph of a lab."""
    settings = lab.settings
    return Program(
        WKW_DATA=str(settings.data),
        WKW_STATE=str(settings.state),
        WKW_DOMAINS=",".join(settings.domains),
        WKW_ADDRESS_KEY=b"\n".join(settings.address_key).decode(),
        WKW_INTERACTION_KEY=settings.interaction_key.decode(),
        WKW_NEO4J_URI=lab.login.uri,
        WKW_NEO4J_USER=lab.login.user,
        WKW_NEO4J_PASSWORD=lab.login.password,
    )
