"""Jobs run under a lease with a fence: twice, at once, killed or paused anywhere, they end as one run would."""

import os
import random
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from lab import NOON, TODAY
from races import changed, command
from test_strength import LEA, mail

from wkw import chunks, jobs
from wkw.errors import JobStopped, JobTaken, LeaseLost
from wkw.lookup import Question, lookup
from wkw.model import Event, Lease, Target
from wkw.moment import moment
from wkw.notices import job_trouble
from wkw.regions import Retention
from wkw.reweight import reweight

DAY = 86_400_000
SMALL_CHUNKS = "import wkw.reweight; wkw.reweight.TIES = 10"


def weighed(lab):
    return sorted(
        (tie["colleague"], tie["person"], tie["strength"], tie["level"], tie["day"]) for tie in lab.query("ties")
    )


def everything(lab):
    """All that is in the graph but for the jobs."""
    return [row for row in lab.query("everything") if row["what"] != ["Job"]]


def crowd(lab, ties=400):
    """So many colleagues with a tie each that a run takes several chunks of ten ties."""
    dice = random.Random(5)
    lab.ingest(
        Event(f"mid:{n}", NOON - dice.randrange(1, 200) * DAY, "email", f"mailto:c{n}@nord.example", (LEA,), 1, "t")
        for n in range(ties)
    )


@pytest.fixture
def crowded(lab, monkeypatch):
    """The lab with a crowd, weighed in chunks of ten ties."""
    crowd(lab)
    monkeypatch.setattr("wkw.reweight.TIES", 10)
    return lab


def claim(lab, job="reweight", due=None):
    row = lab.graph.row("jobs/claim", job=job, me=random.randbytes(8).hex(), due=due, ttl=chunks.TTL)
    return row and Lease(job, row["token"], row["cursor"])


def weigh(graph, lab, lease, **more):
    return reweight(graph, lab.settings, lease, day=TODAY, **more)


# ---- the lease ----


@pytest.mark.both_lines
def test_of_sixteen_who_claim_a_job_at_once_one_has_it(lab):
    with ThreadPoolExecutor(16) as pool:
        leases = list(pool.map(lambda _: claim(lab), range(16)))

    assert len([lease for lease in leases if lease]) == 1


def test_a_job_that_somebody_runs_is_refused_and_told(lab):
    claim(lab)

    with pytest.raises(JobTaken):
        lab.reweight()


@pytest.mark.both_lines
def test_a_lease_that_ended_is_taken_over_with_a_newer_token(lab):
    first = claim(lab)
    lab.query("lapse")
    second = claim(lab)

    assert second.token > first.token


@pytest.mark.both_lines
def test_a_claim_that_comes_again_has_the_same_token(lab):
    same = {"job": "reweight", "me": "me", "due": NOON * 2, "ttl": chunks.TTL}

    assert lab.graph.row("jobs/claim", **same) == lab.graph.row("jobs/claim", **same)


# ---- the fence ----


def steps(lab):
    """Every chunk that a job writes, with what it takes."""
    ids = [row["id"] for row in lab.query("ids")]
    bounds = {"f": 1.0, "s": 1.0, "k": 4.0, "strong": 0.5, "familiar": 0.15}
    yield "reweight/weigh", {"colleagues": ids, "day": TODAY, **bounds}
    yield "reweight/full", {"colleagues": ids, "day": TODAY, "small_meeting": 0.2}
    yield "reweight/change", {"weights": {"email": 7.0}, "formula": "other"}
    yield "reweight/settled", {}
    yield "forget/fold", {"colleagues": ids, "before": Retention({}, 1, 1).before(TODAY), "day": TODAY, "limit": 10}


@pytest.mark.both_lines
@pytest.mark.parametrize("lost", ["lapse", "take_over"])
def test_a_worker_that_was_paused_beyond_its_lease_writes_nothing(village, lost):
    lease = claim(village)
    village.query("tamper_tie")
    village.query(lost)
    state = everything(village)

    for name, params in steps(village):
        with pytest.raises(LeaseLost):
            chunks.fenced(village.graph, name, lease, cursor="x", **params)

    assert everything(village) == state


def test_a_worker_that_lost_its_lease_does_not_end_the_job_of_the_other(lab):
    first = claim(lab)
    lab.query("lapse")
    claim(lab)
    lab.graph.row("jobs/ended", job="reweight", token=first.token, day=TODAY, changed=9, error=None)

    (job,) = [job for job in jobs.listed(lab.graph) if job.name == "reweight"]
    assert (job.running, job.ended, job.changed) == (True, None, 0)


@pytest.mark.parametrize("without", ["j.token = $token AND ", " AND j.until >= timestamp()"])
def test_without_its_fence_a_paused_worker_would_write(crowded, tmp_path, without):
    """The test of the tests above: each half of the fence taken out lets a chunk through that must not pass."""
    graph = changed(crowded, tmp_path, "reweight/weigh", (without, ""))
    lease = claim(crowded)
    crowded.query("take_over" if "token" in without else "lapse")

    assert weigh(graph, crowded, lease).ties == 400
    graph.close()


