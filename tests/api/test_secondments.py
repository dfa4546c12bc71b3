"""Reading the register over HTTP: from home, from the host, from above."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id
from domain.certificates.models import Certificate
from domain.secondments.models import Secondment
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.worlds import NOW

LIST = """query($side: SecondmentSide!, $filter: SecondmentFilter, $sort: SecondmentSort! = NEWEST) {
  secondments(side: $side, filter: $filter, sort: $sort) { totalCount edges { node {
    id person { name } home { code } homeUnit { name organisation { code } } host { code }
    mode post since until orderNumber } } } }"""


async def names(client: Client, side: str, **narrowed_by: Any) -> list[str]:
    found = (await client.ask(LIST, side=side, filter=narrowed_by)).data["secondments"]
    listed = [edge["node"]["person"]["name"] for edge in found["edges"]]
    assert found["totalCount"] == len(listed)
    return listed


class TestSecondments:
    async def test_show_a_department_its_own_people_wherever_they_are(self, client: Client) -> None:
        found = (await client.as_("lin").ask(LIST, side="HOME")).data["secondments"]["edges"]
        assert [edge["node"] | {"id": None} for edge in found] == [
            {
                "id": None,
                "person": {"name": "周交"},
                "home": {"code": "transport"},
                "homeUnit": {"name": "第一执法中队", "organisation": {"code": "transport"}},
                "host": {"code": "kunyang"},
                "mode": "STATIONED",
                "post": "综合执法队队员",
                "since": "2022-12-01",
                "until": None,
                "orderNumber": "平委编〔2022〕8号",
            }
        ]

    async def test_show_a_township_everybody_stationed_with_it(self, client: Client) -> None:
        gao = client.as_("gao")
        assert sorted(await names(gao, side="HOST")) == ["周交", "管农"]
        assert await names(gao, side="HOST", modes=["AREA_TEAM"]) == ["管农"]
        transport = global_id("Organisation", client.world.bodies["transport"])
        assert await names(gao, side="HOST", homes=[transport]) == ["周交"]
        assert await names(gao, side="HOME") == []

    async def test_show_oversight_the_county_and_strangers_nothing(self, client: Client) -> None:
        for overseer in ("wu", "shen"):
            assert sorted(await names(client.as_(overseer), side="OVERSEEN")) == ["周交", "管农"]
        kunyang = global_id("Organisation", client.world.bodies["kunyang"])
        assert sorted(await names(client.as_("wu"), side="OVERSEEN", hosts=[kunyang])) == ["周交", "管农"]
        for stranger in ("pan", "wen"):
            for side in ("HOME", "HOST", "OVERSEEN"):
                assert await names(client.as_(stranger), side=side) == []

    async def test_end_with_their_last_day(self, client: Client, owner_engine: AsyncEngine) -> None:
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Secondment)
                .where(Secondment.id == client.world.secondments["guan"])
                .values(until=NOW.date().replace(day=9))
            )
        gao = client.as_("gao")
        assert await names(gao, side="HOST", inForceOn="2026-03-10") == ["周交"]
        assert sorted(await names(gao, side="HOST", inForceOn="2026-03-09")) == ["周交", "管农"]
        assert sorted(await names(gao, side="HOST")) == ["周交", "管农"]

    async def test_refuse_an_id_of_something_else(self, client: Client) -> None:
        person = global_id("Person", client.world["zhou"].person_id)
        answer = await client.as_("gao").ask(LIST, side="HOST", filter={"homes": [person]})
        assert answer.codes == ["BAD_ID"]
        assert answer.body["errors"][0]["extensions"]["field"] == "homes"

    async def test_one_by_one_follow_the_same_filter(self, client: Client) -> None:
        entry = global_id("Secondment", client.world.secondments["zhou"])
        query = "query($id: ID!) { secondment(id: $id) { post } node(id: $id) { id } }"
        assert (await client.as_("gao").ask(query, id=entry)).data["node"] == {"id": entry}
        assert (await client.as_("pan").ask(query, id=entry)).data == {"secondment": None, "node": None}


VIEW = """query($side: SecondmentSide!, $filter: SecondmentFilter, $sort: SecondmentSort! = NAME, $after: String) {
  secondments(side: $side, filter: $filter, sort: $sort, first: 1, after: $after) { pageInfo { endCursor hasNextPage } edges { node {
    person { name staffEntry { rank } } host { code } workload certificate { state validUntil daysLeft } } } } }"""


class TestAView:
    async def test_gives_all_that_is_asked_in_one_query_page_by_page(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        world = client.world
        async with owner_engine.begin() as connection:
            for who, number, until in (
                ("zhou", "1", NOW.date()),
                ("guan", "2", NOW.date() - timedelta(days=1)),
            ):
                await connection.execute(
                    insert(Certificate).values(
                        county_id=world.county_id,
                        id=new_id(),
                        issuer_id=world.bodies["justice"],
                        home_id=world.bodies[world[who].body],
                        person_id=world[who].person_id,
                        number=number,
                        issued_on=NOW.date() - timedelta(days=9),
                        valid_until=until,
                        state="held",
                        version=1,
                        issued_by=world["shen"].person_id,
                        issued_at=NOW,
                    )
                )
        gao, told, after = client.as_("gao"), [], None
        for goes_on in (True, False):
            found = (await gao.ask(VIEW, side="HOST", after=after)).data["secondments"]
            assert found["pageInfo"]["hasNextPage"] is goes_on
            after = found["pageInfo"]["endCursor"]
            told += [
                (
                    edge["node"]["person"]["name"],
                    edge["node"]["certificate"],
                    edge["node"]["workload"],
                    edge["node"]["person"]["staffEntry"],
                )
                for edge in found["edges"]
            ]
        assert told == [
            ("管农", {"state": "HELD", "validUntil": "2026-03-09", "daysLeft": -1}, 0, None),
            ("周交", {"state": "HELD", "validUntil": "2026-03-10", "daysLeft": 0}, 0, None),
        ]
        over = {"certificateUntil": {"until": "2026-03-09"}}
        (edge,) = (await gao.ask(VIEW, side="HOST", filter=over)).data["secondments"]["edges"]
        assert edge["node"]["person"]["name"] == "管农"

    @pytest.mark.parametrize("cursor", ["zhou/nothing", "2026-13-45/nothing", ""])
    async def test_refuses_a_place_that_is_none(self, client: Client, cursor: str) -> None:
        for sort in ("NAME", "SINCE", "UNTIL", "NEWEST"):
            answer = await client.as_("gao").ask(VIEW, side="HOST", sort=sort, after=cursor)
            assert answer.codes == ["BAD_CURSOR"]

    async def test_is_not_read_on_in_another_order(self, client: Client) -> None:
        gao = client.as_("gao")
        after = (await gao.ask(VIEW, side="HOST")).data["secondments"]["pageInfo"]["endCursor"]
        assert (await gao.ask(VIEW, side="HOST", sort="SINCE", after=after)).codes == ["BAD_CURSOR"]
