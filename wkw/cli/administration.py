"""Commands of operators: schema, API keys, sharing."""

from collections.abc import Sequence
from contextlib import suppress

import click
from rich.table import Table

from wkw import keys, policy, schema
from wkw import sharing as switch
from wkw.addresses import address_key, canonical
from wkw.cli import show
from wkw.cli.answers import ids
from wkw.cli.opening import connected, opened, recorded
from wkw.errors import NotFound, SchemaError
from wkw.graph import FIRST
from wkw.ledger import Receipt
from wkw.model import ROLES, Target
from wkw.moment import instant, moment
from wkw.settings import load, with_secrets


@click.command()
def migrate() -> None:
    """Bring the graph's schema up to date.

    The first time it also writes down the own domains, WKW_DOMAINS: whoever has an address there is a colleague.

    \b
    Example:
      WKW_DOMAINS=nord.example wkw migrate
    """
    settings = with_secrets(load())
    with connected(settings, FIRST) as (graph, _), suppress(SchemaError):
        schema.opened(graph, settings)
    with connected(settings) as (graph, _), recorded(settings, "migrate"):
        done = schema.migrate(graph, settings, now=moment().now)
    steps = f"{len(done)} migration{'s' * (len(done) > 1)} applied."
    show.say(steps if done else "Nothing to do: the schema is up to date.")


@click.group()
def key() -> None:
    """Make, list and revoke API keys.

    \b
    Example:
      wkw key create anna@nord.example --name "Anna's widget"
    """


@key.command("create")
@click.argument("address", required=False)
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    default=keys.DEFAULT_ROLES,
    show_default=True,
    help="What it may do, beside what every colleague may; repeat it for several.",
)
@click.option("--name", default="", help="What the key is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; never by default.")
def key_create(address: str | None, roles: tuple[str, ...], name: str, days: int | None) -> None:
    """Make an API key for a colleague and print it, for the only time.

    A key for a connector, which may only hand data in, has no ADDRESS.

    \b
    Example:
      wkw key create anna@nord.example --days 90
      wkw key create cia@nord.example --role sales_manager --role admin
      wkw key create --role connector --name "CRM export"
    """
    at = moment()
    expires = at.now + days * 86_400_000 if days else None
    with opened() as (graph, settings), recorded(settings, "key_create") as seen:
        uri = None if address is None else canonical(address)
        seen.about = ids(graph, settings, Target(uri=uri))
        made = keys.create(graph, settings, uri, roles=roles, name=name, day=at.day, now=at.now, expires=expires)
    show.say(made)


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def key_list(as_json: bool) -> None:
    """List API keys, newest first.

    \b
    Example:
      wkw key list
    """
    with opened() as (graph, _):
        rows = keys.listed(graph)
    if as_json:
        show.out_json(rows)
        return
    found = show.table("id", "name", "roles", "created", "expires", "revoked")
    for row in rows:
        times = (_time(row[field]) for field in ("created", "expires", "revoked"))
        found.add_row(row["id"], row["name"], ", ".join(row["roles"]), *times)
    show.out(found)


@key.command("revoke")
@click.argument("key_id", metavar="ID")
def key_revoke(key_id: str) -> None:
    """Revoke the API key ID, at once and for good.

    \b
    Example:
      wkw key revoke 1f2e3d4c5b6a7988
    """
    with opened() as (graph, settings), recorded(settings, "key_revoke"):
        if not keys.revoke(graph, key_id, now=moment().now):
            raise NotFound("There is no API key of that id.", remedy="`wkw key list` shows all.")
    show.say("Revoked.")


@click.group()
def sharing() -> None:
    """Switch the use of a person's data off or on.

    \b
    Example:
      wkw sharing off cia@nord.example --request "letter of 2 June"
    """


