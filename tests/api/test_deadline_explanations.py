"""A deadline explained over HTTP: every day against the wall calendar, in words, to whoever may read it.

How a day is walked is `tests/domain/deadlines/test_walking.py`'s business; here it is what a clerk is told.
"""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identifiers import global_id, taken_apart
from domain.calendars.models import CountyDay
from domain.deadlines import commands
from domain.edge import Edge
from tests.api.conftest import Client
from tests.api.letters import taken_in
from tests.worlds import NOW, HandSetClock

EXPLAIN = """query($id: ID!, $n: Int, $since: Date) { explainDeadline(id: $id) {
  amount unit dueAt agrees provisional dayCount sentences
  deadline { id kind dueAt }
  rule { key layer document number article adoptedFrom note because silent }
  days(n: $n, since: $since) { day kind step number minutes provisional name document because text } } }"""


async def verifying(client: Client) -> str:
    """The clock for verifying, begun on Tuesday, 10 March 2026: five working days."""
    await taken_in(client)
    owed = await client.as_("chen").ask("{ deadlines(side: OWED) { edges { node { id kind } } } }")
    ids = {edge["node"]["kind"]: edge["node"]["id"] for edge in owed.data["deadlines"]["edges"]}
    return str(ids["referral.verify"])


async def explained(client: Client, identifier: str, **given: Any) -> dict[str, Any]:
    answer = await client.ask(EXPLAIN, id=identifier, **({"n": 366} | given))
    found: dict[str, Any] = answer.data["explainDeadline"]
    return found


