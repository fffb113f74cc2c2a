"""Turns the table of Enron inbox deliveries into the interchange form.

python tests/bench/enron_inbox.py ../shared/data/enron-inbox-messages.tsv.gz > deliveries.jsonl

The id of a delivery is made of sender, second and digest of the body, so that the copies of one message in many
inboxes meet; the Message-ID differs from inbox to inbox.
"""
# ruff: noqa: T201

import gzip
import hashlib
import json
import sys
from collections.abc import Iterator

from wkw.addresses import canonical
from wkw.connectors.recipients import split
from wkw.errors import AddressError


def rows(path: str) -> Iterator[dict[str, object]]:
    """Each delivery as one row, with whatever of it can be read; nothing is left out."""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n") as file:
        header = next(file).rstrip("\n").split("\t")
        for line in file:
            yield row(dict(zip(header, line.rstrip("\n").split("\t"), strict=False)))


def row(cells: dict[str, str]) -> dict[str, object]:
    """One delivery; addresses that no mail reaches are counted in n."""
    sender, _ = people(cells["from"])
    to, refused = people(",".join([*cells["to"].split(), *cells["cc"].split()]))
    told_by = "\n".join([*sender, cells["unix"], cells["body_sha1_12"]])
    return {
        "id": hashlib.sha256(told_by.encode()).hexdigest()[:32],
        "at": int(cells["unix"]) if cells["unix"] else None,
        "channel": "email",
        "from": sender[0] if sender else cells["from"],
        "to": to,
        "n": max(len(to) + refused, 1),
        "source": "enron inboxes",
    }


def people(header: str) -> tuple[list[str], int]:
    """The addresses of a list that mail can reach, and how many others there are."""
    pairs, refused = split(header)
    found = []
    for _, address in pairs:
        try:
            canonical(address)
            found.append(address)
        except AddressError:
            refused += 1
    return found, refused


if __name__ == "__main__":
    for one in rows(sys.argv[1]):
        print(json.dumps(one))
