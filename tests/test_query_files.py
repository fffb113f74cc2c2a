"""Every query file keeps what its header says, is bounded, is called, and only from its own room."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from lab import HERE

from wkw import queries

WKW = Path(queries.__file__).parent

IDLE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/""", re.DOTALL)
WRITES = re.compile(r"(?<![.:$\w])(?:CREATE|MERGE|SET|DELETE|REMOVE|FOREACH|DROP|LOAD\s+CSV)\b", re.IGNORECASE)
OF_SCHEMA = re.compile(r"\b(?:CREATE|DROP)\s+(?:CONSTRAINT|(?:\w+\s+)?INDEX)\b", re.IGNORECASE)
FORBIDDEN = {
    "a CYPHER prefix": r"^\s*CYPHER\b",
    "id()": r"(?<![.\w])(?:elementId|id)\s*\(",
    "CALL without its scope": r"\bCALL\s*\{",
    "transactions of its own": r"\bIN\s+(?:\d+\s+CONCURRENT\s+)?TRANSACTIONS\b",
    "APOC or GDS": r"\b(?:apoc|gds)\.",
    "a semicolon": r";",
}
CLAUSE = re.compile(
    r"\b(OPTIONAL MATCH|(?<!ON )MATCH|UNWIND|(?<!STARTS )(?<!ENDS )WITH|RETURN|CALL|SHOW|LOAD CSV|UNION(?: ALL)?)\b"
)
TAIL = re.compile(r"\b(?:ORDER BY|SKIP|LIMIT|WHERE)\b")
UNORDERED = re.compile(r"\b(?:RETURN|WITH)\b(?:(?!\b(?:RETURN|WITH|ORDER BY)\b).)*?\bLIMIT\s+(?!1\b)\S+", re.DOTALL)
AGGREGATE = re.compile(r"(?:collect|count|sum|min|max|avg)\(\s*\)")
ONE_NODE = re.compile(r"\s*\(\w*:(\w+) \{(\w+): [^{}]+\}\)\s*(?:WHERE\b.*)?", re.DOTALL)
UNIQUE = {
    tuple(pair)
    for name in queries.names("schema/migrations")
    for pair in re.findall(r"FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE", queries.load(name).text)
}

ADDED = {  # to the parameters of a query
    "fenced": {"job", "token", "ttl"},
    "keyed": {"address_print"},
}

RUNNERS = {  # calls whose query is not written out, and why
    "chunks.py": {"query": "`fenced` hands on to `row`"},
    "keyed.py": {"query": "`keyed` hands on to `row`"},
    "graph.py": {"name": "`row` hands on to `rows`"},
    "schema.py": {"step.query": "the migrations"},
}


def code(text):
    """A query without its comments, and with nothing in its strings."""
    return IDLE.sub(lambda found: " " if found[0].startswith("/") else "''", text)


def flat(text):
    """The text with blanks for whatever is in brackets, at the same places."""
    kept, depth = [], 0
    for sign in text:
        depth -= sign in ")]}"
        kept.append(" " if depth else sign)
        depth += sign in "([{"
    assert depth == 0, "the brackets do not match"
    return "".join(kept)


def layers(text):
    """What stands in each pair of brackets, without what is in brackets there, and at last the text itself so."""
    while found := re.search(r"[({\[]([^(){}\[\]]*)[)}\]]", text):
        yield found[1]
        text = f"{text[: found.start()]} {text[found.end() :]}"
    yield text


def clauses(text):
    """The clauses at the top of a text: the word each begins with, and what follows it."""
    found = list(CLAUSE.finditer(flat(text)))
    starts = [*(clause.start() for clause in found), len(text)]
    return [(clause[1], text[clause.end() : end]) for clause, end in zip(found, starts[1:], strict=True)]


def columns(text):
    """The expressions and names of what follows a RETURN or a WITH."""
    plain = flat(text)
    end = tail.start() if (tail := TAIL.search(plain)) else len(plain)
    cuts = [-1, *(comma.start() for comma in re.finditer(",", plain[:end])), end]
    return [column(text[left + 1 : right].strip()) for left, right in pairwise(cuts)]


def column(piece):
    named = re.fullmatch(r"(?:DISTINCT\s+)?(?:(.+)\s+AS\s+)?(\w+)", piece, re.DOTALL)
    return (named[1] or named[2], named[2]) if named else (piece, piece)


def returned(text):
    """The names of the columns that a query returns."""
    ends = [rest for word, rest in clauses(code(text)) if word == "RETURN"]
    return [name for _, name in columns(ends[-1])] if ends else []


