"""Commands that answer: who can introduce me to this person?"""

import re
from datetime import datetime

import click
from rich.table import Table

from wkw import keys
from wkw.addresses import address_key, canonical
from wkw.cli import show
from wkw.cli.opening import opened, recorded
from wkw.connections import colleague_key
from wkw.errors import AddressError, Forbidden
from wkw.evidence import Evidence
from wkw.graph import Graph
from wkw.lookup import DEFAULT, MOST, Answer, Question, document, whom
from wkw.lookup import lookup as answer_to
from wkw.model import Target, date_of, day_of
from wkw.moment import moment
from wkw.settings import Settings

ID = re.compile(r"[0-9a-f]{24}")


@click.command()
@click.argument("target")
@click.option("--as", "asker", metavar="ASKER", required=True, help="The colleague who asks.")
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=DEFAULT, show_default=True, help="The most introducers to show."
)
@click.option("--one-way", is_flag=True, help="Also show colleagues known one way only.")
@click.option("--as-of", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), help="Ask as of an earlier day: 2026-01-31.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")
def lookup(target: str, asker: str, limit: int, one_way: bool, as_of: datetime | None, as_json: bool) -> None:
    """Show who can introduce the asker to TARGET.

    TARGET and ASKER are each an address, a CRM id, a person id or a name; where several people have that name,
    they are listed and nothing is guessed.

    \b
    Example:
      wkw lookup lea@kund.example --as anna@nord.example
    """
    with opened() as (graph, settings), recorded(settings, "lookup") as seen:
        day = moment().day
        seen.asker = asker_key(graph, settings, asker, day=day)
        seen.about = ids(graph, settings, named(target))
        question = Question(
            target=named(target),
            asker=seen.asker,
            day=day,
            as_of=day_of(as_of.date()) if as_of else None,
            limit=limit,
            one_way=one_way,
        )
        answer = answer_to(graph, settings, question)
        seen.about, seen.returned = (answer.target["id"],), tuple(one.id for one in answer.introducers)
    if as_json:
        show.out_json(document(settings, answer))
    else:
        print_answer(answer)


def named(text: str) -> Target:
    """What the text names: an id and an address have forms of their own, anything else is a name."""
    if ID.fullmatch(text):
        return Target(id=text)
    try:
        return Target(uri=canonical(text))
    except AddressError:
        if "@" in text:
            raise
        return Target(name=text)


def ids(graph: Graph, settings: Settings, *targets: Target) -> tuple[str, ...]:
    """The ids of people whom an operator names by an address or an id; of those who are nobody there is none."""
    found = (whom(graph, settings, target) for target in targets)
    return tuple(person for person in found if person)


def asker_key(graph: Graph, settings: Settings, text: str, *, day: int) -> str:
    """The address key of the colleague whom a text names."""
    who = named(text)
    if not who.uri:
        return colleague_key(graph, day=day, person=who.id, name=who.name)
    if not keys.colleague(graph, settings, who.uri, day=day):
        raise Forbidden("The asker is not a colleague.", remedy="Name the asker by an address of an own domain.")
    return address_key(settings.address_key, who.uri)


def print_answer(answer: Answer) -> None:
    """Prints an answer as a table: introducers, strongest first, then one's own tie and what else is to be known."""
    target, company = answer.target, answer.target["company"]
    at = f" at {company['name']}" if company else ""
    show.say(f"Who can introduce you to {target['name'] or 'this person'}{at}?")
    show.say(f"As of {date_of(answer.as_of)}, {answer.tier} tier, formula {answer.formula}.\n")
    show.out(_wide(answer), narrow=_narrow(answer))
    if not answer.introducers:
        show.say("\nNo colleague can: you are the only one who knows them.")
    for notice in answer.notices:
        show.note(f"{notice['message']} {notice['remedy']}")


def _wide(answer: Answer) -> Table:
    found = show.table("introducer", "title", *COLUMNS)
    for one in answer.introducers:
        found.add_row(one.name or one.id, one.title or "", *_cells(one.tie))
    if answer.you:
        found.add_row("you", "", *_cells(answer.you))
    return found


def _narrow(answer: Answer) -> Table:
    """The same with each title below its name."""
    found = show.table("introducer", *COLUMNS)
    for one in answer.introducers:
        found.add_row(one.name or one.id, *_cells(one.tie))
        if one.title:
            found.add_row(f"  {one.title}", style="dim")
    if answer.you:
        found.add_row("you", *_cells(answer.you))
    return found


def _cells(tie: Evidence) -> tuple[str, str, str]:
    return f"{round(tie.strength * 100):>2} {tie.level}", ", ".join(tie.channels), LAST[tie.last]


COLUMNS = ("strength", "channels", "last contact")
LAST = {
    "week": "this week",
    "month": "this month",
    "quarter": "this quarter",
    "year": "this year",
    "older": "longer ago",
}

COMMANDS = (lookup,)
