"""The commands of jobs, explanation and cooling say what they did, and what they cannot do."""

import json
import re
import time

import pytest
from program import program_of
from test_strength import ANNA, LEA

from wkw.model import Event
from wkw.moment import moment

DAY = 86_400_000


@pytest.fixture
def wkw(lab):
    """The program on a graph with a week of mail both ways between Anna and Lea, and mail long ago."""
    lab.load_people()
    at = moment().now
    lab.ingest(
        [
            Event(f"mid:{n}", at - n * DAY, "email", *((ANNA, (LEA,)) if n % 2 else (LEA, (ANNA,))), 1, "t")
            for n in (1, 2, 3, 4, 400, 401)
        ],
        now=at,
    )
    return program_of(lab)


def made(folder, text):
    path = folder / "weights.json"
    path.write_text(text)
    return path


def test_reweight_says_what_moved(wkw, lab):
    assert wkw("reweight").out == "Weighed: ties 1, recomputed 0, with another level 0.\n"
    (tie,) = lab.query("ties")
    assert (tie["level"], tie["day"]) == ("strong", moment().day)
    assert json.loads(wkw("reweight", "--full", "--json").out) == {
        "ties": 1,
        "recomputed": 1,
        "different": [],
        "levels": [],
        "coolest": [],
        "warmest": [],
    }


def test_levels_are_settings_that_act_at_once(wkw):
    wkw("reweight")

    done = wkw("reweight", WKW_STRONG="0.99", WKW_FAMILIAR="0.98")

    assert done.out.startswith("Weighed: ties 1, recomputed 0, with another level 1.\n")
    assert re.search(r"^strong +weak +1$", done.out, re.M)
    assert "familiar" not in wkw("explain", "anna@nord.example", "lea@kund.example", WKW_K="1000").out.split("S =")[0]


def test_k_acts_at_once(wkw):
    def strength(**more):
        return json.loads(wkw("explain", "anna@nord.example", "lea@kund.example", "--json", **more).out)["strength"]

    assert strength(WKW_K="8") < strength() < strength(WKW_K="2")


def test_a_full_run_that_finds_a_difference_mends_it_and_fails(wkw, lab):
    lab.query("tamper_tie")

    done = wkw("reweight", "--full")

    assert done.code == 1
    assert done.err == (
        "wkw: Ties that were not what their interactions make them: 1. They are mended. "
        "Report it: a tie must never drift.\n"
    )
    assert wkw("reweight", "--full").code == 0


def test_weights_are_tried_first_and_then_changed(wkw, tmp_path, lab):
    path = made(tmp_path, '{"email": 4, "meeting": 3, "call": 2, "k": 5.5}')
    state = lab.state()

    tried = wkw("reweight", "--weights", path, "--dry-run")
    assert tried.out.startswith("With WKW-2 email=4 meeting=3 call=2: ties 1, with another level 0.\n")
    assert tried.err == "k is a setting of its own: WKW_K=5.5.\nNothing was written.\n"
    assert lab.state() == state
    assert json.loads(wkw("reweight", "--weights", path, "--dry-run", "--json").out)["kept"] == 0

    assert wkw("reweight", "--weights", path).out.startswith("Weighed: ties 1, recomputed 1,")
    assert "formula WKW-2 email=4 meeting=3 call=2" in wkw("explain", "anna@nord.example", "lea@kund.example").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"email": 1, "meeting": 3}', "call: Missing."),
        ('{"email": -1, "meeting": 3, "call": 2}', "email: Must be a number from 0 to 100."),
        ('{"email": "much", "meeting": 3, "call": 2}', "email: Must be a number from 0 to 100."),
        ('{"email": true, "meeting": 3, "call": 2}', "email: Must be a number from 0 to 100."),
        ('{"email": NaN, "meeting": 3, "call": 2}', "email: Must be a number from 0 to 100."),
        ('{"email": 1, "meeting": 3, "call": 2, "fax": 1}', "fax: Unknown; known are email, meeting, call, k."),
        ('{"email": 1, "meeting": 3, "call": 2, "k": 0}', "k: Must be a number more than 0, up to 1000."),
        ('{"email": 0, "meeting": 0, "call": 0}', "call: At least one weight must be more than 0."),
        ("[1, 3, 2]", "holds no JSON object."),
        ("email=1", "is not JSON."),
        ("[" * 100_000, "is not JSON."),
    ],
)
def test_impossible_weights_are_told_field_by_field_and_nothing_is_written(wkw, tmp_path, lab, text, said):
    state = lab.state()

    assert said in wkw("reweight", "--weights", made(tmp_path, text)).line
    assert lab.state() == state


def test_a_weights_file_that_is_missing(wkw, tmp_path):
    assert "cannot be read: No such file" in wkw("reweight", "--weights", tmp_path / "none").line


def test_a_dry_run_without_weights_is_wrong_usage(wkw):
    assert wkw("reweight", "--dry-run").code == 2


