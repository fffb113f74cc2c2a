"""Commands that start and stop servers."""

import click

from wkw import embedded
from wkw.cli.opening import connected
from wkw.cli.show import err
from wkw.errors import SettingsError
from wkw.graph import WEB
from wkw.settings import load, with_secrets
from wkw.web import create_app
from wkw.web.serving import serve as serve_app


@click.command()
def serve() -> None:
    """Serve the HTTP API on WKW_HOST and WKW_PORT (127.0.0.1:8080) until told to stop.

    \b
    Example:
      WKW_PORT=9000 wkw serve
    """
    settings = with_secrets(load())
    with connected(settings, WEB) as (graph, _):
        app = create_app(graph, settings)
        graph.close()  # no connection may cross the fork
        ready = f"Serving on http://{settings.host}:{settings.port} - stop with Ctrl-C."
        serve_app(app, host=settings.host, port=settings.port, ready=lambda: err.print(ready))


@click.command()
def down() -> None:
    """Stop the embedded Neo4j of WKW_DATA at once.

    \b
    Example:
      wkw down
    """
    settings = load()
    if settings.neo4j_uri:
        raise SettingsError("WKW_NEO4J_URI is set: that Neo4j is not wkw's to stop.", remedy="Stop it where it runs.")
    click.echo("Stopped." if embedded.down(settings.data) else "Nothing was running.")


COMMANDS = (serve, down)
