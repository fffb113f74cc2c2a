"""Turns public logs of who mailed whom into the interchange form, everybody at one made-up domain.

python tests/bench/logs.py eu email-eu-core-temporal.txt.gz > eu.jsonl
python tests/bench/logs.py enron FOLDER > enron.jsonl

FOLDER holds enron-pw-messages.tsv.gz and enron-pw-recipients.tsv.gz.

One event for each sender and second, with the distinct receivers of all its rows.
"""
# ruff: noqa: T201

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

DOMAIN = "log.example"


def eu(path: Path) -> Iterator[tuple[str, int, str]]:
    """Rows of sender, second and receiver: `sender receiver second`, one a line."""
    with gzip.open(path, "rt") as file:
        for line in file:
            sender, receiver, second = line.split()
            yield sender, int(second), receiver


def enron(folder: Path) -> Iterator[tuple[str, int, str]]:
    """The same, from a table of messages and one of their receivers."""
    with gzip.open(folder / "enron-pw-messages.tsv.gz", "rt") as file:
        messages = {cells[0]: (cells[4].strip(), int(cells[2])) for cells in (line.split("\t") for line in file)}
    with gzip.open(folder / "enron-pw-recipients.tsv.gz", "rt") as file:
        for line in file:
            message, _, receiver = line.split()
            yield *messages[message], receiver


def events(rows: Iterator[tuple[str, int, str]], since: int) -> Iterator[dict[str, object]]:
    """One event for each sender and second; `since` is added to every second."""
    found: dict[tuple[str, int], dict[str, None]] = {}
    for sender, second, receiver in rows:
        found.setdefault((sender, second), {})[receiver] = None
    for (sender, second), receivers in found.items():
        yield {
            "id": f"{sender}-{second}",
            "at": second + since,
            "channel": "email",
            "from": f"p{sender}@{DOMAIN}",
            "to": [f"p{receiver}@{DOMAIN}" for receiver in receivers],
            "n": len(receivers),
        }


if __name__ == "__main__":
    kind, path = sys.argv[1], Path(sys.argv[2])
    # The seconds of email-Eu count from its own first day: they are moved to the first of January of 2004.
    made = events(eu(path), 1_072_915_200) if kind == "eu" else events(enron(path), 0)
    for one in made:
        print(json.dumps(one))
