"""Headers are taken apart as `email.utils` does it where they are well formed, and in linear time where not."""

import unicodedata
from email.header import Header
from email.utils import formataddr, getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wkw.addresses import UNSEEN
from wkw.connectors.recipients import decoded, split, tidy_name

ATOM = "abcXYZ019!#$%&*+/^_`{|}~-"
locals_ = st.lists(st.text(ATOM, min_size=1, max_size=8), min_size=1, max_size=3).map(".".join)
quoted = st.text('ab @<>,;:()."\\', min_size=1, max_size=8).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
addresses = st.builds("{}@{}.example".format, locals_ | quoted, st.text("abc-1", min_size=1, max_size=8))
names = st.text("abc ÅßЖ,;:.()<>@\"\\'é", max_size=20)
mailboxes = st.lists(st.tuples(names, addresses), max_size=5)


@given(mailboxes)
def test_a_well_formed_header_is_split_as_the_library_splits_it(pairs):
    header = ", ".join(formataddr(pair) for pair in pairs)
    found, refused = split(header)
    assert refused == 0
    assert [address for _, address in found] == [address for _, address in getaddresses([header] if pairs else [])]
    assert found == [(tidy_name(name), address) for name, address in pairs]


@given(mailboxes)
def test_a_group_is_its_members(pairs):
    members = ", ".join(formataddr(pair) for pair in pairs)
    assert split(f"Choir: {members};") == split(members)
    assert split(f"Choir: {members}; bo@nord.example")[0] == [*split(members)[0], ("", "bo@nord.example")]


@given(st.text(max_size=200))
def test_no_header_is_too_odd(header):
    found, refused = split(header)
    assert len(found) + refused <= 2 * len(header)
    assert all("@" in address for _, address in found)


charsets = st.sampled_from(["utf-8", "utf-7", "hex", "idna", "undefined", "ascii", "win\x88", "utf-16", "big5", "a*en"])
encoded = st.builds(
    "=?{}?{}?{}?=".format, charsets | st.text(max_size=8), st.sampled_from("bqBQx"), st.text(max_size=12)
)


@given(st.lists(encoded | st.text("abé =?_", max_size=6), max_size=4))
def test_no_encoded_name_is_too_odd(words):
    name = tidy_name(decoded(" ".join(words)))
    assert not {unicodedata.category(letter) for letter in name} & UNSEEN
    split(f"{' '.join(words)} <anna@nord.example>")


@pytest.mark.parametrize(
    ("header", "found", "refused"),
    [
        ("", [], 0),
        ("  ,, ;", [], 0),
        ("undisclosed-recipients:;", [], 0),
        ("anna@nord.example (Anna (the one) Berg)", [("Anna (the one) Berg", "anna@nord.example")], 0),
        ("(a(b)c)anna(d)@nord.example", [("a(b)c d", "anna@nord.example")], 0),
        ("anna @ nord . example", [("", "anna@nord.example")], 0),
        ("Anna anna@nord.example", [("Anna", "anna@nord.example")], 0),
        ("<@relay.example,@b.example:anna@nord.example>", [("", "anna@nord.example")], 0),
        ("'anna@nord.example'", [("", "anna@nord.example")], 0),
        ("\"'anna@nord.example'\" <anna@nord.example>", [("", "anna@nord.example")], 0),
        ('<"anna@nord.example">', [("", "anna@nord.example")], 0),
        ("Anna <mailto:anna@nord.example>", [("Anna", "anna@nord.example")], 0),
        ("SMTP:anna@nord.example", [("", "anna@nord.example")], 0),
        ("Anna <anna@nord.example>@NORD", [("Anna", "anna@nord.example")], 0),
        ("<<anna@nord.example>>", [("", "anna@nord.example")], 0),
        ("Anna <anna@nord.example> Bo <bo@nord.example>", [("Anna", "anna@nord.example"), ("", "bo@nord.example")], 0),
        ("/O=NORD/OU=SE/CN=RECIPIENTS/CN=ANNA", [], 1),
        ("Anna </O=NORD/OU=SE/CN=RECIPIENTS/CN=ANNA>, bo@nord.example", [("", "bo@nord.example")], 1),
        ("Berg, Anna; Ek, Bo", [], 4),
        ("anna@nord.example bo@nord.example", [], 2),
        ("<>", [], 1),
        ("Anna <anna@nord.example, bo@nord.example", [("Anna", "anna@nord.example"), ("", "bo@nord.example")], 0),
        ('"Anna <anna@nord.example>, bo@nord.example', [("Anna", "anna@nord.example"), ("", "bo@nord.example")], 0),
        ("((anna@nord.example, bo@nord.example", [("", "anna@nord.example"), ("", "bo@nord.example")], 0),
        ("=?utf-8?q?Berg,_Anna?= <anna@nord.example>", [("Berg, Anna", "anna@nord.example")], 0),
        ("=?utf-8?b?w4U=?= =?utf-8?q?_Berg?= <a@nord.example>", [("Å Berg", "a@nord.example")], 0),
        ('"=?iso-8859-1?Q?=C5sa?=" <a@nord.example>', [("Åsa", "a@nord.example")], 0),
        ("=?no-such?q?Anna?= <a@nord.example>", [("=?no-such?q?Anna?=", "a@nord.example")], 0),
        ("=?utf-8?b?!!!?= <a@nord.example>", [("", "a@nord.example")], 0),
    ],
)
def test_what_mail_programs_really_write_is_understood(header, found, refused):
    assert split(header) == (found, refused)


def test_a_long_encoded_name_is_decoded_whole():
    name = "Anna Ängstrand av den mycket långa släkten på gården vid sjön"
    assert split(f"{Header(name, 'utf-8').encode()} <a@nord.example>") == ([(name, "a@nord.example")], 0)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Anna \t\r\n Berg ", "Anna Berg"),
        ("'Anna Berg'", "Anna Berg"),
        ("\"'Anna'\"", "Anna"),
        ("Anna \u202eBerg\u0000", "Anna Berg"),
        ("A\u030asa", "Åsa"),
        ("anna@nord.example", ""),
        ("'anna@nord.example'", ""),
        ("A" * 300, "A" * 200),
        ("O'Hara", "O'Hara"),
        ("'", "'"),
    ],
)
def test_a_name_is_fit_to_be_shown(name, shown):
    assert tidy_name(name) == shown


HOSTILE = {
    "open parentheses": "(" * 65_536,
    "nested comments": "(" * 32_000 + ")" * 32_000 + "a@b.example",
    "semicolons": ";" * 65_536,
    "colons": ":" * 65_536,
    "quotes": '"' * 65_535,
    "escapes": '"' + '\\"' * 32_000,
    "angles": "<" * 65_536,
    "angles and quotes": '<"' * 32_000,
    "angles in quotes": '<"a"' * 16_000,
    "encoded words": "=?utf-8?q?a?= " * 4_600 + "<a@b.example>",
    "half encoded words": "=?" * 32_000,
    "one word": "a" * 65_536,
    "ats": "@ " * 32_000,
    "dots": ". " * 32_000,
    "spaces": " " * 65_536,
    "comments": "(a)@" * 16_000,
    "parentheses in an angle": "<" + "(" * 65_000 + ">",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_header_of_the_full_length_does_no_harm(kind):
    found, refused = split(HOSTILE[kind])  # quadratic code takes minutes here, recursive code falls over
    assert len(found) <= 1
    assert refused <= 1
