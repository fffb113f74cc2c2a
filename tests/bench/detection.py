"""Measures on hand-labelled mail how well wkw tells newsletters, lists, robots and shared mailboxes from people.

python tests/bench/detection.py TABLE [SAMPLE]           the figures
python tests/bench/detection.py sample TABLE [SAMPLE]    the drawn messages, for whoever labels them; never keep these

TABLE is ../shared/data/enron-inbox-messages.tsv.gz. SAMPLE is `main` (400 messages, the default), `held-out` (100
others) or `again` (60 of the 400, in another order). The labels and how they came about are in tests/data. Every
message is judged by `wkw.connectors.mail.fate`, on a header block that is written anew from the table's cells, for
the table holds no other headers.
"""
# ruff: noqa: T201  (printing is all it does)

import csv
import gzip
import hashlib
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple

from wkw.connectors.mail import fate
from wkw.model import Dropped

CLASSES = ("person", "newsletter", "list", "robot", "role")
LABELS = {
    "main": Path(__file__).parents[1] / "data" / "enron_labels.tsv",
    "held-out": Path(__file__).parents[1] / "data" / "enron_labels_held_out.tsv",
    "again": Path(__file__).parents[1] / "data" / "enron_labels_second_pass.tsv",
}
SHOWN = ("mailbox", "from", "to", "cc", "subject", "body_bytes")
RECOGNISED = frozenset({"list", "newsletter", "bounce", "automatic", "robot", "role"})

Cells = Mapping[str, str]


class Label(NamedTuple):
    """What the annotator took a message for, and whether that was in doubt."""

    kind: str
    unsure: bool


class Judged(NamedTuple):
    """A labelled message with the reason wkw excludes it for; None where it becomes an event or is quarantined."""

    kind: str
    unsure: bool
    reason: str | None


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    def __str__(self) -> str:
        low, high = wilson(*self)
        return f"{self.hits:>3} of {self.of:<3} {self.hits / self.of if self.of else 0:.3f} ({low:.3f}-{high:.3f})"


class Score(NamedTuple):
    """How many of what is excluded is rightly so, and how many of what should be excluded is."""

    precision: Share
    recall: Share


# ---- the draw ----


def rows(path: str) -> Iterator[dict[str, str]]:
    """The table's deliveries; no cell holds a tab or a line break, and quotes mean nothing."""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n") as file:
        header = next(file).rstrip("\n").split("\t")
        for line in file:
            yield dict(zip(header, line.rstrip("\n").split("\t"), strict=True))


def name_of(cells: Cells) -> str:
    """The id of a delivery in the files of labels."""
    return hashlib.sha256(f"{cells['mailbox']}\n{cells['path']}".encode()).hexdigest()[:16]


def distinct(deliveries: Iterable[Cells]) -> dict[str, Cells]:
    """The first delivery of every message by id; copies agree in sender, second and body."""
    first: dict[tuple[str, str, str], Cells] = {}
    for cells in deliveries:
        first.setdefault((cells["from"], cells["unix"], cells["body_sha1_12"]), cells)
    return {name_of(cells): cells for cells in first.values()}


def drawn(ids: Iterable[str]) -> dict[str, list[str]]:
    """Each sample's ids in the order they are to be labelled in."""
    everyone = sorted(ids)
    main = random.Random(20260401).sample(everyone, 400)
    rest = sorted(set(everyone) - set(main))
    held_out = random.Random(20260402).sample(rest, 100)
    return {"main": main, "held-out": held_out, "again": random.Random(20260403).sample(main, 60)}


# ---- the judgement ----


def header_block(cells: Cells) -> bytes:
    """A delivery's headers as far as the reader looks at them."""
    lists = {name: ", ".join(cells[name.lower()].split()) for name in ("To", "Cc")}
    date = formatdate(int(cells["unix"])) if cells["unix"] else ""
    fields = {"Message-ID": f"<{cells['message_id']}>", "Date": date, "From": cells["from"], **lists}
    return "".join(f"{name}: {text}\n" for name, text in fields.items() if text.strip("<>")).encode()


def judged(label: Label, cells: Cells) -> Judged:
    """Hold a label against what the mail reader makes of the message."""
    found = fate(header_block(cells))
    excluded = isinstance(found, Dropped) and found.fate == "excluded"
    return Judged(*label, found.reason if excluded else None)


def labels(path: Path) -> dict[str, Label]:
    """The labels of a file by id."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Label(row["class"], row["unsure"] == "yes") for row in csv.DictReader(file, delimiter="\t")}


# ---- the figures ----


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score; everything where nothing was counted."""
    if not of:
        return 0.0, 1.0
    z = 1.959964
    middle, spread = hits / of + z * z / (2 * of), z * math.sqrt(hits * (of - hits) / of**3 + z * z / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of))


