"""Sends a mail over a link that nobody on the way can read; the only room that speaks SMTP."""

import re
import selectors
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from socket import socket
from typing import cast

from wkw.errors import InputError, MailUnavailable
from wkw.moment import instant
from wkw.web_settings import Post

TIMEOUT = 10  # seconds, to connect and for each answer
PATIENCE = 60  # seconds for the answer to a whole mail, which the server may be looking at


class Refused(MailUnavailable):
    """A server that takes mail did not take this one, for ever where it is not `retryable`; `code` is what it said."""

    remedy = "Ask whoever runs the mail server; `POST /v1/admin/mails/{id}/retry` tries again."

    def __init__(self, code: str, *, retryable: bool = True):
        super().__init__("The mail server did not take the mail.", code=code)
        self.retryable = retryable


def send(post: Post, to: str, subject: str, text: str, *, now: int) -> None:
    """Sends a plain text to one address at once; `now`, in epoch milliseconds, is its date.

    A MailUnavailable where it could not be handed over, an InputError for an address that no header can hold. That the
    server does not know the recipient is no error: whoever asked must not learn which addresses there are.
    """
    letter = written(post, to, subject, text, now=now)
    try:
        with _open(post) as server:
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused:
        return
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable("The mail could not be handed over.") from error


def check(post: Post) -> None:
    """Greets the server and signs in as for a mail; a MailUnavailable where that fails."""
    try:
        with _open(post) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable("The mail server cannot be reached, or does not let us in.") from error


def written(
    post: Post,
    to: str,
    subject: str,
    text: str,
    *,
    now: int,
    name: str = "wkw",
    reply_to: str | None = None,
    id: str | None = None,  # noqa: A002 - what its header is called
) -> EmailMessage:
    """A mail in plain text, from the sender of the settings under a name; an InputError for an impossible address.

    `id` is what its Message-ID begins with, by which a server knows a mail that comes again.
    """
    domain = post.sender.rpartition("@")[2]
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(one_line(name), addr_spec=post.sender)
    letter["To"] = _address(to)
    if reply_to is not None:
        letter["Reply-To"] = _address(reply_to)
    letter["Subject"] = one_line(subject)
    letter["Date"] = format_datetime(instant(now))
    letter["Message-ID"] = make_msgid(domain=domain) if id is None else f"<{id}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


def one_line(text: str) -> str:
    """A text as a header may hold it: whatever ends a line, moves the pen or cannot be seen is a blank."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _address(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise InputError("No mail can be sent to that address.", fields={"address": ["Cannot be mailed."]}) from error


class Offer:
    """A mail for which a server waits, and of which nothing has been handed over yet."""

    def __init__(self, server: smtplib.SMTP, letter: EmailMessage):
        self.given = self.was_taken = False
        self._server, self._link = server, cast(socket, server.sock)
        lines = letter.as_bytes()  # ends with a line end, which the policy makes CRLF
        self._whole = re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"

    def give(self, seconds: float) -> None:
        """Hands all of it over, in at most so many seconds; a Refused where the link breaks."""
        with _lost():
            self._link.settimeout(seconds)
            self.given = True  # from now on nobody knows how much of it arrived
            self._server.send(self._whole)

    def answers(self, seconds: float) -> bool:
        """Whether the server begins to answer within so many seconds."""
        with selectors.DefaultSelector() as watched:
            watched.register(self._link, selectors.EVENT_READ)
            return bool(watched.select(max(0, seconds)))

    def taken(self) -> None:
        """Waits until the server has said that the mail is its own now; a Refused where it is not."""
        if not self.was_taken:
            with _lost():
                self._link.settimeout(PATIENCE)
                _accepted(self._server.getreply()[0], 250)
            self.was_taken = True


@contextmanager
def offered(post: Post, letter: EmailMessage) -> Iterator[Offer]:
    """Offers a mail to the server, which is ready for it then; leaving the block before it was given withdraws it.

    A MailUnavailable where the server would take nobody's mail, a Refused where it does not want this one.
    """
    server = _signed_in(post)
    try:
        with _lost():
            _accepted(server.rcpt(letter["To"].addresses[0].addr_spec)[0], 250, 251)
            _accepted(server.docmd("DATA")[0], 354)
        yield Offer(server, letter)
    finally:
        server.close()  # without a QUIT, which would be one more line of a mail that was begun


def _signed_in(post: Post) -> smtplib.SMTP:
    """A server that takes mail from our sender."""
    try:
        server = _open(post)
        try:
            server.ehlo_or_helo_if_needed()
            if server.mail(post.sender)[0] != 250:
                raise smtplib.SMTPException
        except BaseException:
            server.close()
            raise
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable("The mail server cannot be reached, or takes nothing from WKW_MAIL_FROM.") from error
    return server


@contextmanager
def _lost() -> Iterator[None]:
    """A link that breaks or falls silent, as a Refused; no text of the server goes on, it may hold an address."""
    try:
        yield
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise Refused("smtp_lost") from error


def _accepted(code: int, *wanted: int) -> None:
    if code not in wanted:
        raise Refused(f"smtp_{code}", retryable=code < 500)


def _open(post: Post) -> smtplib.SMTP:
    """A server that is who it says it is: of another machine nothing is believed without its certificate."""
    if post.implicit:
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(post.host, post.port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(post.host, post.port, timeout=TIMEOUT)
    try:
        if post.sealed and not post.implicit:
            server.starttls(context=ssl.create_default_context())
        if post.user:
            server.login(post.user, post.password)
    except BaseException:
        server.close()
        raise
    return server
