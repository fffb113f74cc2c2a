"""Tokens that must open nothing, each a good one with one thing changed, by what is wrong with it."""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from issuer import AUDIENCE, by, key, signed, text

HEADERS = {
    "no algorithm": {"alg": ...},
    "algorithm is a number": {"alg": 1},
    "algorithm is a list": {"alg": ["RS256"]},
    "algorithm is unknown": {"alg": "XX256"},
    "algorithm of another case": {"alg": "rs256"},
    "algorithm of the other key": {"alg": "ES256"},
    "no key id": {"kid": ...},
    "key id is a number": {"kid": 7},
    "key id is a list": {"kid": ["rsa"]},
    "key id is null": {"kid": None},
    "key id is a path": {"kid": "../../dev/null"},
    "key id has a query": {"kid": "rsa?kid=rsa"},
    "key id is of the other key": {"kid": "ec"},
    "key id is unknown": {"kid": "nobody"},
    "key id is Cypher": {"kid": "' OR 1=1 //"},
    "no type": {"typ": ...},
    "type is a number": {"typ": 1},
    "type of a logout": {"typ": "logout+jwt"},
    "type of a proof": {"typ": "dpop+jwt"},
    "critical and unknown": {"crit": ["wkw"], "wkw": 1},
    "critical and empty": {"crit": []},
    "critical and known": {"crit": ["exp"], "exp": 1},
    "not encoded": {"b64": False},
    "critical and not encoded": {"b64": False, "crit": ["b64"]},
    "names an address of keys": {"jku": "https://evil.example/keys"},
    "names an address of a certificate": {"x5u": "https://evil.example/cert"},
    "brings a certificate": {"x5c": ["MIIB"]},
    "header is too long": {"pad": "x" * 600},
}
CLAIMS = {
    "no issuer": {"iss": ...},
    "another issuer": {"iss": "https://evil.example"},
    "several issuers": {"iss": ["http://127.0.0.1"]},
    "no audience": {"aud": ...},
    "another audience": {"aud": "api://other"},
    "a longer audience": {"aud": AUDIENCE + "-x"},
    "other audiences": {"aud": ["api://other", "api://third"]},
    "no audiences": {"aud": []},
    "audience is a map": {"aud": {AUDIENCE: 1}},
    "audience is null": {"aud": None},
    "no subject": {"sub": ...},
    "an empty subject": {"sub": ""},
    "subject is a number": {"sub": 1},
    "no expiry": {"exp": ...},
    "expiry is null": {"exp": None},
    "expiry is a text": {"exp": "2999-01-01"},
    "expiry is true": {"exp": True},
    "expiry is no number": {"exp": float("nan")},
    "never expires": {"exp": float("inf")},
    "no time of issue": {"iat": ...},
    "time of issue is a text": {"iat": "now"},
    "not before is a text": {"nbf": "soon"},
    "ID token by its nonce": {"nonce": "n"},
    "ID token by its access token's hash": {"at_hash": "h"},
    "ID token by its code's hash": {"c_hash": "h"},
    "ID token by its own word": {"typ": "ID"},
}
SHAPES = {
    "one word": "nonsense",
    "one dot": "a.b",
    "only dots": "..",
    "four parts": "a.b.c.d",
    "five parts": "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA",
    "another kind": "v4.public.AAAA",
    "not ASCII": "\xff\xfe.\xe5.\xe4",
    "no base64": "!!!.???.***",
    "a megabyte": "a" * (1 << 20),
}


def forgeries(issuer, now):
    """Every bad token, by what is wrong with it; `now` in seconds."""
    made = {name: issuer.token(now, header=header) for name, header in HEADERS.items()}
    made |= {name: issuer.token(now, **claims) for name, claims in CLAIMS.items()}
    made |= SHAPES | by_time(issuer, now) | by_signature(issuer, now) | by_content(issuer, now)
    assert len(made) == len(HEADERS) + len(CLAIMS) + len(SHAPES) + 3 + 15 + 9
    return made


def by_time(issuer, now):
    return {
        "expired": issuer.token(now, iat=now - 700, exp=now - 61),
        "issued in the future": issuer.token(now, iat=now + 120),
        "not yet valid": issuer.token(now, nbf=now + 120),
    }


def by_signature(issuer, now):
    good = issuer.token(now)
    head, body, signature = good.split(".")
    public = key("rsa").as_pem(private=False)
    other, elliptic = key("other"), {"alg": "ES256", "kid": "ec"}
    embedded = other.as_dict(private=False)
    half = int.from_bytes(by(key("ec", "EC"), "ES256")(b"x")[:32], "big")
    return {
        "no signature": f"{head}.{body}.",
        "no signature and no dot": f"{head}.{body}",
        "signature cut short": good[:-8],
        "signature of another token": f"{head}.{body}.{issuer.token(now, sub='b').split('.')[2]}",
        "claims changed": f"{head}.{text(json.loads('{}')).decode()}.{signature}",
        "algorithm none": issuer.token(now, header={"alg": "none"}, sign=lambda _: b""),
        "algorithm None": issuer.token(now, header={"alg": "None"}, sign=lambda _: b""),
        "public key as a secret": issuer.token(
            now, header={"alg": "HS256"}, sign=lambda told: hmac.digest(public, told, hashlib.sha256)
        ),
        "empty secret": issuer.token(
            now, header={"alg": "HS256"}, sign=lambda told: hmac.digest(b"", told, hashlib.sha256)
        ),
        "algorithm not in the settings": issuer.token(now, header={"alg": "PS256"}, sign=by(key("rsa"), "PS256")),
        "signed by another key": issuer.token(now, sign=by(other, "RS256")),
        "brings its own key": issuer.token(now, header={"jwk": embedded, "kid": "other"}, sign=by(other, "RS256")),
        "brings a key under a known id": issuer.token(now, header={"jwk": {"kty": "RSA"}}),
        "elliptic zeros": issuer.token(now, header=elliptic, sign=lambda _: bytes(64)),
        "elliptic DER": issuer.token(now, header=elliptic, sign=lambda _: encode_dss_signature(half, half)),
    }


def by_content(issuer, now):
    good = json.dumps({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}).encode()
    sign = by(key("rsa"), "RS256")
    return {
        "header is a list": signed(["alg"], {}, sign),
        "header is a text": signed("alg", {}, sign),
        "header is a number": signed(1, {}, sign),
        "header is no JSON": signed(b"{alg", {}, sign),
        "header is not UTF-8": signed(b"\xff" + good, {}, sign),
        "claims are a list": signed(good, [], sign),
        "claims are no JSON": signed(good, b"{", sign),
        "claims are nested without end": signed(good, b"[" * 5000, sign),
        "longer than 8 KiB": issuer.token(now, pad="x" * 8192),
    }
