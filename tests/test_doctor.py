"""`wkw doctor` finds what is wrong with a deployment and says what to do about it."""

import json
import time
from contextlib import closing

import pytest
from issuer import AUDIENCE, Issuer
from letterbox import letterbox
from program import free_port, program_of
from servers import until

from wkw import schema
from wkw.cli import doctor
from wkw.moment import moment

CHECKED = [f"ok: {name}\n" for name in ("settings, secrets, schema", *doctor.CHECKS)]


@pytest.fixture
def wkw(village, monkeypatch):
    """A deployment that is as it should be; few plans are looked at, which takes seconds."""
    monkeypatch.setattr(doctor, "HOT", ("keys",))
    wkw = program_of(village)
    wkw("reweight")
    wkw("forget")
    return wkw


def found(wkw, **settings):
    done = wkw("doctor", "--json", **settings)
    told = json.loads(done.out)
    assert (done.code, told["healthy"]) == ((1, False) if told["notices"] else (0, True))
    assert told["checked"] == list(doctor.CHECKS)
    assert all(notice["remedy"] and notice["message"] for notice in told["notices"])
    return [notice["code"] for notice in told["notices"]]


def test_what_is_well_is_listed(wkw):
    assert (wkw("doctor").out, found(wkw)) == ("".join(CHECKED), [])


def test_jobs_that_never_ran_are_found_with_what_to_do(village):
    out = program_of(village)("doctor").out

    assert "sources and jobs: The job forget never ran. Run `wkw clock` beside the web" in out
    assert out.count("never ran") == 2


def test_a_source_that_is_being_read_and_weights_that_change_are_found(wkw, village):
    village.query("changing")
    village.graph.row("ingest/started", sources=["mail"], now=moment().now)

    assert found(wkw) == ["source_unfinished", "formula_changing"]


def test_an_index_that_is_gone_is_found_with_the_queries_that_scan_without_it(wkw, village, monkeypatch):
    monkeypatch.setattr(doctor, "HOT", ("lookup",))
    monkeypatch.setattr(doctor, "FEW", 0)  # as if the village were a town
    village.query("drop_name_index")
    try:
        out = wkw("doctor").out
    finally:
        village.graph.rows("schema/migrations/0014_person_folded_name")
        monkeypatch.undo()
        until(lambda: schema.unready(village.graph) == [])

    gone = "constraints and indexes: The constraint or index person_folded_name is gone. "
    assert gone + "Create it as in cypher/schema/migrations/0014_person_folded_name.cypher.\n" in out
    assert "plans: The query lookup/targets would scan the graph: NodeByLabelScan" in out
    assert found(wkw) == []


def test_a_clock_that_differs_from_the_databases_is_found(wkw, monkeypatch):
    real = time.time
    for skew in (60, -60):
        monkeypatch.setattr(time, "time", lambda skew=skew: real() + skew)
        assert found(wkw) == ["clock_skew"]


def test_a_server_that_is_too_old_is_found(wkw, monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST", (9999, 1))

    assert found(wkw) == ["old_server"]


def test_secrets_that_others_may_read_are_found(wkw, village):
    state = village.settings.state
    state.mkdir(mode=0o700, exist_ok=True)
    (state / "address.key").write_text("x")
    (state / "address.key").chmod(0o644)
    assert found(wkw) == ["readable_secret"]

    (state / "address.key").chmod(0o600)
    assert found(wkw) == []
    state.chmod(0o755)
    assert found(wkw) == ["readable_secret"]


def test_what_serve_would_refuse_is_found(wkw):
    assert found(wkw, WKW_HOST="nord.example", FLASK_DEBUG="1") == ["invalid_settings"]


def test_an_identity_provider_is_asked_for_its_keys(wkw):
    with closing(Issuer()) as issuer:
        oidc = {"WKW_OIDC_ISSUER": issuer.url, "WKW_OIDC_AUDIENCE": AUDIENCE}
        assert found(wkw, **oidc) == []
    assert found(wkw, **oidc) == ["identity_provider"]


def test_a_store_of_limits_that_does_not_answer_is_found(wkw):
    assert found(wkw, WKW_LIMITS_STORE=f"redis://127.0.0.1:{free_port()}/0") == ["limits_unavailable"]


def test_a_mail_server_that_takes_none_is_found(wkw):
    more = {"WKW_MAIL_FROM": "privacy@nord.example", "WKW_URL": "https://wkw.nord.example"}
    with letterbox() as box:
        assert found(wkw, WKW_SMTP_URL=f"smtp://127.0.0.1:{box.port}", **more) == []
        assert found(wkw, WKW_SMTP_URL=f"smtps://127.0.0.1:{box.port}", **more) == ["mail_unavailable"]
    assert found(wkw, WKW_SMTP_URL=f"smtp://127.0.0.1:{free_port()}", **more) == ["mail_unavailable"]
    assert box.letters == []
