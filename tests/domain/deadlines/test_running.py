"""Deadlines on a real database: started, extended, met, cancelled, recounted and read, through the tenants' walls.

When something is due is the business of `test_plan.py`; that rungs are fired, of the worker's tests.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit.models import AuditContent, AuditLine
from domain.calendars.rules import NoticeDay, WorkingCalendar, YearNotice, library_notices
from domain.deadlines import commands, queries
from domain.deadlines.models import Deadline, DeadlineRung
from domain.deadlines.rules import ExtensionBeyondCap, ExtensionTooLate
from domain.edge import Edge, errand
from domain.outbox.models import Announcement
from domain.rulebooks.queries import shelf_of
from domain.work import Work
from tenancy.models import Capacity
from tenancy.refusals import NotFound
from tests.worlds import NOW, HandSetClock, World, a_county

SHANGHAI = ZoneInfo("Asia/Shanghai")
VERIFY, TAKE_IN = "referral.verify", "referral.take_in"
NOTICE_OF_2027 = YearNotice(
    year=2027,
    number="a notice that is not out",
    published_on=date(2026, 11, 5),
    days=tuple(NoticeDay(date(2027, 1, day), "元旦", works=False) for day in (1, 2, 3)),
)


def local(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI) - timedelta(microseconds=1)


class Desk:
    """What the two sides do: transport sent something to Kunyang, which owes an answer."""

    def __init__(self, edge: Edge, world: World) -> None:
        self.edge, self.world = edge, world

    @asynccontextmanager
    async def writing(self, who: str = "xu") -> AsyncIterator[Work]:
        async with self.edge.writing(self.world[who].credentials) as work:
            yield work

    @asynccontextmanager
    async def reading(self, who: str = "xu") -> AsyncIterator[Work]:
        async with self.edge.reading(self.world[who].credentials) as work:
            yield work

    async def start(self, *, who: str = "xu", kind: str = VERIFY, **changed: Any) -> Deadline:
        async with self.writing(who) as work:
            return await commands.start(
                work,
                **{
                    "kind": kind,
                    "obligor_id": self.world.bodies["kunyang"],
                    "waiting_id": self.world.bodies["transport"],
                    "subject_kind": "referral",
                    "subject_id": uuid4(),
                    "rulebook": work.rulebook_on(work.today),
                    "started_at": work.now,
                    **changed,
                },
            )

    async def row(self, deadline: Deadline, who: str = "xu") -> Deadline:
        async with self.reading(who) as work:
            return await queries.the(work, deadline.id)


@pytest.fixture
def desk(edge: Edge, world: World) -> Desk:
    return Desk(edge, world)


async def rang(owner_engine: AsyncEngine, deadline: Deadline, rung: str) -> None:
    """As the clock would leave it."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            insert(DeadlineRung).values(
                county_id=deadline.county_id,
                deadline_id=deadline.id,
                round=deadline.round,
                rung=rung,
                obligor_id=deadline.obligor_id,
                waiting_id=deadline.waiting_id,
                due_at=deadline.due_at,
                planned_at=NOW,
                fired_at=NOW,
            )
        )


