"""Sending finished statements by the driver itself in a session's transaction, and snapshots that the driver begins.

On its way through SQLAlchemy a statement that is finished already takes twice the time that it takes to send: it is made
a cursor, a result and rows; and a transaction that SQLAlchemy begins and ends takes as long as two statements. Whoever
watches what the engine sends is told of these too, and a connection that breaks, or whose statement is broken off, is not
lent again. But nobody waits here for anybody: whoever shares a transaction sends one statement after the other.

Nothing is built here, and nothing is sent before the opening call.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction
from sqlalchemy import Executable, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.pool import Pool, QueuePool

from tenancy.telemetry import note_failure

LINE = "gongguan.line"


@dataclass(frozen=True, slots=True)
class _Line:
    """A session's connection, and the driver's own behind it. `has_begun` where the driver began what the session is in.

    Whoever watched the engine when it was taken up is told `before` each statement and `after` it: to ask SQLAlchemy who that
    is takes as long with each statement as to tell them all.
    """

    connection: AsyncConnection
    watched: Connection
    driver: asyncpg.Connection
    before: Sequence[Callable[..., Any]]
    after: Sequence[Callable[..., Any]]
    has_begun: bool = False


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
    return await _sent(line, statement, values)


async def first(session: AsyncSession, statement: str, values: Sequence[Any]) -> Any:
    """The one row of a statement that opens something, by the names of its columns; None where there is none.

    Where it is SQLAlchemy that begins the transaction, SQLAlchemy sends it.
    """
    line = await _line_of(session)
    if not line.has_begun:
        return (await line.connection.exec_driver_sql(statement, tuple(values))).one_or_none()
    rows = await _sent(line, _finished(statement), values)
    return SimpleNamespace(**dict(*rows)) if rows else None


class Changed(RuntimeError):
    """Somebody changed rows in a session that only reads, where nobody would store it."""


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One read-only snapshot that the driver begins and ends, and a session in it, which costs little unless it is used.

    The engine's connections begin nothing by themselves (`AUTOCOMMIT`). Raises `Changed`.
    """
    lent = await engine.raw_connection()
    watched = Connection(engine.sync_engine, lent)
    connection = AsyncConnection(engine, watched)
    try:
        line = _line(connection, has_begun=True)
        transaction = await _begun(line)
        try:
            async with _session_over(line) as session:
                yield session
        except BaseException:
            if not line.driver.is_closed():
                await _end(line, transaction.rollback)
            raise
        await _end(line, transaction.commit)
    finally:
        await _give_back(connection, watched, engine.pool)


async def _begun(line: _Line) -> Transaction:
    try:
        transaction = line.driver.transaction(isolation="repeatable_read", readonly=True)
        await transaction.start()
    except BaseException as error:
        if isinstance(error, Exception) and line.driver.is_closed():
            # SQLAlchemy, when it uses it, says in its way that it broke, and lends no other of its age any more.
            await line.connection.exec_driver_sql("select 1")
        await _let_go(line)
        raise
    return transaction


async def _give_back(connection: AsyncConnection, watched: Connection, pool: Pool) -> None:
    if isinstance(pool, QueuePool) and pool.overflow() <= 0:
        watched.close()
    else:
        # There may be more than the pool keeps: then giving one back closes it, which must be waited for.
        await asyncio.shield(asyncio.create_task(connection.close()))


async def _end(line: _Line, end: Callable[[], Awaitable[None]]) -> None:
    try:
        await end()
    except BaseException:
        await _let_go(line)
        raise


async def _let_go(line: _Line) -> None:
    """Never lend this connection again; nor is anything more sent over it, which would be outside of the snapshot."""
    with suppress(Exception):
        # Waited for: a statement that was broken off is cancelled in the database meanwhile.
        await line.connection.invalidate()
    if line.has_begun:
        with suppress(Exception):
            line.watched.close()


@asynccontextmanager
async def _session_over(line: _Line) -> AsyncIterator[AsyncSession]:
    session = AsyncSession(line.connection, autoflush=False, expire_on_commit=False)
    session.info[LINE] = line
    try:
        yield session
        if session.dirty or session.new or session.deleted:
            raise Changed
    finally:
        if session.in_transaction():
            await session.close()


@cache
def _finished(statement: str) -> Finished:
    return Finished(statement, text(statement))


async def _sent(line: _Line, statement: Finished, values: Sequence[Any]) -> list[asyncpg.Record]:
    told = (line.watched, None, statement.text, values, statement, False)
    for tell in line.before:
        tell(*told)
    try:
        rows: list[asyncpg.Record] = await line.driver.fetch(statement.text, *values)
    except BaseException as error:
        # Whatever comes of this, what went wrong with the statement is what is told.
        with suppress(Exception):
            note_failure(line.watched, error)
        # The driver is surprised where the server's farewell has arrived and its hanging up has not.
        broken = line.driver.is_closed() or isinstance(error, asyncpg.InternalClientError)
        if broken or not isinstance(error, Exception):
            await _let_go(line)
        raise
    for tell in line.after:
        tell(*told)
    return rows


async def _line_of(session: AsyncSession) -> _Line:
    line: _Line | None = session.info.get(LINE)
    if line is None or line.connection.closed:
        line = session.info[LINE] = _line(await session.connection())
    return line


def _line(connection: AsyncConnection, *, has_begun: bool = False) -> _Line:
    watched = connection.sync_connection
    assert watched is not None
    return _Line(
        connection,
        watched,
        watched.connection.driver_connection,
        before=(*watched.dispatch.before_cursor_execute,),
        after=(*watched.dispatch.after_cursor_execute,),
        has_begun=has_begun,
    )
