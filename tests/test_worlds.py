"""The test county stands, and its people can act in it: what every other test takes for granted."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tenancy.transactions import Engines, open_scope
from tests.worlds import NOW, World, a_county


class TestACounty:
    async def test_lets_everybody_act_for_their_body(self, world: World, engines: Engines) -> None:
        for each in world.people.values():
            async with engines.snapshot() as session:
                actor = await open_scope(session, each.credentials, now=NOW, writing=False)
            assert actor.tenant_id == world.bodies[each.body]

    async def test_gives_oversight_to_coordination_and_justice_alone(
        self, world: World, engines: Engines
    ) -> None:
        overseeing = set()
        for each in world.people.values():
            async with engines.snapshot() as session:
                if (await open_scope(session, each.credentials, now=NOW, writing=False)).overseen:
                    overseeing.add(each.body)
        assert overseeing == {"coordination", "justice"}

    async def test_meets_no_other_county(
        self, world: World, owner_engine: AsyncEngine, engines: Engines
    ) -> None:
        other = await a_county(owner_engine)
        async with engines.snapshot() as session:
            await open_scope(session, world["zhou"].credentials, now=NOW, writing=False)
            seen = set(await session.scalars(text("select county_id from organisations")))
        assert seen == {world.county_id}
        assert other.county_id != world.county_id
