"""The recount on a real database, step by step as the worker takes them; its deaths are the worker's tests.

The notice of 2027 is made up: none is out. It is handed in as a calendar and never loaded, because the statutory days of
this database belong to every test's county.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.models import AuditContent, AuditLine
from domain.calendars.commands import load_county_days
from domain.calendars.models import CalendarVersion
from domain.calendars.queries import calendar_of
from domain.calendars.rules import NoticeDay, WorkingCalendar, YearNotice, library_notices
from domain.deadlines import commands, recounting
from domain.deadlines.models import Deadline
from domain.edge import Edge, errand
from domain.outbox.models import Announcement
from domain.rulebooks.queries import shelf_of
from tenancy.models import CountyRow
from tests.domain.deadlines.desk import VERIFY, Desk, local, midnight_after, rang
from tests.worlds import HandSetClock, World, a_county

NOTICE_OF_2027 = YearNotice(
    year=2027,
    number="a notice that is made up",
    published_on=date(2026, 11, 5),
    days=tuple(NoticeDay(date(2027, 1, day), "元旦", works=False) for day in (1, 2, 3)),
)
NEW = WorkingCalendar.of([*library_notices(), NOTICE_OF_2027])

TYPHOON = """\
county = "{county}"
document = "平政办明电〔2026〕0号"
issued_on = 2026-03-11
valid_from = 2026-03-12
valid_until = 2026-03-13

[[rest]]
reason = "台风停工"
from = 2026-03-12
to = 2026-03-13
days = 2
"""


@dataclass(frozen=True)
class Recounter:
    """The county's calendar changes by the owner's login, and the worker's recounts."""

    owner: AsyncEngine
    worker: AsyncEngine
    world: World

    async def announce_a_notice(self) -> None:
        """The calendar has another version; which days it has, `recount` is told."""
        async with self.owner.begin() as connection:
            version = await connection.scalar(
                update(CountyRow)
                .where(CountyRow.county_id == self.world.county_id)
                .values(calendar_version=CountyRow.calendar_version + 1)
                .returning(CountyRow.calendar_version)
            )
            await connection.execute(
                insert(CalendarVersion).values(
                    county_id=self.world.county_id,
                    version=version,
                    source=NOTICE_OF_2027.number,
                    at=local("2026-12-29 09:00"),
                )
            )

    async def load(self, file: str) -> None:
        """The county's own decision, as the administrator loads it."""
        async with AsyncSession(self.owner) as session, session.begin():
            await load_county_days(
                session,
                file=file.format(county=self.world.code).encode(),
                name="typhoon.toml",
                now=local("2026-03-11 18:00"),
            )

    async def recount(
        self,
        *,
        now: str = "2026-12-29 10:00",
        most: int = 500,
        calendar: WorkingCalendar | None = NEW,
    ) -> list[UUID]:
        """Until nothing is stale: what moved. Without a calendar, by the county's own."""
        moved: list[UUID] = []
        for _ in range(10):
            async with errand(self.worker, county_id=self.world.county_id, now=local(now)) as job:
                stale = await recounting.take_stale(job, most=most)
                if not stale.deadlines:
                    return moved
                differing = await recounting.recount(
                    job,
                    stale,
                    calendar=calendar or await calendar_of(job.session, self.world.county_id),
                    shelf=await shelf_of(job.session, self.world.county_id),
                )
                await recounting.keep_recounted(job, differing)
                await recounting.announce_moved(job, differing)
                await recounting.record_recounted(job, differing)
            moved += [each.deadline.id for each in differing if each.moved]
        raise AssertionError("ten batches, and no end to a handful of deadlines")

    async def lines(self) -> Sequence[dict[str, Any]]:
        async with self.owner.connect() as connection:
            lines = await connection.scalars(
                select(AuditContent.content)
                .join(AuditLine, AuditLine.id == AuditContent.line_id)
                .where(AuditLine.county_id == self.world.county_id, AuditLine.action == "deadline.recounted")
                .order_by(AuditLine.id)
            )
            return lines.all()

    async def told(self) -> Sequence[Any]:
        async with self.owner.connect() as connection:
            told = await connection.execute(
                select(Announcement).where(
                    Announcement.county_id == self.world.county_id, Announcement.kind == "deadline.moved"
                )
            )
            return told.mappings().all()

    async def stale_counties(self) -> list[UUID]:
        async with AsyncSession(self.worker) as session:
            return [county_id for county_id, _ in await recounting.counties_stale(session)]


