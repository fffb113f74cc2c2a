"""The audit log is read by pages and by person: each row once, each act once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_audit import MONTHS, OWN_FOLDER, audit_in, month, record

from wkw.audit import DAY
from wkw.errors import InputError


@pytest.fixture
def audit(tmp_path):
    return audit_in(tmp_path)


@OWN_FOLDER
@given(numbers=MONTHS, limit=st.integers(1, 7))
def test_pages_are_all_rows_newest_first_each_once(tmp_path_factory, numbers, limit):
    audit = audit_in(tmp_path_factory.mktemp("audit"), audit_days=3660)
    for number in numbers:
        record(audit, month(number))

    pages, cursor = [], None
    while cursor or not pages:
        page, cursor = audit.page(limit=limit, cursor=cursor)
        assert len(page) == limit or not cursor
        pages += page
        record(audit, month(30))  # what is written meanwhile moves nothing

    assert pages == list(reversed([*audit.rows(since=0)][: 2 * len(numbers)]))


@pytest.mark.parametrize("cursor", ["", "x", "2026-06", "2026-06:x", "2026-06:-1", "../..:1", "2026-06:1\n"])
def test_a_cursor_that_no_page_gave_is_refused(audit, cursor):
    record(audit)
    if cursor:
        with pytest.raises(InputError, match="cursor"):
            audit.page(cursor=cursor)


@given(
    acts=st.lists(
        st.tuples(
            st.integers(0, 60),
            st.sampled_from(["lead_followup", "account_plan"]),
            st.lists(st.sampled_from("abc"), max_size=2),
            st.lists(st.sampled_from("abc"), max_size=2),
        ),
        max_size=12,
    ),
    since=st.integers(0, 60),
)
@OWN_FOLDER
def test_a_person_is_counted_once_for_each_act_that_was_about_them_or_returned_them(tmp_path_factory, acts, since):
    audit = audit_in(tmp_path_factory.mktemp("audit"), audit_days=3660)
    expected = {}
    for day, purpose, about, returned in acts:
        record(audit, day * DAY, purpose=purpose, about=[x * 24 for x in about], returned=[x * 24 for x in returned])
        if "a" in about + returned and day >= since:
            expected[day, purpose] = expected.get((day, purpose), 0) + 1

    assert audit.mentions("a" * 24, since=since) == expected
