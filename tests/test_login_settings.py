"""The settings of browser login: as whom, where, and what to install."""

import pytest
from browser import CLIENT, URL
from program import program_of

from wkw import settings
from wkw.errors import SettingsError
from wkw.web_settings import SignIn

WHOLE = {
    "WKW_OIDC_ISSUER": "https://idp.example",
    "WKW_OIDC_AUDIENCE": "api://wkw",
    "WKW_OIDC_CLIENT_ID": CLIENT,
    "WKW_URL": f"{URL}/",
    "WKW_SESSION_HOURS": "2",
}


def test_a_program_without_the_extra_says_what_to_install(lab, tmp_path):
    (tmp_path / "authlib.py").write_text("raise ImportError")

    done = program_of(lab).outside("serve", **WHOLE, WKW_PORT="0", PYTHONPATH=str(tmp_path))

    assert "pip install '.[login]'" in done.line


def test_the_settings_say_as_whom_people_are_signed_in(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("of a client\n")
    told = WHOLE | {"WKW_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"), "WKW_STATE": str(tmp_path)}
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    read = settings.load()
    sign_in = settings.with_secrets(read).sign_in
    assert read.sign_in == SignIn(CLIENT, URL, "of a client", 2)
    assert sign_in.key.decode() == (tmp_path / "session.key").read_text()
    assert "of a client" not in repr(sign_in)
    assert sign_in.key.decode() not in repr(sign_in)


@pytest.mark.parametrize("missing", ["WKW_OIDC_ISSUER", "WKW_URL"])
def test_a_client_without_an_issuer_or_a_url_is_refused(monkeypatch, missing):
    told = {name: value for name, value in WHOLE.items() if name != missing}
    if missing == "WKW_OIDC_ISSUER":
        del told["WKW_OIDC_AUDIENCE"]
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"WKW_OIDC_CLIENT_ID needs .*{missing}"):
        settings.load()


@pytest.mark.parametrize(
    "url",
    ["http://wkw.nord.example", "wkw.nord.example", "https://nord.example/wkw", "https://x@nord.example", "https://"],
)
def test_a_url_on_which_somebody_could_listen_or_that_is_no_whole_host_is_refused(monkeypatch, url):
    for name, value in (WHOLE | {"WKW_URL": url}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match="WKW_URL: Write https://host"):
        settings.load()
