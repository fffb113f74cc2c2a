"""How the process is, for whoever keeps it running."""

from wkw import schema
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
    """The database answers and its schema fits."""
    schema.opened(*served())
    return {"status": "ready"}
