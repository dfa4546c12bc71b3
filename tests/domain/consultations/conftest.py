"""A desk in a fresh county by the demo county's rules."""

import pytest_asyncio

from tests.domain.consultations.desk import Desk
from tests.registered import keeps_a_register


@pytest_asyncio.fixture(loop_scope="session")
async def desk(edge, world, owner_engine):
    await keeps_a_register(owner_engine, world)
    return Desk(edge, world)
