"""The demo: a sample organisation of fictional people in an embedded Neo4j of its own, one question, then the API."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import click

from wkw import embedded, keys, people, schema
from wkw.addresses import address_key
from wkw.cli import show
from wkw.cli.answers import print_answer
from wkw.cli.opening import connected
from wkw.connectors import directory, files, interchange, mail
from wkw.graph import Graph
from wkw.ingest import Ingest, Report
from wkw.interactions import DAY
from wkw.lookup import Question, Target, lookup
from wkw.model import Dropped, Event, Listing
from wkw.moment import Moment, moment
from wkw.settings import Settings, load, sandboxed, with_secrets
from wkw.web import create_app
from wkw.web.serving import serve

DOMAIN = "norrsken.example"
ASKER = f"sara.nyqvist@{DOMAIN}"
LEAD = "lova.lindqvist@isbrya.example"
BRIDGED = "celine.marchetiere@zephyrine.example"


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the answer instead of serving the API.")
def demo(no_serve: bool) -> None:
    """Load a sample organisation, answer one question about it, then serve the API.

    The sample lies in a folder of its own (`demo` in WKW_DATA) and never meets your data. Its people are
    fictional; its dates are shifted so that the newest event is yesterday.

    \b
    Example:
      wkw demo --no-serve
    """
    settings = with_secrets(sandboxed(load(), "demo", domains=(DOMAIN,)))
    with connected(settings) as (graph, endpoint):
        at = moment()
        schema.migrate(graph, settings, now=at.now)
        report = _load(graph, settings, at)
        show.err.print(f"{report.submitted} events of the sample organisation: {report.fates['stored']} stored.\n")
        print_answer(lookup(graph, settings, _question(settings, at)))
        if not no_serve and endpoint:
            _serve(graph, settings, endpoint, at)


def _load(graph: Graph, settings: Settings, at: Moment) -> Report:
    sample = Path(str(resources.files("wkw").joinpath("sample")))
    paths = [sample / "mail.tar.zst", sample / "meetings.jsonl"]
    with show.reading(files.size(paths), "Reading the sample") as progress:
        records = [*mail.read(paths[:1], progress=progress), *interchange.read(paths[1:], progress=progress)]
    days = at.day - 1 - max(record.at for record in records if isinstance(record, Event)) // DAY
    people.load(graph, settings, [_later(one, days) for one in directory.read(sample / "people.csv")], day=at.day)
    return Ingest(graph, settings, now=at.now).run(_shifted(records, days))


def _shifted(records: list[Event | Dropped], days: int) -> Iterator[Event | Dropped]:
    for record in records:
        yield replace(record, at=record.at + days * DAY) if isinstance(record, Event) else record


def _later(listing: Listing, days: int) -> Listing:
    first, until = listing.first_day, listing.until_day
    return replace(
        listing,
        first_day=None if first is None else first + days,
        until_day=None if until is None else until + days,
    )


def _question(settings: Settings, at: Moment) -> Question:
    asker = address_key(settings.address_key, f"mailto:{ASKER}")
    return Question(Target(uri=f"mailto:{LEAD}"), asker, at.day)


def _serve(graph: Graph, settings: Settings, endpoint: embedded.Endpoint, at: Moment) -> None:
    tomorrow = at.now + DAY
    key = keys.create(graph, settings, f"mailto:{ASKER}", name="demo", day=at.day, now=at.now, expires=tomorrow)
    app = create_app(graph, settings)
    graph.close()  # no connection may cross the fork
    serve(app, host=settings.host, port=settings.port, ready=lambda: click.echo(_hints(settings, endpoint, key)))


def _hints(settings: Settings, endpoint: embedded.Endpoint, key: str) -> str:
    base = f"http://{settings.host}:{settings.port}"
    bodies: tuple[dict[str, object], ...] = (
        {"target": {"address": LEAD}, "purpose": "lead_followup"},
        {"target": {"name": "Lova Lindqvist"}, "purpose": "lead_followup", "one_way": True},
    )
    calls = [f"curl -s {base}/readyz", *(_curl(base, key, body) for body in bodies)]
    return "\n".join(
        [
            "\nTry next, in another terminal:",
            *(f"  {call}" for call in calls),
            f"\nNeo4j Browser: {endpoint.browser} - user {endpoint.user}, password {endpoint.password}",
            f"From the command line: WKW_DATA={settings.data} wkw lookup {BRIDGED} --as {ASKER}",
            "\nStop with Ctrl-C.",
        ]
    )


def _curl(base: str, key: str, body: dict[str, object]) -> str:
    return (
        f"curl -s {base}/v1/lookups -H 'Authorization: Bearer {key}' "
        f"-H 'Content-Type: application/json' -d '{json.dumps(body)}'"
    )


COMMANDS = (demo,)