def score(told: Iterable[Judged], kinds: frozenset[str], counts: Callable[[str], bool] = bool) -> Score:
    """Precision and recall for messages of some kinds against those between people; other kinds are left out.

    `counts` says which reasons to take for an exclusion.
    """
    among = [one for one in told if one.kind in kinds or one.kind == "person"]
    out = [one for one in among if one.reason is not None and counts(one.reason)]
    right = sum(one.kind in kinds for one in out)
    return Score(Share(right, len(out)), Share(right, sum(one.kind in kinds for one in among)))


def kappa(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Cohen's kappa of two labellings over the ids that both have; 1 where both know one class only."""
    both = sorted(one.keys() & other.keys())
    agreed = sum(one[each] == other[each] for each in both) / len(both)
    first, second = Counter(one[each] for each in both), Counter(other[each] for each in both)
    chance = sum(first[kind] * second[kind] for kind in first) / len(both) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def shape(cells: Cells) -> str:
    """What a sender looks like, without saying who it is."""
    local, _, domain = cells["from"].partition("@")
    inside = "own domain" if domain == "enron.com" else "other domain"
    words = len([word for word in re.split(r"[\W\d_]+", local) if word])
    to = cells["to"].split() + cells["cc"].split()
    return f"{inside}, {words} word{'s' * (words != 1)}, " + ("to itself" if cells["from"] in to else "to others")


def print_scores(told: list[Judged]) -> None:
    """The classes that matter against people, by all exclusions and by those alone that recognise something."""
    everything = {
        "not a person": frozenset(CLASSES[1:]),
        "newsletter": frozenset({"newsletter"}),
        "robot": frozenset({"robot"}),
    }
    for name, kinds in everything.items():
        for how, counts in (("excluded", bool), ("recognised", RECOGNISED.__contains__)):
            precision, recall = score(told, kinds, counts)
            print(f"  {name:<13} {how:<11} precision {precision}   recall {recall}")


def print_reasons(told: list[Judged]) -> None:
    """How many of each class every reason took."""
    table = Counter((one.reason or "(not excluded)", one.kind) for one in told)
    print(f"  {'reason':<15}" + "".join(f"{kind:>11}" for kind in CLASSES))
    for reason in sorted({reason for reason, _ in table}):
        print(f"  {reason:<15}" + "".join(f"{table[reason, kind]:>11}" for kind in CLASSES))


def print_errors(pairs: list[tuple[Judged, Cells]]) -> None:
    """What was missed or taken wrongly, by class and by what the sender looks like."""
    wrong = Counter(
        (one.kind, one.reason or "missed", shape(cells), "unsure" if one.unsure else "")
        for one, cells in pairs
        if (one.kind == "person") == (one.reason is not None)
    )
    for (kind, what, like, doubt), count in sorted(wrong.items()):
        print(f"  {count:>3}  {kind:<11} {what:<14} {like:<36} {doubt}")


def report(path: str, sample: str) -> None:
    """Print all figures of a sample, then those without the messages that were in doubt."""
    found, known = distinct(rows(path)), labels(LABELS[sample])
    pairs = [(judged(label, found[each]), found[each]) for each, label in known.items()]
    told = [one for one, _ in pairs]
    print(f"{sample}: {len(told)} messages; 95 % intervals by Wilson")
    print_scores(told)
    print("by reason")
    print_reasons(told)
    print("errors")
    print_errors(pairs)
    sure = [one for one in told if not one.unsure]
    print(f"{sample}, without doubtful labels: {len(sure)} messages")
    print_scores(sure)


def print_agreement() -> None:
    """How well the second labelling agrees with the first."""
    first, second = ({each: label.kind for each, label in labels(LABELS[name]).items()} for name in ("main", "again"))
    same = sum(first[each] == kind for each, kind in second.items())
    print(f"second pass: {Share(same, len(second))} agree, Cohen's kappa {kappa(first, second):.3f}")


def show(path: str, sample: str) -> None:
    """Print the messages of a sample in the order they are to be labelled in."""
    found = distinct(rows(path))
    for number, each in enumerate(drawn(found)[sample]):
        print(f"\n{number} {each}")
        for column in SHOWN:
            print(f"  {column:<10} {found[each][column][:400]}")


def main(arguments: list[str]) -> None:
    """Do what the arguments ask for."""
    match arguments:
        case ["sample", table, *names] if set(names) < LABELS.keys() and len(names) < 2:
            show(table, *names or ["main"])
        case [table, *names] if set(names) < LABELS.keys() and len(names) < 2:
            report(table, *names or ["main"])
            print_agreement()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
