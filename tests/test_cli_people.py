"""The commands that say who is who: what a directory changes, who is one person."""

import json

from lab import VILLAGE


def test_people_loads_a_directory_and_says_what_became_of_it(wkw):
    checked = wkw("people", VILLAGE / "people.csv", "--dry-run")
    loaded = wkw("people", VILLAGE / "people.csv")

    assert checked.out == loaded.out
    counts = dict(line.split() for line in loaded.out.splitlines()[1:])
    assert {word: int(n) for word, n in counts.items() if n != "0"} == {"submitted": 9, "stored": 9, "new": 9}
    assert (loaded.code, loaded.err) == (0, "")


def test_a_file_that_lacks_more_than_half_of_the_people_is_refused_unless_confirmed(known, tmp_path):
    known("people", VILLAGE / "people.csv")
    wrong = tmp_path / "people.csv"
    wrong.write_text("address,kind\nanna@nord.example,colleague\n")

    refused, confirmed = known("people", wrong), json.loads(known("people", wrong, "--confirm", "--json").out)

    assert refused.line.startswith("wkw: More than half of the colleagues listed before are missing. ")
    assert (refused.code, confirmed["missing"], confirmed["stored"]) == (1, 4, 1)


def test_an_alias_no_longer_listed_is_told_with_what_takes_it_away(known, tmp_path):
    less = tmp_path / "people.csv"
    less.write_text((VILLAGE / "people.csv").read_text().replace("eva.noor@nord.example", ""))

    assert known("people", less, "--dry-run").out.endswith("wkw unmerge eva.noor@nord.example\n")
