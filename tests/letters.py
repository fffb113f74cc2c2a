"""Writes mail for tests: one from Anna to Lea, with headers changed or added, alone or in a box."""

USUAL = {
    "From": "Anna Berg <anna@nord.example>",
    "To": "Lea Sand <lea@kund.example>",
    "Date": "Mon, 04 May 2026 09:12:31 +0200",
    "Message-ID": "<al1@nord.example>",
}


def written(*more: tuple[str, str], body: str = "CANARY-BODY\n", end: str = "\n", **changed: str | None) -> bytes:
    """Write a mail from Anna to Lea with some headers changed (None: left out) and more added."""
    fields = USUAL | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in [*fields.items(), *more] if value is not None]
    return end.join([*lines, "Subject: CANARY-SUBJECT", "", body]).encode("utf-8", "surrogateescape")


def boxed(*mails: bytes) -> bytes:
    return b"\n".join(b"From anna@nord.example Mon May  4 07:12:31 2026\n" + one for one in mails)
