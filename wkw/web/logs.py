"""One JSON object for each line of the log, and nobody's address in any of them."""

import logging
import re
import sys
from collections.abc import Iterator
from traceback import extract_tb
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What looks like an address, as people write it or as a URI has it, and what opens a door.
PERSONAL = re.compile(r"(?:mailto|tel|crm):[^\s'\"]+|[^\s'\"<>(){}\[\],;:=/?&]+(?:@|%40)[^\s'\"<>(){}\[\],;:/?&]+")
SECRET = re.compile(r"\bwkw_[\w-]+|\beyJ[\w.-]+")


def configure(stream: TextIO = sys.stderr) -> None:
    """Makes every logger write JSON lines to a stream; ours from INFO, those of libraries from WARNING."""
    handler = logging.StreamHandler(stream)
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.stdlib.ExtraAdder(),
        _where,
        _nobody,
    ]
    renderers: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=chain, processors=renderers))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("wkw").setLevel(logging.INFO)


def _where(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Tells of an exception its kind and where it came from: what it says may be anything, an address too."""
    if not (told := event.pop("exc_info", None)):
        return event
    error = told if isinstance(told, BaseException) else (told if isinstance(told, tuple) else sys.exc_info())[1]
    event["exception"] = [f"{type(one).__name__} at {_place(one)}" for one in _causes(error)]
    return event


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, what it came from, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _place(error: BaseException) -> str:
    """The calls that led to it, the innermost last, without the text of any line."""
    return " > ".join(f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__))


def _nobody(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Strikes out whatever looks like an address or a key: libraries log what they like."""
    return {name: _struck(value) for name, value in event.items()}


def _struck(value: Any) -> Any:
    if isinstance(value, list):
        return [_struck(one) for one in value]
    return SECRET.sub("(secret)", PERSONAL.sub("(address)", value)) if isinstance(value, str) else value
