"""Telemetry: what is known of a request while it passes through the house. It never knows what the request is about.

    a passage   one request, one operation on a socket, or one portion of the worker's work; it has an id
    a stage     a part of its time: parse, validate, open, execute, sql
    a span      the same for whoever traces; without a tracer there is none

Whoever measures writes into the current passage and need not know who reads it; where none is current, nothing is
measured. Its id, its numbers and the words of closed sets are for the log, the metrics and the traces (`api/telemetry.py`,
`ops/logs.py`, `ops/traces.py`). Documents, values, names of people and messages of exceptions never come in here.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol, Self

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, ExceptionContext

from tenancy.refusals import Refusal

NO_TENANT = "none"
"""The kind of tenant of who has not signed in, or not chosen a post."""

SQL = "sql"
BEGUN = "gongguan.statement"


class Span(Protocol):
    """A piece of work in a trace, as whoever traces keeps it."""

    @property
    def trace_id(self) -> str:
        """The trace that it belongs to."""
        ...

    def child(self, name: str, facts: Mapping[str, Any]) -> Self:
        """A piece of this piece, which begins now."""
        ...

    def end(self, *, name: str | None = None, facts: Mapping[str, Any], failed: str | None = None) -> None:
        """It ends now; `failed` says by what kind of error."""
        ...


class Tracer(Protocol):
    """Whoever traces."""

    def begin(self, name: str, *, headers: Mapping[str, str]) -> Span:
        """A span that begins now, in the trace that the headers name, if they name one."""
        ...


@dataclass(slots=True)
class Passage:
    """What is known so far. The `id` is short enough to be read out over the telephone, and long enough that no two
    passages share one for as long as logs are kept. `kind` and `name` are the operation's, once its document was found valid; `codes` are those
    of the errors that were shown; `was_known` says whether the document had been seen before, `left_over` why it was not
    executed breadth first, `repeated` whether others of the same kind were told of a moment ago."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    span: Span | None = None
    kind: str | None = None
    name: str | None = None
    tenant_kind: str = NO_TENANT
    was_known: bool | None = None
    repeated: bool = False
    left_over: str | None = None
    codes: list[str] = field(default_factory=list)
    statements: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    began: float = field(default_factory=perf_counter)
    followers: int = 0
    ended: "Callable[[Passage], None] | None" = None

    @property
    def lasted(self) -> float:
        """Seconds since it began."""
        return perf_counter() - self.began

    def spent(self, stage: str, seconds: float) -> None:
        """So much time went into a stage."""
        self.seconds[stage] += seconds


_current: ContextVar[Passage | None] = ContextVar("passage", default=None)


def current() -> Passage | None:
    """The passage in which this code runs."""
    return _current.get()


def current_id() -> str:
    """The id of the current passage; a fresh one outside of any."""
    return (current() or Passage()).id


def begin(passage: Passage) -> None:
    """From here on, whatever this task does belongs to this passage."""
    _current.set(passage)


@contextmanager
def passing(passage: Passage) -> Iterator[Passage]:
    """While the block lasts, whatever this task does belongs to this passage; then it is told that it ended."""
    before = _current.set(passage)
    try:
        yield passage
    finally:
        if passage.ended is not None:
            passage.ended(passage)
        _current.reset(before)


@contextmanager
def one_of_several() -> Iterator[None]:
    """One operation of those that come over one connection: a passage of its own, whose id begins with the connection's."""
    connection = current()
    if connection is None:
        yield
        return
    connection.followers += 1
    own = Passage(id=f"{connection.id}.{connection.followers}", ended=connection.ended)
    own.span = connection.span and connection.span.child("operation", {"gongguan.request.id": own.id})
    with passing(own):
        yield


class stage:
    """The time of this block goes into a stage of the current passage."""

    __slots__ = ("_began", "_name", "_passage")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._passage = current()
        self._began = perf_counter()

    def __exit__(self, *_failure: object) -> None:
        if self._passage is not None:
            self._passage.spent(self._name, perf_counter() - self._began)


def note_code(code: str) -> None:
    """An error with this code is shown."""
    passage = current()
    if passage is not None:
        passage.codes.append(code)


def note_repetition() -> None:
    """Another one like it was told of a moment ago: it counts, and the log can do without it."""
    passage = current()
    if passage is not None:
        passage.repeated = True


def note_whether_known(*, known: bool) -> None:
    """The document had been seen before, or had not."""
    passage = current()
    if passage is not None:
        passage.was_known = known


def note_tenant_kind(kind: str) -> None:
    """It is done for a tenant of this kind."""
    passage = current()
    if passage is not None:
        passage.tenant_kind = kind


def described(error: BaseException) -> str:
    """An error for the log: its kind, and of the database's the state and the constraint.

    Never its message: that repeats what somebody wrote (`Key (login)=(…) already exists`, `invalid literal '…'`).
    """
    if isinstance(error, Refusal):
        return f"{type(error).__name__} {error.code}"
    said = [type(error).__name__]
    if isinstance(error, OSError) and error.errno is not None:
        said.append(f"errno {error.errno}")
    # SQLAlchemy wraps its driver's error, and that what PostgreSQL said.
    wrapped = getattr(error, "orig", None)
    for each in (error, wrapped, getattr(wrapped, "__cause__", None)):
        for told in ("sqlstate", "constraint_name", "table_name"):
            value = getattr(each, told, None)
            if isinstance(value, str) and value not in said:
                said.append(value)
    return " ".join(said)


def watch_statements(engine: Engine) -> None:
    """Count and time what this engine sends, for the passages that it is sent in."""
    event.listen(engine, "before_cursor_execute", _begun)
    event.listen(engine, "after_cursor_execute", _done)
    event.listen(engine, "handle_error", _failed)


def _begun(connection: Connection, _cursor: Any, statement: str, *_others: Any) -> None:
    passage = current()
    if passage is None:
        return
    span = None
    if passage.span is not None:
        # The text as it was prepared: values travel beside it and are not told.
        verb = statement.split(None, 1)[0].upper()
        span = passage.span.child(verb, {"db.system.name": "postgresql", "db.query.text": statement})
    connection.info[BEGUN] = (passage, span, perf_counter())


def _done(connection: Connection, *_others: Any) -> None:
    _ended(connection, failed=None)


def _failed(context: ExceptionContext) -> None:
    if context.connection is not None:
        note_failure(context.connection, context.original_exception)


def note_failure(connection: Connection, error: BaseException) -> None:
    """The statement that was being sent over this connection failed, or was broken off."""
    _ended(connection, failed=described(error))


def _ended(connection: Connection, *, failed: str | None) -> None:
    passage, span, began = connection.info.pop(BEGUN, (None, None, 0.0))
    if passage is not None:
        passage.statements += 1
        passage.spent(SQL, perf_counter() - began)
    if span is not None:
        span.end(facts={}, failed=failed)
