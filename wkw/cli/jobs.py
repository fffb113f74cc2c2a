"""Commands that keep the graph in order: reweighting, retention, their clock, and how all of it is."""

import signal
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from wkw import clock as clockwork
from wkw import jobs, outbox, policy
from wkw.cli import moves, show
from wkw.cli.opening import opened
from wkw.connectors import weights as weights_file
from wkw.errors import JobError, JobTaken, WkwError
from wkw.forget import Folded
from wkw.forget import forget as fold
from wkw.graph import Graph
from wkw.introductions.asking import settle
from wkw.leavers import Purged, purge
from wkw.model import Lease
from wkw.moment import moment
from wkw.reweight import Moves, preview
from wkw.reweight import reweight as weigh
from wkw.settings import Settings, load
from wkw.web.answer import composer

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of tables.")


@click.command()
@click.option("--full", is_flag=True, help="Recompute every tie first, and fail where one was not what it should be.")
@click.option("--weights", type=click.Path(path_type=Path), metavar="FILE", help="Change the weights of the channels.")
@click.option("--dry-run", is_flag=True, help="With --weights: say what would change, and write nothing.")
@JSON
def reweight(full: bool, weights: Path | None, dry_run: bool, as_json: bool) -> None:
    """Write strength and level onto every tie, as of today.

    Answers do not need it: they are always as of today. Neo4j Browser, exports and alerts do. A weights file holds
    for example {"email": 1, "meeting": 3, "call": 2}.

    \b
    Example:
      wkw reweight
      wkw reweight --weights weights.json --dry-run
    """
    if dry_run and not weights:
        raise click.UsageError("--dry-run goes with --weights.")
    chosen = _weights(weights) if weights else None
    with opened() as (graph, settings):
        if chosen and dry_run:
            with show.working("Weighing ties") as progress:
                found = preview(graph, settings, chosen, day=moment().day, progress=progress)
            moves.tell_preview(found, as_json=as_json)
            return
        done = weighed(graph, settings, full=full, weights=chosen)
    moves.tell(done, as_json=as_json)
    if done.different:
        raise JobError(
            f"Ties that were not what their interactions make them: {len(done.different)}. They are mended.",
            remedy="Report it: a tie must never drift.",
            code="drift",
        )


def _weights(path: Path) -> dict[str, float]:
    found = weights_file.read(path)
    if "k" in found:
        show.note(f"k is a setting of its own: WKW_K={found.pop('k'):g}.")
    return found


@click.command()
@JSON
def forget(as_json: bool) -> None:
    """Fold what is older than the retention, and delete leavers.

    The retention is that of a region's policy (`wkw policy`), else WKW_RETENTION_DAYS, 365 where it is not set; 0 keeps
    everything. No strength changes; what arrives later than it was folded is counted as expired. What is held of
    colleagues goes WKW_LEAVERS_DAYS after they left, 30 where it is not set.

    \b
    Example:
      WKW_RETENTION_DAYS=180 wkw forget
    """
    with opened() as (graph, settings):
        folded, purged = forgotten(graph, settings)
    if as_json:
        told = {"pairs": folded.pairs, "interactions": folded.interactions, "retention": settings.retention}
        show.out_json(told | {"leavers": asdict(purged)})
        return
    show.say(f"Deleted: {purged}.")
    if settings.retention or folded.pairs:
        show.say(f"Folded: interactions {folded.interactions}, between {folded.pairs} pairs of people.")
    else:
        show.say("Nothing is folded: WKW_RETENTION_DAYS is 0.")


@click.command("jobs")
@JSON
def jobs_list(as_json: bool) -> None:
    """Show the jobs.

    When each ran last, what became of it, and when it is due next.

    \b
    Example:
      wkw jobs
    """
    with opened() as (graph, settings):
        found = jobs.listed(graph)
    triggers = clockwork.triggers(settings)
    now = datetime.now(UTC)
    due = {name: clockwork.next_due(trigger, now) for name, trigger in triggers.items()}
    moves.tell_jobs(found, due, ZoneInfo(settings.timezone), as_json=as_json)


@click.command()
def clock() -> None:
    """Run the jobs by their schedules until told to stop.

    WKW_REWEIGHT_AT and WKW_FORGET_AT are written as in a crontab, in WKW_TIMEZONE; an empty one is never run. Each
    begins up to WKW_JITTER_SECONDS late. Mails that are due go each minute. Two clocks do no harm.

    \b
    Example:
      WKW_TIMEZONE=Europe/Stockholm WKW_REWEIGHT_AT="30 2 * * *" wkw clock
    """
    clockwork.triggers(load())  # a schedule that cannot be read is told before anything is opened
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as (graph, settings):
        show.note("The clock runs - stop with Ctrl-C.")
        works = {
            "reweight": lambda due: _on_time(lambda: weighed(graph, settings, due=due, stop=stop), "reweight"),
            "forget": lambda due: _on_time(lambda: _told(forgotten(graph, settings, due=due, stop=stop)), "forget"),
        }
        clockwork.run(settings, works, stop, minutely=lambda: _mailed(graph, settings, stop))


def _mailed(graph: Graph, settings: Settings, stop: threading.Event) -> None:
    """Sends the mails that are due; what goes wrong is told, and the clock goes on."""
    try:
        settle(graph, now=moment().now)  # whom nobody answered is told
        fates = outbox.deliver(graph, settings, composer(graph, settings), now=lambda: moment().now, stop=stop)
    except WkwError as error:
        show.note(f"mail: {error}")
    else:
        if fates:
            show.note("mail: " + ", ".join(f"{fate} {count}" for fate, count in sorted(fates.items())))


def _told(done: tuple[Folded, Purged]) -> str:
    return f"{done[0]}; {done[1]}"


def _on_time(job: clockwork.Job, name: str) -> None:
    """Runs a job of the clock; what goes wrong is told, and the clock goes on."""
    try:
        done = job()
    except JobTaken:
        show.note(f"{name}: skipped, another clock runs it or has done so.")
    except WkwError as error:
        show.note(f"{name}: {error}")
    else:
        show.note(f"{name}: {done}")


def weighed(
    graph: Graph,
    settings: Settings,
    *,
    full: bool = False,
    weights: dict[str, float] | None = None,
    due: int | None = None,
    stop: threading.Event | None = None,
) -> Moves:
    """Runs the job of reweighting."""
    day = moment().day

    def work(lease: Lease) -> tuple[Moves, int]:
        with show.working("Weighing ties") as progress:
            done = weigh(graph, settings, lease, day=day, full=full, weights=weights, progress=progress)
        return done, done.ties

    return jobs.run(graph, "reweight", work, day=day, due=due, stop=stop)


def forgotten(
    graph: Graph, settings: Settings, *, due: int | None = None, stop: threading.Event | None = None
) -> tuple[Folded, Purged]:
    """Runs the job of retention, after everybody is hidden whom a policy keeps off: one may have been killed."""
    policy.apply(graph, settings, now=moment().now)
    outbox.forget(graph, now=moment().now)
    settle(graph, now=moment().now)
    day = moment().day

    def work(lease: Lease) -> tuple[tuple[Folded, Purged], int]:
        with show.working("Folding interactions") as progress:
            folded = fold(graph, lease, day=day, retention=settings.retention, progress=progress)
        purged = purge(graph, lease, day=day, days=settings.leavers)
        return (folded, purged), folded.interactions + purged.interactions

    return jobs.run(graph, "forget", work, day=day, due=due, stop=stop)


COMMANDS = (reweight, forget, jobs_list, clock)
