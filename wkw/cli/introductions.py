"""Commands for introductions, for people who live in a terminal."""

from typing import Any

import click

from wkw import setup
from wkw.cli import show
from wkw.cli.answers import asker_key
from wkw.cli.opening import opened, recorded
from wkw.introductions import told
from wkw.introductions.asking import decline, move
from wkw.introductions.held import listed
from wkw.introductions.held import shown as found_by
from wkw.introductions.states import MOST_OF_A_PAGE, PAGE, ROLES
from wkw.moment import moment

AS = click.option("--as", "who", metavar="COLLEAGUE", required=True, help="Whose introductions.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
WORDS = ("accept", "decline", "introduced")


@click.group()
def introductions() -> None:
    """See whom a colleague asks for an introduction, and answer.

    \b
    Example:
      wkw introductions list --as bo@nord.example
    """


@introductions.command("list")
@AS
@click.option("--role", type=click.Choice(ROLES), help="Only those they ask for, or are asked for.")
@click.option("--limit", type=click.IntRange(1, MOST_OF_A_PAGE), default=PAGE, show_default=True, help="How many.")
@click.option("--cursor", metavar="WORD", help="The `next` of the page before.")
@JSON
def introductions_list(who: str, as_json: bool, **which: Any) -> None:
    """List them, the last changed first.

    \b
    Example:
      wkw introductions list --as anna@nord.example --role introducer
    """
    with opened() as (graph, settings), recorded(settings, "introductions") as seen:
        at = moment()
        seen.asker = asker_key(graph, settings, who, day=at.day)
        page, decided = listed(graph, seen.asker, at=at, **which), setup.in_force(graph)
        seen.about = tuple(one.target["id"] for one in page.introductions)
        rows = [told.summary(settings, one, decided, who=seen.asker) for one in page.introductions]
    if as_json:
        show.out_json({"introductions": rows, "next": page.next})
    else:
        _tell_all(rows, page.next)


@introductions.command("show")
@click.argument("introduction", metavar="ID")
@AS
@JSON
def introductions_show(introduction: str, who: str, as_json: bool) -> None:
    """Show one with its words.

    \b
    Example:
      wkw introductions show 3f0c… --as bo@nord.example
    """
    with opened() as (graph, settings), recorded(settings, "introduction") as seen:
        at = moment()
        seen.asker = asker_key(graph, settings, who, day=at.day)
        one = found_by(graph, introduction, seen.asker, at=at)
        seen.about = (one.target["id"],)
        row = told.document(graph, settings, one, who=seen.asker, at=at)
    if as_json:
        show.out_json(row)
    else:
        _tell(row)


@introductions.command("answer")
@click.argument("introduction", metavar="ID")
@click.argument("answer", type=click.Choice(WORDS))
@AS
@click.option("--reason", metavar="TEXT", help="Of a no; for oneself, unless --share-reason.")
@click.option("--share-reason", is_flag=True, help="Tell the asker the reason.")
@click.option("--again-days", type=click.IntRange(1, 365), help="May be asked again after so many days.")
@click.option("--never", is_flag=True, help="Never be offered for this person again.")
@JSON
def introductions_answer(introduction: str, answer: str, who: str, as_json: bool, **no: Any) -> None:
    """Accept or decline one, or say that the introduction has been made.

    Whoever accepts gets a text to send from their own mailbox: wkw never writes to the target.

    \b
    Example:
      wkw introductions answer 3f0c… accept --as bo@nord.example
    """
    if answer != "decline" and any(no.values()):
        raise click.UsageError("--reason, --share-reason, --again-days and --never go with decline.")
    with opened() as (graph, settings), recorded(settings, f"introduction_{answer}") as seen:
        at = moment()
        seen.asker = asker_key(graph, settings, who, day=at.day)
        seen.about = (found_by(graph, introduction, seen.asker, at=at).target["id"],)
        if answer == "decline":
            decline(graph, introduction, seen.asker, at=at, **no)
        else:
            move(graph, answer, introduction, seen.asker, at=at)
        row = told.document(graph, settings, found_by(graph, introduction, seen.asker, at=at), who=seen.asker, at=at)
    if as_json:
        show.out_json(row)
    else:
        _tell(row)


def _tell_all(rows: list[dict[str, Any]], following: str | None) -> None:
    if not rows:
        show.say("There are none.")
        return
    table = show.table("id", "as", "state", "from", "through", "to", "until")
    for row in rows:
        table.add_row(
            row["id"], row["role"], row["outcome"] or row["state"], *_people(row), (row["expires"] or "")[:10]
        )
    show.out(table)
    if following:
        show.note(f"There are more: --cursor {following}")


def _tell(row: dict[str, Any]) -> None:
    show.say("{} asks {} for an introduction to {}.\n".format(*_people(row)))
    table = show.table("state", "at", "by")
    for step in row["history"]:
        table.add_row(step["state"], step["at"], step["by"])
    show.out(table)
    for letter in (row["mail"], row["forward"]):
        if letter:
            show.say(f"\n{letter['subject']}\n\n{letter['text'].rstrip()}")
    if row["reason"]:
        show.say(f"\nReason: {row['reason']}")


def _people(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["asker"]["name"], row["introducer"]["name"] or "a colleague", row["target"]["name"] or "?"


COMMANDS = (introductions,)
