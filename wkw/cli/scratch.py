"""A log on trial: its events in a scratch graph of its own, on an embedded Neo4j that is gone afterwards."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from wkw import embedded, people, schema
from wkw.addresses import domain
from wkw.cli import show
from wkw.cli.opening import connected
from wkw.connectors import files, interchange
from wkw.embedded import Tuning
from wkw.errors import InputError
from wkw.graph import Graph
from wkw.ingest import Ingest, Report
from wkw.interactions import refusal
from wkw.model import Dropped, Event, Listing
from wkw.moment import moment
from wkw.settings import Settings, load, sandboxed

TUNING = Tuning("1g", "2g", "512m")
# Nobody else will ever see these keys, and with the same ones each time a log gives the same figures.
SECRET = b"whoever reads a log may know the keys of its scratch graph"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whom a log names: the domains of its addresses, and those addresses that have none."""

    domains: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)


@contextmanager
def loaded(path: Path) -> Iterator[tuple[Graph, Settings, Report]]:
    """A graph with the events of a log, its settings, and what became of the events."""
    given, at = load(), moment()
    crowd = _crowd(path, now=at.now, cap=given.formula.meeting_cap)
    with TemporaryDirectory(prefix="wkw-evaluate-") as folder:
        settings, everybody = _settings(replace(given, data=Path(folder)), crowd)
        with _started(settings) as graph:
            schema.migrate(graph, settings, now=at.now)
            if everybody:  # also who is reached under something without a domain
                people.load(graph, settings, [Listing(uri, "colleague") for uri in sorted(crowd.bare)], day=at.day)
            with show.reading(files.size([path]), "Reading the log") as progress:
                report = Ingest(graph, settings, now=at.now).run(interchange.read([path], progress=progress))
            yield graph, settings, report


def _crowd(path: Path, *, now: int, cap: int) -> Crowd:
    """A first look at the log, before any server is started; an InputError where nothing in it can be stored."""
    crowd, reasons = Crowd(), Counter[str]()
    for record in interchange.read([path]):
        refused = (record.fate, record.reason) if isinstance(record, Dropped) else refusal(record, now=now, cap=cap)
        if refused:
            reasons[refused[1].replace("_", " ")] += 1
        elif isinstance(record, Event):
            for uri in (record.sender, *record.to):
                name = domain(uri)
                (crowd.domains if name else crowd.bare).add(name or uri)
    if not (crowd.domains or crowd.bare):
        raise _useless(path, reasons)
    return crowd


def _useless(path: Path, reasons: Counter[str]) -> InputError:
    why = ", ".join(f"{reason} ({n})" for reason, n in sorted(reasons.items()))
    return InputError(
        f"Nothing in {path} can be judged: {why}." if why else f"{path} is empty.",
        remedy="Give interactions of at least two people, in the past; columns: `wkw ingest interactions --help`.",
    )


def _settings(given: Settings, crowd: Crowd) -> tuple[Settings, bool]:
    """The scratch graph's settings, and whether everybody is a colleague: where no address lies in an own domain."""
    own = any(given.owns(f"mailto:@{name}") for name in crowd.domains)
    made = sandboxed(given, "scratch", domains=given.domains if own else tuple(sorted(crowd.domains)))
    return replace(made, address_key=(SECRET,), interaction_key=SECRET), not own


@contextmanager
def _started(settings: Settings) -> Iterator[Graph]:
    try:
        with connected(settings, tuning=TUNING) as (graph, _):
            yield graph
    finally:
        embedded.down(settings.data)
