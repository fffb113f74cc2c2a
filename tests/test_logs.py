"""The log: a JSON object a line, and nobody's address or key in it, whoever wrote it and whatever went wrong."""

import io
import json
import logging
import socket
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_serving import ended, serving_village

from wkw.web import logs

# What a line of JSON cannot do without.
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="@:\"'\\"), max_size=20)
LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+-_åéß", min_size=1, max_size=20)
ADDRESSES = st.builds(
    lambda local, domain: f"{local}@{domain}.example", LOCAL, st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True)
)


@pytest.fixture
def written():
    """What is written to the log, as it is configured in `wkw serve`."""
    root, ours = logging.getLogger(), logging.getLogger("wkw")
    before = root.level, list(root.handlers), ours.level
    stream = io.StringIO()
    root.handlers.clear()
    logs.configure(stream)
    yield stream
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    ours.setLevel(before[2])


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_address_is_struck_out_wherever_it_stands(written):
    @given(PLAIN, ADDRESSES, PLAIN)
    def check(before, address, after):
        written.seek(0)
        written.truncate()
        logging.getLogger("neo4j").warning("of %s %s %s", before, address, after, extra={"sent": f"<{address}>"})

        [line] = lines(written)
        assert address not in written.getvalue()
        assert "(address)" in line["event"]
        assert line["sent"] == "<(address)>"

    check()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("GET /x/anna%40nord.example", "GET /x/(address)"),
        ("mailto:anna@nord.example", "(address)"),
        ("call tel:+46701234567 now", "call (address) now"),
        ("crm:dynamics:1001", "(address)"),
        ("Bearer wkw_0123456789abcdef_s-e_cret", "Bearer (secret)"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "(secret)"),
        ("a line without anybody, at 12:00", "a line without anybody, at 12:00"),
    ],
)
def test_what_is_somebodys_or_opens_a_door_is_struck_out(written, text, left):
    logging.getLogger("gunicorn.error").error(text)

    assert [line["event"] for line in lines(written)] == [left]


def test_of_an_exception_the_log_has_the_kind_and_the_place_and_no_word(written):
    try:
        try:
            {}["Lea Sand"]
        except KeyError as error:
            raise ValueError("Lea Sand is not there") from error
    except ValueError:
        logging.getLogger("wkw.x").exception("request failed")

    [line] = lines(written)
    assert [one.split(" at ")[0] for one in line["exception"]] == ["ValueError", "KeyError"]
    assert all(f"{__file__}:" in one for one in line["exception"])
    assert "Lea" not in written.getvalue()


def test_libraries_are_heard_from_their_warnings_on_and_wkw_from_its_news_on(written):
    for name in ("neo4j.io", "urllib3", "wkw.web"):
        logging.getLogger(name).info("news")
        logging.getLogger(name).warning("warning")

    told = [(line["logger"], line["level"], line["event"]) for line in lines(written)]
    assert told == [
        ("neo4j.io", "warning", "warning"),
        ("urllib3", "warning", "warning"),
        ("wkw.web", "info", "news"),
        ("wkw.web", "warning", "warning"),
    ]


def test_a_line_break_makes_no_second_line(written):
    logging.getLogger("wkw.web").info('one\n{"event": "another"}')

    assert len(lines(written)) == 1


# ---- the whole program ----

MARKS = [f"kanarie{number:02}x" for number in range(50)]


