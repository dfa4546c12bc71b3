"""A job: announcements of one county are handled, published, and said to be done.

    count (the attempt) ─▶ deliver ─▶ publish ─▶ finish

It may be lost, come twice, or come too late. Whatever the handlers do, they do in one transaction with their receipts,
so it happens once; publishing may happen twice, and carries ids only. An announcement that fails does not hold up the
others of its job: they are then tried one by one.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.edge import errand
from domain.notifications.queries import addressed
from domain.outbox.commands import begin_handling, leave_receipts, mark_failed, mark_handled
from domain.outbox.rules import Announced, channel
from workers import relay
from workers.machinery import Handler, Machinery
from workers.reconciler import Portion, Steps

log = logging.getLogger("gongguan.workers")

SECONDS_A_JOB_LASTS = 30.0
"""Counted attempts that did not end by then are taken for lost."""

SECONDS_A_JOB_MAY_TAKE = 25.0


@dataclass(kw_only=True)
class Job(Portion):
    """What one job is about, and how it went."""

    ids: Sequence[UUID]
    announced: list[Announced] = field(default_factory=list)
    failed: dict[UUID, str] = field(default_factory=dict)

    @property
    def succeeded(self) -> list[Announced]:
        """Those that no handler failed on."""
        return [each for each in self.announced if each.id not in self.failed]


async def count(job: Job) -> None:
    """Count the attempt before anything else: if it ends the worker, it is counted all the same."""
    machinery = job.machinery
    async with errand(
        machinery.engines.writing, county_id=job.county, now=await machinery.clock.now()
    ) as opened:
        job.announced = await begin_handling(
            opened,
            job.ids,
            wall=await machinery.wall.now(),
            lasts=machinery.pace.patience(SECONDS_A_JOB_LASTS),
        )
    job.done = not job.announced


async def deliver(job: Job) -> None:
    """Let every handler do its part: on all together, and if that fails on each alone."""
    for name, handler in job.machinery.handlers.items():
        waiting = job.succeeded
        try:
            await _handled_by(job, name, handler, waiting)
        except Exception as error:
            if len(waiting) == 1:
                _note(job, waiting[0], name, error)
                continue
            for each in waiting:
                try:
                    await _handled_by(job, name, handler, [each])
                except Exception as reason:
                    _note(job, each, name, reason)


async def publish(job: Job) -> None:
    """Tell subscribers, now that there is something to read."""
    succeeded = job.succeeded
    if not succeeded:
        return
    machinery = job.machinery
    async with errand(
        machinery.engines.writing, county_id=job.county, now=await machinery.clock.now()
    ) as opened:
        told = await addressed(opened, [each.id for each in succeeded])
    await machinery.jobs.publish(
        channel(job.county), [each.as_publication(capacities=told[each.id]) for each in succeeded]
    )


async def finish(job: Job) -> None:
    """Say what is done and what failed, and let the relay look for what was waiting behind it."""
    machinery = job.machinery
    wall = await machinery.wall.now()
    async with errand(
        machinery.engines.writing, county_id=job.county, now=await machinery.clock.now()
    ) as opened:
        await mark_handled(opened, [each.id for each in job.succeeded], wall=wall)
        for each in job.announced:
            if each.id in job.failed:
                dead = await mark_failed(opened, each, error=job.failed[each.id], wall=wall)
                if dead:
                    log.error("gave up announcement %s (%s); the dead letter says why", each.id, each.kind)
    machinery.did[relay.NAME] += len(job.succeeded)
    machinery.nudge(relay.NAME)


async def _handled_by(job: Job, name: str, handler: Handler, announced: Sequence[Announced]) -> None:
    machinery = job.machinery
    async with errand(
        machinery.engines.writing, county_id=job.county, now=await machinery.clock.now()
    ) as opened:
        claimed = await leave_receipts(
            opened, [each.id for each in announced], handler=name, wall=await machinery.wall.now()
        )
        new = [each for each in announced if each.id in claimed]
        if new:
            await handler(opened, new)


def _note(job: Job, announced: Announced, handler: str, error: Exception) -> None:
    log.warning(
        "%s failed on announcement %s (%s), attempt %d",
        handler,
        announced.id,
        announced.kind,
        announced.attempts,
        exc_info=error,
    )
    job.failed[announced.id] = f"{handler}: {type(error).__name__}: {error}"


HANDLING = Steps(name="handling", steps=(count, deliver, publish, finish))


async def handle(machinery: Machinery, county_id: UUID, announcement_ids: Sequence[UUID]) -> None:
    """Run one job."""
    await HANDLING.work_through(Job(machinery=machinery, county_id=county_id, ids=announcement_ids))
