"""The ground lies once for the session: nothing that is tried on it stays."""

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import MigratedDatabase
from tests.rights.ground import Ground, laid


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground(owner_engine: AsyncEngine, migrated_database: MigratedDatabase) -> Ground:
    """The county in which everybody tries everything."""
    return await laid(owner_engine, migrated_database)
