"""Command that tells what others are shown of a colleague."""

from typing import Any

import click

from wkw import connections
from wkw.cli import show
from wkw.cli.answers import COLUMNS, LAST, asker_key
from wkw.cli.opening import opened, recorded
from wkw.exposure import as_shown
from wkw.exposure import exposure as exposure_of
from wkw.moment import moment


@click.command()
@click.argument("colleague", metavar="ADDRESS")
@click.option("--limit", type=click.IntRange(1, connections.MOST), default=25, show_default=True, help="Contacts.")
@click.option("--cursor", metavar="WORD", help="The `next` of the page before.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def exposure(colleague: str, limit: int, cursor: str | None, as_json: bool) -> None:
    """Show what lookups tell others of a colleague.

    ADDRESS is the colleague's. Those are the contacts of whom a lookup by somebody else may name them, strongest
    first, with what it tells, and how many contacts nobody else could introduce anybody to.

    \b
    Example:
      wkw exposure anna@nord.example
    """
    with opened() as (graph, settings), recorded(settings, "exposure") as seen:
        day = moment().day
        seen.asker = asker_key(graph, settings, colleague, day=day)
        who = connections.person(graph, seen.asker)
        found = as_shown(exposure_of(graph, settings, seen.asker, day=day, limit=limit, cursor=cursor))
        seen.about = tuple(one["id"] for one in found["contacts"])
        seen.returned = (who["id"],) if who["id"] else ()
    if as_json:
        show.out_json(found | {"sharing": who["sharing"]})
    elif who["sharing"] == "off":
        show.say("Sharing is off: nobody is shown them.")
    else:
        _tell(found)


def _tell(found: dict[str, Any]) -> None:
    table = show.table("contact", "company", *COLUMNS)
    for one in found["contacts"]:
        strength = f"{one['strength']:>2} {one['level']}"
        cells = (strength, ", ".join(one["channels"]), LAST[one["last"]])
        table.add_row(one["name"] or one["id"], one["company"] or "", *cells)
    show.out(table)
    told = found["preview"]
    show.say(
        f"\nCan introduce others to contacts: {told['introduces']}. Nobody else can to {told['only_you']} of them."
    )
    if found["next"]:
        show.note(f"There are more: --cursor {found['next']}")


COMMANDS = (exposure,)
