"""The command that checks a deployment: each check yields what is not as it should be, and what to do about it."""

import re
import stat
import time
from collections.abc import Callable, Iterator

import click

from wkw import mail, outbox, queries, schema, troubles
from wkw.cli import show
from wkw.cli.opening import opened
from wkw.errors import WkwError
from wkw.graph import Graph
from wkw.moment import moment
from wkw.notices import Notice, finding
from wkw.settings import Settings
from wkw.web import limits, serving, tokens

OLDEST = (5, 26)  # of Neo4j; calendar versions are greater
SKEW = 5  # seconds between the database's clock and ours
HOT = ("lookup", "connections", "keys")  # rooms whose queries must not scan, however large the graph
SMALL = {"keys/list"}
FEW = 1000  # rows that a scan may expect: of a small graph that is the best way
SCANS = ("AllNodesScan", "NodeByLabelScan", "NodeIndexScan", "RelationshipTypeScan")

Check = Callable[[Graph, Settings], Iterator[Notice]]


def exposure(graph: Graph, settings: Settings) -> Iterator[Notice]:
    """What other machines could see: passwords, debugging, secrets that others may read."""
    yield from _told(lambda: serving.check(settings))
    for path in (settings.state, *settings.state.glob("*.key")):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield finding("readable_secret", f"Others may read {path}.", f"Run `chmod go= {path}`.")


def server(graph: Graph, settings: Settings) -> Iterator[Notice]:
    """The version of Neo4j, and its clock."""
    before = time.time()
    row = schema.server(graph)
    version = tuple(int(part) for part in re.findall(r"\d+", row["version"])[:2])
    if version < OLDEST:
        yield finding("old_server", f"This is Neo4j {row['version']}.", "Use 5.26 LTS or a calendar version.")
    skew = max(before - row["now"] / 1000, row["now"] / 1000 - time.time())
    if skew > SKEW:
        remedy = "Let both machines take their time from NTP: leases and limits rely on it."
        yield finding("clock_skew", f"The database's clock is {skew:.0f} s away from this one.", remedy)


def plans(graph: Graph, settings: Settings) -> Iterator[Notice]:
    """No query that somebody waits for scans the graph."""
    for name in (name for room in HOT for name in queries.names(room) if name not in SMALL):
        scans = sorted({step for step, rows in graph.plan(name) if step.startswith(SCANS) and rows > FEW})
        if scans:
            remedy = "Check the indexes; if they are there, report it with the version of Neo4j."
            yield finding("plan_scans", f"The query {name} would scan the graph: {', '.join(scans)}.", remedy)


def provider(graph: Graph, settings: Settings) -> Iterator[Notice]:
    """The identity provider gives its keys."""
    if settings.oidc and (why := tokens.trouble(settings.oidc)):
        remedy = "Check WKW_OIDC_ISSUER, and whether this machine reaches it."
        yield finding("identity_provider", f"The identity provider's keys cannot be read: {why}.", remedy)


def post(graph: Graph, settings: Settings) -> Iterator[Notice]:
    """The mail server takes mail, where any is sent, and none waits in vain."""
    if sending := settings.post:
        yield from _told(lambda: mail.check(sending))
    yield from outbox.troubles(graph, settings, now=moment().now)


def counting(graph: Graph, settings: Settings) -> Iterator[Notice]:
    """What callers do can be counted."""
    yield from _told(lambda: limits.Limits(settings.limits).enter("doctor", now=moment().now))


def _told(check: Callable[[], None]) -> Iterator[Notice]:
    """What a check refuses, as something found."""
    try:
        check()
    except WkwError as error:
        yield finding(error.code, error.message, error.remedy)


CHECKS: dict[str, Check] = {
    "exposure": exposure,
    "server and clock": server,
    "constraints and indexes": lambda graph, settings: troubles.indexes(graph),
    "plans": plans,
    "identity provider": provider,
    "mail": post,
    "limits": counting,
    "sources and jobs": lambda graph, settings: troubles.late(graph, settings, day=moment().day),
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of lines.")
def doctor(as_json: bool) -> None:
    """Check this deployment, and say what to do for each finding.

    Settings, secrets and schema first: where those do not fit nothing else is looked at. Then what others could see,
    Neo4j's version and clock, constraints, indexes and plans, the identity provider, mail, limits, sources and jobs.

    \b
    Example:
      wkw doctor
    """
    with opened() as (graph, settings):
        found = {name: list(check(graph, settings)) for name, check in CHECKS.items()}
    notices = [notice for told in found.values() for notice in told]
    if as_json:
        show.out_json({"healthy": not notices, "notices": notices, "checked": list(CHECKS)})
    else:
        show.say("ok: settings, secrets, schema")
        for name, told in found.items():
            show.say("\n".join(f"{name}: {one['message']} {one['remedy']}" for one in told) or f"ok: {name}")
    if notices:
        raise click.exceptions.Exit(1)


COMMANDS = (doctor,)
