"""Keeps the policy of each region, and closes and opens the gates of colleagues by it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

from wkw import begun, sharing
from wkw.graph import Graph, Row
from wkw.ledger import OWN, POLICY, By, Ledger, Receipt, cause_of, ledger
from wkw.regions import UNKNOWN, Policies, Policy, cause, evidence, retention
from wkw.settings import Settings

PAGE = 10_000  # people looked at at once
AGAIN = "Give the same command again: what it decided stands, but not everybody may be hidden yet."


@dataclass(frozen=True, slots=True)
class Applied:
    """What carrying out the rows changed: how many people were hidden and let back, and the interactions deleted.

    `folded` is foretold alone: `wkw forget` does it.
    """

    hidden: int = 0
    opened: int = 0
    interactions: int = 0
    folded: int = 0


def policies(graph: Graph) -> Policies:
    """The rows in force now."""
    row = graph.row("policy/listed") or {"rows": [], "number": 0}
    return Policies((Policy(**one) for one in row["rows"]), row["number"])


def put(graph: Graph, settings: Settings, row: Policy, *, now: int) -> Applied:
    """Writes a row down, over the region's former one, and carries it out."""
    return _carry_out(graph, settings, lambda held: held.changed(row), now=now)


def remove(graph: Graph, settings: Settings, region: str, *, now: int) -> Applied:
    """Takes a region's row away, and carries that out; NotFound where it has none."""
    return _carry_out(graph, settings, lambda held: held.without(region), now=now)


def _carry_out(graph: Graph, settings: Settings, change: Callable[[Policies], Policies], *, now: int) -> Applied:
    while not _written(graph, held := policies(graph), change(held)):  # then somebody else was first
        pass
    begun.wait(graph, remedy=AGAIN)  # whoever began before may still store somebody by the rows of before
    return apply(graph, settings, now=now)


def _written(graph: Graph, held: Policies, changed: Policies) -> bool:
    facts = {"regions": list(changed.rows), "rows": [asdict(row) for row in changed.rows.values()]}
    return graph.row("policy/write", number=held.number, evidence=evidence(changed), **facts) is not None


def apply(graph: Graph, settings: Settings, *, now: int) -> Applied:
    """Opens, from now on, whom the rows keep off no more, and closes and purges all whom they do; again, it goes on.

    Everybody is closed before anybody is purged.
    """
    held, book, opened, made = policies(graph), ledger(settings), 0, set()
    for row in book.off_for(POLICY):
        if not held.closes(cause_of(row), yes=_yes(book, row["keys"])):
            sharing.lift(graph, settings, row["keys"][0], now=now, by="policy", cause=cause_of(row))
            opened += 1
    for person, why in list(covered(graph, settings, held)):
        made.add(sharing.close(graph, settings, *person["keys"], now=now, by="policy", cause=why).id)
    sharing.finish(graph, settings, now=now)
    gone = [book.receipt(row).interactions for row in book.rows() if row["id"] in made and row["kind"] == "off"]
    done = Applied(len(made), opened, sum(gone))
    if policies(graph).number == held.number:
        return done
    rest = apply(graph, settings, now=now)  # else somebody else's change would be undone by halves
    return Applied(*(one + other for one, other in zip(astuple(done), astuple(rest), strict=True)))


def covered(graph: Graph, settings: Settings, held: Policies) -> Iterator[tuple[Row, str]]:
    """The colleagues (keys, region) who are not off, but would be by some rows, each with the cause."""
    book, after = ledger(settings), ""
    while held.rows and (page := graph.row("policy/people", after=after, limit=PAGE)) and page["last"] is not None:
        after = page["last"]
        for person in page["people"]:
            keys, region = person["keys"], person["region"]
            why = cause(region) if region or not keys else _remembered(book, keys[0])
            if keys and held.closes(why, yes=_yes(book, keys)):
                yield person, why