@pytest.fixture
def recounter(owner_engine: AsyncEngine, worker_engine: AsyncEngine, world: World) -> Recounter:
    return Recounter(owner_engine, worker_engine, world)


@pytest.fixture
def december(clock: HandSetClock) -> None:
    """Five working days from here reach into 2027."""
    clock.instant = local("2026-12-28 10:00")


@pytest.mark.usefixtures("december")
class TestTheNoticeOfAYear:
    """Late December 2026: the notice for 2027 comes out while deadlines run into January."""

    async def test_moves_what_was_provisional_makes_it_firm_and_keeps_old_and_new(
        self, desk: Desk, world: World, recounter: Recounter
    ) -> None:
        started = await desk.start()
        assert (started.due_at, started.provisional) == (midnight_after(date(2027, 1, 4)), True)
        await recounter.announce_a_notice()
        assert await recounter.recount() == [started.id]
        row = await desk.row(started)
        assert (row.due_at, row.provisional) == (midnight_after(date(2027, 1, 5)), False)
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2027-01-04 08:30"))

        (change,) = await desk.changes(started, "tang")
        assert (change.kind, change.at) == ("recounted", local("2026-12-29 10:00"))
        assert (change.was_due_at, change.due_at) == (started.due_at, row.due_at)
        assert (change.was_provisional, change.provisional) == (True, False)
        assert change.because == NOTICE_OF_2027.number
        assert (change.by_tenant_id, change.by_person_id) == (None, None)

        (line,) = await recounter.lines()
        assert line["deadline"] == str(started.id)
        assert line["because"] == NOTICE_OF_2027.number
        assert datetime.fromisoformat(line["was"]["due_at"]) == started.due_at
        assert datetime.fromisoformat(line["is"]["due_at"]) == row.due_at
        assert (line["was"]["provisional"], line["is"]["provisional"]) == (True, False)
        (announcement,) = await recounter.told()
        assert {part["tenant"] for part in announcement["audience"]} == {
            str(world.bodies["kunyang"]),
            str(world.bodies["transport"]),
        }
        assert announcement["facts"]["limit"] == VERIFY
        assert datetime.fromisoformat(announcement["facts"]["due_at"]) == row.due_at

    async def test_counts_nothing_the_second_time(self, desk: Desk, recounter: Recounter) -> None:
        started = await desk.start()
        await recounter.announce_a_notice()
        await recounter.recount()
        assert await recounter.recount() == []
        # A further version by which nothing differs leaves nothing behind either.
        await recounter.announce_a_notice()
        assert await recounter.recount() == []
        assert (len(await recounter.lines()), len(await recounter.told())) == (1, 1)
        assert len(await desk.changes(started)) == 1

    async def test_confirms_what_does_not_move_without_telling_anybody(
        self, desk: Desk, recounter: Recounter, owner_engine: AsyncEngine
    ) -> None:
        # In calendar days: the due day stays where it is, but is no longer provisional.
        started = await desk.start()
        due_at = midnight_after(date(2027, 1, 5))
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Deadline)
                .where(Deadline.id == started.id)
                .values(amount=8, unit="calendar_days", due_at=due_at)
            )
        await recounter.announce_a_notice()
        assert await recounter.recount() == []
        row = await desk.row(started)
        assert (row.due_at, row.provisional, row.round) == (due_at, False, 1)
        (change,) = await desk.changes(started)
        assert (change.was_due_at, change.due_at) == (due_at, due_at)
        assert (change.was_provisional, change.provisional) == (True, False)
        assert (len(await recounter.lines()), len(await recounter.told())) == (1, 0)

    async def test_moves_the_escalation_of_what_is_due_before_the_turn_of_the_year(
        self, desk: Desk, clock: HandSetClock, recounter: Recounter
    ) -> None:
        clock.instant = local("2026-12-24 10:00")
        started = await desk.start()
        assert (started.due_at, started.provisional) == (midnight_after(date(2026, 12, 31)), False)
        assert started.escalate_at == local("2027-01-01 08:30")
        await recounter.announce_a_notice()
        assert await recounter.recount() == []
        assert (await desk.row(started)).escalate_at == local("2027-01-04 08:30")
        # Whoever owes and waits reads of due dates; the moved escalation is on the trail.
        assert await desk.changes(started) == []
        assert len(await recounter.lines()) == 1

    async def test_rings_again_for_the_new_due_date(
        self, desk: Desk, recounter: Recounter, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.start()
        assert started.warn_at == local("2027-01-01 08:30")
        await rang(owner_engine, started, "warn")
        await recounter.announce_a_notice()
        await recounter.recount(now="2027-01-01 09:00")
        row = await desk.row(started)
        assert row.round == 2
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2027-01-04 08:30"))

    async def test_leaves_what_rang_for_the_same_due_date(
        self, desk: Desk, clock: HandSetClock, recounter: Recounter, owner_engine: AsyncEngine
    ) -> None:
        clock.instant = local("2026-12-24 10:00")
        started = await desk.start()
        for rung in ("warn", "due", "overdue"):
            await rang(owner_engine, started, rung)
        await recounter.announce_a_notice()
        await recounter.recount(now="2027-01-01 00:01")
        row = await desk.row(started)
        assert (row.next_rung, row.next_rung_at, row.round) == ("escalate", local("2027-01-04 08:30"), 1)

    async def test_keeps_a_reminder_that_is_just_about_to_ring(
        self, desk: Desk, clock: HandSetClock, recounter: Recounter
    ) -> None:
        clock.instant = local("2026-12-22 10:00")
        started = await desk.start()
        assert started.warn_at == local("2026-12-28 08:30")
        await recounter.announce_a_notice()
        await recounter.recount(now="2026-12-28 08:31")
        row = await desk.row(started)
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2026-12-28 08:30"))

    async def test_passes_over_a_new_reminder_whose_time_is_past(
        self, desk: Desk, recounter: Recounter
    ) -> None:
        # Loaded far too late: the new warning (4 January) and reminder (5 January) are over.
        started = await desk.start()
        await recounter.announce_a_notice()
        await recounter.recount(now="2027-01-05 12:00")
        row = await desk.row(started)
        assert (row.warn_at, row.due_day_at, row.next_rung) == (None, None, "overdue")

    async def test_passes_over_what_is_met_and_other_counties(
        self, desk: Desk, edge: Edge, recounter: Recounter, owner_engine: AsyncEngine
    ) -> None:
        met = await desk.start()
        async with desk.writing() as work:
            await commands.meet(work, subject_id=met.subject_id, kind=VERIFY)
        elsewhere = Desk(edge, await a_county(owner_engine))
        theirs = await elsewhere.start()
        await recounter.announce_a_notice()
        assert await recounter.recount() == []
        assert (await desk.row(met)).provisional
        assert (await elsewhere.row(theirs)).provisional

    async def test_in_batches_reaches_every_one(self, desk: Desk, recounter: Recounter) -> None:
        started = {(await desk.start()).id for _ in range(5)}
        await recounter.announce_a_notice()
        assert set(await recounter.recount(most=2)) == started

    async def test_moves_what_stands_still_without_ringing(
        self, desk: Desk, recounter: Recounter, clock: HandSetClock
    ) -> None:
        started = await desk.suspended_on("2026-12-28 11:00", started=await desk.start())
        await recounter.announce_a_notice()
        await recounter.recount()
        row = await desk.row(started)
        assert (row.due_at, row.next_rung) == (midnight_after(date(2027, 1, 5)), None)

    async def test_counts_a_past_suspension_as_if_the_calendar_had_been_there_from_the_beginning(
        self, desk: Desk, recounter: Recounter
    ) -> None:
        started = await desk.suspended_on("2026-12-30 10:00", started=await desk.start())
        # By weekdays 30 and 31 December, 1, 4 and 5 January stood still; the notice takes the 1st away.
        row = await desk.resumed_on(started, "2027-01-06 10:00")
        assert row.due_at == midnight_after(date(2027, 1, 11))
        await recounter.announce_a_notice()
        # Four days are given back then and no longer five, to a limit that ends a day later: it stays where it was.
        assert await recounter.recount(now="2027-01-06 11:00") == []
        assert (await desk.row(started)).due_at == midnight_after(date(2027, 1, 11))
        assert not (await desk.row(started)).provisional


class TestAMomentTooEarly:
    """A deadline is begun, or changed, by the old calendar in the very moment in which another one is loaded."""

    async def test_what_was_begun_is_found_and_counted_again(
        self, desk: Desk, recounter: Recounter, world: World
    ) -> None:
        async with desk.writing() as work:
            await recounter.load(TYPHOON)
            started = await commands.start(
                work,
                kind=VERIFY,
                obligor_id=world.bodies["kunyang"],
                waiting_id=world.bodies["transport"],
                subject_kind="referral",
                subject_id=world.county_id,
                rulebook=work.rulebook_on(work.today),
                started_at=work.now,
            )
            assert await recounter.recount(now="2026-03-11 18:01", calendar=None) == []
        assert world.county_id in await recounter.stale_counties()
        assert await recounter.recount(now="2026-03-11 18:02", calendar=None) == [started.id]
        assert (await desk.row(started)).due_at == midnight_after(date(2026, 3, 19))
        (change,) = await desk.changes(started)
        assert change.because == "平政办明电〔2026〕0号"
        assert world.county_id not in await recounter.stale_counties()

    async def test_what_was_extended_is_found_and_counted_again(
        self, desk: Desk, recounter: Recounter
    ) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            await recounter.load(TYPHOON)
            await recounter.recount(now="2026-03-11 18:01", calendar=None)
            await commands.extend(work, subject_id=started.subject_id, kind=VERIFY, by=1, at_most=None)
        await recounter.recount(now="2026-03-11 18:02", calendar=None)
        assert (await desk.row(started)).due_at == midnight_after(date(2026, 3, 20))

    async def test_what_an_act_holds_is_left_to_the_next_pass(self, desk: Desk, recounter: Recounter) -> None:
        started = await desk.start()
        await recounter.load(TYPHOON)
        async with desk.writing() as work:
            await commands.extend(work, subject_id=started.subject_id, kind=VERIFY, by=1, at_most=None)
            assert await recounter.recount(now="2026-03-11 18:01", calendar=None) == []
        assert (await desk.row(started)).due_at == midnight_after(date(2026, 3, 20))


class TestADecisionOfTheCounty:
    async def test_moves_its_own_deadlines_and_nobody_elses(
        self, desk: Desk, edge: Edge, recounter: Recounter, owner_engine: AsyncEngine
    ) -> None:
        elsewhere = Desk(edge, await a_county(owner_engine))
        ours, theirs = await desk.start(), await elsewhere.start()
        await recounter.load(TYPHOON)
        stale = await recounter.stale_counties()
        assert desk.world.county_id in stale
        assert elsewhere.world.county_id not in stale
        assert await recounter.recount(now="2026-03-11 18:01", calendar=None) == [ours.id]
        row = await desk.row(ours)
        assert (row.due_at, row.provisional) == (midnight_after(date(2026, 3, 19)), False)
        assert (await elsewhere.row(theirs)).due_at == midnight_after(date(2026, 3, 17))

    async def test_gives_back_the_escalation_of_what_is_no_longer_overdue(
        self, desk: Desk, recounter: Recounter, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.start()
        for rung in ("warn", "due", "overdue", "escalate"):
            await rang(owner_engine, started, rung)
        await recounter.load(TYPHOON)
        # On the 18th it was overdue; with two days of rest it is due on the 19th, and tomorrow's reminder comes.
        await recounter.recount(now="2026-03-18 09:00", calendar=None)
        row = await desk.row(started)
        assert (row.next_rung, row.next_rung_at) == ("due", local("2026-03-19 08:30"))
        assert row.escalate_at == local("2026-03-20 08:30")
