"""Serves the application with gunicorn: worker processes with threads, each with its own driver."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

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


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn of our own settings around one application."""

    def __init__(self, app: Flask, bind: str, ready: Callable[[], None]):
        self._app = app
        self._options = OPTIONS | {"bind": bind, "when_ready": lambda _: ready()}
        super().__init__()

    def load_config(self) -> None:
        """Hands gunicorn the settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, for each worker."""
        return self._app


def serve(app: Flask, *, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until told to stop; `ready` is called once the port is open."""
    Server(app, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", ready).run()
