"""What administrators decide, settings of introductions and rules of exclusion, and what is missing."""

from dataclasses import asdict
from typing import Any

from flask import request
from werkzeug.exceptions import PreconditionRequired

from wkw import exclusions, groups, letters, setup, sources, troubles
from wkw.connections import person
from wkw.errors import InputError, Outdated
from wkw.exclusions import GROUPS, Rule
from wkw.moment import stamp
from wkw.setup import Setup
from wkw.web.access import allow
from wkw.web.calls import Call, call
from wkw.web.contract import Routes, refuses
from wkw.web.decisions import (
    ChangedSchema,
    ContentSchema,
    CoveredSchema,
    ExclusionsSchema,
    GroupsSchema,
    IfMatchSchema,
    NewRuleSchema,
    SettingsSchema,
    StatusSchema,
)
from wkw.web.schemas import DryRunSchema

routes = Routes("settings", "What administrators decide, and what is missing")

ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The version, for `If-Match`."}}
EXAMPLE = ContentSchema().dump(Setup())
BY = "an administrator"  # who is in the audit log
COVERED = "What was deleted and who is shown no more, or would be. Again, or after a failure, it goes on."


@routes.route("/v1/admin/settings")
@routes.response(200, SettingsSchema, headers=ETAG, description="Version 0 where nobody decided anything.")
@allow("admin")
def get_settings() -> tuple[dict[str, Any], int, dict[str, str]]:
    """What did administrators decide, and what else is in force?"""
    now = call()
    held = setup.in_force(now.graph)
    return _version(held) | {"content": held} | _beside(now), 200, _etag(held)


