"""Marks: another one whenever a look would find something otherwise, the same as long as it would not, and nothing besides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from tenancy.ids import new_id
from tenancy.standing import Waiting, marks
from tenancy.transactions import Credentials, Engines, Unauthenticated, open_scope
from tests.worlds import FAR_AWAY, NOW, HandSetClock, World, a_county

SCOPE = "select me(), county(), person(), overseen()"


@dataclass
class Ground:
    """Xu, who waits, and what changes may be made around her."""

    world: World
    owner: AsyncEngine
    now: datetime = NOW

    @property
    def post(self) -> UUID:
        return self.world["xu"].capacities["kunyang"]

    async def run(self, statement: str, **given: Any) -> None:
        async with self.owner.begin() as connection:
            await connection.execute(text(statement), given)


async def sign_out(ground: Ground) -> None:
    await ground.run(
        "update sessions set revoked_at = :now where account_id = :id",
        now=NOW,
        id=ground.world["xu"].account_id,
    )


async def disable(ground: Ground) -> None:
    await ground.run(
        "update accounts set disabled_at = :now where id = :id", now=NOW, id=ground.world["xu"].account_id
    )


async def expire(ground: Ground) -> None:
    ground.now += FAR_AWAY


async def end_the_post(ground: Ground) -> None:
    await ground.run("update capacities set until = :now where id = :id", now=NOW, id=ground.post)


async def change_the_roles(ground: Ground) -> None:
    await ground.run("update capacities set roles = '{supervisor}' where id = :id", id=ground.post)


async def give_a_function(ground: Ground) -> None:
    await ground.run(
        "insert into organisation_functions (county_id, organisation_id, function, oversees)"
        " values (:county, :body, 'supervision', true)",
        county=ground.world.county_id,
        body=ground.world.bodies["kunyang"],
    )


async def change_the_policies(ground: Ground) -> None:
    await raise_version(ground, "policy_version")


async def change_the_rulebooks(ground: Ground) -> None:
    await raise_version(ground, "rulebook_version")


async def raise_version(ground: Ground, version: str) -> None:
    await ground.run(
        f"update counties set {version} = {version} + 1 where county_id = :county",
        county=ground.world.county_id,
    )


async def begin_another_day(ground: Ground) -> None:
    ground.now = NOW.replace(hour=16)  # midnight in the county


async def tell_the_post(ground: Ground) -> None:
    await ground.run(
        "insert into inboxes (county_id, capacity_id, last_number) values (:county, :post, 1)",
        county=ground.world.county_id,
        post=ground.post,
    )


ENDINGS = [sign_out, disable, expire, end_the_post]
CHANGES = [
    *ENDINGS,
    change_the_roles,
    give_a_function,
    change_the_policies,
    change_the_rulebooks,
    begin_another_day,
    tell_the_post,
]


async def tell_another_post(ground: Ground) -> None:
    await ground.run(
        "insert into inboxes (county_id, capacity_id, last_number) values (:county, :post, 1)",
        county=ground.world.county_id,
        post=ground.world["gao"].capacities["kunyang"],
    )


async def wait_a_while(ground: Ground) -> None:
    ground.now += timedelta(hours=5)


async def end_another_post(ground: Ground) -> None:
    await ground.run(
        "update capacities set until = :now where id = :id",
        now=NOW,
        id=ground.world["gao"].capacities["kunyang"],
    )


async def nothing(_ground: Ground) -> None:
    """Nothing at all."""


@pytest.fixture
def ground(world: World, owner_engine: AsyncEngine) -> Ground:
    return Ground(world, owner_engine)


async def mark(engines: Engines, ground: Ground, about: UUID | None = None, **credentials: Any) -> int:
    """How Xu stands."""
    shown = Credentials(**{"token": ground.world["xu"].token, "acting_as": "kunyang"} | credentials)
    async with engines.snapshot() as session:
        (found,) = await marks(session, [Waiting(shown, about or ground.post)], now=ground.now)
    return found


async def announce(ground: Ground, subject: UUID, *, county: UUID | None = None) -> None:
    await ground.run(
        "insert into announcements (id, county_id, kind, subject_kind, subject_id, audience, facts, announced_at,"
        " next_attempt_at, attempts) values (:id, :county, 'a', 'b', :subject, '[]', '{}', :now, :now, 0)",
        id=new_id(),
        county=county or ground.world.county_id,
        subject=subject,
        now=NOW,
    )


class TestAMark:
    @pytest.mark.parametrize("change", CHANGES)
    async def test_is_another_one_after(
        self, engines: Engines, ground: Ground, change: Callable[[Ground], Awaitable[None]]
    ) -> None:
        before = await mark(engines, ground)
        await change(ground)
        assert await mark(engines, ground) != before

    @pytest.mark.parametrize("change", [nothing, wait_a_while, tell_another_post, end_another_post])
    async def test_is_the_same_after(
        self, engines: Engines, ground: Ground, change: Callable[[Ground], Awaitable[None]]
    ) -> None:
        before = await mark(engines, ground)
        await change(ground)
        assert await mark(engines, ground) == before

    async def test_of_a_subject_changes_with_what_is_announced_about_it(
        self, engines: Engines, ground: Ground, owner_engine: AsyncEngine
    ) -> None:
        subject, another, elsewhere = new_id(), new_id(), await a_county(owner_engine)
        before = await mark(engines, ground, subject)
        await announce(ground, another)
        await announce(ground, subject, county=elsewhere.county_id)
        assert await mark(engines, ground, subject) == before
        await announce(ground, subject)
        assert await mark(engines, ground, subject) != before

    @pytest.mark.parametrize(
        "credentials",
        [{"token": None}, {"token": "nobody's"}, {"acting_as": "aojiang"}, {"acting_as": "\0"}],
        ids=["no token", "unknown", "another's post", "no name"],
    )
    async def test_says_nothing_to_whom_the_opening_call_refuses(
        self, engines: Engines, ground: Ground, credentials: dict[str, Any]
    ) -> None:
        """Of nothing that happens, not even of whether anything did."""
        subject = new_id()
        before = [await mark(engines, ground, about, **credentials) for about in (subject, ground.post)]
        await announce(ground, subject)
        await tell_the_post(ground)
        after = [await mark(engines, ground, about, **credentials) for about in (subject, ground.post)]
        assert before == after

    async def test_of_ones_own_inbox_says_nothing_of_anothers(self, engines: Engines, ground: Ground) -> None:
        theirs = ground.world["gao"].capacities["kunyang"]
        before = await mark(engines, ground, theirs)
        await tell_another_post(ground)
        assert await mark(engines, ground, theirs) == before


class TestAskingForMany:
    async def test_answers_in_their_order(self, engines: Engines, ground: Ground) -> None:
        waiting = [
            Waiting(ground.world[key].credentials, ground.world[key].capacities[ground.world[key].body])
            for key in ("xu", "gao", "zhou", "xu", "ye")
        ]
        async with engines.snapshot() as session:
            together = await marks(session, waiting, now=NOW)
            alone = [(await marks(session, [each], now=NOW))[0] for each in waiting]
        assert together == alone
        assert len(set(together)) == 4

    async def test_leaves_the_scope_as_it_was(self, engines: Engines, ground: Ground) -> None:
        others = [Waiting(ground.world[key].credentials, new_id()) for key in ("gao", "wu", "ye")]
        async with engines.snapshot() as session:
            await open_scope(session, ground.world["xu"].credentials, now=NOW, writing=False)
            before = (await session.execute(text(SCOPE))).one()
            await marks(session, others, now=NOW)
            assert (await session.execute(text(SCOPE))).one() == before

    async def test_leaves_no_scope_where_there_was_none(self, engines: Engines, ground: Ground) -> None:
        async with engines.snapshot() as session:
            await marks(session, [Waiting(ground.world["wu"].credentials, new_id())], now=NOW)
            with pytest.raises(DBAPIError) as refused:
                await session.execute(text(SCOPE))
            assert isinstance(refused.value.orig.__cause__, asyncpg.DataError)

    async def test_lets_nobody_in_whom_the_door_does_not(self, engines: Engines, ground: Ground) -> None:
        async def door(token: str | None) -> None:
            if token == ground.world["gao"].token:
                raise Unauthenticated

        edge = Edge(engines=engines, clock=HandSetClock(), admit=door)
        found = await edge.marks(
            [Waiting(ground.world[key].credentials, ground.post) for key in ("xu", "gao")]
        )
        assert [mark is None for mark in found] == [False, True]
