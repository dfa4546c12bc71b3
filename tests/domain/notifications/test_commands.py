"""Notices reach the posts that are alive, once; and a reader sees and marks those of the post in which they act."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge, errand
from domain.notifications import queries
from domain.notifications.commands import deliver, mark_read
from domain.notifications.models import Notification
from domain.notifications.rules import NoSentence
from domain.outbox.rules import Announced, Audience, ToFunction, ToPerson, ToTenant
from domain.spans import Span
from tenancy.ids import new_id
from tenancy.models import Capacity
from tenancy.refusals import NotFound
from tests.workers.workshop import eventually
from tests.worlds import NOW, HandSetClock, World


def announced(world: World, *audience: Audience, kind: str = "referral.sent") -> Announced:
    return Announced(
        id=new_id(),
        county_id=world.county_id,
        kind=kind,
        subject_kind="referral",
        subject_id=new_id(),
        audience=[part.as_json() for part in audience],
        facts={"sender": str(world.bodies["transport"]), "receiver": str(world.bodies["kunyang"])},
        announced_at=NOW,
        attempts=1,
    )


async def handle(worker_engine: AsyncEngine, world: World, *news: Announced) -> None:
    async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
        await deliver(opened, news)


async def posts_told(worker_engine: AsyncEngine, world: World) -> list[UUID]:
    async with worker_engine.connect() as connection:
        rows = await connection.scalars(
            select(Notification.capacity_id).where(Notification.county_id == world.county_id)
        )
        return sorted(rows)


def posts(world: World, *held: tuple[str, str]) -> list[UUID]:
    return sorted(world[person].capacities[body] for person, body in held)


async def somebody_waits_for_a_row(owner_engine: AsyncEngine) -> bool:
    """a second delivery waits"""
    waiting = text("select exists (select from pg_locks where locktype = 'transactionid' and not granted)")
    async with owner_engine.connect() as connection:
        return bool(await connection.scalar(waiting))


def newer_than(number: int, *, most: int) -> Span[int]:
    """What a follower of the inbox reads: the latest stands first in it."""
    return Span(most=most, before=number, backward=True)


class TestDeliver:
    @pytest.mark.parametrize(
        ("audience", "told"),
        [
            (lambda w: ToTenant(w.bodies["kunyang"], ["head"]), [("gao", "kunyang")]),
            (
                lambda w: ToTenant(w.bodies["kunyang"], ["officer"]),
                [("chen", "kunyang"), ("zhou", "kunyang"), ("guan", "kunyang")],
            ),
            (lambda w: ToPerson(w.bodies["transport"], w["zhou"].person_id), [("zhou", "transport")]),
            (lambda w: ToFunction("coordination"), [("wu", "coordination")]),
        ],
        ids=["a role", "seconded officers too", "a person in one of two posts", "a function"],
    )
    async def test_tells_the_posts_that_the_audience_names(
        self, audience: object, told: Sequence[tuple[str, str]], worker_engine: AsyncEngine, world: World
    ) -> None:
        assert callable(audience)
        await handle(worker_engine, world, announced(world, audience(world)))
        assert await posts_told(worker_engine, world) == posts(world, *told)

    async def test_tells_nobody_whose_post_has_ended_or_not_begun(
        self, worker_engine: AsyncEngine, owner_engine: AsyncEngine, world: World
    ) -> None:
        async with owner_engine.begin() as connection:
            for person, life in (("lin", {"until": NOW}), ("tang", {"since": NOW + timedelta(hours=1)})):
                await connection.execute(
                    update(Capacity)
                    .where(Capacity.id == world[person].capacities["transport"])
                    .values(**life)
                )
        everybody = ToTenant(world.bodies["transport"], ["head", "officer", "registrar"])
        await handle(worker_engine, world, announced(world, everybody))
        assert await posts_told(worker_engine, world) == posts(world, ("zhou", "transport"))

    async def test_adds_nothing_the_second_time(self, worker_engine: AsyncEngine, world: World) -> None:
        news = announced(world, ToTenant(world.bodies["transport"], ["head"]))
        await handle(worker_engine, world, news)
        await handle(worker_engine, world, news, announced(world, ToFunction("coordination")))
        assert await posts_told(worker_engine, world) == posts(
            world, ("lin", "transport"), ("wu", "coordination")
        )

    async def test_tells_nobody_of_what_is_announced_to_nobody(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        await handle(worker_engine, world, announced(world, kind="referral.drafted"))
        assert await posts_told(worker_engine, world) == []

    async def test_fails_aloud_when_there_are_no_words_for_it(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        with pytest.raises(NoSentence):
            await handle(
                worker_engine, world, announced(world, ToFunction("coordination"), kind="matter.closed")
            )

    async def test_can_be_asked_afterwards_whom_it_told(
        self, worker_engine: AsyncEngine, world: World
    ) -> None:
        heard = announced(world, ToTenant(world.bodies["transport"], ["head"]))
        unheard = announced(world)
        await handle(worker_engine, world, heard, unheard)
        async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
            assert await queries.addressed(opened, [heard.id, unheard.id]) == {
                heard.id: [world["lin"].capacities["transport"]],
                unheard.id: [],
            }


class TestTheInbox:
    async def test_holds_the_notices_of_the_post_in_which_the_reader_acts(
        self, worker_engine: AsyncEngine, world: World, edge: Edge
    ) -> None:
        zhou = world["zhou"]
        await handle(
            worker_engine, world, announced(world, ToPerson(world.bodies["transport"], zhou.person_id))
        )
        async with edge.reading(zhou.credentials) as work:
            assert len(await queries.inbox(work, span=Span(most=20))) == 1
        async with edge.reading(zhou.acting_for("kunyang")) as work:
            assert list(await queries.inbox(work, span=Span(most=20))) == []
        async with edge.reading(world["lin"].credentials) as work:
            assert list(await queries.inbox(work, span=Span(most=20))) == []

    async def test_comes_in_pages_the_latest_first(
        self, worker_engine: AsyncEngine, world: World, edge: Edge
    ) -> None:
        for _ in range(5):
            await handle(
                worker_engine, world, announced(world, ToTenant(world.bodies["transport"], ["head"]))
            )
        async with edge.reading(world["lin"].credentials) as work:
            whole = [each.number for each in await queries.inbox(work, span=Span(most=20))]
            page = [each.number for each in await queries.inbox(work, span=Span(most=2))]
            rest = [each.number for each in await queries.inbox(work, span=Span(most=10, after=page[1]))]
        assert whole == sorted(whole, reverse=True)
        assert len(page) == 2
        assert [*page, *rest] == whole

    async def test_gives_a_subscriber_that_was_away_what_it_missed(
        self, worker_engine: AsyncEngine, world: World, edge: Edge
    ) -> None:
        lin, head = world["lin"].credentials, ToTenant(world.bodies["transport"], ["head"])
        for _ in range(4):
            await handle(worker_engine, world, announced(world, head))
        async with edge.reading(lin) as work:
            fourth, third, second, first = await queries.inbox(work, span=Span(most=20))
            assert await queries.last_number(work) == fourth.number
            assert list(await queries.inbox(work, span=newer_than(first.number, most=2))) == [second, third]
            assert list(await queries.inbox(work, span=newer_than(fourth.number, most=2))) == []
        async with edge.reading(world["tang"].credentials) as work:
            assert list(await queries.inbox(work, span=newer_than(0, most=2))) == []
            assert await queries.last_number(work) == 0

    async def test_is_numbered_in_the_order_in_which_notices_become_visible(
        self,
        worker_engine: AsyncEngine,
        owner_engine: AsyncEngine,
        world: World,
        edge: Edge,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Of two deliveries at once, the one with the smaller ids commits last; a reader in between misses nothing."""
        early, late = sorted(new_id() for _ in range(2))
        ids = iter([late, early])
        monkeypatch.setattr("domain.notifications.commands.new_id", lambda: next(ids))
        lin, head = world["lin"].credentials, ToTenant(world.bodies["transport"], ["head"])

        async def delivers(news: Announced) -> None:
            async with errand(worker_engine, county_id=world.county_id, now=NOW) as opened:
                await deliver(opened, [news])

        async with errand(worker_engine, county_id=world.county_id, now=NOW) as first:
            await deliver(first, [announced(world, head)])
            second = asyncio.create_task(delivers(announced(world, head)))
            await eventually(lambda: somebody_waits_for_a_row(owner_engine))
            async with edge.reading(lin) as work:
                place = await queries.last_number(work)
                assert place == 0
        async with edge.reading(lin) as work:
            (seen,) = await queries.inbox(work, span=newer_than(place, most=1))
        await second
        async with edge.reading(lin) as work:
            (then,) = await queries.inbox(work, span=newer_than(seen.number, most=9))
        assert (seen.id, then.id) == (late, early)

    async def test_is_told_in_sentences_with_the_names_of_bodies(
        self, worker_engine: AsyncEngine, world: World, edge: Edge
    ) -> None:
        await handle(worker_engine, world, announced(world, ToTenant(world.bodies["kunyang"], ["head"])))
        async with edge.reading(world["gao"].credentials) as work:
            notices = await queries.inbox(work, span=Span(most=20))
            assert await queries.sentences(work, notices, language="zh") == [
                "县交通运输局向昆阳镇人民政府移送一件案件，请收件登记。"
            ]
            assert await queries.sentences(work, [], language="en") == []


