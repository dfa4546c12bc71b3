"""Exports end to end: what a clerk sees is what the file holds, once, whole, and only as long as the clerk may see it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit.models import AuditContent, AuditLine
from domain.edge import Edge, upkeep
from domain.exports import commands
from domain.exports.models import Export
from domain.exports.rules import ExportEnded, RightsChanged, RightsEnded
from domain.notifications.models import Notification
from domain.referrals.models import Referral
from tenancy.models import Account, Capacity, Session
from tests.workers.ledgers import (
    CANARY,
    HEADINGS,
    asked,
    cell,
    entry,
    left_over,
    parties,
    referred,
    sheet,
    table,
    whole_files,
)
from tests.workers.matters import owe, settled
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import HURRIED, Processes, Workshop, eventually
from tests.worlds import NOW, HandSetClock, World
from workers.exports import EXPORTS, sweeps_of
from workers.jobs import Jobs
from workers.machinery import Machinery
from workers.sweeper import Sweep

ENOUGH = [f"第{n}家" for n in range(1, 8)]
NEWEST_FIRST = ENOUGH[::-1]


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def nothing_is_left_to_the_next_test(owner: AsyncEngine) -> AsyncIterator[None]:
    """Workers look at all counties: what a test stopped in the middle, the next one's would take up."""
    yield
    async with owner.begin() as connection:
        await connection.execute(delete(Export))


@pytest.fixture
def edge(workshop: Workshop) -> Edge:
    return workshop.desk().edge


@pytest.fixture
def machinery(workshop: Workshop) -> Machinery:
    """One process that makes exports in portions of three, pass by pass as the test says."""
    return Machinery(
        engines=workshop.engines,
        clock=HandSetClock(),
        jobs=Jobs(workshop.redis_url),
        desk=workshop.desk(rows_at_a_time=3),
        pace=workshop.pace,
    )


async def pass_once(machinery: Machinery, county: World) -> bool:
    """One pass over what this county has waiting; whether there was anything."""
    found = [each for each in await EXPORTS.find(machinery) if each.county_id == county.county_id]
    for portion in found:
        await EXPORTS.go_on(portion)
    return bool(found)


async def work_off(machinery: Machinery, county: World) -> None:
    """Passes until nothing waits."""
    for _ in range(100):
        if not await pass_once(machinery, county):
            return
    pytest.fail("an export comes to no end")


async def state(owner: AsyncEngine, export_id: UUID) -> str:
    return str((await entry(owner, export_id)).state)


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
            decided_at=NOW - timedelta(hours=1),
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
                *(None, None, None),
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
                *("自受理之日起完成核查的期限，由接收单位承担。", cell("2026-03-10 08:58"), "是"),
            ),
        ]

    async def test_has_the_registers_filter_and_order_across_portions(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        await referred(owner, county, ["已撤回的"], state="withdrawn")
        everything, open_ones = await asked(edge, county), await asked(edge, county, open_only=True)
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
        assert lines[1].content["wanted"] == {"box": "received", "states": None, "open_only": False}

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


async def _end_the_capacity(owner: AsyncEngine, county: World) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.county_id == county.county_id, Capacity.id == county["gao"].capacities["kunyang"])
            .values(until=NOW)
        )


async def _sign_out(owner: AsyncEngine, county: World) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Session).where(Session.account_id == county["gao"].account_id).values(revoked_at=NOW)
        )


async def _disable_the_account(owner: AsyncEngine, county: World) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Account).where(Account.id == county["gao"].account_id).values(disabled_at=NOW)
        )


async def _change_the_roles(owner: AsyncEngine, county: World, roles: list[str]) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            update(Capacity)
            .where(Capacity.county_id == county.county_id, Capacity.id == county["gao"].capacities["kunyang"])
            .values(roles=roles)
        )


async def _take_the_roles(owner: AsyncEngine, county: World) -> None:
    await _change_the_roles(owner, county, [])


ENDINGS = {
    "the capacity ends": (_end_the_capacity, RightsEnded),
    "the sign-in ends": (_sign_out, RightsEnded),
    "the account is disabled": (_disable_the_account, RightsEnded),
    "the roles are gone": (_take_the_roles, RightsChanged),
}


