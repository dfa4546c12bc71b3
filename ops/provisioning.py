"""Provisioning: transactions of the schema's owner, for what no tenant can do (rulebooks, calendars, the demo clock).

It opens and commits; what happens inside is a command of the domain.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from ops.addresses import for_sqlalchemy
from ops.reach import Duty, as_duty
from ops.settings import Settings

Result = TypeVar("Result")


def with_engine(
    settings: Settings, act: Callable[[AsyncEngine], Awaitable[Result]], *, duty: Duty = "owner"
) -> Result:
    """Run `act` with an engine that logs in as `duty`, and return what it returns."""
    with as_duty(settings, duty) as addresses:
        return asyncio.run(_with_engine(for_sqlalchemy(addresses.database_url), act))


def in_one_transaction(settings: Settings, act: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Run `act` in a transaction of the owner, committed if it ends well."""

    async def transact(engine: AsyncEngine) -> Result:
        async with provisioning(engine) as session:
            return await act(session)

    return with_engine(settings, transact)


@asynccontextmanager
async def provisioning(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One transaction, committed if the block ends well."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        yield session


async def _with_engine(url: str, act: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    engine = create_async_engine(url)
    try:
        return await act(engine)
    finally:
        await engine.dispose()
