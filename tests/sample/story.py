"""What happened: who wrote to, met and called whom, by the kind of tie between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import combinations

from cast import ACCOUNTS, COLLEAGUES, EVERYBODY, Someone, contacts
from dice import FIRST, LAST, Dice, days_between, later, local, workday

SUBJECTS = (
    "Offer for the next phase", "Questions before Thursday", "Minutes and next steps", "Integration of the order flow",
    "Dates for the workshop", "Contract, second draft", "Test environment", "Figures for the steering group",
    "Avstämning inför nästa vecka", "Tidplan våren", "Underlag till styrgruppen", "Fråga om fakturan",
    "Access for a new colleague", "Reference visit", "Service window", "Roadmap", "Summary of our call",
)  # fmt: skip
BODIES = ("Hello, as agreed.", "Thanks, that works for us.", "Hej, se ovan.", "Can we take this on the phone?", "Tack!")


@dataclass(frozen=True)
class Mail:
    """One mail as its headers tell it."""

    at: datetime
    sender: Someone
    to: tuple[Someone, ...]
    cc: tuple[Someone, ...] = ()
    subject: str = ""
    body: str = ""
    answers: str = ""
    alias: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The Message-ID without its brackets."""
        text = f"{self.at.isoformat()} {self.sender.name} {self.subject} {self.to[0].name}"
        return f"{blake2b(text.encode(), digest_size=6).hexdigest()}@{self.sender.domain}"


@dataclass(frozen=True)
class Gathering:
    """A meeting or a call: the first of `who` organised or placed it."""

    at: datetime
    channel: str
    who: tuple[Someone, ...]
    rev: int = 0
    cancelled: bool = False
    phone: bool = False
    moved_from: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Kind:
    """A kind of tie: how many threads, meetings and calls there are in 30 days."""

    threads: float
    meetings: float = 0.0
    calls: float = 0.0


CLOSE = Kind(1.8, 0.35, 0.1)
STRONG = Kind(0.7, 0.17, 0.07)
STEADY = Kind(0.24, 0.05, 0.02)
FAINT = Kind(0.09, 0.01)
TEAM = Kind(0.14, 0.02)


@dataclass(frozen=True)
class Tie:
    """Two people, the kind of their tie, from a first to a last day, and who sits beside them."""

    one: Someone
    other: Someone
    kind: Kind
    first: date = FIRST
    last: date = LAST
    around: tuple[Someone, ...] = ()


# The demo's question. Days before the newest day of threads, meetings and calls.
SPOTLIGHT = "Lova Lindqvist"
ABOUT_HER: dict[str, dict[str, tuple[int, ...]]] = {
    "Maja Öhrn": {"mail": (0, 6, 20, 34, 61, 96, 150, 205), "meeting": (13, 41, 118), "call": (70,)},
    "Jonas Ekvall": {"mail": (19, 55, 140), "meeting": (15,)},
    "Priya Ramanathi": {"mail": (26, 88), "call": (48,)},
    "Henrik Sandell": {"mail": (131,), "meeting": (76,)},
    "Tove Aspelin": {"mail": (371,), "meeting": (352,)},
    "Bengt Ahlmo": {"mail": (70, 77, 84, 90, 112), "meeting": (68, 79)},
    "Sara Nyqvist": {"mail": (402,)},
}
# Who works across departments; without them some leads would be out of reach.
ACROSS = (
    ("Sara Nyqvist", "Maja Öhrn", CLOSE),
    ("Sara Nyqvist", "Jonas Ekvall", STRONG),
    ("Jonas Ekvall", "Maja Öhrn", STRONG),
    ("Sara Nyqvist", "Priya Ramanathi", STEADY),
    ("Jonas Ekvall", "Ravi Menonkar", CLOSE),
    ("Henrik Sandell", "Maja Öhrn", STEADY),
    ("Henrik Sandell", "Jonas Ekvall", STEADY),
    ("Gustav Rönnholt", "Łukasz Borowik", STRONG),
    ("Oskar Brandt", "Nora Kivelä", STRONG),
    ("Amina Desta", "Łukasz Borowik", STEADY),
    ("Ingrid Vallmark", "Erik Talling", STRONG),
    ("Wilma Stenås", "Ingrid Vallmark", STEADY),
    ("Annelie Frostå", "Þóra Halldal", CLOSE),
    ("Elif Karadal", "Gustav Rönnholt", CLOSE),
    ("Tove Aspelin", "Beatriz Oliveira", STEADY),
)


def ties() -> Iterator[Tie]:
    """Every tie that is lived by its kind: accounts, departments and the bridges between them."""
    for company, _, owner, helpers, _ in ACCOUNTS:
        yield from _account(company, EVERYBODY[owner], tuple(EVERYBODY[name] for name in helpers))
    across = {frozenset((one, other)) for one, other, _ in ACROSS}
    for one, other in combinations(COLLEAGUES, 2):
        if one.department == other.department and frozenset((one.name, other.name)) not in across:
            yield _bounded(Tie(one, other, TEAM))
    for one_name, other_name, kind in ACROSS:
        yield _bounded(Tie(EVERYBODY[one_name], EVERYBODY[other_name], kind))


