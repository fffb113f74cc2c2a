"""What administrators decide over HTTP: settings by version, rules that hide at once, and what is missing."""

from dataclasses import replace

import pytest
from browser import refused
from lab import NOON, TODAY
from servers import until

from wkw import exclusions, keys, letters, schema, setup, sources, troubles
from wkw.audit import Audit
from wkw.connections import person
from wkw.moment import Moment, moment
from wkw.web import create_app
from wkw.web_settings import Oidc, Post

SETTINGS, EXCLUSIONS, GROUPS, STATUS = (f"/v1/admin/{name}" for name in ("settings", "exclusions", "groups", "status"))
AT = Moment(NOON, TODAY)
ANNA = "mailto:anna@nord.example"
POST = Post("mail.nord.example", 587, "wkw@nord.example", "https://wkw.nord.example")
ASK = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}


@pytest.fixture
def http(village):
    """What asks the application as Anna, who is an administrator and a seller."""
    client = create_app(village.graph, village.settings).test_client()
    bearer = {"Authorization": f"Bearer {village.token('admin', 'seller')}"}

    def ask(method, path, body=None, **headers):
        return client.open(path, method=method, json=body, headers=bearer | headers)

    return ask


def put(http, content, etag, query=""):
    return http("PUT", SETTINGS + query, content, **({"If-Match": etag} if etag else {}))


# ---- settings ----


def test_what_nobody_decided_is_the_default_with_what_is_in_force_beside_it(village, http):
    told = http("GET", SETTINGS)

    assert (told.status_code, told.headers["ETag"]) == (200, '"0"')
    assert (told.json["version"], told.json["at"], told.json["by"]) == (0, None, None)
    assert told.json["content"]["templates"]["sv"]["subject"] == letters.DEFAULT["sv"].subject
    assert (told.json["content"]["monthly"], told.json["exclusions"], told.json["groups"]) == (4, 0, [])
    assert [source["name"] for source in told.json["sources"]] == [row["name"] for row in sources.listed(village.graph)]
    assert told.json["missing"] == http("GET", STATUS).json["missing"]


def test_a_change_is_a_version_with_who_and_when_and_is_in_the_audit_log(village, http):
    read = http("GET", SETTINGS)

    done = put(http, read.json["content"] | {"blind": True, "monthly": 9}, read.headers["ETag"])

    assert (done.status_code, done.headers["ETag"], done.json["version"]) == (200, '"1"', 1)
    now = http("GET", SETTINGS).json
    assert (now["content"]["blind"], now["content"]["monthly"]) == (True, 9)
    assert now["by"] == done.json["by"] == person(village.graph, village.key("anna@nord.example"))["id"]
    assert now["at"] == done.json["at"]
    assert setup.version(village.graph, 0) == setup.Setup()
    (decided,) = http("GET", "/v1/me/data").json["about"]["decided"]
    assert decided == {"version": 1, "at": now["at"]}
    rows = [row for _, row in Audit(village.settings).rows(since=0) if row["act"] == "settings_changed"]
    assert [(row["step"], row.get("outcome")) for row in rows] == [("asked", None), ("told", "ok")]


def test_whoever_was_not_first_is_told_the_version_in_force_and_changes_nothing(http):
    read = http("GET", SETTINGS)
    first, second = (read.json["content"] | {"monthly": number} for number in (5, 6))
    assert put(http, first, read.headers["ETag"]).status_code == 200

    refused(late := put(http, second, read.headers["ETag"]), 412, "outdated")

    assert late.json["version"] == 1
    assert http("GET", SETTINGS).json["content"]["monthly"] == 5
    refused(put(http, second, 'W/"1"'), 412, "outdated")
    assert put(http, second, '"1"').json["version"] == 2


def test_whoever_does_not_say_what_they_change_is_asked_to(http):
    content = http("GET", SETTINGS).json["content"]

    refused(put(http, content, None), 428, "precondition_required")

    assert http("GET", SETTINGS).json["version"] == 0


