"""Commands that read sources: mail, calendars, interactions, people."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from wkw import people as directory
from wkw import sharing
from wkw.cli import show
from wkw.cli.opening import opened
from wkw.connectors import calendar, files, interchange, mail
from wkw.connectors import directory as people_file
from wkw.errors import SettingsError
from wkw.ingest import Ingest
from wkw.model import Dropped, Event
from wkw.moment import moment
from wkw.settings import load

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would become of each event, and write nothing.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")

Reader = Callable[..., Iterator[Event | Dropped]]


@click.group()
def ingest() -> None:
    """Read a source, store what is between people, weigh their ties.

    \b
    Example:
      wkw ingest mail ~/Mail/archive.mbox
    """


@ingest.command("mail")
@PATHS
@DRY_RUN
@JSON
def ingest_mail(paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Read mail from files, folders and archives.

    An mbox, a Maildir, .eml files, folders of them, and zip and tar archives, compressed or not. Only headers
    are looked at.

    \b
    Example:
      wkw ingest mail inbox.mbox Maildir/ exported.tar.zst
    """
    _ingest(mail.read, paths, source="mail", dry_run=dry_run, as_json=as_json)


@ingest.command("calendar")
@PATHS
@DRY_RUN
@JSON
def ingest_calendar(paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Read calendars from .ics files, folders and archives.

    Who organised and who accepted took part; titles, places and texts are not looked at. A meeting to come counts once
    it is over and the calendar is read again. Whole days and floating times are in the calendar's own zone, else in
    WKW_TIMEZONE.

    \b
    Example:
      wkw ingest calendar anna.ics invitations/ exported.tar.zst
    """
    read = partial(calendar.read, now=moment().now, zone=ZoneInfo(load().timezone))
    _ingest(read, paths, dry_run=dry_run, as_json=as_json)


@ingest.command("interactions")
@PATHS
@DRY_RUN
@JSON
def ingest_interactions(paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Read interactions in the interchange form.

    JSON Lines, or CSV with the same columns (lists separated by `;`): id, at (ISO 8601 with zone, or epoch seconds),
    channel (email, meeting, call), from, to; optional cc, n, names, source, tier (basic, enhanced), rev, cancelled,
    organiser_attended. Of a meeting `from` is the organiser, of a call the caller.

    \b
    Example:
      wkw ingest interactions meetings.jsonl --dry-run
    """
    _ingest(interchange.read, paths, dry_run=dry_run, as_json=as_json)


def _ingest(read: Reader, paths: Iterable[Path], *, source: str | None = None, dry_run: bool, as_json: bool) -> None:
    total = files.size(paths)
    with opened() as (graph, settings):
        if not settings.domains:
            raise SettingsError(
                "Nobody is known to be a colleague.",
                remedy="Set WKW_DOMAINS to your own mail domains and run `wkw migrate`.",
            )
        run = Ingest(graph, settings, now=moment().now, dry_run=dry_run)
        with show.reading(total, "Reading") as progress:
            report = run.run(read(paths, progress=progress), source=source)
    if as_json:
        show.out_json(show.as_data(report))
    else:
        show.fates(report)
    if not report.submitted:
        show.note("There was nothing to read.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and write nothing.")
def people(file: Path, dry_run: bool) -> None:
    """Load a directory of people.

    It says who is a colleague, which addresses are one person's, and what people are called. JSON Lines, or CSV with
    the same columns: address, kind (colleague, contact, lead); optional name, title, company, domain, crm_id, aliases
    (separated by `;`), region, department, and the days from and until, the first one that a leaver is gone.

    \b
    Example:
      wkw people people.csv
    """
    listings = list(people_file.read(file))
    with opened() as (graph, settings):
        day = moment().day
        if dry_run:
            show.say(f"{len(listings)} people can be stored.")
            return
        loaded = directory.load(graph, settings, listings, day=day)
        for key in loaded.closed:
            sharing.purge(graph, key, day=day)
    found = show.table("#submitted", "#stored", "#suppressed", "#joined")
    found.add_row(*(str(n) for n in (loaded.submitted, loaded.stored, loaded.suppressed, loaded.joined)))
    show.out(found)


COMMANDS = (ingest, people)
