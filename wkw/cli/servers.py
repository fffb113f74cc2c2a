"""Commands that start and stop servers."""

import click

from wkw import embedded
from wkw.cli import show
from wkw.cli.demo import FOLDER
from wkw.cli.opening import connected
from wkw.errors import SettingsError
from wkw.graph import WEB
from wkw.settings import load, with_secrets
from wkw.web import create_app, logs
from wkw.web.calls import SERVED
from wkw.web.eyes import counted_together
from wkw.web.serving import check, listening, url
from wkw.web.serving import serve as serve_app


@click.command()
def serve() -> None:
    """Serve the HTTP API until told to stop.

    It listens on WKW_HOST and WKW_PORT, 127.0.0.1 and 8080 where they are not set.

    Its log goes to stderr, a JSON object a line.

    \b
    Example:
      WKW_PORT=9000 wkw serve
    """
    settings = with_secrets(load())
    check(settings)
    with counted_together(), listening(settings.host, settings.port) as opened, connected(settings, WEB) as (graph, _):
        app = create_app(graph, settings)
        graph.close()  # no connection may cross the fork
        logs.configure()
        ready, served = f"Serving on {url(opened)} - stop with Ctrl-C.", app.extensions[SERVED]
        around = {"begin": served.begin, "end": served.sender.stop}
        serve_app(app, opened, patience=settings.patience, ready=lambda: show.note(ready), **around)


@click.command()
def down() -> None:
    """Stop the embedded Neo4j of WKW_DATA, and the demo's.

    Each stops by itself a minute after the last command that used it.

    \b
    Example:
      wkw down
    """
    settings = load()
    if settings.neo4j_uri:
        raise SettingsError("WKW_NEO4J_URI is set: that Neo4j is not wkw's to stop.", remedy="Stop it where it runs.")
    stopped = [embedded.down(folder) for folder in (settings.data, settings.data / FOLDER)]
    show.say("Stopped." if any(stopped) else "Nothing was running.")


COMMANDS = (serve, down)
