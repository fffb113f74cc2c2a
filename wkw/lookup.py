"""Who can introduce the asker to the target: the strongest introducers as of a day, and the asker's own tie."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from wkw.addresses import address_key
from wkw.errors import Ambiguous, InputError, NotFound
from wkw.evidence import Evidence, as_data, evidence
from wkw.graph import Graph, Row, whole
from wkw.model import JOBS, Target, date_of, folded
from wkw.notices import Notice, formula_changing, job_trouble, no_mail, source_troubles
from wkw.settings import Settings
from wkw.strength import SMALL_MEETING, decay

MOST, DEFAULT = 50, 5
LOOKED, CANDIDATES = 200, 5  # of those whose name begins as typed


@dataclass(frozen=True, slots=True)
class Question:
    """A lookup: `asker` is an address key; `day` the day of today and `as_of` an earlier one, as UTC day numbers."""

    target: Target
    asker: str
    day: int
    as_of: int | None = None
    limit: int = DEFAULT
    one_way: bool = False


@dataclass(frozen=True, slots=True)
class Introducer:
    """A colleague who knows the target, with the tie's evidence."""

    id: str
    name: str | None
    title: str | None
    tie: Evidence


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of design section 10; `as_of` is a UTC day number, `blind`: an asker is not told who introduces."""

    target: Row
    introducers: tuple[Introducer, ...]
    you: Evidence | None
    tier: str
    sources: tuple[str, ...]
    as_of: int
    complete: bool
    notices: tuple[Notice, ...]
    formula: str
    blind: bool


def lookup(graph: Graph, settings: Settings, question: Question) -> Answer:
    """Answers a question; NotFound where there is nobody to show, for whatever reason."""
    if not 1 <= question.limit <= MOST:
        raise InputError("The limit is out of bounds.", fields={"limit": [f"Must be from 1 to {MOST}."]})
    then = question.day if question.as_of is None else question.as_of
    question = replace(question, target=identified(graph, question.target, asker=question.asker, day=then))
    row = _as_of(graph, settings, question) if question.as_of is not None else _today(graph, settings, question)
    row = _whole(row) if row else None
    if row is None or not (row["introducers"] or row["you"]):
        raise NotFound("Nobody among your colleagues can introduce you to this person.")
    return _answer(row, question, source_troubles(row["sources"], settings.sources, day=question.day))


def _whole(row: Row) -> Row | None:
    """What was there until it was read: the target, and the ties with both their ends."""
    if row["target"]["id"] is None:
        return None
    there = [one for one in whole(row["introducers"]) if one["colleague"]["id"] is not None]
    return row | {"introducers": there, "you": next(iter(whole([row["you"]] if row["you"] else [])), None)}


def _today(graph: Graph, settings: Settings, question: Question) -> Row | None:
    return graph.row("lookup/introducers", **_parameters(settings, question, question.day))


def _as_of(graph: Graph, settings: Settings, question: Question) -> Row | None:
    if question.as_of is None or question.as_of > question.day:
        raise InputError("The day lies in the future.", fields={"as_of": ["Must not be later than today."]})
    params = _parameters(settings, question, question.as_of)
    row = graph.row("lookup/introducers_as_of", small_meeting=SMALL_MEETING, **params)
    if row and row["folded"]:
        raise InputError(
            "Older interactions were folded into sums, so that day can no longer be told apart.",
            remedy="Ask as of today.",
            fields={"as_of": ["Folding has gone past it."]},
        )
    return row


def _parameters(settings: Settings, question: Question, day: int) -> dict[str, Any]:
    target = question.target
    return {
        "target_key": address_key(settings.address_key, target.uri) if target.uri else None,
        "target_id": target.id,
        "asker_key": question.asker,
        "day": day,
        "one_way": question.one_way,
        "limit": question.limit,
        "jobs": list(JOBS),
        **settings.formula.bounds(),
        **decay(day),
    }


def identified(graph: Graph, target: Target, *, day: int, asker: str | None = None) -> Target:
    """The target by its URI or id; of a name (and company) the only person who has it, else Ambiguous or NotFound.

    Those count whom somebody can introduce to an asker (address key), or whom the asker knows.
    """
    if target.name is None:
        return target
    found = graph.rows("lookup/candidates", folded_name=folded(target.name), asker_key=asker, day=day)
    company = folded(target.company or "")
    fitting = [row for row in found if not company or company == folded(row["company"] or "")]
    if len(fitting) > 1:
        raise Ambiguous("Several people have that name.", candidates=fitting)
    if not fitting:
        raise NotFound("Nobody among your colleagues can introduce you to this person.")
    return Target(id=fitting[0]["id"])


def whom(graph: Graph, settings: Settings, target: Target) -> str | None:
    """The id of the person whom a target names by an address or an id, whether or not they may be shown."""
    key = address_key(settings.address_key, target.uri) if target.uri else None
    found = graph.row("lookup/whom", target_key=key, target_id=target.id)
    return found["id"] if found else None


def targets(graph: Graph, name: str, company: str | None, *, asker: str, day: int) -> list[Row]:
    """At most five people whose name begins so, whom somebody can introduce to an asker (address key), by name.

    Of a company that begins so where one is told. Only the first two hundred of such a name are looked at.
    """
    firm = folded(company or "")
    found = graph.rows(
        "lookup/targets",
        prefix=folded(name),
        asker_key=asker,
        day=day,
        looked=LOOKED,
        limit=LOOKED if firm else CANDIDATES,
    )
    fitting = [row for row in found if not firm or folded((row["company"] or {}).get("name") or "").startswith(firm)]
    return fitting[:CANDIDATES]


def _answer(row: Row, question: Question, incomplete: list[Notice]) -> Answer:
    day = question.day if question.as_of is None else question.as_of
    ties = [*row["introducers"], *([row["you"]] if row["you"] else [])]
    return Answer(
        target=row["target"],
        introducers=tuple(_introducer(found, day) for found in row["introducers"]),
        you=evidence(row["you"], day) if row["you"] else None,
        tier="enhanced" if any(tie["tier"] == "enhanced" for tie in ties) else "basic",
        sources=tuple(source["name"] for source in row["sources"] if source["ended"] or not source["reading"]),
        as_of=day,
        complete=not incomplete,
        notices=(*incomplete, *_notices(row, question.day)),
        formula=row["formula"],
        blind=row["blind"],
    )


def _notices(row: Row, today: int) -> Iterator[Notice]:
    for job in row["jobs"]:
        if found := job_trouble(job["name"], job["day"], job["error"], day=today):
            yield found
    if row["changing"]:
        yield formula_changing()


def _introducer(found: Row, day: int) -> Introducer:
    colleague = found["colleague"]
    return Introducer(colleague["id"], colleague["name"], colleague["title"], evidence(found, day))


def document(settings: Settings, answer: Answer) -> dict[str, Any]:
    """An answer as both doors give it (design section 10): strengths as whole numbers from 0 to 100."""
    why_not = None if settings.post else no_mail()
    return {
        "target": answer.target,
        "introducers": [
            {
                "colleague": {"id": found.id, "name": found.name, "title": found.title},
                **as_data(found.tie),
                "can_request": why_not is None,
                "why_not": why_not,
            }
            for found in answer.introducers
        ],
        "you": as_data(answer.you) if answer.you else None,
        "tier": answer.tier,
        "sources": list(answer.sources),
        "as_of": date_of(answer.as_of).isoformat(),
        "complete": answer.complete,
        "formula": answer.formula,
        "notices": list(answer.notices),
    }
