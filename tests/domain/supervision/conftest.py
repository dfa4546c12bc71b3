"""A desk in a fresh county."""

import pytest_asyncio

from tests.domain.supervision.desk import Desk


@pytest_asyncio.fixture(loop_scope="session")
async def desk(edge, world):
    return await Desk(edge, world).laid()
