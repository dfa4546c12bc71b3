"""Sending a finished statement by the driver itself, in a session's transaction.

On its way through SQLAlchemy a statement that is finished already takes twice the time that it takes to send: it is made
a cursor, a result and rows. Whoever watches what the engine sends is told of these too, and a connection that breaks, or
whose statement is broken off, is not lent again. But nobody waits here for anybody: whoever shares a transaction sends one
statement after the other.

Nothing is built here, and nothing is sent before the opening call.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import Executable, Row
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from tenancy.telemetry import note_failure

LINE = "gongguan.line"


@dataclass(frozen=True, slots=True)
class _Line:
    """A session's connection, and the driver's own behind it."""

    connection: AsyncConnection
    watched: Connection
    driver: asyncpg.Connection


@dataclass(frozen=True, slots=True)
class Finished:
    """A statement as it is sent: `text` with `$1`, `$2` and so on for its values. `statement` is what was written."""

    text: str
    statement: Executable


class NothingBegun(RuntimeError):
    """There is no transaction in which the statement could run, and so no scope."""


async def fetch(session: AsyncSession, statement: Finished, values: Sequence[Any]) -> list[asyncpg.Record]:
    """The rows of a statement with these values.

    Raises `NothingBegun`, and the driver's errors as they are.
    """
    line = await _line_of(session)
    if not line.driver.is_in_transaction():
        raise NothingBegun
    events, told = line.watched.dispatch, (line.watched, None, statement.text, values, statement, False)
    events.before_cursor_execute(*told)
    try:
        rows: list[asyncpg.Record] = await line.driver.fetch(statement.text, *values)
    except BaseException as error:
        # Whatever comes of this, what went wrong with the statement is what is told.
        with suppress(Exception):
            note_failure(line.watched, error)
        # The driver is surprised where the server's farewell has arrived and its hanging up has not.
        broken = line.driver.is_closed() or isinstance(error, asyncpg.InternalClientError)
        if broken or not isinstance(error, Exception):
            with suppress(Exception):
                await line.connection.invalidate()
        raise
    events.after_cursor_execute(*told)
    return rows


async def first(session: AsyncSession, statement: str, values: Sequence[Any]) -> Row[Any] | None:
    """The one row of a transaction's first statement, or None. SQLAlchemy sends it, because it begins the transaction."""
    line = await _line_of(session)
    return (await line.connection.exec_driver_sql(statement, tuple(values))).one_or_none()


class Changed(RuntimeError):
    """Somebody changed rows in a session that only reads, where nobody would store it."""


@asynccontextmanager
async def joined(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """A session that reads over a connection, which begins and ends its transaction itself.

    It costs little unless it is used. Raises `Changed`.
    """
    session = AsyncSession(connection, autoflush=False, expire_on_commit=False)
    session.info[LINE] = _line(connection)
    try:
        yield session
        if session.dirty or session.new or session.deleted:
            raise Changed
    finally:
        if session.in_transaction():
            await session.close()


async def _line_of(session: AsyncSession) -> _Line:
    line: _Line | None = session.info.get(LINE)
    if line is None or line.connection.closed:
        line = session.info[LINE] = _line(await session.connection())
    return line


def _line(connection: AsyncConnection) -> _Line:
    watched = connection.sync_connection
    assert watched is not None
    return _Line(connection, watched, watched.connection.driver_connection)