class TestStarting:
    async def test_takes_limit_source_and_reminders_from_the_rulebook(self, desk: Desk) -> None:
        started = await desk.start()
        row = await desk.row(started)
        # Tuesday 10 March 2026 at nine; Kunyang verifies within five working days.
        assert (row.amount, row.unit) == (5, "working_days")
        assert row.due_at == midnight_after(date(2026, 3, 17))
        assert (row.warn_at, row.due_day_at) == (local("2026-03-16 08:30"), local("2026-03-17 08:30"))
        assert row.escalate_at == local("2026-03-18 08:30")
        assert (row.next_rung, row.next_rung_at) == ("warn", row.warn_at)
        assert (row.escalates_to, row.ruled_on) == ("coordination", date(2026, 3, 10))
        assert not row.provisional
        async with desk.reading() as work:
            entry = work.rulebook_on(work.today).entry(VERIFY)
        assert row.source == f"{entry.document.title} {entry.article}"

    async def test_of_the_same_kind_twice_in_a_matter_is_refused_by_the_database(self, desk: Desk) -> None:
        first = await desk.start()
        with pytest.raises(IntegrityError, match="uq_deadlines_open"):
            await desk.start(subject_id=first.subject_id)
        await desk.start(subject_id=first.subject_id, kind=TAKE_IN)

    async def test_again_after_the_first_was_cancelled_is_fine(self, desk: Desk) -> None:
        first = await desk.start()
        async with desk.writing() as work:
            await commands.cancel(work, subject_id=first.subject_id, kind=VERIFY)
            await commands.start(
                work,
                kind=VERIFY,
                obligor_id=first.obligor_id,
                waiting_id=first.waiting_id,
                subject_kind="referral",
                subject_id=first.subject_id,
                rulebook=work.rulebook_on(work.today),
                started_at=work.now,
            )
        async with desk.reading() as work:
            both = await queries.of_subject(work, first.subject_id)
        assert [row.cancelled_at is None for row in both] == [False, True]

    async def test_remembers_the_day_whose_rules_govern_the_matter(self, desk: Desk) -> None:
        async with desk.reading() as work:
            rulebook = work.rulebook_on(date(2026, 3, 2))
        row = await desk.row(await desk.start(rulebook=rulebook))
        assert (row.ruled_on, row.started_at) == (date(2026, 3, 2), NOW)

    async def test_of_what_is_long_over_rings_overdue_first(self, desk: Desk) -> None:
        row = await desk.row(await desk.start(started_at=local("2026-02-02 00:00")))
        assert (row.warn_at, row.due_day_at) == (None, None)
        assert row.next_rung == "overdue"
        assert row.next_rung_at == row.due_at + timedelta(microseconds=1)

    async def test_into_an_unpublished_year_is_provisional(self, desk: Desk, clock: HandSetClock) -> None:
        clock.instant = local("2026-12-28 10:00")
        assert (await desk.row(await desk.start())).provisional

    async def test_by_somebody_who_is_no_party_is_refused_by_the_database(self, desk: Desk) -> None:
        with pytest.raises(Exception, match="row-level security"):
            await desk.start(who="ye")


