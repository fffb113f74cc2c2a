"""What can go wrong with the graph."""

from wkw.errors.plain import WkwError


class GraphError(WkwError):
    """The graph gave no answer."""

    code = "graph_error"


class GraphUnavailable(GraphError):
    """The database is not reachable just now."""

    code = "db_unavailable"
    remedy = "Try again in a few seconds; if it stays, start the database or check WKW_NEO4J_URI."
    retryable = True


class GraphBusy(GraphError):
    """A lock or a limit of the database was in the way."""

    code = "db_busy"
    remedy = "Try again in a few seconds."
    who = "you"
    retryable = True


class GraphRefused(GraphError):
    """The database refused the login or the right to do this."""

    code = "db_refused"
    remedy = "Check WKW_NEO4J_USER and WKW_NEO4J_PASSWORD (or the file WKW_NEO4J_PASSWORD_FILE names)."


class QueryTimeout(GraphError):
    """The question took longer than its time limit."""

    code = "query_timeout"
    remedy = "Ask for less at once."
    who = "you"


class OutcomeUnknown(GraphError):
    """The link broke around COMMIT, again and again."""

    code = "outcome_unknown"
    remedy = "Send the same again: what was stored is recognised and not stored twice."
    who = "you"
    retryable = True


class StorageFault(GraphError):
    """The database cannot write, most likely because its disk is full."""

    code = "storage_fault"
    remedy = "Free disk space on the database's volume and restart it."
    retryable = True