class TestMarkRead:
    async def test_takes_a_notice_out_of_the_unread_and_keeps_the_first_time(
        self, worker_engine: AsyncEngine, world: World, edge: Edge, clock: HandSetClock
    ) -> None:
        lin = world["lin"]
        for _ in range(2):
            await handle(
                worker_engine, world, announced(world, ToTenant(world.bodies["transport"], ["head"]))
            )
        async with edge.reading(lin.credentials) as work:
            assert await queries.unread_count(work) == 2
            first = (await queries.inbox(work, span=Span(most=20)))[0].id
        for _ in range(2):
            async with edge.writing(lin.credentials) as work:
                marked = await mark_read(work, notification_id=first)
            assert marked.read_at == NOW
            clock.advance(timedelta(minutes=1))
        async with edge.reading(lin.credentials) as work:
            assert await queries.unread_count(work) == 1
            assert await queries.count(work) == 2
            assert [
                each.id
                for each in await queries.inbox(work, by=queries.Filter(unread=True), span=Span(most=20))
            ] != [first]

    async def test_finds_nothing_in_anybody_elses_inbox(
        self, worker_engine: AsyncEngine, world: World, edge: Edge
    ) -> None:
        zhou = world["zhou"]
        await handle(
            worker_engine, world, announced(world, ToPerson(world.bodies["transport"], zhou.person_id))
        )
        async with edge.reading(zhou.credentials) as work:
            (notice,) = [each.id for each in await queries.inbox(work, span=Span(most=20))]
        for somebody_else in (zhou.acting_for("kunyang"), world["lin"].credentials, world["wu"].credentials):
            with pytest.raises(NotFound):
                async with edge.writing(somebody_else) as work:
                    await mark_read(work, notification_id=notice)
