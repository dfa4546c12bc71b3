"""The worker as a whole: it ends when asked, in good order, and goes on when a part of it cannot."""

import asyncio
import os
import signal
from dataclasses import replace

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import upkeep
from tests.workers.matters import of, owe, sealed_twice, settled, what_became
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import HURRIED, PATIENCE, Processes, Workshop, eventually
from tests.worlds import World
from workers import main
from workers.sweeper import Sweep


class TestStopping:
    async def test_ends_well_under_load_and_leaves_the_rest_to_the_next_worker(
        self, workshop: Workshop, owner: AsyncEngine, county: World, processes: Processes
    ) -> None:
        await owe(owner, county, 40)

        async def has_begun() -> bool:
            """some of the rungs rang"""
            return (await what_became(owner, county)).rungs > 0

        worker = await processes.start(workshop.order())
        await eventually(has_begun)
        os.kill(worker, signal.SIGTERM)
        assert await processes.ended(worker) == 0
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
        assert await what_became(owner, county) == of(40)

    async def test_needs_no_redis(
        self, workshop: Workshop, processes: Processes, own_redis: OwnRedis, owner: AsyncEngine, county: World
    ) -> None:
        own_redis.kill()
        await owe(owner, county)

        async def rang() -> bool:
            """the clock rang all it had to"""
            return (await what_became(owner, county)).rungs == 4

        worker = await processes.start(replace(workshop, redis_url=own_redis.url).order())
        await eventually(rang)
        await processes.stop(worker)


class TestWithoutPostgres:
    async def test_goes_on_when_its_connections_come_back(
        self, workshop: Workshop, owner: AsyncEngine, county: World, postgres_server: str
    ) -> None:
        cut: list[str] = []
        places = iter(["clock.announce", "handling.deliver", "sealer.link", "relay.take", "clock.begun"] * 2)
        next_place = next(places)
        administrator = await asyncpg.connect(postgres_server)

        async def reached(place: str) -> None:
            nonlocal next_place
            if place == next_place:
                cut.append(place)
                next_place = next(places, "none")
                await administrator.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = $2",
                    make_url(workshop.database.worker).username,
                    make_url(workshop.database.worker).database,
                )

        await owe(owner, county, 5)
        async with replace(workshop, pace=HURRIED).worker(reached=reached):
            await eventually(lambda: settled(owner, county))
        await administrator.close()
        assert len(set(cut)) >= 3
        assert await what_became(owner, county) == of(5)
        assert not await sealed_twice(owner, county)


class TestTheSweeper:
    async def test_takes_further_steps_that_the_composition_hands_in(self, workshop: Workshop) -> None:
        swept = asyncio.Event()

        async def further(sweep: Sweep) -> None:
            async with upkeep(sweep.machinery.engines.writing):
                swept.set()

        passed: list[str] = []

        async def reached(place: str) -> None:
            passed.append(place)

        async with workshop.worker(sweeps=[further], reached=reached):
            await asyncio.wait_for(swept.wait(), PATIENCE)
        assert "sweeper.further" in passed


class TestNames:
    def test_of_everything_that_has_steps_are_unlike(self) -> None:
        names = [steps.name for steps in main.EVERYTHING]
        assert len(names) == len(set(names))
        for steps in main.EVERYTHING:
            assert len(steps.places) == len(set(steps.places))
