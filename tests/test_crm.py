"""The CRM's files through the real command: what is stored, how strong ties are by hand, and that no order matters."""

import json
import re
from math import sqrt

import pytest
from lab import HERE, TODAY, VILLAGE
from program import program_of

from wkw.model import FATES
from wkw.strength import decay

CRM = VILLAGE / "crm"
DATA = HERE / "data" / "crm"
ANNA, BO, CIA, EVA = (f"{who}@nord.example" for who in ("anna", "bo", "cia", "eva"))
LEA, NILS, OLA, TOR = "lea@kund.example", "nils@kund.example", "ola@fjord.example", "crm:dynamics:1005"
OF_CRM = {"stored": 9, "excluded": 3, "quarantined": 3}
OF_RECORDS = {"stored": 5, "joined": 1, "suppressed": 0, "excluded": 5, "quarantined": 0}
DAY = ("--as-of", "2026-06-02")


def fates(report):
    return {fate: n for fate, n in report["fates"].items() if n}


def read(wkw, *words):
    return json.loads(wkw("ingest", "crm", *words, "--json").out)


def f(age):
    return 2 ** (-age / 14) + 0.3 * 2 ** (-age / 180)


def strength(s):
    return s / (s + 4)


def strengths(lab):
    """Strength as of today by pair of addresses, each the one that the test names people by."""
    first = {key: person for key, _, _, person in lab.state()["addresses"]}
    people = {first.get(lab.key(address)): address for address in (ANNA, BO, CIA, EVA, LEA, OLA, NILS, TOR)}
    fast, slow = decay(TODAY).values()
    return {
        (people[row["colleague"]], people[row["person"]]): strength(row["fast"] * fast + row["slow"] * slow)
        for row in lab.query("sums")
        if {row["colleague"], row["person"]} <= people.keys()
    }


# ---- the village's CRM ----


def test_every_record_of_the_villages_crm_has_its_fate(wkw):
    report = read(wkw, CRM)

    assert fates(report) == OF_CRM
    assert sum(report["fates"].values()) == report["submitted"] == 15
    assert report["people"]["fates"] == OF_RECORDS
    assert sum(report["people"]["fates"].values()) == report["people"]["submitted"] == 11
    assert report["people"]["reasons"] == [
        {"fate": "excluded", "reason": "own_domain", "records": 1},
        {"fate": "excluded", "reason": "user", "records": 4},
    ]
    assert {(one["reason"], one["events"]) for one in report["reasons"]} == {
        *(("open_activity", 2), ("no_conversation", 1)),
        *(("unresolved_party", 2), ("bad_duration", 1)),
    }


def test_the_strengths_of_the_crm_alone_are_those_of_a_hand_calculation(wkw, lab):
    read(wkw, CRM)

    found = strengths(lab)

    assert {pair for pair in found if "@nord" not in pair[1]} == {
        *((ANNA, LEA), (ANNA, TOR), (BO, OLA), (CIA, NILS), (EVA, LEA)),
    }
    assert found[ANNA, LEA] == pytest.approx(strength(1.5 * (f(29) + f(15) + f(41))))
    assert found[ANNA, TOR] == pytest.approx(strength(1.5 * f(21) + sqrt(1 / sqrt(2)) * f(20)))
    assert found[BO, OLA] == pytest.approx(strength(2.5 * sqrt(3 * 0.5) * f(5)))
    assert found[CIA, NILS] == pytest.approx(strength(2.5 * sqrt(3 * 0.5) * f(12)))
    assert found[EVA, LEA] == pytest.approx(strength(2.5 * sqrt(2 * 0.5) * f(4)))


def test_beside_the_mailbox_only_what_is_in_no_mailbox_counts(village):
    before = strengths(village)
    read(program_of(village), CRM)

    found = strengths(village)

    out = f(91) + f(29) + sqrt(3) * f(15) + sqrt(1 / sqrt(3)) * f(5)
    back = f(29) + sqrt(1 / sqrt(2)) * f(14) + f(3)
    assert before[ANNA, LEA] == pytest.approx(strength(1.5 * out + back))
    assert found[ANNA, LEA] == pytest.approx(strength(1.5 * (out + f(41)) + back))


def test_a_contact_without_a_mail_address_is_found_by_the_id_of_the_crm(wkw):
    read(wkw, CRM)

    answer = json.loads(wkw("lookup", TOR, "--as", BO, *DAY, "--json").out)

    assert [one["colleague"]["name"] for one in answer["introducers"]] == ["Anna Berg"]
    assert (answer["target"]["name"], answer["tier"], answer["sources"]) == ("Tor Lind", "basic", ["crm:dynamics"])


@pytest.mark.parametrize("uri", ["crm:dynamics:1001", "crm:dynamics:1007", LEA])
def test_whoever_is_found_by_address_is_found_by_each_id_of_the_crm(wkw, uri):
    read(wkw, CRM)

    answer = json.loads(wkw("lookup", uri, "--as", BO, *DAY, "--json", "--one-way").out)

    assert [one["colleague"]["name"] for one in answer["introducers"]] == ["Eva Noor", "Anna Berg"]


