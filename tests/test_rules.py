"""Rules of exclusion: what they cover goes and stays away, and lifting one says what to read again."""

import json

import pytest
from calendars import fates, vcalendar, vevent
from lab import NOON, TODAY, VILLAGE

from wkw import exclusions, identity, sharing
from wkw.addresses import canonical, is_free_mail, is_public_suffix
from wkw.connectors import interchange, mail
from wkw.errors import GraphBusy, InputError, NotFound
from wkw.exclusions import Rule, Rules
from wkw.model import Dropped, Event, Target

LEA, PIA, FRIDA = "mailto:lea@kund.example", "mailto:pia@fjord.example", "mailto:frida@gmail.com"


def rule(lab, text, **more):
    return Rule(*exclusions.parsed(lab.settings, text), reason="told", author="test", at=NOON, **more)


def excluded(lab, *texts):
    for text in texts:
        exclusions.add(lab.graph, lab.settings, rule(lab, text))
    return exclusions.purge(lab.graph, lab.settings, day=TODAY)


def reread(lab):
    """The village once more, as the rules have it now."""
    reason = exclusions.rules(lab.graph, lab.settings).reason
    lab.ingest(mail.read([VILLAGE / "mail.mbox", VILLAGE / "maildir", VILLAGE / "eml"], reason=reason))
    return lab.ingest(interchange.read([VILLAGE / "interactions.jsonl"], reason=reason))


def known(lab):
    return {uri for tie in lab.query("ties") for uri in (tie["colleague"], tie["person"])}


@pytest.mark.parametrize(
    ("told", "address", "by"),
    [
        ("kund.example", "lea@kund.example", "domain kund.example"),
        ("@kund.example", "lea@mail.kund.example", "domain kund.example"),
        ("KUND.example", "lea@akund.example", None),
        ("kund.example", "lea@kund.example.org", None),
        ("Lea@Kund.example", "lea@kund.example", "address "),
        ("lea@kund.example", "mats@kund.example", None),
        ("tel:+46 8 4650 0401", "tel:+46846500401", "address "),
        ("pattern:*Fundraising*", "eu-fundraising2@kund.example", "pattern *fundraising*"),
        ("pattern:förening*", "förening-syd@kund.example", "pattern förening*"),
        ("pattern:fundraising", "fundraising-eu@kund.example", None),
        ("pattern:*fundraising*", "tel:+46846500401", None),
        ("private", "frida@gmail.com", "private"),
        ("private", "lea@kund.example", None),
        ("company:gmail.com", "frida@gmail.com", None),
    ],
)
def test_a_rule_covers_what_it_says_and_no_more(lab, told, address, by):
    found = Rules(lab.settings, [rule(lab, told)]).reason(canonical(address))

    assert (found or "").startswith(by or "")
    assert bool(found) == bool(by)


def test_an_exception_is_stronger_than_a_wider_rule_and_than_a_built_in_one(lab):
    rules = [rule(lab, "kund.example"), rule(lab, "private"), rule(lab, "pattern:*sand*")]
    exceptions = [rule(lab, text, include=True) for text in ("lea@kund.example", "gmail.com", "info@bakery.example")]
    reason = Rules(lab.settings, [*rules, *exceptions]).reason

    assert [reason(uri) for uri in (LEA, FRIDA, "mailto:info@bakery.example")] == [None, None, None]
    assert reason("mailto:mats@kund.example") == "domain kund.example"
    assert reason("mailto:info@kund.example") == "domain kund.example"
    assert reason("mailto:info@other.example") == "role"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("nord.example", "an own domain"),
        ("example", "is no domain"),
        ("co.uk", "Everybody may have a domain below"),
        ("company:nord.example", "an own domain"),
        ("pattern:*", "at least three letters"),
        ("pattern:*an*", "at least three letters"),
        ("lea@", "not a domain"),
        ("", "is no domain"),
    ],
)
def test_a_rule_that_would_cover_too_much_or_nothing_is_refused(lab, told, words):
    with pytest.raises(InputError, match=words):
        rule(lab, told)


def test_free_mail_and_public_suffixes_are_known():
    assert [is_free_mail(name) for name in ("gmail.com", "mail.gmail.com", "kund.example")] == [True, True, False]
    assert [is_public_suffix(name) for name in ("co.uk", "kund.example")] == [True, False]


