"""A mapping is right as a whole or not taken at all, and says key by key what is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import HERE

from wkw.connectors import crm, mapping
from wkw.errors import FileError

DATA = HERE.parent / "wkw" / "data" / "crm"
SALESFORCE = HERE / "data" / "crm" / "salesforce.toml"
USUAL = """
system = "shop"
dates = ["%d.%m.%Y %H:%M"]
[words.status]
open = "offen"
completed = ["erledigt", 1]
[emails]
id = "Nr"
from = "Von"
to = "An"
at = ["Gesendet", "Erstellt"]
status = "Status"
"""


def read(tmp_path: Path, text: str) -> mapping.Mapping:
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    return mapping.read(path)


def faults(tmp_path: Path, text: str) -> dict[str, list[str]]:
    with pytest.raises(FileError) as error:
        read(tmp_path, text)
    return error.value.fields


@pytest.mark.parametrize("path", [DATA / "dynamics.toml", DATA / "plain.toml", SALESFORCE], ids=lambda path: path.stem)
def test_the_mappings_that_are_shown_pass_their_own_check(path):
    assert mapping.read(path).system == path.stem


def test_the_built_in_mappings_are_all_that_lie_in_the_package():
    assert {made.system for made in mapping.built_in()} == {path.stem for path in DATA.glob("*.toml")}


def test_every_kind_and_field_is_explained_in_the_plain_form():
    text = (DATA / "plain.toml").read_text()
    for kind, (required, optional) in mapping.KINDS.items():
        assert f"#   {kind} " in text
        assert all(field in text for field in (*required, *optional))


def test_a_mapping_says_what_words_mean_whatever_their_case(tmp_path):
    made = read(tmp_path, USUAL)

    assert (made.system, made.separators, made.zone, made.unit) == ("shop", ";", None, 1.0)
    assert [made.meaning("status", word) for word in ("ERLEDIGT", " offen ", "1", "neu")] == [
        "completed",
        "open",
        "completed",
        None,
    ]
    assert made.kinds[0].columns["at"] == {"gesendet": "Gesendet", "erstellt": "Erstellt"}


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('system = "shop"', "", "system", "must be a short name"),
        ('system = "shop"', 'system = "My shop"', "system", "must be a short name"),
        ('system = "shop"', 'system = "shop"\nseparators = "ab"', "separators", "marks such as ;"),
        ('system = "shop"', 'system = "shop"\nseparators = ""', "separators", "marks such as ;"),
        ('system = "shop"', 'system = "shop"\nzone = "Nordland/Here"', "zone", "must be a time zone"),
        ('system = "shop"', 'system = "shop"\nzone = ["UTC"]', "zone", "must be a time zone"),
        ('system = "shop"', 'system = "shop"\nduration_unit = "days"', "duration_unit", "minutes or seconds"),
        ('system = "shop"', 'system = "shop"\ncolour = "red"', "colour", "unknown"),
        ("%d.%m.%Y %H:%M", "%H:%M", "dates", "must be a list of forms"),
        ("%d.%m.%Y %H:%M", "%d.%m.%Q", "dates", "must be a list of forms"),
        ('["%d.%m.%Y %H:%M"]', '"%d.%m.%Y"', "dates", "must be a list of forms"),
        ("[emails]", "[letters]", "letters", "unknown"),
        ("[emails]", "[letters]", "kinds", "at least one of users"),
        ('id = "Nr"', "", "emails.id", "is missing"),
        ('id = "Nr"', "id = 7", "emails.id", "must be the name of a column"),
        ('id = "Nr"', 'id = ["Nr", ""]', "emails.id", "must be the name of a column"),
        ('id = "Nr"', "id = []", "emails.id", "must be the name of a column"),
        ('id = "Nr"', 'id = "Nr"\ntitle = "Betreff"', "emails.title", "unknown"),
        ('id = "Nr"', 'id = "Nr"\nunless = 7', "emails.unless", "must be the name of a column"),
        ('to = "An"', 'to = "VON"', "emails.to", "has a column of emails.from too: von"),
        ('to = "An"', 'to = "An"\ncc = ["Kopie", "BCC"]', "emails.cc", "Bcc is never read"),
        ('[words.status]\nopen = "offen"', '[words.state]\nopen = "offen"', "words.status", "is missing"),
        ('[words.status]\nopen = "offen"', '[words.state]\nopen = "offen"', "words.state", "unknown"),
        ('open = "offen"', 'begun = "offen"', "words.status", "must be a table with open, completed, cancelled"),
        ('open = "offen"', "open = 1.5", "words.status", "must hold lists of words"),
        ('open = "offen"', 'open = "Erledigt"', "words.status", "erledigt has two meanings"),
        (USUAL.partition("[emails]")[2], "", "emails.status", "is missing"),
        (USUAL[USUAL.index("[words") :], "emails = 1\nwords = 2", "emails", "must be a table"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(tmp_path, old, new, key, words):
    assert old in USUAL
    found = faults(tmp_path, USUAL.replace(old, new))

    assert any(words in why for why in found[key])


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    found = faults(tmp_path, USUAL.replace('id = "Nr"', "").replace('"shop"', '""').replace("[words", "[word"))

    assert found.keys() == {"system", "word", "emails.id", "words.status"}


@pytest.mark.parametrize("data", [b"system = ", b"\xff\xfe", b"a = 1\na = 2", b"[" * 5000])
def test_what_is_no_toml_is_refused(tmp_path, data):
    (tmp_path / "mapping.toml").write_bytes(data)

    with pytest.raises(FileError, match="is not a TOML file"):
        mapping.read(tmp_path / "mapping.toml")


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        mapping.read(tmp_path / "mapping.toml")


values = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "open", "status"]), inner),
    max_leaves=5,
)


def toml(value: object) -> str:
    """A value as TOML writes it within a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(held)}" for key, held in value.items()) + "}"
    return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else json.dumps(value)


