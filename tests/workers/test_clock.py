"""The clock rings every rung once, whoever else is down: other workers, other counties, Redis."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.models import AuditLine
from domain.deadlines.firing import counties_ringing
from domain.deadlines.models import Deadline, DeadlineRung
from domain.deadlines.recounting import counties_stale
from domain.deadlines.rules import TICK
from domain.outbox.models import Announcement, Beat
from domain.outbox.queries import ran_within
from tenancy.clock import WallClock
from tests.workers.matters import MINUTE, TOLD, broken, of, owe, settled, what_became
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import Processes, Workshop, eventually
from tests.worlds import NOW, HandSetClock, World, a_county
from workers.clock import CLOCK
from workers.jobs import Jobs
from workers.machinery import Machinery
from workers.reconciler import Loop

Look = Callable[[AsyncSession], Awaitable[list[Any]]]


async def announced(owner: AsyncEngine, county: World) -> list[Announcement]:
    async with AsyncSession(owner) as session:
        rows = await session.scalars(
            select(Announcement).where(Announcement.county_id == county.county_id).order_by(Announcement.seq)
        )
        return list(rows)


async def rung(owner: AsyncEngine, county: World) -> list[str]:
    async with owner.connect() as connection:
        rows = await connection.scalars(
            select(DeadlineRung.rung).where(DeadlineRung.county_id == county.county_id)
        )
        return list(rows)


async def told_of(owner: AsyncEngine, county: World) -> dict[str, int]:
    """How many notices each kind of announcement gave."""
    async with owner.connect() as connection:
        rows = await connection.execute(
            text(
                "select kind, count(*) as notices from notifications where county_id = :county group by kind"
            ),
            {"county": county.county_id},
        )
        return {row.kind: row.notices for row in rows}


class TestTheClock:
    async def test_rings_the_rungs_of_a_deadline_in_their_order_and_then_is_silent(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        (deadline,) = await owe(owner, county)
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
        assert [each.kind for each in await announced(owner, county)] == [
            "deadline.warned",
            "deadline.due",
            "deadline.overdue",
            "deadline.escalated",
        ]
        async with owner.connect() as connection:
            left = (
                await connection.execute(
                    select(Deadline.next_rung, Deadline.next_rung_at).where(Deadline.id == deadline)
                )
            ).one()
        assert tuple(left) == (None, None)

    async def test_tells_who_owes_then_also_who_waits_and_in_the_end_who_supervises(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await owe(owner, county)
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
        assert await told_of(owner, county) == {
            "deadline.warned": TOLD["warn"],
            "deadline.due": TOLD["due"],
            "deadline.overdue": TOLD["overdue"],
            "deadline.escalated": TOLD["escalate"],
        }

    async def test_leaves_a_line_of_what_ran_out_and_of_what_was_escalated(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await owe(owner, county)
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
        async with owner.connect() as connection:
            lines = await connection.execute(
                select(AuditLine.action, AuditLine.tenant_id)
                .where(AuditLine.county_id == county.county_id)
                .order_by(AuditLine.id)
            )
        assert [tuple(line) for line in lines] == [("deadline.overdue", None), ("deadline.escalated", None)]

    async def test_waits_for_the_time_of_each_rung_and_is_overdue_only_after_the_due_instant(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        due_at = NOW + timedelta(hours=3)
        await owe(
            owner,
            county,
            warn_at=None,
            due_day_at=NOW,
            due_at=due_at,
            escalate_at=None,
            next_rung="due",
            next_rung_at=NOW,
        )
        clock = HandSetClock(due_at)

        async def next_rung() -> Any:
            """the due rung rang, and the next is set"""
            async with owner.connect() as connection:
                found = (
                    await connection.execute(
                        select(Deadline.next_rung, Deadline.next_rung_at).where(
                            Deadline.county_id == county.county_id
                        )
                    )
                ).one()
            return found if found.next_rung == "overdue" else None

        async with workshop.worker(clock):
            set_to = await eventually(next_rung)
            assert set_to.next_rung_at == due_at + TICK
            await _some_passes(owner)
            assert await rung(owner, county) == ["due"]
            clock.instant = due_at + TICK
            await eventually(lambda: settled(owner, county, now=clock.instant))
        assert sorted(await rung(owner, county)) == ["due", "overdue"]

    async def test_announces_nothing_again_when_a_deadline_comes_by_a_rung_it_had_reached(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await owe(owner, county)
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
            async with owner.begin() as connection:
                await connection.execute(
                    update(Deadline)
                    .where(Deadline.county_id == county.county_id)
                    .values(next_rung="due", next_rung_at=NOW)
                )
            await eventually(lambda: settled(owner, county))
        assert await what_became(owner, county) == of(1)

    async def test_leaves_a_deadline_alone_that_an_act_holds_and_finds_it_met(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await owe(owner, county, 2)
        async with owner.begin() as act:
            met = (
                await act.execute(
                    select(Deadline.id)
                    .where(Deadline.county_id == county.county_id)
                    .limit(1)
                    .with_for_update()
                )
            ).scalar_one()

            async def the_other_rang() -> bool:
                """the deadline that nobody holds rang to its end"""
                return len(await rung(owner, county)) == 4

            async with workshop.worker():
                await eventually(the_other_rang)
                await act.execute(
                    update(Deadline)
                    .where(Deadline.id == met)
                    .values(met_at=NOW, next_rung=None, next_rung_at=None)
                )
                await act.commit()
                await _some_passes(owner)
        assert len(await rung(owner, county)) == 4


class TestSeveralClocks:
    async def test_ring_each_rung_once_between_them(
        self, workshop: Workshop, owner: AsyncEngine, county: World, processes: Processes
    ) -> None:
        await owe(owner, county, 60)
        workers = [await processes.start(workshop.order()) for _ in range(2)]
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
        for worker in workers:
            await processes.stop(worker)
        assert await what_became(owner, county) == of(60)


class TestAFailingCounty:
    async def test_costs_the_others_of_the_same_pass_nothing(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        others = [await a_county(owner) for _ in range(4)]
        for each in (county, *others):
            await owe(owner, each)
        machinery = Machinery(
            engines=workshop.engines,
            clock=HandSetClock(),
            jobs=Jobs(workshop.redis_url, queue=workshop.queue),
        )
        clock = Loop(CLOCK, machinery, asyncio.Event())
        async with broken(owner, county, "deadline_rungs"):
            for rungs in (1, 2):
                await clock.pass_once()
                assert [len(await rung(owner, each)) for each in others] == [rungs] * 4
        assert await rung(owner, county) == []
        async with workshop.worker():
            for each in (county, *others):
                await eventually(partial(settled, owner, each))

    async def test_holds_up_no_other_and_catches_up_when_it_can(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        others = [await a_county(owner) for _ in range(3)]
        for each in (county, *others):
            await owe(owner, each)
        async with broken(owner, county, "deadline_rungs"), workshop.worker():
            for each in others:
                await eventually(partial(settled, owner, each))
            assert await rung(owner, county) == []

            async def late_by_the_beat() -> bool:
                """the beat tells since when something has been waiting"""
                async with owner.connect() as connection:
                    since = await connection.scalar(
                        select(Beat.waiting_since).where(Beat.reconciler == "clock")
                    )
                return bool(since == NOW - 4 * MINUTE)

            await eventually(late_by_the_beat)
        async with workshop.worker():
            await eventually(lambda: settled(owner, county))
        for each in (county, *others):
            assert await what_became(owner, each) == of(1)


class TestWithoutRedis:
    async def test_the_clock_rings_and_the_notices_follow_when_it_is_back(
        self, workshop: Workshop, owner: AsyncEngine, county: World, own_redis: OwnRedis
    ) -> None:
        own_redis.kill()
        await owe(owner, county)

        async def all_rang() -> bool:
            """all four rungs rang"""
            return len(await rung(owner, county)) == 4

        async with replace(workshop, redis_url=own_redis.url).worker():
            await eventually(all_rang)
            waiting = await announced(owner, county)
            assert [each.attempts for each in waiting] == [0, 0, 0, 0]
            await own_redis.start()
            await eventually(lambda: settled(owner, county))
        assert await what_became(owner, county) == of(1)


class TestBeats:
    async def test_say_by_the_wall_clock_that_the_clock_runs(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        began = await WallClock().now()

        async def has_beaten() -> bool:
            """the clock's beat is newer than this test"""
            return await _beat_at(owner) > began

        async with workshop.worker(HandSetClock(NOW - timedelta(days=300))):
            await eventually(has_beaten)
        assert await ran_within(owner, timedelta(seconds=60))
        async with owner.begin() as connection:
            await connection.execute(update(Beat).values(at=began - timedelta(seconds=61)))
        assert not await ran_within(owner, timedelta(seconds=60))