def test_a_trial_says_what_is_wrong_with_a_template_and_how_its_letter_looks_and_writes_nothing(http):
    content = http("GET", SETTINGS).json["content"]
    content["templates"]["sv"] = {"subject": "{{ target }}?", "text": "{{ note.__class__ }}"}

    told = put(http, content, None, "?dry_run=true").json

    assert (told["version"], told["lint"]["en"], told["preview"]["sv"]) == (0, [], None)
    assert "does more than a letter needs" in told["lint"]["sv"][0]
    letter = letters.render(letters.DEFAULT["en"], letters.SAMPLE)
    assert told["preview"]["en"] == {"subject": letter.subject, "text": letter.text}
    assert http("GET", SETTINGS).json["version"] == 0


def test_templates_that_cannot_be_used_are_refused_one_by_one(http):
    content = http("GET", SETTINGS).json["content"]
    for template in content["templates"].values():
        template["text"] = "Hello."

    refused(answer := put(http, content, '"0"'), 422, "invalid_input")

    assert answer.json["errors"].keys() == {"templates.en", "templates.sv"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"monthly": 0}, "monthly"),
        ({"monthly": 4.5}, "monthly"),
        ({"blind": 1}, "blind"),
        ({"version": 3}, "version"),
        ({"templates": {"en": {"subject": "x", "text": "{{ note }}"}}}, "templates"),
    ],
)
def test_a_field_that_is_not_as_it_should_be_is_named(http, change, field):
    content = http("GET", SETTINGS).json["content"]

    refused(answer := put(http, content | change, '"0"'), 422, "invalid_input")

    assert [*answer.json["errors"]] == [field]
    assert put(http, {name: content[name] for name in content if name != "blind"}, '"0"').status_code == 422


# ---- rules ----


def test_an_excluded_domain_is_foretold_then_gone_and_listed_without_an_address(village, http):
    rule = {"rule": "kund.example", "reason": "works council"}
    foretold = http("PUT", f"{EXCLUSIONS}?dry_run=true", rule)
    assert (foretold.status_code, foretold.json["interactions"]) == (200, None)
    assert http("POST", "/v1/lookups", ASK).status_code == 200
    assert exclusions.listed(village.graph) == []

    done = http("PUT", EXCLUSIONS, rule)

    assert (done.status_code, done.json["addresses"]) == (200, foretold.json["addresses"])
    assert done.json["interactions"] > 0
    assert http("POST", "/v1/lookups", ASK).status_code == 404
    (told,) = http("GET", EXCLUSIONS).json["rules"]
    assert (told["rule"], told["reason"], told["include"]) == ("domain kund.example", "works council", False)
    assert http("GET", SETTINGS).json["exclusions"] == 1
    assert http("PUT", EXCLUSIONS, {"rule": "frida@freemail.example", "reason": "asked"}).json["addresses"] == 1
    assert "frida" not in http("GET", EXCLUSIONS).text


