"""The village goes in through the real readers; what stands in the graph is what its README says."""

import csv

import pytest
from lab import HERE, NOON, TODAY, VILLAGE, village_records

from wkw.connectors import interchange, mail
from wkw.ingest import Ingest


@pytest.fixture
def village(lab):
    """The village as it was read just now."""
    lab.load_village()
    return lab


@pytest.mark.both_lines
def test_every_event_of_the_village_has_its_fate(lab):
    report = lab.load_village()

    assert report.submitted == 65
    assert dict(report.fates) == {"stored": 47, "duplicate": 4, "excluded": 9, "upcoming": 1, "quarantined": 4}
    assert sum(report.fates.values()) == report.submitted


@pytest.mark.parametrize(
    ("read", "file", "expected"),
    [
        (mail.read, "mail.mbox", {"stored": 28, "excluded": 8, "quarantined": 1}),
        (
            interchange.read,
            "interactions.jsonl",
            {"stored": 13, "duplicate": 1, "excluded": 1, "upcoming": 1, "quarantined": 2},
        ),
    ],
)
def test_a_file_alone_has_the_fates_of_its_line(lab, read, file, expected):
    lab.load_people()

    assert dict(lab.ingest(read([VILLAGE / file])).fates) == expected


@pytest.mark.both_lines
def test_the_edges_in_the_graph_are_those_of_the_village(village):
    found = sorted(
        (row["sender"], row["receiver"], row["channel"], row["day"], row["weight"], row["tier"])
        for row in village.query("edges")
    )

    assert [row[:4] + row[5:] for row in found] == [row[:4] + row[5:] for row in _expected()]
    assert [row[4] for row in found] == pytest.approx([row[4] for row in _expected()], abs=1e-6)


def _expected():
    with open(VILLAGE / "edges.csv") as file:
        return sorted(
            (row["from"], row["to"], row["channel"], int(row["day"]), float(row["weight"]), row["tier"])
            for row in csv.DictReader(file)
        )


def test_nothing_that_must_not_be_stored_is_anywhere_in_the_graph(village):
    text = repr(village.query("everything"))

    for canary in ("CANARY", "canary-bcc", "rut@fjord", "noreply@", "mailer-daemon", "nobody@kund", "info@nord"):
        assert canary.lower() not in text.lower()


@pytest.mark.both_lines
def test_the_same_files_again_are_all_duplicates_and_change_nothing(village):
    before = village.state()

    report = village.ingest(village_records())

    assert dict(report.fates) == {"duplicate": 51, "excluded": 9, "upcoming": 1, "quarantined": 4}
    assert village.state() == before


def test_a_dry_run_says_the_same_fates_and_writes_nothing(lab):
    lab.load_people()
    before = lab.state()

    dry = lab.ingest(village_records(), dry_run=True)

    assert lab.state() == before
    assert dry.fates == lab.ingest(village_records()).fates
    again = lab.ingest(village_records(), dry_run=True)
    assert again.fates == lab.ingest(village_records()).fates


def test_one_run_can_take_several_deliveries_one_after_the_other(lab):
    lab.load_people()
    records = list(village_records())
    run = Ingest(lab.graph, lab.settings, now=NOON)
    for start in range(0, len(records), 13):
        run.run(records[start : start + 13])

    assert run.report.fates["stored"] == 47
    assert len(lab.query("edges")) == len(_expected())


def test_names_come_from_the_directory_else_from_the_newest_mail(village):
    names = {row["uri"]: row["name"] for row in village.query("names")}

    assert names["mailto:lea@kund.example"] == "Lea Sand"
    assert names["mailto:pia@fjord.example"] == "Pia Ångström"


def test_a_contact_works_at_the_company_of_the_directory_or_the_domain(village):
    companies = {row["uri"]: row["company"] for row in village.query("names")}

    assert companies["mailto:lea@kund.example"] == companies["mailto:mats@kund.example"]
    assert companies["mailto:pia@fjord.example"] == companies["mailto:ola@fjord.example"]
    assert companies["mailto:anna@nord.example"] is None


def test_days_and_times_are_those_of_the_village():
    assert TODAY == 20606
    assert NOON // 86_400_000 == TODAY
    assert (HERE / "village" / "README.md").exists()
