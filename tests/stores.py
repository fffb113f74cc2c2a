"""A real Redis for the tests that need one."""

import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from program import free_port
from servers import until


@dataclass
class Redis:
    """A server of its own that keeps nothing; it can be stopped and started again."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL)
        until(self.answers)

    def answers(self):
        try:
            return redis.Redis.from_url(self.url).ping()
        except redis.ConnectionError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait()


@contextmanager
def running_redis(folder):
    """A Redis while it is needed."""
    if not shutil.which("redis-server"):
        pytest.fail("these tests need Redis: install redis-server (on Debian: apt-get install redis-server)")
    server = Redis(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()
