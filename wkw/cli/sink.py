"""A mail server for the demo: it prints what it is given, and keeps nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from wkw.cli import show
from wkw.web.serving import listening


class Printer:
    """Takes mail from anybody to anybody."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Prints a mail as its reader would see it."""
        letter = message_from_bytes(envelope.original_content or b"", policy=default)
        lines = [f"{name}: {letter[name]}" for name in ("From", "Reply-To", "To", "Subject") if letter[name]]
        body = letter.get_content().rstrip().splitlines()
        show.say("\n".join(f"  | {line}".rstrip() for line in (*lines, "", *body)) + "\n")
        return "250 OK"


@contextmanager
def sink() -> Iterator[int]:
    """The port of such a server on this machine."""
    with listening("127.0.0.1", 0) as free:
        port = int(free.getsockname()[1])
    controller = Controller(Printer(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