@routes.route("/v1/admin/settings", methods=["PUT"])
@refuses(412, 428)
@routes.response(200, ChangedSchema, headers=ETAG, description="What is in force now, and how its letters look.")
@routes.arguments(DryRunSchema, location="query")
@routes.arguments(IfMatchSchema, location="headers")
@routes.arguments(ContentSchema, example=EXAMPLE)
@allow("admin")
def put_settings(
    asked: dict[str, bool], _: dict[str, str], wanted: Setup
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Decides anew, as a whole, if nobody else has since it was read.

    A trial writes nothing: it says what is wrong with each template, and how its letter would look.
    """
    now = call()
    held = setup.in_force(now.graph) if asked["dry_run"] else _changed(now, wanted)
    return _version(held) | _letters(wanted), 200, _etag(held)


def _changed(now: Call, wanted: Setup) -> Setup:
    """The version that is in force now; a 428 where the caller does not say what it changes."""
    with now.recorded("settings_changed"):
        held = setup.in_force(now.graph)
        if not request.if_match:
            raise PreconditionRequired
        if not request.if_match.contains(str(held.version)):
            raise Outdated(held.version)
        by = person(now.graph, now.asker)["id"]  # of whoever opted out there is none
        return setup.change(now.graph, wanted, expected=held.version, by=by, at=now.at.now)


def _version(held: Setup) -> dict[str, Any]:
    return {"version": held.version, "at": held.at and stamp(held.at), "by": held.by}


def _etag(held: Setup) -> dict[str, str]:
    return {"ETag": f'"{held.version}"'}


def _letters(wanted: Setup) -> dict[str, Any]:
    """What is wrong with each template, and its letter where nothing is."""
    wrong = {name: letters.lint(one) for name, one in wanted.templates.items()}
    shown = {
        name: None if wrong[name] else asdict(letters.render(one, letters.SAMPLE))
        for name, one in wanted.templates.items()
    }
    return {"lint": wrong, "preview": shown}


def _beside(now: Call) -> dict[str, Any]:
    """What is in force beside it and decided elsewhere."""
    rules = exclusions.listed(now.graph)
    roles = now.settings.oidc.roles if now.settings.oidc else {}
    return {
        "exclusions": sum(rule.scope not in GROUPS for rule in rules),
        "groups": [_rule(rule) for rule in rules if rule.scope in GROUPS],
        "roles": [{"value": value, "role": role} for value, role in sorted(roles.items())],
        "sources": [_source(row) for row in sources.listed(now.graph)],
        "missing": troubles.found(now.graph, now.settings, now.at),
    }


def _source(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: row[name] and stamp(row[name]) for name in ("began", "ended")}


# ---- rules ----


@routes.route("/v1/admin/exclusions")
@routes.response(200, ExclusionsSchema, description="An address is told by the beginning of its key.")
@allow("admin")
def get_exclusions() -> dict[str, Any]:
    """Which addresses and domains are excluded, and how much was, by reason?"""
    now = call()
    rules = [_rule(rule) for rule in exclusions.listed(now.graph) if rule.scope not in GROUPS]
    counts = [row | {"last": stamp(row["last"])} for row in exclusions.counts(now.graph)]
    return {"rules": rules, "excluded": counts}


@routes.route("/v1/admin/exclusions", methods=["PUT"])
@routes.response(200, CoveredSchema, description=COVERED)
@routes.arguments(DryRunSchema, location="query")
@routes.arguments(NewRuleSchema, example={"rule": "lawfirm.example", "reason": "agreed with the works council"})
@allow("admin")
def put_exclusion(asked: dict[str, bool], body: dict[str, str]) -> dict[str, Any]:
    """Excludes an address, a domain, `pattern:WORDS`, `private` or `company:DOMAIN`, and deletes what is there of it.

    Only `wkw include` lifts a rule.
    """
    return _put(body, of_groups=False, **asked)


@routes.route("/v1/admin/groups")
@routes.response(200, GroupsSchema, description="Of nobody whom they cover anything is collected or shown.")
@allow("admin")
def get_groups() -> dict[str, Any]:
    """Which groups of colleagues are excluded?"""
    return {"rules": [_rule(rule) for rule in exclusions.listed(call().graph) if rule.scope in GROUPS]}


@routes.route("/v1/admin/groups", methods=["PUT"])
@routes.response(200, CoveredSchema, description=COVERED)
@routes.arguments(DryRunSchema, location="query")
@routes.arguments(NewRuleSchema, example={"rule": "department:Legal", "reason": "agreed with the works council"})
@allow("admin")
def put_group(asked: dict[str, bool], body: dict[str, str]) -> dict[str, Any]:
    """Excludes a `department:NAME`, `region:NAME` or `title:WORDS`, also who joins later, and deletes what is there.

    Only `wkw include` lifts a rule.
    """
    return _put(body, of_groups=True, **asked)


def _put(body: dict[str, str], *, of_groups: bool, dry_run: bool) -> dict[str, Any]:
    """Carries out one rule, or says what it would cover."""
    now = call()
    with now.recorded("exclude"):
        scope, value = exclusions.parsed(now.settings, body["rule"])
        if (scope in GROUPS) != of_groups:
            elsewhere = "/v1/admin/exclusions" if of_groups else "/v1/admin/groups"
            raise InputError("That is a rule of another kind.", remedy=f"Send it to `PUT {elsewhere}`.")
        rule = Rule(scope, value, reason=body["reason"], author=BY, at=now.at.now)
        if dry_run:
            return asdict(groups.forecast(now.graph, now.settings, [rule]))
        return asdict(groups.carry_out(now.graph, now.settings, [rule], at=now.at))


def _rule(rule: Rule) -> dict[str, Any]:
    return asdict(rule) | {"rule": rule.name, "at": stamp(rule.at)}


# ---- what is missing ----


@routes.route("/v1/admin/status")
@routes.response(200, StatusSchema, description="Nothing where all is well.")
@allow("admin")
def get_status() -> dict[str, Any]:
    """What is missing, late or broken, and who can do what about it?"""
    now = call()
    return {"missing": troubles.found(now.graph, now.settings, now.at)}
