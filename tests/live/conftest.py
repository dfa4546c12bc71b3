"""The platform for the session, a fresh county in it for each test, and its front ends."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tenancy.transactions import Engines
from tests.api.conftest import Client
from tests.databases import migrated
from tests.live import platform as parts
from tests.live.platform import Platform
from tests.loopback import LOOPBACK
from tests.servers import Databases, TestServers
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import Workshop
from tests.worlds import NOW, World, a_county
from workers.machinery import Pace

HURRIED = Pace(speed=10.0, impatience=25.0)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def platform(
    fresh_database: Databases, servers: TestServers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Platform]:
    """Two APIs over a database and a Redis that nobody else uses. A test that breaks Redis mends it again."""
    database = await migrated(fresh_database, servers, label="live")
    redis = OwnRedis()
    await redis.start()
    with parts.running(database, redis, tmp_path_factory.mktemp("files")) as started:
        yield started
    redis.kill()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live_owner(platform: Platform) -> AsyncIterator[AsyncEngine]:
    """The owner's login."""
    engine = create_async_engine(platform.database.owner)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live_worker(platform: Platform) -> AsyncIterator[Engines]:
    """The worker's login."""
    opened = Engines.of(platform.database.worker, pool_size=10)
    yield opened
    await opened.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live_clerks(platform: Platform) -> AsyncIterator[Engines]:
    """The app's login, under which exports are made."""
    opened = Engines.of(platform.database.app, pool_size=2)
    yield opened
    await opened.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def county(live_owner: AsyncEngine, platform: Platform) -> AsyncIterator[World]:
    """A fresh county, at `NOW`."""
    yield await a_county(live_owner)
    platform.clock.instant = NOW


@pytest_asyncio.fixture(loop_scope="session")
async def desk(platform: Platform, county: World) -> AsyncIterator[Client]:
    """A front end that acts through the first API."""
    async with httpx.AsyncClient(base_url=platform.apis[0].url, **LOOPBACK, timeout=30) as http:
        yield Client(http, county, {"Accept-Language": "en"})


@pytest_asyncio.fixture(loop_scope="session")
async def worker(
    platform: Platform, live_worker: Engines, live_clerks: Engines, tmp_path: Path
) -> AsyncIterator[Workshop]:
    """A worker in this process, for the length of the test."""
    workshop = Workshop(
        platform.database,
        live_worker,
        live_clerks,
        platform.redis.url,
        tmp_path,
        f"live:{secrets.token_hex(6)}",
        pace=HURRIED,
    )
    async with workshop.worker(platform.clock):
        yield workshop
