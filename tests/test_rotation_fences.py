"""While address keys are made anew, and with other secrets than theirs, nobody writes and nobody is served."""

from contextlib import closing
from dataclasses import replace

import pytest
from lab import NOON, TODAY, Lab, village_records
from races import held as locked
from rotations import BO, EVA, LEA, SECOND, THIRD, again, in_order, killed, rotated, with_secrets
from servers import until

from wkw import exclusions, identity, rotation, schema, sharing
from wkw.errors import GraphBusy, LeaseLost, SettingsError
from wkw.graph import Graph
from wkw.model import Target
from wkw.web import create_app

pytestmark = pytest.mark.usefixtures("unbound")


def close(lab, uri):
    return sharing.close(lab.graph, lab.settings, lab.key(uri[7:]), now=NOON, by="self")


def rule_of(lab, text):
    return exclusions.Rule(*exclusions.parsed(lab.settings, text), at=NOON)


WRITING = {  # by what asks in its transaction; Bo has switched off, and is not purged yet
    "ingest/store": lambda lab: lab.ingest(village_records()),
    "people/store": lambda lab: lab.load_people(),
    "sharing/close": lambda lab: close(lab, EVA),
    "sharing/noted": lambda lab: sharing.finish(lab.graph, lab.settings, now=NOON),
    "sharing/open": lambda lab: sharing.on(lab.graph, lab.settings, lab.key(BO[7:]), now=NOON + 1, by="self"),
    "keys/create": lambda lab: lab.token(),
    "exclusions/add": lambda lab: exclusions.add(lab.graph, lab.settings, rule_of(lab, "frida@freemail.example")),
    "exclusions/erase": lambda lab: exclusions.purge(
        lab.graph, lab.settings, [rule_of(lab, "kund.example")], day=TODAY
    ),
    "identity/join": lambda lab: identity.merge(lab.graph, lab.settings, Target(EVA), Target(LEA), day=TODAY),
}
ASKED_FIRST = {"sharing/purge": WRITING["sharing/noted"], "exclusions/addresses": WRITING["exclusions/erase"]}


def refused(query):
    """Whoever joins people tries again as if somebody else changed them; all others are told at once."""
    if query == "identity/join":
        return pytest.raises(GraphBusy, match="changing the same people")
    return pytest.raises(SettingsError, match="with other secrets than those of WKW_ADDRESS_KEY")


class Paused(Graph):
    """Stands still once just before a query, while something else is done."""

    def __init__(self, login, before, meanwhile):
        super().__init__(login)
        self.before = before
        self.meanwhile = meanwhile

    def rows(self, name, /, **params):
        if name == self.before:
            self.before = None
            self.meanwhile()
        return super().rows(name, **params)


def whole(lab):
    """All that the graph holds, but for when sources were read."""
    rows = [row for row in lab.query("everything") if row["what"] != ["Source"]]
    return sorted(repr(row["what"]) + repr(sorted(row["facts"].items())) for row in rows)


@pytest.mark.parametrize("before", [*WRITING, *ASKED_FIRST])
def test_whoever_was_paused_just_before_a_write_while_keys_were_made_anew_writes_nothing(village, before):
    write = (WRITING | ASKED_FIRST)[before]
    exclusions.add(village.graph, village.settings, rule_of(village, "kund.example"))
    close(village, BO)
    held = []

    def meanwhile():
        held.append(whole(rotated(village, SECOND)))

    with closing(Paused(village.login, before, meanwhile)) as paused, refused(before):
        write(Lab(paused, village.settings, village.login))

    assert held == [whole(village)]
    other = with_secrets(village, SECOND)
    sharing.finish(other.graph, other.settings, now=NOON)  # what the ledger says holds, whoever wrote it
    purged = [one for one in sharing.receipts(other.settings, other.key(BO[7:])) if one.sharing == "off"]
    assert [(one.state, one.interactions > 0) for one in purged] == [("completed", True)]
    closed = {BO, EVA} if before == "sharing/close" else {BO}
    assert {who for who in (EVA, BO, LEA) if not sharing.state(other.graph, other.settings, who)} == (
        set() if before == "sharing/open" else closed
    )


@pytest.mark.parametrize("before", WRITING)
def test_whoever_has_old_secrets_writes_nothing_and_is_told_so(village, before):
    exclusions.add(village.graph, village.settings, rule_of(village, "kund.example"))
    close(village, BO)
    rotated(village, SECOND)
    held = whole(village)

    with pytest.raises(SettingsError, match="WKW_ADDRESS_KEY lacks a secret"):
        schema.opened(village.graph, village.settings)
    with refused(before):
        WRITING[before](village)

    assert whole(village) == held


