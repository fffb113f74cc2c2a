"""A real Chromium, and applications served to it."""

import shutil
import subprocess
import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

# Whoever asks for another host than this one finds nobody.
COMMAND = (
    "chromium", "--headless", "--no-sandbox", "--disable-background-networking", "--enable-logging=stderr",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", "--virtual-time-budget=20000",
    "--dump-dom",
)  # fmt: skip


@contextmanager
def served(app, host="127.0.0.1", port=0):
    """The URL of an application under a name of this machine."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Chromium:
    """One browser, which keeps its cookies in a folder."""

    def __init__(self, folder):
        if not shutil.which("chromium"):
            pytest.fail("these tests need Chromium: install chromium (on Debian: apt-get install chromium)")
        self._folder = folder

    def look(self, url):
        """Opens a page: what was drawn in the end, and what the browser complained of."""
        command = [*COMMAND, f"--user-data-dir={self._folder}", url]
        seen = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return seen.stdout, [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
