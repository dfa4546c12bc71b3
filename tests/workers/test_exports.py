"""Exports end to end: what a clerk sees is what the file holds, once, whole, and only as long as the rulebook says."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit.models import AuditContent, AuditLine
from domain.deadlines.models import Deadline
from domain.edge import Edge, upkeep
from domain.exports import commands
from domain.exports.models import Export
from domain.notifications.models import Notification
from domain.referrals.models import Referral
from tests.workers.ledgers import (
    CANARY,
    ENOUGH,
    HEADINGS,
    NEWEST_FIRST,
    asked,
    cell,
    entry,
    left_over,
    parties,
    pass_once,
    referred,
    sheet,
    state,
    table,
    work_off,
)
from tests.workers.matters import owe, settled
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import Workshop, eventually
from tests.worlds import NOW, HandSetClock, World
from workers.exports import sweeps_of
from workers.machinery import Machinery
from workers.sweeper import Sweep


class TestTheFile:
    async def test_holds_what_the_clerks_register_shows_and_nothing_else(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        (overdue,) = await referred(
            owner,
            county,
            ["甲运输公司"],
            state="taken_in",
            receipt_number="昆政移收〔2026〕1号",
            taken_in_at=NOW - timedelta(hours=20),
            sent_late=True,
            late_reason="核实身份",
        )
        await owe(owner, county, subject_id=overdue, overdue_since=NOW)
        await referred(
            owner,
            county,
            ["乙商行"],
            state="returned",
            receipt_number="昆政移收〔2026〕2号",
            taken_in_at=NOW - timedelta(hours=20),
            answered_at=NOW - timedelta(hours=1),
            return_reasons="不属于本镇事项",
        )
        await referred(owner, county, [CANARY], to="aojiang")
        await referred(owner, county, [CANARY], sender="kunyang", to="transport")
        export = await asked(edge, county)
        await work_off(machinery, county)

        path = workshop.store.path(export)
        assert sheet(path)["A1"].value == (
            "案件移送台账 · 昆阳镇人民政府 · 移送本单位 · 导出时间 2026-03-10 09:00"
        )
        assert [each.value for each in sheet(path)[2]] == HEADINGS
        yesterday = cell("2026-03-09 09:00")
        assert table(path) == [
            (
                *("平交移〔2026〕1号", "昆政移收〔2026〕2号", "县交通运输局", "昆阳镇人民政府", "乙商行"),
                *(
                    "330217-A-001",
                    "昆阳镇",
                    cell("2026-03-05"),
                    "已退回",
                    "县交通运输局",
                    yesterday,
                    "否",
                    None,
                ),
                *(cell("2026-03-09 13:00"), cell("2026-03-10 08:00"), "不属于本镇事项", None),
                *(None, None, None, None, None),
            ),
            (
                *("平交移〔2026〕1号", "昆政移收〔2026〕1号", "县交通运输局", "昆阳镇人民政府", "甲运输公司"),
                *(
                    "330217-A-001",
                    "昆阳镇",
                    cell("2026-03-05"),
                    "已收件",
                    "县交通运输局",
                    yesterday,
                    "是",
                    "核实身份",
                ),
                *(cell("2026-03-09 13:00"), None, None, None),
                *(None, None, "自受理之日起完成核查的期限，由接收单位承担。", cell("2026-03-10 08:58"), "是"),
            ),
        ]

    async def test_has_the_registers_filter_and_order_across_portions(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        await referred(owner, county, ["已撤回的"], state="withdrawn")
        everything, open_ones = await asked(edge, county), await asked(edge, county, open=True)
        await work_off(machinery, county)
        assert parties(workshop.store.path(everything)) == ["已撤回的", *NEWEST_FIRST]
        assert parties(workshop.store.path(open_ones)) == NEWEST_FIRST

    async def test_of_an_overseer_holds_the_county_and_of_a_stranger_nothing(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        overseer = await asked(edge, county, "wu", box="overseen")
        stranger = await asked(edge, county, "ye", box="received")
        pretender = await asked(edge, county, "pan", box="overseen")
        await work_off(machinery, county)
        assert parties(workshop.store.path(overseer)) == NEWEST_FIRST
        assert parties(workshop.store.path(stranger)) == []
        assert parties(workshop.store.path(pretender)) == []

    async def test_holds_each_row_once_whatever_happens_to_the_rows_meanwhile(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        ids = await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        async with owner.begin() as connection:
            await connection.execute(
                update(Referral).where(Referral.id.in_(ids)).values(state="withdrawn", version=5)
            )
        await referred(owner, county, ["新到的"])
        await work_off(machinery, county)
        path = workshop.store.path(export)
        assert parties(path) == NEWEST_FIRST
        assert [row[HEADINGS.index("状态")] for row in table(path)] == ["已移送"] * 3 + ["已撤回"] * 4

    async def test_by_what_is_due_keeps_the_order_of_the_moment_in_which_it_was_begun(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        ids = await referred(owner, county, ENOUGH)
        for number in (1, 3, 5, 6):  # the seventh, the fifth, the third and the first have nothing due
            since = NOW + timedelta(days=number)
            await owe(owner, county, subject_id=ids[number], overdue_since=since)
        export = await asked(edge, county, sort="due")
        await pass_once(machinery, county)
        async with (
            owner.begin() as connection
        ):  # what was read is due last, and what was not is met or due first
            soonest = Deadline.subject_id == ids[1]
            await connection.execute(update(Deadline).where(soonest).values(due_at=NOW + timedelta(days=90)))
            last = Deadline.subject_id == ids[6]
            await connection.execute(
                update(Deadline).where(last).values(met_at=NOW, next_rung=None, next_rung_at=None)
            )
        await owe(owner, county, subject_id=ids[0])
        await work_off(machinery, county)
        assert parties(workshop.store.path(export)) == [
            *("第2家", "第4家", "第6家", "第7家"),
            *("第5家", "第3家", "第1家"),
        ]

    async def test_leaves_out_what_the_filter_would_not_admit_any_more(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        ids = await referred(owner, county, ENOUGH)
        export = await asked(edge, county, open=True, sort="oldest")
        await pass_once(machinery, county)
        async with owner.begin() as connection:
            ended = Referral.id.in_([ids[0], ids[4]])
            await connection.execute(update(Referral).where(ended).values(state="withdrawn", version=5))
        await work_off(machinery, county)
        assert parties(workshop.store.path(export)) == [each for each in ENOUGH if each != "第5家"]
        row = await entry(owner, export)
        assert (row.rows_done, row.rows_total) == (6, 6)

    async def test_says_of_a_limit_that_stands_still_that_it_does(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        (still,) = await referred(owner, county, ["甲运输公司"])
        await owe(
            owner,
            county,
            subject_id=still,
            suspended_since=NOW - timedelta(days=1),
            next_rung=None,
            next_rung_at=None,
        )
        export = await asked(edge, county)
        await work_off(machinery, county)
        assert [row[HEADINGS.index("是否逾期")] for row in table(workshop.store.path(export))] == ["中止计算"]

    async def test_is_told_of_and_on_record(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))

            async def told() -> bool:
                """the one who asked has the notice"""
                async with owner.connect() as connection:
                    notices = await connection.scalars(
                        select(Notification.capacity_id).where(Notification.subject_id == export)
                    )
                    return list(notices) == [county["gao"].capacities["kunyang"]]

            await eventually(told)
        async with owner.connect() as connection:
            lines = (
                await connection.execute(
                    select(AuditLine.action, AuditLine.person_id, AuditContent.content)
                    .join(AuditContent, AuditContent.line_id == AuditLine.id)
                    .where(AuditLine.subject_id == export)
                    .order_by(AuditLine.id)
                )
            ).all()
        assert [line.action for line in lines] == ["export.requested", "export.finished"]
        assert {line.person_id for line in lines} == {county["gao"].person_id}
        assert lines[1].content["rows"] == 7
        assert lines[1].content["wanted"] == {"box": "received", "filter": {}}

    async def test_needs_no_redis(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, own_redis: OwnRedis
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await own_redis.flush()
        own_redis.kill()

        async def done() -> bool:
            """the export is done"""
            return await state(owner, export) == "done"

        async with workshop.worker(redis_url=own_redis.url):
            await eventually(done)
        assert parties(workshop.store.path(export)) == NEWEST_FIRST


class TestProgress:
    async def test_is_told_with_every_portion(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        seen = []
        for _ in range(3):
            await pass_once(machinery, county)
            row = await entry(owner, export)
            seen.append((row.state, row.rows_done, row.rows_total))
        assert seen == [("running", 3, 7), ("running", 6, 7), ("done", 7, 7)]

    async def test_of_a_short_one_is_not_held_up_by_a_long_one(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        await referred(owner, county, ["鳌江的"], to="aojiang")
        long, short = await asked(edge, county), await asked(edge, county, "pan")
        await pass_once(machinery, county)
        assert (await state(owner, long), await state(owner, short)) == ("running", "done")


class TestARegisterThatChanged:
    async def test_fails_the_export_once_and_for_all(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        export = await asked(edge, county)
        async with owner.begin() as connection:
            await connection.execute(
                update(Export).where(Export.id == export).values(wanted={"box": "a box that is gone"})
            )
        await work_off(machinery, county)
        row = await entry(owner, export)
        assert (row.state, row.problem) == ("failed", "EXPORT_REGISTER_CHANGED")


class TestSweeping:
    async def sweep(self, machinery: Machinery, workshop: Workshop) -> None:
        for step in sweeps_of(workshop.store):
            await step(Sweep(machinery=machinery))

    async def test_removes_a_file_after_the_rulebooks_days_and_not_before(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await work_off(machinery, county)
        later = HandSetClock(NOW + timedelta(days=7) - timedelta(seconds=1))
        await self.sweep(replace(machinery, clock=later), workshop)
        assert workshop.store.path(export).exists()
        later.advance(timedelta(seconds=1))
        await self.sweep(replace(machinery, clock=later), workshop)
        assert not workshop.store.path(export).exists()
        row = await entry(owner, export)
        assert (row.state, row.cleared_at) == ("expired", NOW + timedelta(days=7))

    async def test_comes_back_for_what_a_sweeper_that_died_did_not_remove(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await work_off(machinery, county)
        later = replace(machinery, clock=HandSetClock(NOW + timedelta(days=8)))
        async with upkeep(machinery.engines.writing) as session:  # and then it died
            await commands.expire(session, now=NOW + timedelta(days=8), most=100)
        assert await state(owner, export) == "expired"
        assert workshop.store.path(export).exists()
        await self.sweep(later, workshop)
        assert not workshop.store.path(export).exists()

    async def test_removes_what_a_killed_worker_left_of_one_that_was_cancelled(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)  # and never again: as if it had been killed
        async with edge.writing(county["gao"].credentials) as work:
            await commands.cancel(work, export_id=export)
        assert left_over(workshop.folder / "files") != []
        await self.sweep(machinery, workshop)
        assert left_over(workshop.folder / "files") == []
        assert (await entry(owner, export)).cleared_at == NOW
