"""Sending by the driver itself: in a transaction only, seen by whoever watches, and never on a broken connection again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import asyncpg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ops.addresses import plain
from tenancy import telemetry
from tenancy.driver import Changed, Finished, NothingBegun, fetch, first, joined
from tenancy.models import Capacity
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase
from tests.worlds import a_county


def finished(statement: str) -> Finished:
    return Finished(statement, text(statement))


BACKEND = finished("select pg_backend_pid() as pid")

BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""As what the driver tells of a connection that was cut: which of them is a matter of what has arrived by then."""


@pytest.fixture
async def one(migrated_database: MigratedDatabase) -> AsyncIterator[Engines]:
    """Engines with a single connection, so that whoever comes next is lent the same."""
    engines = Engines.of(migrated_database.app, pool_size=1)
    yield engines
    await engines.dispose()


async def backend(session: AsyncSession) -> int:
    [row] = await fetch(session, BACKEND, [])
    pid: int = row["pid"]
    return pid


class Fallen:
    """A tracer that fails whoever ends a span."""

    def child(self, _name: str, _facts: object) -> "Fallen":
        return self

    def end(self, **_told: object) -> None:
        raise LookupError("the tracer is gone")


class TestAStatement:
    async def test_runs_in_the_transaction_of_its_session(self, one: Engines) -> None:
        async with AsyncSession(one.writing) as session, session.begin():
            await session.execute(select(1))
            [before] = await fetch(session, finished("select txid_current() as id"), [])
            assert await session.scalar(text("select txid_current()")) == before["id"]

    async def test_is_not_sent_before_a_transaction_began(self, one: Engines) -> None:
        async with AsyncSession(one.reading) as session:
            with pytest.raises(NothingBegun):
                await fetch(session, BACKEND, [])

    async def test_runs_in_a_transaction_that_a_connection_began(self, one: Engines) -> None:
        async with one.reading.connect() as connection, connection.begin(), joined(connection) as session:
            row = await first(session, "select pg_backend_pid() as pid, $1::text as said", ["先"])
            assert row is not None
            assert row.said == "先"
            assert await backend(session) == row.pid
            assert await session.scalar(text("select pg_backend_pid()")) == row.pid
            assert await session.scalar(text("show transaction_isolation")) == "repeatable read"


class TestASessionThatJoined:
    async def test_tells_of_changes_that_nobody_would_store(
        self, one: Engines, owner_engine: AsyncEngine
    ) -> None:
        world = await a_county(owner_engine)
        async with AsyncSession(owner_engine) as session:
            key = world.county_id, world["zhou"].capacities["transport"]
            somebody = await session.get_one(Capacity, key)

        async def read(post: str | None) -> None:
            async with one.reading.connect() as connection, connection.begin(), joined(connection) as session:
                row = await session.merge(somebody, load=False)
                if post is not None:
                    row.post = post

        await read(None)
        with pytest.raises(Changed):
            await read("别的")

    async def test_lets_go_of_what_it_read(self, one: Engines) -> None:
        async with one.reading.connect() as connection, connection.begin():
            async with joined(connection) as session:
                await session.execute(select(1))
            assert not session.in_transaction()
            assert connection.in_transaction()
            async with joined(connection) as another:
                assert await another.scalar(select(2)) == 2


class TestWhoeverWatches:
    async def test_is_told_of_it_with_its_values_and_what_was_written(self, one: Engines) -> None:
        told: list[Any] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, context: Any, _: bool) -> None:
            told.append((statement, tuple(values), context))

        event.listen(one.writing.sync_engine, "before_cursor_execute", note)
        asked = finished("select $1::integer as number")
        async with AsyncSession(one.reading) as session, session.begin():
            await session.execute(select(1))
            await fetch(session, asked, [7])
        assert told[1:] == [("select $1::integer as number", (7,), asked)]

    async def test_counts_what_succeeds_and_what_fails(self, one: Engines) -> None:
        passage = telemetry.Passage()
        with telemetry.passing(passage):
            async with AsyncSession(one.reading) as session, session.begin():
                await session.execute(select(1))
                await backend(session)
                assert passage.statements == 2
                with pytest.raises(asyncpg.DivisionByZeroError):
                    await fetch(session, finished("select 1 / 0"), [])
                assert passage.statements == 3
                await session.rollback()
        assert passage.seconds["sql"] > 0


class TestAConnection:
    async def test_serves_on_after_a_statement_that_was_refused(self, one: Engines) -> None:
        async with AsyncSession(one.reading) as session:
            await session.execute(select(1))
            before = await backend(session)
            with pytest.raises(asyncpg.DivisionByZeroError):
                await fetch(session, finished("select 1 / 0"), [])
        async with AsyncSession(one.reading) as session, session.begin():
            await session.execute(select(1))
            assert await backend(session) == before

    async def test_is_not_lent_again_once_it_broke(
        self, one: Engines, migrated_database: MigratedDatabase
    ) -> None:
        another = await asyncpg.connect(plain(migrated_database.app))
        async with AsyncSession(one.reading) as session:
            await session.execute(select(1))
            before = await backend(session)
            await another.execute("select pg_terminate_backend($1, 5000)", before)
            with pytest.raises(BROKEN):
                await backend(session)
        await another.close()
        async with AsyncSession(one.reading) as session, session.begin():
            await session.execute(select(1))
            assert await backend(session) != before

    @pytest.mark.parametrize("watched", [True, False], ids=["by whom nothing is to be had", "by nobody"])
    async def test_is_not_lent_again_once_a_statement_was_broken_off(
        self, one: Engines, migrated_database: MigratedDatabase, watched: bool
    ) -> None:
        pid, asking = 0, asyncio.Event()

        async def wait_long() -> None:
            nonlocal pid
            async with AsyncSession(one.reading) as session, session.begin():
                await session.execute(select(1))
                pid = await backend(session)
                asking.set()
                with telemetry.passing(telemetry.Passage(span=cast("Any", Fallen()) if watched else None)):
                    await fetch(session, finished("select pg_sleep(60)"), [])

        waiting = asyncio.create_task(wait_long())
        await asking.wait()
        another = await asyncpg.connect(plain(migrated_database.app))
        async with asyncio.timeout(30):
            while not await another.fetchval(  # noqa: ASYNC110  the condition lies in the server
                "select wait_event = 'PgSleep' from pg_stat_activity where pid = $1", pid
            ):
                await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await another.close()
        async with AsyncSession(one.reading) as session, session.begin():
            await session.execute(select(1))
            assert await backend(session) != pid