def test_what_retention_folds_waits_until_all_keys_are_new(village, monkeypatch):
    monkeypatch.setattr(rotation, "CHUNK", 8)
    village.forget(retention=120)
    before, kept = village.state(), village.query("kept")
    other = killed(village, 2)

    with pytest.raises(LeaseLost, match="`wkw rotate` runs"):
        village.forget(retention=30)
    rotation.rotate(other.graph, other.settings)

    assert in_order(other.state()) == in_order(again(before, (SECOND,)))
    other.forget(retention=30)
    assert len(other.query("kept")) >= len(kept) > 0
    assert other.query("misnamed_kept") == [{"wrong": 0}]


def test_nobody_is_served_while_keys_are_made_anew_nor_with_other_secrets(village, monkeypatch):
    monkeypatch.setattr(rotation, "CHUNK", 8)
    headers = {"Authorization": f"Bearer {village.token()}"}
    client = create_app(village.graph, village.settings).test_client()
    assert client.get("/readyz").status_code == 200

    other = killed(village, 2)
    until(lambda: client.get("/readyz").status_code == 503)
    with pytest.raises(SettingsError, match="Run `wkw rotate`"):
        create_app(other.graph, other.settings)
    refusals = [client.get(path, headers=headers) for path in ("/readyz", "/v1/me")]
    rotation.rotate(other.graph, other.settings)
    with pytest.raises(SettingsError, match="WKW_ADDRESS_KEY lacks a secret"):
        create_app(village.graph, village.settings)
    refusals += [client.get(path, headers=headers) for path in ("/readyz", "/v1/me")]

    for refused in refusals:
        assert (refused.status_code, refused.json["code"]) == (503, "invalid_settings")
        assert refused.json["detail"].startswith("WKW_ADDRESS_KEY lacks a secret")
        assert (refused.json["who"], "the oldest first" in refused.json["remedy"]) == ("administrator", True)
    served = create_app(other.graph, other.settings).test_client()
    assert [served.get(path, headers=headers).status_code for path in ("/readyz", "/v1/me")] == [200, 200]


def test_a_server_with_all_secrets_is_not_ready_on_a_graph_put_back_in_the_midst_of_a_rotation(village, monkeypatch):
    other = rotated(village, SECOND)
    client = create_app(other.graph, other.settings).test_client()
    assert client.get("/readyz").status_code == 200
    for word in ("wipe", "renew", "unbind"):
        village.query(word)
    schema.migrate(village.graph, village.settings, now=NOON)
    village.load_village()
    monkeypatch.setattr(rotation, "CHUNK", 8)
    killed(village, 2)

    until(lambda: client.get("/readyz").status_code == 503)

    assert "Run `wkw rotate`" in client.get("/readyz").json["remedy"]


FIRST = b"a secret for addresses, for tests"


@pytest.mark.parametrize("wrong", [(SECOND,), (SECOND, FIRST), (FIRST, THIRD)])
def test_a_missing_secret_or_another_order_is_refused_and_changes_nothing(village, wrong):
    other = rotated(village, SECOND)
    before = other.state()
    settings = replace(village.settings, address_key=wrong)

    for refused in (rotation.rotate, schema.opened):
        with pytest.raises(SettingsError, match="WKW_ADDRESS_KEY"):
            refused(village.graph, settings)

    assert other.state() == before


def test_a_ledger_with_keys_of_a_missing_secret_keeps_an_older_copy_of_the_graph_out(village):
    other = rotated(village, SECOND)
    sharing.off(other.graph, other.settings, EVA, now=NOON)
    for word in ("wipe", "renew", "unbind"):
        other.query(word)
    schema.migrate(village.graph, village.settings, now=NOON)  # the graph is one of before the rotation
    village.load_village()

    with pytest.raises(SettingsError, match="ledger"):
        sharing.settle(village.graph, village.settings, now=NOON)
    with pytest.raises(SettingsError, match="ledger"):
        rotated(village, THIRD)
    rotation.rotate(other.graph, other.settings)
    sharing.settle(other.graph, other.settings, now=NOON)

    assert not sharing.state(other.graph, other.settings, EVA)
    assert other.ingest(village_records()).fates["suppressed"] == 9


def test_it_waits_for_whoever_began_to_write_before_it(village):
    other = with_secrets(village, SECOND)
    with locked(village, "hold", key=village.key("anna@nord.example")), pytest.raises(GraphBusy, match="began before"):
        rotation.rotate(other.graph, other.settings, patience=0.2)
    assert village.query("address", key=village.key("anna@nord.example"))

    rotation.rotate(other.graph, other.settings)

    assert other.query("address", key=other.key("anna@nord.example"))
