"""Texts that have broken into other programs: openings, cores and endings of tests/data/payloads.txt."""

import json
import re
from itertools import product

from lab import HERE


def payloads():
    """All of them, by kind, each once."""
    kinds = {}
    for line in (HERE / "data" / "payloads.txt").read_text(encoding="utf-8").split("\n"):
        if re.fullmatch(r"\[[a-z]+\]", line):
            parts = kinds[line[1:-1]] = [[]]
        elif line == "--":
            parts.append([])
        elif kinds:
            parts[-1].append(json.loads(f'"{line}"'))
    return {kind: list(dict.fromkeys(map("".join, product(*parts)))) for kind, parts in kinds.items()}