class TestMeeting:
    async def test_silences_the_clock(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            met = await commands.meet(work, subject_id=started.subject_id, kind=VERIFY)
        assert met is not None
        row = await desk.row(started)
        assert (row.met_at, row.next_rung, row.next_rung_at) == (NOW, None, None)

    async def test_may_have_happened_earlier(self, desk: Desk) -> None:
        started = await desk.start()
        earlier = NOW - timedelta(hours=3)
        async with desk.writing() as work:
            await commands.meet(work, subject_id=started.subject_id, kind=VERIFY, at=earlier)
        assert (await desk.row(started)).met_at == earlier

    async def test_leaves_the_other_clocks_of_the_matter_running(self, desk: Desk) -> None:
        verify = await desk.start()
        other = await desk.start(subject_id=verify.subject_id, kind=TAKE_IN)
        async with desk.writing() as work:
            await commands.meet(work, subject_id=verify.subject_id, kind=VERIFY)
        assert (await desk.row(other)).next_rung is not None

    async def test_of_what_does_not_run_is_none(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            assert await commands.meet(work, subject_id=started.subject_id, kind=TAKE_IN) is None
            await commands.meet(work, subject_id=started.subject_id, kind=VERIFY)
            assert await commands.meet(work, subject_id=started.subject_id, kind=VERIFY) is None

    async def test_is_beyond_the_reach_of_a_stranger(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing("ye") as work:
            assert await commands.meet(work, subject_id=started.subject_id, kind=VERIFY) is None
        assert (await desk.row(started)).met_at is None


class TestCancelling:
    async def test_silences_every_clock_of_the_matter(self, desk: Desk) -> None:
        verify = await desk.start()
        await desk.start(subject_id=verify.subject_id, kind=TAKE_IN)
        elsewhere = await desk.start()
        # The other side may do it: whoever waits withdraws what was asked.
        async with desk.writing("tang") as work:
            cancelled = await commands.cancel(work, subject_id=verify.subject_id)
        assert {row.kind for row in cancelled} == {VERIFY, TAKE_IN}
        row = await desk.row(verify)
        assert (row.cancelled_at, row.next_rung) == (NOW, None)
        assert (await desk.row(elsewhere)).cancelled_at is None

    async def test_leaves_alone_what_was_met(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            await commands.meet(work, subject_id=started.subject_id, kind=VERIFY)
            assert await commands.cancel(work, subject_id=started.subject_id) == []


class TestExtending:
    async def test_moves_what_lies_ahead(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            await commands.extend(work, subject_id=started.subject_id, kind=VERIFY, by=5, at_most=10)
        row = await desk.row(started)
        assert (row.amount, row.due_at) == (10, midnight_after(date(2026, 3, 24)))
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2026-03-23 08:30"))

    async def test_does_not_ring_again_what_rang(
        self, desk: Desk, clock: HandSetClock, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.start()
        await rang(owner_engine, started, "warn")
        clock.instant = local("2026-03-16 10:00")
        async with desk.writing() as work:
            await commands.extend(work, subject_id=started.subject_id, kind=VERIFY, by=5, at_most=10)
        row = await desk.row(started)
        assert row.warn_at == local("2026-03-16 08:30")
        assert (row.next_rung, row.next_rung_at) == ("due", local("2026-03-24 08:30"))

    async def test_refuses_beyond_the_cap_and_after_the_end(self, desk: Desk, clock: HandSetClock) -> None:
        started = await desk.start()
        with pytest.raises(ExtensionBeyondCap):
            async with desk.writing() as work:
                await commands.extend(work, subject_id=started.subject_id, kind=VERIFY, by=6, at_most=10)
        clock.instant = started.due_at + timedelta(microseconds=1)
        with pytest.raises(ExtensionTooLate):
            async with desk.writing() as work:
                await commands.extend(work, subject_id=started.subject_id, kind=VERIFY, by=1, at_most=10)
        assert (await desk.row(started)).amount == 5

    async def test_of_what_does_not_run_is_an_error(self, desk: Desk) -> None:
        async with desk.writing() as work:
            with pytest.raises(LookupError, match="no deadline"):
                await commands.extend(work, subject_id=uuid4(), kind=VERIFY, by=1, at_most=None)


class TestRecounting:
    """Late December 2026: the notice for 2027 is loaded while deadlines run into January."""

    NEW = WorkingCalendar.of([*library_notices(), NOTICE_OF_2027])
    DECEMBER = "2026-12-28 10:00"

    async def recount(
        self, engine: AsyncEngine, world: World, *, now: str = "2026-12-29 10:00", most: int = 500
    ) -> list[commands.Moved]:
        moved: list[commands.Moved] = []
        after: UUID | None = None
        for _ in range(10):
            async with errand(engine, county_id=world.county_id, now=local(now)) as job:
                batch = await commands.recount(
                    job,
                    calendar=self.NEW,
                    shelf=await shelf_of(job.session, world.county_id),
                    zone=SHANGHAI,
                    after=after,
                    most=most,
                )
            moved += batch.moved
            after = batch.go_on_after
            if after is None:
                return moved
        raise AssertionError("ten batches, and no end to a handful of deadlines")

    async def left_behind(self, owner_engine: AsyncEngine, world: World) -> tuple[list[Any], list[Any]]:
        async with owner_engine.connect() as connection:
            lines = await connection.execute(
                select(AuditContent.content)
                .join(AuditLine, AuditLine.id == AuditContent.line_id)
                .where(AuditLine.county_id == world.county_id, AuditLine.action == "deadline.recounted")
                .order_by(AuditLine.id)
            )
            told = await connection.execute(
                select(Announcement).where(
                    Announcement.county_id == world.county_id, Announcement.kind == "deadline.moved"
                )
            )
            return list(lines.scalars()), list(told.mappings())

    async def test_moves_what_was_provisional_and_keeps_old_and_new_on_record(
        self,
        desk: Desk,
        world: World,
        clock: HandSetClock,
        owner_engine: AsyncEngine,
        worker_engine: AsyncEngine,
    ) -> None:
        clock.instant = local(self.DECEMBER)
        started = await desk.start()
        assert started.due_at == midnight_after(date(2027, 1, 4))
        (moved,) = await self.recount(worker_engine, world)
        row = await desk.row(started)
        assert (row.due_at, row.provisional) == (midnight_after(date(2027, 1, 5)), False)
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2027-01-04 08:30"))
        assert moved == commands.Moved(started.id, started.due_at, row.due_at)

        lines, told = await self.left_behind(owner_engine, world)
        (line,) = lines
        assert line["deadline"] == str(started.id)
        assert datetime.fromisoformat(line["was"]["due_at"]) == started.due_at
        assert datetime.fromisoformat(line["is"]["due_at"]) == row.due_at
        assert (line["was"]["provisional"], line["is"]["provisional"]) == (True, False)
        (announcement,) = told
        assert {part["tenant"] for part in announcement["audience"]} == {
            str(world.bodies["kunyang"]),
            str(world.bodies["transport"]),
        }
        assert announcement["facts"]["limit"] == VERIFY
        assert datetime.fromisoformat(announcement["facts"]["due_at"]) == row.due_at

    async def test_changes_nothing_the_second_time(
        self,
        desk: Desk,
        world: World,
        clock: HandSetClock,
        owner_engine: AsyncEngine,
        worker_engine: AsyncEngine,
    ) -> None:
        clock.instant = local(self.DECEMBER)
        await desk.start()
        await self.recount(worker_engine, world)
        assert await self.recount(worker_engine, world) == []
        lines, told = await self.left_behind(owner_engine, world)
        assert (len(lines), len(told)) == (1, 1)

    async def test_confirms_what_does_not_move_without_telling_anybody(
        self,
        desk: Desk,
        world: World,
        clock: HandSetClock,
        owner_engine: AsyncEngine,
        worker_engine: AsyncEngine,
    ) -> None:
        # In calendar days: the due day stays where it is, but is no longer provisional.
        clock.instant = local(self.DECEMBER)
        started = await desk.start()
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Deadline)
                .where(Deadline.id == started.id)
                .values(amount=8, unit="calendar_days", due_at=midnight_after(date(2027, 1, 5)))
            )
        assert await self.recount(worker_engine, world) == []
        row = await desk.row(started)
        assert (row.due_at, row.provisional) == (midnight_after(date(2027, 1, 5)), False)
        lines, told = await self.left_behind(owner_engine, world)
        assert (len(lines), len(told)) == (1, 0)

    async def test_moves_the_escalation_of_what_is_due_before_the_turn_of_the_year(
        self, desk: Desk, world: World, clock: HandSetClock, worker_engine: AsyncEngine
    ) -> None:
        clock.instant = local("2026-12-24 10:00")
        started = await desk.start()
        assert (started.due_at, started.provisional) == (midnight_after(date(2026, 12, 31)), False)
        assert started.escalate_at == local("2027-01-01 08:30")
        assert await self.recount(worker_engine, world) == []
        assert (await desk.row(started)).escalate_at == local("2027-01-04 08:30")

    async def test_leaves_what_rang_where_it_rang(
        self,
        desk: Desk,
        world: World,
        clock: HandSetClock,
        owner_engine: AsyncEngine,
        worker_engine: AsyncEngine,
    ) -> None:
        clock.instant = local(self.DECEMBER)
        started = await desk.start()
        assert started.warn_at == local("2027-01-01 08:30")
        await rang(owner_engine, started, "warn")
        await self.recount(worker_engine, world, now="2027-01-01 09:00")
        row = await desk.row(started)
        assert row.warn_at == local("2027-01-01 08:30")
        assert (row.next_rung, row.next_rung_at) == ("due", local("2027-01-05 08:30"))

    async def test_keeps_a_reminder_that_is_just_about_to_ring(
        self, desk: Desk, world: World, clock: HandSetClock, worker_engine: AsyncEngine
    ) -> None:
        clock.instant = local("2026-12-22 10:00")
        started = await desk.start()
        assert started.warn_at == local("2026-12-28 08:30")
        await self.recount(worker_engine, world, now="2026-12-28 08:31")
        row = await desk.row(started)
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2026-12-28 08:30"))

    async def test_passes_over_a_new_reminder_whose_time_is_past(
        self, desk: Desk, world: World, clock: HandSetClock, worker_engine: AsyncEngine
    ) -> None:
        # Loaded far too late: the new warning (4 January) and reminder (5 January) are over.
        clock.instant = local(self.DECEMBER)
        started = await desk.start()
        await self.recount(worker_engine, world, now="2027-01-05 12:00")
        row = await desk.row(started)
        assert (row.warn_at, row.due_day_at, row.next_rung) == (None, None, "overdue")

    async def test_passes_over_what_is_met_and_other_counties(
        self,
        desk: Desk,
        world: World,
        edge: Edge,
        clock: HandSetClock,
        owner_engine: AsyncEngine,
        worker_engine: AsyncEngine,
    ) -> None:
        clock.instant = local(self.DECEMBER)
        met = await desk.start()
        async with desk.writing() as work:
            await commands.meet(work, subject_id=met.subject_id, kind=VERIFY)
        elsewhere = Desk(edge, await a_county(owner_engine))
        theirs = await elsewhere.start()
        assert await self.recount(worker_engine, world) == []
        assert (await desk.row(met)).provisional
        assert (await elsewhere.row(theirs)).provisional

    async def test_in_batches_reaches_every_one(
        self, desk: Desk, world: World, clock: HandSetClock, worker_engine: AsyncEngine
    ) -> None:
        clock.instant = local(self.DECEMBER)
        started = [await desk.start() for _ in range(5)]
        moved = await self.recount(worker_engine, world, most=2)
        assert {each.deadline_id for each in moved} == {each.id for each in started}


class TestReading:
    async def test_gives_the_deadlines_of_many_matters_in_one_statement(
        self, desk: Desk, engines: Any
    ) -> None:
        first, second = await desk.start(), await desk.start()
        also_first = await desk.start(
            subject_id=first.subject_id, kind=TAKE_IN, started_at=NOW + timedelta(minutes=1)
        )
        nobody = uuid4()
        async with desk.reading() as work:
            seen: list[str] = []

            def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
                seen.append(statement)

            listened = engines.reading.sync_engine
            event.listen(listened, "before_cursor_execute", note)
            try:
                found = await queries.of_subjects(work, [second.subject_id, first.subject_id, nobody])
            finally:
                event.remove(listened, "before_cursor_execute", note)
        assert len(seen) == 1
        assert {subject: [row.id for row in rows] for subject, rows in found.items()} == {
            second.subject_id: [second.id],
            first.subject_id: [first.id, also_first.id],
            nobody: [],
        }

    async def test_leaves_out_what_has_ended_when_asked_to(self, desk: Desk) -> None:
        first = await desk.start()
        await desk.start(subject_id=first.subject_id, kind=TAKE_IN)
        async with desk.writing() as work:
            await commands.meet(work, subject_id=first.subject_id, kind=VERIFY)
        async with desk.reading() as work:
            found = await queries.of_subjects(work, [first.subject_id], open_only=True)
        assert [row.kind for row in found[first.subject_id]] == [TAKE_IN]

    async def test_is_for_both_sides_and_oversight_and_nobody_else(self, desk: Desk) -> None:
        started = await desk.start()
        for who in ("xu", "gao", "chen", "zhou", "tang", "wu", "shen"):
            assert (await desk.row(started, who)).id == started.id
        for who in ("ye", "huang"):
            with pytest.raises(NotFound):
                await desk.row(started, who)
            async with desk.reading(who) as work:
                assert await queries.of_ids(work, [started.id]) == {}
                assert await queries.of_subject(work, started.subject_id) == []

    async def test_is_not_for_those_of_a_party_whose_post_carries_no_role(
        self, desk: Desk, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.start()
        await rang(owner_engine, started, "warn")
        async with owner_engine.begin() as connection:
            roleless = update(Capacity).where(Capacity.id == desk.world["chen"].capacities["kunyang"])
            await connection.execute(roleless.values(roles=[]))
        async with desk.reading("chen") as work:
            assert await queries.of_subject(work, started.subject_id) == []
            assert await queries.page(work, side="owed", after=None, first=10) == []
            assert await queries.rungs_of(work, [started.id]) == {started.id: []}

    async def test_lists_what_runs_soonest_first_page_by_page(self, desk: Desk) -> None:
        instants = [NOW - timedelta(days=days) for days in (1, 6, 3, 6)]
        started = [await desk.start(started_at=instant) for instant in instants]
        done = await desk.start()
        async with desk.writing() as work:
            await commands.meet(work, subject_id=done.subject_id, kind=VERIFY)
        in_order = [each.id for each in sorted(started, key=lambda each: (each.due_at, each.id))]
        listed: list[UUID] = []
        async with desk.reading() as work:
            assert await queries.count(work, side="owed") == 4
            after: tuple[datetime, UUID] | None = None
            for _ in range(10):
                rows = await queries.page(work, side="owed", after=after, first=1)
                listed += [row.id for row in rows[:1]]
                if len(rows) < 2:
                    break
                after = (rows[0].due_at, rows[0].id)
        assert listed == in_order

    async def test_keeps_apart_what_is_owed_what_is_awaited_and_what_is_overseen(self, desk: Desk) -> None:
        theirs = await desk.start()
        bodies = desk.world.bodies
        # The coordination office is itself a party here, so it oversees it no more than its own drawer.
        own = await desk.start(who="wu", obligor_id=bodies["coordination"], waiting_id=bodies["kunyang"])
        expected = {
            "xu": {"owed": [theirs.id], "awaited": [own.id], "overseen": []},
            "tang": {"owed": [], "awaited": [theirs.id], "overseen": []},
            "shen": {"owed": [], "awaited": [], "overseen": [theirs.id, own.id]},
            "wu": {"owed": [], "awaited": [], "overseen": [theirs.id]},
            "ye": {"owed": [], "awaited": [], "overseen": []},
        }
        sides: tuple[queries.Side, ...] = ("owed", "awaited", "overseen")
        for who, lists in expected.items():
            async with desk.reading(who) as work:
                found = {
                    side: [row.id for row in await queries.page(work, side=side, after=None, first=10)]
                    for side in sides
                }
                counted = {side: await queries.count(work, side=side) for side in sides}
            assert found == lists, who
            assert counted == {side: len(ids) for side, ids in lists.items()}, who

    async def test_never_lists_as_overseen_what_is_also_ones_own(
        self, desk: Desk, owner_engine: AsyncEngine
    ) -> None:
        wu, bodies = desk.world["wu"], desk.world.bodies
        async with owner_engine.begin() as connection:
            both = update(Capacity).where(Capacity.id == wu.capacities["coordination"])
            await connection.execute(both.values(roles=["coordinator", "officer"]))
        others = await desk.start()
        owed = await desk.start(obligor_id=bodies["coordination"], waiting_id=bodies["kunyang"])
        awaited = await desk.start(waiting_id=bodies["coordination"])
        owed_to_nobody = await desk.start(waiting_id=None)
        async with desk.reading("wu") as work:
            listed = {
                side: {row.id for row in await queries.page(work, side=side, after=None, first=10)}
                for side in get_args(queries.Side)
            }
        assert listed == {
            "owed": {owed.id},
            "awaited": {awaited.id},
            "overseen": {others.id, owed_to_nobody.id},
        }

    async def test_tells_when_the_running_one_is_due(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.reading() as work:
            assert await queries.due_at(work, subject_id=started.subject_id, kind=VERIFY) == started.due_at
            with pytest.raises(LookupError, match="no deadline"):
                await queries.due_at(work, subject_id=started.subject_id, kind=TAKE_IN)

    async def test_tells_which_rungs_were_reached(self, desk: Desk, owner_engine: AsyncEngine) -> None:
        started, other = await desk.start(), await desk.start()
        await rang(owner_engine, started, "warn")
        async with desk.reading("zhou") as work:
            found = await queries.rungs_of(work, [started.id, other.id])
        assert {key: [rung.rung for rung in rungs] for key, rungs in found.items()} == {
            started.id: ["warn"],
            other.id: [],
        }
        async with desk.reading("ye") as work:
            assert await queries.rungs_of(work, [started.id]) == {started.id: []}
