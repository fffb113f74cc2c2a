"""Tokens of an identity provider: good ones say who is calling, bad ones open nothing, and its keys outlast it."""

import time
from dataclasses import replace

import pytest
from forgeries import forgeries
from hypothesis import given
from hypothesis import strategies as st
from issuer import AUDIENCE, DISCOVERY, MILLI, NOW, by, key
from lab import TODAY, VILLAGE

from wkw import people, settings
from wkw.connectors import directory
from wkw.errors import SettingsError, Unauthenticated
from wkw.web import create_app
from wkw.web.tokens import Provider
from wkw.web_settings import Oidc

ROLES = {"wkw-sellers": "seller", "wkw-admins": "admin", "wkw-connectors": "connector"}


@pytest.fixture
def client(issuer, village):
    return serving(village, issuer)


def serving(lab, issuer, **more):
    oidc = Oidc(issuer.url, AUDIENCE, roles=ROLES, **more)
    return create_app(lab.graph, replace(lab.settings, oidc=oidc)).test_client()


def ask(client, token):
    body = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}
    return client.post("/v1/lookups", json=body, headers={"Authorization": f"Bearer {token}"})


def now():
    return int(time.time())


# ---- who is calling ----


def test_a_token_opens_what_its_roles_open(client, issuer):
    response = ask(client, issuer.token(now()))

    assert response.status_code == 200
    assert {one["colleague"]["name"] for one in response.json["introducers"]} == {"Eva Noor", "Bo Ek"}


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"roles": "wkw-admins wkw-sellers"}, 200),
        ({"aud": ["api://other", AUDIENCE]}, 200),
        ({"roles": ["wkw-admins"]}, 403),
        ({"roles": ["seller"]}, 403),
        ({"roles": ...}, 403),
        ({"roles": [["wkw-sellers"], {"wkw-sellers": 1}, 1]}, 403),
        ({"roles": {"wkw-sellers": 1}}, 403),
        ({"roles": "seller", "_claim_names": {"roles": "src1"}}, 403),
    ],
)
def test_only_what_an_administrator_named_is_a_role(client, issuer, claims, status):
    assert ask(client, issuer.token(now(), **claims)).status_code == status


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "lea@kund.example"},
        {"email": "dag@nord.example"},
        {"email": "anna@nord.example", "email_verified": False},
        {"email": "anna@nord.example", "email_verified": "true"},
        {"email_verified": ...},
        {"email": ...},
        {"email": ["anna@nord.example"]},
        {"email": "no address"},
        {"email": ""},
    ],
)
def test_a_token_of_nobody_here_is_refused_with_what_to_do(client, issuer, claims):
    response = ask(client, issuer.token(now(), **claims))

    assert (response.status_code, response.json["code"], response.json["who"]) == (403, "forbidden", "administrator")
    assert "WKW_OIDC_ADDRESS_CLAIM" in response.json["remedy"]
    assert ".example" not in response.text


def test_another_claim_may_hold_the_address_and_needs_no_word_of_its_own(village, issuer):
    client = serving(village, issuer, address_claim="preferred_username")

    assert ask(client, issuer.token(now(), email=..., preferred_username="Anna@Nord.example")).status_code == 200
    assert ask(client, issuer.token(now(), preferred_username="lea@kund.example")).status_code == 403
    assert ask(client, issuer.token(now())).status_code == 403


def test_an_id_of_the_provider_is_a_colleagues_by_the_directory(village, issuer):
    client = serving(village, issuer, address_claim="oid")
    token = issuer.token(now(), oid="7D444840-9DC0-11D1-B245-5FFDCE74FAD2")
    assert ask(client, token).status_code == 403

    alias = ("crm:oidc:7d444840-9dc0-11d1-b245-5ffdce74fad2",)
    listed = [
        replace(one, aliases=alias) if one.address == "mailto:anna@nord.example" else one
        for one in directory.read(VILLAGE / "people.csv")
    ]
    people.load(village.graph, village.settings, listed, day=TODAY)

    response = ask(client, token)
    assert (response.status_code, response.json["you"]["two_way"]) == (200, True)


def test_a_connector_needs_nobody_behind_it_and_looks_nothing_up(client, issuer):
    response = ask(client, issuer.token(now(), email=..., roles=["wkw-connectors"]))

    assert (response.status_code, response.json["detail"]) == (403, "This needs the role sales_manager or seller.")


