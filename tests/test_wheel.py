"""The wheel carries everything the program needs and runs where there is no checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from lab import settings_in

from wkw.embedded import jars

ROOT = Path(__file__).parent.parent
BUILD = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d")
WHERE = """
import json, sys
from importlib.metadata import distribution
from wkw import addresses, queries
print(json.dumps({
    "wkw": addresses.__file__,
    "metadata": str(distribution("wkw").locate_file("wkw")),
    "queries": str(queries.folder()),
    "free mail": addresses.company_domain("mailto:lea@gmail.com"),
    "path": sys.path,
}))
"""


def run(*command, cwd, env=None):
    """What a command prints; its own words where it fails."""
    done = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_below(folder, prefix):
    """The names that the files of a folder have in the wheel."""
    found = (path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {f"{prefix}/{name.as_posix()}" for name in found if "__pycache__" not in name.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    run(*BUILD, folder, cwd=ROOT)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def fresh(wheel, tmp_path_factory):
    """The program folder of a fresh environment with the wheel in it; the dependencies are those of this run."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    bin_folder = folder / "bin"
    pip = (sys.executable, "-m", "pip", "--python", bin_folder / "python", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, cwd=folder)
    # A path file is not read for further path files, so the editable install beside the dependencies stays unseen.
    packages = run(bin_folder / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    (Path(packages.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return bin_folder


@pytest.fixture
def environment(server, tmp_path):
    """The variables with which the program finds the graph of the tests and fits it; nothing else of ours."""
    settings = settings_in(tmp_path)
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "WKW_DATA": str(settings.data),
        "WKW_STATE": str(settings.state),
        "WKW_DOMAINS": ",".join(settings.domains),
        "WKW_ADDRESS_KEY": b"\n".join(settings.address_key).decode(),
        "WKW_INTERACTION_KEY": settings.interaction_key.decode(),
        "WKW_NEO4J_URI": server.uri,
        "WKW_NEO4J_USER": server.user,
        "WKW_NEO4J_PASSWORD": server.password,
    }


def test_the_wheel_carries_the_program_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert held == files_below("wkw", "wkw") | files_below("cypher", "wkw/cypher")


@pytest.mark.parametrize(
    "name",
    [
        "wkw/cypher/lookup/introducers.cypher",
        "wkw/cypher/schema/migrations/0001_migration.cypher",
        "wkw/data/free_mail.txt",
        f"wkw/embedded/{jars.LTS.name}",
        "wkw/sample/mail.tar.zst",
        "wkw/sample/people.csv",
        "wkw/web/static/docs.html",
        "wkw/web/static/vendor/swagger-ui-bundle.js",
    ],
)
def test_the_wheel_carries_what_is_not_python(wheel, name):
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo(name).file_size > 0


def test_the_wheel_says_what_it_needs_and_under_which_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()

    assert "License-Expression: Apache-2.0\n" in text
    assert "Requires-Python: >=3.11\n" in text
    assert "Requires-Dist: neo4j<7,>=6.4\n" in text


def test_an_installed_wkw_knows_nothing_of_the_checkout(fresh, tmp_path):
    found = json.loads(run(fresh / "python", "-c", WHERE, cwd=tmp_path, env={"HOME": str(tmp_path)}))

    home = str(fresh.parent) + os.sep
    assert found["wkw"].startswith(home)
    assert found["metadata"].startswith(home)
    assert found["queries"].startswith(home)
    assert found["free mail"] is None
    assert str(ROOT) not in found["path"]


def test_an_installed_wkw_says_what_it_does_and_which_one_it_is(fresh, wheel, tmp_path):
    assert "wkw lookup" in run(fresh / "wkw", "--help", cwd=tmp_path)
    assert f"version {wheel.name.split('-')[1]}\n" in run(fresh / "wkw", "--version", cwd=tmp_path)
    assert "wkw lookup" in run(fresh / "python", "-m", "wkw", "--help", cwd=tmp_path)


def test_an_installed_wkw_asks_the_graph(fresh, environment, tmp_path):
    assert run(fresh / "wkw", "migrate", cwd=tmp_path, env=environment)
    assert json.loads(run(fresh / "wkw", "key", "list", "--json", cwd=tmp_path, env=environment)) == []
