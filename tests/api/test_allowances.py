"""Allowances: what a body may ask for in a minute, shared through a real Redis that is flushed, stopped and killed."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import psutil
import pytest
from redis.asyncio import Redis

from api.allowances import SECONDS_LEFT_ALONE, Allowances, RateLimited
from api.limits import Limits
from tests.api.conftest import Wall
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import eventually

LIMITS = Limits(allowance=600, cost=600, at_once=2, waiting=3)
"""Ten points a second."""

SECONDS = 60.0
"""So long may Redis take in these tests, where the machine is slow and not Redis."""


@asynccontextmanager
async def sharing(redis: OwnRedis, wall: Wall, count: int = 2) -> AsyncIterator[list[Allowances]]:
    """As many processes, as far as Redis can tell."""
    all_of_them = [Allowances(LIMITS, redis.url, now=wall, patience=SECONDS) for _ in range(count)]
    yield all_of_them
    for each in all_of_them:
        await each.close()


async def wait_of(allowances: Allowances, payer: UUID | None, cost: int) -> int:
    """The seconds after which a refused request may be repeated."""
    with pytest.raises(RateLimited) as refused:
        await allowances.spend(payer, cost)
    wait = refused.value.facts["retry_after"]
    assert isinstance(wait, int)
    return wait


class TestAnAllowance:
    async def test_is_a_minutes_points_that_come_back_evenly(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall), uuid4()
        balance = await allowances.spend(body, 450)
        assert balance.as_json() == {"limit": 600, "remaining": 150, "secondsUntilReset": 45}
        assert await wait_of(allowances, body, 200) == 5
        wall.seconds += 4.9
        assert await wait_of(allowances, body, 200) == 1
        wall.seconds += 0.1
        assert (await allowances.spend(body, 200)).remaining == 0
        wall.seconds += 3600
        assert (await allowances.spend(body, 1)).remaining == 599

    async def test_of_one_body_is_not_anothers(self, wall: Wall) -> None:
        allowances, body, other = Allowances(LIMITS, now=wall), uuid4(), uuid4()
        await allowances.spend(body, 600)
        assert await wait_of(allowances, body, 10) == 1
        assert (await allowances.spend(other, 600)).remaining == 0
        assert (await allowances.spend(None, 600)).remaining == 0

    async def test_that_is_whole_pays_for_anything_once(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall), uuid4()
        assert (await allowances.spend(body, 10_000)).remaining == 0

    async def test_survives_a_clock_that_was_ahead(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall), uuid4()
        wall.seconds += 100_000
        await allowances.spend(body, 600)
        wall.seconds -= 100_000
        assert await wait_of(allowances, body, 10) <= 60


class TestShared:
    async def test_is_one_allowance_for_all_processes(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall) as (one, other):
            body = uuid4()
            await one.spend(body, 400)
            assert (await other.spend(body, 150)).remaining == 50
            assert await wait_of(one, body, 100) == 5
            wall.seconds += 5
            await one.spend(body, 100)
            assert await wait_of(other, body, 10) == 1

    async def test_is_spent_once_by_whoever_comes_first(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=3) as processes:
            body = uuid4()
            asking = [process.spend(body, 60) for _ in range(10) for process in processes]
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert all(
                not isinstance(each, BaseException) or isinstance(each, RateLimited) for each in answers
            )
            assert sum(isinstance(each, RateLimited) for each in answers) == 20

    async def test_leaves_nothing_in_redis_once_it_is_whole(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=1) as (one,), Redis.from_url(redis.url) as looking:
            await one.spend(body := uuid4(), 300)
            left = await looking.pttl(f"gongguan:allowance:{body}")
            assert 0 < left <= 30_001


class TestWithoutRedis:
    async def test_each_process_goes_on_from_what_it_knew(
        self, redis: OwnRedis, wall: Wall, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with sharing(redis, wall) as (one, other):
            body = uuid4()
            await one.spend(body, 300)
            await other.spend(body, 100)
            redis.kill()
            with caplog.at_level(logging.WARNING, logger="gongguan.api.allowances"):
                assert (await one.spend(body, 100)).remaining == 200
                assert (await one.spend(body, 200)).remaining == 0
                assert await wait_of(one, body, 10) == 1
            assert len(caplog.records) == 1
            assert (await other.spend(body, 100)).remaining == 100

            await redis.start()
            wall.seconds += SECONDS_LEFT_ALONE + 60
            await one.spend(body, 500)
            await other.spend(uuid4(), 1)
            assert await wait_of(other, body, 200) == 10

    async def test_that_was_emptied_nobody_is_refused(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall) as (one, other):
            body = uuid4()
            await one.spend(body, 600)
            await redis.flush()
            assert (await other.spend(body, 600)).remaining == 0

    @pytest.mark.parametrize("nonsense", ["nonsense", "-5", "9e300", "nan", ""])
    async def test_that_holds_nonsense_nobody_waits_longer_than_a_minute(
        self, redis: OwnRedis, wall: Wall, nonsense: str
    ) -> None:
        async with sharing(redis, wall, count=1) as (one,), Redis.from_url(redis.url) as meddling:
            body = uuid4()
            await meddling.set(f"gongguan:allowance:{body}", nonsense)
            with suppress(RateLimited):
                await one.spend(body, 600)
            wall.seconds += 61
            assert (await one.spend(body, 600)).remaining == 0

    async def test_that_holds_something_else_each_counts_by_itself(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=1) as (one,), Redis.from_url(redis.url) as meddling:
            body = uuid4()
            await meddling.rpush(f"gongguan:allowance:{body}", "a list")
            assert (await one.spend(body, 500)).remaining == 100

    async def test_that_does_not_answer_nobody_waits_for(self, redis: OwnRedis, wall: Wall) -> None:
        """Redis is stopped for the whole of it: whoever waited for an answer would never come back."""
        assert redis._process is not None
        allowances = Allowances(LIMITS, redis.url, now=wall)
        body = uuid4()
        await allowances.spend(body, 100)
        stopped = psutil.Process(redis._process.pid)
        stopped.suspend()
        try:
            for _ in range(5):
                await allowances.spend(body, 100)
            assert await wait_of(allowances, body, 10) == 1
        finally:
            stopped.resume()
            await allowances.close()

    async def test_that_answers_late_is_heard_although_nobody_waits(
        self, redis: OwnRedis, wall: Wall
    ) -> None:
        assert redis._process is not None
        slow, other = Allowances(LIMITS, redis.url, now=wall), Allowances(LIMITS, redis.url, now=wall)
        body = uuid4()
        await slow.spend(uuid4(), 1)  # so that it is connected
        await other.spend(body, 300)
        stopped = psutil.Process(redis._process.pid)
        stopped.suspend()
        try:
            assert (await slow.spend(body, 100)).remaining == 500
        finally:
            stopped.resume()

        async def heard() -> bool:
            """what Redis said late is heard"""
            return not slow._late

        await eventually(heard)
        redis.kill()
        assert (await slow.spend(body, 50)).remaining == 150
        for each in (slow, other):
            await each.close()


class TestWhatCanWait:
    async def test_leaves_half_of_it_to_what_cannot(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall, longest_delay=3600), uuid4()
        async with allowances.spared(body, 300):
            pass
        waiting = asyncio.create_task(self._spared(allowances, body, 10))
        assert (await allowances.spend(body, 300)).remaining == 0
        assert not waiting.done()
        wall.seconds += 31
        await waiting
        assert await wait_of(allowances, body, 301) == 1
        assert (await allowances.spend(body, 300)).remaining == 0

    async def test_is_paid_from_one_allowance_of_all_processes(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=1) as (one,):
            body = uuid4()
            await one.spend(body, 290)
            for left in (299, 298):
                # Each knows only what Redis says; the second finds nothing to spare, and goes on unpaid.
                other = Allowances(LIMITS, redis.url, now=wall, patience=SECONDS, longest_delay=0.1)
                await self._spared(other, body, 10)
                await other.close()
                assert (await one.spend(body, 1)).remaining == left

    async def test_is_paid_by_who_has_everything_whatever_it_costs(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall, longest_delay=3600), uuid4()
        await self._spared(allowances, body, 10_000)
        assert await wait_of(allowances, body, 10) == 1

    async def test_comes_one_after_another_and_refuses_nobody(self, wall: Wall) -> None:
        allowances, body, other = Allowances(LIMITS, now=wall), uuid4(), uuid4()
        inside, most = Counter[UUID](), Counter[UUID]()

        async def read(payer: UUID) -> None:
            async with allowances.spared(payer, 1):
                inside[payer] += 1
                most[payer] = max(most[payer], inside[payer])
                await asyncio.sleep(0)
                inside[payer] -= 1

        async with allowances.spared(body, 1):
            waiting = [asyncio.create_task(read(body)) for _ in range(50)]
            await asyncio.gather(read(other), read(other))
            assert not most[body]
            assert (await allowances.spend(body, 1)).remaining == 598
        await asyncio.gather(*waiting)
        assert most == {body: 1, other: 1}
        assert not allowances._lines

    @staticmethod
    async def _spared(allowances: Allowances, body: UUID, cost: int) -> None:
        async with allowances.spared(body, cost):
            pass


class TestTurns:
    async def test_are_so_many_at_once_and_so_many_wait(self) -> None:
        allowances, body = Allowances(LIMITS), uuid4()
        inside, most = 0, 0
        gate = asyncio.Event()

        async def take_a_turn() -> None:
            nonlocal inside, most
            async with allowances.turn(body):
                inside += 1
                most = max(most, inside)
                await gate.wait()
                inside -= 1

        taking = [asyncio.create_task(take_a_turn()) for _ in range(6)]
        await asyncio.wait(taking, return_when=asyncio.FIRST_COMPLETED)
        assert isinstance(taking[-1].exception(), RateLimited)
        with pytest.raises(RateLimited):
            await allowances.spend(body, 1)
        async with allowances.turn(uuid4()):
            gate.set()
        await asyncio.gather(*taking[:-1])
        assert most == 2
        assert not allowances._turns
        # Whoever found no place has not paid for it.
        assert (await allowances.spend(body, 600)).remaining == 0
