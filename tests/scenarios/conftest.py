"""The stage's fixtures: a furnished database for the session, a stage of its own for each scenario."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from tests.scenarios.stage import Stage, furnished, stage
from tests.servers import Databases, TestServers


class SetUp(Protocol):
    """Sets up a place: `async with set_up("fuling") as stage`."""

    def __call__(self, code: str, *, whole_worker: bool = False) -> AbstractAsyncContextManager[Stage]:
        """The stage."""
        ...


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(fresh_database: Databases, servers: TestServers) -> str:
    """The database that every stage is a copy of."""
    return await furnished(fresh_database, servers)


@pytest.fixture
def set_up(template: str, fresh_database: Databases, servers: TestServers, tmp_path: Path) -> SetUp:
    """Sets up a place in a copy of the template."""
    return partial(stage, template=template, fresh_database=fresh_database, servers=servers, files=tmp_path)
