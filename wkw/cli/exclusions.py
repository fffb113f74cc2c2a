"""Commands of the rules by which addresses are nobody's and domains no company's."""

import getpass
from pathlib import Path
from typing import Any

import click

from wkw import exclusions as book
from wkw import groups, sources
from wkw.addresses import canonical
from wkw.cli import show
from wkw.cli.opening import opened, recorded
from wkw.connectors.files import lines
from wkw.exclusions import Rule
from wkw.moment import instant, moment
from wkw.settings import Settings

RULES = click.argument("rules", nargs=-1, metavar="RULE...")
FROM = click.option("--file", "path", type=click.Path(path_type=Path), help="Also take a file's rules, one a line.")
REASON = click.option("--reason", default="", help="Why, for those who look at the rules later.")
AUTHOR = click.option("--author", help="Who decided it; by default whoever is logged in.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")


@click.command()
@RULES
@FROM
@click.option("--reason", required=True, help="Why, for those who look at the rules later.")
@AUTHOR
@click.option("--dry-run", is_flag=True, help="Say how many it covers, and write nothing.")
def exclude(rules: tuple[str, ...], path: Path | None, reason: str, author: str | None, dry_run: bool) -> None:
    """Exclude what each RULE covers, and delete it.

    \b
    RULE is
      an address            frida@freemail.example, tel:+4687000
      a domain              kund.example, with all below it
      pattern:WORDS         what stands before the @: pattern:*fundraising*
      private               every address at a provider of free mail
      company:DOMAIN        the domain is no company; its people stay
      department:NAME       all colleagues of a department, also who joins later
      region:NAME           all colleagues of a region
      title:WORDS           all colleagues whose title fits: title:*counsel*

    Of a group of colleagues nothing is collected, and they are shown to nobody;
    nobody else is told why.

    A file has a rule a line; what follows a # is not read.

    \b
    Example:
      wkw exclude lawfirm.example pattern:*fundraising* --reason "agreed with works council"
    """
    with opened() as (graph, settings), recorded(settings, "exclude"):
        made = _rules(settings, rules, path, reason, author)
        if dry_run:
            told = groups.forecast(graph, settings, made)
            show.say(f"Covered: addresses {told.addresses}, colleagues {told.colleagues}.")
            return
        with show.working("Deleting interactions") as progress:
            done = groups.carry_out(graph, settings, made, at=moment(), progress=progress)
    show.say(f"Deleted: addresses {done.addresses}, interactions {done.interactions}.")
    if done.colleagues:
        show.say(f"Colleagues switched off: {done.colleagues}.")


@click.command()
@RULES
@FROM
@REASON
@AUTHOR
def include(rules: tuple[str, ...], path: Path | None, reason: str, author: str | None) -> None:
    """Lift each RULE, or make an exception of an address.

    A rule that is there is lifted. An address or a domain without a rule of its own is made an exception, from the
    built-in rules too: nobody takes it for a robot or a role any more.

    \b
    Example:
      wkw include lawfirm.example
      wkw include info@bakery.example --reason "a person, not a mailbox"
    """
    with opened() as (graph, settings), recorded(settings, "include"):
        told = _rules(settings, rules, path, reason, author)
        found = [book.include(graph, settings, rule) for rule in told]
        opened_again = sum(groups.lift(graph, settings, rule, at=moment()) for rule in told)
        read = [row["name"] for row in sources.listed(graph)]
    show.say(f"Lifted: {sum(found)}. Exceptions made: {len(found) - sum(found)}.")
    if opened_again:
        show.say(f"Colleagues of the group: {opened_again}, from now on alone.")
    if read:
        show.note(f"What was excluded was never kept: read these sources again: {', '.join(read)}.")


def _rules(settings: Settings, told: tuple[str, ...], path: Path | None, reason: str, author: str | None) -> list[Rule]:
    """All rules that were told; nothing is written where one of them cannot be read."""
    texts = [*told, *(lines(path) if path else ())]
    if not texts:
        raise click.UsageError("Name a rule, or a file of rules.")
    by, at = author or getpass.getuser(), moment().now
    return [Rule(*book.parsed(settings, text), reason=reason, author=by, at=at) for text in texts]


@click.command()
@JSON
def exclusions(as_json: bool) -> None:
    """List the rules, and what was excluded, by reason.

    Records are counted each time they are read; an address is shown by the beginning of its key.

    \b
    Example:
      wkw exclusions --json
    """
    with opened() as (graph, _):
        rules, counts = book.listed(graph), book.counts(graph)
    if as_json:
        show.out_json({"rules": [_rule(rule) for rule in rules], "excluded": [_count(row) for row in counts]})
        return
    table = show.table("rule", "does", "#addresses", "#interactions", "reason", "author", "since")
    for rule in rules:
        does, since = "includes" if rule.include else "excludes", f"{instant(rule.at):%Y-%m-%d}"
        table.add_row(rule.name, does, str(rule.addresses), str(rule.interactions), rule.reason, rule.author, since)
    show.out(table)
    show.say("")
    table = show.table("excluded", "#records", "last")
    for row in counts:
        table.add_row(row["reason"].replace("_", " "), str(row["records"]), f"{instant(row['last']):%Y-%m-%d}")
    show.out(table)


@click.command()
@click.argument("address")
@JSON
def why(address: str, as_json: bool) -> None:
    """Tell which rule makes ADDRESS nobody's.

    The rules alone decide it: whether the address is known, unknown or has opted out makes no difference.

    \b
    Example:
      wkw why newsletter@kund.example
    """
    uri = canonical(address)
    with opened() as (graph, settings):
        found = book.rules(graph, settings).why(uri)
    rule = found.rule if found else None
    if as_json:
        by = found.reason if found else None
        show.out_json({"excluded": bool(found), "by": by, "rule": _rule(rule) if rule else None})
    elif rule:
        show.say(f"The rule {rule.name} excludes it: {rule.reason} ({rule.author}, {instant(rule.at):%Y-%m-%d}).")
    elif found:
        show.say(f"A built-in rule excludes it: its name is one of a {found.reason}. `wkw include` makes an exception.")
    else:
        show.say("No rule excludes it.")


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "scope": rule.scope,
        "include": rule.include,
        "reason": rule.reason,
        "author": rule.author,
        "since": instant(rule.at).isoformat(),
        "addresses": rule.addresses,
        "interactions": rule.interactions,
    }


def _count(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"last": instant(row["last"]).isoformat()}


COMMANDS = (exclude, include, exclusions, why)
