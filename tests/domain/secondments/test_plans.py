"""The register of secondments is narrowed by a name over indexes, in the plans of prepared statements.

Twenty thousand officers of four counties, each seconded somewhere.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from domain.edge import Edge
from domain.filters import FEW
from domain.secondments import queries
from domain.secondments.queries import Filter, Wanted
from domain.spans import Span
from domain.staff import commands as staff
from tenancy.ids import new_id
from tenancy.transactions import Engines
from tests.databases import migrated
from tests.plans import planned, watched
from tests.worlds import HandSetClock, World, a_county

SIDES = {"home": "lin", "host": "gao", "overseen": "wu"}

SURNAMES = ("王", "李", "陈", "林", "黄", "周", "郑", "欧阳", "买买提·")
SECOND_CHARACTERS = "晓建国海文志小"
OFFICERS = [SURNAMES[n % 9] + SECOND_CHARACTERS[n // 9 % 7] + chr(19968 + n) for n in range(1, 5001)]

PARTS = {
    "a whole name": OFFICERS[2500],
    "a rare part": OFFICERS[2500][-2:],
    "a common part": "晓",
    "the part of nobody": "桂林米粉",
}

SECONDMENTS_SQL = """
with bodies as (
    select array_agg(id order by code) as ids from organisations
     where county_id = $1 and id <> $2 and kind = 'township'
)
insert into secondments (
    county_id, id, order_id, version, person_id, pinyin, home_id, home_unit_id, host_id, mode, post, order_number, since, until)
select $1, gen_random_uuid(), gen_random_uuid(), 1, p.id, p.pinyin, $2, $3, bodies.ids[1 + row_number() over () % cardinality(ids)], 'stationed', '队员',
       null, '2025-01-01', null
from persons p, bodies where p.county_id = $1 and p.home_id = $2
"""


@dataclass(frozen=True)
class Ground:
    """A full county, and the platform over it."""

    world: World
    engines: Engines
    edge: Edge


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(fresh_database, servers) -> AsyncIterator[Ground]:
    database = await migrated(fresh_database, servers, label="names")
    owner = create_async_engine(database.owner)
    worlds = [await a_county(owner) for _ in range(4)]
    async with owner.begin() as entering:
        for each in worlds:
            home = each.bodies["transport"]
            officers = {new_id(): staff.Officer(name, home_id=home) for name in OFFICERS}
            await staff.enter(entering, county_id=each.county_id, officers=officers)
    await owner.dispose()
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", "", 1))
    for each in worlds:
        await connection.execute(
            SECONDMENTS_SQL, each.county_id, each.bodies["transport"], each.units["transport"]
        )
    for table in ("persons", "person_name_endings", "secondments"):
        await connection.execute(f"vacuum analyze {table}")
    await connection.close()
    engines = Engines.of(database.app, pool_size=2)
    yield Ground(worlds[0], engines, Edge(engines=engines, clock=HandSetClock()))
    await engines.dispose()


async def asked(
    ground: Ground, side: str, part: str, mode: str
) -> AsyncIterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """The plans of a page in either order and of its count, each beside that of the look that goes before."""
    wanted = Wanted(side=side, filter=Filter(person=part))
    async with watched(ground.edge, ground.engines, ground.world[SIDES[side]].credentials) as (work, sent):
        for age in ("newest", "oldest"):
            await queries.page(work, wanted=wanted, sort=age, span=Span(most=20))
        await queries.count(work, wanted=wanted)
        assert len(sent) == 6
        plans = [await planned(work, *each, mode=mode) for each in tuple(sent)]
    for look, answer in zip(plans[::2], plans[1::2], strict=True):
        yield look, answer


def by_endings(plan: list[dict[str, Any]]) -> bool:
    """Whether an index is asked for the range of endings, and nothing looked at one by one to see if it fits."""
    return any("ending >= " in node.get("Index Cond", "") for node in plan) and not any(
        "ending" in node.get("Filter", "") for node in plan
    )


def read_whole(plan: list[dict[str, Any]]) -> set[str]:
    """The tables that are read from end to end."""
    return {node["Relation Name"] for node in plan if node["Node Type"].endswith("Seq Scan")}


@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize("side", SIDES)
class TestAName:
    @pytest.mark.parametrize("few", [FEW, 20])
    @pytest.mark.parametrize("part", PARTS)
    async def test_is_looked_up_among_its_endings_and_no_further_than_a_few(
        self, ground, monkeypatch, few, part, side, mode
    ) -> None:
        """A bitmap is made of a whole range before the first of it is seen: of one that is small, as a plan for any
        part cannot know.
        """
        monkeypatch.setattr("domain.filters.FEW", few)
        async for look, _ in asked(ground, side, PARTS[part], mode):
            assert look[0]["Node Type"] == "Limit"
            assert by_endings(look), look
            assert read_whole(look) == set(), look
            gathered = [node["Plan Rows"] for node in look if node["Node Type"].startswith("Bitmap")]
            assert not gathered or (mode == "custom" and max(gathered) < few), look

    @pytest.mark.parametrize("part", PARTS)
    async def test_of_a_few_asks_for_them_and_for_no_endings_again(self, ground, part, side, mode) -> None:
        async for _, answer in asked(ground, side, PARTS[part], mode):
            assert {node["Relation Name"] for node in answer if "Relation Name" in node} == {"secondments"}
            assert read_whole(answer) == set(), answer

    @pytest.mark.parametrize("part", ["a whole name", "a rare part", "the part of nobody"])
    async def test_that_is_rare_is_where_the_list_begins(self, ground, part, side, mode) -> None:
        """However long the list is: what it costs follows from how many are found."""
        async for _, answer in asked(ground, side, PARTS[part], mode):
            first = next(node for node in answer if "Index Cond" in node)
            assert "person_id = ANY" in first["Index Cond"], answer
            assert max(node["Plan Rows"] for node in answer) < 100

    async def test_of_too_many_is_found_over_the_index_of_its_endings(
        self, ground, monkeypatch, side, mode
    ) -> None:
        monkeypatch.setattr("domain.filters.FEW", 20)
        async for _, answer in asked(ground, side, PARTS["a common part"], mode):
            assert by_endings(answer), answer
            assert read_whole(answer) == set(), answer


class TestTheProof:
    async def test_notices_endings_that_are_looked_at_one_by_one(self, ground) -> None:
        part = PARTS["a whole name"]
        async with watched(ground.edge, ground.engines, ground.world["wu"].credentials) as (work, sent):
            wanted = Wanted(side="overseen", filter=Filter(person=part))
            await queries.count(work, wanted=wanted)
            for method in ("indexscan", "indexonlyscan", "bitmapscan"):
                await work.session.execute(text(f"set local enable_{method} = off"))
            plan = await planned(work, *sent[0], mode="custom")
            assert not by_endings(plan)
            assert "person_name_endings" in read_whole(plan)
