"""How rights end: with the next request, and with nothing under way that slips past the end.

Whoever ends a capacity waits for the acts that hold it, and no act that is answered after the end was committed is
done in it, however long before it asked what time it was. Readers are not waited for: they see the moment at which
they began.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.edge import Edge
from domain.referrals import commands, queries
from domain.referrals.models import Referral
from tenancy.refusals import NotFound, NotPermitted, Refusal
from tenancy.repeats import remember
from tenancy.transactions import CapacityRefused, Credentials, Engines, Unauthenticated, open_scope
from tests.databases import MigratedDatabase
from tests.tenancy.conftest import for_asyncpg
from tests.worlds import NOW, HandSetClock, World

A_SECOND, A_MOMENT = timedelta(seconds=1), timedelta(microseconds=1)
LETTER: dict[str, Any] = {
    "found_on": date(2026, 3, 9),
    "party": "某某运输有限公司",
    "place": "昆阳镇通福路",
    "facts": "一辆货车未采取密闭措施运输渣土。",
    "item_code": "330218085000",
    "legal_basis": "《浙江省道路运输条例》",
}

END = "update capacities set until = $3 where county_id = $1 and id = $2"


@pytest_asyncio.fixture(loop_scope="session")
async def ender(migrated_database: MigratedDatabase) -> Any:
    """The connection of whoever ends capacities."""
    connection = await asyncpg.connect(for_asyncpg(migrated_database.owner))
    yield connection
    await connection.close()


async def held_up(watcher: asyncpg.Connection, pid: int) -> list[int]:
    """Whom this backend waits for, as soon as it waits for somebody."""
    async with asyncio.timeout(10):
        while not (  # noqa: ASYNC110  the condition lies in the server
            waits_for := await watcher.fetchval("select pg_blocking_pids($1)", pid)
        ):
            await asyncio.sleep(0)
    return list(waits_for)


async def an_act(edge: Edge, credentials: Credentials, key: str = "act") -> None:
    """The smallest act there is: it leaves the key of a mutation."""
    async with edge.writing(credentials) as work:
        await remember(work.session, work.actor, mutation="test", key=key, given={}, now=work.now)


async def acts_done(owner_engine: AsyncEngine, world: World) -> int:
    async with owner_engine.connect() as connection:
        return int(
            await connection.scalar(
                text("select count(*) from remembered_mutations where county_id = :county"),
                {"county": world.county_id},
            )
        )


class TestEndingACapacity:
    async def test_waits_for_the_act_that_is_under_way(
        self, edge: Edge, world: World, ender: asyncpg.Connection, migrated: asyncpg.Connection
    ) -> None:
        zhou = world["zhou"]
        pid = ender.get_server_pid()
        async with edge.writing(zhou.credentials) as work:
            ending = asyncio.ensure_future(
                ender.execute(END, world.county_id, zhou.capacities["transport"], NOW)
            )
            holder = await work.session.scalar(text("select pg_backend_pid()"))
            assert await held_up(migrated, pid) == [holder]
            await remember(work.session, work.actor, mutation="test", key="held", given={}, now=work.now)
            assert not ending.done()
        assert await ending == "UPDATE 1"
        with pytest.raises(CapacityRefused):
            await an_act(edge, zhou.credentials)

    async def test_refuses_every_act_that_waited_for_it(
        self,
        engines: Engines,
        edge: Edge,
        world: World,
        owner_engine: AsyncEngine,
        ender: asyncpg.Connection,
        migrated: asyncpg.Connection,
    ) -> None:
        zhou = world["zhou"]
        ending = ender.transaction()
        await ending.start()
        await ender.execute(END, world.county_id, zhou.capacities["transport"], NOW)
        acts = [asyncio.ensure_future(an_act(edge, zhou.credentials, str(n))) for n in range(4)]
        await self._until_waiting(migrated, ender, 4)
        await ending.commit()
        outcomes = await asyncio.gather(*acts, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [CapacityRefused] * 4
        assert await acts_done(owner_engine, world) == 0

    async def test_is_seen_by_the_opening_call_itself_once_it_has_the_lock(
        self, engines: Engines, world: World, ender: asyncpg.Connection, migrated: asyncpg.Connection
    ) -> None:
        async def opens() -> None:
            async with AsyncSession(engines.writing) as session, session.begin():
                await open_scope(session, world["zhou"].credentials, now=NOW, writing=True)

        ending = ender.transaction()
        await ending.start()
        await ender.execute(END, world.county_id, world["zhou"].capacities["transport"], NOW)
        opening = asyncio.ensure_future(opens())
        await self._until_waiting(migrated, ender, 1)
        await ending.commit()
        with pytest.raises(CapacityRefused):
            await opening

    async def test_lets_them_through_if_it_was_called_off(
        self,
        edge: Edge,
        world: World,
        owner_engine: AsyncEngine,
        ender: asyncpg.Connection,
        migrated: asyncpg.Connection,
    ) -> None:
        ending = ender.transaction()
        await ending.start()
        await ender.execute(END, world.county_id, world["zhou"].capacities["transport"], NOW)
        act = asyncio.ensure_future(an_act(edge, world["zhou"].credentials))
        await self._until_waiting(migrated, ender, 1)
        await ending.rollback()
        await act
        assert await acts_done(owner_engine, world) == 1

    async def test_leaves_the_person_s_other_capacities_as_they_are(
        self, edge: Edge, world: World, ender: asyncpg.Connection
    ) -> None:
        zhou = world["zhou"]
        await ender.execute(END, world.county_id, zhou.capacities["kunyang"], NOW)
        with pytest.raises(CapacityRefused):
            await an_act(edge, zhou.acting_for("kunyang"))
        await an_act(edge, zhou.acting_for("transport"))

    async def test_refuses_an_act_that_asked_the_time_before_it_and_was_answered_after(
        self,
        edge: Edge,
        world: World,
        owner_engine: AsyncEngine,
        ender: asyncpg.Connection,
        migrated: asyncpg.Connection,
    ) -> None:
        """The end is later than what the act read, and earlier than when the act gets its turn."""
        ending = ender.transaction()
        await ending.start()
        await ender.execute(END, world.county_id, world["zhou"].capacities["transport"], NOW + A_MOMENT)
        act = asyncio.ensure_future(an_act(edge, world["zhou"].credentials))
        await self._until_waiting(migrated, ender, 1)
        await ending.commit()
        with pytest.raises(CapacityRefused):
            await act
        assert await acts_done(owner_engine, world) == 0

    async def test_that_is_far_off_refuses_nothing_yet(
        self, edge: Edge, world: World, owner_engine: AsyncEngine, ender: asyncpg.Connection
    ) -> None:
        await ender.execute(
            END, world.county_id, world["zhou"].capacities["transport"], NOW + timedelta(days=1)
        )
        await an_act(edge, world["zhou"].credentials)
        assert await acts_done(owner_engine, world) == 1

    async def test_does_not_wait_for_readers_who_see_the_moment_they_began(
        self, edge: Edge, world: World, ender: asyncpg.Connection
    ) -> None:
        async with edge.reading(world["zhou"].credentials) as work:
            assert await ender.execute(END, world.county_id, world["zhou"].capacities["transport"], NOW)
            assert await queries.count(work, wanted=queries.Wanted(box="sent")) == 0
        with pytest.raises(CapacityRefused):
            async with edge.reading(world["zhou"].credentials):
                pass

    async def test_in_the_middle_of_a_crowd_cuts_it_in_two(
        self,
        edge: Edge,
        clock: HandSetClock,
        world: World,
        owner_engine: AsyncEngine,
        ender: asyncpg.Connection,
    ) -> None:
        """Everything that was done was done before the end was committed; everything that began later was refused."""
        zhou, over = world["zhou"], asyncio.Event()
        done_late: list[str] = []

        async def hand(name: str) -> int:
            done = 0
            while True:
                ended_before = over.is_set()
                try:
                    await an_act(edge, zhou.credentials, f"{name}-{done}")
                except CapacityRefused:
                    return done
                if ended_before:
                    done_late.append(name)
                done += 1

        async def end() -> int:
            while await acts_done(owner_engine, world) < 20:  # noqa: ASYNC110  it lies in the database
                await asyncio.sleep(0)
            # It ends at this very instant. After a leap of this clock, somebody who had read it before could still be
            # let in after the end: as long as a leap takes, no time passes by the clock that the edge measures waits with.
            async with ender.transaction():
                await ender.execute(END, world.county_id, zhou.capacities["transport"], clock.instant)
                counted = await ender.fetchval(
                    "select count(*) from remembered_mutations where county_id = $1", world.county_id
                )
            over.set()
            return int(counted)

        async with asyncio.timeout(60):
            done, counted = await asyncio.gather(asyncio.gather(*(hand(f"h{n}") for n in range(4))), end())
        assert sum(done) >= 20
        assert done_late == []
        # The ender held the capacity while it counted: what is there now was there then.
        assert sum(done) == counted == await acts_done(owner_engine, world)

    async def _until_waiting(
        self, watcher: asyncpg.Connection, blocker: asyncpg.Connection, waiting: int
    ) -> None:
        async with asyncio.timeout(10):
            while (  # noqa: ASYNC110  the condition lies in the server
                await watcher.fetchval(
                    "select count(*) from pg_stat_activity where $1 = any(pg_blocking_pids(pid))"
                    " or (wait_event_type = 'Lock' and datname = current_database())",
                    blocker.get_server_pid(),
                )
                < waiting
            ):
                await asyncio.sleep(0)


Take = Callable[[asyncpg.Connection, World], Awaitable[Any]]


class TestTakingAway:
    """Each thing that grants, taken away: the request before it is served, the next one is not."""

    @pytest.mark.parametrize(
        ("statement", "refusal"),
        [
            ("update capacities set until = $2 where county_id = $1 and person_id = $3", CapacityRefused),
            (
                "update capacities set since = $2::timestamptz + interval '1 day' where county_id = $1 and person_id = $3",
                CapacityRefused,
            ),
            ("update accounts set disabled_at = $2 where county_id = $1 and person_id = $3", Unauthenticated),
            (
                "update sessions set revoked_at = $2 from accounts where accounts.id = sessions.account_id"
                " and county_id = $1 and person_id = $3",
                Unauthenticated,
            ),
            (
                "update sessions set expires_at = $2 from accounts where accounts.id = sessions.account_id"
                " and county_id = $1 and person_id = $3",
                Unauthenticated,
            ),
        ],
        ids=["the capacity", "its having begun", "the account", "the session", "the session's time"],
    )
    async def test_who_somebody_is_shuts_every_door(
        self, edge: Edge, world: World, migrated: asyncpg.Connection, statement: str, refusal: type[Refusal]
    ) -> None:
        lin = world["lin"]
        await an_act(edge, lin.credentials, "before")
        await migrated.execute(statement, world.county_id, NOW, lin.person_id)
        with pytest.raises(refusal):
            await an_act(edge, lin.credentials, "after")
        with pytest.raises(refusal):
            async with edge.reading(lin.credentials):
                pass
        await an_act(edge, world["tang"].credentials, "a colleague's")

    async def test_a_role_takes_its_acts_away_and_leaves_the_sight_of_the_matter(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        draft = await self._submitted(edge, world)
        await migrated.execute(
            "update capacities set roles = '{officer}' where county_id = $1 and person_id = $2",
            world.county_id,
            world["lin"].person_id,
        )
        async with edge.writing(world["lin"].credentials) as work:
            assert (await queries.the(work, draft.id)).state == "draft"
            with pytest.raises(NotPermitted):
                await commands.approve(work, referral_id=draft.id, expected_version=draft.version)

    async def test_every_role_takes_the_sight_away_too(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        draft = await self._submitted(edge, world)
        await migrated.execute(
            "update capacities set roles = '{}' where county_id = $1 and person_id = $2",
            world.county_id,
            world["lin"].person_id,
        )
        async with edge.reading(world["lin"].credentials) as work:
            assert await queries.count(work, wanted=queries.Wanted(box="sent")) == 0
            with pytest.raises(NotFound):
                await queries.the(work, draft.id)

    async def test_a_function_takes_the_oversight_of_everybody_in_the_body(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        async def overseen() -> tuple[int, bool]:
            async with edge.reading(world["wu"].credentials) as work:
                rows = await work.session.scalar(text("select count(*) from secondments"))
                return int(rows), work.actor.overseen is not None

        assert await overseen() == (2, True)
        await migrated.execute(
            "delete from organisation_functions where county_id = $1 and organisation_id = $2",
            world.county_id,
            world.bodies["coordination"],
        )
        assert await overseen() == (0, False)

    async def test_the_overseeing_of_a_function_takes_it_as_well(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        await migrated.execute(
            "update organisation_functions set oversees = false where county_id = $1", world.county_id
        )
        async with edge.reading(world["shen"].credentials) as work:
            assert work.actor.overseen is None
            assert await work.session.scalar(text("select count(*) from secondments")) == 0

    async def _submitted(self, edge: Edge, world: World) -> Referral:
        async with edge.writing(world["zhou"].credentials) as work:
            return await commands.draft(work, addressee_id=world.bodies["kunyang"], **LETTER)
