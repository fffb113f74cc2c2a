"""What connectors hand in: interactions, and the directory of people."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, jsonify, request
from marshmallow import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from wkw import exclusions, groups, people
from wkw.connectors import directory, interchange
from wkw.connectors.exclusions import Reason
from wkw.connectors.rows import Row, parsed, row
from wkw.ingest import Ingest, as_data
from wkw.model import Dropped, Event, Fate, Listing
from wkw.web.access import allow
from wkw.web.calls import Call, call, served
from wkw.web.contract import Routes, whole
from wkw.web.rows import INTERACTION, DirectorySchema, InteractionsSchema, PeopleSchema, ReportSchema
from wkw.web.schemas import DryRunSchema, LoadSchema

MOST = 16 << 20  # bytes of a batch
LINES = "application/jsonl"
ROW = {
    "id": "a1",
    "at": "2026-06-01T09:00:00Z",
    "channel": "email",
    "from": "anna@nord.example",
    "to": ["lea@kund.example"],
}
PERSON = {"address": "lea@kund.example", "kind": "lead", "name": "Lea Sand", "company": "Kund"}
BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": InteractionsSchema, "example": {"interactions": [ROW]}},
        LINES: {"schema": INTERACTION, "example": ROW},
    },
}

routes = Routes("intake", "What connectors hand in, up to 16 MiB at once")


@routes.before_request
def _take_more() -> None:
    request.max_content_length = MOST


@routes.route("/v1/interactions", methods=["POST"])
@routes.doc(requestBody=BODY)
@routes.response(200, ReportSchema, description="Each row has one fate; the same again changes nothing.")
@routes.arguments(DryRunSchema, location="query")
@allow("connector")
def post_interactions(asked: dict[str, bool]) -> Response:
    """Which of these interactions are stored, and what becomes of the others?

    As one JSON value or as JSON Lines, read whole before anything is stored. `index` counts rows from 0; in JSON Lines
    empty lines are no rows.
    """
    now = call()
    now.settings.check_domains()
    rows = list(_lines() if request.mimetype == LINES else _listed())
    with now.recorded("ingest"):
        return jsonify(_stored(now, rows, dry_run=asked["dry_run"]))


def _stored(now: Call, rows: list[Row | None], *, dry_run: bool) -> dict[str, Any]:
    rules = exclusions.rules(now.graph, now.settings)
    told: list[tuple[int, Fate, str | None]] = []
    run = Ingest(now.graph, now.settings, now=now.at.now, dry_run=dry_run, tell=lambda *fate: told.append(fate))
    report = run.run(_fates(rows, rules.reason))
    served().eyes.handed_in(report.fates)
    if not dry_run:
        exclusions.settle(now.graph, now.settings, rules, report.excluded(), now=now.at.now, day=now.at.day)
    fates = [{"index": index, "fate": fate, "reason": reason} for index, fate, reason in sorted(told)]
    return as_data(report) | {"rows": fates}


def _lines() -> Iterator[Row | None]:
    return (parsed(line) for line in io.BytesIO(whole(request)) if line.strip())


def _listed() -> Iterator[Row | None]:
    if not request.is_json:
        raise UnsupportedMediaType
    return map(row, routes.ARGUMENTS_PARSER.parse(InteractionsSchema, location="json")["interactions"])


def _fates(rows: Iterable[Row | None], reason: Reason) -> Iterator[Event | Dropped]:
    return (interchange.fate(one, reason=reason) for one in rows)


@routes.route("/v1/people", methods=["PUT"])
@routes.response(200, DirectorySchema, description="What was changed, or would be.")
@routes.arguments(LoadSchema, location="query")
@routes.arguments(PeopleSchema, example={"people": [PERSON]})
@allow("connector")
def put_people(asked: dict[str, bool], body: dict[str, Any]) -> dict[str, Any]:
    """What does this directory of all people change?

    It lists everybody; nobody is deleted for being missing. Where more than half of those listed before are missing it
    is refused, unless `confirm` is set.
    """
    now = call()
    listings, wrong = directory.checked(((n, row(one)) for n, one in enumerate(body["people"])), "row")
    if wrong:
        raise ValidationError({"people": {number: [why] for number, why in wrong.items()}})
    with now.recorded("people"):
        return _changed(now, listings, **asked)


def _changed(now: Call, listings: list[Listing], *, dry_run: bool, confirm: bool) -> dict[str, Any]:
    reason = exclusions.rules(now.graph, now.settings).reason
    plan = groups.plan(now.graph, now.settings, listings, reason=reason)
    if not (confirm or dry_run):
        people.insist_on_all(plan)
    loaded = None if dry_run else groups.load(now.graph, now.settings, listings, at=now.at, reason=reason)
    return people.as_data(plan, loaded) | {"reread": sorted(loaded.reread) if loaded else []}
