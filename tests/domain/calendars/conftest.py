"""A database of these tests' own: the statutory days belong to every county of the one that all others share."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.calendars.models import StatutoryDay, StatutoryYear
from tests.databases import migrated
from tests.domain.calendars.office import Office
from tests.servers import Databases, TestServers
from tests.worlds import World, a_county


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(fresh_database: Databases, servers: TestServers) -> AsyncIterator[dict[str, AsyncEngine]]:
    """Engines by duty on a migrated database of this file's own."""
    made = await migrated(fresh_database, servers, label="calendars")
    engines = {
        "owner": create_async_engine(made.owner),
        "app": create_async_engine(made.app),
        "worker": create_async_engine(made.worker),
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
