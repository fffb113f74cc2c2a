"""The clock: runs the jobs by their schedules in one process, until told to stop."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from wkw.errors import SettingsError
from wkw.settings import Settings

MISFIRE_SECONDS = 3600  # a clock that slept through a tick makes up for it within an hour
SPANS = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=366))
SECOND = timedelta(seconds=1)

Work = Callable[[int], None]  # takes when it was due, epoch milliseconds
Job = Callable[[], object]


def triggers(settings: Settings) -> dict[str, CronTrigger]:
    """When each job is due, in the zone of the settings; a SettingsError names the schedule that cannot be read."""
    return {job: _trigger(job, line, settings) for job, line in settings.schedule.items() if line.strip()}


def next_due(trigger: CronTrigger, at: datetime) -> datetime | None:
    """When a job is due next."""
    due: datetime | None = trigger.get_next_fire_time(None, at)
    return due


def last_due(trigger: CronTrigger, at: datetime) -> datetime | None:
    """When a job was due last, at or before a time; None where that is more than a year ago."""
    for span in SPANS:
        due = next_due(trigger, at - span)
        if due is not None and due <= at:
            while (later := next_due(trigger, due + SECOND)) is not None and later <= at:
                due = later
            return due
    return None


def run(settings: Settings, works: Mapping[str, Work], stop: threading.Event, *, minutely: Job) -> None:
    """Runs each job when it is due, one at a time, until `stop` is set and the job that runs has ended.

    `minutely` is run each minute beside them, and at once: it waits for none of them.
    """
    zone = ZoneInfo(settings.timezone)
    executors = {"default": ThreadPoolExecutor(1), "minutely": ThreadPoolExecutor(1)}
    scheduler = BackgroundScheduler(timezone=zone, executors=executors)
    every, options = IntervalTrigger(minutes=1, timezone=zone), {"coalesce": True, "max_instances": 1}
    scheduler.add_job(minutely, every, executor="minutely", next_run_time=datetime.now(zone), **options)
    for job, trigger in triggers(settings).items():
        late = _trigger(job, settings.schedule[job], settings)
        late.jitter = settings.jitter or None  # so that the clocks of many hosts do not strike at once
        tick = _on_tick(works[job], trigger)
        scheduler.add_job(tick, late, id=job, misfire_grace_time=MISFIRE_SECONDS, **options)
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def _on_tick(work: Work, trigger: CronTrigger) -> Callable[[], None]:
    def tick() -> None:
        due = last_due(trigger, datetime.now(UTC))
        if due is not None:
            work(int(due.timestamp() * 1000))

    return tick


def _trigger(job: str, line: str, settings: Settings) -> CronTrigger:
    try:
        if any(sign.isdigit() for sign in line.split()[-1]):
            raise ValueError("days of the week are named, mon to sun")  # cron and the library count them differently
        return CronTrigger.from_crontab(line, timezone=ZoneInfo(settings.timezone))
    except ValueError as error:
        raise SettingsError(
            f"WKW_{job.upper()}_AT is no schedule: {error}.",
            remedy="Write five fields as in a crontab, such as `15 3 * * mon-fri`, or leave it empty: never.",
        ) from error
