"""What is no HTTP is refused like everything else: a problem document, and nothing of it in the log."""

import json

import pytest
from test_serving import ended, serving_village

ODD = "anna@nord.example"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"GET /v1/me?of={ODD} and more HTTP/1.1", 400),
        (f"{ODD} / HTTP/1.1", 400),
        (f"GET /{ODD} HTTP/9.9", 400),
        (f"GET / HTTP/1.1\r\n{ODD}: yes", 400),
        (f"GET / HTTP/1.1\r\nTransfer-Encoding: {ODD}", 400),
        (f"GET /{ODD * 300} HTTP/1.1", 414),
        (f"GET / HTTP/1.1\r\nX-Odd: {ODD * 600}", 431),
    ],
)
def test_what_is_no_http_is_a_problem_that_repeats_nothing_of_it_nor_does_the_log(lab, sent, status):
    with serving_village(lab) as served:
        with served.raw(f"{sent}\r\n\r\n") as link:
            head, _, body = link.makefile(newline="").read().partition("\r\n\r\n")
        assert served.send("GET", "/healthz")[0] == 200
        logged = ended(served)

    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: application/problem+json" in head
    assert (json.loads(body)["status"], json.loads(body)["code"]) == (status, "malformed_http")
    assert "no request: " in repr(logged)
    assert ODD not in body + repr(logged)
