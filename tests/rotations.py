"""A village whose address keys are made anew with one more secret, whole or by halves."""

from contextlib import closing
from dataclasses import replace

import pytest
from lab import Lab

from wkw import rotation, schema
from wkw.addresses import newer_key
from wkw.errors import GraphUnavailable
from wkw.graph import Graph

EVA, LEA, BO = "mailto:eva@nord.example", "mailto:lea@kund.example", "mailto:bo@nord.example"
SECOND, THIRD = b"the second secret for addresses, in tests", b"the third secret for addresses, in tests"
WRITES = ("begin", "renew", "turn", "unmark", "end")


def with_secrets(lab, *newer):
    return Lab(lab.graph, replace(lab.settings, address_key=(*lab.settings.address_key, *newer)), lab.login)


def rotated(lab, *newer):
    """The lab as whoever has further secrets sees it, once its keys are made with them."""
    made = with_secrets(lab, *newer)
    rotation.rotate(made.graph, made.settings)
    schema.opened(made.graph, made.settings)
    return made


def again(told, newer):
    """What somebody was told, with every key in it made anew."""
    if isinstance(told, list | tuple):
        return [again(one, newer) for one in told]
    if isinstance(told, dict):
        return {name: again(one, newer) for name, one in told.items()}
    return newer_key(newer, told) if isinstance(told, str) and len(told) == 64 else told


def in_order(state):
    """A state in the order of the keys that it has, a person by the first of theirs."""
    persons = {}
    for key, *_, person in state["addresses"]:
        persons.setdefault(person, []).append(key)
    first = {person: min(found) for person, found in persons.items()}
    addresses = sorted([key, *rest, person and first[person]] for key, *rest, person in state["addresses"])
    ties = sorted([first[c], first[p], *rest] for c, p, *rest in state["ties"])
    return {"addresses": addresses, "interactions": state["interactions"], "ties": ties}


class Killed(Graph):
    """Dies after a number of the writes of a rotation."""

    def __init__(self, login, after):
        super().__init__(login)
        self.left = after

    def row(self, name, /, **params):
        if name in {f"rotation/{word}" for word in WRITES}:
            if not self.left:
                raise GraphUnavailable("It was killed.")
            self.left -= 1
        return super().row(name, **params)


def killed(lab, after):
    """The lab as whoever has a second secret sees it, after a rotation to it that was killed."""
    made = with_secrets(lab, SECOND)
    with closing(Killed(lab.login, after)) as dying, pytest.raises(GraphUnavailable):
        rotation.rotate(dying, made.settings)
    return made
