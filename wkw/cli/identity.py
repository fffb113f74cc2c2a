"""Commands that say who is who: two people are one, an address is another's."""

import click

from wkw import identity, sharing
from wkw.addresses import canonical
from wkw.cli import show
from wkw.cli.answers import named
from wkw.cli.opening import opened
from wkw.moment import moment


@click.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
def merge(one: str, other: str) -> None:
    """Make one person of A and B.

    Each is an address, a CRM id, a person id or a name that one person has. An address that nobody has becomes the
    other's. What each had with others is the one person's from then on, and so is sharing that is switched off. Done
    twice, it is done once; `wkw unmerge` takes it back.

    \b
    Example:
      wkw merge lea@kund.example lea.sand@home.example
    """
    with opened() as (graph, settings):
        day = moment().day
        for key in identity.merge(graph, settings, named(one), named(other), day=day):
            sharing.purge(graph, key, day=day)
    show.say("They are one person.")
    show.note("If one is a colleague, read your sources again: what contacts have with each other is never kept.")


@click.command()
@click.argument("address")
def unmerge(address: str) -> None:
    """Give ADDRESS, one of a person's several, a person of its own.

    What was between it and others goes with it. It has no name until a source or the directory tells one; what it had
    with the person's other addresses while they were one was never kept.

    \b
    Example:
      wkw unmerge lea.sand@home.example
    """
    with opened() as (graph, settings):
        identity.unmerge(graph, settings, canonical(address), day=moment().day)
    show.say("It is a person of its own.")


COMMANDS = (merge, unmerge)
