"""The Flask application: what stands around every route."""

import secrets

from flask import Flask, Response, g

from wkw import schema
from wkw.graph import Graph
from wkw.settings import Settings
from wkw.web import docs, health, intake, lookups, me, operation
from wkw.web.access import guard
from wkw.web.calls import SERVED
from wkw.web.contract import Contract

MAX_BODY = 1 << 20
BLUEPRINTS = (lookups, me, intake, operation, health)
CONFIG = {
    "API_TITLE": "wkw: who knows whom",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "MAX_CONTENT_LENGTH": MAX_BODY,
}


def create_app(graph: Graph, settings: Settings) -> Flask:
    """The application over a graph whose schema is this program's; a SchemaError where it is not."""
    settings = schema.opened(graph, settings)
    app = Flask("wkw", static_folder=None)
    app.config |= CONFIG
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's own provider
    app.extensions[SERVED] = graph, settings
    app.before_request(_name_request)
    app.after_request(_harden)
    contract = Contract(app)
    for module in BLUEPRINTS:
        contract.register_blueprint(module.routes)
    app.register_blueprint(docs.pages)
    guard(app, graph, settings)
    return app


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)


def _harden(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
