"""Sends a mail at once, over a link that nobody on the way can read; the only room that speaks SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from wkw.errors import InputError, MailUnavailable
from wkw.moment import instant
from wkw.web_settings import Post

TIMEOUT = 10  # seconds, to connect and for each answer


def send(post: Post, to: str, subject: str, text: str, *, now: int) -> None:
    """Sends a plain text to one address; `now`, in epoch milliseconds, is its date.

    A MailUnavailable where it could not be handed over, an InputError for an address that no header can hold. That the
    server does not know the recipient is no error: whoever asked must not learn which addresses there are.
    """
    letter = _written(post, to, subject, text, now)
    try:
        with _server(post) as server:
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused:
        return
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable("The mail could not be handed over.") from error


def check(post: Post) -> None:
    """Greets the server and signs in as for a mail; a MailUnavailable where that fails."""
    try:
        with _server(post) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable("The mail server cannot be reached, or does not let us in.") from error


def _written(post: Post, to: str, subject: str, text: str, now: int) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address("wkw", addr_spec=post.sender)
    try:
        letter["To"] = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError) as error:
        raise InputError("No mail can be sent to that address.", fields={"address": ["Cannot be mailed."]}) from error
    letter["Subject"] = subject
    letter["Date"] = format_datetime(instant(now))
    letter["Message-ID"] = make_msgid(domain=post.sender.rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


@contextmanager
def _server(post: Post) -> Iterator[smtplib.SMTP]:
    """A server that is who it says it is: of another machine nothing is believed without its certificate."""
    if post.implicit:
        made: smtplib.SMTP = smtplib.SMTP_SSL(
            post.host, post.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        made = smtplib.SMTP(post.host, post.port, timeout=TIMEOUT)
    with made as server:
        if post.sealed and not post.implicit:
            server.starttls(context=ssl.create_default_context())
        if post.user:
            server.login(post.user, post.password)
        yield server
