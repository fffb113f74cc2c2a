"""Newsletters, lists, robots and shared mailboxes are told from people; people are never told from people."""

import pytest

from wkw.addresses import canonical, listed
from wkw.connectors.exclusions import address_reason, message_reason


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, None),
        ({"list-id": "<news.kund.example>"}, "list"),
        ({"list-post": "<mailto:choir@nord.example>", "list-unsubscribe": "<x>"}, "list"),
        (
            {"list-post": "NO (announcements only)", "list-id": "<news.kund.example>", "list-unsubscribe": "<x>"},
            "newsletter",
        ),
        ({"list-unsubscribe": "<x>"}, "newsletter"),
        ({"list-id": "<x>", "list-unsubscribe": "<x>"}, "newsletter"),
        ({"feedback-id": "1:2:3:esp"}, "newsletter"),
        ({"precedence": "List"}, "list"),
        ({"precedence": "bulk"}, "newsletter"),
        ({"precedence": " junk "}, "newsletter"),
        ({"precedence": "auto_reply"}, "automatic"),
        ({"precedence": "first-class"}, None),
        ({"auto-submitted": "auto-replied"}, "automatic"),
        ({"auto-submitted": "auto-generated; owner=x"}, "automatic"),
        ({"auto-submitted": "no"}, None),
        ({"auto-submitted": "No (a human)"}, None),
        ({"auto-submitted": ""}, None),
        ({"x-autoreply": "yes"}, "automatic"),
        ({"x-auto-response-suppress": "All"}, None),  # Exchange writes it into what humans send
        ({"return-path": "<>"}, "bounce"),
        ({"return-path": " <> "}, "bounce"),
        ({"return-path": "<anna@nord.example>"}, None),
        ({"content-type": 'multipart/report; report-type=delivery-status; boundary="x"'}, "bounce"),
        ({"content-type": "multipart/report; report-type=disposition-notification"}, "automatic"),
        ({"content-type": "text/plain; name=delivery-status"}, None),
    ],
)
def test_a_message_tells_what_it_is(headers, reason):
    assert message_reason(headers) == reason


ROBOTS = (
    "no-reply noreply No.Reply no_reply team-no-reply-123 do-not-reply donotreply mailer-daemon MAILER-DAEMON "
    "postmaster bounce bounces+4711 bounce-4711-anna=nord.example news-bounces owner-choir choir-request notifications "
    "alerts jira-notifications svara-ej älä-vastaa keine-antwort ne-pas-repondre no-responder newsletter "
    "nyhetsbrev root bot"
)
ROLES = (
    "info INFO info.sverige sales sales-nordic support help-desk kontakt kundtjänst faktura order hr jobb växel "
    "buchhaltung office1 accounts-payable myynti biuro"
)
PEOPLE = (
    "anna anna.berg bo joanna bouncer.bob robert bob norman.reply supporter salesman peter.owner anna.bot "
    "john.bounce infosson hrafn italo ordell post.anna m.sales lon alla pr ir admiral teamu newsha 4711 a"
)


@pytest.mark.parametrize("local", ROBOTS.split())
def test_a_robot_is_told_by_its_address(local):
    assert address_reason(canonical(f"{local}@kund.example")) == "robot"


@pytest.mark.parametrize("local", ROLES.split())
def test_a_shared_mailbox_is_told_by_its_address(local):
    assert address_reason(canonical(f"{local}@kund.example")) == "role"


@pytest.mark.parametrize("local", PEOPLE.split())
def test_a_person_is_left_alone(local):
    assert address_reason(canonical(f"{local}@kund.example")) is None


def test_a_telephone_and_a_crm_id_are_nobodys_mailbox():
    assert address_reason("tel:+4687000") is None
    assert address_reason("crm:dynamics:info") is None


def test_the_domain_does_not_matter():
    assert address_reason("mailto:anna@noreply.example") is None


@pytest.mark.parametrize(("file", "reason"), [("robots.txt", "robot"), ("roles.txt", "role")])
def test_every_pattern_is_met_by_what_it_says(file, reason):
    for pattern in listed(file):
        local = pattern.removeprefix("*").removesuffix("*").strip("-")
        said = {address_reason(f"mailto:{local}@kund.example"), address_reason(f"mailto:x-{local}-x@kund.example")}
        said |= {address_reason(f"mailto:x-{local}@kund.example"), address_reason(f"mailto:{local}-x@kund.example")}
        assert said & {reason, "robot"}, pattern
