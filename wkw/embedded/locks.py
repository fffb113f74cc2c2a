"""File locks of the kernel: they end with the processes that hold them, also after `kill -9`, and survive a fork."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def opened(path: Path) -> int:
    """The file descriptor of a lock file, made when missing; closing the last copy of it ends the lock."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def shared(path: Path) -> int:
    """Hold `path` together with others; waits while somebody holds it alone."""
    held = opened(path)
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def alone(path: Path) -> int:
    """Hold `path` alone; waits for everybody else."""
    held = opened(path)
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def alone_now(path: Path) -> int | None:
    """Hold `path` alone, or None when somebody else holds it."""
    held = opened(path)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    return held


def is_held(path: Path) -> bool:
    """Whether a living process holds `path` alone."""
    if not path.exists():
        return False
    probe = opened(path)
    try:
        # A shared probe, so that two who ask at once do not take each other for the holder.
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """One process at a time, in the order in which the kernel lets them in."""
    held = alone(path)
    try:
        yield
    finally:
        os.close(held)
