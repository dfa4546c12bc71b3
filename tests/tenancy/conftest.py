"""Databases to look into and connections to act on: raw ones, by duty, past everything that Python would check."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

import domain.tables  # noqa: F401  declares every model
from ops.roles import ensure_login_roles
from tenancy import schema
from tests.databases import MigratedDatabase
from tests.servers import Databases, TestServers


def for_asyncpg(url: str) -> str:
    """The address as the driver itself takes it."""
    return url.replace("+asyncpg", "", 1)


@pytest_asyncio.fixture(loop_scope="session")
async def migrated(migrated_database: MigratedDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to the database that the migrations made."""
    connection = await asyncpg.connect(for_asyncpg(migrated_database.owner))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def built(fresh_database: Databases, servers: TestServers) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a database made straight from the models."""
    database = await fresh_database(label="built")
    urls = await ensure_login_roles(database.url, servers.home)
    connection = await asyncpg.connect(urls.owner)
    await connection.execute(schema.script())
    yield connection
    await connection.close()
    await fresh_database.drop(database)


@pytest_asyncio.fixture(loop_scope="session")
async def app(migrated_database: MigratedDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the app's login."""
    connection = await asyncpg.connect(for_asyncpg(migrated_database.app))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def worker(migrated_database: MigratedDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the worker's login."""
    connection = await asyncpg.connect(for_asyncpg(migrated_database.worker))
    yield connection
    await connection.close()
