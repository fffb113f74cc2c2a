"""The settings of wkw, read once from the environment into one frozen value."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from environs import Env, EnvError, ValidationError
from marshmallow.validate import URL, OneOf, Range
from platformdirs import user_data_path

from wkw import secret, web_settings
from wkw.addresses import canonical_domain, domain
from wkw.errors import AddressError, SettingsError
from wkw.strength import Formula
from wkw.web_settings import Limits, Oidc, Post, SignIn, is_loopback

NIGHTLY = ("15 1 * * *", "15 3 * * *")  # as in a crontab
ZONE = OneOf(available_timezones(), error="Name a time zone such as Europe/Stockholm.")
SHARE = Range(0, 1, min_inclusive=False, max_inclusive=False)
MOST_DAYS = 3660  # between two readings of a source
ADDRESS_KEY = "address.key"  # in the state folder
SCHEMES = {"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set; secrets are not shown. Without `neo4j_uri` the embedded Neo4j in `data` is used."""

    data: Path
    state: Path
    domains: tuple[str, ...]
    address_key: tuple[bytes, ...] = field(default=(), repr=False)  # the oldest first
    interaction_key: bytes = field(default=b"", repr=False)
    neo4j_uri: str | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: str = field(default="", repr=False)
    neo4j_database: str = "neo4j"
    repository: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    retention: int = 365  # days; 0 keeps raw interactions for ever
    leavers: int = 30  # days after the last one until what is held of a leaver is deleted
    audit_days: int = 365  # that rows of the audit log stay
    schedule: Mapping[str, str] = field(default_factory=dict)  # of each job, as in a crontab
    timezone: str = "UTC"
    jitter: int = 60  # seconds
    formula: Formula = field(default_factory=Formula)
    sources: Mapping[str, int] = field(default_factory=dict)  # days from one reading of each to the next, at most
    oidc: Oidc | None = None  # without it API keys alone are taken
    limits: Limits = field(default_factory=Limits)
    patience: int = 30  # seconds in which a request must have come in whole
    origins: tuple[str, ...] = ()  # whose pages may call the API from a browser
    sign_in: SignIn | None = None  # without it nobody signs in with a browser
    post: Post | None = None  # without it no mail is sent

    def check_domains(self) -> None:
        """Refuses to go on without an own domain: nobody would be a colleague."""
        if not self.domains:
            raise SettingsError(
                "Nobody is known to be a colleague.",
                remedy="Set WKW_DOMAINS to your own mail domains and run `wkw migrate`.",
            )

    @property
    def address_print(self) -> str:
        """Which secrets the address keys are made with, as the graph and the ledger may know it."""
        return fingerprint(*self.address_key)

    def owns(self, uri: str) -> bool:
        """Whether an address lies in an own domain or below one."""
        name = domain(uri) or ""
        return any(name == own or name.endswith("." + own) for own in self.domains)


def load() -> Settings:
    """Reads the environment; a SettingsError lists everything that is wrong at once."""
    env = Env(eager=False)
    with env.prefixed("WKW_"):
        data = Path(env.str("DATA", "") or user_data_path("wkw"))
        state = Path(env.str("STATE", "") or data / "state")
        uri = env.str("NEO4J_URI", None, validate=[URL(schemes=SCHEMES, require_tld=False), _plain, _sealed])
        user, database = env.str("NEO4J_USER", "neo4j"), env.str("NEO4J_DATABASE", "neo4j")
        repository = env.str("MAVEN_REPOSITORY", None)
        domains: list[str] = env.list("DOMAINS", [])
        retention = env.int("RETENTION_DAYS", 365, validate=Range(0, 36500))
        leavers = env.int("LEAVERS_DAYS", 30, validate=Range(0, 3660))
        audit_days = env.int("AUDIT_DAYS", 365, validate=Range(1, 3660))
        schedule = {"forget": env.str("FORGET_AT", NIGHTLY[0]), "reweight": env.str("REWEIGHT_AT", NIGHTLY[1])}
        timezone = env.str("TIMEZONE", "UTC", validate=ZONE)
        jitter = env.int("JITTER_SECONDS", 60, validate=Range(0, 3600))
        formula = _formula(env)
        sources: list[str] = env.list("SOURCES", [])
        api = web_settings.read(env)
    _seal(env)
    return Settings(
        data=data,
        state=state,
        domains=_domains(domains),
        neo4j_uri=uri,
        neo4j_user=user,
        neo4j_password=secret.text("WKW_NEO4J_PASSWORD") or "",
        neo4j_database=database,
        repository=repository,
        retention=retention,
        leavers=leavers,
        audit_days=audit_days,
        schedule=schedule,
        timezone=timezone,
        jitter=jitter,
        formula=formula,
        sources=_sources(sources),
        **api,
    )


