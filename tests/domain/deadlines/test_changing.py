"""What acts do to a running deadline on a real database: extended, suspended, resumed; what is kept of it, and for whom.

How many days are given back is the business of `test_standing_still.py`, when rungs ring again of `test_rounds.py`.
"""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines import commands, firing
from domain.deadlines.models import Deadline
from domain.deadlines.rules import ExtensionBeyondCap, ExtensionTooLate, late
from domain.edge import errand
from domain.rulebooks.values import Limit
from tenancy.models import Capacity
from tests.domain.deadlines.desk import TAKE_IN, VERIFY, Desk, local, midnight_after, rang
from tests.worlds import NOW, HandSetClock

GROUND = "等候补充材料"


class TestExtending:
    async def test_moves_what_lies_ahead(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            await commands.extend(
                work, subject_id=started.subject_id, kind=VERIFY, by=5, at_most=Limit(10, "working_days")
            )
        row = await desk.row(started)
        assert (row.amount, row.due_at) == (10, midnight_after(date(2026, 3, 24)))
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2026-03-23 08:30"))

    async def test_rings_for_the_new_due_date_although_it_rang_for_the_old_one(
        self, desk: Desk, clock: HandSetClock, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.start()
        await rang(owner_engine, started, "warn")
        clock.instant = local("2026-03-16 10:00")
        async with desk.writing() as work:
            await commands.extend(
                work, subject_id=started.subject_id, kind=VERIFY, by=5, at_most=Limit(10, "working_days")
            )
        row = await desk.row(started)
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2026-03-23 08:30"))

    async def test_keeps_old_and_new_by_whom_and_because_of_what(
        self, desk: Desk, clock: HandSetClock
    ) -> None:
        started = await desk.start()
        clock.instant = local("2026-03-12 10:00")
        async with desk.writing() as work:
            await commands.extend(
                work,
                subject_id=started.subject_id,
                kind=VERIFY,
                by=2,
                at_most=Limit(10, "working_days"),
                because="案情复杂",
            )
        (change,) = await desk.changes(started)
        assert (change.kind, change.at, change.because) == ("extended", clock.instant, "案情复杂")
        assert change.was_due_at == midnight_after(date(2026, 3, 17))
        assert change.due_at == midnight_after(date(2026, 3, 19))
        assert change.by_tenant_id == desk.world.bodies["kunyang"]
        assert change.by_person_id == desk.world["xu"].person_id

    async def test_that_is_refused_leaves_no_change(self, desk: Desk) -> None:
        started = await desk.start()
        with pytest.raises(ExtensionBeyondCap):
            async with desk.writing() as work:
                await commands.extend(
                    work, subject_id=started.subject_id, kind=VERIFY, by=6, at_most=Limit(10, "working_days")
                )
        assert await desk.changes(started) == []

    async def test_refuses_beyond_the_cap_and_after_the_end(self, desk: Desk, clock: HandSetClock) -> None:
        started = await desk.start()
        with pytest.raises(ExtensionBeyondCap):
            async with desk.writing() as work:
                await commands.extend(
                    work, subject_id=started.subject_id, kind=VERIFY, by=6, at_most=Limit(10, "working_days")
                )
        clock.instant = started.due_at + timedelta(microseconds=1)
        with pytest.raises(ExtensionTooLate):
            async with desk.writing() as work:
                await commands.extend(
                    work, subject_id=started.subject_id, kind=VERIFY, by=1, at_most=Limit(10, "working_days")
                )
        assert (await desk.row(started)).amount == 5

    async def test_of_what_does_not_run_is_an_error(self, desk: Desk) -> None:
        async with desk.writing() as work:
            with pytest.raises(LookupError, match="no deadline"):
                await commands.extend(work, subject_id=uuid4(), kind=VERIFY, by=1, at_most=None)


class TestSuspending:
    """Tuesday 10 March 2026 at nine, five working days: due on Tuesday the 17th."""

    async def test_silences_the_clock_and_leaves_the_due_instant_as_it_was(
        self, desk: Desk, clock: HandSetClock
    ) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        row = await desk.row(started)
        assert (row.next_rung, row.next_rung_at) == (None, None)
        assert (row.suspended_since, row.due_at) == (clock.instant, started.due_at)
        (change,) = await desk.changes(started)
        assert (change.kind, change.at, change.because) == ("suspended", clock.instant, GROUND)
        assert change.was_due_at == change.due_at == started.due_at
        assert change.by_person_id == desk.world["xu"].person_id

    async def test_rings_nothing_however_long_it_lasts(self, desk: Desk, worker_engine: AsyncEngine) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        async with errand(worker_engine, county_id=started.county_id, now=NOW + timedelta(days=365)) as job:
            assert await firing.take_due(job, most=10) == []

    async def test_cannot_be_undone_by_setting_a_rung_behind_its_back(
        self, desk: Desk, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        with pytest.raises(IntegrityError, match="suspended_is_silent"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(Deadline)
                    .where(Deadline.id == started.id)
                    .values(next_rung="warn", next_rung_at=NOW)
                )

    async def test_twice_is_once(self, desk: Desk, clock: HandSetClock) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        since = clock.instant
        clock.instant = local("2026-03-13 10:00")
        async with desk.writing() as work:
            await commands.suspend(work, subject_id=started.subject_id, kind=VERIFY, because="again")
        assert (await desk.row(started)).suspended_since == since
        assert [change.because for change in await desk.changes(started)] == [GROUND]

    async def test_leaves_the_other_clocks_of_the_matter_running(self, desk: Desk) -> None:
        verify = await desk.start()
        other = await desk.start(subject_id=verify.subject_id, kind=TAKE_IN)
        async with desk.writing() as work:
            await commands.suspend(work, subject_id=verify.subject_id, kind=VERIFY, because=GROUND)
        assert (await desk.row(other)).next_rung is not None

    async def test_of_what_does_not_run_is_an_error(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing() as work:
            await commands.meet(work, subject_id=started.subject_id, kind=VERIFY)
            for subject_id in (started.subject_id, uuid4()):
                with pytest.raises(LookupError, match="no deadline"):
                    await commands.suspend(work, subject_id=subject_id, kind=VERIFY, because=GROUND)
                with pytest.raises(LookupError, match="no deadline"):
                    await commands.resume(work, subject_id=subject_id, kind=VERIFY)

    async def test_is_beyond_the_reach_of_a_stranger(self, desk: Desk) -> None:
        started = await desk.start()
        async with desk.writing("ye") as work:
            with pytest.raises(LookupError, match="no deadline"):
                await commands.suspend(work, subject_id=started.subject_id, kind=VERIFY, because=GROUND)
        assert (await desk.row(started)).suspended_since is None


class TestResuming:
    async def test_gives_back_the_working_days_that_stood_still(
        self, desk: Desk, clock: HandSetClock
    ) -> None:
        # Thursday to Wednesday: Thursday, Friday, Monday and Tuesday stood still.
        started = await desk.suspended_on("2026-03-12 10:00")
        row = await desk.resumed_on(started, "2026-03-18 15:00")
        assert (row.suspended_since, row.due_at) == (None, midnight_after(date(2026, 3, 23)))
        assert (row.next_rung, row.next_rung_at) == ("warn", local("2026-03-20 08:30"))
        assert row.escalate_at == local("2026-03-24 08:30")
        _, change = await desk.changes(started)
        assert (change.kind, change.at) == ("resumed", clock.instant)
        assert (change.was_due_at, change.due_at) == (started.due_at, row.due_at)

    async def test_on_the_same_day_changes_nothing(self, desk: Desk) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        row = await desk.resumed_on(started, "2026-03-12 15:00")
        assert (row.due_at, row.next_rung, row.next_rung_at) == (
            started.due_at,
            started.next_rung,
            started.next_rung_at,
        )

    async def test_rings_again_what_rang_for_the_old_due_date(
        self, desk: Desk, owner_engine: AsyncEngine
    ) -> None:
        started = await desk.suspended_on("2026-03-16 10:00", rang_before=("warn",), owner=owner_engine)
        row = await desk.resumed_on(started, "2026-03-18 09:00")
        assert row.due_at == midnight_after(date(2026, 3, 19))
        assert (row.next_rung, row.next_rung_at) == ("due", local("2026-03-19 08:30"))
        later = await desk.suspended_on("2026-03-18 10:00", started=row)
        row = await desk.resumed_on(later, "2026-03-26 09:00")
        assert row.due_at == midnight_after(date(2026, 3, 27))
        assert row.round == 3

    async def test_what_runs_already_is_no_news(self, desk: Desk) -> None:
        started = await desk.start()
        row = await desk.resumed_on(started, "2026-03-12 10:00")
        assert row.due_at == started.due_at
        assert await desk.changes(started) == []

    async def test_goes_on_being_overdue_where_it_was(self, desk: Desk, owner_engine: AsyncEngine) -> None:
        # Suspended one working day late, so one day late when it goes on; what rang does not ring again.
        started = await desk.suspended_on(
            "2026-03-18 10:00", rang_before=("warn", "due", "overdue"), owner=owner_engine
        )
        row = await desk.resumed_on(started, "2026-03-24 08:00")
        assert row.due_at == midnight_after(date(2026, 3, 23))
        assert (row.next_rung, row.next_rung_at) == ("escalate", local("2026-03-24 08:30"))

    async def test_may_be_extended_while_it_stands_still_after_its_old_end(
        self, desk: Desk, clock: HandSetClock
    ) -> None:
        started = await desk.suspended_on("2026-03-17 10:00")
        clock.instant = local("2026-03-20 10:00")
        async with desk.writing() as work:
            await commands.extend(
                work, subject_id=started.subject_id, kind=VERIFY, by=2, at_most=Limit(10, "working_days")
            )
        row = await desk.row(started)
        assert (row.due_at, row.next_rung) == (midnight_after(date(2026, 3, 19)), None)
        # The 17th stopped as the fifth day; so the 24th is it, and two more make the 26th.
        row = await desk.resumed_on(started, "2026-03-24 10:00")
        assert row.due_at == midnight_after(date(2026, 3, 26))


class TestEndingWhatStandsStill:
    async def test_in_time_is_in_time_although_the_old_end_is_past(
        self, desk: Desk, clock: HandSetClock
    ) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        clock.instant = local("2026-04-02 10:00")
        async with desk.writing() as work:
            await commands.meet(work, subject_id=started.subject_id, kind=VERIFY)
        row = await desk.row(started)
        assert (row.met_at, row.suspended_since, row.next_rung) == (clock.instant, None, None)
        assert not late(met_at=clock.instant, due_at=row.due_at)
        assert [change.kind for change in await desk.changes(started)] == ["suspended", "resumed"]

    async def test_at_an_instant_before_it_was_stopped_gives_nothing_back(
        self, desk: Desk, clock: HandSetClock
    ) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        clock.instant = local("2026-04-02 10:00")
        async with desk.writing() as work:
            await commands.meet(
                work, subject_id=started.subject_id, kind=VERIFY, at=local("2026-03-11 10:00")
            )
        assert (await desk.row(started)).due_at == started.due_at

    async def test_by_cancelling_leaves_nothing_standing(self, desk: Desk) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        async with desk.writing("tang") as work:
            await commands.cancel(work, subject_id=started.subject_id)
        row = await desk.row(started)
        assert (row.cancelled_at is None, row.suspended_since, row.next_rung) == (False, None, None)


class TestReadingChanges:
    async def test_is_for_both_sides_and_oversight_and_nobody_else(self, desk: Desk) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        for who in ("xu", "gao", "chen", "zhou", "tang", "wu", "shen"):
            assert [change.kind for change in await desk.changes(started, who)] == ["suspended"], who
        for who in ("ye", "huang"):
            assert await desk.changes(started, who) == [], who

    async def test_ends_with_the_role_that_granted_it(self, desk: Desk, owner_engine: AsyncEngine) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        async with owner_engine.begin() as connection:
            roleless = update(Capacity).where(Capacity.id == desk.world["chen"].capacities["kunyang"])
            await connection.execute(roleless.values(roles=[]))
        assert await desk.changes(started, "chen") == []

    async def test_is_walled_by_the_database_too(self, desk: Desk) -> None:
        started = await desk.suspended_on("2026-03-12 10:00")
        counted = text("select count(*) from deadline_changes where deadline_id = :id")
        seen = {}
        for who in ("chen", "tang", "shen", "ye"):
            async with desk.reading(who) as work:
                seen[who] = await work.session.scalar(counted, {"id": started.id})
        assert seen == {"chen": 1, "tang": 1, "shen": 1, "ye": 0}

    async def test_nobody_edits_what_was_kept(self, desk: Desk) -> None:
        await desk.suspended_on("2026-03-12 10:00")
        for statement in ("update deadline_changes set because = ''", "delete from deadline_changes"):
            with pytest.raises(Exception, match="permission denied"):
                async with desk.writing() as work:
                    await work.session.execute(text(statement))
