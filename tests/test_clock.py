"""The clock runs jobs when they are due, in their zone, once however many clocks there are, and ends when told."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lab import TODAY
from races import command
from servers import until
from test_jobs import SMALL_CHUNKS, crowd, weighed

from wkw import clock, jobs
from wkw.errors import JobTaken, SettingsError
from wkw.moment import moment


def at(text, zone="UTC"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def scheduled(lab, line, zone="UTC"):
    return clock.triggers(replace(lab.settings, schedule={"reweight": line}, timezone=zone))


def test_a_job_is_due_by_the_clock_of_its_zone_also_when_that_is_put_forward(lab):
    trigger = scheduled(lab, "30 2 * * *", "Europe/Stockholm")["reweight"]

    assert clock.next_due(trigger, at("2026-01-10T00:00")) == at("2026-01-10T01:30")
    assert clock.next_due(trigger, at("2026-07-10T00:00")) == at("2026-07-10T00:30")
    assert clock.last_due(trigger, at("2026-01-10T00:00")) == at("2026-01-09T01:30")
    assert clock.last_due(trigger, at("2026-01-10T01:30")) == at("2026-01-10T01:30")


# A crontab knows no seconds, and a test should not wait for a minute.
EVERY_FIVE_SECONDS = f"""
{SMALL_CHUNKS}
from apscheduler.triggers.cron import CronTrigger
CronTrigger.from_crontab = classmethod(lambda cls, line, timezone: cls(second="*/5", timezone=timezone))
"""


def test_the_clock_begins_a_job_when_it_is_due_and_ends_after_a_chunk_when_told(lab):
    crowd(lab, ties=3_000)
    env = {"WKW_REWEIGHT_AT": "* * * * *", "WKW_FORGET_AT": "", "WKW_JITTER_SECONDS": "0"}
    with command(lab, "clock", script=EVERY_FIVE_SECONDS, env=env, stderr=subprocess.PIPE) as process:
        until(lambda: lab.query("cursor")[0]["cursor"] != "", seconds=75)
        process.terminate()
        _, said = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "reweight: The job reweight was asked to stop. Run it again" in said
    done = sum(row[2] is not None for row in weighed(lab))
    assert 0 < done < 3_000
    assert lab.reweight(day=moment().day).ties == 3_000 - done


def test_a_schedule_that_cannot_be_read_is_told_with_an_example(lab):
    for line in ("99 * * * *", "nonsense", "0 3 * *", "0 3 * * 0"):
        with pytest.raises(SettingsError, match="WKW_REWEIGHT_AT"):
            scheduled(lab, line)
    assert scheduled(lab, "") == {}


def test_of_two_clocks_one_runs_a_job_when_it_is_due_and_the_other_skips(lab):
    ran, skipped = [], []

    def tick(due):
        try:
            jobs.run(lab.graph, "reweight", lambda lease: (ran.append(due), 0), day=TODAY, due=due)
        except JobTaken:
            skipped.append(due)

    ticks = [int(datetime.now(UTC).timestamp() * 1000) - 3_600_000 * n for n in range(100, 0, -1)]
    for due in ticks:
        lab.query("begun_at", at=due - 1)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(tick, [due, due]))
        lab.query("begun_at", at=due)
        tick(due)  # a clock that comes late, after the run

    assert ran == ticks
    assert sorted(skipped) == sorted([*ticks, *ticks])
