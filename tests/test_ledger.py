"""The ledger says of each address key what was decided last, by whatever process, and what became of it."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wkw.errors import StateUnavailable
from wkw.ledger import FILE, OWN, Ledger, ledger
from wkw.settings import Settings

KEYS = "abcdef"
CAUSES = (OWN, "department:1", "title:2")
SECRETS = (b"a secret for addresses, for tests",)
decisions = st.lists(
    st.tuples(
        st.sampled_from(["off", "on"]),
        st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True),
        st.sampled_from(CAUSES),
    ),
    max_size=12,
)


def write(book, kind, keys, number=0, **cause):
    return book.write(kind, f"{kind}{number}", 1000 + number, by="self", keys=keys, **cause)


class Plain:
    """The same, said with lists alone: which keys are off and why, and which were switched off together."""

    def __init__(self, told):
        self.last = {}
        for kind, keys, cause in told:
            self.last |= {(key, cause): (kind, tuple(keys)) for key in keys}

    def off(self, key):
        found = {cause: self.last.get((key, cause), ("on", ())) for cause in CAUSES}
        return {cause: keys for cause, (kind, keys) in found.items() if kind == "off"}

    def rows_of(self, cause, told):
        """The keys of each decision that is still the last of one of its keys, and off."""
        last = {key: n for n, (_, keys, held) in enumerate(told) if held == cause for key in keys}
        return sorted(tuple(sorted(told[n][1])) for n in {*last.values()} if told[n][0] == "off")

    def covered(self, key):
        found = {key}
        for _ in KEYS:
            for one in list(found):
                found |= {other for keys in self.off(one).values() for other in keys}
        return sorted(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=decisions, between=st.integers(0, 8))
def test_what_is_off_together_is_told_as_by_the_plain_reference_also_to_who_read_before(
    tmp_path_factory, told, between
):
    folder = tmp_path_factory.mktemp("ledger")
    writer, reader = Ledger(folder, SECRETS), Ledger(folder, SECRETS)
    for number, (kind, keys, cause) in enumerate(told):
        write(writer, kind, keys, number, **({} if cause == OWN else {"cause": cause}))
        if number == between:
            reader.latest("a")

    plain = Plain(told)
    for book in (writer, reader, Ledger(folder, SECRETS)):
        assert {key: book.covered([key]) for key in KEYS} == {key: plain.covered(key) for key in KEYS}
        assert {(key, c): row["kind"] for key in KEYS for c in CAUSES if (row := book.latest(key, c))} == {
            held: kind for held, (kind, _) in plain.last.items()
        }
        assert {key: book.causes([key]) for key in KEYS} == {key: sorted(plain.off(key)) for key in KEYS}
        for cause in CAUSES:
            assert sorted(tuple(row["keys"]) for row in book.off_for(cause)) == plain.rows_of(cause, told)


def test_a_receipt_tells_how_far_it_is_and_of_two_who_ended_it_the_first(tmp_path):
    book = Ledger(tmp_path, SECRETS)
    row = write(book, "off", ["a", "b"])
    assert (book.receipt(row).state, book.receipt(row).addresses, book.unfinished()) == ("processing", 2, [row])

    book.write("failed", row["id"], 1001, reason="db_unavailable")
    assert (book.receipt(row).state, book.receipt(row).reason, book.unfinished()) == ("failed", "db_unavailable", [row])

    book.write("purged", row["id"], 1002, interactions=7, ties=2, people=1)
    book.write("purged", row["id"], 1003, interactions=0, ties=0, people=0)
    done = book.receipt(row)
    assert (done.state, done.interactions, done.ties, done.people, done.reason) == ("completed", 7, 2, 1, None)
    assert (book.unfinished(), book.receipts("b"), book.receipts("c")) == ([], [done], [])


def test_another_file_in_its_place_is_read_anew(tmp_path):
    one, other = Ledger(tmp_path / "one", SECRETS), Ledger(tmp_path / "other", SECRETS)
    write(one, "off", ["a"])
    write(other, "off", ["b"])
    assert one.latest("a")
    shutil.copy(tmp_path / "other" / FILE, tmp_path / "one" / FILE)

    assert (one.latest("a"), one.latest("b")["kind"]) == (None, "off")


def test_a_process_has_one_ledger_for_each_folder(tmp_path):
    one, other = (Settings(tmp_path, folder, (), SECRETS) for folder in (tmp_path, tmp_path / "other"))
    assert ledger(one) is ledger(one)
    assert ledger(one) is not ledger(other)


def test_a_damaged_ledger_is_told(tmp_path):
    write(Ledger(tmp_path, SECRETS), "off", ["a"])
    (tmp_path / FILE).write_text("nothing\n")

    with pytest.raises(StateUnavailable) as told:
        Ledger(tmp_path, SECRETS).latest("a")
    assert told.value.code == "ledger_unavailable"
