"""The Flask application: what stands around every route."""

import secrets

from flask import Flask, Response, current_app, g, request

from wkw import schema
from wkw.graph import Graph
from wkw.moment import moment
from wkw.settings import Settings
from wkw.web import health, lookups
from wkw.web.access import caller
from wkw.web.calls import SERVED, Call, served
from wkw.web.contract import Contract

MAX_BODY = 1 << 20
BLUEPRINTS = (lookups, health)
CONFIG = {
    "API_TITLE": "wkw: who knows whom",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "MAX_CONTENT_LENGTH": MAX_BODY,
}


def create_app(graph: Graph, settings: Settings) -> Flask:
    """The application over a graph whose schema is this program's; a SchemaError where it is not."""
    settings = schema.opened(graph, settings)
    app = Flask("wkw")
    app.config |= CONFIG
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's own provider
    app.extensions[SERVED] = graph, settings
    app.before_request(_name_request)
    app.before_request(_know_caller)
    app.after_request(_harden)
    contract = Contract(app)
    for module in BLUEPRINTS:
        contract.register_blueprint(module.routes)
    return app


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)


def _know_caller() -> None:
    """Asks who is calling before anything of the request is looked at; a route without roles is open."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "roles", None):
        graph, settings = served()
        at = moment()
        g.call = Call(graph, settings, at, caller(graph, at))


def _harden(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