class TestARightThatEnds:
    @pytest.mark.parametrize("passes", [0, 1, 2])
    @pytest.mark.parametrize("ending", ENDINGS)
    async def test_stops_it_and_leaves_nothing(
        self,
        ending: str,
        passes: int,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        machinery: Machinery,
    ) -> None:
        end, problem = ENDINGS[ending]
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        for _ in range(passes):
            await pass_once(machinery, county)
        await end(owner, county)
        await work_off(machinery, county)
        row = await entry(owner, export)
        assert (row.state, row.problem, row.sha256, row.rows_done) == (
            "failed",
            problem.code,
            None,
            3 * passes,
        )
        assert left_over(workshop.folder / "files") == []
        assert whole_files(workshop.folder / "files") == []

    async def test_is_also_one_that_is_replaced_by_another(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        await _change_the_roles(owner, county, ["coordinator"])
        await work_off(machinery, county)
        assert (await entry(owner, export)).problem == RightsChanged.code

    @pytest.mark.parametrize("ending", ENDINGS)
    async def test_stops_it_in_the_last_moment_too(
        self,
        ending: str,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        machinery: Machinery,
    ) -> None:
        end, problem = ENDINGS[ending]
        await referred(owner, county, ENOUGH[:2])
        export = await asked(edge, county)
        (portion,) = [each for each in await EXPORTS.find(machinery) if each.county_id == county.county_id]
        *before, finish = EXPORTS.steps
        for step in before:
            await step(portion)
        await end(owner, county)
        await finish(portion)
        row = await entry(owner, export)
        assert (row.state, row.problem) == ("failed", problem.code)
        assert whole_files(workshop.folder / "files") == left_over(workshop.folder / "files") == []


class TestTheWayIn:
    """The machinery acts in the clerk's post through a recorded export that runs, and through nothing else."""

    async def taken(self, machinery: Machinery, county: World) -> Any:
        await pass_once(machinery, county)
        assert machinery.desk is not None
        (half,) = [
            each for each in machinery.desk.under_way.values() if each.taken.county_id == county.county_id
        ]
        return half.taken

    async def test_opens_the_very_post_of_whoever_asked(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        await asked(edge, county)
        taken = await self.taken(machinery, county)
        async with edge.reading(taken.acting) as behalf, edge.reading(county["gao"].credentials) as gao:
            assert behalf.actor == gao.actor

    @pytest.mark.parametrize("changed", [{"attempt": 2}, {"state": "cancelled"}, {"state": "done"}])
    async def test_is_shut_for_an_attempt_that_is_over(
        self, changed: dict[str, Any], owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        taken = await self.taken(machinery, county)
        ended = (
            {"held_until": None, "expires_at": NOW, "sha256": "0", "size": 1} if "state" in changed else {}
        )
        async with owner.begin() as connection:
            await connection.execute(update(Export).where(Export.id == export).values(**changed, **ended))
        with pytest.raises(Exception, match="UNAUTHENTICATED"):
            async with edge.reading(taken.acting):
                pass

    async def test_is_shut_for_the_workers_own_login(self, workshop: Workshop, county: World) -> None:
        worker = Edge(engines=workshop.engines, clock=HandSetClock())
        taken = commands.Taken(
            county_id=county.county_id,
            id=county.county_id,
            attempt=1,
            ledger="referrals",
            wanted=None,
            shown="",
            language="zh",
            started_at=NOW,
        )
        with pytest.raises(Exception, match="permission denied for function open_export"):
            async with worker.reading(taken.acting):
                pass


class TestCancelling:
    async def test_stops_one_that_runs_and_leaves_nothing(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        assert left_over(workshop.folder / "files") != []
        async with edge.writing(county["gao"].credentials) as work:
            await commands.cancel(work, export_id=export)
        await pass_once(machinery, county)
        assert machinery.desk is not None
        assert export not in machinery.desk.under_way
        assert left_over(workshop.folder / "files") == whole_files(workshop.folder / "files") == []
        assert await state(owner, export) == "cancelled"

    @pytest.mark.parametrize(
        "meanwhile",
        [{"state": "cancelled", "held_until": None, "expires_at": NOW}, {"attempt": 2, "held_until": NOW}],
        ids=["cancelled", "taken over"],
    )
    async def test_or_being_taken_over_between_two_steps_stops_it_at_the_next(
        self,
        meanwhile: dict[str, Any],
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        machinery: Machinery,
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        (portion,) = await EXPORTS.find(machinery)
        take, read, write, report, *_ = EXPORTS.steps
        for step in (take, read, write):
            await step(portion)
        async with owner.begin() as connection:
            await connection.execute(update(Export).where(Export.id == export).values(**meanwhile))
        await report(portion)
        assert portion.done
        assert not portion.more
        assert left_over(workshop.folder / "files") == []
        row = await entry(owner, export)
        assert (row.rows_done, row.held_until) == (0, meanwhile["held_until"])

    async def test_of_one_that_waits_lets_nobody_begin(
        self, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        export = await asked(edge, county)
        async with edge.writing(county["gao"].credentials) as work:
            await commands.cancel(work, export_id=export)
        await work_off(machinery, county)
        row = await entry(owner, export)
        assert (row.state, row.attempt) == ("cancelled", 0)

    async def test_and_finishing_at_once_leave_one_of_the_two(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH[:2])
        export = await asked(edge, county)
        (portion,) = [each for each in await EXPORTS.find(machinery) if each.county_id == county.county_id]
        *before, finish = EXPORTS.steps
        for step in before:
            await step(portion)

        async def cancel() -> str:
            try:
                async with edge.writing(county["gao"].credentials) as work:
                    await commands.cancel(work, export_id=export)
            except ExportEnded:
                return "done"
            return "cancelled"

        _, said = await asyncio.gather(finish(portion), cancel())
        assert await state(owner, export) == said
        assert len(whole_files(workshop.folder / "files")) == (said == "done")


class TestSeveralWorkers:
    async def test_never_make_the_same_one_twice(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge
    ) -> None:
        await referred(owner, county, ENOUGH)
        exports = [await asked(edge, county, who) for who in ("gao", "xu", "chen") for _ in range(2)]
        async with AsyncExitStack() as workers:
            for _ in range(3):
                await workers.enter_async_context(workshop.worker(desk=workshop.desk(rows_at_a_time=2)))

            async def all_done() -> bool:
                """all are done"""
                return [await state(owner, each) for each in exports] == ["done"] * 6

            await eventually(all_done)
        for export in exports:
            row = await entry(owner, export)
            assert (row.attempt, row.rows_done) == (1, 7)
            assert parties(workshop.store.path(export)) == NEWEST_FIRST
        assert await _lines(owner, county, "export.finished") == 6

    async def test_one_that_was_taken_for_dead_keeps_nothing(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        await pass_once(machinery, county)
        async with owner.begin() as connection:
            await connection.execute(
                update(Export).where(Export.id == export).values(held_until=NOW - timedelta(days=1))
            )
        successor = replace(machinery, desk=workshop.desk(rows_at_a_time=2))
        await pass_once(successor, county)
        await pass_once(machinery, county)
        assert machinery.desk is not None
        assert machinery.desk.under_way == {}
        await work_off(successor, county)
        row = await entry(owner, export)
        assert (row.state, row.attempt, row.rows_done) == ("done", 2, 7)
        assert parties(workshop.store.path(export)) == NEWEST_FIRST
        assert await _lines(owner, county, "export.finished") == 1


ONCE = {"exports.close", "exports.finish"}
"""The places that an export passes only once; the others it passes with every portion."""

DEATHS = [(place, visit) for place in EXPORTS.places for visit in ((1,) if place in ONCE else (1, 2))]


class TestADeath:
    @pytest.mark.parametrize(("place", "visit"), DEATHS)
    async def test_leaves_one_whole_file_and_one_line(
        self,
        place: str,
        visit: int,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        edge: Edge,
        processes: Processes,
    ) -> None:
        workshop = replace(workshop, pace=HURRIED)
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        died = await processes.start(workshop.order(dies_at=place, visit=visit, rows_at_a_time=3))
        assert await processes.ended(died) == -signal.SIGKILL

        async def done() -> bool:
            """the export is done"""
            return await state(owner, export) == "done"

        async with workshop.worker():
            await eventually(done)
            await eventually(lambda: settled(owner, county))
        row = await entry(owner, export)
        path = workshop.store.path(export)
        assert parties(path) == NEWEST_FIRST
        assert (row.rows_done, row.rows_total, row.size) == (7, 7, path.stat().st_size)
        assert whole_files(workshop.folder / "files") == [path]
        assert left_over(workshop.folder / "files") == []
        assert await _lines(owner, county, "export.finished") == 1

    async def test_that_comes_again_and_again_is_given_up(
        self, workshop: Workshop, owner: AsyncEngine, county: World, edge: Edge, machinery: Machinery
    ) -> None:
        await referred(owner, county, ENOUGH)
        export = await asked(edge, county)
        for _ in range(5):
            fresh = replace(machinery, desk=workshop.desk(rows_at_a_time=3))
            await pass_once(fresh, county)
            async with owner.begin() as connection:
                await connection.execute(
                    update(Export).where(Export.id == export).values(held_until=NOW - timedelta(days=1))
                )
        await work_off(replace(machinery, desk=workshop.desk()), county)
        row = await entry(owner, export)
        assert (row.state, row.problem, row.attempt) == ("failed", "EXPORT_GIVEN_UP", 5)


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


async def _lines(owner: AsyncEngine, county: World, action: str) -> int:
    async with owner.connect() as connection:
        return (
            await connection.scalar(
                select(func.count())
                .select_from(AuditLine)
                .where(AuditLine.county_id == county.county_id, AuditLine.action == action)
            )
        ) or 0
