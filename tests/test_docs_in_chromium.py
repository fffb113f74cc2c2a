"""The page of the API in a real Chromium: all is drawn, under the strict policy, with no call to another host."""

import re
import shutil
import subprocess
import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from wkw.web import create_app
from wkw.web.access import allow

# Whoever asks for another host than this one finds nobody.
COMMAND = (
    "chromium", "--headless", "--no-sandbox", "--disable-background-networking", "--enable-logging=stderr",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--virtual-time-budget=20000", "--dump-dom",
)  # fmt: skip


@contextmanager
def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def look(tmp_path):
    """Opens a page: what was drawn in the end, and what the browser complained of."""
    if not shutil.which("chromium"):
        pytest.fail("these tests need Chromium: install chromium (on Debian: apt-get install chromium)")

    def look(url):
        command = [*COMMAND, f"--user-data-dir={tmp_path}", url]
        seen = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return seen.stdout, [line for line in seen.stderr.splitlines() if "CONSOLE" in line]

    return look


def test_every_route_is_drawn_and_the_browser_complains_of_nothing(lab, look):
    app = create_app(lab.graph, lab.settings)
    with served(app) as base:
        told = app.test_client().get("/openapi.json").json["paths"]
        drawn, complaints = look(f"{base}/docs")

    assert complaints == []
    assert set(re.findall(r'data-path="([^"]+)"', drawn)) == told.keys()


def test_a_page_that_breaks_the_policy_or_calls_another_host_is_complained_of(lab, look):
    app = create_app(lab.graph, lab.settings)
    broken = "<script>1</script><script src='http://elsewhere.example/x.js'></script><script src='/none.js'></script>"
    app.view_functions["docs.page"] = allow()(lambda: broken)
    with served(app) as base:
        complaints = look(f"{base}/docs")[1]

    assert len([line for line in complaints if "Content Security Policy" in line]) >= 2
