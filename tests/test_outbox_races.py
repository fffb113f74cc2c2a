"""The outbox under fire: a sender that is killed anywhere loses no mail, and no mail follows an opt-out."""

import os
import subprocess
import time
from collections import Counter

from lab import NOON, TODAY
from outboxes import asked, deliver, env_of, states
from races import at_once, colleague, command, contact
from servers import until

from wkw import people, sharing
from wkw.model import Listing

KILLS = int(os.environ.get("WKW_KILLS", "4"))
OPT_OUTS = int(os.environ.get("WKW_OPT_OUTS", "40"))
POINTS = ("recipient", "mail", "answer", "lease")
FEW = 4  # mails that wait when a sender begins


def three(number):
    """The asker, the introducer and the target of a race."""
    return colleague(number), colleague(number, "via"), contact(number)


def load(lab, numbers):
    kinds = ("colleague", "colleague", "contact")
    listings = [Listing(f"mailto:{who}", kind) for n in numbers for who, kind in zip(three(n), kinds, strict=True)]
    people.load(lab.graph, lab.settings, listings, day=TODAY)


def ask(lab, number):
    asker, via, target = three(number)
    return asked(lab, f"race{number}", asker=asker, via=via, target=target)


def received(box):
    """The ids of the mails that came in, in order."""
    return [letter["Message-ID"].removeprefix("<intro.").partition("@")[0] for letter in box.letters]


# ---- kills ----


def killed(lab, box, point, count):
    """Has `wkw clock` send mails, and kills it when the letterbox has seen a point so often, or once one is leased."""
    seen = []

    def at(passed):
        seen.append(passed)
        if seen.count(point) == count and sending.poll() is None:
            sending.kill()

    box.at = at
    with command(lab, "clock", env=env_of(lab), stderr=subprocess.DEVNULL) as sending:
        if point == "lease":
            until(lambda: "leased" in states(lab).values(), pause=0.002)
            sending.kill()
        assert sending.wait(60) == -9
    box.at = lambda passed: None


def test_a_sender_that_is_killed_anywhere_loses_no_mail_and_repeats_at_most_the_one_under_way(post, box, dice):
    names, now = set(), NOON
    load(post, range(KILLS * FEW))

    for kill in range(KILLS):
        now += 1
        names |= {ask(post, number) for number in range(kill * FEW, (kill + 1) * FEW)}
        killed(post, box, POINTS[kill % len(POINTS)], dice.randint(1, FEW))
        post.query("lapse_mails", now=now)
    deliver(post, now=now)

    came = Counter(received(box))
    told = f"{KILLS} kills: of {len(names)} mails {len(names - came.keys())} lost, {came.total() - len(names)} repeated"
    assert came.keys() == names, told
    assert came.total() - len(names) <= KILLS, told
    assert max(came.values()) <= 2, told
    assert set(states(post).values()) == {"sent"}


# ---- opt-outs ----


class Race:
    """A mail against the opt-out of one of its three people, somewhere into the sending."""

    def __init__(self, lab, number, delay, who):
        self.lab, self.delay, self.key = lab, delay, lab.key(who)
        self.mail = ask(lab, number)
        at_once(self.send, self.opt_out)

    def send(self):
        began = time.monotonic()
        deliver(self.lab)
        self.took = time.monotonic() - began

    def opt_out(self):
        time.sleep(self.delay)
        sharing.close(self.lab.graph, self.lab.settings, self.key, now=NOON, by="self")
        self.acknowledged = time.monotonic()


def test_no_mail_comes_in_after_an_opt_out_of_any_of_the_three_was_acknowledged(post, box, dice):
    load(post, range(OPT_OUTS))
    races, usual = {}, 0.05
    for number in range(OPT_OUTS):
        race = Race(post, number, dice.random() * usual, dice.choice(three(number)))
        races[race.mail] = race
        usual = 0.8 * usual + 0.2 * race.took
    deliver(post, now=NOON + 3_600_000)

    came = dict(zip(received(box), box.times, strict=True))
    late = [name for name, at in came.items() if at > races[name].acknowledged]
    told = f"{OPT_OUTS} races: {len(came)} mails, {len(late)} after the acknowledgement"
    assert late == [], told
    assert 0 < len(came) < OPT_OUTS, told
    assert Counter(states(post).values()) == {"sent": len(came), "cancelled": OPT_OUTS - len(came)}, told