# ---- killed, paused, stopped ----


class Dying:
    """A graph whose caller dies before or after its nth write of a chunk."""

    def __init__(self, graph, n):
        self.graph, self.left = graph, n

    def row(self, name, **params):
        if name == "reweight/weigh":
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        return self.graph.row(name, **params)


def test_a_run_that_was_killed_after_any_chunk_goes_on_there_and_ends_like_one_run(crowded):
    crowded.reweight()
    whole = weighed(crowded)
    for chunk in range(0, 40, 7):
        crowded.query("unweigh")
        with pytest.raises(KeyboardInterrupt):
            weigh(Dying(crowded.graph, chunk), crowded, claim(crowded))
        crowded.query("lapse")

        rest = crowded.reweight()

        assert rest.ties == 400 - 10 * chunk
        assert weighed(crowded) == whole


def test_a_run_that_is_killed_at_every_chunk_ends_like_one_run_all_the_same(crowded):
    crowded.reweight()
    whole = weighed(crowded)
    crowded.query("unweigh")
    for _ in range(39):
        with pytest.raises(KeyboardInterrupt):
            weigh(Dying(crowded.graph, 1), crowded, claim(crowded))
        crowded.query("lapse")

    assert crowded.reweight().ties == 10
    assert weighed(crowded) == whole


def test_a_run_of_another_day_begins_anew(crowded):
    with pytest.raises(KeyboardInterrupt):
        weigh(Dying(crowded.graph, 3), crowded, claim(crowded))
    crowded.query("lapse")

    assert crowded.reweight(day=TODAY + 1).ties == 400


def test_a_job_that_is_asked_to_stop_ends_after_its_chunk_and_says_so(crowded):
    stop = threading.Event()
    stop.set()

    with pytest.raises(JobStopped):
        jobs.run(
            crowded.graph, "reweight", lambda lease: (weigh(crowded.graph, crowded, lease), 0), day=TODAY, stop=stop
        )

    (job,) = [job for job in jobs.listed(crowded.graph) if job.name == "reweight"]
    assert (job.error, job.running, job.day) == ("stopped", False, None)
    assert crowded.reweight().ties == 390


STOPS_ITSELF = f"""
{SMALL_CHUNKS}
import os, signal
from wkw import chunks
fenced, left = chunks.fenced, [3]
def stopping(*given, **more):
    row = fenced(*given, **more)
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
    return row
chunks.fenced = stopping
"""


def test_a_process_paused_beyond_its_lease_wakes_to_write_nothing_more(crowded):
    with command(crowded, "reweight", script=STOPS_ITSELF, stderr=subprocess.PIPE) as process:
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        before = sum(row[2] is not None for row in weighed(crowded))
        crowded.query("lapse")
        done = crowded.reweight(day=moment().day + 1)
        state = weighed(crowded)
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=30)

    assert (before, done.ties) == (30, 400)
    assert (process.returncode, said) == (1, PAUSED)
    assert weighed(crowded) == state


PAUSED = (
    "wkw: The job reweight was paused beyond its lease, or `wkw rotate` runs. "
    "Run it again: it goes on where it stopped.\n"
)


@pytest.mark.both_lines
def test_reweighting_ingest_and_opt_out_at_once_leave_every_tie_as_it_should_be(crowded):
    def deliver(n):
        crowded.ingest([mail(f"{n}-{m}", f"mailto:c{m}@nord.example", (LEA,), TODAY - m % 9) for m in range(0, 400, 5)])

    with ThreadPoolExecutor(3) as pool:
        work = [pool.submit(deliver, n) for n in range(4)]
        work += [pool.submit(lambda: [crowded.reweight(full=True) for _ in range(3)])]
        work += [pool.submit(opt_out, crowded, n) for n in range(3)]
        for one in work:
            one.result()

    assert crowded.reweight(full=True).different == []
    gone = {f"mailto:c{n}@nord.example" for n in range(3)}
    assert gone.isdisjoint(tie["colleague"] for tie in crowded.query("ties"))


def opt_out(lab, n):
    from wkw import sharing

    sharing.off(lab.graph, lab.settings, f"mailto:c{n}@nord.example", now=NOON)


# ---- what is told ----


def test_a_failed_and_a_late_job_are_notices_in_answers(village):
    question = Question(Target(uri=LEA), village.key("mats@kund.example"), TODAY)
    ask = lambda: [n["code"] for n in lookup(village.graph, village.settings, question).notices]  # noqa: E731
    assert ask() == []

    village.reweight(day=TODAY - 3)
    assert ask() == ["job_late"]
    lease = claim(village)
    village.graph.row("jobs/ended", job="reweight", token=lease.token, day=TODAY, changed=0, error="db_busy")
    assert ask() == ["job_failed"]
    village.reweight()
    assert ask() == []


def test_a_job_is_late_after_more_than_two_days():
    assert job_trouble("reweight", TODAY - 2, None, day=TODAY) is None
    assert job_trouble("reweight", None, None, day=TODAY) is None
    assert job_trouble("reweight", TODAY - 3, None, day=TODAY)["code"] == "job_late"
