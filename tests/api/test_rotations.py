"""Rotations over HTTP: the list from each side, page by page, and the days that a secondment says."""

from datetime import date
from typing import Any

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.domain.rotations.test_queries import a_stretch, put
from tests.places import the_demo_county_that_admits_more
from tests.worlds import a_county

LIST = """query($side: SecondmentSide!, $stage: RotationStage, $days: Days, $first: Int, $after: String) {
  rotations(side: $side, stage: $stage, days: $days, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { node { person { name } countedSince exchangeMayOn exchangeMustOn } } } }"""


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
        found = await asked(ruled.as_("lin"), side="HOME", stage="MAY", days={"until": "2026-03-10"})
        assert found["totalCount"] == 2
        assert [edge["node"] for edge in found["edges"]] == [
            {
                "person": {"name": "林局"},
                "countedSince": "2019-05-01",
                "exchangeMayOn": "2022-05-01",
                "exchangeMustOn": "2025-05-01",
            },
            {
                "person": {"name": "唐文"},
                "countedSince": "2022-04-23",
                "exchangeMayOn": "2025-04-23",
                "exchangeMustOn": "2028-04-23",
            },
        ]

    async def test_are_who_must_unless_asked_who_may(self, ruled: Client) -> None:
        days = {"since": "2025-01-01", "until": "2026-12-31"}
        for who, side in (("lin", "HOME"), ("gao", "HOST"), ("wu", "OVERSEEN")):
            found = await asked(ruled.as_(who), side=side, days=days)
            assert [edge["node"]["person"]["name"] for edge in found["edges"]] == ["林局"], side
        assert (await asked(ruled.as_("huang"), side="HOME", days=days))["totalCount"] == 0

    async def test_come_page_by_page(self, ruled: Client) -> None:
        first = await asked(ruled.as_("gao"), side="HOST", stage="MAY", first=1)
        assert first["pageInfo"]["hasNextPage"] is True
        second = await asked(
            ruled.as_("gao"), side="HOST", stage="MAY", first=1, after=first["pageInfo"]["endCursor"]
        )
        assert [edge["node"]["person"]["name"] for page in (first, second) for edge in page["edges"]] == [
            "林局",
            "唐文",
        ]
        other = await ruled.as_("gao").ask(
            LIST, side="HOST", stage="MUST", first=1, after=first["pageInfo"]["endCursor"]
        )
        assert other.codes == ["BAD_CURSOR"]

    async def test_are_nobody_and_no_days_where_no_document_rules_it(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        long_ago = date(2010, 1, 1)
        row = a_stretch(client.world, "lin", long_ago, None, counted_since=long_ago)
        await put(owner_engine, row)
        assert (await asked(client.as_("lin"), side="HOME"))["totalCount"] == 0
        answer = await client.as_("lin").ask(
            "query($id: ID!) { secondment(id: $id) { countedSince exchangeMayOn exchangeMustOn } }",
            id=global_id("Secondment", row["id"]),
        )
        assert answer.data["secondment"] == {
            "countedSince": "2010-01-01",
            "exchangeMayOn": None,
            "exchangeMustOn": None,
        }

    async def test_take_any_day(self, ruled: Client) -> None:
        for day in ("0001-01-01", "9999-12-31"):
            found = await asked(ruled.as_("wu"), side="OVERSEEN", days={"since": day, "until": day})
            assert found["totalCount"] == 0
