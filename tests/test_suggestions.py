"""People who may be one are suggested with the reason, the surest first; two who are not one are not."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON, TODAY
from program import program_of

from wkw import identity, people, sharing
from wkw.model import Listing, folded

NAMES = ("Anna Berg", "Anna Bergh", "Berg Anna", "Anna Karin Berg", "Bo Berg", "Anna Ek")


def who(number, name, firm="kund", mail="", *, colleague=False):
    uris = [mail or f"mailto:p{number}@{firm}.example"]
    return {
        "id": f"{number:024x}", "name": name, "folded_name": folded(name), "colleague": colleague,
        "firm": None if colleague else firm, "company": firm, "uris": uris,
    }  # fmt: skip


def reasons(*persons):
    return [one.reason for one in identity.suggested(persons)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("Anna Berg",), ("ANNA  BERG",), "same name, same company"),
        (("Åsa Öhrn",), ("Asa Ohrn",), "same name, same company"),
        (("Anna Berg", "a", "mailto:anna.berg@a.example"), ("Anna Berg", "b", "mailto:anna.berg@b.example"),
         "same name, same mailbox at two domains"),
        (("Anna Berg",), ("Anna Bergh",), "similar name, same company"),
        (("Anna Berg",), ("Berg Anna",), "similar name, same company"),
        (("Fredrik Lindqvist",), ("Fredric Lindqvist",), "similar name, same company"),
    ],
)  # fmt: skip
def test_who_may_be_one_is_suggested_with_the_reason(one, other, reason):
    assert reasons(who(1, *one), who(2, *other)) == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Anna Berg", "a"), ("Anna Berg", "b")),
        (("Anna Berg", "a"), ("Anna Bergh", "b")),
        (("Johan P Andersson",), ("Johan K Andersson",)),
        (("Anna Karin Lindqvist",), ("Anna Maria Lindqvist",)),
        (("Karl Svensson",), ("Karin Svensson",)),
        (("Anna Berg", None), ("Anna Berg", None)),
    ],
)
def test_who_is_likely_not_one_is_not_suggested(one, other):
    assert reasons(who(1, *one), who(2, *other)) == []


def test_a_colleague_and_a_contact_are_suggested_only_where_name_and_mailbox_are_the_same():
    anna = who(1, "Anna Berg", "nord", "mailto:anna.berg@nord.example", colleague=True)

    assert reasons(anna, who(2, "Anna Berg", "kund"), who(3, "Anna Bergh", "kund")) == ["similar name, same company"]
    assert reasons(anna, who(2, "Anna Berg", None, "mailto:anna.berg@home.example")) == [
        "same name, same mailbox at two domains"
    ]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from("ab")), max_size=12))
def test_looking_into_blocks_finds_what_looking_at_every_pair_finds(drawn):
    persons = [who(n, name, firm) for n, (name, firm) in enumerate(drawn)]
    alone = [found for pair in combinations(persons, 2) for found in identity.suggested(pair)]

    assert identity.suggested(persons) == sorted(
        alone, key=lambda one: (-one.certainty, one.one["id"], one.other["id"])
    )


@pytest.mark.both_lines
def test_the_program_lists_pairs_and_nobody_who_opted_out(village):
    names = {"kim@kund.example": "Lea Sand", "kay@kund.example": "Mats Wikh", "ann@kund.example": "Nils Almh"}
    people.load(
        village.graph, village.settings, [Listing(f"mailto:{a}", "contact", n) for a, n in names.items()], day=TODAY
    )
    sharing.off(village.graph, village.settings, "mailto:nils@kund.example", now=NOON)
    state = village.state()

    said = program_of(village)("merge", "--suggest", "--limit", 9).out
    assert [line.split()[0] for line in said.splitlines()[1:]] == ["0.95", "0.85"]
    assert said.count("Lea Sand") == 2
    assert "Nils" not in said
    assert village.state() == state


def test_where_nobody_is_suggested_that_is_said_and_no_hint_is_given(lab):
    done = program_of(lab)("merge", "--suggest")

    assert (done.out, done.err) == ("Nobody looks like somebody else.\n", "")


@pytest.mark.parametrize("words", [("a@x.example",), ("a", "b", "--suggest"), ("x", "--suggest"), ()])
def test_merge_wants_two_people_or_to_suggest(lab, words):
    assert program_of(lab)("merge", *words).code == 2
