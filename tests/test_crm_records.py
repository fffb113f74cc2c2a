"""Contacts and leads of a CRM: every record has one fate, and one person is one listing whatever the order."""

import random
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wkw.connectors import mapping
from wkw.connectors.records import roll
from wkw.errors import FileError
from wkw.model import Listing

_, PLAIN = mapping.built_in()
LEA, MOBILE = "mailto:lea@kund.example", "tel:+46705550101"


def owns(uri):
    return uri.endswith("@nord.example")


def row(kind, number, **cells):
    values = {name: value if isinstance(value, tuple) else (value,) for name, value in cells.items()}
    return PLAIN, kind, {"id": (number,), **values}


def contact(number, **cells):
    return row("contacts", number, **cells)


def lead(number, **cells):
    return row("leads", number, **cells)


def made(*rows):
    found = roll(rows, owns, UTC)
    fates = len(found.listings) + found.joined + found.excluded.total() + found.quarantined.total()
    assert found.submitted == len(rows) == fates
    return found


def listed(*rows):
    return made(*rows).listings


def test_a_contact_is_reached_under_its_mail_addresses_its_id_and_its_own_number():
    [listing] = listed(
        contact(
            "7",
            name="Lea Sand",
            emails=("Lea@kund.example", "lea.sand@kund.example", "lea@kund.example"),
            phones="+46 70 555 01 01",
            company="Kund AB",
            title="Buyer",
        )
    )

    assert listing == Listing(
        address=LEA,
        kind="contact",
        name="Lea Sand",
        title="Buyer",
        company="Kund AB",
        crm_id="crm:plain:7",
        aliases=("mailto:lea.sand@kund.example", MOBILE),
        source="crm:plain",
    )


def test_a_record_without_a_mail_address_is_reached_under_its_id():
    [listing] = listed(lead("7", first_name="Lea", last_name="Sand", phones="+46 70 555 01 01"))

    assert (listing.address, listing.crm_id) == ("crm:plain:7", "crm:plain:7")
    assert (listing.name, listing.kind, listing.aliases) == ("Lea Sand", "lead", (MOBILE,))


@pytest.mark.parametrize(
    ("status", "kind"),
    [("Open", "lead"), ("new", "lead"), ("", "lead"), ("Qualified", "contact"), ("disqualified", "contact")],
)
def test_a_lead_is_one_until_it_is_closed(status, kind):
    cells = {"status": status} if status else {}

    assert listed(lead("7", **cells))[0].kind == kind


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (contact(""), "bad_id"),
        (contact("a b"), "bad_id"),
        ((PLAIN, "contacts", None), "bad_row"),
        (contact("8", name="x" * 201), "bad_name"),
        (contact("8", title="a\u0007b"), "bad_title"),
        (contact("8", modified="yesterday"), "bad_modified"),
        (lead("8", status="perhaps"), "bad_status"),
        (row("users", "8", name="Anna Berg"), "no_mail_address"),
        (row("users", "8", name="Service", emails="noreply@nord.example"), "robot_address"),
    ],
)
def test_a_wrong_record_is_counted_and_the_others_are_taken(wrong, reason):
    found = made(wrong, contact("7"))

    assert found.quarantined == {reason: 1}
    assert len(found.listings) == 1


def test_a_colleague_is_no_target_but_known_by_id_and_name():
    found = made(
        contact("7", name="Anna Berg", emails="anna@nord.example"),
        row("users", "9", name="Bo Ek", emails="bo@nord.example"),
    )

    assert (found.listings, found.excluded) == ([], {"own_domain": 1, "user": 1})
    assert found.known.by_id == {"crm:plain:7": "mailto:anna@nord.example", "crm:plain:9": "mailto:bo@nord.example"}
    assert found.known.named("bo EK") == "mailto:bo@nord.example"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"emails": "info@kund.example"}, "role_address"),
        ({"emails": "noreply@kund.example"}, "robot_address"),
        ({"emails": "lea at kund"}, "no_mail_address"),
        ({"emails": "=cmd|' /C calc'!A0"}, "no_mail_address"),
        ({"phones": "08-46 50 04 01"}, "no_country_code"),
        ({"phones": "+46 ask for Lea"}, "bad_number"),
    ],
)
def test_an_address_of_nobody_or_of_a_switchboard_is_left_out_and_counted(cells, reason):
    found = made(contact("7", **cells))

    assert found.left_out == {reason: 1}
    assert (found.listings[0].address, found.listings[0].aliases) == ("crm:plain:7", ())


