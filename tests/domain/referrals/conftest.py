"""What the tests of referrals on a real database may ask for."""

import pytest

from tests.domain.referrals.desk import KINDS, Desk
from tests.worlds import a_county, shipped


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


@pytest.fixture
async def at(owner_engine, edge):
    """A desk in a county with the rulebook of one of the places."""

    async def made(place):
        desk = Desk(edge, await a_county(owner_engine, rulebook=shipped(f"{place}.toml")))
        desk.kinds = KINDS[place]
        return desk

    return made
