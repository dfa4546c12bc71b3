"""Night duty over HTTP: a roster planned, read, swapped and recorded."""

from datetime import timedelta
from typing import Any

from api.identifiers import global_id
from tests.api.conftest import Client, RunningApi

PLAN = """mutation($input: PlanNightDutyInput!) { planNightDuty(input: $input) {
  nightDuty { id version day body { code } person { name } home { code } condition plannedBy { name } }
  userErrors { code message field } } }"""
PROPOSE = """mutation($input: ProposeNightDutySwapInput!) { proposeNightDutySwap(input: $input) {
  nightDutySwap { id version state acts } userErrors { code } } }"""
ACCEPT = """mutation($input: NightDutySwapInput!) { acceptNightDutySwap(input: $input) {
  nightDutySwap { id version state } userErrors { code } } }"""
CONFIRM = """mutation($input: NightDutySwapInput!) { confirmNightDutySwap(input: $input) {
  nightDutySwap { state confirmedBy { name } duty { person { name } } otherDuty { person { name } } } userErrors { code } } }"""
RECORD = """mutation($input: RecordNightDutyInput!) { recordNightDuty(input: $input) {
  nightDuty { condition note recordedBy { name } } userErrors { code } } }"""
ROSTER = """query($side: NightDutySide!, $filter: NightDutyFilter) {
  nightDuties(side: $side, filter: $filter) { totalCount edges { node { day person { name } condition } } } }"""
SWAPS = "{ nightDutySwaps { edges { node { state acts proposedBy { name } other { name } } } } }"


def people(client: Client, *who: str) -> list[str]:
    return [global_id("Person", client.world[each].person_id) for each in who]


async def planned(client: Client, who: str, day: str) -> dict[str, Any]:
    answer = await client.as_("xu").ask(PLAN, input={"day": day, "people": people(client, who)})
    assert answer.data["planNightDuty"]["userErrors"] == []
    found: dict[str, Any] = answer.data["planNightDuty"]["nightDuty"]
    return found


async def nights(client: Client, side: str = "ROSTER", **narrowed_by: Any) -> list[tuple[str, str, str]]:
    found = (await client.ask(ROSTER, side=side, filter=narrowed_by)).data["nightDuties"]
    listed = [edge["node"] for edge in found["edges"]]
    assert found["totalCount"] == len(listed)
    return [(each["day"], each["person"]["name"], each["condition"]) for each in listed]


class TestARoster:
    async def test_is_planned_and_read_by_day(self, client: Client) -> None:
        duty = await planned(client, "zhou", "2026-03-17")
        assert duty | {"id": None} == {
            "id": None,
            "version": 1,
            "day": "2026-03-17",
            "body": {"code": "kunyang"},
            "person": {"name": "周交"},
            "home": {"code": "transport"},
            "condition": "PLANNED",
            "plannedBy": {"name": "徐文"},
        }
        await planned(client, "chen", "2026-03-16")
        both = [("2026-03-16", "陈昆", "PLANNED"), ("2026-03-17", "周交", "PLANNED")]
        assert await nights(client.as_("chen")) == both
        assert await nights(client.as_("chen"), day={"since": "2026-03-17"}) == both[1:]
        assert await nights(client.as_("gao"), people=people(client, "chen")) == both[:1]
        assert await nights(client.as_("lin"), side="ELSEWHERE") == both[1:]
        assert await nights(client.as_("zhou", "transport"), side="MINE") == both[1:]
        assert await nights(client.as_("pan")) == []

    async def test_refuses_whoever_is_seconded_away_saying_who_plans(self, client: Client) -> None:
        given = {"day": "2026-03-17", "people": people(client, "zhou")}
        (error,) = (await client.as_("lin", language="zh").ask(PLAN, input=given)).data["planNightDuty"][
            "userErrors"
        ]
        assert (error["code"], error["field"]) == ("NIGHT_DUTY_PLANNED_ELSEWHERE", "people")
        assert "周交于2026-03-17的值班由昆阳镇人民政府安排" in error["message"]

    async def test_is_recorded_the_day_after(self, client: Client, running_api: RunningApi) -> None:
        duty = await planned(client, "zhou", "2026-03-10")
        given = {"nightDutyId": duty["id"], "expectedVersion": 1, "attended": False, "note": "未请假"}
        early = (await client.as_("gao").ask(RECORD, input=given)).data["recordNightDuty"]
        assert [each["code"] for each in early["userErrors"]] == ["NIGHT_DUTY_NOT_OVER"]
        running_api.clock.advance(timedelta(days=1))
        try:
            recorded = (await client.as_("gao").ask(RECORD, input=given)).data["recordNightDuty"]
        finally:
            running_api.clock.advance(-timedelta(days=1))
        assert recorded["nightDuty"] == {
            "condition": "MISSED",
            "note": "未请假",
            "recordedBy": {"name": "高镇"},
        }


class TestASwap:
    async def test_is_proposed_accepted_and_confirmed(self, client: Client) -> None:
        monday = await planned(client, "chen", "2026-03-16")
        tuesday = await planned(client, "zhou", "2026-03-17")
        given = {"nightDutyId": monday["id"], "otherNightDutyId": tuesday["id"]}
        proposed = (await client.as_("chen").ask(PROPOSE, input=given)).data["proposeNightDutySwap"][
            "nightDutySwap"
        ]
        assert (proposed["state"], proposed["acts"]) == ("PROPOSED", ["WITHDRAW"])
        zhou = client.as_("zhou", "kunyang")
        (edge,) = (await zhou.ask(SWAPS)).data["nightDutySwaps"]["edges"]
        assert edge["node"] == {
            "state": "PROPOSED",
            "acts": ["ACCEPT", "DECLINE"],
            "proposedBy": {"name": "陈昆"},
            "other": {"name": "周交"},
        }
        given = {"nightDutySwapId": proposed["id"], "expectedVersion": 1}
        agreed = (await zhou.ask(ACCEPT, input=given)).data["acceptNightDutySwap"]["nightDutySwap"]
        assert agreed["state"] == "AGREED"
        given = {"nightDutySwapId": proposed["id"], "expectedVersion": agreed["version"]}
        assert (await client.as_("xu").ask(CONFIRM, input=given)).data["confirmNightDutySwap"][
            "nightDutySwap"
        ] == {
            "state": "SWAPPED",
            "confirmedBy": {"name": "徐文"},
            "duty": {"person": {"name": "周交"}},
            "otherDuty": {"person": {"name": "陈昆"}},
        }
        assert (await client.as_("lin").ask(SWAPS)).data["nightDutySwaps"]["edges"] == []
