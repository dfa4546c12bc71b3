"""Asking and cancelling: by whose rights, and how many at once."""

import asyncio

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from domain.exports import commands, queries, rules
from domain.exports.models import Export
from domain.referrals.filters import Wanted
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted
from tests.worlds import World, a_county, place_text

FEW = """
[exports.under_way_of_person]
value = 2
unit = "exports"
document = "KY-A5"
article = "8"
adopted_from = "kunyang"

[exports.under_way_of_body]
value = 3
unit = "exports"
document = "KY-A5"
article = "8"
adopted_from = "kunyang"
"""


async def ask(edge: Edge, world: World, who: str = "gao", body: str | None = None) -> Export:
    somebody = world[who]
    async with edge.writing(somebody.credentials if body is None else somebody.acting_for(body)) as work:
        return await commands.request(
            work,
            ledger="referrals",
            wanted=Wanted(box="received"),
            sort="newest",
            shown="",
            language="zh",
        )


async def give_roles(owner_engine: AsyncEngine, world: World, who: str, roles: list[str]) -> None:
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.county_id == world.county_id, Capacity.person_id == world[who].person_id)
            .values(roles=roles)
        )


class TestRequest:
    @pytest.mark.parametrize("who", ["gao", "chen", "xu", "wu", "shen"])
    async def test_is_open_to_every_role_that_reads_the_register(self, edge: Edge, world: World, who: str):
        export = await ask(edge, world, who)
        async with edge.reading(world[who].credentials) as work:
            assert (await queries.the(work, export.id)).state == "waiting"

    async def test_goes_with_the_role(self, edge: Edge, world: World, owner_engine: AsyncEngine):
        export = await ask(edge, world)
        await give_roles(owner_engine, world, "gao", [])
        with pytest.raises(NotPermitted):
            await ask(edge, world)
        async with edge.reading(world["gao"].credentials) as work:
            with pytest.raises(NotFound):
                await queries.the(work, export.id)
        with pytest.raises(NotFound):
            async with edge.writing(world["gao"].credentials) as work:
                await commands.cancel(work, export_id=export.id)


class TestRoom:
    @pytest.fixture
    async def small(self, owner_engine: AsyncEngine) -> World:
        """A county that admits few exports at once."""
        return await a_county(owner_engine, rulebook=place_text("pingyang.toml", county="pingyang") + FEW)

    async def test_is_as_much_as_the_rulebook_says_for_a_person(self, edge: Edge, small: World):
        await ask(edge, small)
        await ask(edge, small)
        with pytest.raises(rules.TooManyExports) as refused:
            await ask(edge, small)
        assert "最多2个" in refused.value.sentence("zh")

    async def test_and_for_a_body_whoever_of_it_asks(self, edge: Edge, small: World):
        await ask(edge, small)
        await ask(edge, small, "xu")
        await ask(edge, small, "zhou", "kunyang")
        with pytest.raises(rules.TooManyExports):
            await ask(edge, small, "chen")
        await ask(edge, small, "zhou")  # at home, it is another body's

    async def test_is_not_outrun_by_asking_at_once(self, edge: Edge, small: World):
        answers = await asyncio.gather(*(ask(edge, small) for _ in range(4)), return_exceptions=True)
        assert [type(each) for each in answers].count(rules.TooManyExports) == 2
