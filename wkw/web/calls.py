"""What a view needs of the request it answers."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from wkw.addresses import address_key
from wkw.audit import Act, Audit, Seen
from wkw.graph import Graph
from wkw.model import Target
from wkw.moment import Moment, moment
from wkw.settings import Settings
from wkw.web.eyes import Eyes
from wkw.web.limits import Limits
from wkw.web.pulse import Pulse
from wkw.web.purging import Purger
from wkw.web.sending import Sender
from wkw.web.tokens import Provider

SERVED = "wkw"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the graph and the settings, when it came, and the address key of whoever sent it."""

    graph: Graph
    settings: Settings
    at: Moment
    asker: str

    def count(self, whom: Target) -> None:
        """Counts a person who was looked up; a TooMany where that is one too many."""
        named = address_key(self.settings.address_key, repr(whom))  # where it is counted nobody can read it
        served().limits.look_up(g.caller.name, named, now=self.at.now)

    def recorded(self, act: str, *, purpose: str | None = None) -> AbstractContextManager[Seen]:
        """Records what is asked in the block and what came of it; a StateUnavailable where that cannot be."""
        who = g.caller
        return served().audit.recorded(Act(act, g.request_id, self.at.now, tuple(who.roles), who.name, purpose=purpose))


@dataclass(frozen=True, slots=True)
class Served:
    """What an application serves."""

    graph: Graph
    settings: Settings
    audit: Audit
    limits: Limits
    eyes: Eyes
    pulse: Pulse
    purger: Purger
    sender: Sender
    provider: Provider | None

    def begin(self) -> None:
        """Goes on, in a process that begins to serve, with what another one left."""
        self.purger.wake()
        self.sender.wake()


def call() -> Call:
    """The call that is being answered; who sent it is known before its body is looked at."""
    return Call(served().graph, served().settings, moment(), g.caller.key)


def served() -> Served:
    """What the application serves."""
    return cast(Served, current_app.extensions[SERVED])