def test_an_excluded_group_is_foretold_then_shown_to_nobody(village, http):
    rule = {"rule": "title:*engineer*", "reason": "works council"}
    before = http("PUT", f"{GROUPS}?dry_run=true", rule)
    assert before.json == {"addresses": 0, "interactions": None, "colleagues": 1}
    shown = http("POST", "/v1/lookups", ASK).json["introducers"]

    assert http("PUT", GROUPS, rule).json["colleagues"] == 1

    left = http("POST", "/v1/lookups", ASK).json["introducers"]
    assert {one["colleague"]["name"] for one in shown} - {one["colleague"]["name"] for one in left} == {"Bo Ek"}
    (told,) = http("GET", GROUPS).json["rules"]
    assert (told["rule"], told["reason"]) == ("title *engineer*", "works council")
    assert http("GET", SETTINGS).json["groups"] == [told]
    assert http("GET", EXCLUSIONS).json["rules"] == []


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (EXCLUSIONS, "department:Legal"),
        (GROUPS, "kund.example"),
        (EXCLUSIONS, "nord.example"),
        (EXCLUSIONS, "pattern:*x*"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_without_repeating_it(village, http, path, rule):
    refused(answer := http("PUT", path, {"rule": rule, "reason": "x"}), 422, "invalid_input")

    assert rule not in answer.text
    assert exclusions.listed(village.graph) == []


# ---- what is missing ----


@pytest.fixture
def bare(lab):
    """An empty graph for which nothing was set up."""
    return replace(lab, settings=replace(lab.settings, domains=()))


def missing(lab, **settings):
    return [one["code"] for one in troubles.found(lab.graph, replace(lab.settings, **settings), AT)]


JOBS = ["job_never", "job_never"]


def test_whatever_was_never_set_up_is_named_and_no_more_once_it_is_there(lab, bare):
    everything = ["domains_missing", "directory_missing", "admin_missing", "mail_missing", "sources_missing", *JOBS]
    assert missing(bare) == everything

    lab.load_people()
    assert missing(bare) == [one for one in everything if one != "directory_missing"]
    assert missing(lab) == ["admin_missing", "mail_missing", "sources_missing", *JOBS]
    assert missing(lab, oidc=Oidc("x", "y", roles={"a": "admin"})) == ["mail_missing", "sources_missing", *JOBS]
    assert missing(lab, oidc=Oidc("x", "y", roles={"a": "seller"}))[0] == "admin_missing"
    lab.token("seller")
    assert missing(lab)[0] == "admin_missing"
    lab.token("admin")
    assert missing(lab, post=POST) == ["sources_missing", *JOBS]

    read(lab, "crm:dynamics")
    assert missing(lab, post=POST) == ["mailbox_missing", *JOBS]
    read(lab, "mail")
    assert missing(lab, post=POST) == JOBS
    lab.reweight()
    lab.forget()
    assert missing(lab, post=POST) == []


def read(lab, source):
    lab.graph.row("ingest/started", sources=[source], now=NOON)
    lab.graph.row("ingest/ended", sources=[source], now=NOON, error=None)


def test_a_key_that_was_revoked_or_has_expired_is_nobodys(lab):
    token = lab.token("admin")
    assert "admin_missing" not in missing(lab)

    keys.revoke(lab.graph, token.split("_")[1], now=NOON)
    assert "admin_missing" in missing(lab)

    keys.create(lab.graph, lab.settings, ANNA, roles=("admin",), name="", day=TODAY, now=NOON, expires=NOON)
    assert "admin_missing" in missing(lab)


def test_what_is_late_failed_or_dead_is_named_with_who_can_do_what(village):
    village.token("admin")
    village.reweight(day=TODAY - 3)
    village.forget()
    village.query("dead_mail", mails=3)

    told = troubles.found(village.graph, replace(village.settings, sources={"calendar": 1}), AT)

    assert [one["code"] for one in told] == ["mail_missing", "mails_dead", "source_missing", "job_late"]
    assert told[1]["message"] == "Mails that could not be sent: 3."
    assert all(one["who"] == "administrator" and one["remedy"] for one in told)


def test_without_an_index_of_the_schema_that_is_named_and_nothing_else(village, http):
    village.query("drop_constraint", name="job_name")
    try:
        (told,) = http("GET", STATUS).json["missing"]
    finally:
        village.graph.rows("schema/migrations/0011_job_name")
        until(lambda: schema.unready(village.graph) == [])

    assert told["code"] == "index_missing"
    assert "job_name" in told["message"]


def test_a_deployment_that_is_as_it_should_be_is_told_so(village):
    now = moment()
    settings = replace(village.settings, post=POST)
    client = create_app(village.graph, settings).test_client()
    bearer = {"Authorization": f"Bearer {village.token('admin')}"}
    for job in (village.reweight, village.forget):
        job(day=now.day)

    assert client.get(STATUS, headers=bearer).json == {"missing": []}
