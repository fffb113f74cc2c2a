"""What a mailbox holds besides people writing to each other, nearly all of which must not count."""

from collections.abc import Iterator
from datetime import date, timedelta

from cast import COLLEAGUES, EVERYBODY, Someone, contacts
from dice import FIRST, LAST, Dice, days_between, local, workday
from story import Gathering, Mail, here

NEWS = (
    Someone("Lantern Letter", "", domain="lantern-letter.example", company="Lantern Letter"),
    Someone("Gridpost Digest", "", domain="gridpost-digest.example", company="Gridpost Digest"),
)
ROBOTS = (
    Someone("Noreply Tickets", "", domain="ticketing.example", company="Ticketing"),
    Someone("Noreply Travel", "", domain="resbokning.example", company="Resbokning"),
)
ALL_HANDS = Someone("Alla Norrsken", "")
INBOX = Someone("Info Norrsken", "")
POSTMASTER = Someone("Mail Delivery System", "")
# These write or are written to under an address that is no name.
PLAIN = {
    "Lantern Letter": "news@lantern-letter.example",
    "Gridpost Digest": "newsletter@gridpost-digest.example",
    "Noreply Tickets": "noreply@ticketing.example",
    "Noreply Travel": "no-reply@resbokning.example",
    "Alla Norrsken": "alla@norrsken.example",
    "Info Norrsken": "info@norrsken.example",
    "Mail Delivery System": "MAILER-DAEMON@norrsken.example",
}
ROBOT_HEADERS = (("Auto-Submitted", "auto-generated"),)


def noise() -> Iterator[Mail]:
    """All of it."""
    dice = Dice("noise")
    yield from _newsletters(dice)
    yield from _robots(dice)
    yield from _to_everybody(dice)
    yield from _to_the_inbox(dice)
    yield from _marketing(dice)
    yield from _automatic(dice)


def _newsletters(dice: Dice) -> Iterator[Mail]:
    for day in days_between(dice, FIRST, LAST, 60):
        sender = dice.pick(NEWS)
        headers = (("List-Unsubscribe", f"<https://{sender.domain}/off>"), ("Precedence", "bulk"))
        for one in dice.few(_staff(day), 3):
            yield Mail(
                local(day, dice.whole(300, 420)), sender, (one,), (), f"{sender.name} {day}", "News.", headers=headers
            )


def _robots(dice: Dice) -> Iterator[Mail]:
    for day in days_between(dice, FIRST, LAST, 110):
        one = dice.pick(_staff(day))
        at = local(day, dice.whole(300, 1300))
        yield Mail(at, dice.pick(ROBOTS), (one,), (), "Your case was updated", "Do not answer.", headers=ROBOT_HEADERS)


def _to_everybody(dice: Dice) -> Iterator[Mail]:
    headers = (("List-Id", "Alla <alla.norrsken.example>"), ("List-Post", "<mailto:alla@norrsken.example>"))
    for day in days_between(dice, FIRST, LAST, 40):
        sender = dice.pick(_staff(day))
        yield Mail(local(day, dice.whole(480, 1020)), sender, (ALL_HANDS,), (), "To all", "Hej alla!", headers=headers)


def _to_the_inbox(dice: Dice) -> Iterator[Mail]:
    for day in days_between(dice, FIRST, LAST, 70):
        at = local(day, dice.whole(480, 1020))
        yield Mail(at, dice.pick(contacts()), (INBOX,), (), "A question", "Hello, whom do I ask?")


def _marketing(dice: Dice) -> Iterator[Mail]:
    # A person writes these by hand to many: they count, but hardly.
    for month in (3, 9, 14):
        day = workday(FIRST + timedelta(days=30 * month))
        to = tuple(dice.few(contacts(), 32))
        yield Mail(local(day, 600), EVERYBODY["Oskar Brandt"], to, (), "Customer day", "Welcome to our customer day.")


def _automatic(dice: Dice) -> Iterator[Mail]:
    for day in days_between(dice, FIRST, LAST, 45):
        headers = (("Auto-Submitted", "auto-replied"),)
        at, to = local(day, dice.whole(480, 1020)), (dice.pick(_staff(day)),)
        yield Mail(at, dice.pick(contacts()), to, (), "Automatic reply", "I am away.", headers=headers)
    for day in days_between(dice, FIRST, LAST, 15):
        headers = (("Return-Path", "<>"), ("Auto-Submitted", "auto-replied"))
        at, to = local(day, dice.whole(480, 1020)), (dice.pick(_staff(day)),)
        yield Mail(at, POSTMASTER, to, (), "Undelivered Mail Returned to Sender", "User unknown.", headers=headers)


def all_hands() -> Iterator[Gathering]:
    """A meeting of everybody once a month, which makes no acquaintances."""
    for month in range(18):
        day = workday(date(2025 + month // 12, month % 12 + 1, 12))
        yield Gathering(local(day, 540), "meeting", tuple(one for one in COLLEAGUES if here(one, day)))


def _staff(day: date) -> list[Someone]:
    return [one for one in COLLEAGUES if here(one, day)]
