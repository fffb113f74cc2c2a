"""What is installed is locked, by hash and without an address; no file names a registry or somebody's machine."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
ADDRESS = re.compile(
    rb"pypi[.]org|files[.]pythonhosted|repo1[.]maven|maven[.]apache[.]org/maven2|registry[.]npmjs|/(?:work|root)/"
)
IN_A_LOCK = re.compile(rb"https?://|--(?:extra-)?index-url|--find-links|--trusted-host")


def tracked():
    """Every file that is or will be in the repository; where there is none, every file but what tools leave behind."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = shutil.which("git") and subprocess.run(listing, cwd=ROOT, capture_output=True, text=True).stdout
    found = {ROOT / name for name in listed.split("\0") if name} if listed else ROOT.rglob("*")
    tools = {
        ".git",
        ".venv",
        "node_modules",
        "__pycache__",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    }
    return sorted(path for path in found if path.is_file() and not tools & set(path.relative_to(ROOT).parts))


def locked(name):
    """What a lock pins: version by package; every line of it must be a package, a version and hashes."""
    pins = {}
    for line in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            pin = re.fullmatch(r"([\w.-]+)==(\S+)(?: ; [^-]+)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*", line)
            assert pin, f"{name}: {line[:60]}"
            pins[canonicalize_name(pin[1])] = pin[2]
    return pins


# ---- no addresses ----


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine():
    assert [path.relative_to(ROOT) for path in tracked() if ADDRESS.search(path.read_bytes())] == []


@pytest.mark.parametrize("parts", [("pypi", "org"), ("repo1", "maven", "org"), ("registry", "npmjs", "org")])
def test_a_registry_is_known_when_seen(parts):
    assert ADDRESS.search(f"https://{'.'.join(parts)}/".encode())


def test_locks_hold_hashes_and_no_address():
    locks = [path for path in tracked() if path.suffix == ".lock"]

    assert {"requirements", "neo4j"} <= {path.stem.split("-")[0] for path in locks}
    assert [path.name for path in locks if IN_A_LOCK.search(path.read_bytes())] == []


def test_every_package_of_the_provider_for_tests_is_locked_by_hash_and_without_an_address():
    packages = json.loads((ROOT / "tests" / "provider" / "package-lock.json").read_text())["packages"]
    assert packages.pop("")["dependencies"].keys() == {"oidc-provider"}

    assert [name for name, held in packages.items() if not held["integrity"].startswith("sha512-")] == []
    assert [name for name, held in packages.items() if "resolved" in held] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        (
            "requirements-test.lock",
            PROJECT["dependency-groups"]["test"] + PROJECT["dependency-groups"]["lint"] + EXTRAS,
        ),
        ("requirements-build.lock", PROJECT["dependency-groups"]["build"] + PROJECT["build-system"]["requires"]),
    ],
)
def test_every_dependency_is_locked_at_a_version_that_was_asked_for(lock, wanted):
    pins = locked(lock)

    for line in wanted:
        asked = Requirement(line)
        assert asked.specifier.contains(pins[canonicalize_name(asked.name)]), line


def test_no_two_locks_pin_a_package_differently():
    locks = [locked(path.name) for path in sorted(ROOT.glob("requirements*.lock"))]

    assert all(one[name] == other[name] for one in locks for other in locks for name in one.keys() & other.keys())
