"""What the two sides of a deadline do, on a real database: transport sent something to Kunyang, which owes an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines import commands, queries
from domain.deadlines.models import Deadline, DeadlineChange, DeadlineRung
from domain.deadlines.rules import Rung
from domain.edge import Edge
from domain.work import Work
from tests.worlds import NOW, World

SHANGHAI = ZoneInfo("Asia/Shanghai")
VERIFY, TAKE_IN = "referral.verify", "referral.take_in"


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

    async def suspended_on(
        self,
        local_instant: str,
        *,
        started: Deadline | None = None,
        rang_before: tuple[Rung, ...] = (),
        owner: AsyncEngine | None = None,
    ) -> Deadline:
        """A deadline that began at `NOW` (or this one) and was suspended then, as it was before."""
        started = started or await self.start()
        for rung in rang_before:
            assert owner is not None
            await rang(owner, started, rung)
        self.edge.clock.instant = local(local_instant)
        async with self.writing() as work:
            await commands.suspend(
                work, subject_id=started.subject_id, kind=started.kind, because="等候补充材料"
            )
        return started

    async def resumed_on(self, started: Deadline, local_instant: str) -> Deadline:
        """The same deadline as it is once it was resumed then."""
        self.edge.clock.instant = local(local_instant)
        async with self.writing() as work:
            await commands.resume(work, subject_id=started.subject_id, kind=started.kind)
        return await self.row(started)

    async def changes(self, deadline: Deadline, who: str = "xu") -> list[DeadlineChange]:
        async with self.reading(who) as work:
            return (await queries.changes_of(work, [deadline.id]))[deadline.id]

    async def row(self, deadline: Deadline, who: str = "xu") -> Deadline:
        async with self.reading(who) as work:
            return await queries.the(work, deadline.id)


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
