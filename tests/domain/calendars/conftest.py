"""A database of these tests' own: the statutory days belong to every county of the one that all others share."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import migrations
from domain.calendars.models import StatutoryDay, StatutoryYear
from ops.addresses import for_sqlalchemy
from ops.roles import ensure_login_roles
from tests.domain.calendars.office import Office
from tests.servers import Databases, TestServers
from tests.worlds import World, a_county


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(fresh_database: Databases, servers: TestServers) -> AsyncIterator[dict[str, AsyncEngine]]:
    """Engines by duty on a migrated database of this file's own."""
    made = await fresh_database(label="calendars")
    urls = await ensure_login_roles(made.url, servers.home)
    owner = for_sqlalchemy(urls.owner)
    await asyncio.to_thread(migrations.upgrade, owner)
    engines = {
        "owner": create_async_engine(owner),
        "app": create_async_engine(for_sqlalchemy(urls.app)),
        "worker": create_async_engine(for_sqlalchemy(urls.worker)),
    }
    yield engines
    for engine in engines.values():
        await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def county(database: dict[str, AsyncEngine]) -> World:
    """A fresh county on a platform that knows no year at all."""
    world = await a_county(database["owner"])
    async with database["owner"].begin() as connection:
        await connection.execute(delete(StatutoryDay))
        await connection.execute(delete(StatutoryYear))
    return world


@pytest.fixture
def office(database: dict[str, AsyncEngine], county: World) -> Office:
    return Office(database["owner"], county)
