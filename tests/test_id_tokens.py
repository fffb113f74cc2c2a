"""ID tokens: only the provider's own, for our client and the very login that asked, says who signed in."""

import pytest
from issuer import AUDIENCE, DISCOVERY, KEYS, MILLI, NOW, by, key

from wkw.errors import ProviderUnavailable, Unauthenticated

CLIENT = "wkw-web"
OURS = {"aud": CLIENT, "nonce": "of this login"}
PLAIN = {"typ": "JWT"}


def identity(provider, token, now=MILLI):
    return provider.identity(token, client=CLIENT, nonce="of this login", now=now)


@pytest.mark.parametrize("header", [PLAIN, {"typ": ...}])
@pytest.mark.parametrize("more", [{}, {"azp": CLIENT}, {"aud": [CLIENT, "api://other"], "at_hash": "h", "c_hash": "h"}])
def test_an_id_token_of_this_login_is_taken(provider, issuer, header, more):
    assert identity(provider, issuer.token(NOW, header=header, **OURS | more))["sub"] == "a1"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": AUDIENCE},
        {"aud": ...},
        {"aud": []},
        {"azp": "another"},
        {"nonce": ...},
        {"nonce": None},
        {"nonce": ""},
        {"nonce": "of another login"},
        {"iss": "https://evil.example"},
        {"iss": ...},
        {"sub": ...},
        {"exp": ...},
        {"exp": NOW - 31},
        {"iat": ...},
        {"iat": NOW + 61},
    ],
)
def test_an_id_token_of_another_login_client_provider_or_time_is_refused(provider, issuer, claims):
    with pytest.raises(Unauthenticated):
        identity(provider, issuer.token(NOW, header=PLAIN, **OURS | claims))


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        ({"alg": "none"}, lambda _: b""),
        ({"alg": "HS256"}, by(key("rsa"), "RS256")),
        ({"alg": "PS256"}, by(key("rsa"), "PS256")),
        ({}, by(key("other"), "RS256")),
        ({"kid": "other"}, by(key("other"), "RS256")),
        ({"jwk": key("other").as_dict(private=False)}, by(key("other"), "RS256")),
        ({"crit": ["exp"], "exp": 1}, None),
        ({"kid": ["rsa"]}, None),
        ({"kid": ...}, None),
    ],
)
def test_an_id_token_that_is_not_signed_as_the_settings_say_is_refused(provider, issuer, header, sign):
    with pytest.raises(Unauthenticated):
        identity(provider, issuer.token(NOW, header=PLAIN | header, sign=sign, **OURS))


def test_an_id_token_need_not_name_its_key_where_there_is_but_one(provider, issuer):
    del issuer.documents[KEYS][1]["keys"][1]

    assert identity(provider, issuer.token(NOW, header={"kid": ...}, **OURS))
    with pytest.raises(Unauthenticated):
        identity(provider, issuer.token(NOW, header={"kid": ...}, sign=by(key("other"), "RS256"), **OURS))
    with pytest.raises(Unauthenticated):  # an access token must
        provider.claims(issuer.token(NOW, header={"kid": ...}), now=MILLI)


def test_an_id_token_is_no_access_token_and_the_other_way_round(provider, issuer):
    with pytest.raises(Unauthenticated):
        provider.claims(issuer.token(NOW, header=PLAIN, nonce="of this login"), now=MILLI)
    with pytest.raises(Unauthenticated):
        identity(provider, issuer.token(NOW))


# ---- where people sign in ----


def places(issuer, **told):
    issuer.documents[DISCOVERY][1].update(told)


def test_where_people_sign_in_is_read_with_the_keys(provider, issuer):
    places(issuer, authorization_endpoint=f"{issuer.url}/authorize", token_endpoint=f"{issuer.url}/token")

    assert provider.endpoints(now=MILLI) == (f"{issuer.url}/authorize", f"{issuer.url}/token")
    assert provider.claims(issuer.token(NOW), now=MILLI)
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}


@pytest.mark.parametrize("place", [None, 1, "", "/authorize", "https://127.0.0.1/x", "javascript:alert(1)"])
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint"])
def test_a_provider_without_a_place_to_sign_in_costs_no_token(provider, issuer, name, place):
    places(issuer, authorization_endpoint=f"{issuer.url}/authorize", token_endpoint=f"{issuer.url}/token")
    places(issuer, **{name: place})

    with pytest.raises(ProviderUnavailable, match="does not say where people sign in"):
        provider.endpoints(now=MILLI)
    assert provider.claims(issuer.token(NOW), now=MILLI)
