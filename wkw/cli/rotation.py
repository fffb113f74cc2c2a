"""The command that makes all address keys anew with one more secret."""

import click

from wkw import rotation, secret
from wkw.cli import show
from wkw.cli.opening import connected, recorded
from wkw.errors import SettingsError
from wkw.graph import Graph
from wkw.settings import ADDRESS_KEY, Settings, load, with_secrets

VARIABLE = "WKW_ADDRESS_KEY"


@click.command()
def rotate() -> None:
    """Make all address keys anew with one more secret.

    Where wkw made the secret itself, it makes the new one too. Else add it first: a line of its own behind those in
    WKW_ADDRESS_KEY or the file of WKW_ADDRESS_KEY_FILE. Keep the old ones. Nobody can use the graph until it is done;
    after a kill run it again. Then start `wkw serve` and `wkw clock` anew, and back WKW_STATE up.

    \b
    Example:
      wkw rotate
    """
    settings = with_secrets(load())
    with connected(settings) as (graph, _), recorded(settings, "rotate"):
        settings = _with_another(graph, settings)
        with show.working("Making keys anew") as progress:
            done = rotation.rotate(graph, settings, progress=progress)
    show.say(f"Made anew: keys {done}, with {len(settings.address_key)} secrets. Start whatever uses the graph again.")


def _with_another(graph: Graph, settings: Settings) -> Settings:
    """The settings with a secret that the graph's keys lack: one of the operator's, else one made now."""
    if rotation.pending(graph, settings):
        return settings
    if not secret.is_own(VARIABLE):
        raise SettingsError(
            f"{VARIABLE} holds no secret that the graph's keys lack.",
            remedy="Add a new one of 32 characters or more, on a line of its own behind the others, and run it again.",
        )
    secret.add(settings.state / ADDRESS_KEY, beside=len(settings.address_key))
    return with_secrets(settings)


COMMANDS = (rotate,)
