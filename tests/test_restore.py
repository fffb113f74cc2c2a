"""A copy of the graph that is put back knows nothing of what was decided after it; the ledger does."""

import subprocess

import pytest
from lab import NOON, lab_at, village_records
from servers import until

from wkw import sharing
from wkw.errors import LedgerError
from wkw.ledger import FILE
from wkw.web.app import create_app

EVA, LEA, BO = "mailto:eva@nord.example", "mailto:lea@kund.example", "mailto:bo@nord.example"


def admin(server, *words):
    """What `neo4j-admin` does with a server that is down."""
    java, place = server.process.args[0], server.process.args.index("-cp")
    class_path = server.process.args[place + 1]
    command = [java, "-XX:TieredStopAtLevel=1", "-cp", class_path, "org.neo4j.cli.AdminTool", *words]
    done = subprocess.run(command, env=server.home.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def restored(faulty, tmp_path_factory):
    """A village of which a copy was put back after three had decided: the lab, its application, the state before."""
    folder = tmp_path_factory.mktemp("restored")
    lab = lab_at(faulty, folder)
    lab.load_people()
    lab.ingest(village_records())
    app = create_app(lab.graph, lab.settings)
    token = lab.token("admin", "seller")
    faulty.close()
    admin(faulty, "database", "dump", "neo4j", f"--to-path={folder}")
    faulty.spawn().ready()
    sharing.off(lab.graph, lab.settings, EVA, now=NOON)
    sharing.off(lab.graph, lab.settings, LEA, now=NOON + 1)
    sharing.off(lab.graph, lab.settings, BO, now=NOON + 2)
    sharing.on(lab.graph, lab.settings, lab.key(BO[7:]), now=NOON + 3, by="self")
    before = lab.state()
    faulty.close()
    admin(faulty, "database", "load", "neo4j", f"--from-path={folder}", "--overwrite-destination")
    faulty.spawn().ready()
    yield lab, app.test_client(), {"Authorization": f"Bearer {token}"}, before
    lab.empty()
    lab.graph.close()


def test_nobody_who_opted_out_after_a_dump_is_shown_by_a_server_that_never_stopped(restored):
    lab, client, headers, before = restored
    asked = {"target": {"address": "lea@kund.example"}, "purpose": "lead_followup"}
    assert "Eva Noor" in repr(lab.query("names"))  # the copy knows nothing of it

    until(lambda: client.post("/v1/lookups", json=asked, headers=headers).status_code != 503)

    assert client.post("/v1/lookups", json=asked, headers=headers).status_code == 404
    assert client.get("/readyz").status_code == 200
    assert lab.state() == before
    (bo,) = lab.query("address", key=lab.key(BO[7:]))
    assert (bo["facts"]["sharing"], bo["facts"]["collect_from"]) == (True, NOON + 3)
    assert lab.ingest(village_records()).fates["suppressed"] > 0
    assert "Eva" not in repr(lab.query("everything"))


def test_a_graph_without_its_ledger_is_not_served(restored):
    lab, client, headers, _ = restored
    sharing.settle(lab.graph, lab.settings, now=NOON)
    assert client.get("/v1/me", headers=headers).status_code == 200
    (lab.settings.state / FILE).rename(lab.settings.state / "elsewhere")

    with pytest.raises(LedgerError):
        sharing.settle(lab.graph, lab.settings, now=NOON)
    with pytest.raises(LedgerError):
        sharing.off(lab.graph, lab.settings, "mailto:anna@nord.example", now=NOON)
    until(lambda: client.get("/readyz").status_code == 503)
    for refused in (client.get("/readyz"), client.get("/v1/me", headers=headers)):
        assert (refused.status_code, refused.json["code"]) == (503, "ledger_mismatch")
