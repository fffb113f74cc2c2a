"""By a link that was mailed to them people outside do alone what two administrators do for them."""

import json
import logging
import re
import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest
from browser import refused
from chromium import served
from lab import TODAY, village_records
from letterbox import letterbox
from outsiders import LEA, erased, nothing_is_left, shown
from servers import until

from wkw import identity, sharing
from wkw.audit import Audit
from wkw.model import Event, Target
from wkw.moment import Moment, moment
from wkw.rights import OWN_KINDS
from wkw.web import create_app, own_rights
from wkw.web_settings import Post

URL = "https://wkw.nord.example"


@pytest.fixture
def box():
    with letterbox() as made:
        yield made


@pytest.fixture
def app(village, box):
    post = Post("127.0.0.1", box.port, "privacy@nord.example", URL, sealed=False)
    yield create_app(village.graph, replace(village.settings, post=post))
    until(lambda: "purge" not in {thread.name for thread in threading.enumerate()})


@pytest.fixture
def client(app):
    return app.test_client()


def ask(client, kind="erasure", address=LEA[0], **more):
    return client.post("/v1/rights", json={"address": address, "kind": kind}, **more)


def link(box):
    """The path of the link in the last mail."""
    return re.search(rf"{URL}(/rights/\S+)", box.letters[-1].get_content())[1]


def mailed(client, box, kind="erasure", address=LEA[0]):
    assert ask(client, kind, address).status_code == 202
    return link(box)


def test_a_link_is_mailed_to_the_address_and_says_nothing_of_anybody(client, box, village):
    assert ask(client).json == {"hours": 24}

    [envelope], [letter] = box.envelopes, box.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == ("privacy@nord.example", [LEA[0]])
    assert (letter["To"], letter["Auto-Submitted"]) == (LEA[0], "auto-generated")
    assert letter.get_content_type() == "text/plain"
    assert letter["Date"]
    assert letter["Message-ID"]
    text = letter.get_content()
    for word in ("Lea", "lea@", "Kund", village.key(LEA[0])[:12], "Anna"):
        assert word not in text.replace(link(box), "")
    assert max(map(len, envelope.content.splitlines())) < 998


def test_whoever_is_known_or_not_is_answered_and_mailed_alike_without_the_graph_being_asked(client, box, village):
    queries = []
    village.graph.told = lambda query, seconds: queries.append(query)

    answers = [ask(client, address=who) for who in (LEA[0], "nobody@nowhere.example")]

    assert len({(one.status_code, one.data) for one in answers}) == 1
    assert len({re.sub(r"/rights/\S+", "", one.get_content()) for one in box.letters}) == 1
    assert len(box.letters) == 2
    assert queries == []


def test_asking_alone_changes_nothing_in_the_graph_nor_does_looking_at_the_page(client, box, village):
    before = sorted(map(repr, village.query("everything")))

    for kind in OWN_KINDS:
        path = mailed(client, box, kind, f"{kind}@nowhere.example")
        for method in ("GET", "HEAD"):
            assert client.open(path, method=method).status_code == 200

    assert sorted(map(repr, village.query("everything"))) == before


@pytest.mark.parametrize("kind", ["erasure", "objection"])
def test_an_erasure_by_a_link_is_at_once_and_the_crms_ids_are_reported_to_the_organisation(client, box, village, kind):
    done = client.post(mailed(client, box, kind))

    assert done.status_code == 200
    assert not shown(village)
    until(lambda: nothing_is_left(village, *LEA))
    [receipt] = sharing.receipts(village.settings, village.key(LEA[0]))
    assert (receipt.by, receipt.sharing) == ("self", "off")
    report = box.letters[-1]
    assert report["To"] == "privacy@nord.example"
    assert "crm:dynamics:1001" in report.get_content()
    assert "lea" not in report.as_string().lower()


def test_where_the_report_cannot_be_sent_nobody_is_erased_so_that_the_ids_are_not_lost(app, box, village):
    path = mailed(app.test_client(), box)
    away = replace(app.extensions["wkw"].settings.post, port=1)
    other = create_app(village.graph, replace(village.settings, post=away)).test_client()

    answer = other.post(path)

    assert (answer.status_code, own_rights.LATER in answer.text) == (503, True)
    assert shown(village)
    assert app.test_client().post(path).status_code == 200  # the link was not used up


def test_a_link_works_once(client, box, village):
    path = mailed(client, box)
    assert client.post(path).status_code == 200
    back = mailed(client, box, "return")
    assert client.post(back).status_code == 200

    again = client.post(path)

    assert (again.status_code, own_rights.GONE in again.text) == (404, True)
    assert sharing.state(village.graph, village.settings, f"mailto:{LEA[0]}")
    assert client.post(back).status_code == 404