async def nothing_rings(session: AsyncSession) -> list[Any]:
    """The clock's look."""
    return list(await counties_ringing(session, now=NOW - timedelta(days=365)))


async def nothing_is_stale(session: AsyncSession) -> list[Any]:
    """The recount's look."""
    return list(await counties_stale(session))


class TestAnIdleLook:
    @pytest.mark.parametrize("look", [nothing_rings, nothing_is_stale])
    async def test_costs_the_same_however_many_deadlines_are_open(
        self, look: Look, owner: AsyncEngine, county: World
    ) -> None:
        await owe(owner, county, 2_000, next_rung="escalate", next_rung_at=NOW + MINUTE)
        few = await _cost_of_looking(owner, look)
        # Copied in the database: what counts is how many there are.
        async with owner.begin() as connection:
            columns = [column.name for column in Deadline.__table__.columns]
            copied = ["gen_random_uuid()" if name in ("id", "subject_id") else name for name in columns]
            await connection.execute(
                text(
                    f"insert into deadlines ({', '.join(columns)}) select {', '.join(copied)}"
                    " from deadlines, generate_series(1, 14) where county_id = :county"
                ),
                {"county": county.county_id},
            )
            await connection.execute(text("analyze deadlines"))
        many = await _cost_of_looking(owner, look)
        async with owner.begin() as connection:
            await connection.execute(
                text(
                    "update deadlines set next_rung = null, next_rung_at = null, met_at = started_at"
                    " where county_id = :county"
                ),
                {"county": county.county_id},
            )
        assert many.scans_of_deadlines <= {"Index Scan", "Index Only Scan"}
        # A larger index may be one level deeper, for each county that is looked up in it.
        assert many.blocks <= few.blocks + few.counties


