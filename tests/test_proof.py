"""The commands that prove the strength, as their users run them: on a file, on the graph, and on what is no log."""

import json
import os
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hindsight import COLLEAGUES
from lab import NOON
from program import Program, program_of
from test_evaluate import LOG, join

from wkw.cli import picture, show
from wkw.metrics import Bin
from wkw.model import Event

MEASURES = {"auc", "auc_person", "mrr", "ndcg5", "p5", "brier", "calibration_error"}
SVG = "{http://www.w3.org/2000/svg}"


def line_of(event, **more):
    row = {
        "id": event.id,
        "at": event.at // 1000,
        "channel": event.channel,
        "from": event.sender,
        "to": list(event.to),
        "n": event.n,
        "tier": event.tier,
    }
    return json.dumps(row | more)


def written(folder, lines, name="log.jsonl"):
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def parsed(svg):
    return ElementTree.fromstring(svg)  # noqa: S314  our own picture


# ---- a file ----


@pytest.fixture(scope="module")
def wkw(tmp_path_factory):
    """The program with a Neo4j that is not there: a file needs none."""
    data = tmp_path_factory.mktemp("nowhere") / "data"
    yield Program(WKW_DATA=str(data), WKW_NEO4J_URI="bolt://127.0.0.1:9", WKW_NEO4J_PASSWORD="none")
    assert not data.exists()


@pytest.fixture(scope="module")
def judged(wkw, tmp_path_factory):
    """A run over a file that is not sorted and has a future event in it: what it said, and its picture."""
    folder, scratch = tmp_path_factory.mktemp("log"), tmp_path_factory.mktemp("scratch")
    future = line_of(LOG[0], id="later", at=datetime(2099, 1, 1, tzinfo=UTC).timestamp())
    path = written(folder, [future, *map(line_of, LOG)])
    svg = folder / "picture.svg"
    done = wkw.outside("evaluate", path, "--json", "--introducers", "--svg", svg, TMPDIR=str(scratch))
    assert not list(scratch.iterdir())
    return done, svg


def test_a_file_is_judged_in_a_graph_that_is_gone_afterwards(judged):
    done, _ = judged
    found = json.loads(done.out)

    assert (done.code, done.err) == (0, "")
    assert found["formula"] == "WKW-2"
    assert (found["label"], found["horizon"], found["every"]) == ("direct", 30, 30)
    assert found.keys() >= MEASURES | {"p5_ceiling", "person_windows", "base_rate", "intervals", "calibration"}
    assert found["log"]["submitted"] == len(LOG) + 1
    assert found["log"]["fates"]["upcoming"] == 1
    assert found["baselines"].keys() == {"count", "last_contact", "count_30_days"}
    assert found["introducers"].keys() == {"mrr", "first", "top3", "cases", "candidates"}
    for measure in MEASURES:
        low, high = found["intervals"]["strength"][measure]
        assert low <= high


def test_the_picture_is_an_svg_that_says_what_it_shows(judged):
    done, path = judged
    root, table = parsed(path.read_text()), json.loads(done.out)["calibration"]

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert set(root.get("aria-labelledby").split()) == named.keys()
    assert named["title"].startswith("Reliability")
    assert len(root.findall(f"{SVG}circle")) == len(table) == len(root.find(f"{SVG}polyline").get("points").split())
    assert path.stat().st_size < 10_000


