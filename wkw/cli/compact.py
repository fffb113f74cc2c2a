"""The command that leaves nothing of what was deleted in the files of the embedded Neo4j."""

import click

from wkw import schema
from wkw.cli import show
from wkw.cli.opening import beside, recorded
from wkw.errors import SettingsError
from wkw.moment import moment
from wkw.settings import load, with_secrets
from wkw.transfer import transfer


@click.command()
def compact() -> None:
    """Write the embedded Neo4j's files without what was deleted.

    A database deletes by marking: the bytes stay in its files and in its log of transactions until their place is
    needed. Stop `wkw serve` and `wkw clock` before; whoever comes meanwhile waits. It needs the room for both.

    \b
    Example:
      wkw compact
    """
    settings = with_secrets(load())
    if settings.neo4j_uri:
        raise SettingsError(
            "WKW_NEO4J_URI is set: the files of that Neo4j are not wkw's.",
            remedy='Follow "Erased for good" in the README.',
        )
    with beside(settings) as (old, new), recorded(settings, "compact"):
        schema.opened(old, settings)
        schema.migrate(new, settings, now=moment().now)
        with show.working("Copying the graph") as progress:
            done = transfer(old, new, progress=progress)
    show.say(f"Written anew: nodes {done['nodes']}, edges {done['edges']}. Nothing of what was deleted is left.")


COMMANDS = (compact,)