def test_both_keys_of_the_provider_are_taken(provider, issuer):
    elliptic = issuer.token(NOW, header={"alg": "ES256", "kid": "ec"}, sign=by(key("ec", "EC"), "ES256"))

    assert provider.claims(issuer.token(NOW), now=MILLI)["sub"] == "a1"
    assert provider.claims(elliptic, now=MILLI)["sub"] == "a1"


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt", "JWT", "jwt"])
def test_an_access_token_is_known_by_its_type(provider, issuer, kind):
    assert provider.claims(issuer.token(NOW, header={"typ": kind}), now=MILLI)


def test_what_the_header_says_beside_is_no_matter(provider, issuer):
    assert provider.claims(issuer.token(NOW, header={"x5t": "thumb", "cty": "x", "mark": 1}), now=MILLI)


@pytest.mark.parametrize("of_the_token", ["", "/"])
@pytest.mark.parametrize("of_the_document", ["", "/"])
def test_a_slash_at_the_end_of_an_issuer_makes_no_other_issuer(provider, issuer, of_the_token, of_the_document):
    issuer.documents[DISCOVERY][1]["issuer"] += of_the_document

    assert provider.claims(issuer.token(NOW, iss=issuer.url + of_the_token), now=MILLI)


# ---- what opens nothing ----


def test_every_bad_token_is_a_401_and_none_takes_long(client, issuer):
    assert ask(client, issuer.token(now())).status_code == 200  # what they are made of is good
    told = {}
    for what, token in forgeries(issuer, now()).items():
        began = time.perf_counter()
        response = ask(client, token)
        told[what] = (response.status_code, response.json["code"])
        assert time.perf_counter() - began < 0.5, what
        assert "evil" not in response.text
        assert "anna" not in response.text

    assert len(told) >= 40
    assert {what: one for what, one in told.items() if one != (401, "unauthenticated")} == {}


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True))
def test_whatever_comes_as_a_token_is_refused_in_words(token):
    nobody = Provider(Oidc("http://127.0.0.1:1", AUDIENCE))

    with pytest.raises(Unauthenticated, match="The token does not hold"):
        nobody.claims(token, now=MILLI)


def test_time_is_forgiven_half_a_minute_and_no_more(provider, issuer):
    token = issuer.token(NOW, exp=NOW + 100)
    assert provider.claims(token, now=MILLI + 129_000)
    with pytest.raises(Unauthenticated, match="expired"):
        provider.claims(token, now=MILLI + 130_000)

    assert provider.claims(token, now=MILLI - 30_000)
    with pytest.raises(Unauthenticated):
        provider.claims(token, now=MILLI - 31_000)


def test_a_provider_that_is_down_from_the_first_is_a_503_that_says_when_to_come_back(client, issuer):
    with issuer.down():
        response = ask(client, issuer.token(now()))
    assert (response.status_code, response.json["code"]) == (503, "identity_provider_unavailable")
    assert (response.json["retryable"], response.headers["Retry-After"]) == (True, "5")


# ---- settings ----


def test_the_settings_say_whose_tokens_are_taken_and_what_they_mean(monkeypatch):
    told = {
        "ISSUER": "https://idp.example/realms/nord/",
        "AUDIENCE": "wkw",
        "ALGORITHMS": "ES256, PS512",
        "ADDRESS_CLAIM": "preferred_username",
        "ROLES_CLAIM": "groups",
        "ROLES": "Sales Team = seller, a=b=admin",
    }
    for name, value in told.items():
        monkeypatch.setenv(f"WKW_OIDC_{name}", value)

    roles = {"Sales Team": "seller", "a=b": "admin"}
    assert settings.load().oidc == Oidc(
        "https://idp.example/realms/nord", "wkw", ("ES256", "PS512"), "preferred_username", "groups", roles
    )


def test_without_an_issuer_no_token_is_taken(village):
    client = create_app(village.graph, village.settings).test_client()

    told = ask(client, "eyJhbGciOiJSUzI1NiJ9.e30.AAAA").json

    assert told["detail"] == "What came is no API key, and tokens of an identity provider are not taken here."
    assert "WKW_OIDC_ISSUER" in told["remedy"]


@pytest.mark.parametrize(
    "issuer",
    [
        "http://idp.example",
        "ftp://localhost",
        "idp.example",
        "https://",
        "https://[::1",
        "https://idp.example:x",
        "https://idp.example/?realm=nord",
        "file:///etc/issuer",
    ],
)
def test_an_issuer_that_somebody_on_the_way_could_play_is_refused(monkeypatch, issuer):
    monkeypatch.setenv("WKW_OIDC_ISSUER", issuer)
    monkeypatch.setenv("WKW_OIDC_AUDIENCE", "wkw")

    with pytest.raises(SettingsError, match="WKW_OIDC_ISSUER: Write https://host/path"):
        settings.load()
