"""Opens /docs of a running wkw in Chromium and says what went wrong: `python tests/look_at_docs.py [URL]` (by hand)."""

import re
import subprocess
import sys

HERE = "http://127.0.0.1:8080/docs"
COMMAND = ("chromium", "--headless", "--no-sandbox", "--enable-logging=stderr", "--virtual-time-budget=20000")


def main(url):
    """Every route is drawn, and the browser has nothing to complain of, above all no breach of the policy."""
    seen = subprocess.run([*COMMAND, "--dump-dom", url], capture_output=True, text=True, timeout=120, check=True)
    complaints = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
    drawn = sorted(set(re.findall(r'data-path="([^"]+)"', seen.stdout)))
    if complaints or not drawn:
        sys.exit("\n".join(complaints) or "Nothing was drawn.")
    sys.stdout.write("\n".join([*drawn, f"{len(drawn)} paths, no complaint."]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE)
