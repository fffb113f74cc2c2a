"""The program `wkw` and its commands; results go to stdout, everything else to stderr."""

import logging
from typing import Any

import click

from wkw.cli import administration, answers, demo, intake, servers
from wkw.errors import Ambiguous, WkwError


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


class Program(click.Group):
    """A group whose commands fail with one line and no traceback for whatever a user can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except WkwError as error:
            raise Refusal(error) from error


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wkw")
def main() -> None:
    """Who among my colleagues can introduce me to this lead, how well do they know them, and how do I ask?

    Without WKW_NEO4J_URI wkw runs a Neo4j of its own in WKW_DATA; nothing has to be installed.

    \b
    Example:
      wkw demo
      wkw lookup lea@kund.example --as anna@nord.example
    """
    # The driver warns of each retry; what comes of them is told by errors of our own.
    logging.getLogger("neo4j").setLevel(logging.ERROR)


for room in (demo, servers, intake, answers, administration):
    for command in room.COMMANDS:
        main.add_command(command)
