"""A request for an introduction: what it may become, and by whom.

draft -> sent -> accepted -> introduced (-> met, no_answer or not_relevant)
draft, sent, accepted -> withdrawn;  sent -> declined;  sent, accepted -> expired, by themselves
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wkw.graph import Row
from wkw.interactions import DAY

Role: TypeAlias = Literal["asker", "introducer"]

ROLES: tuple[Role, ...] = ("asker", "introducer")
EDGES: Mapping[Role, str] = {"asker": "ASKED_BY", "introducer": "VIA"}
STATES = ("draft", "sent", "accepted", "declined", "expired", "withdrawn", "introduced")
STAGES = {"met": "over", "no_answer": "over", "not_relevant": "over", "draft": "a draft"}
OUTCOMES = ("met", "no_answer", "not_relevant")
PAGE, MOST_OF_A_PAGE = 25, 100
DRAFTS = 30 * DAY  # milliseconds until a draft that was never sent goes
WORDS = 7 * DAY  # after the end of a request its words go
WHOLE = 358 * DAY  # and all of it
MONTH = 30 * DAY
CHUNK = 500  # introductions a transaction


@dataclass(frozen=True, slots=True)
class Move:
    """What may happen to a request: from which states to which, by whom, and which mail tells of it."""

    before: tuple[str, ...]
    after: str
    by: Role
    mail: str | None = None


# The state machine; `send` looks at budgets too (introductions/send), and time alone ends what nobody answers.
MOVES: Mapping[str, Move] = {
    "send": Move(("draft",), "sent", "asker", "request"),
    "withdraw": Move(("draft", "sent", "accepted"), "withdrawn", "asker"),
    "accept": Move(("sent",), "accepted", "introducer", "answer"),
    "decline": Move(("sent",), "declined", "introducer", "answer"),
    "introduced": Move(("accepted",), "introduced", "introducer"),
    "outcome": Move(("introduced",), "introduced", "asker"),
}


@dataclass(frozen=True, slots=True)
class Introduction:
    """A request as one of its two people sees it; times in epoch milliseconds, people as id, name, title, address..."""

    id: str
    role: Role
    state: str
    facts: Row
    asker: Row
    introducer: Row
    target: Row

    def revealed(self) -> bool:
        """Whether the introducer has once said yes."""
        return "accepted" in self.facts["states"]