def test_a_new_rule_deletes_what_it_covers_and_nothing_else(village):
    before = village.state()
    gone = excluded(village, "kund.example")

    assert gone["addresses"] == 3  # Lea, Mats and Nils: a telephone number is in no domain
    assert not {LEA, "mailto:mats@kund.example"} & known(village)
    keys = {village.key(f"{name}@kund.example") for name in ("lea", "mats", "nils")}
    left = [edge for edge in before["interactions"] if not keys & set(edge[1:3])]
    assert village.state()["interactions"] == left
    assert gone["interactions"] == len(before["interactions"]) - len(left)
    assert village.reweight(full=True).different == []


def test_what_is_excluded_does_not_come_back_by_reading_again(village):
    excluded(village, "kund.example", "ola@fjord.example", "pattern:frida*")
    state = village.state()

    report = reread(village)

    assert village.state() == state
    assert report.reasons["excluded", "domain kund.example"] > 0


def test_a_person_with_another_address_keeps_it_and_what_is_theirs(village):
    excluded(village, "eva.noor@nord.example")

    ties = {(tie["colleague"], tie["person"]): tie for tie in village.query("ties")}
    assert ("mailto:eva@nord.example", LEA) in ties
    assert village.key("eva.noor@nord.example") not in {key for key, *_ in village.state()["addresses"]}
    assert village.reweight(full=True).different == []


def test_after_a_rule_is_lifted_reading_again_gives_the_graph_of_before(village):
    before = village.state()
    excluded(village, "fjord.example", "frida@freemail.example")
    assert village.state() != before

    for text in ("fjord.example", "frida@freemail.example"):
        assert exclusions.include(village.graph, village.settings, rule(village, text))
    village.load_people()
    reread(village)

    assert village.state() == before


def test_lifting_a_rule_that_is_not_there_is_refused(lab):
    with pytest.raises(NotFound, match="no such rule"):
        exclusions.include(lab.graph, lab.settings, rule(lab, "pattern:*fundraising*"))


def test_an_exception_is_made_once_and_taken_back_by_a_rule(lab):
    role = rule(lab, "info@bakery.example")
    assert not exclusions.include(lab.graph, lab.settings, role)
    assert exclusions.rules(lab.graph, lab.settings).reason("mailto:info@bakery.example") is None
    with pytest.raises(NotFound):
        exclusions.include(lab.graph, lab.settings, role)

    excluded(lab, "info@bakery.example")
    assert exclusions.rules(lab.graph, lab.settings).reason("mailto:info@bakery.example").startswith("address ")


def test_a_purge_that_was_killed_goes_on(village, monkeypatch):
    monkeypatch.setattr(exclusions, "CHUNK", 1)
    expected = village.state()
    exclusions.add(village.graph, village.settings, rule(village, "kund.example"))
    for dies_at in range(1, 200):
        dying = Dying(village.graph, dies_at)
        try:
            exclusions.purge(dying, village.settings, day=TODAY)
            break
        except KeyboardInterrupt:
            assert dying.left == 0

    keys = {village.key(f"{name}@kund.example") for name in ("lea", "mats", "nils")}
    left = [edge for edge in expected["interactions"] if not keys & set(edge[1:3])]
    assert village.state()["interactions"] == left
    assert not keys & {key for key, *_ in village.state()["addresses"]}


class Dying:
    """A graph whose caller dies before its nth write."""

    def __init__(self, graph, n):
        self.graph, self.left = graph, n
        self.rows = graph.rows

    def row(self, name, **params):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return self.graph.row(name, **params)


class Meddled:
    """A graph in which somebody merges two addresses just before a query is run, so many times."""

    def __init__(self, lab, query, pair, times):
        self.graph, self.rows = lab.graph, lab.graph.rows
        self.merge = lambda: identity.merge(lab.graph, lab.settings, *(Target(uri=uri) for uri in pair), day=TODAY)
        self.query, self.times = query, times

    def row(self, name, **params):
        if name == self.query and self.times:
            self.times -= 1
            self.merge()
        return self.graph.row(name, **params)


