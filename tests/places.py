"""Where a request has room for a text: every header, path and query parameter and field, by the contract alone."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import quote

METHODS = ("get", "post", "put", "patch", "delete")
HEADERS = ("Accept", "Accept-Language", "Cookie", "If-None-Match", "Origin", "Referer", "User-Agent", "X-Forwarded-For")
HEADERS += ("X-Request-Id", "Idempotency-Key", "Forwarded", "X-Forwarded-Host", "Range")


@dataclass(frozen=True)
class Place:
    """One place of an operation: `kind` is path, query, header or body; `where` is a name or a way into the body.

    `text` tells whether any text goes there, by the contract.
    """

    operation: str
    method: str
    path: str
    kind: str
    where: tuple
    text: bool
    examples: tuple = field(repr=False, compare=False)

    def __str__(self):
        return f"{self.method} {self.path} {self.kind} {'.'.join(map(str, self.where))}"

    def request(self, value):
        """What a client sends to have a value in this place; everything else is as in an example of the contract."""
        parts = {"path": self.path, "query_string": {}, "headers": {}, "json": self.body(value)}
        if self.kind == "path":
            # A lone surrogate has no form in a URL; its bytes have.
            text = quote(str(value).encode("utf-8", "surrogatepass"), safe="")
            parts["path"] = self.path.replace("{" + self.where[0] + "}", text)
        elif self.kind == "query":
            parts["query_string"] = f"{self.where[0]}={quote(str(value).encode('utf-8', 'surrogatepass'), safe='')}"
        elif self.kind == "header":
            parts["headers"] = {name: as_header(value) for name in HEADERS}
        return {"method": self.method.upper(), **parts}

    def body(self, value):
        """The example that shows the field, else the first one, with a value in the field."""
        if not self.examples:
            return None
        example = next((one for one in self.examples if shows(one, self.where)), self.examples[0])
        return put(example, self.where, value) if self.kind == "body" else example


def as_header(value):
    """A value as a header can hold it: a client of HTTP sends no line breaks there, and bytes as Latin-1."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")


def shows(example, where):
    for step in where:
        if not (step in example if isinstance(example, dict) else isinstance(step, int) and example):
            return False
        example = example[step]
    return True


def put(example, where, value):
    """A copy of a body with a value at the end of a way; the last step None puts it in as the name of a field."""
    made = deepcopy(example)
    *way, last = where
    held = made
    for step, following in zip(way, where[1:], strict=True):
        if isinstance(held, dict) and step not in held:
            held[step] = [None] if following == 0 else {}
        held = held[step]
    if last is None:
        held[str(value)] = str(value)
    else:
        held[last] = value
    return made


def places(told):
    """Every place of an OpenAPI document, in its order."""
    for path, operations in told["paths"].items():
        for method in METHODS:
            if method in operations:
                yield from of_operation(told, path, method, operations)


def of_operation(told, path, method, operations):
    found = operations[method]
    content = found.get("requestBody", {}).get("content", {}).get("application/json", {})
    shown = [one["value"] for one in content.get("examples", {}).values()] or [
        content["example"] for _ in content if "example" in content
    ]

    def place(kind, where, schema):
        text = schema.get("type") == "string" and not schema.keys() & {"enum", "format"}
        return Place(found["operationId"], method, path, kind, where, text, tuple(shown))

    for parameter in [*operations.get("parameters", ()), *found.get("parameters", ())]:
        yield place(parameter["in"], (parameter["name"],), parameter["schema"])
    yield place("header", ("*",), {"type": "string"})
    for where, schema in ways(told, content.get("schema", {})):
        yield place("body", where, schema)


def ways(told, schema):
    """The ways to every field of a schema, and to one that it does not know (None), each with the field's schema."""
    schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    held = {0: schema["items"]} if "items" in schema else dict(schema.get("properties", {}))
    if schema.get("type") == "object" or "properties" in schema:
        yield (None,), {}
    for step, inner in held.items():
        yield (step,), inner
        yield from (((step, *rest), found) for rest, found in ways(told, inner))
