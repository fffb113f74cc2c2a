"""The keys of an identity provider: read seldom, found when new, never lost to a provider that fails."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from issuer import AUDIENCE, DISCOVERY, KEYS, MILLI, NOW, by, key

from wkw.errors import ProviderUnavailable, Unauthenticated
from wkw.web.tokens import Provider
from wkw.web_settings import Oidc


def test_keys_are_read_once_an_hour(provider, issuer):
    for after in (0, 1, 3_599_999):
        provider.claims(issuer.token(NOW + after // 1000), now=MILLI + after)
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}

    provider.claims(issuer.token(NOW + 3600), now=MILLI + 3_600_000)
    assert issuer.asked == {DISCOVERY: 2, KEYS: 2}


def test_a_thousand_unknown_keys_make_one_question_in_half_a_minute(provider, issuer):
    provider.claims(issuer.token(NOW), now=MILLI)

    flood = [issuer.token(NOW, header={"kid": f"k{number}"}) for number in range(1000)]
    for number, token in enumerate(flood):
        with pytest.raises(Unauthenticated):
            provider.claims(token, now=MILLI + 30_000 + number * 29)

    assert issuer.asked[KEYS] == 2


def test_a_new_key_is_found_as_soon_as_it_signs(provider, issuer):
    provider.claims(issuer.token(NOW), now=MILLI)
    issuer.documents[KEYS][1]["keys"].append(key("new").as_dict(private=False))
    token = issuer.token(NOW, header={"kid": "new"}, sign=by(key("new"), "RS256"))

    with pytest.raises(Unauthenticated):
        provider.claims(token, now=MILLI + 29_999)
    assert provider.claims(token, now=MILLI + 30_000)


def test_a_key_that_the_provider_took_back_opens_nothing_after_an_hour(provider, issuer):
    token = issuer.token(NOW, exp=NOW + 9999)
    provider.claims(token, now=MILLI)
    del issuer.documents[KEYS][1]["keys"][0]

    assert provider.claims(token, now=MILLI + 3_599_999)
    with pytest.raises(Unauthenticated):
        provider.claims(token, now=MILLI + 3_600_000)


def test_many_at_once_who_have_a_new_key_are_all_let_in_by_one_question(provider, issuer):
    with ThreadPoolExecutor(16) as many:
        told = list(many.map(lambda _: provider.claims(issuer.token(NOW), now=MILLI)["sub"], range(64)))

    assert told == ["a1"] * 64
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}


def test_known_keys_stay_good_while_the_provider_is_down(provider, issuer):
    provider.claims(issuer.token(NOW), now=MILLI)

    with issuer.down():
        for hours in (1, 2, 24):
            assert provider.claims(issuer.token(NOW + hours * 3600), now=MILLI + hours * 3_600_000)
        with pytest.raises(Unauthenticated):
            provider.claims(issuer.token(NOW + 86_400, header={"kid": "new"}), now=MILLI + 86_400_000)
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}


def test_a_provider_that_is_down_from_the_first_is_asked_again_after_five_seconds(provider, issuer):
    with issuer.down(), pytest.raises(ProviderUnavailable):
        provider.claims(issuer.token(NOW), now=MILLI)
    with pytest.raises(ProviderUnavailable):
        provider.claims(issuer.token(NOW), now=MILLI + 4_999)
    assert provider.claims(issuer.token(NOW), now=MILLI + 5_000)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (DISCOVERY, (200, {"issuer": "https://evil.example", "jwks_uri": "{url}/keys"})),
        (DISCOVERY, (200, {"issuer": "{url}", "jwks_uri": "https://127.0.0.1:1/keys"})),
        (DISCOVERY, (200, {"issuer": "{url}", "jwks_uri": "file:///etc/keys"})),
        (DISCOVERY, (200, {"issuer": "{url}"})),
        (DISCOVERY, (200, {"issuer": 1, "jwks_uri": "{url}/keys"})),
        (DISCOVERY, (200, {"issuer": "{url}", "jwks_uri": 1})),
        (DISCOVERY, (200, [])),
        (DISCOVERY, (200, b"<html>")),
        (DISCOVERY, (302, "/keys")),
        (DISCOVERY, (404, b"")),
        (KEYS, (302, "/other")),
        (KEYS, (500, b"")),
        (KEYS, (200, b"")),
        (KEYS, (200, {})),
        (KEYS, (200, {"keys": []})),
        (KEYS, (200, {"keys": {}})),
        (KEYS, (200, {"keys": ["rsa"]})),
        (KEYS, (200, {"keys": [{"kty": "RSA", "kid": "rsa"}]})),
        (KEYS, (200, {"keys": [{"kty": "new", "kid": "rsa"}]})),
    ],
)
def test_an_answer_that_gives_no_keys_costs_none_and_gives_none(provider, issuer, path, answer):
    status, document = answer
    if isinstance(document, dict):
        document = {
            name: value.replace("{url}", issuer.url) if isinstance(value, str) else value
            for name, value in document.items()
        }
    provider.claims(issuer.token(NOW), now=MILLI)
    issuer.documents["/other"] = issuer.documents[KEYS]
    issuer.documents[path] = (status, document)

    assert provider.claims(issuer.token(NOW + 3600), now=MILLI + 3_600_000)
    with pytest.raises(ProviderUnavailable):
        Provider(Oidc(issuer.url, AUDIENCE)).claims(issuer.token(NOW), now=MILLI)
    assert issuer.asked["/other"] == 0