def _account(company: str, owner: Someone, helpers: tuple[Someone, ...]) -> Iterator[Tie]:
    dice = Dice(f"account {company}")
    people = [one for one in contacts() if one.company == company and one.name != SPOTLIGHT]
    for place, one in enumerate(people):
        kind = STRONG if place == 0 or (place == 1 and one.mark != "lead") else STEADY if place < 4 else FAINT
        yield _bounded(Tie(owner, one, kind, around=(*helpers, *people)))
    for helper in helpers:
        for one in dice.few(people, 3):
            # A third of these ties ended with a project: they have gone cold.
            last = dice.pick((LAST, LAST, date(2025, 9, 30)))
            kind = dice.pick((STEADY, FAINT)) if last == LAST else STRONG
            yield _bounded(Tie(helper, one, kind, last=last, around=(owner, *people)))


def _bounded(tie: Tie) -> Tie:
    first = max(tie.first, *(date.fromisoformat(one.since) for one in (tie.one, tie.other) if one.since))
    last = min(tie.last, _last_day(tie.one), _last_day(tie.other))
    return Tie(tie.one, tie.other, tie.kind, first, last, tie.around)


def _last_day(one: Someone) -> date:
    return date.fromisoformat(one.until) - timedelta(days=1) if one.until else LAST


def mails(tie: Tie) -> Iterator[Mail]:
    """The threads of a tie."""
    dice = Dice(f"mail {tie.one.name} {tie.other.name}")
    months = (tie.last - tie.first).days / 30
    for day in days_between(dice, tie.first, tie.last, dice.rounded(tie.kind.threads * months)):
        pair = (tie.one, tie.other) if dice.chance(0.55) else (tie.other, tie.one)
        beside = [one for one in tie.around if one not in pair and here(one, day)]
        yield from thread(dice, pair, day, tuple(dice.few(beside, dice.pick((0, 0, 0, 0, 1, 2)))), tie.last)


def here(one: Someone, day: date) -> bool:
    """Whether a colleague works here that day; contacts always do."""
    return not (one.since and day < date.fromisoformat(one.since)) and not (
        one.until and day >= date.fromisoformat(one.until)
    )


def thread(
    dice: Dice, pair: tuple[Someone, Someone], day: date, cc: tuple[Someone, ...] = (), last: date = LAST, most: int = 4
) -> Iterator[Mail]:
    """A mail and the answers to it, to and fro, as far as they came before the last day's end."""
    at, subject, answers = local(day, dice.whole(8 * 60, 17 * 60)), dice.pick(SUBJECTS), ""
    for turn in range(dice.whole(1, most)):
        sender, to = pair if turn % 2 == 0 else (pair[1], pair[0])
        text = subject if turn == 0 else f"Re: {subject}"
        alias = next((a for a in sender.aliases if "@" in a and dice.chance(0.3)), "")
        copied = tuple(one for one in cc if here(one, at.date()))
        mail = Mail(at, sender, (to,), copied, text, dice.pick(BODIES), answers, alias)
        yield mail
        at, answers = later(dice, at), mail.id
        if at.date() > last:
            return


def gatherings(tie: Tie) -> Iterator[Gathering]:
    """The meetings and calls of a tie; now and then one is moved or called off."""
    dice = Dice(f"meeting {tie.one.name} {tie.other.name}")
    months = (tie.last - tie.first).days / 30
    for day in days_between(dice, tie.first, tie.last, dice.rounded(tie.kind.meetings * months)):
        beside = [one for one in tie.around if one not in (tie.one, tie.other) and here(one, day)]
        who = (tie.one, tie.other, *dice.few(beside, dice.pick((0, 0, 1, 1, 2, 4))))
        at = local(day, 30 * dice.whole(17, 32))
        moved = local(workday(day - timedelta(days=7)), 600) if dice.chance(0.06) else None
        off = moved is None and dice.chance(0.04)
        yield Gathering(at, "meeting", who, rev=int(off or moved is not None), cancelled=off, moved_from=moved)
    for day in days_between(dice, tie.first, tie.last, dice.rounded(tie.kind.calls * months)):
        who = (tie.one, tie.other) if dice.chance(0.6) else (tie.other, tie.one)
        yield Gathering(local(day, dice.whole(500, 1050)), "call", who, phone=True)


def spotlight() -> tuple[list[Mail], list[Gathering]]:
    """Everything between the demo's lead and the colleagues who know her, most of it told day by day."""
    her, sent, held = EVERYBODY[SPOTLIGHT], [], []
    for name, days in ABOUT_HER.items():
        one, dice = EVERYBODY[name], Dice(f"spotlight {name}")
        for ago in days.get("mail", ()):
            pair = (one, her) if dice.chance(0.6) else (her, one)
            told = tuple(thread(dice, pair, _ago(ago), last=_last_day(one), most=3))
            sent += told if len(told) > 1 else [*told, _answer(dice, told[0])]
        held += [Gathering(local(_ago(ago), 600), "meeting", (one, her)) for ago in days.get("meeting", ())]
        held += [Gathering(local(_ago(ago), 870), "call", (one, her), phone=True) for ago in days.get("call", ())]
    return [mail for mail in sent if mail.at.date() <= LAST], held


def _answer(dice: Dice, mail: Mail) -> Mail:
    return Mail(later(dice, mail.at), mail.to[0], (mail.sender,), (), f"Re: {mail.subject}", BODIES[1], mail.id)


def _ago(days: int) -> date:
    return workday(LAST - timedelta(days=days))