def many(text):
    """Whether one row may become any number of rows; rather yes than no. `text` holds code only."""
    found = False
    for word, rest in clauses(text):
        if word.startswith("UNION"):
            continue  # as many as both its sides together
        if word in ("WITH", "RETURN"):
            one = "LIMIT" in flat(rest) or all(AGGREGATE.fullmatch(flat(what)) for what, _ in columns(rest))
            found = found and not one
        elif word == "CALL" and (inner := re.fullmatch(r"\s*\([^()]*\)\s*\{(.*)\}\s*", rest, re.DOTALL)):
            found = found or any(many(side) for side in sides(inner[1]))
        elif word.endswith("MATCH"):
            node = ONE_NODE.fullmatch(rest)
            found = found or not (node and node.groups() in UNIQUE)
        else:
            found = True
    return found


def sides(text):
    """The sides of a UNION, or the text itself."""
    cuts = [0, *(cut for union in re.finditer(r"\bUNION\b", flat(text)) for cut in union.span()), len(text)]
    return [text[cuts[n] : cuts[n + 1]] for n in range(0, len(cuts), 2)]


def faults(query):
    """What is wrong with a query, in words."""
    text = code(query.text)
    if set(query.params) != set(re.findall(r"\$(\w+)", text)):
        yield "params"
    if sorted(query.returns) != sorted(returned(query.text)):
        yield "returns"
    if bool(OF_SCHEMA.search(text)) != (query.mode == "schema") or bool(WRITES.search(text)) != (
        query.mode not in ("read", "stream")
    ):
        yield "mode"
    yield from (what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE | re.MULTILINE))
    if query.mode == "read" and any(many(side) for side in sides(text)):
        yield "no bound"
    if query.mode == "read" and any(map(UNORDERED.search, layers(text))):
        yield "a LIMIT without an order"


@pytest.mark.parametrize("name", queries.names())
def test_a_query_keeps_what_its_header_says(name):
    assert list(faults(queries.load(name))) == []


def a_query(body, mode="read", params="-", returns="-"):
    return queries.parse(
        "a/query", f"// Says it.\n// mode: {mode}\n// params: {params}\n// returns: {returns}\n{body}\n"
    )


@pytest.mark.parametrize(
    ("fault", "query"),
    [
        ("params", a_query("RETURN $b AS x", params="a, b", returns="x")),
        ("params", a_query("RETURN $b AS x // not $a", params="a, b", returns="x")),
        ("params", a_query("RETURN 1 AS x LIMIT $limit", returns="x")),
        ("returns", a_query("RETURN 1 AS x, [y IN [1, 2] | y] AS z", returns="x")),
        ("returns", a_query("MATCH (n:Key) WITH n LIMIT 1 RETURN n.id", returns="id")),
        ("mode", a_query("MERGE (n:Key {id: 1}) RETURN 1 AS x", returns="x")),
        ("mode", a_query("MATCH (n:Key {id: 1}) set n.x = 1 RETURN 1 AS x", returns="x")),
        ("mode", a_query("RETURN 'SET' AS x // MERGE", mode="write", returns="x")),
        ("mode", a_query("CREATE INDEX x FOR (n:Key) ON (n.x)", mode="write")),
        ("a CYPHER prefix", a_query("CYPHER 25 RETURN 1 AS x", returns="x")),
        ("id()", a_query("MATCH (n:Key {id: 1}) RETURN elementId(n) AS x", returns="x")),
        ("CALL without its scope", a_query("CALL { RETURN 1 AS x } RETURN x", returns="x")),
        ("transactions of its own", a_query("CALL () { CREATE (n) } IN TRANSACTIONS OF 9 ROWS", mode="write")),
        ("APOC or GDS", a_query("RETURN apoc.text.clean('') AS x", returns="x")),
        ("a semicolon", a_query("RETURN 1 AS x;", returns="x")),
        ("no bound", a_query("MATCH (n:Key) RETURN n.id AS x ORDER BY x", returns="x")),
        ("no bound", a_query("MATCH (n:Key {name: 'x'}) RETURN n.id AS x", returns="x")),
        ("no bound", a_query("MATCH (n:Key) RETURN n.id AS x, count(n) AS y", returns="x, y")),
        ("no bound", a_query("CALL () { UNWIND [1, 2] AS x RETURN x } RETURN x", returns="x")),
        ("no bound", a_query("RETURN 1 AS x LIMIT 1 UNION MATCH (n:Key) RETURN n.id AS x", returns="x")),
        ("a LIMIT without an order", a_query("MATCH (n:Key) RETURN n.id AS x LIMIT 10", returns="x")),
        ("a LIMIT without an order", a_query("RETURN head(COLLECT { RETURN 1 ORDER BY 1 }) AS x LIMIT 9", returns="x")),
        ("a LIMIT without an order", a_query("RETURN COLLECT { MATCH (n:Key) RETURN n.id LIMIT 9 } AS x", returns="x")),
    ],
)
def test_a_query_that_breaks_its_header_is_seen(fault, query):
    assert fault in faults(query)


