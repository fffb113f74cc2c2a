"""Reads a file of channel weights, as `wkw calibrate` writes it."""

import json
from pathlib import Path
from typing import Any

from wkw.errors import FileError, InputError
from wkw.model import CHANNELS

MOST = 100
OPTIONAL = "k"  # a setting of its own, which the file may tell


def read(path: Path) -> dict[str, float]:
    """The weight of each channel, from 0 to 100, and `k` where the file tells it; an InputError says which is wrong."""
    found = _object(path)
    wrong = {name: [f"Unknown; known are {', '.join((*CHANNELS, OPTIONAL))}."] for name in found.keys() - _KNOWN}
    wrong |= {name: ["Missing."] for name in set(CHANNELS) - found.keys()}
    wrong |= {name: [_allowed(name)] for name in found.keys() & _KNOWN if not _fits(name, found[name])}
    if not wrong and not any(found[name] for name in CHANNELS):
        wrong = {name: ["At least one weight must be more than 0."] for name in CHANNELS}
    if wrong:
        told = " ".join(f"{name}: {' '.join(texts)}" for name, texts in sorted(wrong.items()))
        raise InputError(f"The weights cannot be used. {told}", fields=wrong)
    return {name: float(value) for name, value in found.items()}


_KNOWN = {*CHANNELS, OPTIONAL}


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} is not JSON.", remedy=_EXAMPLE) from error
    if not isinstance(found, dict):
        raise FileError(f"{path} holds no JSON object.", remedy=_EXAMPLE)
    return found


_EXAMPLE = 'Write for example {"email": 1, "meeting": 3, "call": 2}.'


def _fits(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value <= 1000 if name == OPTIONAL else 0 <= value <= MOST


def _allowed(name: str) -> str:
    return "Must be a number more than 0, up to 1000." if name == OPTIONAL else f"Must be a number from 0 to {MOST}."
