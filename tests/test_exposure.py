"""What others are shown of a colleague is what their lookups really tell, contact by contact."""

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON, TODAY

from wkw import sharing
from wkw.errors import NotFound
from wkw.exposure import as_shown, exposure
from wkw.lookup import Question, document, lookup
from wkw.model import Event, Target
from wkw.web import create_app

COLLEAGUES = [f"{who}@nord.example" for who in ("anna", "bo", "cia", "dag", "eva")]
EVIDENCE = ("strength", "level", "channels", "two_way", "last")


def shown(village, who, **more):
    more = {"day": TODAY, "limit": 100} | more
    return exposure(village.graph, village.settings, village.key(who), **more)


def found(village, target, asker, *, one_way):
    """What a lookup tells of each introducer, by their name."""
    question = Question(Target(id=target), village.key(asker), TODAY, limit=50, one_way=one_way)
    try:
        answer = document(village.settings, lookup(village.graph, village.settings, question))
    except NotFound:
        return {}
    return {one["colleague"]["name"]: {name: one[name] for name in EVIDENCE} for one in answer["introducers"]}


def name_of(village, who):
    return next(row["name"] for row in village.query("names") if row["uri"] == f"mailto:{who}")


def looked_up(village, who, *, one_way):
    """What lookups of everybody by each other colleague tell of one, by the person looked up."""
    name, told = name_of(village, who), defaultdict(list)
    for target in {row["id"] for row in village.query("names")}:
        for asker in COLLEAGUES:
            if asker != who and name in (answer := found(village, target, asker, one_way=one_way)):
                told[target].append(answer[name])
    return told


@pytest.mark.parametrize("who", COLLEAGUES)
def test_what_is_listed_is_what_lookups_by_each_other_colleague_tell(village, who):
    listed = {one["id"]: {name: one[name] for name in EVIDENCE} for one in as_shown(shown(village, who))["contacts"]}
    others = len(COLLEAGUES) - 1

    both = {id_: tie for id_, tie in listed.items() if tie["two_way"]}
    for one_way, expected in ((True, listed), (False, both)):
        told = looked_up(village, who, one_way=one_way)
        assert told == {id_: [tie] * others for id_, tie in expected.items()}
    assert bool(listed) == (who != "dag@nord.example")  # who left


def introducers(village, target):
    """Who introduces somebody to a target, whoever asks."""
    return {name for asker in COLLEAGUES for name in found(village, target, asker, one_way=False)}


@pytest.mark.parametrize("who", COLLEAGUES)
def test_the_preview_is_what_is_missing_from_lookups_after_the_switch(village, who):
    people = {row["id"] for row in village.query("names")}
    told = shown(village, who)

    before = {id_ for id_ in people if introducers(village, id_)}
    introduced = looked_up(village, who, one_way=False)
    sharing.off(village.graph, village.settings, f"mailto:{who}", now=NOON)
    after = {id_ for id_ in people if introducers(village, id_)}

    assert told.introduces == len(introduced)
    assert told.only_you == len(before - after)


def test_pages_of_any_size_give_every_contact_once_and_in_order(village):
    whole = shown(village, "eva@nord.example").contacts
    assert len(whole) > 2

    @given(st.lists(st.integers(1, 4), min_size=len(whole), max_size=len(whole)))
    def paged(limits):
        seen, cursor = [], None
        for limit in limits:
            page = shown(village, "eva@nord.example", limit=limit, cursor=cursor)
            seen += page.contacts
            if not (cursor := page.next):
                break
        assert (cursor, seen) == (None, whole)

    paged()


def test_who_opted_out_is_shown_nowhere_and_told_so(village):
    client = create_app(village.graph, village.settings).test_client()
    headers = {"Authorization": f"Bearer {village.token('seller')}"}
    assert client.get("/v1/me/exposure", headers=headers).json["sharing"] == "on"
    village.query("close_only", key=village.key("anna@nord.example"))

    told = client.get("/v1/me/exposure", headers=headers).json

    assert (told["sharing"], told["contacts"], told["next"]) == ("off", [], None)
    assert told["preview"] == {"introduces": 0, "only_you": 0}


def test_a_contact_whose_gate_is_closed_is_not_listed(village):
    before = {one["name"] for one in shown(village, "anna@nord.example").contacts}
    village.query("close_only", key=village.key("lea@kund.example"))

    assert before - {one["name"] for one in shown(village, "anna@nord.example").contacts} == {"Lea Sand"}


def test_of_who_else_could_introduce_there_is_a_number_and_nothing_else(village):
    text = json.dumps(as_shown(shown(village, "eva@nord.example")))

    assert "Pia" in text
    assert [name for name in ("Anna", "Bo Ek", "Cia", "nord.example") if name in text] == []


def test_whom_nobody_has_met_is_shown_nowhere(village):
    event = Event(
        "mid:off", NOON, "meeting", "mailto:bo@nord.example", ("mailto:tor@kund.example",), 1, "x", cancelled=True
    )
    village.ingest([event])

    assert len(shown(village, "bo@nord.example").contacts) == 3


def test_the_command_prints_contacts_and_how_many_only_they_can_introduce_to(known):
    done = known("exposure", "eva@nord.example")

    assert "Pia Ångström" in done.out
    assert "Can introduce others to contacts: 4. Nobody else can to 1 of them." in done.out
    told = json.loads(known("exposure", "eva@nord.example", "--json").out)
    assert (told["sharing"], told["preview"]) == ("on", {"introduces": 4, "only_you": 1})
    first = json.loads(known("exposure", "eva@nord.example", "--limit", "1", "--json").out)
    rest = json.loads(known("exposure", "eva@nord.example", "--cursor", first["next"], "--json").out)
    assert first["contacts"] + rest["contacts"] == told["contacts"]


def test_the_command_says_that_sharing_is_off(village, known):
    sharing.off(village.graph, village.settings, "mailto:cia@nord.example", now=NOON)

    assert known("exposure", "cia@nord.example").out == "Sharing is off: nobody is shown them.\n"
    assert known("exposure", "lea@kund.example").line.startswith("wkw: The asker is not a colleague.")
