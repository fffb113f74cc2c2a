"""The contract for readers: as data, and as a page that loads nothing from anywhere else."""

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, send_from_directory

from wkw.web.access import allow

STATIC = Path(__file__).parent / "static"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

pages = Blueprint("docs", __name__)


@pages.get("/openapi.json")
@allow()
def openapi() -> Response:
    """The OpenAPI document."""
    return jsonify(current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict())


@pages.get("/docs")
@allow()
def page() -> Response:
    """A page that shows it."""
    return send_from_directory(STATIC, "docs.html")


@pages.get("/docs/<path:name>")
@allow()
def part(name: str) -> Response:
    """What the page consists of."""
    return send_from_directory(STATIC, name)


@pages.after_request
def _allow_own_parts(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