def test_nothing_of_the_texts_and_hidden_copies_of_a_crm_is_in_the_graph(wkw, lab):
    read(wkw, CRM)
    read(wkw, DATA / "plain", DATA / "dynamics_logical")

    assert "canary" not in repr(lab.query("everything")).casefold()


# ---- orders and sources ----


def sources(wkw):
    """The deliveries of one export, each with the records that its activities name, and the mailbox."""
    records = [CRM / f"{kind}.csv" for kind in ("users", "contacts", "leads")]
    yield lambda: wkw("ingest", "mail", VILLAGE / "mail.mbox")
    for kind in ("emails", "appointments", "phonecalls"):
        yield lambda kind=kind: wkw("ingest", "crm", CRM / f"{kind}.csv", *records)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 1, 0, 1, 2)])
def test_files_in_any_order_and_deliveries_give_the_same_state(wkw, lab, order):
    given = list(sources(wkw))
    for number in order:
        assert given[number]().code == 0
    found = lab.state()
    lab.query("wipe")

    wkw("ingest", "mail", VILLAGE / "mail.mbox")
    wkw("ingest", "crm", CRM)

    assert found == lab.state()


def test_the_same_export_again_changes_nothing(wkw, lab):
    read(wkw, CRM)
    before = lab.state()

    again = read(wkw, CRM)

    assert lab.state() == before
    assert fates(again) == {"duplicate": 9, "excluded": 3, "quarantined": 3}
    assert again["people"]["fates"] == OF_RECORDS


# ---- the command ----


def test_a_dry_run_says_the_same_and_writes_nothing(wkw, lab):
    before = lab.state()
    dry = wkw("ingest", "crm", CRM, "--dry-run", "--json")

    assert lab.state() == before
    assert wkw("ingest", "crm", CRM, "--json").out == dry.out


def test_the_tables_tell_activities_and_people_with_their_reasons(wkw):
    done = wkw("ingest", "crm", CRM, DATA / "plain")
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.out.splitlines() if line]

    assert (done.code, done.err) == (0, "")
    assert [row[0] for row in rows if row[0] in FATES][:7] == list(FATES)
    people = rows[rows.index(["people"]) :]
    assert people[1:] == [
        *(["submitted", "18"], ["stored", "6"], ["joined", "4"], ["suppressed", "0"]),
        *(["excluded", "8"], ["own domain", "2"], ["user", "6"], ["quarantined", "0"]),
        ["left out: no country code", "1"],
    ]


def test_a_mapping_is_used_instead_of_the_built_in_ones(wkw):
    report = read(wkw, DATA / "salesforce", "--mapping", DATA / "salesforce.toml")

    assert fates(report) == {"stored": 3, "excluded": 2}
    assert wkw("ingest", "crm", CRM, "--mapping", DATA / "salesforce.toml").line.startswith("wkw: The first line of")


def test_nothing_is_written_where_one_of_the_files_is_of_no_kind(wkw, lab, tmp_path):
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")

    assert "fits no kind of export" in wkw("ingest", "crm", CRM, tmp_path / "odd.csv").line
    assert lab.state()["addresses"] == []


def test_a_mapping_with_faults_is_refused_before_anything_is_opened(wkw, tmp_path):
    (tmp_path / "m.toml").write_text('system = "x"\ncolour = 1\n')

    done = wkw("ingest", "crm", CRM, "--mapping", tmp_path / "m.toml", WKW_NEO4J_URI="bolt://127.0.0.1:1")

    assert "colour: unknown; kinds: there must be at least one of users" in done.line


def test_times_without_a_zone_are_in_the_zone_that_is_set(wkw, lab):
    for zone, day in (("Europe/Stockholm", 20577), ("Pacific/Kiritimati", 20576)):
        wkw("ingest", "crm", DATA / "dynamics_display", WKW_TIMEZONE=zone)
        mail = [
            row["day"] for row in lab.query("edges") if (row["channel"], row["receiver"]) == ("email", f"mailto:{LEA}")
        ]
        assert mail == [day]
        lab.query("wipe")


def test_whoever_opted_out_stays_out_under_the_id_of_the_crm_too(wkw, lab):
    read(wkw, CRM)
    wkw("sharing", "off", LEA)
    closed = lab.query("everything")

    report = read(wkw, CRM)

    assert report["people"]["fates"] == OF_RECORDS | {"stored": 4, "suppressed": 1}
    assert report["fates"]["suppressed"] == 4
    assert LEA not in repr(lab.query("everything"))
    assert len(lab.query("everything")) == len(closed)


def test_an_empty_export_is_nothing_to_read_and_no_mistake(wkw, tmp_path):
    (tmp_path / "contacts.csv").write_text("contact_id\n")
    done = wkw("ingest", "crm", tmp_path)

    assert (done.code, done.err) == (0, "There was nothing to read.\n")