def with_secrets(settings: Settings) -> Settings:
    """The settings with their secrets: those that are set, else those of the state folder, made there once."""
    sign_in = settings.sign_in
    if sign_in:
        sign_in = replace(sign_in, key=secret.kept("WKW_SESSION_KEY", settings.state / "session.key"))
    return replace(
        settings,
        address_key=secret.several("WKW_ADDRESS_KEY", settings.state / ADDRESS_KEY),
        interaction_key=secret.kept("WKW_INTERACTION_KEY", settings.state / "interaction.key"),
        sign_in=sign_in,
    )


def sandboxed(settings: Settings, name: str, *, domains: tuple[str, ...]) -> Settings:
    """The settings of a graph of its own: embedded, in a folder `name` of the data folder, with secrets of its own."""
    data = settings.data / name
    return replace(settings, data=data, state=data / "state", domains=domains, neo4j_uri=None)


def fingerprint(*secrets: bytes) -> str:
    """What the graph may know of a secret, or of several in their order, to tell wrong ones: 16 hexadecimal digits."""
    return hashlib.sha256(b"wkw fingerprint\0" + b"\n".join(secrets)).hexdigest()[:16]


def _formula(env: Env) -> Formula:
    k = env.float("K", 4.0, validate=Range(0.01, 1000))
    strong, familiar = env.float("STRONG", 0.5, validate=SHARE), env.float("FAMILIAR", 0.15, validate=SHARE)
    cap = env.int("MEETING_CAP", 10, validate=Range(2, 500))
    if None not in (strong, familiar) and not familiar < strong:
        raise SettingsError("WKW_FAMILIAR must be less than WKW_STRONG.", remedy="Lower the one or raise the other.")
    return Formula(k=k, strong=strong, familiar=familiar, meeting_cap=cap)


def _plain(uri: str) -> None:
    """Refuse what the driver refuses without saying so in time: a login in the URI, a port that is none."""
    try:
        parts = urlsplit(uri)
        bare = parts.port != 0 and not parts.username and not (parts.query and parts.scheme.startswith("bolt"))
    except ValueError:
        bare = False
    if not bare:
        raise ValidationError("Write scheme://host:port; user and password are settings of their own.")


def _sealed(uri: str) -> None:
    """Refuse a link that anybody on the way could read: unencrypted, or to whoever shows any certificate."""
    parts = urlsplit(uri)
    if not parts.scheme.endswith("+s") and not is_loopback(parts.hostname or ""):
        raise ValidationError(f"A database on another machine needs {parts.scheme.partition('+')[0]}+s://.")


def _seal(env: Env) -> None:
    try:
        env.seal()
    except EnvError as error:
        wrong = getattr(error, "error_messages", {"": [str(error)]})
        told = " ".join(f"{name}: {' '.join(texts)}" for name, texts in wrong.items())
        raise SettingsError(f"Some settings cannot be used. {told}") from error


def _domains(names: list[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted({canonical_domain(name) for name in names if name.strip()}))
    except AddressError as error:
        raise SettingsError(
            "WKW_DOMAINS names something that is no domain.",
            remedy="Write domains such as nord.example, with commas between.",
        ) from error


def _sources(told: list[str]) -> dict[str, int]:
    parts = [source.rpartition("=") for source in told]
    if not all(name.strip() and days.strip().isdecimal() and 1 <= int(days) <= MOST_DAYS for name, _, days in parts):
        raise SettingsError(
            f"WKW_SOURCES needs a number of days from 1 to {MOST_DAYS} for each source.",
            remedy="Write for example mail=1,calendar=1,crm:dynamics=7.",
        )
    return {name.strip(): int(days) for name, _, days in parts}