def forecast(graph: Graph, settings: Settings, held: Policies, *, day: int) -> Applied:
    """What carrying out some rows would change, and what the next `wkw forget` would fold on a day."""
    book = ledger(settings)
    opened = [row for row in book.off_for(POLICY) if not held.closes(cause_of(row), yes=_yes(book, row["keys"]))]
    hidden = [person for person, _ in covered(graph, settings, held)]
    row = graph.row("policy/interactions", keys=sorted(key for person in hidden for key in person["keys"]))
    before = retention(held, settings.retention).before(day)
    old = _old(graph, before, [person["id"] for person in hidden]) if before["latest"] else 0
    return Applied(len(hidden), len(opened), row["interactions"] if row else 0, old)


def _old(graph: Graph, before: dict[str, Any], hidden: list[str]) -> int:
    """How many interactions are older than they are kept, of others than those who would be hidden."""
    old, after = 0, ""
    while row := graph.row("policy/old", after=after, limit=PAGE, before=before, hidden=hidden):
        if row["last"] is None:
            break
        old, after = old + row["interactions"], row["last"]
    return old


# ---- who comes by a directory, and who by their mail ----


def placed(
    graph: Graph, settings: Settings, held: Policies, members: Sequence[tuple[list[str], str | None]]
) -> list[str | None]:
    """For each of some colleagues, by address keys and region, the cause by which the rows keep them off; else None.

    Of whom no region is told the known one counts.
    """
    if not held.rows:
        return [None] * len(members)
    book = ledger(settings)
    found: dict[str, Row] = {}
    for start in range(0, len(members), PAGE):
        keys = [key for some, _ in members[start : start + PAGE] for key in some]
        found |= {row["key"]: row for row in graph.rows("policy/known", keys=keys)}
    return [_place(book, held, keys, region, [found[key] for key in keys if key in found]) for keys, region in members]


def _place(book: Ledger, held: Policies, keys: list[str], region: str | None, known: list[Row]) -> str | None:
    everything = {*keys, *(key for row in known for key in row["keys"])}
    regions = [region] if region else [row["region"] for row in known if row["region"]]
    off = [why for why in book.causes(keys) if why.startswith(POLICY)]
    why = cause(regions[0]) if regions else (off or [_remembered(book, keys[0])])[0]
    return why if held.closes(why, yes=_yes(book, everything)) else None


def newcomers(graph: Graph, settings: Settings, held: Policies, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Those of some address keys of own domains behind whom nobody is, whom the rows keep off, each with the cause."""
    if all(row.mode == "opt_out" for row in held.rows.values()):
        return
    row, book = graph.row("policy/newcomers", keys=list(keys)), ledger(settings)
    for key in row["keys"] if row else ():
        why = _remembered(book, key)
        if held.closes(why, yes=_yes(book, [key])):
            yield key, why


def admit(graph: Graph, settings: Settings, keys: Sequence[str], *, now: int) -> int:
    """Closes the gates of those newcomers whom the rows in force keep off, and gives the number of these.

    It has to hold in the transaction that stores something of them.
    """
    held = policies(graph)
    for key, why in newcomers(graph, settings, held, keys):
        sharing.close(graph, settings, key, now=now, by="policy", cause=why)
        sharing.finish(graph, settings, now=now, key=key)
    return held.number


def on(graph: Graph, settings: Settings, key: str, *, now: int, by: By, request: str | None = None) -> Receipt | None:
    """Switches sharing on for a person, who thereby says yes where the policy of their region asks for that."""
    done = sharing.on(graph, settings, key, now=now, by=by, request=request)
    held, book = policies(graph), ledger(settings)
    for why in book.causes([key]):
        if why.startswith(POLICY) and not held.closes(why, yes=_yes(book, [key])):
            done = sharing.lift(graph, settings, key, now=now, by=by, cause=why, request=request)
    return done


def _remembered(book: Ledger, key: str) -> str:
    """The cause of the region of whom nothing is held: what kept them off, if that was lifted and no more."""
    last = book.last(key)
    told = last is not None and cause_of(last).startswith(POLICY) and last["by"] != "directory"
    return cause_of(last) if last and told else UNKNOWN


def _yes(book: Ledger, keys: Iterable[str]) -> bool:
    """Whether somebody said yes of their own."""
    own = [row["kind"] for key in keys if (row := book.latest(key, OWN))]
    return "on" in own and "off" not in own
