"""How the process is, for whoever keeps it running."""

from flask import Response

from wkw.web.access import allow
from wkw.web.answers import HealthSchema
from wkw.web.calls import served
from wkw.web.contract import Routes

routes = Routes("health", "How the process is")


@routes.route("/healthz")
@routes.response(200, HealthSchema, description="It lives.")
@allow()
def healthz() -> dict[str, str]:
    """The process lives; the database is not asked."""
    return {"status": "ok"}


@routes.route("/readyz")
@routes.response(200, HealthSchema, description="It is ready.")
@allow()
def readyz() -> dict[str, str]:
    """The database answers and its schema fits; it is asked once a second at most."""
    served().pulse.feel(served().graph, served().settings)
    return {"status": "ready"}


@routes.route("/metrics")
@routes.response(200, {"type": "string"}, content_type="text/plain", description="In the text format of Prometheus.")
@allow()
def metrics() -> Response:
    """How many requests and queries there were, and how long they took; nothing about people."""
    text, kind = served().eyes.text()
    return Response(text, content_type=kind)
