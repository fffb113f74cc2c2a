"""Commands of the people of one's own: the directory of all, and what leavers hand over."""

from pathlib import Path
from typing import Any

import click

from wkw import exclusions, groups, leavers
from wkw import people as directory
from wkw.cli import show
from wkw.cli.answers import named
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
    (separated by `;`), region, department, language (sv, en: in which somebody is written to), and the days from and
    until, the first one that a leaver is gone; of contacts and leads the day noticed, on which they were told that this
    is held (GDPR, article 14).

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


@click.command()
@click.argument("colleague")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def handover(colleague: str, as_json: bool) -> None:
    """List the contacts of a COLLEAGUE who leaves.

    Each is listed with who else knows them.

    For whoever takes their accounts over: names alone, in their order, without strengths. COLLEAGUE is an address or a
    person id, and has a last day in the directory that is over or less than 90 days ahead. It tells what is still
    held: `wkw forget` deletes it some days after they left.

    \b
    Example:
      wkw handover dag@nord.example
    """
    with opened() as (graph, settings), recorded(settings, "handover") as seen:
        found = leavers.handover(graph, settings, named(colleague), day=moment().day)
        seen.about, seen.returned = (found["id"],), tuple(one["id"] for one in found["contacts"])
    if as_json:
        show.out_json(found)
        return
    table = show.table("contact", "company", "also known by")
    for one in found["contacts"]:
        table.add_row(one["name"] or one["id"], one["company"] or "", ", ".join(one["known_by"]) or "nobody else")
    show.say(f"Contacts of {found['name'] or found['id']}, gone from {found['until']}.")
    show.out(table)


COMMANDS = (people, handover)
