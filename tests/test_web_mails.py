"""Mails that could not be sent, over HTTP for administrators, and the thread that sends in the background."""

from crowd import serving
from outboxes import BO, asked, deliver, env_of, states
from servers import until

from wkw.moment import moment
from wkw.web import create_app
from wkw.web.calls import SERVED

DAY = 86_400_000


def test_an_administrator_sees_what_is_dead_without_its_people_and_has_it_sent_at_once(post, box):
    name = asked(post)
    box.answers[BO] = f"550 <{BO}> unknown"
    deliver(post)
    client = create_app(post.graph, post.settings).test_client()
    headers = {"Authorization": f"Bearer {post.token('admin')}"}

    told = client.get("/v1/admin/mails", headers=headers)

    since = "2026-06-02T12:00:00.000+00:00"
    row = {"id": name, "kind": "request", "reason": "smtp_550", "since": since, "tries": 1}
    assert told.json == {"mails": [row]}

    box.answers.clear()
    assert client.post(f"/v1/admin/mails/{name}/retry", headers=headers).status_code == 204
    until(lambda: states(post) == {name: "sent"})
    again = client.post(f"/v1/admin/mails/{name}/retry", headers=headers)
    assert (again.status_code, again.json["code"]) == (404, "not_found")
    assert client.get("/v1/admin/mails", headers=headers).json == {"mails": []}
    rows = client.get("/v1/admin/audit", headers=headers).json["rows"]
    assert "mail_retried" in [row["act"] for row in rows]


def test_metrics_count_fates_and_what_waits_and_name_nobody(post, box):
    asked(post, "1", now=moment().now - 1)
    asked(post, "2", now=moment().now + DAY)
    app = create_app(post.graph, post.settings)

    app.extensions[SERVED].sender.wake()

    until(lambda: b'wkw_mails_total{fate="sent"} 1.0' in app.test_client().get("/metrics").data)
    until(lambda: b"wkw_mails_waiting 1.0" in app.test_client().get("/metrics").data)
    app.extensions[SERVED].sender.stop()
    app.extensions[SERVED].sender.wake()  # it has ended and does not begin anew
    assert [letter["Message-ID"] for letter in box.letters] == ["<intro.mail-1@nord.example>"]


def test_a_server_begins_with_the_mail_that_waits_and_ends_after_the_one_under_way(post, box, tmp_path):
    box.stall = 2
    names = {asked(post, str(number), now=moment().now) for number in range(3)}

    with serving(post, tmp_path, **env_of(post)):
        until(lambda: box.envelopes, 60)  # its database may be new to the query

    held = states(post)
    assert "leased" not in held.values()
    assert len(box.letters) == [*held.values()].count("sent") > 0
    assert held.keys() == names
