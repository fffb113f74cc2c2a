"""The program `wkw` and its commands; results go to stdout, everything else to stderr."""

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

import click

from wkw.cli import (
    administration,
    answers,
    audit,
    compact,
    demo,
    doctor,
    exclusions,
    exposure,
    identity,
    intake,
    introductions,
    jobs,
    parts,
    people,
    policy,
    proof,
    rotation,
    servers,
    sources,
)
from wkw.errors import Ambiguous, WkwError

FIRST = ("demo", "migrate", "people", "ingest", "lookup")


class Refusal(click.ClickException):
    """One line that says what, why and what to do; exit code 1."""

    def __init__(self, error: WkwError):
        super().__init__(str(error))
        self.candidates = error.candidates if isinstance(error, Ambiguous) else []

    def show(self, file: Any = None) -> None:
        """Prints the line, then the candidates where there are several."""
        click.echo(f"wkw: {self.message}", err=True)
        for found in self.candidates:
            click.echo(f"  {found['id']}  {found['name']}  {found['company'] or ''}".rstrip(), err=True)


class Interruption(click.ClickException):
    """One line after Ctrl-C; exit code 130, as shells have it."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Interrupted. What was stored stays; run the same again to complete it.")

    def show(self, file: Any = None) -> None:
        """Prints the line, below the ^C that the terminal shows."""
        click.echo(f"\nwkw: {self.message}" if sys.stderr.isatty() else f"wkw: {self.message}", err=True)


class Program(click.Group):
    """A group whose commands fail with one line and no traceback for whatever a user can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (Exception, KeyboardInterrupt) as error:
            # An interrupted driver may stumble over its own half-read answer and raise whatever comes of that.
            if any(isinstance(cause, KeyboardInterrupt) for cause in _history(error)):
                raise Interruption from error
            if isinstance(error, WkwError):
                raise Refusal(error) from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that one needs first, in that order, then the others by name."""
        return sorted(self.commands, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))


def _history(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__context__


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wkw", message="%(prog)s, version %(version)s")
def main() -> None:
    """Who among my colleagues can introduce me to this lead, how well do they know them, and how do I ask?

    Without WKW_NEO4J_URI wkw runs a Neo4j of its own in WKW_DATA; nothing has to be installed.

    \b
    Example:
      wkw demo
      WKW_DOMAINS=nord.example wkw migrate
      wkw people people.csv
      wkw ingest mail archive.mbox
      wkw lookup lea@kund.example --as anna@nord.example
    """
    # What the driver has to tell is told by errors of our own; without a handler Python would print it.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show is no reason to fail


for room in (
    demo,
    servers,
    people,
    intake,
    identity,
    exclusions,
    policy,
    answers,
    introductions,
    parts,
    exposure,
    proof,
    jobs,
    doctor,
    sources,
    administration,
    rotation,
    compact,
    audit,
):
    for command in room.COMMANDS:
        main.add_command(command)
