"""What a view needs of the request it answers."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from wkw.graph import Graph
from wkw.moment import Moment, moment
from wkw.settings import Settings

SERVED = "wkw"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the graph and the settings, when it came, and the address key of whoever sent it."""

    graph: Graph
    settings: Settings
    at: Moment
    asker: str


def call() -> Call:
    """The call that is being answered; who sent it is known before its body is looked at."""
    return Call(*served(), moment(), g.caller.key)


def served() -> tuple[Graph, Settings]:
    """The graph and the settings of the application."""
    return cast(tuple[Graph, Settings], current_app.extensions[SERVED])
