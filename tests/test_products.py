"""Real providers: the access tokens and logins of what Keycloak, Entra ID and Google write, by a certified provider."""

from dataclasses import replace

import pytest
from browser import CLIENT, ROLES, Browser, asked, changed, settings_for
from products import came_back, machine_token, oidc, products, tokens

from wkw.web import create_app

JWT = ["plain", "keycloak", "entra"]


@pytest.fixture(scope="module")
def issuers():
    with products() as found:
        yield found


def settings_of(lab, name, issuer, **more):
    return replace(settings_for(lab, issuer, **{"client_secret": ""} | more), oidc=oidc(name, issuer, ROLES))


def browser(lab, name, issuer, **more):
    return Browser(create_app(lab.graph, settings_of(lab, name, issuer, **more)))


# ---- access tokens ----


@pytest.mark.parametrize("name", JWT)
def test_an_access_token_of_a_person_opens_what_their_roles_open(village, issuers, name):
    anna, app = tokens(issuers[name], "anna"), browser(village, name, issuers[name])

    found = app.look_up(Authorization=f"Bearer {anna['access_token']}")

    assert found.status_code == 200, found.text
    assert {one["colleague"]["name"] for one in found.json["introducers"]} == {"Eva Noor", "Bo Ek"}
    left = tokens(issuers[name], "dag")["access_token"]
    assert app.look_up(Authorization=f"Bearer {left}").status_code == 403


@pytest.mark.parametrize("name", JWT)
def test_an_access_token_of_a_program_is_a_connectors(lab, issuers, name):
    app = browser(lab, name, issuers[name])

    response = app.look_up(Authorization=f"Bearer {machine_token(issuers[name])}")

    assert (response.status_code, response.json["detail"]) == (403, "This needs the role sales_manager or seller.")


@pytest.mark.parametrize("audience", ["api://wkw", CLIENT])
@pytest.mark.parametrize("name", [*JWT, "google"])
def test_an_id_token_and_an_opaque_token_open_nothing(lab, issuers, name, audience):
    settings = settings_of(lab, name, issuers[name])
    app = Browser(create_app(lab.graph, replace(settings, oidc=replace(settings.oidc, audience=audience))))
    anna = tokens(issuers[name], "anna", resource=None)
    assert (anna["access_token"].count("."), anna["id_token"].count(".")) == (0, 2)

    for token in (anna["access_token"], anna["id_token"]):
        assert app.look_up(Authorization=f"Bearer {token}").status_code == 401


def test_a_token_of_one_provider_opens_nothing_at_another(lab, issuers):
    token = tokens(issuers["keycloak"], "anna")["access_token"]

    assert browser(lab, "plain", issuers["plain"]).look_up(Authorization=f"Bearer {token}").status_code == 401


# ---- login ----


@pytest.mark.parametrize("client", [{}, {"client_id": "wkw-secret", "client_secret": "of a client"}])
@pytest.mark.parametrize("name", [*JWT, "google"])
def test_people_sign_in_with_and_without_a_secret_of_the_client(village, issuers, name, client):
    app = browser(village, name, issuers[name], **client)

    response = app.open(came_back(app.begin(), "anna"))

    assert response.status_code == 302, response.text
    assert app.held["roles"] == ["colleague", "seller"]
    assert app.open("/v1/me").json["name"] == "Anna Berg"


def test_a_code_is_worth_nothing_to_whoever_has_not_the_verifier(lab, issuers):
    app, thief = (browser(lab, "plain", issuers["plain"]) for _ in range(2))
    challenge = asked(app.begin())["code_challenge"]

    response = thief.open(came_back(changed(thief.begin(), code_challenge=challenge), "anna"))

    assert (response.status_code, response.json["code"]) == (401, "login_failed")
    assert response.json["detail"] == "The identity provider did not take the code."


def test_a_wrong_secret_is_told_to_an_administrator(lab, issuers):
    app = browser(lab, "plain", issuers["plain"], client_id="wkw-secret", client_secret="of another")

    response = app.open(came_back(app.begin(), "anna"))

    assert (response.status_code, response.json["code"]) == (401, "login_failed")
    assert "an administrator checks WKW_OIDC_CLIENT_ID, its secret" in response.json["remedy"]


def test_who_does_not_come_in_is_told(lab, issuers):
    app = browser(lab, "plain", issuers["plain"])

    response = app.open(came_back(changed(app.begin(), scope="openid", resource="api://wkw", prompt="none"), None))

    assert (response.status_code, response.json["code"]) == (401, "login_failed")
    assert response.json["detail"] == "The identity provider did not sign you in (login_required)."


# ---- the machine ----


def test_a_machine_without_the_provider_is_told_how_to_install_it(tmp_path):
    with pytest.raises(pytest.fail.Exception, match="`make test` installs it"), products(tmp_path):
        pass
