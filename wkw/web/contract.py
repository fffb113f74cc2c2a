"""The contract: what routes take and give is checked by the same schemas that the OpenAPI document shows."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar, cast

from flask import Request, current_app, request
from flask_smorest import Api, Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestTimeout

from wkw.web import problems
from wkw.web.answers import ProblemSchema
from wkw.web.sessions import COOKIE

PROBLEM = "application/problem+json"
# The name of each refusal in the document, and when it comes.
REFUSALS = {
    400: ("Malformed", "The body is no well-formed JSON, or a header is missing."),
    401: ("WhoAreYou", "No valid API key, token or session came with the request."),
    403: ("Forbidden", "The caller may not do this; the remedy says who can change it."),
    404: ("NotFound", "There is nobody and nothing to show, for whatever reason."),
    408: ("TooSlow", "The body did not come in whole, or not in time."),
    409: ("Conflict", "Several people fit (`candidates` lists them), or it is not as it would have to be."),
    412: ("Outdated", "Somebody else has changed it since it was read; `version` is the one in force."),
    413: ("TooLarge", "The body is larger than this route takes."),
    415: ("WrongMediaType", "The body is of another media type than this route takes."),
    422: ("Unusable", "Fields cannot be used; `errors` says why, field by field."),
    428: ("Unconditional", "What it changes has to be named by `If-Match`."),
    429: ("TooMany", "The caller has done too much for now; Retry-After and `free_at` say when it may go on."),
    500: ("Failure", "wkw failed."),
    503: ("Unavailable", "The database is away or busy; Retry-After says when to try again."),
    504: ("TooBig", "The question took longer than its time limit."),
}
ALWAYS = (500, 503)
WITH_CALLER = (401, 403, 422, 429, 504)
WITH_BODY = (400, 408, 413, 415)
OPTIONS = {
    "info": {"description": "Who among my colleagues can introduce me to this person, and how well do they know them?"},
    "security": [{"key": []}, {"session": []}],
}

View = TypeVar("View", bound=Callable[..., object])


def refuses(*statuses: int) -> Callable[[View], View]:
    """Declares the statuses by which a route refuses beside those that every route has."""

    def declared(view: View) -> View:
        view.refuses = statuses  # type: ignore[attr-defined]
        return view

    return declared


def following(operation: str) -> dict[str, Any]:
    """The link from a page of an operation to the next one, as an OpenAPI document tells it."""
    return {
        "following": {
            "operationId": operation,
            "parameters": {"cursor": "$response.body#/next"},
            "description": "The next page, where there is one.",
        }
    }


def whole(req: Request) -> bytes:
    """The body; a RequestTimeout where less came in than was announced, which a reader would take for all of it."""
    try:
        body = req.get_data()
        req.stream.read(1)  # of a body that announced no length, only what lies behind the most is refused: a 413
    except ClientDisconnected as error:
        raise RequestTimeout from error
    if len(body) < (req.content_length or 0):
        raise RequestTimeout
    return body


class Parser(FlaskParser):
    """Reads JSON bodies and query strings; what a schema does not know is refused in both."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 - the schema's own rule

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body; of another media type or no JSON it is a 415 or a 400."""
        whole(req)
        try:
            return req.get_json()
        except RecursionError as error:
            raise BadRequest from error

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:
        """Leaves it to the application, with the messages by field."""
        [messages] = cast(dict[str, Any], error.messages).values()  # by where they came from
        raise ValidationError(messages) from error


class Routes(Blueprint):  # type: ignore[misc]  # of a library without types
    """Routes whose document says what each one refuses, and which roles may call it."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, description: str):
        super().__init__(name, __name__, description=description)
        self._prepare_doc_cbks.append(_refusals)
        self.before_request(_refuse_query)

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        """Adds a route; its operation is named as its view, which must state its roles."""
        doc = view_func._apidoc.setdefault("manual_doc", {})
        doc |= {"operationId": view_func.__name__, "x-roles": sorted(view_func.roles)}
        doc |= {} if view_func.roles else {"security": []}
        view_func._apidoc["refuses"] = getattr(view_func, "refuses", ())
        super().add_url_rule(rule, endpoint, view_func, **options)


def _refuse_query() -> None:
    """Refuses a query string where the route takes none: what is passed over in silence looks as if it acted."""
    view: Any = current_app.view_functions[str(request.endpoint)]
    taken = any(one["in"] == "query" for one in view._apidoc.get("arguments", {}).get("parameters", ()))
    if request.args and not taken:
        raise ValidationError({name: ["Unknown field."] for name in request.args})


def _refusals(doc: dict[str, Any], info: Mapping[str, Any], **_: Any) -> dict[str, Any]:
    """Adds the refusals of a route: those of every route, of one with a caller, of a body, and those it names."""
    known = WITH_CALLER if info["manual_doc"]["x-roles"] else ()
    body = WITH_BODY if "requestBody" in doc | info["manual_doc"] else ()
    statuses = sorted({*ALWAYS, *known, *body, *info["refuses"]})
    told = doc["responses"] | {status: REFUSALS[status][0] for status in statuses}
    return doc | {"responses": dict(sorted(told.items()))}


class Contract(Api):  # type: ignore[misc]  # of a library without types
    """The OpenAPI document of an application; problems answers its errors."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Any):
        super().__init__(app, spec_kwargs=OPTIONS)
        self.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
        self.spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": COOKIE})

    def _register_error_handlers(self) -> None:
        problems.register(self._app)

    def _register_responses(self) -> None:
        for name, text in REFUSALS.values():
            held = {"description": text, "content": {PROBLEM: {"schema": ProblemSchema}}}
            self.spec.components.response(name, held, lazy=True)

    def _register_etag_headers(self) -> None:
        """None: what is personal has no ETag."""

    def _register_pagination_header(self) -> None:
        """None: pages are told in the body."""