def requests_with(marks):
    """Requests with a marker wherever a caller may write something: method, path, body, headers."""
    mark = iter(marks)
    mail = lambda: f"{next(mark)}@kund.example"  # noqa: E731
    yield "POST", "/v1/lookups", {"target": {"address": mail()}, "purpose": "lead_followup"}, {}
    yield "POST", "/v1/lookups", {"target": {"address": mail()}, "purpose": mail(), next(mark): 1}, {}
    yield "POST", "/v1/lookups", {"target": {"crm_id": f"crm:x:{next(mark)}"}, "purpose": "lead_followup"}, {}
    yield "POST", "/v1/lookups", {"target": {"id": next(mark)}, "purpose": "lead_followup"}, {}
    yield "POST", "/v1/lookups", {"target": {"name": next(mark), "company": next(mark)}, "purpose": "x"}, {}
    yield "POST", "/v1/targets", {"name": next(mark), "purpose": "lead_followup"}, {}
    yield "POST", "/v1/targets", {"name": mail(), "purpose": "lead_followup", "x": next(mark)}, {}
    yield "POST", "/v1/targets", [next(mark)], {}
    yield "GET", f"/v1/me/connections/{mail()}", None, {}
    yield "GET", f"/v1/me/connections/{next(mark)}%40kund.example", None, {}
    yield "GET", f"/v1/me/connections?cursor={next(mark)}", None, {}
    yield "GET", f"/v1/me/cooling?within={next(mark)}&{mail()}=1", None, {}
    yield "GET", f"/{mail()}", None, {}
    yield "GET", f"/docs/{mail()}", None, {}
    yield next(mark).upper(), "/v1/me", None, {}
    yield "GET", "/v1/me", None, {"Authorization": f"Bearer {next(mark)}"}
    yield "GET", "/v1/me", None, {"Authorization": f"Bearer wkw_{next(mark)}_{next(mark)}"}
    yield "GET", "/v1/me", None, {"User-Agent": mail(), "Referer": f"https://x/{mail()}", "X-Request-Id": next(mark)}
    yield "POST", "/v1/lookups", None, {"Content-Type": next(mark)}
    for purpose in ("customer_care", "account_plan", "introduction", "event_invitation"):
        whom = {"name": next(mark), "company": f"{next(mark)} AB"}
        yield "POST", "/v1/lookups", {"target": {"address": f"<{mail()}>"}, "purpose": purpose}, {}
        yield "POST", "/v1/lookups", {"target": whom, "purpose": purpose}, {}


def handed_in(marks):
    mark = iter(marks)
    good = {"at": "2026-06-01T09:00:00Z", "channel": "email"}
    rows = [
        good | {"id": next(mark), "from": f"{next(mark)}@nord.example", "to": [f"{next(mark)}@kund.example"]},
        good | {"id": next(mark), "from": f"{next(mark)}@nord.example", "to": [next(mark)]},
        good | {"id": "2", "from": next(mark), "to": ["a@b.example"], next(mark): 1},
        {next(mark): next(mark)},
    ]
    people = [{"address": f"{next(mark)}@nord.example", "name": next(mark)}, {next(mark): f"{next(mark)}@x.example"}]
    yield "POST", "/v1/interactions", {"interactions": rows}, {}
    yield "PUT", "/v1/people", {"people": people}, {}


def test_no_marker_of_any_request_reaches_the_log_the_metrics_or_a_header(village):
    told = []
    used = []
    for role, requests in (("seller", requests_with), ("connector", handed_in)):
        marks = [f"{role[0]}{mark}" for mark in MARKS]
        with serving_village(village, role) as served:
            for method, path, body, headers in requests(marks):
                status, answered, _ = served.send(method, path, body and json.dumps(body), **headers)
                assert status != 500
                told += [str(answered.items()), path]
                used.append(json.dumps([method, path, body, headers]))
            for line in (
                f"GET /{marks[0]}@x HTTP/9.9\r\n\r\n",
                f"{marks[1]}@x\r\n\r\n",
                f"GET / HTTP/1.1\r\n{marks[2]}@x\r\n\r\n",
            ):
                with closing(served.raw(line)) as link:
                    link.shutdown(socket.SHUT_WR)
                    link.recv(100)
            told = [one for one in told if not one.startswith("/")] + [served.send("GET", "/metrics")[2]]
            told += [json.dumps(line) for line in ended(served)]

    seen = " ".join(told).lower()
    assert sum(mark in one.lower() for one in used for mark in MARKS) >= 50
    assert len([one for one in told if '"route": "/v1/' in one]) >= 15
    assert [mark for mark in MARKS if mark in seen] == []
