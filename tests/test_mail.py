"""A mail goes out over a sealed link or not at all, and its headers are what mail programs take."""

import ssl
import subprocess
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON
from letterbox import letterbox
from payloads import payloads

from wkw.errors import InputError, MailUnavailable, SettingsError
from wkw.mail import one_line, send, written
from wkw.settings import load
from wkw.web_settings import Post

TO = "lea@kund.example"


def post(box, **more):
    return Post("127.0.0.1", box.port, "privacy@nord.example", "https://wkw.nord.example", **{"sealed": False} | more)


def sent(where, to=TO, text="Your data.\n"):
    send(where, to, "Your data", text, now=NOON)


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """What a server shows that this machine trusts as 127.0.0.1, and as no other host."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=here"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(["openssl", *words, *more], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_mail_is_plain_text_and_says_that_no_person_wrote_it():
    with letterbox() as box:
        sent(post(box), text="Gut gemäß § 15.\n")

    [letter] = box.letters
    assert letter["From"].addresses[0].addr_spec == "privacy@nord.example"
    assert (letter["To"], letter["Subject"], letter["Auto-Submitted"]) == (TO, "Your data", "auto-generated")
    assert letter["Date"].datetime.timestamp() * 1000 == NOON
    assert letter["Message-ID"].endswith("@nord.example>")
    assert (letter.get_content_type(), letter.get_content_charset()) == ("text/plain", "utf-8")
    assert letter.get_content().splitlines() == ["Gut gemäß § 15."]


def test_what_looks_like_another_header_stays_within_the_recipient():
    with letterbox() as box:
        for to in ('"a\r\nBcc: x@y.example"@kund.example', "a@kund.example\nBcc: x@y.example", '"', "", "@"):
            with pytest.raises(InputError):
                sent(post(box), to=to)

    assert box.letters == []


HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
OF_THE_TEXT = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
PAYLOADS = [text for texts in payloads().values() for text in texts]
ENDINGS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\0", "\x0b", "\x0c", "\x1c", "\u202e", "\ud800", "\r\n\r\n"]
FORGED = [f"Anna{end}{more}" for end in ENDINGS for more in ("Bcc: x@y.example", "<x@y.example>,", ".", "From x")]


def is_whole(name, subject):
    """Whether a mail has the headers that it should have and no more, whatever somebody is called."""
    where = Post("127.0.0.1", 25, "wkw@nord.example", "https://wkw.nord.example")
    more = {"name": name, "reply_to": "anna@nord.example", "id": "intro.1"}
    letter = message_from_bytes(written(where, TO, subject, "x\n", now=NOON, **more).as_bytes(), policy=default)

    [sender], [to] = letter["From"].addresses, letter["To"].addresses
    assert letter.keys() == HEADERS + OF_THE_TEXT
    assert (sender.addr_spec, to.addr_spec, letter["Message-ID"]) == ("wkw@nord.example", TO, "<intro.1@nord.example>")
    for told, text in ((sender.display_name, name), (letter["Subject"], subject)):  # folding may add a blank
        assert told.replace(" ", "") == one_line(text).replace(" ", "")


def test_no_name_and_no_subject_makes_another_header_or_recipient():
    assert len(PAYLOADS + FORGED) > 700
    for text in PAYLOADS + FORGED:
        is_whole(text, text)


@given(st.text(max_size=60), st.text(max_size=200))
def test_whatever_somebody_is_called_the_headers_are_whole(name, subject):
    is_whole(name, subject)


def test_a_server_that_offers_no_seal_is_given_nothing():
    with letterbox() as box, pytest.raises(MailUnavailable):
        sent(post(box, sealed=True))

    assert box.letters == []


def test_a_sealed_link_to_a_trusted_server_is_taken(certified):
    with letterbox(tls_context=certified, require_starttls=True) as box:
        sent(post(box, sealed=True))

    assert len(box.letters) == 1


def test_a_server_that_nobody_vouches_for_is_given_nothing(certified, monkeypatch):
    with letterbox(tls_context=certified) as box:
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(MailUnavailable):
            sent(post(box, sealed=True))

    assert box.letters == []


def test_a_server_that_is_away_is_told_as_that():
    with letterbox() as box:
        pass

    with pytest.raises(MailUnavailable):
        sent(post(box))


def test_that_a_recipient_is_refused_is_no_error():
    with letterbox() as box:
        box.unknown.add(TO)
        sent(post(box))

    assert box.letters == []


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("smtp://mail.nord.example", ("mail.nord.example", 587, False, True, "")),
        ("smtps://us%40er@mail.nord.example", ("mail.nord.example", 465, True, True, "us@er")),
        ("smtp://localhost:2525", ("localhost", 2525, False, False, "")),
    ],
)
def test_a_server_on_another_machine_is_always_sealed(monkeypatch, url, place):
    set_up(monkeypatch, url)

    found = load().post

    assert (found.host, found.port, found.implicit, found.sealed, found.user) == place
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.nord.example", "privacy@nord.example"),
        ("smtp://", "privacy@nord.example"),
        ("smtp://x:secret@mail.nord.example", "privacy@nord.example"),
        ("smtp://mail.nord.example:0", "privacy@nord.example"),
        ("smtp://mail.nord.example", "nobody"),
        ("smtp://mail.nord.example", ""),
    ],
)
def test_a_server_or_a_sender_that_is_none_is_refused(monkeypatch, url, sender):
    set_up(monkeypatch, url, sender)

    with pytest.raises(SettingsError) as told:
        load()

    assert "WKW_" in str(told.value)
    assert "secret" not in str(told.value)


def set_up(monkeypatch, url, sender="privacy@nord.example"):
    told = {"SMTP_URL": url, "SMTP_PASSWORD": "secret", "MAIL_FROM": sender, "URL": "https://wkw.nord.example"}
    for name, value in told.items():
        monkeypatch.setenv(f"WKW_{name}", value)
