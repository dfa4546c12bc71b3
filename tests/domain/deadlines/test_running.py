"""Deadlines on a real database: started, met, cancelled and read, through the tenants' walls.

When something is due is the business of `test_plan.py`; what changes while it runs, of `test_changing.py` and
`test_recounting.py`; that rungs are fired, of the worker's tests.
"""

from datetime import date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines import commands, queries
from domain.spans import Span
from tenancy.models import Capacity
from tenancy.refusals import NotFound
from tests.domain.deadlines.desk import TAKE_IN, VERIFY, Desk, local, midnight_after, rang
from tests.worlds import NOW, HandSetClock

OWED = queries.Wanted(side="owed")


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


class TestReading:
    async def test_gives_the_deadlines_of_many_matters_in_one_statement(
        self, desk: Desk, engines: Any
    ) -> None:
        first, second = await desk.start(), await desk.start()
        also_first = await desk.start(
            subject_id=first.subject_id, kind=TAKE_IN, started_at=NOW + timedelta(minutes=1)
        )
        nobody = uuid4()
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        # Whoever watches is told of the snapshots that open from then on.
        listened = engines.reading.sync_engine
        event.listen(listened, "before_cursor_execute", note)
        try:
            async with desk.reading() as work:
                seen.clear()
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
            assert await queries.page(work, wanted=OWED, span=Span(most=10)) == []
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
            assert await queries.count(work, wanted=OWED) == 4
            after: tuple[datetime, UUID] | None = None
            for _ in range(10):
                rows = await queries.page(work, wanted=OWED, span=Span(most=2, after=after))
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
                    side: [
                        row.id
                        for row in await queries.page(
                            work, wanted=queries.Wanted(side=side), span=Span(most=10)
                        )
                    ]
                    for side in sides
                }
                counted = {
                    side: await queries.count(work, wanted=queries.Wanted(side=side)) for side in sides
                }
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
                side: {
                    row.id
                    for row in await queries.page(work, wanted=queries.Wanted(side=side), span=Span(most=10))
                }
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