@dataclass(frozen=True)
class Cost:
    """What an idle look touches, as PostgreSQL explains it."""

    blocks: int
    scans_of_deadlines: set[str]
    counties: int


async def _cost_of_looking(owner: AsyncEngine, look: Look) -> Cost:
    asked: list[tuple[str, Any]] = []

    def listen(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(owner.sync_engine, "before_cursor_execute", listen)
    try:
        async with AsyncSession(owner) as session:
            assert await look(session) == []
    finally:
        event.remove(owner.sync_engine, "before_cursor_execute", listen)
    ((statement, parameters),) = asked
    async with owner.connect() as connection:
        counties = (await connection.execute(text("select count(*) from counties"))).scalar_one()
        for _ in range(2):  # the first time warms what is remembered about tables
            explained = (
                await connection.exec_driver_sql(
                    f"explain (analyze, buffers, format json) {statement}", parameters
                )
            ).scalar_one()
    plan = (json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]
    return Cost(
        blocks=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        scans_of_deadlines={
            node["Node Type"] for node in _nodes(plan) if node.get("Relation Name") == "deadlines"
        },
        counties=counties,
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


async def _beat_at(owner: AsyncEngine) -> datetime:
    async with owner.connect() as connection:
        at = await connection.scalar(select(Beat.at).where(Beat.reconciler == "clock"))
    return at or datetime.min.replace(tzinfo=UTC)


async def _some_passes(owner: AsyncEngine) -> None:
    """The clock has looked again since: it beat once more, which it does less often than it looks."""
    before = await _beat_at(owner)

    async def again() -> bool:
        """the clock beat again"""
        return await _beat_at(owner) > before

    await eventually(again)
