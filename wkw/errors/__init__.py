"""Everything that can go wrong, as one tree.

    WkwError
    ├── InputError             what was handed in cannot be used
    │   ├── AddressError       not a mail address, number or CRM id
    │   ├── FileError          a file that is missing, unreadable or of another kind
    │   └── SettingsError      a setting that is missing or impossible
    ├── HeaderMissing          a header without which nothing is done
    ├── Unauthenticated        who are you?
    ├── Forbidden              what you lack, and who can grant it
    ├── PolicyError            a route does not say who may call it
    ├── ProviderUnavailable    the identity provider gave no keys
    ├── TooMany                that was one call or one person too many for now
    ├── LimitsUnavailable      what callers have done cannot be counted
    ├── MailUnavailable        a mail could not be handed over
    ├── NotFound               nobody to show: unknown, unreachable, hidden, all alike
    ├── Ambiguous              several fit; nothing is guessed
    ├── Conflict               it is not, or no longer, as it would have to be
    │   └── Outdated           somebody else has changed it since it was read
    ├── SchemaError            the graph's schema and this program do not fit
    ├── JobError               a job cannot run, or must not go on
    │   ├── JobTaken           somebody else is running it
    │   ├── LeaseLost          it was paused too long and somebody else may have taken over
    │   └── JobStopped         it was asked to stop between two chunks
    ├── StateUnavailable       what is kept beside the graph cannot be written or read
    ├── LedgerError            the ledger of sharing decisions is not this graph's
    ├── StateDamaged           what is kept beside the graph is not as it was written
    ├── EmbeddedError          the embedded Neo4j cannot be fetched, started or stopped
    └── GraphError             the graph gave no answer
        ├── GraphUnavailable   not reachable just now
        ├── GraphBusy          a lock or a limit was in the way; the same again may work
        ├── GraphRefused       login or rights are wrong
        ├── QueryTimeout       the question is too big for its time
        ├── OutcomeUnknown     the link broke around COMMIT; the same again is safe
        └── StorageFault       the database cannot write

Every error says what happened, what to do and who can do it. No text holds an address of a person.
"""

from wkw.errors.graph import (
    GraphBusy,
    GraphError,
    GraphRefused,
    GraphUnavailable,
    OutcomeUnknown,
    QueryTimeout,
    StorageFault,
)
from wkw.errors.plain import (
    AddressError,
    Ambiguous,
    Conflict,
    EmbeddedError,
    FileError,
    Forbidden,
    HeaderMissing,
    InputError,
    JobError,
    JobStopped,
    JobTaken,
    LeaseLost,
    LedgerError,
    LimitsUnavailable,
    MailUnavailable,
    NotFound,
    Outdated,
    PolicyError,
    ProviderUnavailable,
    SchemaError,
    SettingsError,
    StateDamaged,
    StateUnavailable,
    TooMany,
    Unauthenticated,
    WkwError,
)

__all__ = [
    "AddressError",
    "Ambiguous",
    "Conflict",
    "EmbeddedError",
    "FileError",
    "Forbidden",
    "GraphBusy",
    "GraphError",
    "GraphRefused",
    "GraphUnavailable",
    "HeaderMissing",
    "InputError",
    "JobError",
    "JobStopped",
    "JobTaken",
    "LeaseLost",
    "LedgerError",
    "LimitsUnavailable",
    "MailUnavailable",
    "NotFound",
    "OutcomeUnknown",
    "Outdated",
    "PolicyError",
    "ProviderUnavailable",
    "QueryTimeout",
    "SchemaError",
    "SettingsError",
    "StateDamaged",
    "StateUnavailable",
    "StorageFault",
    "TooMany",
    "Unauthenticated",
    "WkwError",
]
