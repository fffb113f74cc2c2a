"""Mails of introductions: once each, to the right one, with every trouble that a mail server can make."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON, TODAY
from outboxes import ANNA, BO, EVA, LEA, asked, deliver, mails, opted_out, peopled, states
from outsiders import ask

from wkw import outbox, people
from wkw.errors import GraphBusy, InputError
from wkw.model import Event, Listing
from wkw.vetoes import veto

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


# ---- sent ----


@pytest.mark.both_lines
def test_a_request_goes_to_the_introducer_who_can_reply_to_the_asker(post, box):
    name = asked(post, note="Räksmörgås: a good cause.")

    assert deliver(post) == {"sent": 1}
    assert deliver(post) == {}

    [letter] = box.letters
    assert (box.envelopes[0].mail_from, box.envelopes[0].rcpt_tos) == ("wkw@nord.example", [BO])
    assert [letter["To"], letter["Reply-To"], letter["Message-ID"]] == [BO, ANNA, f"<intro.{name}@nord.example>"]
    assert letter["From"].addresses[0].display_name == "Anna Berg via wkw"
    assert letter["From"].addresses[0].addr_spec == "wkw@nord.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Räksmörgås: a good cause." in letter.get_content()
    assert mails(post)[name].keys() == {"id", "kind", "state", "at", "tries", "ended", "touched"}


def test_an_answer_goes_to_the_asker_and_no_header_names_the_introducer(post, box):
    asked(post, kind="answer", state="declined")

    assert deliver(post) == {"sent": 1}

    [letter] = box.letters
    assert (letter["To"], letter["Reply-To"]) == (ANNA, None)
    assert not [value for value in map(str, letter.values()) if BO in value or "Bo " in value]


def test_what_a_mail_is_written_from_is_the_introduction_and_its_three_people(post):
    told = []
    asked(post)

    deliver(post, compose=lambda facts: told.append(facts) or ("Subject", "Text\n"))

    [facts] = told
    assert (facts["mail"], facts["kind"], facts["introduction"]["purpose"]) == ("mail-one", "request", "lead_followup")
    assert [facts[who]["address"] for who in ("asker", "introducer", "target")] == [ANNA, BO, LEA]
    assert [facts[who]["name"] for who in ("asker", "introducer", "target")] == ["Anna Berg", "Bo Ek", "Lea Sand"]
    assert facts["target"]["company"] == "Kund"


def test_mails_go_in_the_order_in_which_they_are_due(post, box):
    for number in (3, 1, 2):
        asked(post, str(number), now=NOON + number)
    asked(post, "later", now=NOON + HOUR)

    assert deliver(post, now=NOON + MINUTE) == {"sent": 3}

    assert [letter["Message-ID"][12:13] for letter in box.letters] == ["1", "2", "3"]
    assert states(post)["mail-later"] == "pending"


def test_several_senders_share_the_mails_and_send_none_twice(post, box):
    names = {asked(post, f"m{n:02}", note=str(n)) for n in range(24)}

    threads = [threading.Thread(target=deliver, args=(post,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    deliver(post, now=NOON + MINUTE)

    assert sorted(letter["Message-ID"] for letter in box.letters) == sorted(f"<intro.{n}@nord.example>" for n in names)
    assert set(states(post).values()) == {"sent"}


def test_without_a_mail_server_in_the_settings_mails_wait(lab):
    asked(peopled(lab))

    assert deliver(lab) == {}
    assert states(lab) == {"mail-one": "pending"}


# ---- cancelled ----


def left(lab):
    people.load(lab.graph, lab.settings, [Listing(f"mailto:{BO}", "colleague", until_day=TODAY)], day=TODAY)


def vetoed(lab):
    lab.ingest([Event("mid:1", NOON - DAY, "email", f"mailto:{BO}", (f"mailto:{LEA}",), 1, "x")])
    [lea] = lab.query("person", key=lab.key(LEA))
    veto(lab.graph, lab.key(BO), lea["facts"]["id"], wanted=True, day=TODAY)


def joined_us(lab):
    people.load(lab.graph, lab.settings, [Listing(f"mailto:{LEA}", "colleague", first_day=TODAY)], day=TODAY)


@pytest.mark.parametrize(
    "change",
    [
        lambda lab: opted_out(lab, ANNA),
        lambda lab: opted_out(lab, BO),
        lambda lab: opted_out(lab, LEA),
        lambda lab: ask(lab, "objection"),
        left,
        vetoed,
        joined_us,
        lambda lab: lab.query("answer", id="one", state="withdrawn"),
    ],
    ids=["asker", "introducer", "target", "objection", "leaver", "veto", "colleague", "withdrawn"],
)
def test_a_mail_that_must_not_go_any_more_is_cancelled(post, box, change):
    name = asked(post)
    change(post)

    assert deliver(post) == {"cancelled": 1}

    assert box.letters == []
    assert (mails(post)[name]["state"], mails(post)[name].keys() & {"due", "token"}) == ("cancelled", set())


def test_an_answer_to_what_was_not_answered_is_cancelled(post, box):
    asked(post, kind="answer", state="sent")

    assert deliver(post) == {"cancelled": 1}
    assert box.letters == []


def test_an_opt_out_while_the_server_is_being_greeted_is_in_time(post, box):
    """What was read before the locks is not believed."""
    asked(post)

    def compose(facts):
        opted_out(post, LEA)
        return "Subject", "Text\n"

    assert deliver(post, compose=compose) == {"cancelled": 1}
    assert box.letters == []


def test_a_reader_who_got_another_address_meanwhile_has_it_written_anew(post, box):
    asked(post)

    def compose(facts):
        if facts["introducer"]["address"] == BO:
            people.load(post.graph, post.settings, [Listing(f"mailto:{BO}", "colleague", aliases=(ALIAS,))], day=TODAY)
        return "Subject", "Text\n"

    assert deliver(post, compose=compose) == {"retried": 1}
    assert deliver(post, compose=compose, now=NOON + outbox.SOON) == {"sent": 1}
    assert box.envelopes[0].rcpt_tos == [ALIAS.removeprefix("mailto:")]


ALIAS = "mailto:a.bo@nord.example"


# ---- who cannot be written to ----


def test_a_mail_that_cannot_be_written_is_dead_with_the_reason(post, box):
    asked(post)

    def compose(facts):
        raise InputError("The template has no place for it.", code="template")

    assert deliver(post, compose=compose) == {"dead": 1}
    assert outbox.dead(post.graph)[0]["reason"] == "template"
    assert box.letters == []


def test_what_is_busy_now_is_no_fault_of_the_mail(post, box):
    asked(post)

    def compose(facts):
        raise GraphBusy("A lock was in the way.")

    assert deliver(post, compose=compose) == {"retried": 1}
    assert mails(post)["mail-one"]["tries"] == 0
    assert deliver(post, now=NOON + outbox.SOON) == {"sent": 1}


# ---- afterwards ----


def test_what_ended_is_forgotten_after_a_week_and_what_waits_is_not(post, box):
    asked(post, "1")
    asked(post, "2", via=EVA)
    box.answers[EVA] = "550 no"
    deliver(post)
    asked(post, "3", now=NOON + DAY)

    outbox.forget(post.graph, now=NOON + 7 * DAY)
    assert len(mails(post)) == 3
    outbox.forget(post.graph, now=NOON + 7 * DAY + 1)

    assert states(post) == {"mail-3": "pending"}


@given(tries=st.integers(0, 10_000))
def test_a_pause_is_as_long_as_it_should_be_and_never_more_than_an_hour(tries):
    longest = MINUTE * 2**tries if tries < 6 else HOUR

    assert 0.8 * longest - 1 <= outbox.backoff(tries) <= longest


def test_administrators_are_told_of_what_is_dead_and_of_what_stands_still(lab, post, box):
    def codes(lab, now):
        return [one["code"] for one in outbox.troubles(lab.graph, lab.settings, now=now)]

    assert codes(post, NOON) == []
    asked(post, "1")
    assert codes(lab, NOON) == ["mails_waiting"]
    assert [codes(post, NOON + minutes * MINUTE) for minutes in (15, 16)] == [[], ["mails_late"]]
    box.answers[BO] = "550 no"
    deliver(post)
    assert codes(post, NOON + HOUR) == ["mails_dead"]
