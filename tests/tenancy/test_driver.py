"""Sending by the driver itself: in a transaction only, seen by whoever watches, and never on a broken connection again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import asyncpg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ops.addresses import plain
from tenancy import telemetry
from tenancy.driver import Changed, Finished, NothingBegun, fetch, first
from tenancy.models import Capacity
from tenancy.transactions import Engines, is_out_of_reach
from tests.databases import MigratedDatabase
from tests.workers.workshop import eventually
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
        async with AsyncSession(one.writing) as session:
            with pytest.raises(NothingBegun):
                await fetch(session, BACKEND, [])

    async def test_runs_in_a_snapshot_that_the_driver_began(self, one: Engines) -> None:
        async with one.snapshot() as session:
            row = await first(session, "select pg_backend_pid() as pid, $1::text as said", ["先"])
            assert row is not None
            assert row.said == "先"
            assert await backend(session) == row.pid
            assert await session.scalar(text("select pg_backend_pid()")) == row.pid
            assert await session.scalar(text("show transaction_isolation")) == "repeatable read"


class TestASnapshot:
    async def test_tells_of_changes_that_nobody_would_store(
        self, one: Engines, owner_engine: AsyncEngine
    ) -> None:
        world = await a_county(owner_engine)
        async with AsyncSession(owner_engine) as session:
            key = world.county_id, world["zhou"].capacities["transport"]
            somebody = await session.get_one(Capacity, key)

        async def read(post: str | None) -> None:
            async with one.snapshot() as session:
                row = await session.merge(somebody, load=False)
                if post is not None:
                    row.post = post

        await read(None)
        with pytest.raises(Changed):
            await read("别的")

    async def test_is_one_from_its_first_statement_to_its_last_whoever_sends_them(self, one: Engines) -> None:
        asked = "select pg_current_snapshot()::text as seen, pg_backend_pid() as pid"
        async with one.snapshot() as session:
            found = await first(session, asked, [])
            assert await session.scalar(text("select pg_current_snapshot()::text")) == found.seen
            [row] = await fetch(session, finished(asked), [])
            assert (row["seen"], row["pid"]) == (found.seen, found.pid)
            assert await session.scalar(text("show transaction_read_only")) == "on"

    async def test_ends_where_its_block_fails(self, one: Engines) -> None:
        before = 0

        async def fail() -> None:
            nonlocal before
            async with one.snapshot() as session:
                before = await backend(session)
                await session.execute(select(1))
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with one.snapshot() as session:
                await fetch(session, finished("select 1 / 0"), [])
        async with AsyncSession(one.writing) as session, session.begin():
            assert await session.scalar(text("select pg_backend_pid()")) == before
            assert await session.scalar(text("show transaction_read_only")) == "off"

    async def test_sends_nothing_more_over_another_connection_when_its_own_breaks(
        self, one: Engines, migrated_database: MigratedDatabase
    ) -> None:
        another = await asyncpg.connect(plain(migrated_database.app))

        async def go_on_after_the_cut() -> None:
            async with one.snapshot() as session:
                await another.execute("select pg_terminate_backend($1, 5000)", await backend(session))
                with pytest.raises(BROKEN):
                    await backend(session)
                with pytest.raises((SQLAlchemyError, *BROKEN)):
                    await session.execute(select(1))

        with pytest.raises(BROKEN):
            await go_on_after_the_cut()
        await another.close()
        async with one.snapshot() as session:
            assert await session.scalar(select(1)) == 1

    async def test_that_cannot_end_leaves_no_broken_connection(
        self, one: Engines, migrated_database: MigratedDatabase
    ) -> None:
        another = await asyncpg.connect(plain(migrated_database.app))

        async def be_cut() -> None:
            async with one.snapshot() as session:
                await another.execute("select pg_terminate_backend($1, 5000)", await backend(session))

        with pytest.raises(BROKEN):
            await be_cut()
        await another.close()
        async with AsyncSession(one.writing) as session:
            assert await session.scalar(select(1)) == 1

    async def test_is_not_begun_on_a_connection_that_was_cut_while_nobody_used_it(
        self, migrated_database: MigratedDatabase
    ) -> None:
        engines = Engines.of(migrated_database.app, pool_size=3)
        another = await asyncpg.connect(plain(migrated_database.app))
        try:
            async with engines.snapshot() as one, engines.snapshot() as two, engines.snapshot() as three:
                cut = [await backend(each) for each in (one, two, three)]
            for each in cut:
                await another.execute("select pg_terminate_backend($1, 5000)", each)
            with pytest.raises((DBAPIError, *BROKEN)) as broken:
                async with engines.snapshot() as session:
                    await backend(session)
            assert is_out_of_reach(broken.value)
            # Of the others none is lent any more.
            async with engines.snapshot() as one, engines.snapshot() as two, engines.snapshot() as three:
                assert not {await backend(each) for each in (one, two, three)} & {*cut}
        finally:
            await another.close()
            await engines.dispose()


class TestWhoeverWatches:
    async def test_is_told_of_it_with_its_values_and_what_was_written(self, one: Engines) -> None:
        told: list[Any] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, context: Any, _: bool) -> None:
            told.append((statement, tuple(values), context))

        event.listen(one.writing.sync_engine, "before_cursor_execute", note)
        asked = finished("select $1::integer as number")
        async with AsyncSession(one.writing) as session, session.begin():
            await session.execute(select(1))
            await fetch(session, asked, [7])
        assert told[1:] == [("select $1::integer as number", (7,), asked)]

    async def test_counts_what_succeeds_and_what_fails(self, one: Engines) -> None:
        passage = telemetry.Passage()
        with telemetry.passing(passage):
            async with AsyncSession(one.writing) as session, session.begin():
                await session.execute(select(1))
                await backend(session)
                assert passage.statements == 2
                with pytest.raises(asyncpg.DivisionByZeroError):
                    await fetch(session, finished("select 1 / 0"), [])
                assert passage.statements == 3
                await session.rollback()
        assert passage.seconds["sql"] > 0


class TestAConnection:
    async def test_is_lent_before_those_that_lie_longer(self, migrated_database: MigratedDatabase) -> None:
        engines = Engines.of(migrated_database.app, pool_size=2)
        async with engines.snapshot() as outer, engines.snapshot() as inner:
            last_given_back, other = await backend(outer), await backend(inner)
        assert last_given_back != other
        for _ in range(3):
            async with engines.snapshot() as session:
                assert await backend(session) == last_given_back
        await engines.dispose()

    async def test_that_is_old_is_not_lent_again(
        self, migrated_database: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tenancy.transactions.RECYCLED_AFTER", 0)
        engines = Engines.of(migrated_database.app, pool_size=1)
        backends = set()
        for _ in range(3):
            async with engines.snapshot() as session:
                backends.add(await backend(session))
        assert len(backends) == 3
        await engines.dispose()

    async def test_beyond_what_the_pool_keeps_is_closed_when_it_is_given_back(
        self, migrated_database: MigratedDatabase, caplog: pytest.LogCaptureFixture
    ) -> None:
        engines = Engines.of(migrated_database.app, pool_size=1)
        async with engines.snapshot() as outer, engines.snapshot() as inner:
            first_back = await backend(inner)
            last_back = await backend(outer)
        async with engines.snapshot() as session:
            assert await backend(session) == first_back
            left = select(text("pid")).select_from(text("pg_stat_activity")).where(text("pid = any(:pids)"))

            async def is_closed() -> bool:
                """the server has let go of the one too many"""
                pids = await session.scalars(left, {"pids": [first_back, last_back]})
                return set(pids) == {first_back}

            await eventually(is_closed)
        assert [each.message for each in caplog.records if each.name.startswith("sqlalchemy.pool")] == []
        await engines.dispose()

    async def test_serves_on_after_a_statement_that_was_refused(self, one: Engines) -> None:
        async with AsyncSession(one.writing) as session:
            await session.execute(select(1))
            before = await backend(session)
            with pytest.raises(asyncpg.DivisionByZeroError):
                await fetch(session, finished("select 1 / 0"), [])
        async with AsyncSession(one.writing) as session, session.begin():
            await session.execute(select(1))
            assert await backend(session) == before

    async def test_is_not_lent_again_once_it_broke(
        self, one: Engines, migrated_database: MigratedDatabase
    ) -> None:
        another = await asyncpg.connect(plain(migrated_database.app))
        async with AsyncSession(one.writing) as session:
            await session.execute(select(1))
            before = await backend(session)
            await another.execute("select pg_terminate_backend($1, 5000)", before)
            with pytest.raises(BROKEN):
                await backend(session)
        await another.close()
        async with AsyncSession(one.writing) as session, session.begin():
            await session.execute(select(1))
            assert await backend(session) != before

    @pytest.mark.parametrize("watched", [True, False], ids=["by whom nothing is to be had", "by nobody"])
    async def test_is_not_lent_again_once_a_statement_was_broken_off(
        self, one: Engines, migrated_database: MigratedDatabase, watched: bool
    ) -> None:
        pid, asking = 0, asyncio.Event()

        async def wait_long() -> None:
            nonlocal pid
            async with AsyncSession(one.writing) as session, session.begin():
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
        async with AsyncSession(one.writing) as session, session.begin():
            await session.execute(select(1))
            assert await backend(session) != pid
