"""Makes the sample organisation of `wkw demo`: `python make_sample.py FOLDER` writes the files of wkw/sample."""

import csv
import io
import json
import sys
import tarfile
from collections.abc import Iterable, Iterator
from datetime import UTC
from email.header import Header
from email.utils import format_datetime, formataddr
from hashlib import blake2b
from pathlib import Path

import zstandard
from cast import COLLEAGUES, OWN, Someone, contacts
from noise import PLAIN, all_hands, noise
from story import Gathering, Mail, gatherings, mails, spotlight, ties

COLUMNS = "address,name,title,kind,company,domain,crm_id,aliases,region,department,from,until,language"


def main(folder: Path) -> None:
    """Writes mail.tar.zst, meetings.jsonl and people.csv."""
    sent, held = spotlight()
    for tie in ties():
        sent += mails(tie)
        held += gatherings(tie)
    sent += noise()
    held += all_hands()
    (folder / "mail.tar.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(archive(sent)))
    (folder / "meetings.jsonl").write_bytes(_lines(held))
    (folder / "people.csv").write_bytes(people())


def archive(sent: Iterable[Mail]) -> bytes:
    """A tar archive with one .eml per mail, oldest first."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for number, mail in enumerate(sorted(sent, key=lambda one: (one.at, one.id)), 1):
            content = eml(mail)
            entry = tarfile.TarInfo(f"mail/{number:04}.eml")
            entry.size, entry.mtime = len(content), int(mail.at.timestamp())
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def eml(mail: Mail) -> bytes:
    """One mail as a file."""
    headers = [
        *(pair for pair in mail.headers if pair[0] == "Return-Path"),
        ("Date", format_datetime(mail.at)),
        ("From", _box(mail.sender, mail.alias)),
        ("To", _boxes(mail.to)),
        *([("Cc", _boxes(mail.cc))] if mail.cc else []),
        ("Message-ID", f"<{mail.id}>"),
        *([("In-Reply-To", f"<{mail.answers}>"), ("References", f"<{mail.answers}>")] if mail.answers else []),
        ("Subject", Header(mail.subject).encode()),
        *(pair for pair in mail.headers if pair[0] != "Return-Path"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    text = "".join(f"{name}: {value}\r\n" for name, value in headers) + f"\r\n{mail.body}\r\n"
    return text.encode()


def _box(one: Someone, alias: str = "") -> str:
    return formataddr((one.name, alias or PLAIN.get(one.name, one.address)))


def _boxes(some: Iterable[Someone]) -> str:
    return ",\r\n ".join(_box(one) for one in some)


def _lines(held: Iterable[Gathering]) -> bytes:
    rows = [row for one in sorted(held, key=lambda one: (one.at, one.channel, one.who[0].name)) for row in _rows(one)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _rows(one: Gathering) -> Iterator[dict[str, object]]:
    """The meeting or call in the interchange form; a moved one comes first as it was planned."""
    names = " ".join(who.name for who in one.who)
    key = blake2b(f"{one.channel} {one.at.isoformat()} {names}".encode(), digest_size=6).hexdigest()
    sender, *others = (_number(who) if one.phone else who.address for who in one.who)
    row: dict[str, object] = {
        "id": f"{key}@{OWN}",
        "at": "",
        "channel": one.channel,
        "from": sender,
        "to": others,
        "source": "calendar" if one.channel == "meeting" else "telephone",
    }
    for at, rev in ((one.moved_from, 0), (one.at, one.rev)):
        if at:
            text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield {**row, "at": text, **({"rev": rev} if rev else {}), **({"cancelled": True} if one.cancelled else {})}


def _number(one: Someone) -> str:
    return next((alias for alias in one.aliases if alias.startswith("tel:")), one.address)


def people() -> bytes:
    """The directory: colleagues, then contacts and leads."""
    text = io.StringIO()
    text.write(f"{COLUMNS}\n")
    table = csv.writer(text, lineterminator="\n")
    for number, one in enumerate((*COLLEAGUES, *contacts()), 1):
        crm = f"crm:sample:{number}" if one.mark else ""
        who = (one.address, one.name, one.title, one.mark or "colleague", one.company, one.domain, crm)
        table.writerow((*who, ";".join(one.aliases), "SE", one.department, one.since, one.until, "en"))
    return text.getvalue().encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
