"""The server's jars: exactly those of a lock file, each verified, fetched once into the Maven cache that all share."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from wkw.embedded import faults, locks
from wkw.errors import EmbeddedError

LTS = Path(__file__).with_name("neo4j-5.26.30.lock")

FETCHERS = 8
ATTEMPTS = 3
# A company's proxy may look at a jar of 20 MB for a while before it lets the first byte through.
TIMEOUT = 30

GET_THEM = (
    "Connect to the internet for the first start, or set WKW_MAVEN_REPOSITORY to your company's own Maven repository, "
    "or copy the Maven cache (~/.m2/repository) from a machine that has them, "
    f"or {faults.OWN_SERVER}."
)


class Progress(Protocol):
    """Told after each artifact that was fetched: how many of how many, and the name of this one."""

    def __call__(self, *, done: int, total: int, what: str) -> None:
        """Called in the thread of the caller, in no order of the artifacts."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked artifact."""

    sha256: str
    group: str
    artifact: str
    version: str
    classifier: str = ""

    @property
    def name(self) -> str:
        """Its file name."""
        return "-".join(filter(None, (self.artifact, self.version, self.classifier))) + ".jar"

    @property
    def path(self) -> Path:
        """Where a Maven repository keeps it."""
        return Path(*self.group.split("."), self.artifact, self.version, self.name)

    def fits(self, folder: Path) -> bool:
        """Whether the file in `folder` is there and is the locked one, byte for byte."""
        try:
            with (folder / self.path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


@dataclass(frozen=True, slots=True)
class Lock:
    """One version of Neo4j: the class that starts it and its jars."""

    version: str
    main: str
    jars: tuple[Jar, ...]


def read(lock: Path) -> Lock:
    """The lock file `lock`: comments name version and main class, each other line one artifact."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    words = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    jars = tuple(Jar(sha256, *coordinate.split(":")) for sha256, coordinate in rows)
    return Lock(words["version"], words["main"], jars)


def maven_cache() -> Path:
    """The Maven cache of this user: `M2_REPO`, else `~/.m2/repository`."""
    from jgo.constants import default_maven_repo  # here, because it takes 0.4 s and most starts only attach

    return default_maven_repo()


def own_corner(maven: Path) -> Path:
    """Where wkw keeps what is its own and shared between projects, made when missing."""
    corner = maven / ".wkw"
    corner.mkdir(parents=True, exist_ok=True)
    return corner


def class_path(lock: Lock, *, maven: Path, repository: str | None, progress: Progress | None) -> tuple[Path, ...]:
    """The verified jars of `lock` in the cache `maven`, those that are missing or damaged fetched anew.

    All 148 MB are hashed at every start of the server: that takes 0.1 s, and a jar that a crash or a disk damaged
    is never run.
    """
    with faults.told(maven):
        if _unfit(lock.jars, maven):
            with locks.turn(own_corner(maven) / "fetch.lock"):
                # Looked at again: another process may have fetched them while this one waited for its turn.
                _fetch(_unfit(lock.jars, maven), maven, repository, progress)
    return tuple(maven / jar.path for jar in lock.jars)


def _unfit(jars: Iterable[Jar], maven: Path) -> list[Jar]:
    jars = tuple(jars)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [
            jar for jar, fits in zip(jars, pool.map(partial(Jar.fits, folder=maven), jars), strict=True) if not fits
        ]


def _fetch(jars: list[Jar], maven: Path, repository: str | None, progress: Progress | None) -> None:
    staging = own_corner(maven) / "fetching"
    shutil.rmtree(staging, ignore_errors=True)  # left by a fetch that was killed
    staging.mkdir()
    pool = ThreadPoolExecutor(FETCHERS)
    try:
        waiting = {pool.submit(_fetch_one, jar, maven, staging, repository): jar for jar in jars}
        for done, finished in enumerate(as_completed(waiting), 1):
            finished.result()
            if progress:
                progress(done=done, total=len(jars), what=waiting[finished].name)
    finally:
        # Also after Ctrl-C or the first failure: what is under way ends, what is verified stays, the rest is left.
        pool.shutdown(cancel_futures=True)
        shutil.rmtree(staging, ignore_errors=True)


def _fetch_one(jar: Jar, maven: Path, staging: Path, repository: str | None) -> None:
    for attempt in range(ATTEMPTS):
        time.sleep(attempt / 2)
        # A fresh folder each time: jgo takes whatever lies in its cache for whole, and writes in place.
        folder = Path(tempfile.mkdtemp(dir=staging))
        reason = _download(jar, folder, repository)
        if reason is None:
            (maven / jar.path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / jar.path, maven / jar.path)
            return
    state = "is damaged" if (maven / jar.path).exists() else "is missing"
    message = f"{jar.name} {state} in the Maven cache and could not be fetched: {reason}."
    raise EmbeddedError(message, remedy=GET_THEM)


def _download(jar: Jar, folder: Path, repository: str | None) -> str | None:
    """Fetch `jar` into `folder`; None when it is the locked one, else the reason, which names no host."""
    from jgo.maven import MavenContext

    remotes = {"own": repository.rstrip("/")} if repository else None
    context = MavenContext(repo_cache=folder, remote_repos=remotes, timeout=TIMEOUT)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier)
    try:
        artifact.resolve()
    except RuntimeError:  # jgo's word for an answer other than 200; its text holds the address, perhaps with a password
        return "the repository does not have it"
    except OSError as error:  # what `requests` raises is one too, without a number
        if error.errno in faults.LOCAL:
            raise
        return "the repository does not answer"
    return None if jar.fits(folder) else "the repository's file is not the one that wkw was tested with"
