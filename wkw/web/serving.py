"""Serves the application with gunicorn: worker processes with threads, each with its own driver."""

import errno
import signal
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from wkw.errors import SettingsError

OPTIONS: dict[str, Any] = {
    "workers": 2,
    "threads": 8,
    "worker_class": "gthread",
    "timeout": 60,
    "graceful_timeout": 30,
    "keepalive": 5,
    "max_requests": 5000,
    "max_requests_jitter": 500,
    "loglevel": "warning",
    "control_socket_disable": True,  # it would be opened in the home folder
}
STOPPING = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
BACKLOG = 2048  # connections that wait for a worker
PORT_TAKEN = "port_taken"


class Keeper(Arbiter):  # type: ignore[misc]
    """gunicorn's parent of the workers; a worker that is only just starting hears of a stop as well.

    Until a worker has handlers of its own it has its parent's, which would take the signal and forget it; the worker
    would then go on until it is killed, half a minute later.
    """

    def spawn_worker(self) -> Any:
        """Forks with the signals held back, which a worker takes once it has handlers of its own."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            return super().spawn_worker()
        finally:
            _listen()


def _listen() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn of our own settings around one application."""

    def __init__(self, app: Flask, bind: str, ready: Callable[[], None]):
        self._app = app
        self._options = OPTIONS | {
            "bind": bind,
            "when_ready": lambda _: ready(),
            "post_worker_init": lambda _: _listen(),
        }
        super().__init__()

    def load_config(self) -> None:
        """Hands gunicorn the settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, for each worker."""
        return self._app

    def run(self) -> None:
        """Serves until told to stop."""
        Keeper(self).run()


def listening(host: str, port: int) -> socket.socket:
    """An open port, any free one for 0; a SettingsError where it cannot be had.

    It is opened here and early, because gunicorn would try for five seconds and log each failure.
    """
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=BACKLOG
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} of {host} is taken by another program.",
                remedy="Stop that program, or set WKW_PORT to a free port.",
                code=PORT_TAKEN,
            ) from error
        raise SettingsError(
            f"Port {port} of {host} cannot be opened: {str(error.strerror).partition(' (while ')[0]}.",
            remedy="Set WKW_HOST to an address of this machine and WKW_PORT to a port that you may open.",
        ) from error


def url(opened: socket.socket) -> str:
    """The URL of an open port."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: Flask, opened: socket.socket, *, ready: Callable[[], None] = lambda: None) -> None:
    """Serves on an open port until told to stop; `ready` is called once workers are on their way."""
    Server(app, f"fd://{opened.detach()}", ready).run()
