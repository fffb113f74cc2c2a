"""What is measured on labelled mail is counted right, and the labels name nobody."""

import csv
import re

import pytest
from bench import detection
from bench.detection import Judged, Label, Share


def read(name):
    with detection.LABELS[name].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize(("name", "size"), [("main", 400), ("held-out", 100), ("again", 60)])
def test_labels_are_ids_classes_and_nothing_else(name, size):
    found = read(name)

    assert len({row["id"] for row in found}) == len(found) == size
    assert all(row.keys() == {"id", "class", "unsure"} for row in found)
    assert all(re.fullmatch("[0-9a-f]{16}", row["id"]) for row in found)
    assert {row["class"] for row in found} <= set(detection.CLASSES)
    assert {row["unsure"] for row in found} <= {"yes", "no"}
    assert "@" not in detection.LABELS[name].read_text("utf-8")


def test_the_second_pass_is_of_the_first_and_the_held_out_is_not():
    main, held_out, again = ({row["id"] for row in read(name)} for name in ("main", "held-out", "again"))

    assert again < main
    assert not held_out & main


TOLD = [
    Judged("person", False, None),
    Judged("person", False, None),
    Judged("person", True, "role"),
    Judged("newsletter", False, "robot"),
    Judged("newsletter", False, "to_oneself"),
    Judged("newsletter", True, None),
    Judged("robot", False, None),
    Judged("role", False, "role"),
]
OTHERS = frozenset(detection.CLASSES[1:])


def test_precision_is_of_what_is_excluded_and_recall_of_what_should_be():
    assert detection.score(TOLD, OTHERS) == (Share(3, 4), Share(3, 5))


def test_a_class_is_held_against_people_alone():
    assert detection.score(TOLD, frozenset({"newsletter"})) == (Share(2, 3), Share(2, 3))
    assert detection.score(TOLD, frozenset({"robot"})) == (Share(0, 1), Share(0, 1))


def test_only_reasons_that_count_are_exclusions():
    assert detection.score(TOLD, OTHERS, detection.RECOGNISED.__contains__) == (Share(2, 3), Share(2, 5))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662)],
)
def test_intervals_are_wilsons(hits, of, low, high):
    assert detection.wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_kappa_takes_out_what_chance_agrees_on():
    one = dict(zip("abcdefghij", "ppppppnnnn", strict=True))
    other = dict(zip("abcdefghij", "pppppnnnnp", strict=True)) | {"z": "p"}  # 8 of 10 agree; 0.52 by chance

    assert detection.kappa(one, other) == pytest.approx((0.8 - 0.52) / (1 - 0.52))
    assert detection.kappa(one, one) == 1


CELLS = {
    **{
        "mailbox": "lea",
        "path": "lea/inbox/1",
        "message_id": "al1@nord.example",
        "unix": "1777878751",
        "body_bytes": "9",
    },
    **{"from": "anna@nord.example", "to": "lea@kund.example mats@kund.example", "cc": "", "subject": "CANARY-SUBJECT"},
    **{"body_sha1_12": "0123456789ab", "full_header": "1"},
}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"from": "noreply@nord.example"}, "robot"),
        ({"to": "info@kund.example"}, "role"),
        ({"to": ""}, "no_recipients"),
        ({"to": "", "cc": "anna@nord.example"}, "to_oneself"),
        ({"from": ""}, None),  # quarantined, which is no exclusion
        ({"unix": "", "message_id": ""}, None),
    ],
)
def test_the_mail_reader_itself_judges(changed, reason):
    assert detection.judged(Label("person", False), CELLS | changed) == ("person", False, reason)


def test_a_subject_does_not_reach_the_judge():
    assert b"CANARY" not in detection.header_block(CELLS)


def test_copies_are_one_message_and_the_draw_does_not_depend_on_their_order():
    deliveries = [CELLS | {"path": f"lea/inbox/{n}", "unix": str(n // 2)} for n in range(1200)]
    found = detection.distinct(deliveries)

    assert len(found) == 600
    assert detection.drawn(found) == detection.drawn(reversed(found))
    assert [len(ids) for ids in detection.drawn(found).values()] == [400, 100, 60]
