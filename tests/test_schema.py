"""The schema: applied in order, recorded with checksums, refused where graph, program and secrets do not fit."""

from dataclasses import replace

import pytest
from lab import NOON

from wkw import schema
from wkw.errors import SchemaError, SettingsError

pytestmark = pytest.mark.both_lines


@pytest.fixture
def bare(lab):
    """A graph without any schema; the next test finds it migrated again."""
    lab.query("wipe_migrations")
    for name in lab.query("constraints"):
        lab.query("drop_constraint", name=name["name"])
    yield lab
    lab.query("wipe_migrations")
    schema.migrate(lab.graph, lab.settings, now=NOON)


def migrate(lab, settings=None):
    return [step.version for step in schema.migrate(lab.graph, settings or lab.settings, now=NOON)]


def test_an_empty_graph_gets_every_step_in_order_once(bare):
    versions = [step.version for step in schema.migrations()]

    assert migrate(bare) == versions == sorted(versions)
    assert migrate(bare) == []
    made = {(row["labels"], row["property"]) for row in bare.query("constraints")}
    assert {
        ("Address", "key"),
        ("Person", "id"),
        ("INTERACTED", "id"),
        ("KEPT", "pair"),
        ("KNOWS", "pair"),
        ("Domain", "name"),
        ("Company", "id"),
        ("Introduction", "id"),
        ("Mail", "id"),
        ("Job", "name"),
        ("Key", "id"),
        ("Settings", "id"),
        ("Migration", "version"),
    } <= made


def test_a_graph_without_schema_is_not_opened_and_says_what_to_do(bare):
    with pytest.raises(SchemaError) as refused:
        schema.opened(bare.graph, bare.settings)

    assert "wkw migrate" in str(refused.value)


@pytest.mark.parametrize("killed_after", [1, 7, 14])
def test_a_run_killed_in_the_middle_is_finished_by_the_next(bare, killed_after):
    steps = schema.migrations()
    for step in steps[:killed_after]:
        bare.graph.rows(step.query)
        bare.graph.row("schema/record", version=step.version, name=step.name, checksum=step.checksum, now=NOON)
    bare.graph.rows(steps[killed_after].query)  # the kill fell between the step and its record

    assert migrate(bare) == [step.version for step in steps[killed_after:]]
    assert schema.opened(bare.graph, bare.settings).domains == ("nord.example",)


def test_a_migration_changed_after_it_was_applied_is_refused(lab):
    lab.query("tamper", version=2, checksum="0" * 64)
    try:
        for use in (schema.opened, lambda graph, settings: schema.migrate(graph, settings, now=NOON)):
            with pytest.raises(SchemaError, match=r"Migration 2 \(address_key\) was changed"):
                use(lab.graph, lab.settings)
    finally:
        lab.query("tamper", version=2, checksum=schema.migrations()[1].checksum)


def test_a_graph_newer_than_the_program_is_refused(lab):
    newer = schema.migrations()[-1].version + 1
    lab.graph.row("schema/record", version=newer, name="from_the_future", checksum="", now=NOON)
    try:
        for use in (schema.opened, lambda graph, settings: schema.migrate(graph, settings, now=NOON)):
            with pytest.raises(SchemaError, match=f"version {newer}, newer"):
                use(lab.graph, lab.settings)
    finally:
        lab.query("unmigrate", version=newer)


@pytest.mark.parametrize("name", ["address_key", "interaction_key"])
def test_another_secret_than_the_graphs_is_refused(lab, name):
    other = b"quite another secret than the first one"
    wrong = replace(lab.settings, **{name: (other,) if name == "address_key" else other})

    with pytest.raises(SettingsError, match=f"WKW_{name.upper()}"):
        schema.opened(lab.graph, wrong)


def test_anothers_graph_is_refused_before_a_pending_step_is_applied(lab):
    last = schema.migrations()[-1].version
    lab.query("unmigrate", version=last)
    wrong = replace(lab.settings, address_key=(b"quite another secret than the first one",))

    with pytest.raises(SettingsError, match="WKW_ADDRESS_KEY"):
        migrate(lab, wrong)

    assert migrate(lab) == [last]


def test_other_domains_than_the_graphs_are_refused_with_the_remedy(lab):
    with pytest.raises(SettingsError) as refused:
        schema.opened(lab.graph, replace(lab.settings, domains=("sued.example",)))

    assert "nord.example" in refused.value.message
    assert "read again" in refused.value.remedy


def test_without_domains_in_the_settings_the_graphs_are_used(lab):
    assert schema.opened(lab.graph, replace(lab.settings, domains=())).domains == ("nord.example",)