def told(path: Path, text: str) -> FileError | None:
    """What is said of a mapping, None where it can be used."""
    try:
        read(path, text)
    except FileError as error:
        return error
    return None


@given(st.sampled_from(["system", "dates", "zone", "separators", "duration_unit", "words", "emails"]), values)
def test_no_value_is_too_odd_to_be_told(tmp_path_factory, key, value):
    error = told(tmp_path_factory.getbasetemp(), f"{key} = {toml(value)}")

    assert error
    assert error.fields or "TOML" in error.message  # JSON knows characters that TOML does not


# ---- the kind of a file ----


def sheets(tmp_path: Path, *headers: str) -> list[tuple[str, str]]:
    for n, header in enumerate(headers):
        (tmp_path / f"{n}.csv").write_text(header + "\n")
    return [(sheet.mapping.system, sheet.kind.name) for sheet in crm.sheets([tmp_path], mapping.built_in())]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("contact_id", ("plain", "contacts")),
        ("CONTACTID,whatever, Full  Name", ("dynamics", "contacts")),
        ("leadid;contactid;statecode", ("dynamics", "leads")),
        ("leadid,(Do Not Modify) Contact", ("dynamics", "leads")),
        ("activityid\tfrom\tto\tsenton\tstatecode", ("dynamics", "emails")),
        ("activityid,from,to,actualend,phonenumber,statecode", ("dynamics", "calls")),
        (
            '"a,b,c,d,e,f,g";activityid;organizer;requiredattendees;scheduledstart;statecode',
            ("dynamics", "appointments"),
        ),
    ],
)
def test_a_file_is_known_by_its_header(tmp_path, header, kind):
    assert sheets(tmp_path, header) == [kind]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("activityid,from,to,senton", r"For emails there is no column for `status` \(statecode or Activity Status"),
        ("activityid,from,to,actualend,statecode", "fits several kinds of export: emails of dynamics and calls of dyn"),
        ("contactid,fullname,FullName,fullname", "column 'fullname' stands there twice"),
        ("activity_id,type,from,to,at", r"For activities there is no column for `status` \(status\)"),
        ("anna@nord.example,lea@kund.example", "fits no kind of export"),
    ],
)
def test_a_header_that_does_not_tell_the_kind_is_refused_with_what_would(tmp_path, header, words):
    with pytest.raises(FileError, match=words) as error:
        sheets(tmp_path, "contact_id", header)
    assert "@" not in str(error.value)


def test_an_empty_file_holds_nothing(tmp_path):
    assert sheets(tmp_path, "") == []
    (tmp_path / "0.csv").write_bytes(b"")
    assert crm.sheets([tmp_path], mapping.built_in()) == []


def test_text_in_utf_16_is_refused_with_what_to_save(tmp_path):
    (tmp_path / "a.csv").write_text("contact_id,name\n", encoding="utf-16")

    with pytest.raises(FileError, match=r"UTF-16.*CSV UTF-8"):
        crm.sheets([tmp_path / "a.csv"], mapping.built_in())
