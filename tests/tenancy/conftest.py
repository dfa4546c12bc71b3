"""Databases to look into and connections to act on: raw ones, by duty, past everything that Python would check."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

import domain.tables  # noqa: F401  declares every model
from ops.roles import ensure_login_roles
from tenancy import schema
from tests.databases import MigratedDatabase
from tests.servers import Databases, TestServers
from tests.tenancy.rows import Rows, matter_between
from tests.worlds import World, a_county


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


@dataclass(frozen=True)
class Ground:
    """Two counties; in the first, a matter of aojiang's own and one that it shares with shuitou."""

    here: World
    elsewhere: World
    draft: Rows
    shared: Rows


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(owner_engine: AsyncEngine, migrated_database: MigratedDatabase) -> AsyncIterator[Ground]:
    here, elsewhere = await a_county(owner_engine), await a_county(owner_engine)
    owner = await asyncpg.connect(for_asyncpg(migrated_database.owner))
    yield Ground(
        here,
        elsewhere,
        draft=await matter_between(owner, here, first="aojiang", second=None, person="ye", word=_word),
        shared=await matter_between(owner, here, first="aojiang", second="shuitou", person="ye", word=_word),
    )
    await owner.close()


def _word() -> str:
    return f"w{secrets.token_hex(8)}"
