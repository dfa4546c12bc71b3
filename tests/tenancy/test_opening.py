"""The opening call: who is asking, in which post, and every way in which the answer is no.

What a scope then shows is in `test_walls.py`; how a right ends, in `test_endings.py`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from tenancy.actor import Actor
from tenancy.ids import new_id
from tenancy.kinds import Base, Platform, kinds
from tenancy.models import Account, Capacity, Session
from tenancy.refusals import Refusal
from tenancy.transactions import (
    CapacityNeeded,
    CapacityRefused,
    Credentials,
    Engines,
    Unauthenticated,
    open_scope,
)
from tests.databases import MigratedDatabase
from tests.tenancy.acting import acting
from tests.tenancy.rows import bound_tables
from tests.worlds import NOW, World, a_county

AN_HOUR = timedelta(hours=1)
BOTH = pytest.mark.parametrize("writing", [False, True], ids=["reading", "writing"])


@asynccontextmanager
async def begun(engines: Engines, *, writing: bool) -> AsyncIterator[AsyncSession]:
    """A transaction as the edge begins one."""
    if not writing:
        async with engines.snapshot() as session:
            yield session
        return
    async with AsyncSession(engines.writing) as session, session.begin():
        yield session


async def opened(
    engines: Engines, credentials: Credentials, *, writing: bool = False, at: datetime = NOW
) -> Actor:
    """Who the database says is acting."""
    async with begun(engines, writing=writing) as session:
        return await open_scope(session, credentials, now=at, writing=writing)


async def another_post(
    owner_engine: AsyncEngine, world: World, person: str, body: str, **changed: object
) -> str:
    """One more capacity of somebody, and its id as a header would have it."""
    values = {
        "county_id": world.county_id,
        "id": new_id(),
        "person_id": world[person].person_id,
        "tenant_id": world.bodies[body],
        "post": "兼任",
        "roles": ["officer"],
        "secondment_id": None,
        "since": NOW - AN_HOUR,
        "until": None,
    } | changed
    async with owner_engine.begin() as connection:
        await connection.execute(insert(Capacity).values(values))
    return str(values["id"])


@BOTH
class TestASession:
    async def test_is_needed(self, engines: Engines, writing: bool) -> None:
        with pytest.raises(Unauthenticated):
            await opened(engines, Credentials(), writing=writing)

    @pytest.mark.parametrize("token", ["", "unknown", "token\0", "half \ud800 a character", "x" * 100_000])
    async def test_is_not_opened_by_a_token_that_nobody_was_given(
        self, engines: Engines, world: World, writing: bool, token: str
    ) -> None:
        with pytest.raises(Unauthenticated):
            await opened(engines, Credentials(token=token), writing=writing)

    async def test_is_not_opened_by_the_hash_that_is_kept_of_its_token(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        async with owner_engine.connect() as connection:
            kept = await connection.scalar(
                select(Session.token_hash).where(Session.account_id == world["lin"].account_id)
            )
        assert kept is not None
        for guess in (kept.hex(), kept.decode("latin-1")):
            with pytest.raises(Unauthenticated):
                await opened(engines, Credentials(token=guess), writing=writing)

    async def test_ends_at_its_time_and_not_a_moment_later(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        await self._change(owner_engine, world, expires_at=NOW)
        await opened(engines, world["lin"].credentials, writing=writing, at=NOW - timedelta(microseconds=1))
        with pytest.raises(Unauthenticated):
            await opened(engines, world["lin"].credentials, writing=writing)

    async def test_ends_with_its_revocation_whatever_the_clock_says(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        await self._change(owner_engine, world, revoked_at=NOW + AN_HOUR)
        with pytest.raises(Unauthenticated):
            await opened(engines, world["lin"].credentials, writing=writing)

    async def test_ends_with_its_account(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Account).where(Account.id == world["lin"].account_id).values(disabled_at=NOW)
            )
        with pytest.raises(Unauthenticated):
            await opened(engines, world["lin"].credentials, writing=writing)
        await opened(engines, world["tang"].credentials, writing=writing)

    async def _change(self, owner_engine: AsyncEngine, world: World, **values: object) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Session).where(Session.account_id == world["lin"].account_id).values(**values)
            )


@BOTH
class TestACapacity:
    async def test_need_not_be_named_if_there_is_only_one(
        self, engines: Engines, world: World, writing: bool
    ) -> None:
        actor = await opened(engines, Credentials(token=world["lin"].token), writing=writing)
        assert actor.tenant_id == world.bodies["transport"]
        assert actor.capacity_id == world["lin"].capacities["transport"]

    async def test_must_be_named_if_there_are_several(
        self, engines: Engines, world: World, writing: bool
    ) -> None:
        with pytest.raises(CapacityNeeded):
            await opened(engines, Credentials(token=world["zhou"].token), writing=writing)

    async def test_is_found_by_its_id_and_by_the_code_of_its_body(
        self, engines: Engines, world: World, writing: bool
    ) -> None:
        zhou = world["zhou"]
        for body in ("transport", "kunyang"):
            for name in (str(zhou.capacities[body]), body):
                actor = await opened(engines, Credentials(zhou.token, acting_as=name), writing=writing)
                assert (actor.tenant_id, actor.capacity_id) == (world.bodies[body], zhou.capacities[body])

    async def test_is_not_found_by_a_code_under_which_there_are_two(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        second = await another_post(owner_engine, world, "lin", "transport")
        with pytest.raises(CapacityNeeded):
            await opened(engines, Credentials(world["lin"].token, acting_as="transport"), writing=writing)
        actor = await opened(engines, Credentials(world["lin"].token, acting_as=second), writing=writing)
        assert str(actor.capacity_id) == second

    async def test_is_refused_to_a_person_who_holds_none(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.person_id == world["lin"].person_id).values(until=NOW)
            )
        for acting_as in (None, "transport", str(world["lin"].capacities["transport"])):
            with pytest.raises(CapacityRefused):
                await opened(engines, Credentials(world["lin"].token, acting_as=acting_as), writing=writing)

    async def test_of_somebody_else_is_refused(self, engines: Engines, world: World, writing: bool) -> None:
        theirs = (str(world["gao"].capacities["kunyang"]), "kunyang")
        for acting_as in theirs:
            with pytest.raises(CapacityRefused):
                await opened(engines, Credentials(world["lin"].token, acting_as=acting_as), writing=writing)

    async def test_in_another_county_is_refused(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        other = await a_county(owner_engine)
        with pytest.raises(CapacityRefused):
            await opened(
                engines,
                Credentials(world["lin"].token, acting_as=str(other["lin"].capacities["transport"])),
                writing=writing,
            )
        actor = await opened(engines, Credentials(world["lin"].token, acting_as="transport"), writing=writing)
        assert actor.county_id == world.county_id

    async def test_holds_from_its_beginning_until_just_before_its_end(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        post = await another_post(
            owner_engine, world, "lin", "agriculture", since=NOW, until=NOW + AN_HOUR, roles=["head"]
        )
        credentials = Credentials(world["lin"].token, acting_as=post)
        for moment, holds in (
            (NOW - timedelta(microseconds=1), False),
            (NOW, True),
            (NOW + AN_HOUR - timedelta(microseconds=1), True),
            (NOW + AN_HOUR, False),
        ):
            if holds:
                actor = await opened(engines, credentials, writing=writing, at=moment)
                assert (actor.tenant_id, actor.ends_at) == (world.bodies["agriculture"], NOW + AN_HOUR)
            else:
                with pytest.raises(CapacityRefused):
                    await opened(engines, credentials, writing=writing, at=moment)

    async def test_that_has_ended_does_not_make_the_one_that_is_left_ambiguous(
        self, engines: Engines, world: World, owner_engine: AsyncEngine, writing: bool
    ) -> None:
        await another_post(owner_engine, world, "lin", "agriculture", until=NOW)
        actor = await opened(engines, Credentials(world["lin"].token), writing=writing)
        assert actor.tenant_id == world.bodies["transport"]

    @pytest.mark.parametrize("acting_as", ["", " ", "nowhere", "kunyang\0", "\ud800", "' or true --", "%"])
    async def test_is_refused_under_a_name_that_is_none(
        self, engines: Engines, world: World, writing: bool, acting_as: str
    ) -> None:
        with pytest.raises(CapacityRefused):
            await opened(engines, Credentials(world["lin"].token, acting_as=acting_as), writing=writing)


class TestTheActor:
    async def test_is_what_the_database_says(self, engines: Engines, world: World) -> None:
        actor = await opened(engines, world["zhou"].acting_for("kunyang"))
        assert actor.county_id == world.county_id
        assert actor.person_id == world["zhou"].person_id
        assert actor.account_id == world["zhou"].account_id
        assert actor.roles == {"officer"}
        assert actor.functions == frozenset()
        assert actor.overseen is None
        assert actor.ends_at is None
        assert actor.time_zone == "Asia/Shanghai"

    async def test_oversees_the_county_through_a_function_that_does(
        self, engines: Engines, world: World
    ) -> None:
        actor = await opened(engines, world["wu"].credentials)
        assert actor.functions == {"coordination"}
        assert actor.overseen == world.county_id

    async def test_oversees_nothing_through_a_function_that_does_not(
        self, engines: Engines, world: World, owner_engine: AsyncEngine
    ) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                text("update organisation_functions set oversees = false where county_id = :county"),
                {"county": world.county_id},
            )
        actor = await opened(engines, world["wu"].credentials)
        assert actor.functions == {"coordination"}
        assert actor.overseen is None

    def test_can_be_refused_in_words_for_every_problem_that_the_database_knows(self) -> None:
        for problem in (Unauthenticated, CapacityNeeded, CapacityRefused):
            assert issubclass(problem, Refusal)
            assert problem().sentence("zh")


class TestWithoutAScope:
    """An error, never rows and never "everything": what forgot to open a scope must not work by accident."""

    @pytest.mark.parametrize(
        "table", [table for table in bound_tables() if "select" in kinds()[table.name].app], ids=str
    )
    async def test_every_table_of_a_county_refuses_to_be_read(
        self, engines: Engines, world: World, table: object
    ) -> None:
        with pytest.raises(DBAPIError, match=r"unrecognized configuration parameter|invalid input syntax"):
            async with engines.writing.connect() as connection:
                await connection.execute(text(f"select 1 from {table}"))

    async def test_nobody_is_told_who_they_are(self, app: asyncpg.Connection, world: World) -> None:
        for asked in ("me", "county", "person", "overseen"):
            with pytest.raises(asyncpg.UndefinedObjectError):
                await app.fetchval(f"select {asked}()")
        async with acting(app, world["lin"].credentials):
            assert await app.fetchval("select me()") == world.bodies["transport"]
        for asked in ("me", "county", "person"):
            with pytest.raises(asyncpg.InvalidTextRepresentationError):
                await app.fetchval(f"select {asked}()")
        assert await app.fetchval("select overseen()") is None

    def test_only_the_platforms_tables_can_be_read_and_they_hold_no_matter_of_any_body(self) -> None:
        open_tables = {name for name, kind in kinds().items() if isinstance(kind, Platform)}
        assert open_tables == set(Base.metadata.tables) - {table.name for table in bound_tables()}
        assert open_tables == {
            "account_links",
            "accounts",
            "beats",
            "platform_rulebooks",
            "sessions",
            "set_clock",
            "sign_in_attempts",
            "statutory_days",
            "statutory_years",
        }

    async def test_nothing_is_left_of_the_scope_before_on_the_same_connection(
        self, migrated_database: MigratedDatabase, world: World
    ) -> None:
        engines = Engines.of(migrated_database.app, pool_size=1)
        try:
            for writing in (False, True):
                async with begun(engines, writing=writing) as session:
                    await open_scope(session, world["wu"].credentials, now=NOW, writing=writing)
                    backend = await session.scalar(text("select pg_backend_pid()"))
                    assert await session.scalar(text("select count(*) from organisations")) == 7
                async with engines.writing.connect() as connection:
                    assert await connection.scalar(text("select pg_backend_pid()")) == backend
                    left = await connection.execute(
                        text(
                            "select current_setting('gongguan.tenant', true), current_setting('gongguan.county', true),"
                            " current_setting('gongguan.person', true), current_setting('gongguan.overseen', true)"
                        )
                    )
                    assert not any(left.one())
                    assert await connection.scalar(text("select overseen()")) is None
                    with pytest.raises(DBAPIError, match="invalid input syntax for type uuid"):
                        await connection.execute(text("select count(*) from organisations"))
        finally:
            await engines.dispose()

    async def test_a_refused_opening_leaves_none_either(self, engines: Engines, world: World) -> None:
        async with AsyncSession(engines.writing) as session, session.begin():
            with pytest.raises(CapacityRefused):
                await open_scope(
                    session, Credentials(world["lin"].token, acting_as="kunyang"), now=NOW, writing=True
                )
            with pytest.raises(DBAPIError, match=r"unrecognized configuration|invalid input syntax"):
                await session.execute(text("select count(*) from organisations"))


class TestReading:
    async def test_sees_one_snapshot_from_its_first_statement_to_its_last(
        self, engines: Engines, world: World, owner_engine: AsyncEngine
    ) -> None:
        count = text("select count(*) from county_days")
        async with engines.snapshot() as session:
            await open_scope(session, world["lin"].credentials, now=NOW, writing=False)
            before = await session.scalar(count)
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(
                        "insert into county_days (county_id, day, working, reason, source)"
                        " values (:county, '2026-05-04', false, 'a', 'b')"
                    ),
                    {"county": world.county_id},
                )
            assert await session.scalar(count) == before
        async with engines.snapshot() as session:
            await open_scope(session, world["lin"].credentials, now=NOW, writing=False)
            assert await session.scalar(count) == before + 1

    async def test_changes_nothing(self, engines: Engines, world: World) -> None:
        async with engines.snapshot() as session:
            await open_scope(session, world["lin"].credentials, now=NOW, writing=False)
            with pytest.raises(DBAPIError, match="read-only transaction"):
                await session.execute(
                    text("update notifications set read_at = :now where owner_id = me()"), {"now": NOW}
                )

    async def test_leaves_the_connection_ready_to_write(
        self, migrated_database: MigratedDatabase, world: World
    ) -> None:
        engines = Engines.of(migrated_database.app, pool_size=1)
        try:
            for _ in range(2):
                async with engines.snapshot() as session:
                    await open_scope(session, world["lin"].credentials, now=NOW, writing=False)
                async with AsyncSession(engines.writing) as session, session.begin():
                    await open_scope(session, world["lin"].credentials, now=NOW, writing=True)
                    level = await session.scalar(text("show transaction_isolation"))
                    assert level == "read committed"
                    assert await session.scalar(text("show transaction_read_only")) == "off"
        finally:
            await engines.dispose()
