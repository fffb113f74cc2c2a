"""One address, one URI: what is the same is one, and what only looks the same is two."""

import hashlib
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wkw.addresses import (
    address_key,
    canonical,
    canonical_domain,
    company_domain,
    domain,
    interaction_id,
    listed,
    newer_key,
)
from wkw.errors import AddressError

SECRET = b"village"
ANNA = "mailto:anna@nord.example"

LETTERS = "abcåäöéßıİǅΣςſﬁñçŁдѣ漢字ᏣꭵͅÅ"
locals_ = st.text(alphabet=LETTERS + "azAZ09.+-_'#", min_size=1, max_size=12)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda label: label[2:4] != "--")
domains = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "example"]))


@pytest.mark.parametrize(
    ("raw", "uri"),
    [
        ("anna@nord.example", ANNA),
        ("Anna@NORD.Example", ANNA),
        ("  anna@nord.example\n", ANNA),
        ("anna@nord.example.", ANNA),
        ("mailto:anna@nord.example", ANNA),
        ("MAILTO: Anna@nord.example", ANNA),
        ('"anna"@nord.example', ANNA),
        ('"\\anna"@nord.example', ANNA),
        ("anna@nord。example", ANNA),
        ("anna@ｎｏｒｄ.example", ANNA),
        ('"anna berg"@nord.example', 'mailto:"anna berg"@nord.example'),
        ('"a\\"b"@nord.example', 'mailto:"a\\"b"@nord.example'),
        ("k..allen@nord.example", "mailto:k..allen@nord.example"),
        ("anna+list@nord.example", "mailto:anna+list@nord.example"),
        ("anna+list@Gmail.com", "mailto:anna@gmail.com"),
        ('"anna+list"@gmail.com', "mailto:anna@gmail.com"),
        ("an.na@gmail.com", "mailto:an.na@gmail.com"),
        ("+@gmail.com", "mailto:+@gmail.com"),
        ("pia@Ångström.example", "mailto:pia@xn--ngstrm-hua5l.example"),
        ("pia@xn--ngstrm-hua5l.example", "mailto:pia@xn--ngstrm-hua5l.example"),
        ("STRASSE@nord.example", "mailto:strasse@nord.example"),
        ("straße@nord.example", "mailto:strasse@nord.example"),
        ("anna@mail_1.nord.example", "mailto:anna@mail_1.nord.example"),
        ("tel:+4687000", "tel:+4687000"),
        ("+46 (0)8-465 004 01", "tel:+46846500401"),
        ("TEL:0046 846 50 04 01", "tel:+46846500401"),
        ("crm:dynamics:42", "crm:dynamics:42"),
        ("CRM:Dynamics:{0F8FAD5B-D9CB-469F-A165-70867728950E}", "crm:dynamics:0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("crm:salesforce:0035g00000AbCdE", "crm:salesforce:0035g00000AbCdE"),
    ],
)
def test_every_spelling_of_an_address_gives_one_uri(raw, uri):
    assert canonical(raw) == uri
    assert canonical(uri) == uri


@pytest.mark.parametrize(
    "raw",
    [
        *("", "anna", "@nord.example", "anna@", '""@nord.example', "a@b@nord.example", "anna berg@nord.example"),
        *("anna@localhost", "anna@192.0.2.1", "anna@[192.0.2.1]", "anna@nord..example", "anna@-nord.example"),
        *("anna\u202e@nord.example", "anna\u200b@nord.example", "anna@no\u00adrd.example", "an\0na@nord.example"),
        *("an\ufffdna@nord.example", "an\udce5na@nord.example", "an\u00a0na@nord.example", "a;b@nord.example"),
        *("a\u037eb@nord.example", "anna＠nord.example", "a" * 300 + "@nord.example", "a@" + "b." * 200 + "example"),
        *("a" * 2000, "anna@xn--\u00e5.example", "anna@xn--zz.example", "mailto:mailto:anna@nord.example"),
        *("tel:", "tel:087000", "tel:+0", "tel:+4687000;ext=1", "tel:+1234567890123456", "+46abc"),
        *("crm:", "crm:dynamics", "crm:dynamics:", "crm::42", "crm:dyn amics:42", "crm:dynamics:4 2"),
        *("/O=NORD/OU=SE/CN=RECIPIENTS/CN=ANNA", "anna <anna@nord.example>", "anna@nord.example?subject=x"),
    ],
)
def test_what_nobody_could_be_reached_under_is_refused(raw):
    with pytest.raises(AddressError):
        canonical(raw)


@pytest.mark.parametrize("raw", ["canary", "canary@localhost", "can ary@nord.example", "tel:canary", "crm:canary"])
def test_a_refusal_does_not_repeat_the_address(raw):
    with pytest.raises(AddressError) as error:
        canonical(raw)
    assert "ary" not in str(error.value)


@given(local=locals_, name=domains)
def test_a_canonical_address_is_its_own_canonical_form(local, name):
    try:
        uri = canonical(f"{local}@{name}")
    except AddressError:
        assume(False)
    assert canonical(uri) == uri
    assert canonical(uri.removeprefix("mailto:")) == uri


@given(st.text(max_size=40))
def test_whatever_is_accepted_is_its_own_canonical_form(text):
    for raw in (text, f"{text}@nord.example", f'"{text}"@nord.example', f"a@{text}.example", f"crm:x:{text}"):
        try:
            uri = canonical(raw)
        except AddressError:
            continue
        assert canonical(uri) == uri
        assert unicodedata.is_normalized("NFC", uri)


@given(local=st.text(alphabet="abcåäöéßñ.-_", min_size=1, max_size=12), name=domains)
def test_case_and_normal_form_make_no_difference(local, name):
    uri = canonical(f"{local}@{name}")
    for form in ("NFC", "NFD"):
        for raw in (local, local.upper(), local.title()):
            assert canonical(unicodedata.normalize(form, f"{raw}@{name.upper()}.")) == uri
    assert canonical(f'"{local}"@{name}') == uri


@given(st.text(alphabet="abcåäöéüñ", min_size=1, max_size=12))
def test_an_international_domain_and_its_ascii_form_are_one(label):
    name = canonical_domain(f"{label}.example")
    assert name.isascii()
    assert canonical(f"anna@{label.upper()}.example") == canonical(f"anna@{name.upper()}")


LOOK_ALIKES = [
    *(
        "anna аnna",
        "anna ann\u0251",
        "ola оla",
        "ola οla",
        "lea 1ea",
        "bo b0",
        "cia cıa",
        "nils ｎils",
        "dag daɡ",
        "eva evа",
    ),
    *(
        "pia рia",
        "mats mаts",
        "frida fridа",
        "rut гut",
        "anna anńa",
        "cia c\u0456a",
        "bo bο",
        "olav olaν",
        "pi рi",
        "ae æ",
    ),
]


@pytest.mark.parametrize("pair", LOOK_ALIKES)
def test_letters_that_only_look_alike_never_merge(pair):
    one, other = pair.split(" ")
    assert canonical(f"{one}@nord.example") != canonical(f"{other}@nord.example")
    if other != "ｎils":  # full-width letters are the same domain to every resolver
        with suppress(AddressError):  # many a domain that misuses letters is not one at all
            assert canonical(f"x@{one}.example") != canonical(f"x@{other}.example")


def test_only_mail_has_a_domain():
    assert domain(ANNA) == "nord.example"
    assert domain('mailto:"a@b"@nord.example') == "nord.example"
    assert domain("tel:+4687000") is None
    assert domain("crm:dynamics:42") is None


FREE = "gmail.com telia.com comhem.se bredband.net tele2.se passagen.se"


@pytest.mark.parametrize(
    ("address", "company"),
    [
        ("anna@nord.example", "nord.example"),
        ("anna@mail.kund.co.uk", "kund.co.uk"),
        ("anna@a.b.kund.se", "kund.se"),
        ("anna@kund.blogspot.com", "blogspot.com"),  # private suffixes are companies
        ("anna@co.uk", None),
        *[(f"anna@{name}", None) for name in FREE.split()],
        ("anna@mail.telia.com", None),
        ("anna@pp.inet.fi", None),
    ],
)
def test_the_company_is_the_registrable_domain_unless_it_is_free_mail(address, company):
    assert company_domain(canonical(address)) == company


def test_only_mail_has_a_company():
    assert company_domain("tel:+4687000") is None
    assert company_domain("crm:dynamics:42") is None


@pytest.mark.parametrize("file", ["free_mail.txt", "plus_tag_domains.txt"])
def test_listed_domains_are_canonical(file):
    assert listed(file)
    assert {canonical_domain(name) for name in listed(file)} == listed(file)


def test_every_plus_tag_domain_is_free_mail():
    assert not {name for name in listed("plus_tag_domains.txt") if company_domain(f"mailto:a@{name}")}


def test_a_key_depends_on_the_address_and_the_secret_and_never_changes():
    key = address_key((SECRET,), ANNA)
    assert key == "2ee4690437bdd618d8fc57f36b0c60ddcfce2b05eb98393957bea02b29e847da"
    assert key == address_key((SECRET,), canonical("Anna@Nord.example."))
    assert key != address_key((b"other",), ANNA)


chains = st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=6)


