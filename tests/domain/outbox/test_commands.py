"""What the relay takes, in which order, and what a second look finds; by the worker's own login.

The database has announcements of other tests in it, so only those of the test's county are looked at.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.edge import Edge, errand, upkeep
from domain.outbox import commands, rules
from domain.outbox.models import Announcement, Beat, Receipt
from domain.outbox.queries import beats
from domain.outbox.rules import Announcing, Audience, ToFunction, ToTenant
from tenancy.ids import new_id
from tests.worlds import NOW, World

WALL = datetime(2026, 11, 1, tzinfo=UTC)

HOLD = timedelta(seconds=10)

EVERYTHING = 100_000


async def leave(engine: AsyncEngine, world: World, subjects: list[UUID]) -> None:
    """One announcement of each of these subjects, in this order, in one transaction."""
    async with errand(engine, county_id=world.county_id, now=NOW) as opened:
        await commands.announce_all(
            opened,
            [
                Announcing(
                    kind="referral.sent",
                    subject_kind="referral",
                    subject_id=subject,
                    audience=[ToTenant(world.bodies["transport"], ["head"])],
                    facts={"number": number},
                )
                for number, subject in enumerate(subjects)
            ],
        )


async def take(
    engine: AsyncEngine, world: World, *, wall: datetime = WALL, most: int = EVERYTHING
) -> list[UUID]:
    """What the relay takes of the county's."""
    async with upkeep(engine) as session:
        taken = await commands.take_waiting(session, wall=wall, lost_after=HOLD, most=most)
    return [each.id for each in taken if each.county_id == world.county_id]


async def ids(engine: AsyncEngine, world: World) -> list[UUID]:
    async with AsyncSession(engine) as session:
        rows = await session.scalars(
            select(Announcement.id)
            .where(Announcement.county_id == world.county_id)
            .order_by(Announcement.seq)
        )
        return list(rows)


async def kept(engine: AsyncEngine, identifier: UUID) -> Any:
    async with AsyncSession(engine) as session:
        return await session.get_one(Announcement, identifier)


class TestAnnounce:
    async def test_keeps_the_order_in_which_many_were_left_at_once(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        subjects = [new_id() for _ in range(50)]
        await leave(worker_engine, world, subjects)
        async with AsyncSession(worker_engine) as session:
            rows = await session.execute(
                select(Announcement.subject_id, Announcement.facts)
                .where(Announcement.county_id == world.county_id)
                .order_by(Announcement.seq)
            )
        assert [(row.subject_id, row.facts["number"]) for row in rows] == list(
            zip(subjects, range(50), strict=True)
        )

    async def test_keeps_an_audience_of_any_size_as_a_list(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        audiences: list[list[Audience]] = [
            [],
            [ToTenant(world.bodies["transport"], ["head"])],
            [ToTenant(world.bodies["transport"], ["head"]), ToFunction("coordination")],
        ]
        for left in (audiences, audiences[1:2] * 3):
            async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
                await commands.announce_all(
                    opened,
                    [
                        Announcing(
                            kind="referral.sent",
                            subject_kind="referral",
                            subject_id=new_id(),
                            audience=audience,
                            facts={},
                        )
                        for audience in left
                    ],
                )
        async with AsyncSession(worker_engine) as session:
            rows = await session.scalars(
                select(Announcement.audience)
                .where(Announcement.county_id == world.county_id)
                .order_by(Announcement.seq)
            )
        assert [len(audience) for audience in rows if isinstance(audience, list)] == [0, 1, 2, 1, 1, 1]

    async def test_is_undone_with_the_command_that_did_it(
        self, worker_engine: AsyncEngine, world: World, edge: Edge
    ) -> None:
        try:
            async with edge.writing(world["lin"].credentials) as work:
                await commands.announce(
                    work, kind="referral.sent", subject_kind="referral", subject_id=new_id(), audience=[]
                )
                raise RuntimeError("the command fails")
        except RuntimeError:
            pass
        assert await ids(worker_engine, world) == []


class TestTakeWaiting:
    async def test_takes_of_each_subject_only_the_earliest(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        one, other = new_id(), new_id()
        await leave(worker_engine, world, [one, one, other, one])
        left = await ids(worker_engine, world)
        assert await take(worker_engine, world) == [left[0], left[2]]

    async def test_takes_the_next_once_the_earlier_is_handled_or_dead(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        subject = new_id()
        await leave(worker_engine, world, [subject] * 3)
        first, second, third = await ids(worker_engine, world)
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            await commands.mark_handled(opened, [first], wall=WALL)
        assert await take(worker_engine, world) == [second]
        async with upkeep(worker_engine) as session:
            await commands.bury(session, [second], wall=WALL)
        assert await take(worker_engine, world) == [third]

    async def test_holds_what_was_taken_until_it_counts_as_lost(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id()])
        taken = await take(worker_engine, world)
        assert await take(worker_engine, world, wall=WALL + HOLD - timedelta(microseconds=1)) == []
        assert await take(worker_engine, world, wall=WALL + HOLD) == taken

    async def test_gives_each_to_one_of_several_relays(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id() for _ in range(40)])
        taken = await asyncio.gather(*(take(worker_engine, world) for _ in range(4)))
        assert sorted(each for relay in taken for each in relay) == sorted(await ids(worker_engine, world))

    async def test_does_not_mind_a_county_whose_set_clock_is_ahead(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        async with errand(worker_engine, county_id=world.county_id, now=WALL + timedelta(days=400)) as ahead:
            await commands.announce(
                ahead, kind="referral.sent", subject_kind="referral", subject_id=new_id(), audience=[]
            )
        assert len(await take(worker_engine, world)) == 1


class TestHandling:
    async def test_counts_an_attempt_when_it_begins_and_none_when_it_is_taken(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id()])
        (identifier,) = await take(worker_engine, world)
        assert (await kept(worker_engine, identifier)).attempts == 0
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            (announced,) = await commands.begin_handling(opened, [identifier], wall=WALL, lasts=HOLD)
        assert announced.attempts == 1
        assert announced.concerned() == [ToTenant(world.bodies["transport"], ("head",))]
        assert (await kept(worker_engine, identifier)).next_attempt_at == WALL + HOLD

    async def test_begins_on_nothing_that_is_handled_exhausted_or_another_countys(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id() for _ in range(3)])
        handled, exhausted, fine = await ids(worker_engine, world)
        async with upkeep(worker_engine) as session:
            await session.execute(
                update(Announcement)
                .where(Announcement.id == exhausted)
                .values(attempts=rules.ATTEMPTS_AT_MOST)
            )
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            await commands.mark_handled(opened, [handled], wall=WALL)
        async with errand(worker_engine, county_id=new_id(), now=NOW) as elsewhere:
            assert await commands.begin_handling(elsewhere, [fine], wall=WALL, lasts=HOLD) == []
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            begun = await commands.begin_handling(opened, [handled, exhausted, fine], wall=WALL, lasts=HOLD)
        assert [each.id for each in begun] == [fine]

    async def test_gives_a_receipt_to_one_of_two_that_come_at_once(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id() for _ in range(10)])
        left = await ids(worker_engine, world)

        async def claim() -> frozenset[UUID]:
            async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
                return await commands.leave_receipts(opened, left, handler="test", wall=WALL)

        claims = await asyncio.gather(claim(), claim(), claim())
        assert sorted(map(len, claims)) == [0, 0, 10]

    async def test_tries_a_failure_again_later_and_says_why(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id()])
        left = await ids(worker_engine, world)
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            (announced,) = await commands.begin_handling(opened, left, wall=WALL, lasts=HOLD)
            assert not await commands.mark_failed(opened, announced, error="it rains", wall=WALL)
        row = await kept(worker_engine, announced.id)
        assert (row.last_error, row.dead_at) == ("it rains", None)
        assert row.next_attempt_at == WALL + rules.retry_after(1)


