"""A run: one database of the seeded county, its logins, and the platform's parts over it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.documents.store import Store
from domain.edge import Edge
from ops.addresses import for_sqlalchemy
from ops.roles import RoleUrls, ensure_login_roles
from tenancy.transactions import Engines
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

    async def close(self) -> None:
        """Close every connection."""
        await self.owner.dispose()
        await self.engines.dispose()
        await self.worker.dispose()
