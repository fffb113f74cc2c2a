"""Brings a graph's schema up to date and refuses one that does not fit."""

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wkw import queries
from wkw.errors import SchemaError, SettingsError
from wkw.graph import Graph, Row
from wkw.settings import Settings, fingerprint

ONLINE_SECONDS = 60
NAMED = re.compile(r"\b(?:CONSTRAINT|INDEX) (\w+) IF")  # what a migration makes


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: a query file that never changes once it was applied."""

    version: int
    name: str
    checksum: str
    query: str


def migrations() -> list[Migration]:
    """The steps that this program knows, in order."""
    return [_migration(name) for name in queries.names("schema/migrations")]


def _migration(query: str) -> Migration:
    version, name = query.rsplit("/", 1)[-1].split("_", 1)
    checksum = hashlib.sha256(queries.load(query).text.encode()).hexdigest()
    return Migration(int(version), name, checksum, query)


def migrate(graph: Graph, settings: Settings, *, now: int) -> list[Migration]:
    """Applies what is missing and writes down whose graph this is; `now` in epoch milliseconds.

    Each step can be repeated, so a run that was killed between a step and its record finishes next time.
    """
    todo = list(_pending(graph))
    bound = graph.row("schema/bound")
    if bound and bound["address_print"] is not None:  # another's graph is refused before anything is done
        _check(bound, settings)
    for step in todo:
        graph.rows(step.query)
        graph.row("schema/record", version=step.version, name=step.name, checksum=step.checksum, now=now)
    _wait_until_online(graph)
    graph.row("schema/bind", domains=list(settings.domains), **_prints(settings))
    return todo


def opened(graph: Graph, settings: Settings) -> Settings:
    """The settings with the graph's own domains, after checking that graph, program and secrets fit each other."""
    todo = list(_pending(graph))
    if todo:
        raise SchemaError(f"The graph's schema lacks migration {todo[0].version} ({todo[0].name}) and later ones.")
    bound = graph.row("schema/bound")
    if bound is None or bound["address_print"] is None:
        raise SchemaError("The graph does not say whose it is.")
    _check(bound, settings)
    if settings.domains and not bound["domains"]:
        raise SchemaError("The graph does not know the own domains yet.")
    return replace(settings, domains=tuple(bound["domains"]))


def missing(graph: Graph) -> dict[str, str]:
    """The constraints and indexes that are gone, each with the migration that makes it."""
    there = {row["name"] for row in graph.rows("schema/named")}
    made = {name: step.query for step in migrations() for name in NAMED.findall(queries.load(step.query).text)}
    return {name: query for name, query in made.items() if name not in there}


def unready(graph: Graph) -> list[Row]:
    """Name and state of the indexes that cannot be used yet."""
    return graph.rows("schema/building")


def server(graph: Graph) -> Row:
    """The server's version and edition, and what time it has, in epoch milliseconds."""
    return graph.rows("schema/server")[0]


def _pending(graph: Graph) -> Iterator[Migration]:
    known = migrations()
    applied = {row["version"]: row for row in graph.rows("schema/applied")}
    if newer := applied.keys() - {step.version for step in known}:
        raise SchemaError(
            f"The graph's schema is of version {max(newer)}, newer than this program's {known[-1].version}.",
            remedy="Update wkw.",
        )
    for step in known:
        if step.version not in applied:
            yield step
        elif applied[step.version]["checksum"] != step.checksum:
            raise SchemaError(
                f"Migration {step.version} ({step.name}) was changed after it was applied to this graph.",
                remedy="Restore the file as it was, and put the change into a new migration.",
            )


def _wait_until_online(graph: Graph) -> None:
    deadline = time.monotonic() + ONLINE_SECONDS
    while building := unready(graph):
        if any(row["state"] == "FAILED" for row in building) or time.monotonic() > deadline:
            raise SchemaError(f"The index {building[0]['name']} is {building[0]['state'].lower()}.")
        time.sleep(0.05)


def _prints(settings: Settings) -> dict[str, str]:
    return {
        "address_print": settings.address_print,
        "interaction_print": fingerprint(settings.interaction_key),
    }


def _check(bound: Row, settings: Settings) -> None:
    """Refuses secrets and domains that differ from those that the graph has written down."""
    _check_secrets(bound, settings)
    _check_domains(tuple(bound["domains"]), settings.domains)


def _check_secrets(bound: Row, settings: Settings) -> None:
    if bound["interaction_print"] != fingerprint(settings.interaction_key):
        raise SettingsError(
            "WKW_INTERACTION_KEY is not the secret that this graph was made with.",
            remedy="Set WKW_INTERACTION_KEY (or WKW_INTERACTION_KEY_FILE, or WKW_STATE) to what it was.",
        )
    if bound["rotating"] is None and bound["address_print"] == settings.address_print:
        return
    known = {fingerprint(*settings.address_key[:n]) for n in range(1, len(settings.address_key) + 1)}
    if not {bound["address_print"], bound["rotating"] or bound["address_print"]} <= known:
        raise SettingsError(
            "WKW_ADDRESS_KEY lacks a secret that the address keys of this graph are made, or being made, with.",
            remedy="Set it (or WKW_ADDRESS_KEY_FILE, or WKW_STATE) to all of them, the oldest first, and start again.",
        )
    raise SettingsError(
        "Not all address keys of this graph are made with the secrets of WKW_ADDRESS_KEY yet.",
        remedy="Run `wkw rotate` until it has finished; then start whatever serves or reads again.",
    )


def _check_domains(kept: tuple[str, ...], given: tuple[str, ...]) -> None:
    if given and kept and given != kept:
        raise SettingsError(
            f"WKW_DOMAINS is {', '.join(given)}, but this graph was made for {', '.join(kept)}.",
            remedy="Set it back or leave it out; other domains need a new graph and every source read again.",
        )
