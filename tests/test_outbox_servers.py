"""Whatever trouble a mail server makes, no mail is lost, and none is sent for ever."""

import threading
import time
from dataclasses import replace

import pytest
from lab import NOON
from letterbox import letterbox
from outboxes import BO, EVA, LEA, asked, deliver, mails, opted_out, states

from wkw import outbox
from wkw.errors import NotFound
from wkw.graph import HELD

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def test_a_mail_that_is_refused_for_now_waits_twice_as_long_after_each_try_and_is_given_up_after_three_days(post, box):
    name, now, waits = asked(post), NOON, []
    box.answers[BO] = "451 greylisted <bo@nord.example>"

    while states(post)[name] == "pending":
        assert len(waits) < 100
        deliver(post, now=now)
        due = mails(post)[name].get("due", now)
        waits.append(due - now)
        now = due

    assert all(0.8 * min(MINUTE << n, HOUR) <= wait <= min(MINUTE << n, HOUR) for n, wait in enumerate(waits[:-1]))
    assert 3 * DAY < now - NOON < 3 * DAY + 2 * HOUR
    assert (mails(post)[name]["state"], mails(post)[name]["reason"]) == ("dead", "smtp_451")
    assert box.letters == []


def test_a_mail_that_was_refused_for_now_is_sent_once_it_is_taken(post, box):
    asked(post)
    box.refuses = "452 disk full"
    assert deliver(post) == {"retried": 1}

    box.refuses = ""
    assert deliver(post, now=NOON + MINUTE) == {"sent": 1}
    assert len(box.letters) == 1


@pytest.mark.parametrize("refuses", [{"answers": {BO: "550 <bo@nord.example> unknown"}}, {"refuses": "554 spam"}])
def test_a_mail_that_is_refused_for_ever_is_dead_with_the_code_and_can_be_tried_again(post, box, refuses):
    name = asked(post)
    vars(box).update(refuses)
    assert deliver(post) == {"dead": 1}
    assert deliver(post, now=NOON + DAY) == {}

    [row] = outbox.dead(post.graph)
    assert row == {
        "id": name,
        "kind": "request",
        "reason": "smtp_550" if "answers" in refuses else "smtp_554",
        "since": "2026-06-02T12:00:00.000+00:00",
        "tries": 1,
    }

    vars(box).update(answers={}, refuses="")
    outbox.again(post.graph, name, now=NOON + 9 * DAY)
    with pytest.raises(NotFound):
        outbox.again(post.graph, name, now=NOON)
    assert deliver(post, now=NOON + 9 * DAY) == {"sent": 1}
    assert outbox.dead(post.graph) == []


def test_one_recipient_who_is_refused_keeps_nobody_elses_mail_back(post, box):
    asked(post, "1")
    asked(post, "2", via=EVA)
    box.answers[BO] = "550 no"

    assert deliver(post) == {"dead": 1, "sent": 1}


def test_three_hours_without_a_mail_server_lose_nothing_and_burn_no_try(post, box):
    with letterbox() as gone:
        pass
    away = replace(post, settings=replace(post.settings, post=replace(post.settings.post, port=gone.port)))
    names = [asked(post, str(n)) for n in range(3)]

    for minutes in range(180):
        assert deliver(away, now=NOON + minutes * MINUTE) == {"away": 1}
    assert [mails(post)[name]["tries"] for name in names] == [0, 0, 0]

    assert deliver(post, now=NOON + 181 * MINUTE) == {"sent": 3}
    assert len(box.letters) == 3


def test_a_link_that_breaks_before_the_answer_is_tried_again_with_the_same_id(post, box):
    name = asked(post)
    box.drops[:] = ["before", "after"]

    assert [deliver(post, now=NOON + n * HOUR) for n in range(3)] == [{"retried": 1}, {"retried": 1}, {"sent": 1}]

    assert [letter["Message-ID"] for letter in box.letters] == [f"<intro.{name}@nord.example>"] * 2


def test_a_server_that_takes_longer_than_locks_are_held_is_waited_for_without_them(post, box):
    """Else it would be sent again and again; an opt-out meanwhile is not kept waiting, for the mail has left."""
    asked(post)
    box.stall = HELD + 1.5
    sending = threading.Thread(target=deliver, args=(post,))
    sending.start()
    while not box.envelopes:
        time.sleep(0.01)

    began = time.monotonic()
    opted_out(post, LEA)
    waited = time.monotonic() - began
    sending.join(30)

    assert 1 < waited < HELD + 1
    assert states(post) == {"mail-one": "sent"}


def test_an_opt_out_waits_for_a_mail_that_is_being_handed_over(post, box):
    asked(post)
    box.stall = 1.5
    sending = threading.Thread(target=deliver, args=(post,))
    sending.start()
    while not box.envelopes:
        time.sleep(0.01)
    opted_out(post, LEA)

    assert time.monotonic() - box.times[0] > 1
    sending.join(30)
    assert states(post) == {"mail-one": "sent"}
