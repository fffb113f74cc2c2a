"""Tables for people, JSON for programs; progress on stderr, where somebody is looking."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from wkw.embedded import Progress as Fetching
from wkw.errors import FileError
from wkw.ingest import Report
from wkw.model import FATES

UNBOUND = 10_000  # columns of a file or a pipe: no row is wrapped there


def table(*columns: str) -> Table:
    """An empty table; columns that begin with `#` are numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    return made


def out(found: Table, *, narrow: Table | None = None) -> None:
    """Prints a table on stdout, or `narrow` where the terminal has too few columns for it."""
    # What looks like markup or the name of a smiley is a part of somebody's name.
    screen = Console(markup=False, emoji=False, highlight=False)
    if not screen.is_terminal:
        screen.width = UNBOUND
    wanted = screen.measure(found, options=screen.options.update(width=UNBOUND)).maximum
    if narrow and wanted > screen.width:
        found = narrow
    with _written(), screen.capture() as captured:
        screen.print(found)
    say("\n".join(line.rstrip() for line in captured.get().splitlines()))


def out_json(found: Any) -> None:
    """Prints one JSON value on stdout."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    say(json.dumps(found, indent=2, ensure_ascii=encoding != "utf8"))


def say(text: str) -> None:
    """Prints a result on stdout; a FileError where it cannot be written, as on a full disk."""
    with _written():
        click.echo(text)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read it has seen enough, which click knows
    except OSError as error:
        raise FileError(
            f"The result cannot be written: {error.strerror}.", remedy="Send it to a place that has room for it."
        ) from error


def write(text: str, path: Path) -> None:
    """Writes a result into a file, whole or not at all; a FileError where it cannot be written."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device: it is written to, never replaced
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path.resolve(), text)  # what a link leads to, not the link
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.", remedy="Name another file.") from error


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def note(text: str) -> None:
    """Says something on stderr that is not the result."""
    click.echo(text, err=True)


def fates(report: Report) -> None:
    """Prints what became of everything: a line for each fate of events and edges, and below it why."""
    found = table("", "#events", "#edges")
    found.add_row("submitted", str(report.submitted), str(report.edges.total()))
    for fate in FATES:
        found.add_row(fate, str(report.fates[fate]), str(report.edges[fate]))
        reasons = [(-n, reason) for (of, reason), n in report.reasons.items() if of == fate]
        for count, reason in sorted(reasons):
            found.add_row(f"  {reason.replace('_', ' ')}", str(-count), "", style="dim")
    out(found)


def people(records: dict[str, Any]) -> None:
    """Prints what became of the records of people, and below it which of their addresses were left out."""
    found = table("", "#people")
    found.add_row("submitted", str(records["submitted"]))
    for fate, count in records["fates"].items():
        found.add_row(fate, str(count))
        for why in records["reasons"]:
            if why["fate"] == fate:
                found.add_row(f"  {why['reason'].replace('_', ' ')}", str(why["records"]), style="dim")
    for why, count in records["left_out"].items():
        found.add_row(f"left out: {why.replace('_', ' ')}", str(count), style="dim")
    out(found)


@contextmanager
def fetching() -> Iterator[Fetching]:
    """A spinner while Neo4j starts, and a bar for its first fetch; where nobody looks, one line about the fetch."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[count]}"))
    with _progress(*columns, TimeElapsedColumn()) as progress:
        task = progress.add_task("Starting Neo4j", total=None, count="")

        def told(*, done: int, total: int, what: str) -> None:
            if progress.disable and not progress.tasks[task].completed:
                note(f"Fetching Neo4j ({total} files), for the first time only.")
            fetched = done == total
            said = "Starting Neo4j" if fetched else "Fetching Neo4j, for the first time only"
            progress.update(task, completed=done, description=said, count="" if fetched else f"{done} of {total} files")

        yield told


@contextmanager
def reading(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar for files that are read; it hears of bytes done."""
    share = TextColumn("{task.percentage:>3.0f}%")
    with _progress(TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn()) as progress:
        task = progress.add_task(what, total=total)

        def told(done: int) -> None:
            progress.advance(task, done)
            if progress.finished:
                progress.update(task, description="Storing")

        yield told


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for steps; it hears how many of how many are done."""
    count = TextColumn("{task.completed:.0f} of {task.total:.0f}")
    with _progress(TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn()) as progress:
        task = progress.add_task(what, total=0)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield told


@contextmanager
def working(what: str) -> Iterator[Callable[[int], None]]:
    """A spinner for work of unknown size; it hears of things done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f}"))
    with _progress(*columns, TimeElapsedColumn()) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done: progress.advance(task, done)


def _progress(*columns: Any) -> Progress:
    screen = Console(stderr=True)
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
