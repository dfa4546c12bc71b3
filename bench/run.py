"""A run: one database of the seeded county, its logins, and the platform's parts over it; and where runs come from."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.applications import Starlette

import migrations
from api.app import create_app
from bench.world import seed
from domain.documents.store import Store
from domain.edge import Edge
from ops import garbage
from ops.addresses import for_sqlalchemy
from ops.roles import RoleUrls, ensure_login_roles
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Engines
from tests.servers import Database, Databases, TestServers
from tests.worlds import HandSetClock, World


@dataclass(frozen=True)
class Run:
    """One database, ready to be measured."""

    world: World
    urls: RoleUrls
    owner: AsyncEngine
    engines: Engines
    worker: Engines
    clock: HandSetClock
    edge: Edge
    store: Store

    @classmethod
    async def over(cls, database_url: str, *, home: Path, world: World) -> "Run":
        """The platform over this database, whose roles are made if they are missing."""
        urls = await ensure_login_roles(database_url, home)
        clock = HandSetClock()
        engines = Engines.of(for_sqlalchemy(urls.app))
        return cls(
            world=world,
            urls=urls,
            owner=create_async_engine(for_sqlalchemy(urls.owner)),
            engines=engines,
            worker=Engines.of(for_sqlalchemy(urls.worker)),
            clock=clock,
            edge=Edge(engines=engines, clock=clock),
            store=Store(home / "files"),
        )

    def app(self, *, edge: Edge | None = None, **more: Any) -> Starlette:
        """The application, as it is where it runs."""
        doorkeeper = Doorkeeper(self.engines.writing, SignInPolicy())
        made = create_app(edge=edge or self.edge, doorkeeper=doorkeeper, store=self.store, **more)
        garbage.settle()
        return made

    async def close(self) -> None:
        """Close every connection."""
        await self.owner.dispose()
        await self.engines.dispose()
        await self.worker.dispose()


async def migrated(databases: Databases) -> tuple[Database, RoleUrls]:
    """A database with the schema and its logins."""
    database = await databases(label="bench")
    urls = await ensure_login_roles(database.url, databases.servers.home)
    await asyncio.to_thread(migrations.upgrade, for_sqlalchemy(urls.owner))
    return database, urls


Copy = Callable[[], Awaitable[Run]]
"""Makes another run over a database of its own, as it was seeded."""


@asynccontextmanager
async def seeded(servers: TestServers) -> AsyncIterator[Copy]:
    """Seed once, and copy for every measurement that writes; the databases are dropped with the block."""
    databases = Databases(servers)
    template, urls = await migrated(databases)
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    world = await seed(owner)
    await owner.dispose()

    async def copy() -> Run:
        database = await databases(template=template.name, label="bench")
        return await Run.over(database.url, home=servers.home, world=world)

    try:
        yield copy
    finally:
        await databases.drop_all()
