"""The two small worlds are what their makers and their descriptions say."""

import csv
import json
import mailbox
import re
import subprocess
import sys
from datetime import date
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest
import zstandard
from sample import reference

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "wkw" / "sample"
VILLAGE = HERE / "village"

TODAY = 20606  # in the village: 2026-06-02
NEWEST = (date(2026, 6, 30) - date(1970, 1, 1)).days
MAILS = 3139
ASKER, TARGET = "sara.nyqvist@norrsken.example", "lova.lindqvist@isbrya.example"
ANSWER = [
    ("maja.ohrn", 80, "strong"),
    ("jonas.ekvall", 60, "strong"),
    ("priya.ramanathi", 41, "familiar"),
    ("henrik.sandell", 23, "familiar"),
    ("tove.aspelin", 11, "weak"),
]


@pytest.fixture(scope="module")
def sample():
    """The sample's ties on the day after its newest event, and its colleagues."""
    main, colleagues = reference.owners(SAMPLE / "people.csv")
    lines = (SAMPLE / "meetings.jsonl").read_text("utf-8").splitlines()
    edges = [*reference.mail_edges(reference.eml_in(SAMPLE / "mail.tar.zst")), *reference.row_edges(lines, NEWEST + 1)]
    return reference.Ties(edges, main, colleagues, NEWEST + 1), colleagues, edges


@pytest.fixture(scope="module")
def village_mail():
    """The headers of the village's mail: the box, the Maildir, the folder."""
    box = mailbox.mbox(VILLAGE / "mail.mbox", create=False)
    files = sorted((VILLAGE / "maildir").glob("[cn]*/[0-9]*")) + sorted((VILLAGE / "eml").glob("*.eml"))
    yield [*box, *(BytesHeaderParser().parsebytes(file.read_bytes()) for file in files)]
    box.close()


@pytest.fixture(scope="module")
def village_edges(village_mail):
    """The edges that the village's files make, one end of each at Nord."""
    lines = (VILLAGE / "interactions.jsonl").read_text("utf-8").splitlines()
    made = [*reference.mail_edges(village_mail), *reference.row_edges(lines, TODAY)]
    return [edge for edge in made if "@nord.example" in edge.one + edge.other and edge.one != edge.other]


def test_the_generator_makes_the_committed_files_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, HERE / "sample" / "make_sample.py", tmp_path], check=True, timeout=60)
    for name in ("people.csv", "meetings.jsonl"):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes()
    # Inside the compression: another release of zstandard may pack the same bytes differently.
    unpacked = [zstandard.decompress((folder / "mail.tar.zst").read_bytes()) for folder in (tmp_path, SAMPLE)]
    assert unpacked[0] == unpacked[1]


def test_the_sample_is_small_enough_to_ship():
    packed = sum(len(zstandard.compress(file.read_bytes())) for file in SAMPLE.iterdir() if file.is_file())
    assert packed < 400_000


def test_every_mail_of_the_sample_has_an_id_of_its_own():
    ids = [mail["message-id"] for mail in reference.eml_in(SAMPLE / "mail.tar.zst")]
    assert len(ids) == len(set(ids)) == MAILS


def test_the_newest_event_of_the_sample_is_of_its_last_day(sample):
    _, _, edges = sample
    assert max(edge.day for edge in edges) == NEWEST


def test_every_address_of_the_sample_is_of_nobody(sample):
    _, _, edges = sample
    addresses = {address for edge in edges for address in (edge.one, edge.other)}
    assert all(address.endswith(".example") or address.startswith("tel:+468465004") for address in addresses)


def test_nobody_in_the_sample_writes_before_they_came_or_after_they_left(sample):
    ties, colleagues, _ = sample
    days = {name: (row["from"], row["until"] or "9999") for name, row in colleagues.items()}
    for (one, other), edges in ties.between.items():
        for name, edge in ((name, edge) for name in (one, other) if name in days for edge in edges):
            assert days[name][0] <= str(date.fromordinal(date(1970, 1, 1).toordinal() + edge.day)) < days[name][1]


def test_the_demo_has_an_answer_from_strong_to_weak(sample):
    ties, colleagues, _ = sample
    here = [
        name for name, row in colleagues.items() if not row["until"] and name != ASKER and ties.two_way(name, TARGET)
    ]
    here.sort(key=lambda name: -ties.strength(name, TARGET))
    rows = [(name.split("@")[0], round(100 * ties.strength(name, TARGET)), ties.level(name, TARGET)) for name in here]
    assert rows == ANSWER


def test_the_village_holds_the_edges_that_it_says_it_holds(village_edges):
    said = csv.DictReader((VILLAGE / "edges.csv").read_text("utf-8").splitlines())
    columns = ("from", "to", "channel", "day", "n", "weight", "tier")
    assert sorted(map(_told, village_edges)) == sorted(tuple(row[column] for column in columns) for row in said)


def test_the_village_readme_tells_every_tie_and_its_strength(village_edges):
    main, colleagues = reference.owners(VILLAGE / "people.csv")
    ties = reference.Ties(village_edges, main, colleagues, TODAY)
    said = re.findall(
        r"^\| (\w+) -> (\w+) \|.*\| ([\d.]+) \| ([\w-]+) \|$", (VILLAGE / "README.md").read_text("utf-8"), re.M
    )
    where = {address.split("@")[0].capitalize(): address for pair in list(ties.between) for address in pair}
    assert {(where[one], where[other]) for one, other, _, _ in said} == _known(ties, colleagues)
    for one, other, strength, level in said:
        pair = where[one], where[other]
        assert (f"{ties.strength(*pair):.6f}", ties.level(*pair)) == (strength, level)


def test_the_village_counts_as_many_events_as_it_says(village_mail):
    assert len(village_mail) == 47
    assert len((VILLAGE / "interactions.jsonl").read_text("utf-8").splitlines()) == 18


def test_every_line_of_the_village_but_the_torn_one_is_json():
    torn = []
    for line in (VILLAGE / "interactions.jsonl").read_text("utf-8").splitlines():
        try:
            json.loads(line)
        except ValueError:
            torn.append(line)
    assert len(torn) == 1


def _known(ties, colleagues):
    pairs = {pair for pair, edges in ties.between.items() if edges}
    return {pair for one, other in pairs for pair in ((one, other), (other, one)) if pair[0] in colleagues}


def _told(edge):
    ends = (one if one.startswith("tel:") else f"mailto:{one}" for one in (edge.one, edge.other))
    return (*ends, edge.channel, str(edge.day), str(edge.n), f"{edge.weight:.12g}", edge.tier)
