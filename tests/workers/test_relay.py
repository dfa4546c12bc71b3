"""Announcements reach the inbox once and in order, whatever Redis, handlers and other workers do meanwhile."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.edge import errand
from domain.notifications.models import Notification
from domain.outbox import rules
from domain.outbox.commands import Taken, announce
from domain.outbox.models import Announcement, Receipt
from domain.outbox.queries import backlog, dead_letters
from domain.outbox.rules import Announced, ToTenant, channel
from domain.work import Errand
from tenancy.ids import new_id
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import Processes, Workshop, eventually
from tests.worlds import NOW, World
from workers.jobs import QUEUED_AT_MOST
from workers.machinery import HANDLERS, Handler
from workers.relay import TOGETHER_AT_MOST, together

EVERYBODY = ("head", "officer", "registrar")

IN_TRANSPORT = 3


async def tell(
    owner: AsyncEngine, county: World, *, kind: str = "referral.sent", subject: UUID | None = None
) -> UUID:
    """Announce to transport's three that something was sent. The subject's id."""
    subject = subject or new_id()
    async with errand(owner, county_id=county.county_id, now=NOW) as opened:
        await announce(
            opened,
            kind=kind,
            subject_kind="referral",
            subject_id=subject,
            audience=[ToTenant(county.bodies["transport"], EVERYBODY)],
            facts={"sender": str(county.bodies["kunyang"]), "receiver": str(county.bodies["transport"])},
        )
    return subject


def only_in(county: World, handler: Handler) -> Handler:
    """The handler, passing over what other tests left unhandled in their counties."""

    async def handle(opened: Errand, announced: Sequence[Announced]) -> None:
        if opened.county_id == county.county_id:
            await handler(opened, announced)

    return handle


async def undelivered(owner: AsyncEngine, county: World) -> int:
    async with owner.connect() as connection:
        return (
            await connection.scalar(
                select(func.count())
                .select_from(Announcement)
                .where(
                    Announcement.county_id == county.county_id,
                    Announcement.handled_at.is_(None),
                    Announcement.dead_at.is_(None),
                )
            )
        ) or 0


def delivered(owner: AsyncEngine, county: World) -> Callable[[], Awaitable[bool]]:
    async def none_waits() -> bool:
        """no announcement of the county waits"""
        return await undelivered(owner, county) == 0

    return none_waits


async def inbox_counts(owner: AsyncEngine, county: World) -> list[int]:
    """How many notices each announcement gave."""
    async with owner.connect() as connection:
        rows = await connection.scalars(
            select(func.count())
            .where(Notification.county_id == county.county_id)
            .group_by(Notification.announcement_id)
        )
        return list(rows)


async def announcements(owner: AsyncEngine, county: World) -> Sequence[Announcement]:
    async with AsyncSession(owner) as session:
        return (
            await session.scalars(
                select(Announcement)
                .where(Announcement.county_id == county.county_id)
                .order_by(Announcement.seq)
            )
        ).all()


class TestOrder:
    async def test_is_kept_within_a_subject_by_several_workers(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        subjects = [new_id() for _ in range(4)]
        for step in range(6):
            for subject in subjects:
                await tell(owner, county, kind=f"referral.step_{step}", subject=subject)
        handled: dict[UUID, list[str]] = defaultdict(list)

        async def note(_errand: Errand, announced: Sequence[Announced]) -> None:
            for each in announced:
                handled[each.subject_id].append(each.kind)

        async with (
            workshop.worker(handlers={"note": only_in(county, note)}),
            workshop.worker(handlers={"note": only_in(county, note)}),
        ):
            await eventually(delivered(owner, county))
        assert dict(handled) == {
            subject: [f"referral.step_{step}" for step in range(6)] for subject in subjects
        }

    async def test_makes_a_later_one_wait_while_an_earlier_one_fails(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        handled: list[str] = []
        failures: list[int] = []

        async def stumble(_errand: Errand, announced: Sequence[Announced]) -> None:
            for each in announced:
                # If both came together, they would be tried together first and then each alone.
                if each.kind == "first" and len(failures) < 2:
                    failures.append(each.attempts)
                    raise RuntimeError("not yet")
                handled.append(each.kind)

        subject = await tell(owner, county, kind="first")
        await tell(owner, county, kind="second", subject=subject)
        async with workshop.worker(handlers={"stumble": only_in(county, stumble)}):
            await eventually(delivered(owner, county))
        assert handled == ["first", "second"]


class TestAFailure:
    async def test_of_one_announcement_holds_up_no_other_of_its_job_and_is_made_good_later(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        for kind in ("fine", "poison", "fine"):
            await tell(owner, county, kind=kind)
        attempts: list[int] = []
        handled: list[str] = []

        async def choke(_errand: Errand, announced: Sequence[Announced]) -> None:
            poisoned = [each for each in announced if each.kind == "poison"]
            if poisoned and len(attempts) < 2:
                attempts.append(poisoned[0].attempts)
                raise RuntimeError("this one is poison")
            handled.extend(each.kind for each in announced)

        async with workshop.worker(handlers={"choke": only_in(county, choke)}):
            await eventually(delivered(owner, county))
        # Once together with the others, once alone, and then, two seconds later, well.
        assert attempts == [1, 1]
        assert handled == ["fine", "fine", "poison"]

    async def test_that_lasts_makes_a_dead_letter_and_lets_the_next_ones_pass(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        async def choke(_errand: Errand, announced: Sequence[Announced]) -> None:
            if any(each.kind == "poison" for each in announced):
                raise RuntimeError("this one is poison")

        subject = await tell(owner, county, kind="poison")
        await tell(owner, county, kind="after", subject=subject)
        async with owner.begin() as connection:
            await connection.execute(
                update(Announcement)
                .where(Announcement.kind == "poison", Announcement.county_id == county.county_id)
                .values(attempts=rules.ATTEMPTS_AT_MOST - 1)
            )
        async with workshop.worker(handlers={"choke": only_in(county, choke)}):
            await eventually(delivered(owner, county))
        poison, after = await announcements(owner, county)
        assert poison.dead_at is not None
        assert poison.last_error == "choke: RuntimeError: this one is poison"
        assert after.handled_at is not None
        async with AsyncSession(owner) as session:
            assert poison.id in {letter.id for letter in await dead_letters(session)}
            assert (await backlog(session)).given_up >= 1

    async def test_that_never_says_a_word_is_buried_after_the_last_attempt(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await tell(owner, county)
        async with owner.begin() as connection:
            await connection.execute(
                update(Announcement)
                .where(Announcement.county_id == county.county_id)
                .values(attempts=rules.ATTEMPTS_AT_MOST)
            )
        async with workshop.worker():
            await eventually(delivered(owner, county))
        (buried,) = await announcements(owner, county)
        assert buried.dead_at is not None
        assert buried.last_error == "every attempt ended without a word"
        assert await inbox_counts(owner, county) == []

    async def test_after_the_handler_leaves_neither_its_work_nor_its_receipt(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        failures: list[str] = []

        async def deliver_and_fail(opened: Errand, announced: Sequence[Announced]) -> None:
            await HANDLERS["notifications"](opened, announced)
            if not failures:
                failures.append("once")
                raise RuntimeError("after the work")

        await tell(owner, county)
        async with workshop.worker(handlers={"notifications": only_in(county, deliver_and_fail)}):
            await eventually(delivered(owner, county))
        assert failures
        assert await inbox_counts(owner, county) == [IN_TRANSPORT]
        async with owner.connect() as connection:
            receipts = await connection.scalar(
                select(func.count())
                .select_from(Receipt)
                .join(Announcement, Announcement.id == Receipt.announcement_id)
                .where(Announcement.county_id == county.county_id)
            )
        assert receipts == 1


class TestRedis:
    @pytest.mark.parametrize("trouble", ["flush", "restart"])
    async def test_loses_and_doubles_nothing_when_it_fails_under_load(
        self, trouble: str, workshop: Workshop, owner: AsyncEngine, county: World, own_redis: OwnRedis
    ) -> None:
        chance = random.Random(trouble)
        told = 0

        async def tell_some() -> None:
            nonlocal told
            for _ in range(chance.randrange(2, 8)):
                subject = await tell(owner, county)
                await tell(owner, county, subject=subject, kind="referral.withdrawn")
                told += 2

        troubled = replace(workshop, redis_url=own_redis.url)
        async with troubled.worker(), troubled.worker():
            for _ in range(8):
                await tell_some()
                if trouble == "flush":
                    await own_redis.flush()
                else:
                    own_redis.kill()
                    await tell_some()
                    await own_redis.start()
            await eventually(delivered(owner, county), seconds=40)
        assert await inbox_counts(owner, county) == [IN_TRANSPORT] * told

    async def test_holds_no_more_jobs_than_are_worked_off(
        self, workshop: Workshop, owner: AsyncEngine, county: World, redis_server: str
    ) -> None:
        async with Redis.from_url(redis_server) as redis:
            # Far in the future, so that no worker takes them up.
            await redis.zadd(workshop.queue, {f"stuck-{each}": 1e15 for each in range(QUEUED_AT_MOST)})
            await tell(owner, county)
            looked = asyncio.Event()

            async def reached(place: str) -> None:
                if place == "relay.look":
                    looked.set()

            async with workshop.worker(reached=reached):
                for _ in range(3):
                    looked.clear()
                    await asyncio.wait_for(looked.wait(), 10)
                (waiting,) = await announcements(owner, county)
                assert (waiting.attempts, waiting.next_attempt_at) == (0, rules.AT_ONCE)
                await redis.delete(workshop.queue)
                await eventually(delivered(owner, county))

    async def test_holds_jobs_that_no_worker_could_mistake_for_code(
        self, workshop: Workshop, owner: AsyncEngine, county: World, own_redis: OwnRedis
    ) -> None:
        await tell(owner, county)
        seen: list[Any] = []

        async def reached(place: str) -> None:
            if place == "relay.hand_over":
                async with Redis.from_url(own_redis.url) as redis:
                    seen.extend([await redis.get(key) async for key in redis.scan_iter("arq:job:*")])

        async with replace(workshop, redis_url=own_redis.url).worker(reached=reached):
            await eventually(delivered(owner, county))
        assert {json.loads(job)["f"] for job in seen if job} == {"handle"}


class TestPublications:
    async def test_say_what_happened_and_where_to_read_it_once_it_can_be_read(
        self, workshop: Workshop, owner: AsyncEngine, county: World, redis_server: str
    ) -> None:
        async with Redis.from_url(redis_server) as redis, redis.pubsub() as subscriber:
            await subscriber.subscribe(channel(county.county_id))
            subject = await tell(owner, county)
            async with workshop.worker():
                message = await _next_message(subscriber)
                async with owner.connect() as connection:
                    notices = await connection.scalars(
                        select(Notification.capacity_id).where(Notification.county_id == county.county_id)
                    )
                    in_inboxes = sorted(str(each) for each in notices)
        (announced,) = await announcements(owner, county)
        assert message == {
            "announcement": str(announced.id),
            "kind": "referral.sent",
            "subject_kind": "referral",
            "subject": str(subject),
            "capacities": in_inboxes,
        }
        assert len(in_inboxes) == IN_TRANSPORT


class TestSeveralWorkers:
    async def test_deliver_each_notice_once_between_them(
        self, workshop: Workshop, owner: AsyncEngine, county: World, processes: Processes
    ) -> None:
        workers = [await processes.start(workshop.order()) for _ in range(2)]
        for _ in range(50):
            await tell(owner, county)
        async with workshop.worker():
            await eventually(delivered(owner, county))
        for worker in workers:
            await processes.stop(worker)
        assert await inbox_counts(owner, county) == [IN_TRANSPORT] * 50


class TestTogether:
    def test_puts_announcements_of_one_county_into_one_job(self) -> None:
        here, there = new_id(), new_id()
        taken = [Taken(new_id(), county, 0) for county in (here, there, here)]
        assert together(taken) == [(here, [taken[0].id, taken[2].id]), (there, [taken[1].id])]

    def test_bounds_a_job(self) -> None:
        county = new_id()
        jobs = together([Taken(new_id(), county, 0) for _ in range(TOGETHER_AT_MOST + 1)])
        assert [len(ids) for _, ids in jobs] == [TOGETHER_AT_MOST, 1]

    def test_lets_what_failed_before_travel_with_fewer_and_in_the_end_alone(self) -> None:
        county = new_id()
        sizes = [
            max(len(ids) for _, ids in together([Taken(new_id(), county, attempts) for _ in range(200)]))
            for attempts in range(5)
        ]
        assert sizes == [100, 25, 6, 1, 1]


async def _next_message(subscriber: Any) -> dict[str, Any]:
    async with asyncio.timeout(timedelta(seconds=20).total_seconds()):
        async for message in subscriber.listen():
            if message["type"] == "message":
                said: dict[str, Any] = json.loads(message["data"])
                return said
    raise AssertionError("a subscription goes on")