def plain_hmac(secret, text):
    """HMAC as RFC 2104 writes it."""
    block = (hashlib.sha256(secret).digest() if len(secret) > 64 else secret).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(x ^ 0x36 for x in block) + text.encode()).digest()
    return hashlib.sha256(bytes(x ^ 0x5C for x in block) + inner).hexdigest()


@given(chains, st.integers(0, 6))
def test_a_key_by_several_secrets_is_the_chain_of_their_keys_wherever_it_is_cut(secrets, cut):
    told = ANNA
    for secret in secrets:
        told = plain_hmac(secret, told)

    cut = 1 + cut % len(secrets)
    assert address_key(tuple(secrets), ANNA) == told
    assert newer_key(secrets[cut:], address_key(tuple(secrets[:cut]), ANNA)) == told


triples = st.tuples(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))


@given(triples, triples)
def test_two_interactions_have_one_id_only_where_they_are_one(one, other):
    assert (interaction_id(SECRET, *one) == interaction_id(SECRET, *other)) == (one == other)
    assert len(interaction_id(SECRET, *one)) == 32


def test_an_interaction_has_a_direction():
    assert interaction_id(SECRET, "mid:x", "a", "b") == "d97f00080ef138461496d0d80e0b33ab"
    assert interaction_id(SECRET, "mid:x", "a", "b") != interaction_id(SECRET, "mid:x", "b", "a")
