"""Commands of the policy of each region."""

import click

from wkw import policy as book
from wkw.cli import show
from wkw.cli.opening import opened, recorded
from wkw.errors import InputError
from wkw.model import folded
from wkw.moment import moment
from wkw.policy import MODES, Applied, Mode, Policy

REGION = click.argument("region")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say how many people it hides, and write nothing.")
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
        show.out_json([{"region": row.region, "mode": row.mode} for row in rows])
        return
    table = show.table("region", "mode")
    for row in rows:
        table.add_row(row.region, row.mode)
    show.out(table)


@policy.command("set")
@REGION
@click.option("--mode", type=click.Choice(MODES), required=True, help="Whether data is used, and who decides.")
@DRY_RUN
def policy_set(region: str, mode: Mode, dry_run: bool) -> None:
    """Say what holds in a REGION; in `default`, in regions without a row.

    \b
    The mode is
      opt_out   a person's data is used until they switch it off
      opt_in    it is not used until they switch it on
      off       it is not used at all

    Whose region is unknown gets the strictest of all rows. Whom it keeps off is
    hidden and deleted at once, also who joins later; whom a looser one lets
    back is there from then on alone, and never against their own choice.

    \b
    Example:
      wkw policy set Ticino --mode off --dry-run
      wkw policy set default --mode opt_out
    """
    row = Policy(_named(region), mode)
    with opened() as (graph, settings), recorded(settings, "policy_set"):
        if dry_run:
            _tell(book.forecast(graph, settings, book.policies(graph).changed(row)), "Would be ")
            return
        done = book.put(graph, settings, row, now=moment().now)
    _tell(done)


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
        if dry_run:
            _tell(book.forecast(graph, settings, book.policies(graph).without(_named(region))), "Would be ")
            return
        done = book.remove(graph, settings, _named(region), now=moment().now)
    _tell(done)


def _named(region: str) -> str:
    name = folded(region)
    if not name:
        raise InputError("That is no region.", remedy="Name one as the directory does, or `default`.")
    return name


def _tell(done: Applied, would: str = "") -> None:
    said = (
        f"{would}hidden: colleagues {done.hidden}, deleted: interactions {done.interactions}. Let back, from now on "
        f"alone: {done.opened}."
    )
    show.say(said[0].upper() + said[1:])


COMMANDS = (policy,)
