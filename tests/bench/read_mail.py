"""Prints what becomes of every message under some paths, how fast, and in how much memory.

python tests/bench/read_mail.py [PATH...]      without a path: the corpora in ../shared/data, if they are there
"""
# ruff: noqa: T201  (printing is all it does)

import resource
import sys
import time
from collections import Counter
from pathlib import Path

from wkw.connectors import mail
from wkw.connectors.files import size
from wkw.model import Dropped, Event

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CORPORA = ("eml-parser-fixtures.tar.zst", "enron-inbox-rfc822-sample.tar.zst")


def measure(path: Path) -> None:
    """Read one path and print its table."""
    fates: Counter[tuple[str, str]] = Counter()
    recipients = done = 0

    def progress(read: int) -> None:
        nonlocal done
        done += read

    start = time.perf_counter()
    for one in mail.read([path], progress=progress):
        match one:
            case Dropped(fate, reason):
                fates[fate, reason] += 1
            case Event():
                fates["event", ""] += 1
                recipients += len(one.to)
    took = time.perf_counter() - start
    total, peak = fates.total(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{path}: {total:,} messages, {recipients:,} edges, {done:,} of {size([path]):,} bytes")
    print(f"{took:.2f} s, {total / took:,.0f} messages/s, {done / took / 1e6:,.0f} MB/s, peak so far {peak:.0f} MiB")
    for (fate, reason), count in sorted(fates.items()):
        print(f"{count:>8,}  {fate:<12} {reason}")


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]] or [path for name in CORPORA if (path := DATA / name).exists()]
    for each in named:
        measure(each)
    if not named:
        print(f"Nothing to read: there is nothing in {DATA}.")
