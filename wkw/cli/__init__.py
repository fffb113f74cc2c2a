"""The command line: `wkw`."""

from wkw.cli.program import main

__all__ = ["main"]