def test_a_number_on_the_records_of_two_people_is_nobodys():
    found = made(contact("7", phones=MOBILE), contact("8", phones=MOBILE), contact("9", phones="+46 70 555 01 02"))

    assert found.left_out == {"number_of_several_people": 2}
    assert [listing.aliases for listing in found.listings] == [(), (), ("tel:+46705550102",)]


def test_a_lead_and_a_contact_with_one_address_are_one_person_and_the_contacts_name_counts():
    rows = (
        lead("1", name="L Sand", title="Buyer", emails=("lea@kund.example", "lea@private.example"), phones=MOBILE),
        contact("2", name="Lea Sand", emails="lea.sand@kund.example"),
        contact("3", name="Lea S", emails=("lea@private.example", "lea.sand@kund.example"), phones=MOBILE),
    )
    found = made(*rows)

    [listing] = found.listings
    assert (listing.name, listing.title, listing.kind) == ("Lea Sand", "Buyer", "lead")
    assert {listing.address, *listing.aliases, listing.crm_id} == {
        *("mailto:lea.sand@kund.example", "mailto:lea@private.example", LEA, MOBILE),
        *("crm:plain:1", "crm:plain:2", "crm:plain:3"),
    }
    assert found.joined == 2


def test_of_two_copies_of_a_record_the_newer_one_counts():
    old = lead("1", status="open", name="Lea", emails="lea@kund.example", modified="2026-05-01T00:00Z")
    new = lead("1", status="qualified", name="Lea Sand", emails="lea.sand@kund.example", modified="2026-05-02T00:00Z")

    for rows in ((old, new), (new, old)):
        [listing] = listed(*rows)
        assert (listing.kind, listing.name, listing.aliases) == ("contact", "Lea Sand", ())


def test_a_contact_who_became_a_colleague_is_one():
    old = contact("1", name="Kim", emails="kim@kund.example", modified="2026-05-01T00:00Z")
    new = contact("1", name="Kim", emails="kim@nord.example", modified="2026-05-02T00:00Z")

    assert made(old, new).excluded == made(new, old).excluded == {"own_domain": 1}


def test_one_id_for_records_of_two_kinds_is_refused():
    with pytest.raises(FileError, match="One of the contacts and one of the leads have the same id"):
        made(contact("7"), lead("7"))


records = st.builds(
    lambda build, number, mails, phones, day, name: build(
        f"{build.__name__[0]}{number}",
        emails=tuple(mails),
        phones=tuple(phones),
        modified=f"2026-05-0{day}T00:00Z",
        name=name,
    ),
    st.sampled_from([contact, lead]),
    st.integers(1, 4),
    st.lists(st.sampled_from([f"{who}@kund.example" for who in "abcdef"]), max_size=2),
    st.lists(st.sampled_from(["+46705550101", "+46705550102"]), max_size=1),
    st.integers(1, 3),
    st.sampled_from(["Kim", "Lea", "Tor"]),
)


@given(st.lists(records, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing_and_no_address_is_of_two_people(rows, rng: random.Random):
    shuffled = rng.sample(rows, len(rows))
    one, other = made(*rows), made(*shuffled)
    addresses = [uri for listing in one.listings for uri in {listing.address, listing.crm_id, *listing.aliases}]

    assert one.listings == other.listings
    assert (one.joined, one.known) == (other.joined, other.known)
    assert len(addresses) == len(set(addresses))


@given(st.lists(records, max_size=8))
def test_two_people_are_one_exactly_where_mail_addresses_connect_them(rows):
    """The reference: whoever is reached from a record by shared addresses, one step at a time."""
    newest = {}
    for _, kind, cells in rows:
        rank = (cells["modified"], kind == "leads", cells["name"], cells["emails"], cells["phones"])
        newest[cells["id"]] = max(newest.get(cells["id"], ()), (*rank, cells))
    mails = {number: set(found[-1]["emails"]) for (number,), found in newest.items()}
    people = set()
    for number in mails:
        reached = {number}
        while more := {n for n in mails if n not in reached and any(mails[n] & mails[m] for m in reached)}:
            reached |= more
        people.add(frozenset(reached))

    listings = listed(*rows)

    ids = [{uri[10:] for uri in (one.address, one.crm_id, *one.aliases) if uri.startswith("crm:")} for one in listings]
    assert {frozenset(found) for found in ids} == people