@pytest.mark.parametrize(
    "query",
    [
        a_query("MATCH (n:Key {id: $id}) RETURN n.x AS x, n.set AS y", params="id", returns="x, y"),
        a_query("MATCH (n:Key) WHERE n.x STARTS WITH 'RETURN (' RETURN collect({a: n.x, b: 1}) AS x", returns="x"),
        a_query("MATCH (n:Key) RETURN n.x AS x, n.y + 1 AS y ORDER BY x, y LIMIT 10", returns="y, x"),
        a_query("CALL () { MATCH (n:Key) RETURN count(n) AS x } RETURN x // DELETE $all;", returns="x"),
        a_query("CREATE (n:Key) SET n.x = 'a;' /* id(n) */ RETURN n.x AS x", mode="write", returns="x"),
        a_query("CREATE INDEX x IF NOT EXISTS FOR (n:Key) ON (n.x)", mode="schema"),
    ],
)
def test_a_query_that_keeps_its_header_is_fine(query):
    assert list(faults(query)) == []


@pytest.mark.parametrize(
    "text",
    [
        "RETURN 1 AS x",
        "// Says nothing\n// mode: read\n// params: -\n// returns: x\nRETURN 1 AS x",
        "// Says it.\n// mode: read\n// returns: x\n// params: -\nRETURN 1 AS x",
        "// Says it.\n// mode: auto\n// params: -\n// returns: x\nRETURN 1 AS x",
    ],
)
def test_a_header_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="a/query"):
        queries.parse("a/query", text)


# ---- who calls what ----


def calls(tree):
    """Every call of `rows`, `row`, `stream` and `fenced`, its argument that names a query, and the names in it."""
    for node in ast.walk(tree):
        place = {"rows": 0, "row": 0, "stream": 0, "fenced": 1, "keyed": 1}.get(called(node))
        if place is not None and len(node.args) > place:
            named = node.args[place]
            texts = (part.value for part in ast.walk(named) if isinstance(part, ast.Constant))
            yield node, named, [text for text in texts if isinstance(text, str)]


def called(node):
    """The name of the method that is called, or `keyed`, which is imported by its name."""
    func = getattr(node, "func", None)
    return "keyed" if getattr(func, "id", None) == "keyed" else getattr(func, "attr", None)


def all_calls():
    for path in sorted(WKW.rglob("*.py")):
        for node, named, names in calls(ast.parse(path.read_text(encoding="utf-8"))):
            yield path.relative_to(WKW).as_posix(), node, named, names


def misfits(node, query):
    """The parameters that a call gives and the query does not take, or the other way round, as far as written out."""
    given = {word.arg for word in node.keywords} | ADDED.get(called(node), set())
    return given ^ set(query.params) if None not in given else given - set(query.params) - {None}


def test_every_call_names_a_query_of_its_own_room():
    for path, node, named, names in all_calls():
        assert names or ast.unparse(named) in RUNNERS.get(path, {}), f"{path}:{node.lineno}"
        for name in names:
            assert path.removesuffix(".py").split("/")[0] == name.split("/")[0], f"{path}:{node.lineno} calls {name}"


def test_every_query_is_called():
    called = {name for *_, names in all_calls() for name in names}

    assert called | set(queries.names("schema/migrations")) == set(queries.names())


def test_every_call_gives_what_its_query_takes():
    wrong = [(name, misfits(node, queries.load(name))) for _, node, _, names in all_calls() for name in names]

    assert [(name, words) for name, words in wrong if words] == []


@pytest.mark.parametrize("call", ["g.row('a/b', a=1)", "g.row('a/b', a=1, b=2, c=3)", "g.row('a/b', c=3, **rest)"])
def test_a_call_that_gives_something_else_is_seen(call):
    [(node, _, names)] = calls(ast.parse(call))

    assert names == ["a/b"]
    assert misfits(node, a_query("RETURN $a + $b AS x", params="a, b", returns="x"))


def test_every_query_of_the_tests_says_what_it_does_and_is_used():
    used = "\n".join(path.read_text() for path in HERE.rglob("*.py"))

    for path in (HERE / "cypher").rglob("*.cypher"):
        assert re.match(r"// .+\.\n", path.read_text()), path.name
        assert f'"{path.stem}"' in used, path.name


# ---- the tie is computed in one way ----


def recompute(name):
    """The part of a query that computes a tie from raw and kept sums, without its indent."""
    text = queries.load(name).text
    start = text.index("CALL (u, v, formula) { // the tie")
    end = text.index("WHERE c:Colleague\n", start)
    return [line.strip() for line in text[start:end].splitlines()]


@pytest.mark.parametrize("name", ["identity/join", "identity/part", "reweight/full"])
def test_a_tie_is_computed_in_the_same_words_wherever_it_is(name):
    assert recompute(name) == recompute("ingest/store")