def test_weights_are_fitted_to_a_file(wkw, tmp_path):
    out = tmp_path / "weights.json"
    done = wkw.outside("calibrate", written(tmp_path, map(line_of, LOG)), "--out", out)

    assert done.code == 0, done.err
    assert json.loads(out.read_text()).keys() == {"email", "meeting", "call", "k"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.jsonl", "weights.json"]
    assert done.out.splitlines()[-1].endswith(f"written to {out}.")


def test_people_without_a_domain_are_colleagues_too(wkw, tmp_path):
    days = range(1_750_000_000, 1_758_000_000, 86_400 * 2)
    rows = [
        {"id": f"{at}-{n}", "at": at + n, "channel": "call", "from": "tel:+46700000", "to": [f"tel:+4670001{n}"]}
        for at in days
        for n in range(9)
        if (at // 86_400) % (n + 1) == 0
    ]
    done = wkw.outside("evaluate", written(tmp_path, map(json.dumps, rows)), "--horizon", "7", "--json")

    assert done.code == 0, done.err
    assert json.loads(done.out)["persons"] == 1


# ---- what is no log ----


def alone(day):
    return line_of(LOG[0], id=f"alone{day}", at=1_700_000_000 + day * 86_400, to=[LOG[0].sender])


@pytest.mark.parametrize("command", ["evaluate", "calibrate"])
@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("log.jsonl", [], "is empty"),
        ("log.csv", [], "is empty"),
        ("log.jsonl", [alone(day) for day in range(300)], "can be judged: to oneself (300)"),
        ("log.jsonl", [line_of(one, at=4_000_000_000) for one in LOG[:9]], "can be judged: later than now (9)"),
        ("log.jsonl", [line_of(one, subject="hi") for one in LOG[:9]], "can be judged: unknown field (9)"),
        ("log.csv", ["id,at,channel,from,to,subject"], "unknown column 'subject'"),
        ("log.jsonl", ["{", "}"], "can be judged: bad row (2)"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line_and_nothing_is_written(wkw, tmp_path, command, name, lines, said):
    out, svg = tmp_path / "out.json", tmp_path / "out.svg"
    more = ("--out", out) if command == "calibrate" else ("--svg", svg)

    assert said in wkw(command, written(tmp_path, lines, name), *more).line
    assert not out.exists()
    assert not svg.exists()


def test_a_file_that_is_missing(wkw, tmp_path):
    line = wkw("evaluate", tmp_path / "none.jsonl").line

    assert line == f"wkw: {tmp_path}/none.jsonl does not exist. Check the path and the kind of file."


def test_a_file_or_the_graph_but_not_both_and_not_neither(wkw, tmp_path):
    for words in ((), (tmp_path / "log.jsonl", "--graph")):
        done = wkw("evaluate", *words)
        assert (done.code, done.out) == (2, "")
        assert "either a FILE or --graph" in done.err


# ---- the graph ----


@pytest.fixture
def own(lab):
    """The program on a graph with the made log in it."""
    join(lab)
    lab.ingest(LOG)
    return program_of(lab)


def test_the_own_graph_is_judged_as_it_is(own, lab, judged):
    before, done = lab.state(), own("evaluate", "--graph", "--json")

    assert done.code == 0, done.err
    assert json.loads(done.out)["log"] is None
    assert json.loads(done.out)["introducers"] is None
    assert lab.state() == before


def test_the_tables_say_the_same_as_the_data(own):
    told, found = own("evaluate", "--graph", "--introducers"), json.loads(own("evaluate", "--graph", "--json").out)

    assert told.code == 0, told.err
    assert f"{found['person_windows']} person-windows" in told.out
    [line] = [line for line in told.out.splitlines() if line.startswith("strength ") and "ties" not in line]
    assert line.split()[1:] == [f"{found[name]:.3f}" for name in ("auc", "auc_person", "mrr", "ndcg5", "p5")]
    assert f"Calibration error {found['calibration_error']:.3f}" in told.out
    assert "Introducers: MRR" in told.out


def test_weights_are_fitted_to_the_graph(own, tmp_path):
    done = own("calibrate", "--graph", "--channels", "--out", tmp_path / "w.json", "--json")
    found = json.loads(done.out)

    assert found["weights"] == json.loads((tmp_path / "w.json").read_text())
    assert found["fitted"] == ["k", "meeting", "call"]
    assert found["after"].keys() == {"log_loss", "brier", "calibration_error"}


def test_an_empty_graph_cannot_be_judged(lab, tmp_path):
    wkw = program_of(lab)

    assert "no interaction that counts" in wkw("evaluate", "--graph", "--svg", tmp_path / "x.svg").line
    assert "no interaction that counts" in wkw("calibrate", "--graph", "--out", tmp_path / "x.json").line
    assert not list(tmp_path.glob("x.*"))


def few():
    """One colleague's calls with ten contacts, some often, some seldom."""
    for n in range(1, 11):
        for back in range(1, 400, 6 * n):
            at = NOON - back * 86_400_000
            yield Event(f"{n}-{back}", at, "call", COLLEAGUES[1], (f"mailto:k{n}@kund.example",), 1, "made")


def test_too_little_is_not_fitted_to(lab, tmp_path):
    lab.ingest(few())

    assert "too little data to fit to" in program_of(lab)("calibrate", "--graph", "--out", tmp_path / "x.json").line
    assert not list(tmp_path.glob("*x.json*"))


def test_a_file_that_cannot_be_written_is_told(own, tmp_path):
    for words in (("evaluate", "--graph", "--svg"), ("calibrate", "--graph", "--out")):
        line = own(*words, tmp_path / "none" / "x").line
        assert line == f"wkw: {tmp_path}/none/x cannot be written: No such file or directory. Name another file."


def test_a_result_goes_through_a_link_and_into_a_pipe_and_replaces_neither(tmp_path):
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    show.write("told", link)
    reading, writing = os.pipe()
    with open(reading) as told, open(writing, "w"):
        show.write("told", Path(f"/dev/fd/{writing}"))
        assert os.read(told.fileno(), 9) == b"told"

    assert link.is_symlink()
    assert target.read_text() == "told"


def test_a_picture_stands_where_its_numbers_say():
    drawn = picture.reliability([Bin(0.2, 0.3, 4, 0.25, 0.5), Bin(0.9, 1.0, 1, 1.0, 1.0)], title="T", description="D")
    first, last = parsed(drawn).findall(f"{SVG}circle")

    assert (first.get("cx"), first.get("cy")) == ("125.0", "166.0")
    assert (last.get("cx"), last.get("cy")) == ("350.0", "16.0")
    assert float(first.get("r")) > float(last.get("r"))
