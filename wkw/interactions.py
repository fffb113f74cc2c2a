"""What an event says about two addresses: directed, weighted interactions, made without touching the network."""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import NamedTuple

from wkw.model import Event, Fate
from wkw.strength import edge_weight

DAY = 86_400_000
GRACE = 15 * 60_000  # clocks differ: an event this little after now is not yet upcoming
MOST_ABSENT = 100  # what takes back what older copies said has its bound too


class Interaction(NamedTuple):
    """One directed interaction between two canonical URIs.

    `placed` says of a call whether `sender` made it; `missed` is None where both took part, else the `rev` as of which
    it is known that they did not meet: such an interaction weighs nothing.
    """

    sender: str
    receiver: str
    placed: bool | None = None
    missed: int | None = None


def refusal(event: Event, *, now: int, cap: int) -> tuple[Fate, str] | None:
    """The fate and reason of an event not to be stored; `now` in ms, `cap` the most people of a meeting."""
    if event.at > now + GRACE:
        return "upcoming", "later than now"
    if event.channel == "meeting" and event.n + 1 > cap:
        return "excluded", "large meeting"
    if len(event.absent) > MOST_ABSENT:
        return "excluded", "many absent"
    return None


def interactions(event: Event, is_colleague: Callable[[str], bool]) -> Iterator[Interaction]:
    """The interactions that count: a mail from its sender to each recipient, meetings and calls both ways.

    At least one side is a colleague: what two contacts have with each other is never kept. Between those who were
    absent and everybody else they are there too, without weight, so that no older copy counts, whichever came first.
    """
    pairs = _mailed(event) if event.channel == "email" else permutations(_concerned(event), 2)
    for sender, receiver in pairs:
        if sender != receiver and (is_colleague(sender) or is_colleague(receiver)):
            placed = sender == event.sender if event.channel == "call" else None
            missed = _missed(event, sender, receiver)
            if missed is None or missed >= 0:
                yield Interaction(sender, receiver, placed, missed)


def weight(event: Event) -> float:
    """The weight of each interaction of an event: 1/sqrt(n), half of it where it runs both ways, 0 when cancelled."""
    return 0.0 if event.cancelled else edge_weight(event.n, both_ways=event.channel != "email")


def _mailed(event: Event) -> Iterator[tuple[str, str]]:
    return ((event.sender, receiver) for receiver in event.to)


def _concerned(event: Event) -> list[str]:
    """Who took part or was absent, each once; of an organiser who did not attend that has to be said too."""
    there = (event.sender, *event.to) if event.organiser_attended else event.to
    return list(dict.fromkeys((*there, *event.absent)))


def _missed(event: Event, sender: str, receiver: str) -> int | None:
    known = [event.absent[uri] for uri in (sender, receiver) if uri in event.absent]
    return max(known, default=None)