def _reference(_: object, __: object, text: str | None) -> str | None:
    """A reference of the person's request, which the ledger keeps for ever: no address has a place in it."""
    if text is not None and ("@" in text or len(text) > 100 or not text.strip().isprintable()):
        raise click.BadParameter("write at most 100 characters, without an address: the ledger keeps it for ever.")
    return text


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
REQUEST = {"metavar": "TEXT", "callback": _reference, "help": "Where the person's own request can be found."}


@sharing.command("off")
@click.argument("address")
@click.option("--request", **REQUEST)  # type: ignore[arg-type]
@AS_JSON
def sharing_off(address: str, request: str | None, as_json: bool) -> None:
    """Switch sharing off for a person, and delete what is held of them.

    It covers every address of the person behind ADDRESS, and nothing is collected about them any more.

    \b
    Example:
      wkw sharing off cia@nord.example
    """
    with opened() as (graph, settings), recorded(settings, "sharing_off") as seen:
        uri = canonical(address)
        seen.about = ids(graph, settings, Target(uri=uri))
        done = switch.off(graph, settings, uri, now=moment().now, request=request)
    if as_json:
        show.out_json(switch.as_data(done))
        return
    show.say(
        f"Sharing is off. Closed: addresses {done.addresses}. "
        f"Deleted: interactions {done.interactions}, ties {done.ties}, people {done.people}. Receipt: {done.id}."
    )


@sharing.command("on")
@click.argument("address")
@click.option("--request", required=True, **REQUEST)  # type: ignore[arg-type]
@AS_JSON
def sharing_on(address: str, request: str, as_json: bool) -> None:
    """Switch sharing on again, from now on, for a person who asked for it.

    Only the person may: --request says where that can be found.

    \b
    Example:
      wkw sharing on cia@nord.example --request "signed letter of 2 June"
    """
    with opened() as (graph, settings), recorded(settings, "sharing_on") as seen:
        uri = canonical(address)
        seen.about = ids(graph, settings, Target(uri=uri))
        key = address_key(settings.address_key, uri)
        done = policy.on(graph, settings, key, now=moment().now, by="operator", request=request)
        because = switch.because(settings, key)
    if as_json:
        show.out_json(switch.as_data(done) if done else None)
        return
    show.say(_told_on(done, because))


def _told_on(done: Receipt | None, because: Sequence[str]) -> str:
    said = f"Their own choice is on. Receipt: {done.id}" if done else "It was never off by their own choice"
    if "group" in because:
        return f"{said}; a rule about their group keeps it off: see `wkw exclusions`."
    if "policy" in because:
        return f"{said}; the policy of their region keeps it off: see `wkw policy list`."
    return f"Sharing is on, for what happens from now on. Receipt: {done.id}." if done else "It was never off."


@sharing.command("show")
@click.argument("address")
@AS_JSON
def sharing_show(address: str, as_json: bool) -> None:
    """Say whether sharing is on for a person, and show their receipts.

    The newest comes first.

    \b
    Example:
      wkw sharing show cia@nord.example
    """
    with opened() as (graph, settings), recorded(settings, "sharing_show") as seen:
        uri = canonical(address)
        seen.about = ids(graph, settings, Target(uri=uri))
        on = switch.state(graph, settings, uri)
        found = switch.receipts(settings, address_key(settings.address_key, uri))
    if as_json:
        show.out_json({"sharing": "on" if on else "off", "receipts": [switch.as_data(one) for one in found]})
        return
    show.say("on" if on else "off")
    if found:
        show.out(_table(found))


def _table(receipts: Sequence[Receipt]) -> Table:
    table = show.table("receipt", "sharing", "at", "by", "state", "addresses", "interactions", "ties", "people")
    for one in receipts:
        gone = (one.interactions, one.ties, one.people) if one.sharing == "off" else ("", "", "")
        facts = (one.id, one.sharing, _time(one.at), one.by, one.state, one.addresses, *gone)
        table.add_row(*map(str, facts))
    return table


def _time(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    return instant(milliseconds).strftime("%Y-%m-%d %H:%M UTC")


COMMANDS = (migrate, key, sharing)
