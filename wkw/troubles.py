"""What keeps wkw from being of use: what was never set up, what is late, what failed; each with what to do about it."""

from collections.abc import Iterable, Iterator

from wkw import jobs, keys, outbox, schema, sources
from wkw.formula import in_force
from wkw.graph import Graph, Row
from wkw.moment import Moment
from wkw.notices import Notice, finding, formula_changing, job_never, job_trouble, source_troubles
from wkw.settings import Settings

OF_CRM = "crm:"  # how the sources begin that know of mail only what somebody logged


def found(graph: Graph, settings: Settings, at: Moment) -> list[Notice]:
    """All of it, nothing where all is well; without its indexes the graph is asked for nothing else."""
    return [*indexes(graph)] or [*unset(graph, settings, at), *late(graph, settings, day=at.day)]


def unset(graph: Graph, settings: Settings, at: Moment) -> Iterator[Notice]:
    """What nobody has set up, or handed in, yet."""
    row = graph.row("troubles/listed")
    if not settings.domains:
        remedy = "Set WKW_DOMAINS to your own mail domains and run `wkw migrate`."
        yield finding("domains_missing", "Nobody is known to be a colleague: there are no own domains.", remedy)
    if row is None:
        remedy = "Run `wkw people FILE`, or let a connector send `PUT /v1/people`."
        yield finding("directory_missing", "No directory of people was read.", remedy)
    if not (_gives_admin(settings) or any(_is_admin(key, at.now) for key in keys.listed(graph))):
        remedy = "Run `wkw key create ADDRESS --role admin`, or name a value for it in WKW_OIDC_ROLES."
        yield finding("admin_missing", "Nobody can be an administrator over HTTP.", remedy)
    if settings.post is None:
        remedy = "Set WKW_SMTP_URL, WKW_MAIL_FROM and WKW_URL; until then people copy the text themselves."
        yield finding("mail_missing", "No mail can be sent: there is no mail server.", remedy)
    yield from outbox.troubles(graph, settings, now=at.now)
    yield from _unread(sources.listed(graph))


def indexes(graph: Graph) -> Iterator[Notice]:
    """The constraints and indexes of the migrations that are gone, or not ready."""
    for name, query in sorted(schema.missing(graph).items()):
        remedy = f"Create it as in cypher/{query}.cypher."
        yield finding("index_missing", f"The constraint or index {name} is gone.", remedy)
    for row in schema.unready(graph):
        message = f"The index {row['name']} is {row['state'].lower()}."
        yield finding("index_not_ready", message, "Wait until it is online; make it anew where it failed.")


def late(graph: Graph, settings: Settings, *, day: int) -> Iterator[Notice]:
    """Sources and jobs that failed or are not on time, and ties that do not follow one formula."""
    yield from source_troubles(sources.listed(graph), settings.sources, day=day)
    yield from [formula_changing()] if in_force(graph).changing else []
    for job in jobs.listed(graph):
        trouble = job_never(job.name) if job.started is None else job_trouble(job.name, job.day, job.error, day=day)
        yield from [trouble] if trouble else []


def _gives_admin(settings: Settings) -> bool:
    return settings.oidc is not None and "admin" in settings.oidc.roles.values()


def _is_admin(key: Row, now: int) -> bool:
    """Whether a key lets an administrator in."""
    return "admin" in key["roles"] and key["revoked"] is None and (key["expires"] is None or now < key["expires"])


def _unread(known: Iterable[Row]) -> Iterator[Notice]:
    read = [source["name"] for source in known if source["ended"] is not None]
    remedy = "Run `wkw ingest mail PATH`, or let a connector send `POST /v1/interactions`."
    if not read:
        yield finding("sources_missing", "No mailbox, calendar or CRM was ever read, so nobody knows anybody.", remedy)
    elif all(name.startswith(OF_CRM) for name in read):
        yield finding(
            "mailbox_missing", "Only a CRM was read: it knows what people logged there, not mailboxes.", remedy
        )