class TestExplaining:
    async def test_tells_every_day_and_the_rule(self, client: Client) -> None:
        found = await explained(client.as_("chen", language="en"), await verifying(client))
        assert [(day["day"], day["kind"], day["step"], day["number"]) for day in found["days"]] == [
            ("2026-03-10", "WORKDAY", "START", None),
            ("2026-03-11", "WORKDAY", "COUNTED", 1),
            ("2026-03-12", "WORKDAY", "COUNTED", 2),
            ("2026-03-13", "WORKDAY", "COUNTED", 3),
            ("2026-03-14", "WEEKEND", "REST", None),
            ("2026-03-15", "WEEKEND", "REST", None),
            ("2026-03-16", "WORKDAY", "COUNTED", 4),
            ("2026-03-17", "WORKDAY", "COUNTED", 5),
        ]
        assert found["dueAt"] == found["deadline"]["dueAt"] == "2026-03-17T15:59:59.999999+00:00"
        assert (found["agrees"], found["provisional"], found["dayCount"]) == (True, False, 8)
        assert (found["amount"], found["unit"]) == (5, "WORKING_DAYS")
        assert found["rule"] | {"because": None} == {
            "key": "referral.verify",
            "layer": "COUNTY",
            "document": "昆阳镇综合行政执法协同配合工作办法",
            "number": "昆政发〔2022〕66号附件5",
            "article": "8",
            "adoptedFrom": "kunyang",
            "note": None,
            "because": None,
            "silent": [],
        }

    async def test_tells_it_in_words_of_the_readers_language(self, client: Client) -> None:
        identifier = await verifying(client)
        zh = (await explained(client.as_("chen", language="zh"), identifier))["sentences"]
        assert "2026-03-10 周二" in zh[0]
        assert zh[0].endswith("自受理之日起完成核查的期限，由接收单位承担。")
        assert zh[1] == (
            "期限为5个工作日：昆阳镇综合行政执法协同配合工作办法（昆政发〔2022〕66号附件5） 8（县级规程，规则项referral.verify）。"
        )
        assert "本县采用昆阳镇人民政府的规定。" in zh
        assert "按日计算的期限从哪一日起算。此处为：次日（中华人民共和国民法典第201条）。" in zh
        # A statute is cited as one also where the platform's own layer answers by it.
        assert "期限在最后一日的何时届满。此处为：最后一日二十四时（中华人民共和国民法典第203条）。" in zh
        assert zh[-5:] == [
            "2026-03-10 周二：工作日，起算事件发生之日，不计入。",
            "2026-03-11 周三至2026-03-13 周五：工作日，第1至第3个工作日（共5）。",
            "2026-03-14 周六至2026-03-15 周日：周末，不计入。",
            "2026-03-16 周一至2026-03-17 周二：工作日，第4至第5个工作日（共5）。",
            "因此届满时间为2026-03-17 周二 24:00。",
        ]
        en = (await explained(client.as_("chen", language="en"), identifier))["sentences"]
        assert en[-4:] == [
            "2026-03-11 Wed to 2026-03-13 Fri: working day, working days 1 to 3 of 5.",
            "2026-03-14 Sat to 2026-03-15 Sun: weekend, not counted.",
            "2026-03-16 Mon to 2026-03-17 Tue: working day, working days 4 to 5 of 5.",
            "So it runs out on 2026-03-17 Tue 24:00.",
        ]

    async def test_names_a_holiday_and_its_notice(self, client: Client, edge: Edge) -> None:
        async with edge.writing(client.world["xu"].credentials) as work:
            started = await commands.start(
                work,
                kind="referral.verify",
                obligor_id=client.world.bodies["kunyang"],
                waiting_id=client.world.bodies["transport"],
                subject_kind="referral",
                subject_id=uuid4(),
                rulebook=work.rulebook_on(work.today),
                started_at=NOW.replace(month=2, day=13),
            )
        identifier = global_id("Deadline", started.id)
        named = [day for day in (await explained(client.as_("chen"), identifier))["days"] if day["name"]]
        assert [day["day"] for day in named] == [
            "2026-02-14",
            *(f"2026-02-{day}" for day in range(15, 24)),
        ]
        assert {day["name"] for day in named} == {"春节"}
        assert all("国办发明电〔2025〕7号" in day["document"] for day in named)
        assert [day["kind"] for day in named] == ["MAKEUP_WORKDAY", *["HOLIDAY"] * 9]

    async def test_says_what_stood_still_and_on_what_ground_and_when_it_would_run_out_now(
        self, client: Client, clock: HandSetClock, api_clock: HandSetClock, edge: Edge
    ) -> None:
        identifier = await verifying(client)
        subject = await self.subject(client, identifier)
        clock.advance(timedelta(days=1))
        async with edge.writing(client.world["xu"].credentials) as work:
            await commands.suspend(work, subject_id=subject, kind="referral.verify", because="送检鉴定")
        clock.advance(timedelta(days=2))
        api_clock.advance(timedelta(days=3))
        found = await explained(client.as_("chen", language="zh"), identifier)
        # Stopped on Wednesday, still so on Friday: the five days would be 13, 16, 17, 18 and 19 March.
        assert (found["dueAt"], found["agrees"]) == ("2026-03-19T15:59:59.999999+00:00", False)
        assert [(day["day"], day["because"]) for day in found["days"] if day["step"] == "STOOD_STILL"] == [
            ("2026-03-11", "送检鉴定"),
            ("2026-03-12", "送检鉴定"),
        ]
        assert found["sentences"][-1].endswith("上述为此刻恢复计算时的届满时间。")
        async with edge.writing(client.world["xu"].credentials) as work:
            await commands.resume(work, subject_id=subject, kind="referral.verify")
        api_clock.advance(timedelta(days=10))
        found = await explained(client.as_("chen", language="zh"), identifier)
        assert (found["dueAt"], found["agrees"]) == ("2026-03-19T15:59:59.999999+00:00", True)
        assert any(
            "恢复计算；届满时间由2026-03-17 周二 24:00改为2026-03-19 周四 24:00。" in said
            for said in found["sentences"]
        )

    async def test_of_what_had_run_out_before_it_stood_still_does_not_say_that_it_runs_out_now(
        self, client: Client, clock: HandSetClock, api_clock: HandSetClock, edge: Edge
    ) -> None:
        identifier = await verifying(client)
        subject = await self.subject(client, identifier)
        clock.advance(timedelta(days=9))  # Thursday the 19th: it was due by Tuesday the 17th
        async with edge.writing(client.world["xu"].credentials) as work:
            await commands.suspend(work, subject_id=subject, kind="referral.verify", because="送检鉴定")
        api_clock.advance(timedelta(days=16))  # Thursday the 26th
        zh = (await explained(client.as_("chen", language="zh"), identifier))["sentences"]
        assert zh[-1] == (
            "2026-03-19 周四 09:00中止计算前，期限已于2026-03-17 周二 24:00届满，逾期状态不变；"
            "如此刻恢复计算，视为已于2026-03-24 周二 24:00届满。"
        )
        en = (await explained(client.as_("chen", language="en"), identifier))["sentences"]
        assert en[-1].startswith("It had run out on 2026-03-17 Tue 24:00, before the clock was stopped on")
        for said in ("因此届满时间为", "上述为此刻恢复计算时", "So it runs out"):
            assert not any(said in sentence for sentence in zh + en)

    async def test_says_where_the_calendar_changed_after_it_had_ended(
        self, client: Client, edge: Edge, owner_engine: AsyncEngine
    ) -> None:
        identifier = await verifying(client)
        async with edge.writing(client.world["xu"].credentials) as work:
            await commands.meet(
                work, subject_id=await self.subject(client, identifier), kind="referral.verify"
            )
        async with owner_engine.begin() as connection:
            county = client.world.county_id
            await connection.execute(
                insert(CountyDay).values(
                    county_id=county,
                    day=date(2026, 3, 12),
                    working=False,
                    reason="台风停工",
                    source="平政办明电〔2026〕12号",
                )
            )
            await connection.execute(
                text("update counties set calendar_version = calendar_version + 1 where county_id = :county"),
                {"county": county},
            )
        found = await explained(client.as_("chen", language="zh"), identifier)
        assert found["agrees"] is False
        assert found["deadline"]["dueAt"] == "2026-03-17T15:59:59.999999+00:00"
        assert found["dueAt"] == "2026-03-18T15:59:59.999999+00:00"
        assert (
            "2026-03-12 周四：本县决定休息（台风停工，平政办明电〔2026〕12号），不计入。"
            in found["sentences"]
        )
        assert found["sentences"][-1].endswith("系按当时的日历计算。")

    async def test_answers_with_as_many_days_as_are_wanted(self, client: Client) -> None:
        identifier = await verifying(client)
        chen = client.as_("chen")
        few = await explained(chen, identifier, n=2, since="2026-03-13")
        assert [day["day"] for day in few["days"]] == ["2026-03-13", "2026-03-14"]
        assert few["dayCount"] == 8
        answer = await chen.ask(EXPLAIN, id=identifier, n=367)
        assert answer.body["errors"][0]["extensions"]["code"] == "PAGE_TOO_LARGE"

    @staticmethod
    async def subject(client: Client, identifier: str) -> Any:
        asked = "query($id: ID!) { deadline(id: $id) { subject { id } } }"
        node = (await client.as_("chen").ask(asked, id=identifier)).data["deadline"]
        return taken_apart(node["subject"]["id"])[1]


class TestWhoMay:
    @pytest.mark.parametrize("reader", ["chen", "zhou", "wu"])
    async def test_whoever_owes_waits_or_oversees_may(self, client: Client, reader: str) -> None:
        identifier = await verifying(client)
        assert (await explained(client.as_(reader), identifier))["dayCount"] == 8

    @pytest.mark.parametrize("stranger", ["guan", "ye"])
    async def test_to_anybody_else_there_is_none(self, client: Client, stranger: str) -> None:
        identifier = await verifying(client)
        assert await explained(client.as_(stranger), identifier) is None

    async def test_whoever_loses_the_right_to_read_it_loses_this(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        identifier = await verifying(client)
        assert await explained(client.as_("chen"), identifier) is not None
        async with owner_engine.begin() as connection:
            await connection.execute(
                text("update capacities set roles = '{}' where id = :id"),
                {"id": client.world["chen"].capacities["kunyang"]},
            )
        answer = await client.as_("chen").ask(EXPLAIN, id=identifier, n=1)
        assert answer.data is None or answer.data["explainDeadline"] is None
