"""The walk: bursts of several tenants acting at once while processes die; then everything is looked through."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tenancy.transactions import Engines
from tests.databases import MigratedDatabase, migrated
from tests.loopback import LOOPBACK
from tests.places import the_demo_county_that_admits_more
from tests.servers import Databases, TestServers
from tests.walk import holds
from tests.walk.house import Api, House
from tests.walk.people import Walk
from tests.workers.conftest import nursery, processes
from tests.workers.workshop import Processes, Workshop, eventually
from tests.worlds import NOW, World, a_county

__all__ = ["nursery", "processes"]

SETTLING = 60.0
"""Seconds in which one worker must have done what the dead left behind."""


@dataclass(frozen=True)
class Length:
    """How long a walk is."""

    counties: int
    bursts: int
    front_ends: int
    seconds: float
    deaths: int


SHORT = Length(counties=1, bursts=2, front_ends=6, seconds=10, deaths=2)
LONG = Length(counties=4, bursts=6, front_ends=8, seconds=60, deaths=5)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def walks_database(fresh_database: Databases, servers: TestServers) -> MigratedDatabase:
    """A database in which only these workers work, by a clock that is set."""
    return await migrated(fresh_database, servers, label="walk")


@pytest_asyncio.fixture(loop_scope="session")
async def owner(walks_database: MigratedDatabase) -> AsyncIterator[AsyncEngine]:
    """The eye that sees everything."""
    engine = create_async_engine(walks_database.owner)
    yield engine
    await engine.dispose()


@pytest.fixture
def house(
    walks_database: MigratedDatabase,
    owner: AsyncEngine,
    processes: Processes,
    redis_server: str,
    tmp_path: Path,
    seed: int,
) -> House:
    """The processes, none of them started yet."""
    engines, clerks = Engines.of(walks_database.worker), Engines.of(walks_database.app)
    queue = f"walk:{secrets.token_hex(6)}"
    return House(
        owner=owner,
        apis=[Api(walks_database, redis_server, tmp_path / name) for name in ("one", "other")],
        workshop=Workshop(walks_database, engines, clerks, redis_server, tmp_path, queue),
        processes=processes,
        random=Random(seed),
        now=NOW,
    )


async def watched(owner: AsyncEngine, world: World) -> None:
    """Look again and again while others act, until cancelled."""
    while True:
        found = await holds.broken(owner, holds.AT_ANY_MOMENT, county=world.county_id)
        assert not found, found
        await asyncio.sleep(0.3)


async def settled(house: House, world: World) -> None:
    """Wait until the workers have nothing left to do."""

    async def nothing_left() -> bool:
        """nothing waits, nothing is to ring, nothing is unsealed"""
        async with house.owner.connect() as connection:
            left = await connection.scalar(
                text(holds.LEFT_TO_DO), {"county": world.county_id, "now": house.now}
            )
        return left == 0

    async with house.at_rest():
        await eventually(nothing_left, seconds=SETTLING)


async def walked(house: House, seed: int, length: Length) -> None:
    """Walk through so many counties, and look through each."""
    async with (
        house.running(),
        httpx.AsyncClient(**LOOPBACK, timeout=30) as http,
    ):
        for turn in range(length.counties):
            world = await a_county(house.owner, rulebook=the_demo_county_that_admits_more())
            walk = Walk(world, house, Random(seed + turn), http)
            for burst in range(length.bursts):
                async with house.in_trouble(deaths=length.deaths):
                    watching = asyncio.create_task(watched(house.owner, world))
                    try:
                        await walk.burst(front_ends=length.front_ends, seconds=length.seconds)
                    finally:
                        watching.cancel()
                        seen = await asyncio.gather(watching, return_exceptions=True)
                    assert isinstance(seen[0], asyncio.CancelledError), seen
                await house.set_clock(house.now + timedelta(days=house.random.choice([0, 1, 4])))
                await settled(house, world)
                found = await holds.broken(
                    house.owner,
                    {**holds.AT_ANY_MOMENT, **holds.AT_REST},
                    county=world.county_id,
                    now=house.now,
                )
                found |= await holds.done_once(house.owner, world.county_id, walk.ledger)
                told = f"seed {seed}, county {turn}, burst {burst}, {house.deaths} deaths: {walk.ledger.summary()}"
                assert not found, f"{told}\n{found}"
                print(told)


class TestSeveralTenantsAtOnce:
    async def test_keep_one_owner_and_a_clock_and_lose_nothing(self, house: House, seed: int) -> None:
        await walked(house, seed, SHORT)

    @pytest.mark.soak
    async def test_keep_it_for_a_long_time(self, house: House, seed: int) -> None:
        await walked(house, seed, LONG)
