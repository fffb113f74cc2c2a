"""Write the lock file of one Neo4j version: python tests/lock_neo4j.py VERSION MAIN OUT (for maintainers)."""

import sys
import tempfile
import tomllib
from pathlib import Path

import jgo

BROWSER = "org.neo4j.client:neo4j-browser:5.24.0"


def resolved(version: str) -> list[str]:
    """The lines of the lock: what jgo resolves for the server of `version` with Neo4j Browser."""
    wanted = f"org.neo4j:neo4j:{version}+org.neo4j.app:neo4j-server:{version}+{BROWSER}"
    with tempfile.TemporaryDirectory() as cache:
        environment = jgo.build(wanted, cache_dir=Path(cache))
        found = tomllib.loads((Path(environment.path) / "jgo.lock.toml").read_text())["dependencies"]
    return [f"{row['sha256']}  {coordinate(row)}" for row in found]


def coordinate(row: dict[str, str]) -> str:
    return ":".join(filter(None, (row["groupId"], row["artifactId"], row["version"], row.get("classifier"))))


def main(version: str, main_class: str, out: str) -> None:
    head = [f"# version {version}", f"# main {main_class}", "# made by tests/lock_neo4j.py VERSION MAIN OUT"]
    lines = sorted(resolved(version), key=lambda line: line.split()[1])
    Path(out).write_text("\n".join([*head, *lines]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
