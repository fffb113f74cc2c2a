"""The demo: a sample organisation of fictional people in an embedded Neo4j of its own, one question, then the API."""

import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path
from shutil import which
from socket import socket

import click

from wkw import embedded, keys, people, schema
from wkw.addresses import address_key
from wkw.cli import show
from wkw.cli.answers import print_answer
from wkw.cli.jobs import weighed
from wkw.cli.opening import connected
from wkw.cli.sink import sink
from wkw.cli.story import introduce
from wkw.connectors import directory, files, interchange, mail
from wkw.errors import JobTaken, SettingsError
from wkw.graph import Graph
from wkw.ingest import Ingest, Report
from wkw.interactions import DAY
from wkw.lookup import Question, lookup
from wkw.model import FATES, Dropped, Event, Listing, Target
from wkw.moment import Moment, moment
from wkw.settings import Settings, load, sandboxed, with_secrets
from wkw.web import create_app
from wkw.web.calls import SERVED
from wkw.web.serving import PORT_TAKEN, listening, serve, url
from wkw.web_settings import Post

FOLDER = "demo"  # in WKW_DATA
DOMAIN = "norrsken.example"
ASKER = f"sara.nyqvist@{DOMAIN}"
LEAD = "lova.lindqvist@isbrya.example"
BY_NAME, ON_THE_COMMAND_LINE = "Céline Marchetière", "Margaux Delaunoy"


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the answer instead of serving the API.")
def demo(no_serve: bool) -> None:
    """Load a sample organisation, answer a question, serve.

    The sample lies in a folder of its own (`demo` in WKW_DATA) and never meets your data. Its people are
    fictional; its dates are shifted so that the newest event is yesterday.

    \b
    Example:
      wkw demo --no-serve
    """
    settings = with_secrets(sandboxed(load(), FOLDER, domains=(DOMAIN,)))
    with ExitStack() as stack:
        opened = None if no_serve else stack.enter_context(_port(settings))
        graph, endpoint = stack.enter_context(connected(settings))
        at = moment()
        schema.migrate(graph, settings, now=at.now)
        _said(_load(graph, settings, at))
        with suppress(JobTaken):  # another demo does it
            weighed(graph, settings)  # for Neo4j Browser
        question = _question(settings, at)
        print_answer(answer := lookup(graph, settings, question))
        settings = _with_post(settings, stack.enter_context(sink()), opened)
        introduce(graph, settings, answer, who=question.asker, at=at)
        if opened and endpoint:
            _serve(graph, settings, endpoint, opened, at)


def _port(settings: Settings) -> socket:
    """The port to serve on, or another one: a demo should not fail because somebody uses the usual port."""
    try:
        return listening(settings.host, settings.port)
    except SettingsError as error:
        if error.code != PORT_TAKEN:
            raise
        show.note(f"{error.message} The demo takes another one.")
        return listening(settings.host, 0)


def _with_post(settings: Settings, port: int, opened: socket | None) -> Settings:
    """The settings with a mail server on this machine that prints what it is given."""
    place = url(opened) if opened else f"http://{settings.host}:{settings.port}"
    return replace(settings, post=Post("127.0.0.1", port, f"wkw@{DOMAIN}", place, sealed=False))


def _said(report: Report) -> None:
    fates = ", ".join(f"{report.fates[fate]} {fate}" for fate in FATES if report.fates[fate])
    show.note(f"Norrsken AB, a fictional company: {report.submitted} events, {fates}.")
    show.note("You are Sara Nyqvist, one of its sellers.\n")


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


def _serve(graph: Graph, settings: Settings, endpoint: embedded.Endpoint, opened: socket, at: Moment) -> None:
    tomorrow = at.now + DAY
    key = keys.create(graph, settings, f"mailto:{ASKER}", name="demo", day=at.day, now=at.now, expires=tomorrow)
    app = create_app(graph, settings)
    graph.close()  # no connection may cross the fork
    hints = _hints(settings, endpoint, url(opened), key)
    served = app.extensions[SERVED]
    serve(app, opened, ready=lambda: show.say(hints), begin=served.begin, end=served.sender.stop)


def _hints(settings: Settings, endpoint: embedded.Endpoint, base: str, key: str) -> str:
    by_address = {"target": {"address": LEAD}, "purpose": "lead_followup"}
    by_name = {"target": {"name": BY_NAME}, "purpose": "lead_followup", "one_way": True}
    data = shlex.quote(str(settings.data.absolute()))
    return f"""
Serving on {base} until Ctrl-C. Try next, in another terminal:

  # Does it answer?
  curl -s {base}/readyz

  # The same question over HTTP
  curl {_request(base, key, by_address)}

  # Another lead, by name, and with colleagues whom she never answered
  curl {_request(base, key, by_name)}

  # A third one on the command line
  WKW_DATA={data} {_program()} lookup {shlex.quote(ON_THE_COMMAND_LINE)} --as {ASKER}

The graph itself in Neo4j Browser: {endpoint.browser}
  user: {endpoint.user}
  password: {endpoint.password}

Your own mail: WKW_DOMAINS=your.domain {_program()} migrate, then {_program()} ingest mail FILE"""


def _program() -> str:
    """How this program is called: by its name where the shell finds it."""
    if which("wkw"):
        return "wkw"
    beside = Path(sys.executable).with_name("wkw")
    return shlex.quote(str(beside)) if beside.exists() else f"{shlex.quote(sys.executable)} -m wkw"


def _request(base: str, key: str, body: Mapping[str, object]) -> str:
    return (
        f"-s {base}/v1/lookups -H 'Authorization: Bearer {key}' "
        f"-H 'Content-Type: application/json' -d '{json.dumps(body, ensure_ascii=False)}'"
    )


COMMANDS = (demo,)
