"""`wkw serve` as it runs: slow senders, draining, its log, its metrics, and what it refuses to show to others."""

import http.client
import json
import os
import re
import signal
import socket
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from program import free_port, program_of
from servers import until

from wkw.errors import SettingsError
from wkw.settings import load
from wkw.web import create_app, serving

LEA = json.dumps({"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"})
LINE = json.dumps(
    {
        "id": "1", "at": "2026-06-01T09:00:00Z", "channel": "email",
        "from": "anna@nord.example", "to": ["new@kund.example"],
    }
)  # fmt: skip


@dataclass
class Served:
    """A running `wkw serve`."""

    process: object
    port: int
    headers: dict

    def send(self, method, path, body=None, **headers):
        """The status, the headers and the body of an answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as link:
            link.request(method, path, body, self.headers | {"Content-Type": "application/json"} | headers)
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def raw(self, text):
        """An open link over which so much of a request was sent."""
        link = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        link.sendall(text.encode())
        return link

    def head(self, path, length, media="application/json"):
        """The first lines of a request."""
        told = {"Host": "x", "Content-Type": media, "Content-Length": length, **self.headers}
        return f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items()) + "\r\n"


@contextmanager
def serving_village(lab, role="seller", **settings):
    port = free_port()
    with program_of(lab).running("serve", WKW_PORT=str(port), **settings) as process:
        assert process.stderr.readline().startswith("Serving on ")
        yield Served(process, port, {"Authorization": f"Bearer {lab.token(role)}"})


def ended(served, number=signal.SIGTERM):
    """What was logged after the first line, once it has been told to stop."""
    served.process.send_signal(number)
    _, err = served.process.communicate(timeout=40)
    assert served.process.returncode == 0
    return [json.loads(line) for line in err.splitlines()]


# ---- slow senders ----


def test_a_body_that_does_not_come_in_time_is_told_so(village):
    with serving_village(village, WKW_REQUEST_SECONDS="1") as served:
        with served.raw(served.head("/v1/lookups", 100) + LEA[:20]) as link:
            answer = link.makefile().read()
        assert answer.startswith("HTTP/1.1 408 ")
        assert '"code": "request_timeout"' in answer
        assert served.send("POST", "/v1/lookups", LEA)[0] == 200


def test_of_a_batch_that_broke_off_between_two_lines_nothing_is_stored(village):
    before = village.state()
    with serving_village(village, "connector", WKW_REQUEST_SECONDS="1") as served:
        body = LINE + "\n"
        with served.raw(served.head("/v1/interactions", 2 * len(body), "application/jsonl") + body) as link:
            link.shutdown(socket.SHUT_WR)
            assert link.makefile().read().startswith("HTTP/1.1 408 ")
        assert village.state() == before
        chunked = served.head("/v1/interactions", 0, "application/jsonl").replace(
            "Content-Length: 0", "Transfer-Encoding: chunked"
        )
        with served.raw(f"{chunked}{len(body):x}\r\n{body}\r\n") as link:
            link.shutdown(socket.SHUT_WR)
            assert link.makefile().read().startswith("HTTP/1.1 408 ")
        assert village.state() == before
        assert served.send("POST", "/v1/interactions", body, **{"Content-Type": "application/jsonl"})[0] == 200
    assert village.state() != before


def test_senders_that_never_end_keep_no_thread(village):
    threads = serving.OPTIONS["workers"] * serving.OPTIONS["threads"]
    with serving_village(village, WKW_REQUEST_SECONDS="2") as served:
        links = [served.raw("POST /v1/lookups HT") for _ in range(threads)]
        links += [served.raw(served.head("/v1/lookups", 100) + "{") for _ in range(threads)]
        began = time.monotonic()
        assert served.send("GET", "/healthz")[0] == 200
        assert time.monotonic() - began < 15
        assert all(link.recv(1) in (b"", b"H") for link in links)
        for link in links:
            link.close()


# ---- draining ----


def workers(process):
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def test_what_was_asked_before_a_stop_is_answered_and_nothing_after_it(village):
    with serving_village(village) as served:
        assert served.send("GET", "/v1/me")[0] == 200
        body = LEA.encode()
        served.headers["Expect"] = "100-continue"
        with served.raw(served.head("/v1/lookups", len(body))) as link, link.makefile(newline="") as answer:
            assert answer.readline() == "HTTP/1.1 100 Continue\r\n"  # a thread is at it
            served.process.send_signal(signal.SIGTERM)
            until(lambda: len(workers(served.process)) == 1)  # the idle one has gone
            link.sendall(body)
            assert answer.readlines()[1] == "HTTP/1.1 200 OK\r\n"
        logged = ended(served)
        assert [line["status"] for line in logged] == [200, 200]


def test_a_worker_that_ends_takes_nothing_along_from_the_others(village):
    with serving_village(village) as served:
        until(lambda: len(workers(served.process)) == 2)
        before = workers(served.process)
        assert served.send("GET", "/v1/me")[0] == 200
        os.kill(int(before[0]), signal.SIGTERM)  # as after its last request
        until(lambda: before[0] not in workers(served.process) and len(workers(served.process)) == 2)

        assert [served.send("GET", "/v1/me")[0] for _ in range(20)] == [200] * 20
        assert 'wkw_requests_total{method="GET",route="/v1/me",status="200"} 21.0' in served.send("GET", "/metrics")[2]
        ended(served)


# ---- eyes ----


def test_each_request_is_a_line_of_json_with_its_route_and_no_path(village):
    with serving_village(village) as served:
        headers = served.send("POST", "/v1/lookups", LEA)[1]
        served.send("GET", "/v1/me/connections/lea@kund.example")
        served.send("GET", "/lea@kund.example?x=lea@kund.example")
        lines = ended(served)

    told = [(line["method"], line["route"], line["status"]) for line in lines]
    assert told == [("POST", "/v1/lookups", 200), ("GET", "/v1/me/connections/<id>", 404), ("GET", "none", 404)]
    assert lines[0]["request_id"] == headers["X-Request-Id"]
    assert lines[0].keys() == {"event", "request_id", "level", "logger", "at", "method", "route", "status", "ms"}
    assert "lea" not in json.dumps(lines)


def test_metrics_are_those_of_all_workers(village):
    with serving_village(village) as served:
        for _ in range(30):
            assert served.send("POST", "/v1/lookups", LEA)[0] == 200
        served.send("GET", "/nowhere")
        text = served.send("GET", "/metrics")[2]
        ended(served)

    assert 'wkw_requests_total{method="POST",route="/v1/lookups",status="200"} 30.0' in text
    assert 'wkw_request_seconds_count{route="/v1/lookups"} 30.0' in text
    assert 'wkw_query_seconds_count{query="keys/find"} 30.0' in text
    assert 'wkw_refusals_total{code="not_found"} 1.0' in text


# ---- what it refuses ----


@pytest.mark.parametrize(
    ("uri", "taken"),
    [
        ("bolt://127.0.0.1:7687", True),
        ("neo4j://localhost:7687", True),
        ("bolt://[::1]:7687", True),
        ("bolt+ssc://127.0.0.1:7687", True),
        ("bolt+s://graph.nord.example:7687", True),
        ("neo4j+s://graph.nord.example", True),
        ("bolt://graph.nord.example:7687", False),
        ("neo4j://10.0.0.7:7687", False),
        ("bolt+ssc://graph.nord.example:7687", False),
        ("neo4j+ssc://10.0.0.7", False),
        ("bolt://127.0.0.1.nord.example:7687", False),
        ("bolt://0.0.0.0:7687", False),
    ],
)
def test_a_database_on_another_machine_needs_tls(monkeypatch, uri, taken):
    monkeypatch.setenv("WKW_NEO4J_URI", uri)
    if taken:
        assert load().neo4j_uri == uri
    else:
        with pytest.raises(
            SettingsError, match=r"WKW_NEO4J_URI: A database on another machine needs (bolt|neo4j)\+s://"
        ):
            load()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"WKW_HOST": "nord.example", "FLASK_DEBUG": "1"}, "FLASK_DEBUG is set, and WKW_HOST lets other machines in"),
        (
            {"WKW_HOST": "nord.example", "WKW_NEO4J_PASSWORD": "neo4j"},
            "WKW_NEO4J_PASSWORD is one that everybody tries first",
        ),
        (
            {"WKW_NEO4J_URI": "bolt+s://graph.nord.example", "WKW_NEO4J_PASSWORD": "password"},
            "WKW_NEO4J_PASSWORD is one that everybody tries first",
        ),
    ],
)
def test_serve_does_not_show_to_others_what_is_meant_for_this_machine(village, monkeypatch, settings, said):
    line = program_of(village)("serve", **{"WKW_PORT": "0"} | settings).line

    assert line.startswith(f"wkw: {said}")


def test_pages_of_other_origins_are_let_in_where_that_is_set(village, monkeypatch):
    monkeypatch.setenv("WKW_CORS_ORIGINS", "https://crm.example")
    app = create_app(village.graph, replace(village.settings, origins=load().origins))
    client = app.test_client()
    asked = {
        "Origin": "https://crm.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }

    let_in = client.options("/v1/lookups", headers=asked).headers
    assert let_in["Access-Control-Allow-Origin"] == "https://crm.example"
    assert "authorization" in let_in["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in let_in
    refusal = client.post("/v1/lookups", headers={"Origin": "https://crm.example"})
    assert (refusal.status_code, refusal.headers["Access-Control-Allow-Origin"]) == (401, "https://crm.example")
    for path, origin in (("/v1/lookups", "https://evil.example"), ("/docs", "https://crm.example")):
        assert (
            "Access-Control-Allow-Origin"
            not in client.options(path, headers=asked | {"Origin": origin}, buffered=True).headers
        )


@pytest.mark.parametrize(
    "origins", ["*", "crm.example", "https://crm.example/", "https://crm.example/page", "ftp://crm.example", "null"]
)
def test_what_no_browser_sends_as_an_origin_is_refused(monkeypatch, origins):
    monkeypatch.setenv("WKW_CORS_ORIGINS", origins)

    with pytest.raises(SettingsError, match=re.escape("WKW_CORS_ORIGINS: Write origins such as https://crm.example")):
        load()


def test_every_answer_is_hardened(village):
    client = create_app(village.graph, village.settings).test_client()

    for path in ("/healthz", "/docs", "/v1/me", "/nowhere", "/metrics"):
        headers = client.get(path, buffered=True).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
