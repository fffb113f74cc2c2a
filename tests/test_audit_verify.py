"""What was changed in the audit log, or is missing from it, is named by its file and row."""

import pytest
from test_audit import audit_in, files, lines, month, put, record

from wkw.errors import StateDamaged


def fault(audit):
    with pytest.raises(StateDamaged) as told:
        audit.verify()
    return told.value.message


@pytest.fixture
def audit(tmp_path):
    return audit_in(tmp_path)


@pytest.fixture
def year(audit):
    for number in range(4):
        record(audit, month(number))
    return audit


def test_of_any_byte_that_changes_the_file_and_the_first_bad_row_are_named(year):
    for name in files(year):
        whole = (year.folder / name).read_bytes()
        ends = [n for n, byte in enumerate(whole) if byte == 10]
        for place in range(0, len(whole) - 1, 7):
            (year.folder / name).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            bad = 1 + sum(end < place for end in ends)
            assert fault(year) == f"Row {bad} of {name} is not as it was written.", place
        (year.folder / name).write_bytes(whole)
    assert year.verify()[0] == 8


def test_a_month_that_is_missing_is_named(year):
    (year.folder / "2025-02.jsonl").unlink()

    assert fault(year) == "2025-02.jsonl is missing before 2025-03.jsonl."


@pytest.mark.parametrize(
    ("name", "emptied"),
    [
        ("2025-01.jsonl", "2025-01.jsonl ends with row 0; 2 were written, row 1 is missing."),
        ("2025-03.jsonl", "2025-03.jsonl is missing before 2025-04.jsonl."),
    ],
)
def test_rows_that_were_cut_off_a_month_that_is_not_the_last_are_named(year, name, emptied):
    whole = lines(year, name)
    put(year, name, whole[:-1])
    assert fault(year) == f"{name} ends with row 1; 2 were written, row 2 is missing."

    put(year, name, [])
    assert fault(year) == emptied


def test_a_month_that_was_written_anew_in_one_piece_does_not_fit_the_next(year, tmp_path):
    forged = audit_in(tmp_path / "forged")
    record(forged, month(0), who="somebody else")
    put(year, "2025-01.jsonl", lines(forged, "2025-01.jsonl"))

    assert fault(year) == "Row 2 of 2025-01.jsonl is not the one that row 1 of 2025-02.jsonl follows."


def test_a_month_that_says_it_is_the_first_and_is_not_is_named(year, tmp_path):
    forged = audit_in(tmp_path / "forged")
    record(forged, month(3))
    put(year, "2025-04.jsonl", lines(forged, "2025-04.jsonl"))

    assert fault(year) == "Row 1 of 2025-04.jsonl tells of no file before it, and there is 2025-03.jsonl."


def test_a_cut_end_shows_in_the_hash_that_somebody_kept(year):
    kept = year.verify()
    put(year, "2025-04.jsonl", lines(year, "2025-04.jsonl")[:-1])

    assert year.verify() != kept


def test_a_log_without_any_row_is_as_it_was_written(audit):
    assert audit.verify() == (0, "0" * 64)
