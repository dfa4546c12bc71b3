"""The relay: waiting announcements are handed over as jobs, again and again until the database says that they are done.

    look (is Redis there, is there room) ─▶ take ─▶ bury (what nobody came back from) ─▶ hand over

Of each subject only the earliest undelivered announcement is taken, so those of one subject are handled in order.
What was taken is held for a while; a job that was not begun by then was lost, with Redis or with a worker, and the
announcement is handed over anew. While Redis is away nothing is taken and nothing counted. It handles nothing itself
(`handling.py` does), and asks Redis nothing about what has happened.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.edge import upkeep
from domain.outbox.commands import Taken, take_waiting
from domain.outbox.commands import bury as bury_the_exhausted
from domain.outbox.queries import Backlog, backlog
from workers.machinery import Machinery
from workers.reconciler import Portion, Reconciler

log = logging.getLogger("gongguan.workers")

NAME = "relay"

TAKEN_AT_MOST = 1000

TOGETHER_AT_MOST = 100
"""Announcements of one county in one job."""

SECONDS_UNTIL_LOST = 10.0


@dataclass(kw_only=True)
class Batch(Portion):
    """What one pass takes."""

    room: int = 0
    taken: Sequence[Taken] = field(default_factory=list)


async def find(machinery: Machinery) -> list[Batch]:
    """Always one: whether anything waits is only known by taking it."""
    return [Batch(machinery=machinery)]


async def look(batch: Batch) -> None:
    """See that Redis is there and that jobs are worked off; otherwise leave everything where it is safe."""
    batch.room = await batch.machinery.jobs.room()
    batch.done = batch.room <= 0


async def take(batch: Batch) -> None:
    """Take what is due, and hold it."""
    machinery = batch.machinery
    async with upkeep(machinery.engines.writing) as session:
        batch.taken = await take_waiting(
            session,
            wall=await machinery.wall.now(),
            lost_after=machinery.pace.patience(SECONDS_UNTIL_LOST),
            most=TAKEN_AT_MOST,
        )
    batch.more = len(batch.taken) == TAKEN_AT_MOST


async def bury(batch: Batch) -> None:
    """Give up what was tried so often that it is time to, and no attempt ended."""
    machinery = batch.machinery
    exhausted = [each.id for each in batch.taken if each.is_exhausted]
    if exhausted:
        async with upkeep(machinery.engines.writing) as session:
            await bury_the_exhausted(session, exhausted, wall=await machinery.wall.now())
        log.error("gave up %d announcements whose handling never ended: %s", len(exhausted), exhausted)


async def hand_over(batch: Batch) -> None:
    """Make jobs of it."""
    for county_id, ids in together([each for each in batch.taken if not each.is_exhausted]):
        await batch.machinery.jobs.hand_over(county_id, ids)


def together(taken: Sequence[Taken]) -> list[tuple[UUID, list[UUID]]]:
    """What goes into one job: announcements of one county, fewer of those that were tried before, and in the end each
    alone. So one that ends its worker soon ends no others with it, and many that were only unlucky still go quickly."""
    jobs: list[tuple[UUID, list[UUID]]] = []
    filling: dict[tuple[UUID, int], list[UUID]] = {}
    for each in taken:
        at_most = max(1, TOGETHER_AT_MOST // 4**each.attempts)
        job = filling.get((each.county_id, at_most))
        if job is None or len(job) == at_most:
            job = filling[each.county_id, at_most] = []
            jobs.append((each.county_id, job))
        job.append(each.id)
    return jobs


async def left(machinery: Machinery) -> Backlog:
    """What waits in the outbox, and what was given up."""
    async with upkeep(machinery.engines.writing) as session:
        return await backlog(session)


RELAY = Reconciler(name=NAME, find=find, steps=(look, take, bury, hand_over), seconds=1.0, left=left)
