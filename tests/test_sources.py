"""Sources: when each was read, what went wrong, and that answers say when something may be missing."""

import json
from dataclasses import replace

import pytest
from lab import NOON, TODAY, VILLAGE

from wkw import sources
from wkw.connectors import interchange, mail
from wkw.errors import FileError
from wkw.lookup import Question, lookup
from wkw.model import Target
from wkw.notices import source_troubles

DAY = 86_400_000
ALL = ("kund-calendar", "mail", "nord-calendar", "nord-crm", "nord-phone")  # as the village's files name them


def asked(lab, day=TODAY, **every):
    settings = replace(lab.settings, sources=every)
    target = Target(uri="mailto:lea@kund.example")
    return lookup(lab.graph, settings, Question(target, lab.key("mats@kund.example"), day))


def told(answer):
    return answer.complete, [(notice["code"], notice["message"].split(" Strengths")[0]) for notice in answer.notices]


def test_answers_name_every_source_that_was_read(village):
    assert asked(village).sources == ALL


def test_a_source_that_is_read_as_often_as_it_should_be_leaves_the_answer_complete(village):
    assert told(asked(village, mail=1)) == (True, [])
    assert told(asked(village, TODAY + 1, mail=1)) == (True, [])


def test_a_source_is_late_on_the_day_after_those_it_has(village):
    late = ("source_late", "The source mail was last read 8 days ago.")

    assert told(asked(village, TODAY + 7, mail=7)) == (True, [])
    assert told(asked(village, TODAY + 8, mail=7)) == (False, [late])


def test_a_source_that_should_be_read_and_never_was_makes_the_answer_incomplete(village):
    assert told(asked(village, calendar=7)) == (False, [("source_missing", "The source calendar was never read.")])


def test_a_source_whose_reading_fails_is_told_until_it_is_read_whole(village):
    def torn():
        yield from mail.read([VILLAGE / "eml"])
        raise FileError("The file is torn.")

    with pytest.raises(FileError):
        village.ingest(torn(), now=NOON + DAY)
    failed = ("source_failed", "Reading the source mail failed (invalid_file).")
    assert told(asked(village)) == (False, [failed])
    assert asked(village).sources == ALL

    village.ingest(mail.read([VILLAGE / "eml"]), now=NOON + 2 * DAY)
    assert told(asked(village, TODAY + 2, mail=1)) == (True, [])


def test_a_source_without_anything_in_it_is_read_all_the_same(lab):
    lab.ingest([], sources=["mail"])

    (found,) = sources.listed(lab.graph)
    assert (found["name"], found["reading"], found["ended"], found["error"]) == ("mail", False, NOON, None)


def test_a_dry_run_notes_nothing(lab):
    lab.ingest(interchange.read([VILLAGE / "interactions.jsonl"]), dry_run=True, sources=["mail"])

    assert sources.listed(lab.graph) == []


def test_what_is_wrong_with_several_sources_is_told_by_name():
    read = {"name": "b", "reading": False, "ended": (TODAY - 9) * DAY, "error": None}
    failed = read | {"name": "c", "error": "db_busy"}

    codes = [notice["code"] for notice in source_troubles([failed, read], {"b": 8, "a": 1}, day=TODAY)]

    assert codes == ["source_missing", "source_late", "source_failed"]


def test_the_sources_are_shown_with_their_state(wkw, lab):
    lab.ingest([], sources=["mail"], now=NOON)
    lab.graph.row("ingest/started", sources=["crm:plain"], now=NOON)

    rows = json.loads(wkw("sources", "--json", WKW_SOURCES="mail=1,calendar=2").out)
    assert [(row["source"], row["ended"], row["every"], row["state"]) for row in rows] == [
        ("calendar", None, 2, "missing"),
        ("crm:plain", None, None, "unfinished"),
        ("mail", "2026-06-02T12:00:00+00:00", 1, "late"),
    ]
    table = wkw("sources", WKW_TIMEZONE="Europe/Stockholm").out
    assert "mail       2026-06-02 14:00 CEST" in table


@pytest.mark.parametrize("value", ["mail", "mail=0", "=1", "mail=x", "mail=1,crm=99999"])
def test_a_setting_of_sources_that_cannot_be_read_is_told_with_an_example(wkw, value):
    assert "WKW_SOURCES needs a number of days from 1 to 3660" in wkw("sources", WKW_SOURCES=value).line
