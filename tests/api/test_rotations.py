"""Rotations over HTTP: the list from each side, page by page, and the days that a secondment says."""

from datetime import date
from typing import Any

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.conftest import Client
from tests.domain.rotations.test_queries import a_stretch, put
from tests.places import the_demo_county_that_admits_more
from tests.worlds import a_county

LIST = """query($side: RotationSide!, $filter: RotationFilter, $first: Int, $after: String) {
  rotations(side: $side, filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { node { secondment { person { name } } countedSince mayOn mustOn } } } }"""


@pytest_asyncio.fixture(loop_scope="session")
async def ruled(client: Client, owner_engine: AsyncEngine) -> Client:
    """A county that wants an exchange, with Lin in Kunyang since 2019 and Tang since 2022, with 100 days before."""
    world = await a_county(owner_engine, rulebook=the_demo_county_that_admits_more())
    for who, since, counted in (
        ("lin", date(2019, 5, 1), date(2019, 5, 1)),
        ("tang", date(2022, 8, 1), date(2022, 4, 23)),
    ):
        await put(owner_engine, a_stretch(world, who, since, None, counted_since=counted))
    return Client(client.http, world)


async def asked(client: Client, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await client.ask(LIST, **{"first": 10, **given})).data["rotations"]
    return found


class TestRotations:
    async def test_tell_who_reaches_the_years_on_which_days(self, ruled: Client) -> None:
        found = await asked(ruled.as_("lin"), side="HOME", filter={"mayOn": {"until": "2026-03-10"}})
        assert found["totalCount"] == 2
        assert [edge["node"] for edge in found["edges"]] == [
            {
                "secondment": {"person": {"name": "林局"}},
                "countedSince": "2019-05-01",
                "mayOn": "2022-05-01",
                "mustOn": "2025-05-01",
            },
            {
                "secondment": {"person": {"name": "唐文"}},
                "countedSince": "2022-04-23",
                "mayOn": "2025-04-23",
                "mustOn": "2028-04-23",
            },
        ]

    async def test_tell_each_side_who_must(self, ruled: Client) -> None:
        days = {"since": "2025-01-01", "until": "2026-12-31"}
        for who, side in (("lin", "HOME"), ("gao", "HOST"), ("wu", "OVERSEEN")):
            found = await asked(ruled.as_(who), side=side, filter={"mustOn": days})
            assert [edge["node"]["secondment"]["person"]["name"] for edge in found["edges"]] == ["林局"], side
        assert (await asked(ruled.as_("huang"), side="HOME", filter={"mustOn": days}))["totalCount"] == 0

    async def test_come_page_by_page(self, ruled: Client) -> None:
        first = await asked(ruled.as_("gao"), side="HOST", first=1)
        assert first["pageInfo"]["hasNextPage"] is True
        second = await asked(ruled.as_("gao"), side="HOST", first=1, after=first["pageInfo"]["endCursor"])
        assert [
            edge["node"]["secondment"]["person"]["name"] for page in (first, second) for edge in page["edges"]
        ] == [
            "林局",
            "唐文",
        ]
        other = await ruled.as_("gao").ask(
            LIST, side="HOST", filter={"mustOn": {}}, first=1, after=first["pageInfo"]["endCursor"]
        )
        assert other.codes == ["BAD_CURSOR"]

    async def test_are_nobody_and_no_days_where_no_document_rules_it(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        long_ago = date(2010, 1, 1)
        row = a_stretch(client.world, "lin", long_ago, None, counted_since=long_ago)
        await put(owner_engine, row)
        lin = client.as_("lin")
        for wanted in ("mayOn", "mustOn"):
            assert (await asked(lin, side="HOME", filter={wanted: {}}))["totalCount"] == 0
        (edge,) = (await asked(lin, side="HOME"))["edges"]
        assert (edge["node"]["countedSince"], edge["node"]["mayOn"], edge["node"]["mustOn"]) == (
            "2010-01-01",
            None,
            None,
        )

    async def test_take_any_day(self, ruled: Client) -> None:
        for day in ("0001-01-01", "9999-12-31"):
            found = await asked(
                ruled.as_("wu"), side="OVERSEEN", filter={"mustOn": {"since": day, "until": day}}
            )
            assert found["totalCount"] == 0
