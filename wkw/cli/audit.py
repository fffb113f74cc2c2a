"""Commands of the audit log: is it as it was written, and what stands in it?"""

import pwd
from contextlib import suppress
from typing import Any

import click

from wkw.audit import Audit, as_data
from wkw.cli import show
from wkw.cli.opening import recorded
from wkw.ledger import ledger
from wkw.moment import moment
from wkw.settings import load, with_secrets


@click.group()
def audit() -> None:
    """Check and show who asked for what.

    The audit log also says what they were told.

    \b
    Example:
      wkw audit verify
    """


@audit.command()
def verify() -> None:
    """Check that the audit log and the ledger are as they were written.

    It names the first row that is not, or the file that is gone. That rows are missing at the very end only somebody
    can tell who kept the hash of the last one: it is printed for that.

    \b
    Example:
      wkw audit verify
    """
    settings = with_secrets(load())
    found = {"Audit log": Audit(settings).verify(), "Ledger": ledger(settings).verify()}
    for name, (rows, last) in found.items():
        show.say(f"{name} as written: rows {rows}. Hash of the last: {last}")


@audit.command("show")
@click.option("--days", type=click.IntRange(1, 3660), default=7, show_default=True, help="Days to look back.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def show_rows(days: int, as_json: bool) -> None:
    """Show the rows of the last days, oldest first.

    Each act has a row from before it, and one that says how it ended, about whom it was, and which colleagues it told
    of, by their ids. Who asked is a digest, an operator the operating system's user. That you look is recorded too.

    \b
    Example:
      wkw audit show --days 30
    """
    settings = with_secrets(load())
    with recorded(settings, "audit"):
        rows = [as_data(*found) for found in Audit(settings).rows(since=moment().day - days + 1)]
    if as_json:
        show.out_json(rows)
        return
    table = show.table("time", "act", "who", "purpose", "outcome", "about", "returned")
    for row in rows:
        people = (" ".join(row[name]) for name in ("about", "returned"))
        table.add_row(row["at"], row["act"], _who(row), row["purpose"] or "", row["outcome"] or row["step"], *people)
    show.out(table)


def _who(row: dict[str, Any]) -> str:
    """A caller's digest; the name of an operator, as far as the machine knows it, and as whom they asked."""
    if row["operator"] is None:
        return str(row["who"])
    name = f"user {row['operator']}"
    with suppress(KeyError):
        name = pwd.getpwuid(row["operator"]).pw_name
    return f"{name} as {row['who']}" if row["who"] else name


COMMANDS = (audit,)
