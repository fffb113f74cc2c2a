"""Commands of the policy of each region."""

from dataclasses import asdict
from typing import Any

import click

from wkw import policy as book
from wkw.cli import show
from wkw.cli.jobs import forgotten
from wkw.cli.opening import opened, recorded
from wkw.errors import InputError, JobTaken
from wkw.graph import Graph
from wkw.model import folded
from wkw.moment import moment
from wkw.policy import Applied
from wkw.regions import MODES, Policies, Policy, retention
from wkw.settings import Settings

MANY = click.IntRange(0, 1000)
REGION = click.argument("region")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say how many people it hides, and write nothing.")
RETENTION = "How long interactions stay as they are; 0: for ever. By default WKW_RETENTION_DAYS."
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")


@click.group()
def policy() -> None:
    """Say what holds in each region, and show it.

    Regions are those of the directory. Without any row everybody's data is used until they switch it off.

    \b
    Example:
      wkw policy set Ticino --mode opt_in
    """


@policy.command("list")
@JSON
def policy_list(as_json: bool) -> None:
    """List the rows.

    \b
    Example:
      wkw policy list --json
    """
    with opened() as (graph, _):
        rows = list(book.policies(graph).rows.values())
    if as_json:
        show.out_json([asdict(row) for row in rows])
        return
    table = show.table("region", "mode", "#retention", "#interactions", "#days", "both ways")
    for row in rows:
        numbers = (row.retention, row.interactions or None, row.days or None)
        told = ("" if number is None else str(number) for number in numbers)
        table.add_row(row.region, row.mode, *told, "yes" if row.both_ways else "")
    show.out(table)


@policy.command("set")
@REGION
@click.option("--mode", type=click.Choice(MODES), required=True, help="Whether data is used, and who decides.")
@click.option("--retention", type=click.IntRange(0, 36500), metavar="DAYS", help=RETENTION)
@click.option("--interactions", type=MANY, default=0, help="How many a connection needs to be shown to others.")
@click.option("--days", type=MANY, default=0, help="On how many different days.")
@click.option("--both-ways", is_flag=True, help="Whether each side must have taken part, whoever asks.")
@DRY_RUN
def policy_set(region: str, dry_run: bool, **row: Any) -> None:
    """Say what holds in a REGION; in `default`, in regions without a row.

    \b
    The mode is
      opt_out   a person's data is used until they switch it off
      opt_in    it is not used until they switch it on
      off       it is not used at all

    Whose region is unknown gets the strictest of all rows. Whom it keeps off is
    hidden and deleted at once, also who joins later; whom a looser one lets
    back is there from then on alone, and never against their own choice.

    A connection with less than the evidence asked for is for the colleague's
    own eyes alone. The row is written anew: what is not told has its default.

    \b
    Example:
      wkw policy set Ticino --mode off --dry-run
      wkw policy set Uri --mode opt_in --retention 21
      wkw policy set default --mode opt_out --interactions 3 --days 2 --both-ways
    """
    told = Policy(_named(region), **row)
    with opened() as (graph, settings), recorded(settings, "policy_set"):
        held = book.policies(graph)
        if dry_run:
            _foretell(graph, settings, held.changed(told))
            return
        done = book.put(graph, settings, told, now=moment().now)
        folded = _folded(graph, settings, held)
    _tell(done, folded)


@policy.command("remove")
@REGION
@DRY_RUN
def policy_remove(region: str, dry_run: bool) -> None:
    """Take the row of a REGION away.

    \b
    Example:
      wkw policy remove Ticino
    """
    with opened() as (graph, settings), recorded(settings, "policy_remove"):
        held = book.policies(graph)
        if dry_run:
            _foretell(graph, settings, held.without(_named(region)))
            return
        done = book.remove(graph, settings, _named(region), now=moment().now)
        folded = _folded(graph, settings, held)
    _tell(done, folded)


def _named(region: str) -> str:
    name = folded(region)
    if not name:
        raise InputError("That is no region.", remedy="Name one as the directory does, or `default`.")
    return name


def _folded(graph: Graph, settings: Settings, before: Policies) -> int | None:
    """What was folded at once, where the retention is another one; None where somebody else runs that job."""
    if retention(before, settings.retention) == retention(book.policies(graph), settings.retention):
        return 0
    try:
        return forgotten(graph, settings)[0].interactions
    except JobTaken:
        return None


def _foretell(graph: Graph, settings: Settings, held: Policies) -> None:
    found = book.forecast(graph, settings, held, day=moment().day)
    _tell(found, found.folded, "Would be ")


def _tell(done: Applied, folded: int | None, would: str = "") -> None:
    said = (
        f"{would}hidden: colleagues {done.hidden}, with interactions {done.interactions}. Let back, from now on alone: "
        f"{done.opened}. Folded: interactions {folded or 0}."
    )
    show.say(said[0].upper() + said[1:])
    if folded is None:
        show.note("The job that folds is run by somebody else: run `wkw forget` after it.")


COMMANDS = (policy,)
