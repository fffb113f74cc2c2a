"""A real mail server on this machine, which keeps what it is given."""

import email
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.policy import default

from aiosmtpd.controller import Controller


@dataclass
class Letterbox:
    """What came in: envelopes as aiosmtpd has them."""

    port: int = 0
    envelopes: list = field(default_factory=list)
    unknown: set = field(default_factory=set)  # addresses that it refuses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - as aiosmtpd has it
        if address in self.unknown:
            return "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def letters(self):
        return [email.message_from_bytes(one.content, policy=default) for one in self.envelopes]


class OnAnyPort(Controller):
    """Listens where there is room, and then knows where that is."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def letterbox(**options):
    """A server on a free port of loopback."""
    box = Letterbox()
    controller = OnAnyPort(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
