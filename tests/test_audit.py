"""The audit log: a row before and one after each act, a file a month, each following the one before, old ones gone."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import NOON, settings_in

from wkw.audit import DAY, Act, Audit
from wkw.chain import Chain
from wkw.errors import Ambiguous, NotFound, StateUnavailable

OWN_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
MONTHS = st.lists(st.integers(0, 30), min_size=1, max_size=8).map(sorted)  # months from the first
WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
sys.path.insert(0, "tests")
from lab import settings_in
from wkw.audit import Act, Audit
audit = Audit(settings_in(Path(sys.argv[1])))
for at in range(int(sys.argv[2]) - 20, int(sys.argv[2]) + 20):
    with audit.recorded(Act("lookup", sys.argv[3], at, ("seller",), sys.argv[3])):
        pass
"""


def at(year, month, day=1):
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


def month(number):
    return at(2025 + number // 12, number % 12 + 1, 15)


def audit_in(folder, **more):
    return Audit(replace(settings_in(folder), **more))


@pytest.fixture
def audit(tmp_path):
    return audit_in(tmp_path)


def record(audit, when=NOON, *, who="somebody", about=(), returned=(), error=None, purpose="lead_followup"):
    with audit.recorded(Act("lookup", "request", when, ("seller", "colleague"), who, purpose=purpose)) as seen:
        seen.about, seen.returned = about, returned
        if error:
            raise error


def rows(audit):
    return [row for _, row in audit.rows(since=0)]


def files(audit):
    return sorted(path.name for path in audit.folder.iterdir() if path.name != "lock")


def lines(audit, name):
    return (audit.folder / name).read_bytes().splitlines(keepends=True)


def put(audit, name, lines):
    (audit.folder / name).write_bytes(b"".join(lines))


# ---- rows ----


def test_a_row_stands_in_the_log_before_the_act_and_another_one_after_it(audit):
    with audit.recorded(Act("lookup", "r1", NOON, ("seller", "colleague"), "anna", purpose="account_plan")) as seen:
        [asked] = rows(audit)
        seen.about, seen.returned = ("a" * 24,), ("b" * 24, "c" * 24)
    first, told = rows(audit)

    assert first == asked
    assert (asked["step"], asked["id"], asked["at"], asked["act"]) == ("asked", "r1", NOON, "lookup")
    assert (asked["roles"], asked["purpose"]) == (["colleague", "seller"], "account_plan")
    shared = asked.keys() - {"n", "hash", "step", "follows"}
    assert {name: told[name] for name in shared} == {name: asked[name] for name in shared}
    assert (told["step"], told["outcome"], told["about"]) == ("told", "ok", ["a" * 24])
    assert told["returned"] == ["b" * 24, "c" * 24]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(NotFound("Nobody."), "not_found"), (ValueError("x"), "failed"), (KeyboardInterrupt(), "failed")],
)
def test_an_act_that_goes_wrong_is_told_by_its_code_and_no_word_of_the_error(audit, error, outcome):
    with pytest.raises(type(error)):
        record(audit, error=error)

    assert [row.get("outcome") for row in rows(audit)] == [None, outcome]


def test_people_of_whom_one_had_to_choose_are_whom_it_was_about(audit):
    with pytest.raises(Ambiguous):
        record(audit, error=Ambiguous("Several.", [{"id": "a" * 24, "name": "Lea"}, {"id": "b" * 24, "name": "Lea"}]))

    assert rows(audit)[1]["about"] == ["a" * 24, "b" * 24]


def test_a_caller_is_a_digest_that_is_the_same_each_time_and_another_with_another_key(tmp_path, audit):
    for who in ("anna", "anna", "bo"):
        record(audit, who=who)
    other = audit_in(tmp_path / "other", address_key=(b"another secret for addresses, for tests",))
    record(other, who="anna")
    first, _, second, _, third, _ = (row["who"] for row in rows(audit))

    assert first == second != third
    assert len(first) == 16
    assert first != rows(other)[0]["who"]


def test_where_the_first_row_cannot_be_written_the_act_does_not_begin(audit):
    audit.folder.parent.mkdir()
    audit.folder.touch()  # no folder
    began = False

    with pytest.raises(StateUnavailable) as told, audit.recorded(Act("lookup", "r", NOON, ())):
        began = True

    assert (told.value.code, began) == ("audit_unavailable", False)


def test_a_log_whose_end_is_damaged_lets_nothing_begin(audit):
    record(audit)
    put(audit, "2026-06.jsonl", [b"nothing\n"])

    with pytest.raises(StateUnavailable):
        record(audit_in(audit.folder.parent.parent))


