"""Commands that explain a strength, and tell what will fade."""

import click

from wkw.cli import show
from wkw.cli.answers import asker_key, ids, named
from wkw.cli.opening import opened, recorded
from wkw.cooling import as_data
from wkw.cooling import cooling as cooling_of
from wkw.errors import NotFound
from wkw.explain import Explanation, document
from wkw.explain import explain as explain_tie
from wkw.graph import Graph
from wkw.lookup import identified
from wkw.model import Target, date_of
from wkw.moment import moment
from wkw.settings import Settings

SHOWN = 20  # days; the others are summed up
BARS = "▁▂▃▄▅▆▇█"
WAYS = {True: "to them", False: "from them"}


@click.command()
@click.argument("colleague")
@click.argument("contact")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")
def explain(colleague: str, contact: str, as_json: bool) -> None:
    """Show what the strength of a connection is made of.

    It is COLLEAGUE's connection to CONTACT.

    Each day's part by channel and direction: the weights of its interactions, damped, then decayed. The parts add up
    to S, and S / (S + k) is the strength.

    \b
    Example:
      wkw explain anna@nord.example lea@kund.example
    """
    with opened() as (graph, settings), recorded(settings, "explain") as seen:
        day = moment().day
        seen.about = ids(graph, settings, named(colleague), named(contact))
        ends = [_person(graph, settings, text, day=day) for text in (colleague, contact)]
        found = explain_tie(graph, settings, *ends, day=day)
        seen.about, seen.returned = (found.contact["id"],), (found.colleague["id"],)
    if as_json:
        show.out_json(document(found))
    else:
        _tell(found, settings)


def _person(graph: Graph, settings: Settings, text: str, *, day: int) -> Target:
    who = named(text)
    if not who.name:
        return who
    try:
        return identified(graph, who, day=day)
    except NotFound:
        raise NotFound("There is no connection to explain.") from None


def _tell(found: Explanation, settings: Settings) -> None:
    names = [one["name"] or one["id"] for one in (found.colleague, found.contact)]
    show.say(f"{names[0]} to {names[1]}, as of {date_of(found.day)}, formula {found.formula}.\n")
    _tell_parts(found)
    k = settings.formula.k
    show.say(f"\nS = {found.total:.4f}, strength = S / (S + {k:g}) = {found.strength:.4f}, {found.level}.")
    for change in found.changes:
        show.say(change)
    show.say(f"\nThe last year, a week each: {sparkline(found.weeks)}")


def _tell_parts(found: Explanation) -> None:
    table = show.table("day", "channel", "direction", "#number", "#weights", "#damped", "#decay", "#adds")
    for part in found.parts[:SHOWN]:
        numbers = (f"{value:.4f}" for value in (part.x, part.damped, part.decay, part.adds))
        table.add_row(str(date_of(part.day)), part.channel, WAYS[part.sent], str(part.n), *numbers)
    if rest := found.parts[SHOWN:]:
        adds, n = sum(part.adds for part in rest), sum(part.n for part in rest)
        table.add_row(f"{len(rest)} earlier parts", "", "", str(n), "", "", "", f"{adds:.4f}")
    for kept in found.kept:
        table.add_row(
            f"folded until {date_of(kept.last)}", "", WAYS[kept.sent], str(kept.n), "", "", "", f"{kept.adds:.4f}"
        )
    table.add_row("S", "", "", "", "", "", "", f"{found.total:.4f}")
    show.out(table)


def sparkline(strengths: tuple[float, ...]) -> str:
    """One character for each strength, from the lowest for 0 to the highest for 1."""
    return "".join(BARS[min(int(strength * len(BARS)), len(BARS) - 1)] for strength in strengths)


@click.command()
@click.option("--as", "asker", metavar="COLLEAGUE", required=True, help="Whose connections.")
@click.option("--within", type=click.IntRange(1, 3650), default=30, show_default=True, help="Days to look ahead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def cooling(asker: str, within: int, as_json: bool) -> None:
    """List connections that will fade without contact.

    They are the colleague's own, and fall below a level within so many days.

    \b
    Example:
      wkw cooling --as anna@nord.example --within 60
    """
    with opened() as (graph, settings), recorded(settings, "cooling") as seen:
        day = moment().day
        seen.asker = asker_key(graph, settings, asker, day=day)
        found = cooling_of(graph, settings, seen.asker, day=day, days=within)
        seen.about = tuple(tie.id for tie in found)
    if as_json:
        show.out_json([as_data(tie) for tie in found])
        return
    if not found:
        show.say(f"None falls below a level within {within} days.")
        return
    table = show.table("connection", "company", "#strength", "level", "last contact", "falls on")
    for tie in found:
        days = (str(date_of(tie.last)), str(date_of(tie.falls)))
        table.add_row(tie.name or tie.id, tie.company or "", f"{tie.strength * 100:.0f}", tie.level, *days)
    show.out(table)


COMMANDS = (explain, cooling)
