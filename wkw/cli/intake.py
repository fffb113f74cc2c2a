"""Commands that read sources: mail, calendars, interactions, a CRM's exports."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from wkw import exclusions, groups
from wkw.cli import show
from wkw.cli.opening import opened
from wkw.connectors import calendar, crm, files, interchange, mail, mapping
from wkw.connectors.mapping import Mapping
from wkw.connectors.records import Roll
from wkw.exclusions import Rules
from wkw.graph import Graph
from wkw.ingest import Ingest, Report, as_data
from wkw.model import Dropped, Event, Listing
from wkw.moment import Moment, moment
from wkw.people import Loaded
from wkw.settings import Settings, load

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would become of each event, and write nothing.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")

Reader = Callable[..., Iterator[Event | Dropped]]


@click.group()
def ingest() -> None:
    """Read a source, store and weigh what is between people.

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
    _ingest(mail.read, paths, sources=("mail",), dry_run=dry_run, as_json=as_json)


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
    _ingest(read, paths, sources=("calendar",), dry_run=dry_run, as_json=as_json)


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


@ingest.command("crm")
@PATHS
@click.option("--mapping", "form", type=click.Path(path_type=Path), help="Read columns as this file says (TOML).")
@DRY_RUN
@JSON
def ingest_crm(paths: tuple[Path, ...], form: Path | None, dry_run: bool, as_json: bool) -> None:
    """Read a CRM's exports: contacts, leads and activities.

    CSV files in UTF-8 and folders of them, known by their columns: exports of Dynamics 365 with display or logical
    names, or the plain form. Give all files of an export together: activities name people by id or full name too. Only
    completed emails, appointments and phone calls count; other columns are dropped unread.

    \b
    Plain form, lists of people separated by `;`, dates in ISO 8601:
      contacts    contact_id; name, email, email2, email3, mobile, company,
                  job_title, modified
      leads       lead_id and the same; status (open, qualified, disqualified)
      users       user_id, name, email
      activities  activity_id, type (email, appointment, call), from, to, at,
                  status (open, completed, cancelled); cc, message_id, uid,
                  recurring, number, duration (minutes), voicemail, regarding,
                  modified

    For other systems a mapping file names columns, words and forms of dates; wkw/data/crm/plain.toml explains it. Times
    that tell no zone are in the mapping's, else in WKW_TIMEZONE.

    \b
    Example:
      wkw ingest crm export/
      wkw ingest crm contacts.csv tasks.csv --mapping salesforce.toml
    """
    _ingest_export(paths, [mapping.read(form)] if form else mapping.built_in(), dry_run=dry_run, as_json=as_json)


def _ingest_export(paths: tuple[Path, ...], mappings: list[Mapping], *, dry_run: bool, as_json: bool) -> None:
    sheets, total = crm.sheets(paths, mappings), files.size(paths)
    with opened() as (graph, settings):
        settings.check_domains()
        at, rules = moment(), exclusions.rules(graph, settings)
        owns, zone, reason = settings.owns, ZoneInfo(settings.timezone), rules.reason
        with show.reading(total, "Reading") as progress:
            named = crm.people(sheets, owns=owns, zone=zone, progress=progress, reason=reason)
            loaded = _loaded(graph, settings, named.listings, rules, at=at, dry_run=dry_run)
            run = Ingest(graph, settings, now=at.now, dry_run=dry_run)
            records = crm.read(sheets, named, owns=owns, zone=zone, progress=progress, reason=reason)
            report = run.run(records, sources={sheet.mapping.source for sheet in sheets})
        if not dry_run:
            _settle(graph, settings, rules, report)
    people = _people_fates(named, loaded)
    if as_json:
        show.out_json(as_data(report) | {"people": people})
    else:
        show.fates(report)
        show.say("")
        show.people(people)
    _note_nothing(report.submitted + named.submitted)


def _loaded(
    graph: Graph, settings: Settings, listings: list[Listing], rules: Rules, *, at: Moment, dry_run: bool
) -> Loaded:
    """What became of people; of a dry run what can, as far as the file tells."""
    if dry_run:
        return Loaded(submitted=len(listings), stored=len(listings))
    return groups.load(graph, settings, listings, at=at, directory=False, reason=rules.reason)


def _people_fates(named: Roll, loaded: Loaded) -> dict[str, Any]:
    """What became of the records of people; submitted is the sum of the five fates."""
    reasons = {"excluded": named.excluded, "quarantined": named.quarantined}
    return {
        "submitted": named.submitted,
        "fates": {
            "stored": loaded.stored,
            "joined": named.joined,
            "suppressed": loaded.suppressed,
            **{fate: counts.total() for fate, counts in reasons.items()},
        },
        "reasons": [
            {"fate": fate, "reason": reason, "records": n}
            for fate, counts in reasons.items()
            for reason, n in sorted(counts.items())
        ],
        "left_out": dict(sorted(named.left_out.items())),
    }


def _ingest(read: Reader, paths: Iterable[Path], *, sources: Iterable[str] = (), dry_run: bool, as_json: bool) -> None:
    total = files.size(paths)
    with opened() as (graph, settings):
        settings.check_domains()
        rules = exclusions.rules(graph, settings)
        run = Ingest(graph, settings, now=moment().now, dry_run=dry_run)
        with show.reading(total, "Reading") as progress:
            report = run.run(read(paths, progress=progress, reason=rules.reason), sources=sources)
        if not dry_run:
            _settle(graph, settings, rules, report)
    if as_json:
        show.out_json(as_data(report))
    else:
        show.fates(report)
    _note_nothing(report.submitted)


def _settle(graph: Graph, settings: Settings, rules: Rules, report: Report) -> None:
    at = moment()
    exclusions.settle(graph, settings, rules, report.excluded(), now=at.now, day=at.day)


def _note_nothing(submitted: int) -> None:
    if not submitted:
        show.note("There was nothing to read.")


COMMANDS = (ingest,)
