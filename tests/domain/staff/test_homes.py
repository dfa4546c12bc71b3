"""The body that an officer is established with: entered once, one of the county's own, never missing."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.staff.commands import Officer, enter
from domain.staff.models import Person
from tenancy.ids import new_id
from tests.worlds import PEOPLE, World, a_county


async def homes(owner: AsyncEngine, world: World) -> Mapping[UUID, UUID]:
    """As the owner of the schema sees them."""
    async with owner.connect() as connection:
        rows = await connection.execute(
            select(Person.id, Person.home_id).where(Person.county_id == world.county_id)
        )
        return {row.id: row.home_id for row in rows}


class TestAHome:
    async def test_is_the_body_with_which_somebody_was_entered(
        self, owner_engine: AsyncEngine, world: World
    ) -> None:
        expected = {world[key].person_id: world.bodies[body] for key, (_, body, _) in PEOPLE.items()}
        assert await homes(owner_engine, world) == expected

    async def test_stays_when_somebody_is_entered_again(
        self, owner_engine: AsyncEngine, world: World
    ) -> None:
        zhou, kunyang = world["zhou"].person_id, world.bodies["kunyang"]
        async with owner_engine.begin() as connection:
            again = {zhou: Officer("周交", home_id=kunyang)}
            assert await enter(connection, county_id=world.county_id, officers=again) == 0
        assert (await homes(owner_engine, world))[zhou] == world.bodies["transport"]

    async def test_is_a_body_of_the_same_county(self, owner_engine: AsyncEngine, world: World) -> None:
        elsewhere = await a_county(owner_engine)
        stranger = {new_id(): Officer("周远", home_id=elsewhere.bodies["transport"])}
        with pytest.raises(IntegrityError, match="fk_persons_county_id_home_id"):
            async with owner_engine.begin() as connection:
                await enter(connection, county_id=world.county_id, officers=stranger)
        assert stranger.keys().isdisjoint(await homes(owner_engine, world))
