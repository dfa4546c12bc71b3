"""Ratios over HTTP: who is told what of a body and of the county, in which form, and what is refused."""

from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from tests.api.conftest import Client
from tests.registered import keeps_a_register

ASKED = """query($body: ID, $on: Date, $monthEnds: Int) { staffRatios(bodyId: $body, on: $on, monthEnds: $monthEnds) {
  kind body { code } on counted outOf demand met source } }"""
SOURCE = "昆阳镇执法改革下沉人员县属乡用共管制度 3"


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def register(client: Client, owner_engine: AsyncEngine) -> None:
    """Three of transport's people are on its register; one of them, Zhou, is stationed in Kunyang since 2022."""
    await keeps_a_register(owner_engine, client.world)


def body(client: Client, code: str) -> str:
    return global_id("Organisation", client.world.bodies[code])


async def told(client: Client, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.ask(ASKED, **{"monthEnds": 0, **asked})).data["staffRatios"]
    return found


class TestRatios:
    async def test_say_how_many_of_how_many_and_what_is_demanded_where(self, client: Client) -> None:
        assert await told(client.as_("lin"), body=body(client, "transport")) == [
            {
                "kind": "BELOW",
                "body": {"code": "transport"},
                "on": "2026-03-10",
                "counted": 1,
                "outOf": 3,
                "demand": 65,
                "met": False,
                "source": SOURCE,
            }
        ]

    async def test_of_a_township_are_its_centre_its_reviewers_and_its_leaders(self, client: Client) -> None:
        centre, reviewers, leaders = await told(client.as_("gao"), body=body(client, "kunyang"))
        assert (centre["kind"], centre["counted"], centre["outOf"]) == ("CENTRE", 1, None)
        assert (reviewers["kind"], reviewers["counted"], reviewers["outOf"]) == ("REVIEWERS", 0, 1)
        assert (leaders["kind"], leaders["counted"], leaders["outOf"]) == ("LEADERS", 0, None)
        assert {(each["demand"], each["met"], each["source"]) for each in (centre, reviewers, leaders)} == {
            (None, None, None)
        }

    async def test_of_the_county_are_told_by_day_to_whoever_oversees_it(self, client: Client) -> None:
        found = await told(client.as_("wu"), monthEnds=2, on="2022-12-31")
        assert [(each["kind"], each["on"], each["counted"], each["outOf"]) for each in found] == [
            ("BELOW", "2022-10-31", 0, 3),
            ("BELOW", "2022-11-30", 0, 3),
            ("BELOW", "2022-12-31", 1, 3),
            ("REVIEWERS", "2022-10-31", 0, 0),
            ("REVIEWERS", "2022-11-30", 0, 0),
            ("REVIEWERS", "2022-12-31", 0, 1),
        ]
        assert {each["body"] and each["body"]["code"] for each in found} == {None}

    @pytest.mark.parametrize(
        ("who", "code"),
        [
            ("huang", "transport"),
            ("lin", "kunyang"),
            ("tang", "agriculture"),
            ("zhou", "transport"),
            ("lin", None),
        ],
    )
    async def test_are_nothing_for_whoever_does_not_read_the_registers(
        self, client: Client, who: str, code: str | None
    ) -> None:
        assert await told(client.as_(who), body=code and body(client, code)) == []

    async def test_are_told_of_three_years_at_most(self, client: Client) -> None:
        answer = await client.as_("wu").ask(ASKED, monthEnds=37)
        assert answer.codes == ["RATIOS_TOO_MANY_MONTHS"]
