"""The grounds lie once for the session: nothing that is tried on them stays."""

from collections.abc import Awaitable, Callable

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import MigratedDatabase
from tests.rights.ground import Ground, laid
from tests.rights.own import with_what_is_on_record
from tests.worlds import shipped

Places = Callable[..., Awaitable[Ground]]
"""The ground of a county by the rules of a place, with words of its rulebook replaced by others."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground(owner_engine: AsyncEngine, migrated_database: MigratedDatabase) -> Ground:
    """The county in which everybody tries everything."""
    ground = await laid(owner_engine, migrated_database)
    return await with_what_is_on_record(ground, owner_engine, migrated_database)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def places(owner_engine: AsyncEngine, migrated_database: MigratedDatabase) -> Places:
    """Counties by the rules of other places, each laid when it is first asked for."""
    known: dict[tuple[str, str, str], Ground] = {}

    async def of(place: str, former: str = "", latter: str = "") -> Ground:
        if (place, former, latter) not in known:
            rules = shipped(f"{place}.toml")
            assert former in rules
            known[place, former, latter] = await laid(
                owner_engine, migrated_database, rulebook=rules.replace(former, latter) if former else rules
            )
        return known[place, former, latter]

    return of