class TestForgetHandled:
    async def test_takes_old_ones_with_their_receipts_and_leaves_dead_letters(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id() for _ in range(3)])
        old, young, dead = await ids(worker_engine, world)
        long_ago = datetime(2001, 1, 1, tzinfo=UTC)
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            await commands.leave_receipts(opened, [old, young], handler="test", wall=WALL)
            await commands.mark_handled(opened, [old], wall=long_ago)
            await commands.mark_handled(opened, [young], wall=WALL)
            await commands.bury(opened.session, [dead], wall=long_ago)
        async with upkeep(worker_engine) as session:
            await commands.forget_handled(session, before=long_ago + HOLD, most=EVERYTHING)
        assert await ids(worker_engine, world) == [young, dead]
        async with AsyncSession(worker_engine) as session:
            receipts = await session.scalar(
                select(func.count()).select_from(Receipt).where(Receipt.announcement_id.in_([old, young]))
            )
        assert receipts == 1


class TestBeat:
    async def test_is_one_row_for_each_reconciler_and_readable_by_the_api(
        self, worker_engine: AsyncEngine, edge: Edge, world: World
    ) -> None:
        name = f"test-{world.code}"
        for wall in (WALL, WALL + HOLD):
            async with upkeep(worker_engine) as session:
                await commands.beat(session, reconciler=name, wall=wall, waiting_since=NOW, given_up=2)
        async with AsyncSession(edge.engines.reading) as session:
            (ours,) = [each for each in await beats(session) if each.reconciler == name]
        assert isinstance(ours, Beat)
        assert (ours.at, ours.waiting_since, ours.given_up) == (WALL + HOLD, NOW, 2)


class TestResend:
    async def test_brings_dead_letters_back_to_their_first_attempt(
        self, worker_engine: AsyncEngine, owner_engine: AsyncEngine, world: World
    ) -> None:
        await leave(worker_engine, world, [new_id(), new_id()])
        dead, other = await ids(worker_engine, world)
        async with upkeep(worker_engine) as session:
            await commands.bury(session, [dead], wall=WALL)
        before = await kept(worker_engine, other)
        async with upkeep(owner_engine) as session:
            assert await commands.resend(session) >= 1
        row = await kept(worker_engine, dead)
        assert (row.dead_at, row.attempts, row.next_attempt_at) == (None, 0, rules.AT_ONCE)
        assert (await kept(worker_engine, other)).next_attempt_at == before.next_attempt_at
