"""The command that loads the directory of people."""

from pathlib import Path
from typing import Any

import click

from wkw import exclusions, groups
from wkw import people as directory
from wkw.cli import show
from wkw.cli.opening import opened, recorded
from wkw.connectors import directory as people_file
from wkw.moment import moment


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--confirm", is_flag=True, help="Load it also where more than half of those listed before are missing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def people(file: Path, dry_run: bool, confirm: bool, as_json: bool) -> None:
    """Load a directory of people, and show what it changes.

    It says who is a colleague, which addresses are one person's, and what people are called. JSON Lines, or CSV with
    the same columns: address, kind (colleague, contact, lead); optional name, title, company, domain, crm_id, aliases
    (separated by `;`), region, department, and the days from and until, the first one that a leaver is gone.

    Nobody is deleted for being missing, and no address taken away: `wkw unmerge` does that.

    \b
    Example:
      wkw people people.csv
    """
    listings = list(people_file.read(file))
    with opened() as (graph, settings), recorded(settings, "people"):
        at = moment()
        reason = exclusions.rules(graph, settings).reason
        plan = groups.plan(graph, settings, listings, reason=reason)
        if not (confirm or dry_run):
            directory.insist_on_all(plan)
        loaded = None if dry_run else groups.load(graph, settings, listings, at=at, reason=reason)
    told = directory.as_data(plan, loaded)
    if as_json:
        show.out_json(told)
        return
    _print(told)
    if loaded and loaded.reread:
        sources = ", ".join(sorted(loaded.reread))
        show.note(f"Who became a colleague had mail with contacts that was never kept; read again: {sources}.")


def _print(told: dict[str, Any]) -> None:
    found = show.table("", "#people")
    for word, count in told.items():
        if isinstance(count, int):
            found.add_row(word, str(count))
        for reason in sorted(count) if isinstance(count, dict) else ():
            found.add_row(f"{word.replace('_', ' ')}: {reason}", str(count[reason]))
    show.out(found)
    for address in told["unlisted"]:
        show.say(f"No longer listed, but kept: {address}. To take it away: wkw unmerge {address}")


COMMANDS = (people,)
