"""The page of the API: files as they were published, a strict policy, nothing from another host; in a browser, too."""

import hashlib
import re

import pytest

from wkw.web import create_app
from wkw.web.docs import STATIC

VENDOR = STATIC / "vendor"


@pytest.fixture
def client(lab):
    return create_app(lab.graph, lab.settings).test_client()


def locked():
    """The SHA-256 of each vendored file, by name."""
    lines = (VENDOR / "swagger-ui.lock").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines if not line.startswith("#"))}


def test_the_vendored_files_are_those_of_the_lock():
    held = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    held.pop("swagger-ui.lock")

    assert held == locked()


def test_the_page_names_only_files_of_its_own(client):
    page = client.get("/docs", buffered=True)

    parts = re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text)
    assert len(parts) == 3
    assert page.mimetype == "text/html"
    assert re.findall(r"https?:|<script>|<style|\son\w+=|style=", page.text) == []
    assert [client.get(f"/{part}", buffered=True).status_code for part in parts] == [200, 200, 200]


def test_the_page_and_its_parts_have_a_policy_without_exceptions(client):
    for path in ("/docs", "/docs/docs.js", "/docs/vendor/swagger-ui-bundle.js"):
        policy = client.get(path, buffered=True).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert re.findall(r"https?:|\*", policy) == []


def test_a_part_is_not_sent_twice_to_who_has_it(client):
    first = client.get("/docs/vendor/swagger-ui-bundle.js", buffered=True)

    again = client.get(
        "/docs/vendor/swagger-ui-bundle.js", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "../app.py", "%2e%2e/app.py", "vendor", "%00"])
def test_nothing_else_is_given(client, name):
    response = client.get(f"/docs/{name}")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_whatever_is_no_page_may_load_nothing(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; frame-ancestors 'none'"
