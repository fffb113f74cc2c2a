"""Tables for people, JSON for programs, progress bars on stderr."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from wkw.embedded import Progress as Fetching
from wkw.ingest import Report
from wkw.model import FATES

WIDE = 200  # columns of a file or a pipe

err = Console(stderr=True)


def table(*columns: str, title: str | None = None) -> Table:
    """An empty table; columns that begin with `#` are numbers."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    return made


def out(found: Table) -> None:
    """Prints a table on stdout; where that is no terminal, as wide as it needs to be."""
    console = Console()
    console.print(found, width=None if console.is_terminal else WIDE)


def out_json(found: Any) -> None:
    """Prints one JSON value on stdout."""
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def as_data(report: Report) -> dict[str, Any]:
    """What became of everything, as data."""
    return {
        "submitted": report.submitted,
        "fates": {fate: report.fates[fate] for fate in FATES},
        "reasons": [{"fate": f, "reason": r, "events": n} for (f, r), n in sorted(report.reasons.items())],
        "edges": {"submitted": report.edges.total(), **{fate: report.edges[fate] for fate in FATES}},
    }


def fates(report: Report) -> None:
    """Prints what became of everything: a line for events, one for edges, then the reasons."""
    found = table("", "#submitted", *(f"#{fate}" for fate in FATES))
    found.add_row("events", str(report.submitted), *(str(report.fates[fate]) for fate in FATES))
    found.add_row("edges", str(report.edges.total()), *(str(report.edges[fate]) for fate in FATES))
    out(found)
    if report.reasons:
        why = table("#events", "fate", "reason", title="\nWhy")
        for (fate, reason), count in sorted(report.reasons.items(), key=lambda row: (row[0][0], -row[1], row[0][1])):
            why.add_row(str(count), fate, reason)
        out(why)


@contextmanager
def fetching() -> Iterator[Fetching]:
    """A bar for the first fetch of Neo4j, and a spinner while it starts."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("Starting Neo4j", total=None)

        def told(*, done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what)

        yield told


@contextmanager
def reading(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar for files that are read; it hears of bytes done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.advance(task, done)
