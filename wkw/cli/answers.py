"""Commands that answer: who can introduce me to this person?"""

import re
from datetime import datetime

import click

from wkw import keys, people
from wkw.addresses import address_key, canonical
from wkw.cli import show
from wkw.cli.opening import opened
from wkw.errors import AddressError, Forbidden
from wkw.graph import Graph
from wkw.lookup import DEFAULT, Answer, Evidence, Question, Target, document
from wkw.lookup import lookup as answer_to
from wkw.model import date_of, day_of
from wkw.moment import moment
from wkw.settings import Settings

ID = re.compile(r"[0-9a-f]{24}")


@click.command()
@click.argument("target")
@click.option("--as", "asker", required=True, help="The colleague who asks: an address.")
@click.option("--limit", default=DEFAULT, show_default=True, help="The most introducers to show.")
@click.option("--one-way", is_flag=True, help="Also show colleagues known one way only.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Ask as of an earlier day.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")
def lookup(target: str, asker: str, limit: int, one_way: bool, as_of: datetime | None, as_json: bool) -> None:
    """Show who can introduce the asker to TARGET: an address, a CRM id, a person id or an unambiguous name.

    \b
    Example:
      wkw lookup lea@kund.example --as anna@nord.example
    """
    with opened() as (graph, settings):
        day = moment().day
        question = Question(
            target=_target(target),
            asker=_asker(graph, settings, asker, day=day),
            day=day,
            as_of=day_of(as_of.date()) if as_of else None,
            limit=limit,
            one_way=one_way,
        )
        answer = answer_to(graph, settings, question)
    if as_json:
        show.out_json(document(answer))
    else:
        print_answer(answer)


def _target(text: str) -> Target:
    """What the text names: an id and an address have forms of their own, anything else is a name."""
    if ID.fullmatch(text):
        return Target(id=text)
    try:
        return Target(uri=canonical(text))
    except AddressError:
        if "@" in text:
            raise
        return Target(name=text)


def _asker(graph: Graph, settings: Settings, text: str, *, day: int) -> str:
    named = _target(text)
    if not named.uri:
        return people.colleague_key(graph, day=day, person=named.id, name=named.name)
    if not keys.colleague(graph, settings, named.uri, day=day):
        raise Forbidden("The asker is not a colleague.", remedy="Name the asker by an address of an own domain.")
    return address_key(settings.address_key, named.uri)


def print_answer(answer: Answer) -> None:
    """Prints an answer as a table: introducers, strongest first, then one's own tie and what else is to be known."""
    target, company = answer.target, answer.target["company"]
    who = target["name"] or "this person"
    at = f" at {company['name']}" if company else ""
    click.echo(
        f"Who can introduce you to {who}{at}? As of {date_of(answer.as_of)}, {answer.tier} tier, {answer.formula}.\n"
    )
    found = show.table("introducer", "title", "#strength", "level", "channels", "last contact")
    for one in answer.introducers:
        found.add_row(one.name or one.id, one.title or "", *_cells(one.tie))
    if answer.you:
        found.add_row("you", "", *_cells(answer.you))
    show.out(found)
    for notice in answer.notices:
        click.echo(f"{notice['message']} {notice['remedy']}", err=True)


def _cells(tie: Evidence) -> tuple[str, str, str, str]:
    return str(round(tie.strength * 100)), tie.level, ", ".join(tie.channels), LAST[tie.last]


LAST = {
    "week": "this week",
    "month": "this month",
    "quarter": "this quarter",
    "year": "this year",
    "older": "longer ago",
}

COMMANDS = (lookup,)
