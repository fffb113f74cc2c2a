"""The Flask application: identity, lookups and health."""

import secrets
from typing import Any

from flask import Flask, Response, g, request

from wkw import schema
from wkw.graph import Graph
from wkw.lookup import Question, document, lookup
from wkw.model import day_of
from wkw.moment import moment
from wkw.settings import Settings
from wkw.web import problems
from wkw.web.access import allow, caller
from wkw.web.schemas import LookupSchema

MAX_BODY = 1 << 20

Body = dict[str, Any]


def create_app(graph: Graph, settings: Settings) -> Flask:
    """The application over a graph whose schema is this program's; a SchemaError where it is not."""
    settings = schema.opened(graph, settings)
    app = Flask("wkw")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's own provider
    problems.register(app)
    app.before_request(_name_request)
    app.after_request(_harden)
    _add_routes(app, graph, settings)
    return app


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)


def _harden(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _add_routes(app: Flask, graph: Graph, settings: Settings) -> None:
    @app.post("/v1/lookups")
    @allow("seller", "sales_manager")
    def post_lookup() -> Body:
        """Who can introduce me to this person?"""
        at = moment()
        asker = caller(graph, at)
        asked = LookupSchema().load(request.get_json())
        question = Question(
            target=asked["target"],
            asker=asker,
            day=at.day,
            as_of=day_of(asked["as_of"]) if asked["as_of"] else None,
            limit=asked["limit"],
            one_way=asked["one_way"],
        )
        return document(lookup(graph, settings, question))

    @app.get("/healthz")
    def healthz() -> Body:
        """The process lives; the database is not asked."""
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> Body:
        """The database answers and its schema fits."""
        schema.opened(graph, settings)
        return {"status": "ready"}
