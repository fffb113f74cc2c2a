"""The directory of people is right as a whole or not taken at all, and says line by line what is wrong."""

import json
from datetime import date
from pathlib import Path

import pytest

from wkw.connectors import directory
from wkw.errors import FileError
from wkw.model import Listing

EPOCH = date(1970, 1, 1).toordinal()
VILLAGE = Path(__file__).parent / "village"
HEADER = "address,name,title,kind,company,domain,crm_id,aliases,region,department,from,until\n"


def written(tmp_path: Path, *rows: dict[str, object]) -> Path:
    path = tmp_path / "people.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_the_village_has_nine_people_in_its_directory():
    people = {listing.name: listing for listing in directory.read(VILLAGE / "people.csv")}
    assert len(people) == 9
    assert people["Lea Sand"] == Listing(
        address="mailto:lea@kund.example",
        kind="lead",
        name="Lea Sand",
        title="Head of purchasing",
        company="Kund",
        domain="kund.example",
        crm_id="crm:dynamics:1001",
        aliases=("tel:+46846500401",),
        region="SE",
    )
    assert (people["Dag Lund"].first_day, people["Dag Lund"].until_day) == (20089, 20574)


def test_json_lines_say_the_same(tmp_path):
    row = {"address": "Eva@Nord.example", "kind": "colleague", "aliases": ["eva.noor@nord.example", "eva@nord.example"]}
    assert list(directory.read(written(tmp_path, {**row, "from": "2025-01-01", "name": None}))) == [
        Listing(
            address="mailto:eva@nord.example",
            kind="colleague",
            aliases=("mailto:eva.noor@nord.example",),
            first_day=20089,
        )
    ]


@pytest.mark.parametrize("kind", ["contact", "lead"])
def test_the_day_of_the_notice_is_read_from_both_forms(tmp_path, kind):
    rows = tmp_path / "people.csv"
    rows.write_text(f"address,kind,noticed\na@kund.example,{kind},2026-05-01\nb@kund.example,{kind},\n")
    lines = ({"address": f"{who}@kund.example", "kind": kind} for who in "ab")
    told = [line | day for line, day in zip(lines, ({"noticed": "2026-05-01"}, {"noticed": ""}), strict=True)]

    assert list(directory.read(rows)) == list(directory.read(written(tmp_path, *told)))
    assert [one.noticed_day for one in directory.read(rows)] == [date(2026, 5, 1).toordinal() - EPOCH, None]


def test_the_language_somebody_is_written_to_in_is_read_from_both_forms(tmp_path):
    rows = tmp_path / "people.csv"
    rows.write_text("address,kind,language\na@nord.example,colleague,sv\nb@nord.example,colleague,\n")
    lines = ({"address": f"{who}@nord.example", "kind": "colleague"} for who in "ab")
    told = [line | more for line, more in zip(lines, ({"language": "sv"}, {}), strict=True)]

    assert list(directory.read(rows)) == list(directory.read(written(tmp_path, *told)))
    assert [one.language for one in directory.read(rows)] == ["sv", None]


def test_odd_spaces_and_line_breaks_in_a_cell_are_spaces(tmp_path):
    (listing,) = directory.read(
        written(
            tmp_path, {"address": "a@kund.example", "kind": "lead", "name": "Lea\u00a0Sand", "company": "Kund\nAB "}
        )
    )
    assert (listing.name, listing.company) == ("Lea Sand", "Kund AB")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"address": "anna"}, "address: A mail address needs an @."),
        ({"address": None}, "address must be an address"),
        ({"kind": "friend"}, "kind must be one of colleague, contact, lead"),
        ({"kind": None}, "kind must be one of colleague, contact, lead"),
        ({"domain": "nord example"}, "domain must be a domain such as kund.example"),
        ({"crm_id": "42"}, "crm_id must be written crm:<system>:<id>"),
        ({"crm_id": "tel:+4687000"}, "crm_id must be written crm:<system>:<id>"),
        ({"aliases": "bo@nord.example;x"}, "aliases: A mail address needs an @."),
        ({"aliases": 7}, "aliases must be a list of addresses"),
        ({"from": "1 May 2026"}, "from must be a day such as 2026-01-31"),
        ({"until": "2026-02-30"}, "until must be a day such as 2026-01-31"),
        ({"from": "2026-05-01", "until": "2026-05-01"}, "until must be after from"),
        ({"noticed": "last week"}, "noticed must be a day such as 2026-01-31"),
        ({"noticed": 20606}, "noticed must be a day such as 2026-01-31"),
        ({"kind": "colleague", "noticed": "2026-05-01"}, "noticed is of contacts and leads alone"),
        ({"language": "no"}, "language must be one of en, sv"),
        ({"language": "SV"}, "language must be one of en, sv"),
        ({"language": 7}, "language must be one of en, sv"),
        ({"name": "x" * 201}, "name must be a printable text of at most 200 characters"),
        ({"title": "a\u0007b"}, "title must be a printable text of at most 200 characters"),
        ({"nickname": "x"}, "unknown field 'nickname'"),
        ({"bo@nord.example": "x"}, "unknown field with an address"),
        ({"+46 70 123 45 67": "x"}, "unknown field with an address"),
        ({"crm:dynamics:42": "x"}, "unknown field with an address"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field_and_nothing_is_given(tmp_path, row, words):
    right = {"address": "anna@nord.example", "kind": "colleague"}
    wrong = {name: value for name, value in {"address": "bo@nord.example", "kind": "lead", **row}.items() if value}
    with pytest.raises(FileError) as error:
        next(directory.read(written(tmp_path, right, wrong)))
    assert error.value.fields == {"line 2": [words]}
    assert "line 2" in error.value.message
    assert "bo@" not in str(error.value)


def test_an_address_belongs_to_one_line(tmp_path):
    rows = [{"address": f"{who}@nord.example", "kind": "colleague"} for who in ("anna", "bo", "ANNA")]
    rows[1]["aliases"] = ["anna@nord.example"]
    with pytest.raises(FileError) as error:
        list(directory.read(written(tmp_path, *rows)))
    twice = ["one of its addresses is on line 1 too"]
    assert error.value.fields == {"line 2": twice, "line 3": twice}


def test_twenty_wrong_lines_are_enough(tmp_path):
    with pytest.raises(FileError) as error:
        list(directory.read(written(tmp_path, *[{"address": "x", "kind": "lead"}] * 30)))
    assert len(error.value.fields) == 20
    assert "at least 20 wrong lines" in error.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("address,name\n", "column 'kind' is missing"),
        ("address,kind,phone\n", "unknown column 'phone'"),
        (HEADER + "anna@nord.example,Anna\n", "line 2: not a JSON object"),
        (HEADER + '"anna@nord.example" x,,,lead,,,,,,,,\n', "line 2: not a JSON object"),
    ],
)
def test_a_csv_of_other_columns_is_refused(tmp_path, text, words):
    (tmp_path / "people.csv").write_text(text)
    with pytest.raises(FileError, match=words):
        list(directory.read(tmp_path / "people.csv"))


def test_a_folder_a_picture_and_a_missing_file_are_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    for name in ("", "a.png", "missing.csv"):
        with pytest.raises(FileError):
            list(directory.read(tmp_path / name))
