"""Introductions for people who live in a terminal."""

import json

import pytest
from asking import ANNA, BO, CIA
from program import program_of

from wkw.moment import moment


@pytest.fixture
def request_id(ask):
    """What Cia asks Anna."""
    return ask.sent(now=moment().now)


@pytest.fixture
def wkw(village, request_id):
    return program_of(village)


def test_both_list_and_show_a_request_and_a_third_one_sees_nothing(wkw, request_id):
    for who, role in ((CIA, "asker"), (ANNA, "introducer")):
        listed = wkw("introductions", "list", "--as", who).out
        assert f"{request_id}  {role}" in listed
        assert "Cia Holm  Anna Berg  Lea Sand" in listed
        assert [
            one["id"] for one in json.loads(wkw("introductions", "list", "--as", who, "--json").out)["introductions"]
        ] == [request_id]
    assert "We met at the fair." in wkw("introductions", "show", request_id, "--as", CIA).out
    assert wkw("introductions", "list", "--as", BO).out == "There are none.\n"
    assert "no such introduction" in wkw("introductions", "show", request_id, "--as", BO).line


def test_whoever_is_asked_answers_and_is_told_what_to_send(wkw, request_id):
    yes = wkw("introductions", "answer", request_id, "accept", "--as", ANNA).out

    assert "Hej Lea Sand," in yes
    assert "accepted" in yes
    assert "is accepted" in wkw("introductions", "answer", request_id, "decline", "--as", ANNA).line
    made = json.loads(wkw("introductions", "answer", request_id, "introduced", "--as", ANNA, "--json").out)
    assert made["state"] == "introduced"


def test_a_no_with_a_reason_is_the_askers_to_read_only_where_it_is_shared(wkw, request_id):
    refused = wkw("introductions", "answer", request_id, "accept", "--as", ANNA, "--reason", "No.")
    assert (refused.code, "go with decline" in refused.err) == (2, True)

    wkw("introductions", "answer", request_id, "decline", "--as", ANNA, "--reason", "No time.", "--again-days", "9")

    assert "Reason: No time." in wkw("introductions", "show", request_id, "--as", ANNA).out
    assert "No time." not in wkw("introductions", "show", request_id, "--as", CIA).out