def test_an_act_waits_for_the_disk_once(audit, monkeypatch):
    record(audit)
    synced, sync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(len(rows(audit))), sync(file)))

    record(audit)

    assert synced == [3]  # the two of before, and the one that says what is asked


def test_acts_that_come_together_go_to_the_disk_together(audit, monkeypatch):
    record(audit)
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: record(audit), range(300)))

    assert 0 < len(synced) < 300
    assert audit.verify()[0] == 602


def test_the_folder_is_its_owners_alone(audit):
    record(audit)

    modes = [path.stat().st_mode & 0o777 for path in (audit.folder, *audit.folder.iterdir())]
    assert modes == [0o700, 0o600, 0o600]


# ---- months ----


def test_each_month_has_a_file_that_tells_how_the_one_before_ended(audit):
    for when in (at(2026, 1), at(2026, 1, 31), at(2026, 2), at(2026, 4)):
        record(audit, when)

    assert files(audit) == ["2026-01.jsonl", "2026-02.jsonl", "2026-04.jsonl"]
    last = Chain(audit.folder / "2026-01.jsonl", code="x").head()[1]
    [follows] = [row["follows"] for row in rows(audit) if row["at"] == at(2026, 2) and row["n"] == 1]
    assert follows == {"file": "2026-01.jsonl", "rows": 4, "hash": last}
    assert audit.verify() == (8, rows(audit)[-1]["hash"])


def test_how_a_month_ended_is_on_the_disk_before_the_next_one_says_so(audit, monkeypatch):
    record(audit, at(2026, 1))
    synced, sync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(os.readlink(f"/proc/self/fd/{file}")), sync(file)))
    record(audit, at(2026, 2))

    names = [name.rpartition("/")[2] for name in synced]
    assert names.index("2026-01.jsonl") < names.index("2026-02.jsonl")


def test_a_row_that_comes_late_goes_where_the_month_has_gone_to(audit):
    record(audit, at(2026, 1))
    record(audit, at(2026, 2))
    record(audit, at(2026, 1, 31))

    assert [len(lines(audit, name)) for name in files(audit)] == [2, 4]
    assert audit.verify()[0] == 6


@pytest.mark.parametrize("left", [b"", b'{"n":1,"st'])
def test_a_month_that_a_crash_kept_from_beginning_begins_with_the_next_row(audit, left):
    record(audit, at(2026, 1))
    put(audit, "2026-02.jsonl", [left])
    assert audit.verify()[0] == 2

    record(audit_in(audit.folder.parent.parent), at(2026, 1, 31))

    assert [len(lines(audit, name)) for name in files(audit)] == [2, 2]
    assert audit.verify()[0] == 4


def test_threads_and_processes_that_write_while_a_month_begins_lose_nothing_and_stay_in_one_chain(tmp_path):
    audit, new_year = audit_in(tmp_path), at(2026, 1)
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(new_year)]
    writers = [subprocess.Popen([*command, name]) for name in ("one", "other")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: record(audit, new_year - 40 + n), range(80)))
    assert [writer.wait() for writer in writers] == [0, 0]

    assert audit.verify()[0] == 2 * (2 * 40 + 80)
    asked = sorted(row["at"] for row in rows(audit) if row["step"] == "asked" and row["id"] == "request")
    assert asked == [new_year - 40 + n for n in range(80)]


# ---- retention ----


@OWN_FOLDER
@given(numbers=MONTHS, days=st.integers(1, 900))
def test_files_that_are_wholly_too_old_go_when_a_month_begins_and_what_is_left_is_one_chain(
    tmp_path_factory, numbers, days
):
    audit = audit_in(tmp_path_factory.mktemp("audit"), audit_days=days)
    left = set()
    for number in numbers:
        record(audit, month(number))
        oldest = datetime.fromtimestamp((month(number) - days * DAY) / 1000, UTC).strftime("%Y-%m")
        left = {name for name in left if name[:7] >= oldest} | {f"{2025 + number // 12}-{number % 12 + 1:02}.jsonl"}

        assert set(files(audit)) == left
        assert audit.verify()[0] == len(rows(audit)) > 0


def test_a_file_with_a_row_that_is_young_enough_stays_whole(tmp_path):
    audit = audit_in(tmp_path, audit_days=30)
    for when in (at(2026, 1), at(2026, 1, 31), at(2026, 3)):
        record(audit, when)

    assert files(audit) == ["2026-01.jsonl", "2026-03.jsonl"]
