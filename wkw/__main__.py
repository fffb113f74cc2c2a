"""Lets `python -m wkw` do what `wkw` does."""

from wkw.cli import main

main()
