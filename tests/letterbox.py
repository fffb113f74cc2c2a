"""A real mail server on this machine, which keeps what it is given, and can be told to be a difficult one."""

import asyncio
import email
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Letterbox:
    """What came in: envelopes as aiosmtpd has them, and by the clock of this machine when each had come in."""

    port: int = 0
    envelopes: list = field(default_factory=list)
    times: list = field(default_factory=list)
    unknown: set = field(default_factory=set)  # addresses that it refuses
    answers: dict = field(default_factory=dict)  # what it says to a recipient, by address, instead of taking the mail
    stall: float = 0  # seconds from a whole mail to the answer
    refuses: str = ""  # what it answers to a whole mail that it does not take
    at: Callable[[str], None] = lambda point: None  # is told that a recipient, a whole mail and its answer have passed
    drops: list = field(default_factory=list)  # of the next whole mails: `before` or `after` it is kept the link breaks

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - as aiosmtpd has it
        if address in self.unknown:
            return "550 nobody"
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        self.at("recipient")
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        drop = self.drops.pop(0) if self.drops else ""
        if drop == "before":
            server.transport.abort()
            return "421 never heard"
        if self.refuses:
            return self.refuses
        self.envelopes.append(envelope)
        self.times.append(time.monotonic())
        self.at("mail")
        if drop == "after":
            server.transport.abort()
        await asyncio.sleep(self.stall)
        return "250 OK"

    @property
    def letters(self):
        return [email.message_from_bytes(one.content, policy=default) for one in self.envelopes]


class Talk(SMTP):
    """One client's; also after the answer to a mail the letterbox is told where it is."""

    async def smtp_DATA(self, arg):  # noqa: N802 - as aiosmtpd has it
        await super().smtp_DATA(arg)
        self.event_handler.at("answer")


class OnAnyPort(Controller):
    """Listens where there is room, and then knows where that is."""

    def factory(self):
        return Talk(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def letterbox(*, port=0, **options):
    """A server on a port of loopback, any free one for 0."""
    box = Letterbox()
    controller = OnAnyPort(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
