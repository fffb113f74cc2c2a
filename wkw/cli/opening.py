"""Opens the graph that the settings name, one's own Neo4j or the embedded one, and records what is done there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

from wkw import embedded, schema, sharing
from wkw.audit import OPERATOR, Act, Audit, Seen
from wkw.cli.show import fetching
from wkw.errors import SettingsError
from wkw.graph import FIRST, JOBS, Graph, Login, Profile
from wkw.moment import moment
from wkw.settings import Settings, load, with_secrets


@contextmanager
def opened() -> Iterator[tuple[Graph, Settings]]:
    """The graph, whose schema was checked, and the settings with its own domains."""
    settings = with_secrets(load())
    with _endpoint(settings) as endpoint:
        login = _login(settings, endpoint)
        with closing(Graph(login, FIRST)) as graph:
            settings = schema.opened(graph, settings)
            sharing.settle(graph, settings, now=moment().now)
        with closing(Graph(login, JOBS)) as graph:
            yield graph, settings


def recorded(settings: Settings, act: str) -> AbstractContextManager[Seen]:
    """Records what an operator does in the block and what came of it; a StateUnavailable where that cannot be.

    The operator is the number of the operating system's user, which no environment variable can change.
    """
    who = Act(act, secrets.token_hex(8), moment().now, (OPERATOR,), operator=os.getuid(), purpose=OPERATOR)
    return Audit(settings).recorded(who)


@contextmanager
def connected(
    settings: Settings, profile: Profile = JOBS, tuning: embedded.Tuning = embedded.PRODUCT
) -> Iterator[tuple[Graph, embedded.Endpoint | None]]:
    """The graph as it is, and the endpoint of the embedded server where that is used."""
    with _endpoint(settings, tuning) as endpoint, closing(Graph(_login(settings, endpoint), profile)) as graph:
        yield graph, endpoint


@contextmanager
def _endpoint(settings: Settings, tuning: embedded.Tuning = embedded.PRODUCT) -> Iterator[embedded.Endpoint | None]:
    with ExitStack() as stack:
        endpoint = None
        if not settings.neo4j_uri:
            with fetching() as progress:  # no longer than the start takes
                attached = embedded.attached(
                    settings.data, repository=settings.repository, progress=progress, tuning=tuning
                )
                endpoint = stack.enter_context(attached)
        yield endpoint


@contextmanager
def beside(settings: Settings) -> Iterator[tuple[Graph, Graph]]:
    """The embedded server's graph and an empty one, whose files take the place of the first's at a good end."""
    with ExitStack() as stack:
        with fetching() as progress:  # no longer than the start takes
            renewed = embedded.renewed(settings.data, repository=settings.repository, progress=progress)
            endpoints = stack.enter_context(renewed)
        old, new = (stack.enter_context(closing(Graph(_login(settings, one), JOBS))) for one in endpoints)
        yield old, new


def _login(settings: Settings, endpoint: embedded.Endpoint | None) -> Login:
    if endpoint:
        return Login(endpoint.uri, endpoint.user, endpoint.password)
    if not settings.neo4j_uri or not settings.neo4j_password:
        raise SettingsError(
            "WKW_NEO4J_URI is set, but not WKW_NEO4J_PASSWORD (or WKW_NEO4J_PASSWORD_FILE).",
            remedy="Set it too, or unset WKW_NEO4J_URI to use a Neo4j of wkw's own.",
        )
    return Login(settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password, settings.neo4j_database)
