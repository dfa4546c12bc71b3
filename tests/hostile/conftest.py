"""A server as in production, and somebody's front end to it."""

import random
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from api.identifiers import global_id
from api.schema import house_schema
from tests.api.conftest import Client
from tests.databases import MigratedDatabase
from tests.hostile.documents import Writer
from tests.live.platform import Api, api
from tests.loopback import LOOPBACK
from tests.worlds import HandSetClock, World

SECONDS = 5.0
"""What an operation has here."""

PATIENCE = 3 * SECONDS
"""Of whoever waits for an answer: as much time again to break off what it waits for, and a busy machine."""


@pytest.fixture(scope="session")
def production(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Neither introspection nor suggestions."""
    files = tmp_path_factory.mktemp("files")
    with api(
        migrated_database, redis_server, HandSetClock(), files, seconds=SECONDS, introspection=False
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(production: Api, world: World) -> AsyncIterator[Client]:
    """Somebody who has not signed in; `as_` makes them somebody."""
    async with httpx.AsyncClient(base_url=production.url, **LOOPBACK, timeout=PATIENCE) as http:
        yield Client(http, world)


def writer(world: World, seed: int) -> Writer:
    """Writes documents for somebody of that county."""
    bodies = [global_id("Organisation", each) for each in world.bodies.values()]
    return Writer(house_schema()._schema, tuple(bodies), random.Random(seed))