@pytest.mark.parametrize("query", ["exclusions/erase", "exclusions/purge"])
def test_an_address_that_somebody_merges_while_a_rule_deletes_it_goes_all_the_same(village, query):
    frida, ola = "mailto:frida@freemail.example", "mailto:ola@fjord.example"
    before = village.state()
    exclusions.add(village.graph, village.settings, rule(village, "frida@freemail.example"))

    meddled = Meddled(village, query, (frida, ola), 1)
    gone = exclusions.purge(meddled, village.settings, day=TODAY)

    key, state = village.key("frida@freemail.example"), village.state()
    assert (meddled.times, gone["addresses"]) == (0, 1)
    assert state["interactions"] == [edge for edge in before["interactions"] if key not in edge[1:3]]
    assert key not in {address for address, *_ in state["addresses"]}
    assert village.reweight(full=True).different == []


def test_who_merges_an_address_over_and_over_keeps_a_rule_from_deleting_it_and_that_is_told(village):
    pair = ("mailto:frida@freemail.example", "mailto:ola@fjord.example")
    exclusions.add(village.graph, village.settings, rule(village, "frida@freemail.example"))

    with pytest.raises(GraphBusy):
        exclusions.purge(Meddled(village, "exclusions/erase", pair, 1000), village.settings, day=TODAY)

    assert excluded(village)["addresses"] == 1


def test_an_opted_out_address_stays_a_tombstone_whatever_covers_it(village):
    sharing.off(village.graph, village.settings, LEA, now=NOON)

    assert excluded(village, "kund.example")["addresses"] == 2  # Mats and Nils
    assert sharing.state(village.graph, village.settings, LEA) is False


def test_a_domain_that_is_no_company_has_none_and_gets_none(village):
    excluded(village, "company:kund.example")
    assert village.query("company_of", key=village.key("lea@kund.example")) == []
    assert LEA in known(village)

    village.ingest([Event("mid:new", NOON, "email", "mailto:anna@nord.example", ("mailto:new@kund.example",), 1, "t")])
    assert village.query("company_of", key=village.key("new@kund.example")) == []
    village.load_people()
    assert village.query("company_of", key=village.key("lea@kund.example")) == []
    assert village.query("company_of", key=village.key("ola@fjord.example")) == [{"company": "Fjord"}]

    exclusions.include(village.graph, village.settings, rule(village, "company:kund.example"))
    village.load_people()
    assert village.query("company_of", key=village.key("lea@kund.example")) == [{"company": "Kund"}]


def test_no_address_of_a_rule_is_stored(lab):
    exclusions.add(lab.graph, lab.settings, rule(lab, "frida@freemail.example"))

    assert "frida" not in json.dumps(lab.query("everything"))


# ---- in calendars ----


def test_a_rule_leaves_somebody_out_of_a_meeting_and_its_size_stays(village):
    reason = covering(village, "kund.example")
    guests = [f"PARTSTAT=ACCEPTED:mailto:{who}@{where}.example" for who, where in (("bo", "nord"), ("lea", "kund"))]
    data = vcalendar(vevent(ORGANIZER="mailto:anna@nord.example", ATTENDEE=guests))

    (event,) = fates(data, reason=reason)

    assert (event.sender, event.to, event.n) == ("mailto:anna@nord.example", ("mailto:bo@nord.example",), 2)


def test_a_meeting_with_nobody_but_whom_a_rule_covers_is_excluded_by_it(village):
    reason = covering(village, "kund.example")
    data = vcalendar(vevent(ORGANIZER="mailto:anna@nord.example", ATTENDEE=f"PARTSTAT=ACCEPTED:{LEA}"))

    assert fates(data, reason=reason) == [Dropped("excluded", "domain kund.example")]


def test_an_exception_lets_a_role_mailbox_into_a_meeting(village):
    exclusions.include(village.graph, village.settings, rule(village, "info@bakery.example"))
    reason = exclusions.rules(village.graph, village.settings).reason
    guest = "PARTSTAT=ACCEPTED:mailto:info@bakery.example"
    data = vcalendar(vevent(ORGANIZER="mailto:anna@nord.example", ATTENDEE=guest))

    assert fates(data) == [Dropped("excluded", "role")]
    (event,) = fates(data, reason=reason)
    assert (event.to, event.n) == (("mailto:info@bakery.example",), 1)


def covering(lab, *texts):
    """What tells why an address is nobody's, with some rules."""
    return Rules(lab.settings, [rule(lab, text) for text in texts]).reason
