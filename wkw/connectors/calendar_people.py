"""Tells who an event in a calendar is between: who took part, who was absent, and who is no person at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from wkw.addresses import canonical, domain
from wkw.connectors.recipients import tidy_name
from wkw.errors import AddressError

Answer = Literal["yes", "no", "open"]

_ANSWERS: dict[str, Answer] = {"ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "no", "DELEGATED": "no"}
_THINGS = frozenset({"ROOM", "RESOURCE", "GROUP"})
# Google writes these where a calendar or a room organises, or nobody knows who did.
_CALENDARS = frozenset({"group.calendar.google.com", "resource.calendar.google.com", "calendar.google.com"})
_FIRST: dict[Answer, int] = {"yes": 0, "no": 1, "open": 2}


class Line(NamedTuple):
    """An ORGANIZER or ATTENDEE line: its value and parameters, as they are written."""

    value: str
    params: Mapping[str, str]

    @property
    def uri(self) -> str | None:
        """The canonical address, of the value or else of EMAIL; None where there is none."""
        for text in (self.value, self.params.get("EMAIL", "")):
            try:
                uri = canonical(text)
            except AddressError:
                continue
            if uri.startswith("mailto:"):
                return uri
        return None

    @property
    def answer(self) -> Answer:
        """What was answered; what is unknown is no answer."""
        return _ANSWERS.get(self.params.get("PARTSTAT", "").upper(), "open")

    @property
    def is_thing(self) -> bool:
        """Whether it is a room, a projector or a list."""
        return self.params.get("CUTYPE", "").upper() in _THINGS


@dataclass(frozen=True, slots=True)
class People:
    """Everybody an event is between: `answers` and `names` by URI, `unreadable` those without a usable address."""

    organiser: str | None
    answers: Mapping[str, Answer]
    names: Mapping[str, str]
    unreadable: int


def people(organiser: Line | None, attendees: Iterable[Line]) -> People:
    """Give who an event is between; rooms and lists are left out.

    Of two lines of one person the one that says more counts. An organiser comes unless their own line says otherwise.
    """
    answers: dict[str, Answer] = {}
    names: dict[str, str] = {}
    things: set[str | None] = set()
    unreadable = 0
    for line in attendees:
        uri = line.uri
        if line.is_thing:
            things.add(uri)
        elif uri is None:
            unreadable += 1
        elif not _is_calendar(uri):
            answers[uri] = min(answers.get(uri, "open"), line.answer, key=_FIRST.__getitem__)
            names[uri] = names.get(uri) or tidy_name(line.params.get("CN", ""))
    host = organiser.uri if organiser else None
    if organiser and host and host not in things and not _is_calendar(host):
        came: Answer = "no" if answers.get(host) == "no" else "yes"
        answers = {host: came, **_without(answers, host)}
        names[host] = tidy_name(organiser.params.get("CN", "")) or names.get(host, "")
    else:
        host = None
    return People(host, _without(answers, *things), {uri: name for uri, name in names.items() if name}, unreadable)


def _without(answers: Mapping[str, Answer], *uris: str | None) -> dict[str, Answer]:
    return {uri: answer for uri, answer in answers.items() if uri not in uris}


def _is_calendar(uri: str) -> bool:
    return domain(uri) in _CALENDARS