def test_of_two_at_once_one_uses_it(app, box, village):
    path, told = mailed(app.test_client(), box, "access"), []

    threads = [threading.Thread(target=lambda: told.append(app.test_client().post(path).status_code)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(told) == [200, 404, 404, 404]


def test_back_in_is_by_a_link_and_only_what_happens_from_then_on(client, box, village):
    client.post(mailed(client, box))
    until(lambda: nothing_is_left(village, *LEA))

    assert client.post(mailed(client, box, "return")).status_code == 200

    assert sharing.state(village.graph, village.settings, f"mailto:{LEA[0]}")
    assert village.ingest(village_records()).fates["expired"] > 0
    assert not shown(village)


def test_back_in_is_back_in_also_after_an_objection_that_two_approved(client, box, village):
    erased(village, "objection")
    client.post(mailed(client, box, "return"))
    at = moment().now + 60_000

    for n, (sender, to) in enumerate([("bo@nord.example", LEA[0]), (LEA[0], "bo@nord.example")]):
        mail = Event(f"later{n}", at, "email", f"mailto:{sender}", (f"mailto:{to}",), 1, "mail")
        assert village.ingest([mail], now=at).fates == {"stored": 1}

    assert shown(village)


def test_of_a_copy_that_was_put_back_a_link_tells_nothing_that_was_erased_since(client, box, village):
    path = mailed(client, box, "access")
    erased(village)
    village.empty()
    village.load_village()
    assert shown(village)

    told = json.loads(client.post(path).data)

    assert (told["about"]["person"], told["interactions"]) == (None, [])


def test_an_access_by_a_link_is_a_file_with_everything(client, box, village):
    got = client.post(mailed(client, box, "access"))

    assert got.mimetype == "application/json"
    assert got.headers["Content-Disposition"].startswith("attachment")
    told = json.loads(got.data)
    (found,) = village.query("held", key=village.key(LEA[0]))
    assert len(told["interactions"]) == len(found["interactions"])
    assert told["about"]["person"]["name"] == "Lea Sand"


def test_a_link_is_good_for_a_day_and_not_a_moment_longer(client, box, village, monkeypatch):
    path = mailed(client, box)
    asked = moment().now
    for after, status in ((23 * 3_600_000, 200), (24 * 3_600_000 + 1000, 404)):
        monkeypatch.setattr(own_rights, "moment", lambda after=after: Moment(asked + after, TODAY))
        assert client.get(path).status_code == status
    assert client.post(path).status_code == 404
    assert shown(village)


@pytest.mark.parametrize("change", [lambda path: path[:-1], lambda path: path + "x", lambda path: "/rights/x.y"])
def test_a_link_that_was_not_made_here_does_nothing(client, box, village, change):
    path = change(mailed(client, box))

    for method in ("GET", "POST"):
        assert client.open(path, method=method).status_code == 404
    assert shown(village)


def test_a_colleague_is_mailed_nothing_under_an_own_domain_and_told_their_switch_elsewhere(client, box, village):
    assert ask(client, address="anna@nord.example").status_code == 202
    assert box.letters == []
    merged = "mailto:frida@freemail.example"
    ends = Target(uri="mailto:anna@nord.example"), Target(uri=merged)
    identity.merge(village.graph, village.settings, *ends, day=TODAY)

    done = client.post(mailed(client, box, address=merged[7:]))

    assert (done.status_code, own_rights.COLLEAGUE in done.text) == (403, True)
    assert sharing.state(village.graph, village.settings, merged)


def test_one_place_and_one_recipient_have_only_so_many(client, box):
    for _ in range(5):
        assert ask(client).status_code == 202
    assert len(box.letters) == 3
    for n in range(25):
        assert ask(client, address=f"x{n}@nowhere.example").status_code == 202

    answer = ask(client, address="more@nowhere.example")

    refused(answer, 429, "too_many")
    assert "Retry-After" in answer.headers
    elsewhere = ask(client, address="more@nowhere.example", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 202


def test_that_a_recipient_is_refused_is_told_to_nobody(client, box):
    box.unknown.add("nobody@nowhere.example")

    assert ask(client, address="nobody@nowhere.example").status_code == 202


def test_without_a_mail_server_whoever_asks_is_told_whom_to_turn_to(village):
    answer = ask(create_app(village.graph, village.settings).test_client())

    refused(answer, 404, "no_mail")
    assert "two administrators" in answer.json["remedy"]


@pytest.mark.parametrize("address", ["", "lea", "+46846500401", "crm:dynamics:1001", "lea@kund.example\n", "a b@x.y"])
def test_what_is_no_mail_address_is_refused(client, box, address):
    refused(ask(client, address=address), 422, "invalid_input")
    assert box.letters == []


def test_no_token_is_in_the_log_the_metrics_or_the_audit_log(client, box, village, caplog):
    caplog.set_level(logging.DEBUG)
    path = mailed(client, box, "access")
    client.get(path)
    client.post(path)
    client.post(path)

    rows = json.dumps([row for _, row in Audit(village.settings).rows(since=0)])
    metrics = client.get("/metrics").text
    token = path.rpartition("/")[2]
    log = "".join(repr(record.__dict__) for record in caplog.records if record.name.startswith("wkw"))
    for text in (rows, metrics, log):
        assert token not in text
        assert token.rpartition(".")[0] not in text
    assert "/rights/<token>" in metrics
    assert '"own_access"' in rows


def test_the_page_is_drawn_in_a_browser_that_complains_of_nothing(app, box, chromium):
    path = mailed(app.test_client(), box)
    with ExitStack() as stack:
        base = stack.enter_context(served(app))
        drawn, complaints = chromium.look(base + path)

    assert complaints == []
    assert "to have all that is held about you deleted" in drawn
    assert '<form method="post">' in drawn
    assert "<script" not in drawn
