"""What can go wrong beside the graph."""


class WkwError(Exception):
    """A failure that a user is told of: `message` (what and why), `remedy` (what to do), `who` (can do it)."""

    code = "error"
    remedy = "Try again; if it stays, report it with the request id."
    who = "administrator"
    retryable = False

    def __init__(self, message: str, *, remedy: str | None = None, who: str | None = None, code: str | None = None):
        super().__init__(message)
        self.message = message
        self.remedy = remedy or self.remedy
        self.who = who or self.who
        self.code = code or self.code

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class InputError(WkwError):
    """What was handed in cannot be used; `fields` says why, field by field."""

    code = "invalid_input"
    remedy = "Correct the input and send it again."
    who = "you"

    def __init__(self, message: str, *, fields: dict[str, list[str]] | None = None, **more: str | None):
        super().__init__(message, **more)
        self.fields = fields or {}


class AddressError(InputError):
    """Not a mail address, telephone number or CRM id."""

    code = "invalid_address"
    remedy = "Give an address such as anna@nord.example, tel:+4687000 or crm:dynamics:42."


class FileError(InputError):
    """A file that is missing, unreadable or of another kind than expected."""

    code = "invalid_file"
    remedy = "Check the path and the kind of file."


class SettingsError(InputError):
    """A setting that is missing or impossible."""

    code = "invalid_settings"
    remedy = "Correct the setting and start again."
    who = "administrator"


class HeaderMissing(WkwError):
    """A header is missing without which nothing is done."""

    code = "header_missing"
    who = "you"


class Unauthenticated(WkwError):
    """No valid API key or token came with the request."""

    code = "unauthenticated"
    remedy = "Send `Authorization: Bearer <API key or token>`; an administrator makes a key with `wkw key create`."
    who = "administrator"


class Forbidden(WkwError):
    """The caller is known but may not do this."""

    code = "forbidden"
    remedy = "Ask an administrator."


class PolicyError(WkwError):
    """A route does not say who may call it, so nobody may."""

    code = "route_without_policy"
    remedy = "State its roles with `@allow(...)`, or `@allow()` if everybody may call it."
    who = "developer"


class ProviderUnavailable(WkwError):
    """The identity provider gave no keys to check a token with, and none are known from before."""

    code = "identity_provider_unavailable"
    remedy = "Try again in a few seconds; if it stays, an administrator checks WKW_OIDC_ISSUER and the log."
    retryable = True


class TooMany(WkwError):
    """The caller has done too much for now; `free` says when it may go on, in epoch milliseconds."""

    code = "too_many"
    remedy = "Wait until `free_at`; WKW_CALLS_PER_MINUTE, WKW_PARALLEL_CALLS and WKW_PEOPLE_PER_DAY can be raised."
    who = "you"
    retryable = True

    def __init__(self, message: str, *, free: int, remedy: str | None = None):
        super().__init__(message, remedy=remedy)
        self.free = free


class LimitsUnavailable(WkwError):
    """What callers have done cannot be counted, so nobody is let in."""

    code = "limits_unavailable"
    remedy = "Try again in a few seconds; if it stays, an administrator checks WKW_LIMITS_STORE and Redis."
    retryable = True


class MailUnavailable(WkwError):
    """A mail could not be handed over to the mail server."""

    code = "mail_unavailable"
    remedy = "Try again in a few minutes; if it stays, an administrator checks WKW_SMTP_URL and the mail server."
    retryable = True


class NotFound(WkwError):
    """Nobody to show: unknown, unreachable, opted out, a colleague or known one way only, all alike."""

    code = "not_found"
    remedy = "Check the address or the name, or ask a colleague directly."
    who = "you"


class Ambiguous(WkwError):
    """Several people fit; `candidates` lists them and nothing is guessed."""

    code = "ambiguous"
    remedy = "Choose one of the candidates by its id."
    who = "you"

    def __init__(self, message: str, candidates: list[dict[str, object]]):
        super().__init__(message)
        self.candidates = candidates


class Conflict(WkwError):
    """It is not, or no longer, as it would have to be; nothing was done."""

    code = "conflict"
    who = "you"


class Outdated(Conflict):
    """Somebody else has changed it since it was read, and nothing was written; `version` is the one in force."""

    code = "outdated"
    remedy = "Read it again, and change what is there now."

    def __init__(self, version: int):
        super().__init__(f"Somebody else was first: version {version} is in force.")
        self.version = version


class SchemaError(WkwError):
    """The graph's schema and this program do not fit each other."""

    code = "schema_mismatch"
    remedy = "Run `wkw migrate`."


class JobError(WkwError):
    """A job cannot run, or must not go on."""

    code = "job_failed"
    remedy = "Run it again: it goes on where it stopped."
    retryable = True


class JobTaken(JobError):
    """Somebody else is running the job."""

    code = "job_running"
    remedy = "Wait for it to end; `wkw jobs` shows how far it is."


class LeaseLost(JobError):
    """The job was paused beyond its lease, so somebody else may have taken over; nothing more was written."""

    code = "lease_lost"


class JobStopped(JobError):
    """The job was asked to stop between two chunks."""

    code = "stopped"


class StateUnavailable(WkwError):
    """What is kept beside the graph, the ledger or the audit log, cannot be written or read; nothing was done."""

    code = "state_unavailable"
    remedy = "Try again in a few seconds; if it stays, an administrator checks WKW_STATE: its rights and its disk."
    retryable = True


class LedgerError(WkwError):
    """The graph knows of decisions on sharing that the ledger does not hold."""

    code = "ledger_mismatch"
    remedy = "Set WKW_STATE to the folder with the ledger of this graph, or put the whole file back from a backup."


class StateDamaged(WkwError):
    """What is kept beside the graph is not as it was written."""

    code = "state_damaged"
    remedy = "Keep it as it is, compare it with a backup of WKW_STATE, and find out who could write there."


class EmbeddedError(WkwError):
    """The embedded Neo4j cannot be fetched, started or stopped."""

    code = "embedded_unavailable"
    remedy = "See the server's log, or set WKW_NEO4J_URI to use a Neo4j of your own."
