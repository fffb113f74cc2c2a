"""The command that shows the sources."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from wkw import sources as readings
from wkw.cli import show
from wkw.cli.moves import minute
from wkw.cli.opening import opened
from wkw.graph import Row
from wkw.moment import instant, moment
from wkw.notices import source_troubles
from wkw.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of a table.")
def sources(as_json: bool) -> None:
    """Show the sources.

    When each was read last, how often it should be by WKW_SOURCES, and what is wrong with it.

    \b
    Example:
      WKW_SOURCES=mail=1,calendar=1,crm:dynamics=7 wkw sources
    """
    with opened() as (graph, settings):
        found = readings.listed(graph)
    rows = _rows(found, settings)
    if as_json:
        show.out_json(rows)
        return
    table = show.table("source", "last read", "#every days", "state")
    zone = ZoneInfo(settings.timezone)
    for row in rows:
        read = datetime.fromisoformat(row["ended"]).astimezone(zone) if row["ended"] else None
        table.add_row(row["source"], minute(read), str(row["every"] or ""), row["state"])
    show.out(table)


def _rows(found: list[Row], settings: Settings) -> list[dict[str, Any]]:
    known = {source["name"]: source for source in found}
    return [_row(name, known.get(name), settings) for name in sorted(known.keys() | settings.sources.keys())]


def _row(name: str, source: Row | None, settings: Settings) -> dict[str, Any]:
    every = settings.sources.get(name)
    trouble = source_troubles([source] if source else [], {name: every} if every else {}, day=moment().day)
    return {
        "source": name,
        "ended": instant(source["ended"]).isoformat() if source and source["ended"] else None,
        "every": every,
        "error": source["error"] if source else None,
        "state": trouble[0]["code"].removeprefix("source_") if trouble else "read",
    }


COMMANDS = (sources,)
