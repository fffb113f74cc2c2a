"""What is kept beside the graph grows only at its end, is on the disk when told, and shows what was tampered with."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wkw.chain import BLOCK, Chain
from wkw.errors import StateUnavailable

rows = st.lists(st.dictionaries(st.sampled_from(["at", "kind", "keys"]), st.text() | st.integers()), max_size=6)
WRITER = """
import sys
from pathlib import Path
from wkw.chain import Chain
chain = Chain(Path(sys.argv[1]), code="x")
for number in range(50):
    chain.append({"by": sys.argv[2], "number": number})
"""


def chain_in(folder, **more):
    return Chain(folder / "state" / "rows.jsonl", code="rows_unavailable", **more)


@pytest.fixture
def chain(tmp_path):
    return chain_in(tmp_path)


def three(chain):
    return [chain.append({"kind": kind}) for kind in ("first", "second", "third – Ö")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
def test_what_is_appended_is_read_again_in_its_order_and_sealed(tmp_path_factory, rows):
    chain = chain_in(tmp_path_factory.mktemp("chain"))
    sealed = [chain.append(row) for row in rows]

    assert list(chain.rows()) == sealed
    assert [{name: row[name] for name in row if name not in ("n", "hash")} for row in sealed] == rows
    assert [row["n"] for row in sealed] == [n + 1 for n in range(len(rows))]
    assert chain.head() == ((sealed[-1]["n"], sealed[-1]["hash"]) if rows else (0, "0" * 64))
    assert list(chain.rows(after=2)) == sealed[2:]
    assert chain.bad() is None


def test_of_any_byte_that_changes_the_first_bad_row_is_named(chain):
    three(chain)
    whole = chain.path.read_bytes()
    ends = [n for n, byte in enumerate(whole) if byte == 10]

    for place in range(len(whole) - 1):
        chain.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert chain.bad() == 1 + sum(end < place for end in ends), place


@pytest.mark.parametrize(
    ("lines", "bad"), [((1, 2), 1), ((0, 2), 2), ((1, 0, 2), 1), ((0, 0, 1, 2), 2), ((0, 1), None)]
)
def test_a_row_that_is_missing_moved_or_doubled_is_found_but_for_the_last(chain, lines, bad):
    three(chain)
    whole = chain.path.read_bytes().splitlines(keepends=True)
    chain.path.write_bytes(b"".join(whole[n] for n in lines))

    assert chain.bad() == bad


def test_a_file_goes_on_from_the_hash_that_the_one_before_ended_with(tmp_path, chain):
    head = three(chain)[-1]["hash"]
    following = Chain(tmp_path / "next.jsonl", code="x", before=head)
    assert following.head() == (0, head)
    following.append({"kind": "fourth"})

    assert following.bad() is None
    assert Chain(following.path, code="x").bad() == 1


def test_a_row_without_its_end_was_never_acknowledged_and_the_next_one_takes_its_place(chain):
    sealed = three(chain)
    whole = chain.path.read_bytes()
    chain.path.write_bytes(whole[:-5])
    assert (list(chain.rows()), chain.head()[0], chain.bad()) == (sealed[:2], 2, None)

    again = chain.append({"kind": "third – Ö"})

    assert again == sealed[2]
    assert chain.path.read_bytes() == whole


def test_rows_larger_than_a_block_are_read_from_the_end_too(chain):
    chain.append({"text": "ö" * BLOCK})
    chain.append({"text": "short"})
    large = chain.append({"text": "x" * 5 * BLOCK})

    assert chain.head() == (3, large["hash"])
    assert chain_in(chain.path.parent.parent).append({"text": "after"})["n"] == 4
    assert chain.bad() is None


def test_threads_and_processes_that_append_at_once_lose_nothing_and_keep_their_own_order(chain):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(chain.path), name]) for name in "ab"]
    with ThreadPoolExecutor(8) as pool:
        here = list(pool.map(lambda n: chain.append({"by": "threads", "number": n}), range(200)))
    assert [writer.wait() for writer in writers] == [0, 0]

    found = list(chain.rows())
    assert chain.bad() is None
    assert [row["n"] for row in found] == list(range(1, 301))
    assert [[row["number"] for row in found if row["by"] == name] for name in "ab"] == [list(range(50))] * 2
    assert sorted(row["number"] for row in found if row["by"] == "threads") == list(range(200))
    assert all(found[row["n"] - 1] == row for row in here)


def test_rows_that_wait_go_to_the_disk_together(chain, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with ThreadPoolExecutor(16) as pool:
        assert len(list(pool.map(lambda n: chain.append({"number": n}), range(400)))) == 400

    assert 0 < len(synced) < 400


def test_a_row_that_need_not_wait_is_there_for_all_and_goes_to_the_disk_with_the_next(chain, monkeypatch):
    chain.append({"number": 1})
    synced = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(len(list(chain.rows()))))
    chain.append({"number": 2}, synced=False)
    assert (synced, chain.head()[0], chain.bad()) == ([], 2, None)

    chain.append({"number": 3})

    assert synced == [3]


def test_rows_that_hold_a_text_are_found_by_it(chain):
    sealed = three(chain)

    assert list(chain.rows(holding=b"second")) == sealed[1:2]
    assert list(chain.rows(after=2, holding=b"second")) == []


def test_the_file_and_its_folder_are_their_owners_alone(chain):
    three(chain)

    assert [path.stat().st_mode & 0o777 for path in (chain.path, chain.path.parent)] == [0o600, 0o700]


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_half_written(chain):
    three(chain)
    whole = chain.path.read_bytes()
    full = Chain(chain.path.parent, code="rows_unavailable")  # a folder

    with pytest.raises(StateUnavailable) as told:
        full.append({"kind": "lost"})

    assert (told.value.code, chain.path.read_bytes()) == ("rows_unavailable", whole)


def test_a_disk_that_fails_in_the_middle_leaves_the_rows_as_they_were(chain, monkeypatch):
    three(chain)
    whole = chain.path.read_bytes()

    def fail(_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StateUnavailable):
        chain.append({"kind": "lost"})

    assert chain.path.read_bytes() == whole


@pytest.mark.parametrize("line", ["{}", "[]", "nothing", json.dumps({"n": "1", "hash": ""})])
def test_a_damaged_row_is_refused_where_it_is_read_and_nothing_is_written_after_it(chain, line):
    three(chain)
    chain.path.write_text(line + "\n")

    for attempt in (lambda: list(chain.rows()), chain.head, lambda: chain.append({"kind": "fourth"})):
        with pytest.raises(StateUnavailable):
            attempt()
    assert (chain.path.read_text(), chain.bad()) == (line + "\n", 1)
