"""Fetches the Swagger UI that /docs shows and writes its lock: `python tests/lock_vendor.py VERSION` (needs npm)."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "wkw" / "web" / "static" / "vendor"
TAKEN = {  # file of the package: name it has here
    "swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui.css",
    "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
    "LICENSE": "swagger-ui-LICENSE",
    "NOTICE": "swagger-ui-NOTICE",
}


def fetched(version):
    """The package's facts and its files by name."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--json", f"swagger-ui-dist@{version}"]
        told = json.loads(subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout)
        [facts] = told.values() if isinstance(told, dict) else told  # npm 11 prints a map, npm 10 a list
        with tarfile.open(fileobj=io.BytesIO((Path(folder) / facts["filename"]).read_bytes())) as archive:
            return facts, {name: archive.extractfile(f"package/{name}").read() for name in TAKEN}


def main(version):
    facts, files = fetched(version)
    lines = [f"# {facts['name']} {facts['version']} {facts['integrity']}"]
    for name, kept in sorted(TAKEN.items(), key=lambda pair: pair[1]):
        (VENDOR / kept).write_bytes(files[name])
        lines.append(f"{hashlib.sha256(files[name]).hexdigest()}  {kept}")
    (VENDOR / "swagger-ui.lock").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
