"""The log: one line for each thing that happened, on stderr, of which no line can tell whom a matter is about.

    json   an object a line, for whatever collects logs; from INFO on, so that every request is there
    text   for people at a terminal; from WARNING on

    {"at": "2026-11-21T04:05:06.789Z", "level": "INFO", "logger": "gongguan.requests", "event": "answered",
     "requestId": "6f1c…", "route": "/graphql", "status": 200, "kind": "query", "operation": "Desk",
     "tenantKind": "township", "outcome": "ok", "statements": 7, "sqlMs": 9.1, "ms": 23.4}

Rooms ask for `logging.getLogger("gongguan.…")` and know nothing of this. They put ids, numbers and words of closed sets
into their lines. An exception's own message is never told, whoever logs it: PostgreSQL repeats the row that was refused,
Python the value that was none. What is told of it is its kind, the database's state and constraint, and where in the
code it happened. Lines of other people's libraries are told without what they fill in.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from ops.settings import LogShape
from tenancy.telemetry import current, described

OURS = "gongguan"


class Told(logging.Formatter):
    """A record as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told = {name: value for name, value in facts(record).items() if value is not None}
        return orjson.dumps(told, default=str).decode()


class Readable(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the places in the code below it."""
        told = {name: value for name, value in facts(record).items() if value is not None}
        at, level, logger, event = (told.pop(name) for name in ("at", "level", "logger", "event"))
        places = told.pop("error", [])
        others = " ".join(f"{name}={value}" for name, value in told.items())
        return "\n    ".join([f"{at} {level} {logger}: {event} {others}".rstrip(), *places])


FORMATTERS: dict[LogShape, tuple[type[logging.Formatter], int]] = {
    LogShape.JSON: (Told, logging.INFO),
    LogShape.TEXT: (Readable, logging.WARNING),
}


def begin_logging(shape: LogShape) -> None:
    """Let everything that this process logs go to stderr in this shape, and nowhere else."""
    formatter, level = FORMATTERS[shape]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(level)


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What may be told of a record."""
    passage = current()
    return {
        "at": datetime.fromtimestamp(record.created, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "event": _event(record),
        "requestId": passage and passage.id,
        "traceId": passage and passage.span and passage.span.trace_id,
        **getattr(record, "told", {}),
        "error": _places(record),
    }


def _event(record: logging.LogRecord) -> str:
    template = str(record.msg)
    if not (record.name + ".").startswith(OURS + "."):
        # asyncio, for one, writes what a task raised into the lines below.
        return template.partition("\n")[0]
    if not isinstance(record.args, tuple) or not record.args:
        return record.getMessage()
    return template % tuple(
        described(each) if isinstance(each, BaseException) else each for each in record.args
    )


def _places(record: logging.LogRecord) -> list[str] | None:
    error = record.exc_info[1] if record.exc_info else None
    return list(_told_of(error)) if error is not None else None


def _told_of(error: BaseException | None) -> Iterator[str]:
    """The kinds of an error, of what it came from and of what it is a group of, each with where it was raised."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield described(error)
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"{frame.filename}:{frame.lineno} {frame.name}"
        for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            yield from _told_of(each)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
