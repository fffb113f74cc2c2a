"""Commands that say who is who: two people are one, an address is another's."""

from dataclasses import asdict

import click

from wkw import identity, policy, sharing
from wkw.addresses import canonical
from wkw.cli import show
from wkw.cli.answers import ids, named
from wkw.cli.opening import opened, recorded
from wkw.model import Target
from wkw.moment import moment

MOST = 1_000


@click.command()
@click.argument("one", metavar="A", required=False)
@click.argument("other", metavar="B", required=False)
@click.option("--suggest", is_flag=True, help="List people who may be one, and merge nobody.")
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True, help="The most pairs to list.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as one JSON value.")
def merge(one: str | None, other: str | None, suggest: bool, limit: int, as_json: bool) -> None:
    """Make one person of A and B, or list who may be one.

    Each is an address, a CRM id, a person id or a name that one person has. An address that nobody has becomes the
    other's. What each had with others is the one person's from then on, and so is sharing that is switched off. Done
    twice, it is done once; `wkw unmerge` takes it back.

    \b
    Example:
      wkw merge lea@kund.example lea.sand@home.example
      wkw merge --suggest
    """
    if suggest == bool(one) or bool(one) != bool(other):
        raise click.UsageError("Name two people, A and B, or give --suggest alone.")
    if one and other:
        _merge(one, other)
    else:
        _suggest(limit, as_json=as_json)


def _merge(one: str, other: str) -> None:
    with opened() as (graph, settings), recorded(settings, "merge") as seen:
        at = moment()
        seen.about = ids(graph, settings, named(one), named(other))
        closed = identity.merge(graph, settings, named(one), named(other), day=at.day)
        sharing.spread(graph, settings, *([closed] if closed else []), now=at.now)
        policy.apply(graph, settings, now=at.now)  # a contact may have become a colleague, whose region is unknown
    show.say("They are one person.")
    show.note("If one is a colleague, read your sources again: what contacts have with each other is never kept.")


def _suggest(limit: int, *, as_json: bool) -> None:
    with opened() as (graph, settings), recorded(settings, "suggest") as seen:
        pairs = identity.suggestions(graph, limit=limit)
        seen.about = tuple(who["id"] for pair in pairs for who in (pair.one, pair.other))
    if as_json:
        show.out_json([asdict(pair) for pair in pairs])
        return
    if not pairs:
        show.say("Nobody looks like somebody else.")
        return
    found = show.table("#certainty", "why", "one", "company", "other", "company")
    for pair in pairs:
        cells = [(f"{who['name']} {who['id']}", who["company"] or "") for who in (pair.one, pair.other)]
        found.add_row(f"{pair.certainty:.2f}", pair.reason, *cells[0], *cells[1])
    show.out(found)
    show.note("`wkw merge` with two of the ids makes one person of them.")


@click.command()
@click.argument("address")
def unmerge(address: str) -> None:
    """Give one ADDRESS of a person a person of its own.

    What was between it and others goes with it. It has no name until a source or the directory tells one; what it had
    with the person's other addresses while they were one was never kept.

    \b
    Example:
      wkw unmerge lea.sand@home.example
    """
    with opened() as (graph, settings), recorded(settings, "unmerge") as seen:
        uri = canonical(address)
        seen.about = ids(graph, settings, Target(uri=uri))
        identity.unmerge(graph, settings, uri, day=moment().day)
    show.say("It is a person of its own.")


COMMANDS = (merge, unmerge)