def test_forget_folds_what_is_older_than_the_retention(wkw, lab):
    dag, nobody = (f"Deleted: leavers {n}, with interactions 0 and ties 0.\n" for n in (1, 0))
    assert wkw("forget", WKW_RETENTION_DAYS="0").out == f"{dag}Nothing is folded: WKW_RETENTION_DAYS is 0.\n"
    assert wkw("forget").out == f"{nobody}Folded: interactions 2, between 1 pairs of people.\n"
    assert json.loads(wkw("forget", "--json", WKW_RETENTION_DAYS="2").out) == {
        "pairs": 1,
        "interactions": 2,
        "retention": 2,
        "leavers": {"people": 0, "interactions": 0, "ties": 0},
    }
    assert wkw("reweight", "--full").code == 0


def test_jobs_are_listed_with_their_last_and_next_runs(wkw):
    wkw("reweight")
    listed = wkw("jobs", WKW_TIMEZONE="Europe/Stockholm", WKW_FORGET_AT="").out
    forget, reweight = json.loads(wkw("jobs", "--json").out)

    assert re.search(r"^forget .* never +never ran$", listed, re.M)
    assert re.search(r"^reweight +20\S+ \d\d:\d\d CES?T .*WKW-2 +20\S+ 03:15 CES?T +done$", listed, re.M)
    assert (forget["state"], forget["started"]) == ("never ran", None)
    assert (reweight["state"], reweight["changed"], reweight["error"]) == ("done", 1, None)
    assert reweight["next"] > time.strftime("%Y-%m-%dT%H:%M")


def test_a_job_is_told_to_be_running_failed_or_interrupted(wkw, lab):
    def state():
        return json.loads(wkw("jobs", "--json").out)[1]["state"]

    lab.graph.row("jobs/claim", job="reweight", me="me", due=None, ttl=60_000)
    assert state() == "running"
    assert "Somebody else is running the job reweight" in wkw("reweight").line
    lab.query("lapse")
    assert state() == "interrupted"
    token = lab.graph.row("jobs/claim", job="reweight", me="me", due=None, ttl=60_000)["token"]
    lab.graph.row("jobs/ended", job="reweight", token=token, day=1, changed=0, error="db_busy")
    assert state() == "failed: db_busy"


@pytest.mark.parametrize("command", ["clock", "jobs"])
def test_a_schedule_that_cannot_be_read_is_told(wkw, command):
    assert "WKW_REWEIGHT_AT is no schedule" in wkw(command, WKW_REWEIGHT_AT="tomorrow").line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WKW_TIMEZONE", "Mars/Olympus"),
        ("WKW_RETENTION_DAYS", "-1"),
        ("WKW_RETENTION_DAYS", "soon"),
        ("WKW_K", "0"),
        ("WKW_STRONG", "1"),
        ("WKW_FAMILIAR", "0.6"),
        ("WKW_MEETING_CAP", "1"),
        ("WKW_JITTER_SECONDS", "-3"),
    ],
)
def test_a_setting_that_is_impossible_is_named(wkw, name, value):
    assert name in wkw("jobs", **{name: value}).line


def test_explain_shows_parts_that_add_up_and_a_year_in_a_line(wkw):
    wkw("forget")
    shown = wkw("explain", "anna@nord.example", "Lea Sand").out
    found = json.loads(wkw("explain", "anna@nord.example", "lea@kund.example", "--json").out)

    adds = [float(line.split()[-1]) for line in shown.splitlines() if re.match(r"20|folded", line)]
    total = float(re.search(r"^S +([\d.]+)$", shown, re.M)[1])
    assert len(adds) == 6
    assert sum(adds) == pytest.approx(total, abs=5e-4)
    assert found["total"] == pytest.approx(total, abs=5e-5)
    assert found["strength"] == pytest.approx(found["total"] / (found["total"] + 4))
    assert re.search(r"^The last year, a week each: [▁▂▃▄▅▆▇█]{52}$", shown, re.M)
    assert found["level"] == "strong"
    assert len(found["kept"]) == 2


def test_explaining_a_connection_that_is_none_says_so_and_no_more(wkw):
    lines = {
        wkw("explain", *ends).line for ends in (("anna@nord.example", "nobody@x.example"), ("Anna Berg", "Nobody"))
    }

    assert lines == {
        "wkw: There is no connection to explain. Check the address or the name, or ask a colleague directly."
    }


def test_cooling_lists_what_will_fall_and_when(wkw):
    listed = wkw("cooling", "--as", "anna@nord.example", "--within", "90").out
    (found,) = json.loads(wkw("cooling", "--as", "anna@nord.example", "--within", "90", "--json").out)

    assert re.search(r"^Lea Sand +Kund .* strong +20\S+ +20\S+$", listed, re.M)
    assert (found["name"], found["level"]) == ("Lea Sand", "strong")
    assert wkw("cooling", "--as", "bo@nord.example").out == "None falls below a level within 30 days.\n"
