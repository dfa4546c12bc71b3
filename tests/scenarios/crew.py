"""Who does the worker's part on a stage: its reconcilers and jobs pass by pass, or a whole worker that is waited for.

Pass by pass is quick and waits for nothing; it leaves out only how announcements travel through the queue. The whole
worker leaves out nothing. Either is asked to settle what there is to do at the time that the clock shows.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines.models import OPEN, Deadline
from domain.outbox.models import Announcement
from tenancy.models import CountyRow
from tenancy.transactions import Engines
from tests.workers.workshop import HURRIED, PATIENCE, eventually
from tests.worlds import HandSetClock
from workers.clock import CLOCK
from workers.handling import handle
from workers.jobs import Jobs
from workers.machinery import Machinery
from workers.main import run
from workers.reconciler import Loop
from workers.recount import RECOUNT


class Crew(Protocol):
    """Whoever works behind a stage."""

    async def settle(self, county_id: UUID) -> None:
        """Count what is stale, ring what is due, deliver what was announced, until nothing is left of it."""
        ...


@dataclass(frozen=True)
class Backstage:
    """What a crew works with: the worker's login and the owner's eye, the stage's clock, a queue of its own."""

    owner: AsyncEngine
    engines: Engines
    clock: HandSetClock
    redis_url: str
    queue: str

    async def undelivered(self, county_id: UUID) -> Sequence[UUID]:
        """The announcements of a county that were not delivered yet, in their order."""
        async with self.owner.connect() as connection:
            waiting = await connection.scalars(
                select(Announcement.id)
                .where(Announcement.county_id == county_id, Announcement.handled_at.is_(None))
                .order_by(Announcement.seq)
            )
            return waiting.all()

    async def due(self, county_id: UUID) -> bool:
        """Whether something is to ring by now, or was counted by an older calendar."""
        stale = Deadline.calendar_version < CountyRow.calendar_version
        rings = Deadline.next_rung_at <= await self.clock.now()
        in_the_county = (CountyRow.county_id == county_id, Deadline.county_id == county_id, text(OPEN))
        async with self.owner.connect() as connection:
            return bool(await connection.scalar(select(exists().where(*in_the_county, stale | rings))))


@asynccontextmanager
async def passing(backstage: Backstage) -> AsyncIterator[Crew]:
    """The worker's own reconcilers and jobs, called one after the other."""
    jobs = Jobs(backstage.redis_url, queue=backstage.queue)
    machinery = Machinery(engines=backstage.engines, clock=backstage.clock, jobs=jobs)
    yield _PassByPass(backstage, machinery)
    await jobs.close()


class _PassByPass:
    def __init__(self, backstage: Backstage, machinery: Machinery) -> None:
        self._backstage, self._machinery = backstage, machinery
        self._loops = [Loop(each, machinery, asyncio.Event()) for each in (RECOUNT, CLOCK)]

    async def settle(self, county_id: UUID) -> None:
        """Pass after pass, then one job."""
        for loop in self._loops:
            while await loop.pass_once():
                pass
        if waiting := await self._backstage.undelivered(county_id):
            await handle(self._machinery, county_id, waiting)


@asynccontextmanager
async def working(backstage: Backstage) -> AsyncIterator[Crew]:
    """A worker that runs by itself as long as the block lasts, and ends when asked."""
    stopping = asyncio.Event()
    worker = asyncio.create_task(
        run(
            engines=backstage.engines,
            redis_url=backstage.redis_url,
            clock=backstage.clock,
            checkpoints=None,
            queue=backstage.queue,
            pace=HURRIED,
            stopping=stopping,
        )
    )
    try:
        yield _Waiting(backstage)
    finally:
        stopping.set()
        async with asyncio.timeout(PATIENCE):
            await worker


@dataclass(frozen=True)
class _Waiting:
    backstage: Backstage

    async def settle(self, county_id: UUID) -> None:
        """Wait until the worker has done everything."""

        async def nothing_is_left() -> bool:
            """everything rung, counted and delivered"""
            return not (await self.backstage.due(county_id) or await self.backstage.undelivered(county_id))

        await eventually(nothing_is_left)
