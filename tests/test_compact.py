"""`wkw compact` leaves the graph as it is and of what was deleted no byte in the files of the embedded Neo4j."""

from contextlib import contextmanager

import outboxes
import outsiders
import pytest
from conftest import SERVERS
from lab import NOON, TODAY, Lab, lab_at, settings_in, village_records
from program import program_of

from wkw import exclusions, people, schema, sharing, vetoes
from wkw.embedded import SMALL, attached, down
from wkw.embedded.home import Home
from wkw.errors import StorageFault
from wkw.graph import Graph, Login
from wkw.model import Event, Listing
from wkw.transfer import transfer

DAY = 86_400_000
MARKS = [f"kanarie{number:02}x" for number in range(20)]
LONG = "with a name that does not fit into the record of a property"


@contextmanager
def opened(settings):
    """The embedded graph of some settings, small, and gone when the block ends."""
    with attached(settings.data, tuning=SMALL) as endpoint:
        login = Login(endpoint.uri, endpoint.user, endpoint.password)
        graph = Graph(login)
        schema.migrate(graph, settings, now=NOON)
        yield Lab(graph, settings, login)
        graph.close()
    down(settings.data)


def hits(home):
    """How often a mark stands in the files of a Neo4j, as UTF-8 or UTF-16, by file."""
    found = {}
    for path in home.path.rglob("*"):
        held = path.read_bytes().lower() if path.is_file() else b""
        count = sum(held.count(mark.encode(form)) for mark in MARKS for form in ("utf-8", "utf-16-le"))
        found |= {path.relative_to(home.path).as_posix(): count} if count else {}
    return found


def erased(lab):
    """A village with a bit of everything, of which twenty colleagues with marks in all they have opted out."""
    marked = [
        Listing(f"mailto:{mark}@nord.example", "colleague", f"{mark} {LONG}", title=f"T {mark}", department=mark)
        for mark in MARKS
    ]
    people.load(lab.graph, lab.settings, marked, day=TODAY)
    lab.load_village()
    lab.ingest(
        Event(
            f"mid:{mark}{day}",
            NOON - day * DAY,
            "email",
            f"mailto:{mark}@nord.example",
            ("mailto:lea@kund.example",),
            1,
            "marks",
        )
        for mark in MARKS
        for day in range(1, 4)
    )
    exclusions.add(lab.graph, lab.settings, exclusions.Rule("domain", "firm1.example"))
    lab.token("seller")
    lab.forget(retention=90)
    (lea,) = lab.query("person", key=lab.key("lea@kund.example"))
    vetoes.veto(lab.graph, lab.key("anna@nord.example"), lea["facts"]["id"], wanted=True, day=TODAY)
    outsiders.ask(lab, address="mats@kund.example")
    outboxes.asked(lab)
    for number, mark in enumerate(MARKS):
        sharing.off(lab.graph, lab.settings, f"mailto:{mark}@nord.example", now=NOON + number)


@pytest.fixture(scope="module")
def compacted(tmp_path_factory):
    """A graph whose files were written anew: what stood in it and in them, before and after."""
    settings = settings_in(tmp_path_factory.mktemp("compact"))
    home, told = Home(settings.data), {}
    with opened(settings) as lab:
        erased(lab)
        told["before"] = lab.contents()
        wkw = program_of(lab)
        told["busy"] = wkw.outside("compact", WKW_NEO4J_URI=None)
    told["deleted"] = hits(home)
    told["compact"] = wkw.outside("compact", WKW_NEO4J_URI=None)
    told["renewed"] = hits(home)
    with opened(settings) as lab:
        told["after"] = lab.contents()
        told["ingest"] = lab.ingest(village_records())
        told["missing"] = schema.missing(lab.graph)
    return told


def test_neo4j_itself_leaves_what_was_deleted_in_its_files(compacted):
    assert sum(compacted["deleted"].values()) >= len(MARKS)


def test_no_byte_of_what_was_deleted_is_left(compacted):
    done = compacted["compact"]

    assert (done.code, done.err) == (0, "")
    assert compacted["renewed"] == {}


def test_everything_that_the_graph_held_is_there(compacted):
    assert compacted["after"] == compacted["before"]
    assert compacted["missing"] == {}
    assert compacted["ingest"].fates["stored"] == 0


def test_nobody_loses_the_server_that_they_use(compacted):
    assert compacted["busy"].line.startswith("wkw: Somebody uses the embedded Neo4j. Stop `wkw serve`")


# ---- guards ----


def test_the_files_of_somebodys_own_neo4j_are_left_alone(lab):
    line = program_of(lab).outside("compact").line

    assert line.startswith("wkw: WKW_NEO4J_URI is set: the files of that Neo4j are not wkw's.")


def test_a_graph_that_has_not_arrived_whole_does_not_take_the_place(lab, other_line):
    assert transfer(lab.graph, other_line.graph)["nodes"] > 0
    lab.query("odd")

    with pytest.raises(StorageFault):
        transfer(lab.graph, other_line.graph)


@pytest.fixture
def other_line(request, tmp_path):
    """The product's graph on the calendar line, empty."""
    lab = lab_at(request.config.stash[SERVERS][0]["calendar"], tmp_path)
    yield lab
    lab.empty()
    lab.graph.close()


@pytest.mark.parametrize(
    ("there", "kept"),
    [
        ({"data"}, "data"),
        ({"data", "renewed/neo4j/data"}, "data"),
        ({"data", "data.new", "renewed/neo4j"}, "data.new"),
        ({"data.new", "data.old"}, "data.new"),
        ({"data", "data.old"}, "data"),
    ],
)
def test_wherever_it_is_killed_the_files_are_the_old_or_the_new_ones_whole(tmp_path, there, kept):
    home = Home(tmp_path)
    for name in there:
        (home.path / name).mkdir(parents=True)
        (home.path / name / "file").write_text(name)

    home.make()  # whoever comes next
    home.settle()

    assert (home.path / "data" / "file").read_text() == kept
    assert not any((home.path / name).exists() for name in ("data.new", "data.old", "renewed"))
