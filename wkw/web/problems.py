"""Every error as one payload: application/problem+json (RFC 9457) with what to do and who can do it."""

import logging
import re
from math import ceil
from typing import Any

from flask import Flask, Response, g, json
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, InternalServerError

from wkw import errors
from wkw.moment import instant, moment
from wkw.web.calls import served

log = logging.getLogger(__name__)

RETRY_SECONDS = "5"
PROBLEM = "application/problem+json"
PLAIN = re.compile(r"[^\W\d]\w{0,39}|\d{1,7}")  # what a field is called, or the number of a row
STRANGE = "(another name)"
STATUS: dict[type[errors.WkwError], int] = {
    errors.InputError: 422,
    errors.SettingsError: 503,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Ambiguous: 409,
    errors.Outdated: 412,
    errors.Conflict: 409,
    errors.HeaderMissing: 400,
    errors.TooMany: 429,
    errors.QueryTimeout: 504,
    errors.WkwError: 503,
}
# What is wrong where HTTP itself refuses, and what a caller can do about it.
BY_HTTP = {
    400: (
        "The request is malformed: its body is empty or no JSON.",
        "Send well-formed JSON in UTF-8, and not compressed.",
    ),
    404: ("There is no such path.", "Check it against the list of routes at /docs."),
    405: ("This path does not take this method.", "Use a method that the Allow header names."),
    408: (
        "The body did not come in whole, or not in time.",
        "Send all of it, faster or less at once; an administrator can raise WKW_REQUEST_SECONDS.",
    ),
    413: (
        "The body is larger than this path takes: 16 MiB of interactions or of people, 1 MiB of anything else.",
        "Send interactions in several parts; `wkw people` reads a directory of any size.",
    ),
    415: (
        "This path does not take a body of this media type.",
        "Send JSON with the header `Content-Type: application/json`; of interactions, JSON Lines with "
        "`application/jsonl` too.",
    ),
    428: (
        "This changes what somebody else may have changed since it was read.",
        "Send the `ETag` of what was read as the header `If-Match`.",
    ),
}
OTHERWISE = "Send the request as /docs shows it."


def register(app: Flask) -> None:
    """Makes an app answer every error with a problem document."""
    app.register_error_handler(errors.WkwError, _refused)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(HTTPException, _http)


def _refused(error: errors.WkwError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    response = problem(
        status, error.code, error.message, remedy=error.remedy, who=error.who, retryable=error.retryable, **_more(error)
    )
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(max(1, ceil((error.free - moment().now) / 1000)))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _more(error: errors.WkwError) -> dict[str, object]:
    """What only some errors tell."""
    if isinstance(error, errors.InputError) and error.fields:
        return {"errors": error.fields}
    if isinstance(error, errors.Ambiguous):
        return {"candidates": error.candidates}
    if isinstance(error, errors.Outdated):
        return {"version": error.version}
    if isinstance(error, errors.TooMany):
        return {"free_at": instant(error.free).isoformat(timespec="seconds")}
    return {}


def _invalid(error: ValidationError) -> Response:
    return problem(
        422,
        "invalid_input",
        "Some fields cannot be used.",
        remedy="Correct the fields under `errors`.",
        who="you",
        errors=_plain(error.messages),
    )


def _plain(messages: Any) -> Any:
    """Messages by field; the name of a field that nobody knows may be an address, and is not repeated."""
    if not isinstance(messages, dict):
        return messages
    return {name if PLAIN.fullmatch(str(name)) else STRANGE: _plain(held) for name, held in messages.items()}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, InternalServerError):
        log.error("request %s failed", g.get("request_id"), exc_info=error.original_exception)
        return problem(500, "internal", "wkw failed.", remedy="Report it with the request id.", who="administrator")
    detail, remedy = BY_HTTP.get(status, (f"{error.name}.", OTHERWISE))
    code = error.name.lower().replace(" ", "_")
    response = problem(status, code, detail, remedy=remedy, who="you", retryable=status == 408)
    if allow := dict(error.get_headers()).get("Allow"):
        response.headers["Allow"] = allow
    return response


def problem(
    status: int, code: str, detail: str, *, remedy: str, who: str, retryable: bool = False, **more: object
) -> Response:
    """One problem document; nothing in it is personal."""
    served().eyes.refused(code)
    told = payload(status, code, detail, remedy=remedy, who=who) | {"retryable": retryable, **more}
    return Response(json.dumps(told | {"request_id": g.get("request_id")}), status, mimetype=PROBLEM)


def payload(status: int, code: str, detail: str, *, remedy: str, who: str) -> dict[str, object]:
    """What a problem document holds, of a request that has no id and cannot be sent again as it is."""
    return {
        "type": "about:blank",
        "status": status,
        "code": code,
        "detail": detail,
        "remedy": remedy,
        "who": who,
        "retryable": False,
        "request_id": None,
    }
