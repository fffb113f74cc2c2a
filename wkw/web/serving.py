"""Serves the application with gunicorn: worker processes with threads, each with its own driver."""

import errno
import json
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from flask import Flask
from flask.helpers import get_debug_flag
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http import errors as malformed
from gunicorn.workers.gthread import ThreadWorker

from wkw.errors import SettingsError
from wkw.settings import Settings
from wkw.web.problems import PROBLEM, payload
from wkw.web_settings import is_loopback

OPTIONS: dict[str, Any] = {
    "workers": 2,
    "threads": 8,
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
KNOWN_TO_ALL = ("neo4j", "password", "secret", "changeme", "12345678", "neo4jneo4j", "test1234")
PORT_TAKEN = "port_taken"
OURS = (malformed.InvalidResponseHeader, malformed.InvalidResponseHeaderName)
TOO_LONG = {
    malformed.LimitRequestLine: (414, "URI Too Long"),
    malformed.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
}
AS_HTTP = "Send one well-formed HTTP/1.1 request, with a path of at most 4,094 bytes and headers of at most 8,190 each."


Hook: TypeAlias = Callable[[], None]


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


def _begin(begin: Hook) -> None:
    _listen()
    begin()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, of which none waits for ever for a request to come in.

    gunicorn waits for the first byte only; who then sends slowly, or nothing more, would keep a thread.
    """

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self._due: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Reads a request and answers it."""
        self._due[conn] = time.monotonic() + self.app.patience
        try:
            return super().handle(conn)
        finally:
            del self._due[conn]

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answers what is no HTTP with a problem too, and logs its kind alone: gunicorn repeats what was sent."""
        if not isinstance(exc, malformed.ParseException) or isinstance(exc, OURS):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("no request: %s", type(exc).__name__)
        status, reason = TOO_LONG.get(type(exc), (400, "Bad Request"))
        told = payload(
            status, "malformed_http", f"{reason}: it is not HTTP as wkw takes it.", remedy=AS_HTTP, who="you"
        )
        body = json.dumps(told).encode()
        head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {PROBLEM}\r\n"
        with suppress(OSError):  # whoever sent it may be gone
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def murder_pending(self) -> None:
        """Once a second; whoever is too late is told so, and not listened to any longer."""
        super().murder_pending()
        for conn, due in list(self._due.items()):
            if due < time.monotonic():
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


class Log(Logger):  # type: ignore[misc]
    """gunicorn's log goes where all others go."""

    def setup(self, cfg: Any) -> None:
        """Leaves the handlers to the program."""
        super().setup(cfg)
        self.error_log.propagate = True
        self.error_log.handlers.clear()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn of our own settings around one application."""

    def __init__(self, app: Flask, bind: str, patience: int, ready: Hook, begin: Hook, end: Hook):
        self._app = app
        self.patience = patience
        self._options = OPTIONS | {
            "bind": bind,
            "worker_class": Worker,
            "logger_class": Log,
            "when_ready": lambda _: ready(),
            "post_worker_init": lambda _: _begin(begin),
            "worker_exit": lambda _arbiter, _worker: end(),
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


def serve(
    app: Flask,
    opened: socket.socket,
    *,
    patience: int = 30,
    ready: Hook = lambda: None,
    begin: Hook = lambda: None,
    end: Hook = lambda: None,
) -> None:
    """Serves on an open port until told to stop.

    `ready` is called once workers are on their way, `begin` and `end` in each when it begins and when it has ended.

    A request that has not come in whole within `patience` seconds is not waited for any longer.
    """
    Server(app, f"fd://{opened.detach()}", patience, ready, begin, end).run()


def check(settings: Settings) -> None:
    """Refuses to show other machines what is meant for this one: a debugger, or a password that everybody knows."""
    seen = not is_loopback(settings.host)
    if get_debug_flag() and seen:
        raise SettingsError(
            "FLASK_DEBUG is set, and WKW_HOST lets other machines in: they would see the inside of wkw.",
            remedy="Unset FLASK_DEBUG, or set WKW_HOST to 127.0.0.1.",
        )
    away = settings.neo4j_uri and not is_loopback(urlsplit(settings.neo4j_uri).hostname or "")
    if settings.neo4j_uri and settings.neo4j_password in KNOWN_TO_ALL and (seen or away):
        raise SettingsError(
            "WKW_NEO4J_PASSWORD is one that everybody tries first, and other machines can reach wkw or its database.",
            remedy="Change it in Neo4j, and here.",
        )
