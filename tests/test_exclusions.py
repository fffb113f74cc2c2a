"""Newsletters, lists, robots and shared mailboxes are told from people; people are never told from people."""

import unicodedata
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wkw.addresses import canonical, listed
from wkw.connectors.exclusions import Patterns, address_reason, message_reason


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
    "postmaster bounce bounces+4711 bounce-4711-anna=nord.example news-bounces owner-choir choir-request "
    "notifications alerts jira-notifications svara-ej älä-vastaa keine-antwort ne-pas-repondre no-responder "
    "newsletter nyhetsbrev root bot gasnews gas-news gas.news dailynewsletter2 teamnoreply acme.updates "
    "spring-offers announcements.acme undisclosed-recipients undisclosed.recipients choir-mailing-list "
    "tie_list_server izioautoemail r-4-144706-4002205 4711.167547968.1 dolda-mottagare powiadomienia"
)
ROLES = (
    "info INFO info.sverige sales sales-nordic support help-desk kontakt kundtjänst faktura order hr jobb växel "
    "buchhaltung office1 accounts-payable myynti biuro executive.office acmecustomercare customer-care "
    "receptionist acme-admin admin.acme dl-se-all_nord market_relations enl-members-html perfmgmt city.parking "
    "kund kund.example"
)
PEOPLE = (
    "anna anna.berg bo joanna bouncer.bob robert bob norman.reply supporter salesman peter.owner anna.bot "
    "john.bounce infosson hrafn italo ordell post.anna m.sales lon alla pr ir admiral teamu newsha 4711 a newsome "
    "newton john.newsome andrews news.ome norman.mailer gretchen.daily h.r i.t j.o.b al.l h.r.berg "
    "anna.1990.05.12 46701234567 70123.4567 callie hall kundera"
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


# Ordinary names of a dozen languages, and some that come close to a pattern.
GIVEN = (
    "Alice Oliver Infanta Anna Göran Åsa Jürgen Käthe Ökkes Aurélie Benoît Noël José Begoña Íñigo Giulia Niccolò "
    "Letizia Daan Femke Sjoerd Søren Mette Ane Bjørn Ingvild Øystein Päivi Jukka Väinö João Inês Conceição Łukasz "
    "Agnieszka Małgorzata Newell Newa Al Allan Bo Roberta Salome Servatius Hrafn Ita Postuma Robin Marek Mailis "
    "Infran Joby"
)
FAMILY = (
    "Newton Newsome Newman Newell Smith Hall Stafford Dailey Ångström Öberg Lindqvist Müller Größe Strauß Lefèvre "
    "L'Hôpital Dubois Muñoz Ibáñez García D'Angelo Esposito Van-Dijk Visser Kjær Sørensen Bjørnstad Ødegård "
    "Hämäläinen Mäkelä Gonçalves Magalhães Wiśniewski Żurek Promonski Alerton Saleski Supporta Serviceman Officer "
    "Rootham Botham Orderly Pressman Mailhot Adminski Bouncefield Ownerby Kontaktis Infosson Salgado Ordonez "
    "Jobst Listov Digesti"
)
FORMS = (
    "{given} {family} {given}.{family} {given}_{family} {given}-{family} {given}{family} {g}{family} {g}.{family} "
    "{given}.{f} {family}.{given} {family}{g} {g}.{f} {g}.{f}.{family} {given}.{family}7 {given}.{family}.1990-05-12"
)


@given(
    given_name=st.sampled_from(GIVEN.split()),
    family=st.sampled_from(FAMILY.split()),
    form=st.sampled_from(FORMS.split()),
    plain=st.booleans(),
    host=st.sampled_from(["kund.example", "mail.kund.example", "newsome.example", "gmail.com"]),
)
def test_an_ordinary_name_is_never_excluded(given_name, family, form, plain, host):
    local = form.format(given=given_name, family=family, g=given_name[0], f=family[0])
    if plain:
        local = "".join(c for c in unicodedata.normalize("NFKD", local) if not unicodedata.combining(c))

    if local.casefold() != "newsome" or host != "newsome.example":  # the one mailbox of a firm of that name
        assert address_reason(canonical(f"{local}@{host}")) is None


@pytest.mark.parametrize("one", ascii_lowercase)
def test_initials_are_a_persons(one):
    assert {address_reason(f"mailto:{one}.{other}@kund.example") for other in ascii_lowercase} == {None}
    assert {address_reason(f"mailto:{one}-{other}.berg@kund.example") for other in ascii_lowercase} == {None}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("anna@noreply.example", None),
        ("anna@news.example", None),
        ("anna@news.co.uk", None),
        ("anna@mail.kund.example", None),
        ("anna@news.kund.example", "list"),
        ("anna@eu.lists.kund.co.uk", "list"),
        ("choir@yahoogroups.com", "list"),
        ("choir@eu.groups.io", "list"),
        ("anna@mygroups.io", None),
        ("gmail@gmail.com", None),
        ("kund@mail.kund.example", "role"),
        ("nord@kund.example", None),
    ],
)
def test_a_host_of_lists_and_the_name_of_a_domain_are_no_persons(address, reason):
    assert address_reason(canonical(address)) == reason


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("fund", "fund fund7", "fund-x x-fund funds"),
        ("fund*", "fund fund-x", "x-fund funds"),
        ("**fund", "fund xfund x.y-fund7", "funds fund-x"),
        ("fund**", "fund funds fund.x", "xfund x-fund"),
        ("***fund***", "fund xfunds a.xfundsy.b", "fun-x"),
        ("**fund*", "xfund-y fund", "xfunds"),
        ("**fund-raising", "xfund.raising xfundraising", "fund raising"),
    ],
)
def test_a_star_stands_for_words_and_two_for_letters_too(pattern, fits, fits_not):
    made = Patterns.of([pattern])

    assert [local for local in fits.split() if not made.fit(f"mailto:{local}@kund.example")] == []
    assert [local for local in fits_not.split() if made.fit(f"mailto:{local}@kund.example")] == []


@pytest.mark.parametrize(("file", "reason"), [("robots.txt", "robot"), ("roles.txt", "role")])
def test_every_pattern_is_met_by_what_it_says(file, reason):
    for pattern in listed(file):
        local = pattern.strip("*").strip("-")
        said = {address_reason(f"mailto:{local}@kund.example"), address_reason(f"mailto:x-{local}-x@kund.example")}
        said |= {address_reason(f"mailto:x-{local}@kund.example"), address_reason(f"mailto:{local}-x@kund.example")}
        assert said & {reason, "robot"}, pattern
