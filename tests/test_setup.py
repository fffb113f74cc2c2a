"""What administrators decide about introductions: versions that follow one another, and none is lost."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from lab import NOON

from wkw import letters, setup
from wkw.errors import InputError, NotFound, Outdated
from wkw.letters import Template
from wkw.setup import Setup

BLUNT = letters.DEFAULT | {"en": Template("Meet {{ target }}?", "{{ note }}")}


def test_where_nobody_decided_the_default_is_in_force_and_its_templates_pass(lab):
    assert setup.in_force(lab.graph) == setup.version(lab.graph, 0) == Setup()
    setup.check(Setup())


def test_every_version_stays_as_it_was_with_who_and_when(lab):
    versions = [replace(Setup(), monthly=number, templates=BLUNT, blind=number == 2) for number in (1, 2, 3)]

    for number, wanted in enumerate(versions):
        setup.change(lab.graph, wanted, expected=number, by=f"person {number}", at=NOON + number)

    held = [setup.version(lab.graph, number) for number in (1, 2, 3)]
    assert held == [replace(one, version=n + 1, by=f"person {n}", at=NOON + n) for n, one in enumerate(versions)]
    assert setup.in_force(lab.graph) == held[-1]


@pytest.mark.parametrize("expected", [0, 2])
def test_whoever_expects_another_version_is_told_and_changes_nothing(lab, expected):
    setup.change(lab.graph, Setup(), expected=0, by=None, at=NOON)

    with pytest.raises(Outdated):
        setup.change(lab.graph, replace(Setup(), blind=True), expected=expected, by=None, at=NOON)

    assert setup.in_force(lab.graph) == Setup(version=1, at=NOON)
    with pytest.raises(NotFound):
        setup.version(lab.graph, 2)


def test_of_several_at_once_one_wins_and_the_others_are_told(lab):
    for version in range(10):
        told = at_once(lab, version, 4)

        assert [type(one) for one in told].count(Outdated) == 3
        (winner,) = [one for one in told if isinstance(one, Setup)]
        assert setup.in_force(lab.graph) == winner
        assert winner.version == version + 1


def at_once(lab, expected, several):
    """What each of several threads is told that change the settings in their own way at the same time."""
    start, told = Barrier(several), [None] * several

    def change(number):
        start.wait()
        try:
            wanted = replace(Setup(), monthly=number)
            told[number] = setup.change(lab.graph, wanted, expected=expected, by=None, at=NOON)
        except Outdated as error:
            told[number] = error

    threads = [Thread(target=change, args=[number]) for number in range(several)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_the_same_change_again_is_the_same_version_as_after_a_cut_commit(lab):
    first, again = (setup.change(lab.graph, Setup(), expected=0, by="anna", at=NOON) for _ in range(2))

    assert first == again == setup.in_force(lab.graph)


def test_a_template_that_cannot_be_used_is_refused_by_language(lab):
    templates = {"en": Template("x", "{{ note.__class__ }}"), "sv": Template("", "")}

    with pytest.raises(InputError) as refused:
        setup.change(lab.graph, replace(Setup(), templates=templates), expected=0, by=None, at=NOON)

    assert refused.value.fields.keys() == {"templates.en", "templates.sv"}
    assert setup.in_force(lab.graph) == Setup()


def test_a_language_without_a_template_is_refused(lab):
    with pytest.raises(InputError) as refused:
        setup.check(replace(Setup(), templates={"en": letters.DEFAULT["en"]}))

    assert refused.value.fields.keys() == {"templates.sv"}
