"""The Flask application: what stands around every route."""

import logging
import secrets
import time

from flask import Flask, Response, g, request
from flask_cors import CORS
from structlog.contextvars import bind_contextvars, clear_contextvars

from wkw import schema
from wkw.audit import Audit
from wkw.graph import Graph
from wkw.settings import Settings
from wkw.web import (
    administration,
    answer,
    docs,
    exposure,
    health,
    held,
    intake,
    introductions,
    login,
    lookups,
    mails,
    me,
    operation,
    own_rights,
    rights,
    sharing,
)
from wkw.web.access import guard
from wkw.web.calls import SERVED, Served, served
from wkw.web.contract import Contract
from wkw.web.eyes import Eyes
from wkw.web.limits import Limits
from wkw.web.pulse import Pulse
from wkw.web.purging import Purger
from wkw.web.sending import Sender
from wkw.web.tokens import Provider

log = logging.getLogger(__name__)

MAX_BODY = 1 << 20
BLUEPRINTS = (
    lookups,
    introductions,
    me,
    sharing,
    held,
    exposure,
    intake,
    administration,
    operation,
    mails,
    rights,
    own_rights,
    health,
    login,
)
CONFIG = {
    "API_TITLE": "wkw: who knows whom",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "MAX_CONTENT_LENGTH": MAX_BODY,
}
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",  # browsers heed it over TLS alone
    "X-Content-Type-Options": "nosniff",
}
# For pages of other origins, where WKW_CORS_ORIGINS lets them in.
FOR_BROWSERS = {
    "methods": ["DELETE", "GET", "PATCH", "POST", "PUT"],
    "allow_headers": ["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
    "expose_headers": ["ETag", "Idempotency-Replayed", "Retry-After", "X-Request-Id"],
    "max_age": 600,
}


def create_app(graph: Graph, settings: Settings) -> Flask:
    """The application over a graph whose schema is this program's; a SchemaError where it is not."""
    settings = schema.opened(graph, settings)
    eyes = Eyes()
    graph.told = eyes.asked
    provider = Provider(settings.oidc) if settings.oidc else None
    app = Flask("wkw", static_folder=None)
    app.config |= CONFIG
    app.url_map.merge_slashes = False  # else `//` in a path is told as a redirect to where the client's own headers say
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's own provider
    workers = Purger(graph, settings), Sender(graph, settings, eyes, answer.composer(graph, settings))
    app.extensions[SERVED] = Served(
        graph, settings, Audit(settings), Limits(settings.limits), eyes, Pulse(), *workers, provider
    )
    app.before_request(_begin)
    app.after_request(_end)
    contract = Contract(app)
    for module in BLUEPRINTS:
        contract.register_blueprint(module.routes)
    app.register_blueprint(docs.pages)
    app.register_blueprint(own_rights.pages)
    app.register_blueprint(answer.pages)
    guard(app)
    login.set_up(app, settings)
    if settings.origins:
        CORS(app, resources={r"/v1/.*": {"origins": list(settings.origins)} | FOR_BROWSERS})
    return app


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    """Hardens an answer, counts it and tells the log of it: by its route, for a path may name anybody."""
    response.headers["X-Request-Id"] = g.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    served().eyes.answered(route, method, response.status_code, seconds)
    told = {"method": method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    log.info("request", extra=told)
    return response
