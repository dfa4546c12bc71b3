"""The worker: all reconcilers and the jobs, side by side in one process, until it is asked to stop.

Workers share nothing but the database and Redis, so there may be any number. Everything comes in as arguments; the
environment is read in `ops`.
"""

import asyncio
import logging
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from tenancy.clock import Clock
from tenancy.telemetry import Tracer
from tenancy.transactions import Engines
from workers.checkpoints import CheckpointFolder
from workers.clock import CLOCK
from workers.desk import Desk
from workers.exports import EXPORTS
from workers.handling import HANDLING, SECONDS_A_JOB_MAY_TAKE, handle
from workers.jobs import Jobs
from workers.machinery import HANDLERS, Handler, Machinery, Pace, Reached, nothing_there
from workers.reconciler import Loop, Reconciler, Step, Steps
from workers.recount import RECOUNT
from workers.relay import RELAY
from workers.sealer import CHECKPOINTER, SEALER
from workers.sweeper import SWEEPER, Sweep, sweeper_with

log = logging.getLogger("gongguan.workers")

RECONCILERS: tuple[Reconciler[Any], ...] = (CLOCK, RECOUNT, RELAY, SEALER, CHECKPOINTER, EXPORTS, SWEEPER)

EVERYTHING: tuple[Steps[Any], ...] = (*RECONCILERS, HANDLING)
"""All that has steps, and so places between them."""


async def run(
    *,
    engines: Engines,
    redis_url: str,
    clock: Clock,
    checkpoints: CheckpointFolder | None,
    desk: Desk | None = None,
    sweeps: Sequence[Step[Sweep]] = (),
    queue: str = "gongguan:jobs",
    handlers: Mapping[str, Handler] = HANDLERS,
    pace: Pace | None = None,
    reached: Reached = nothing_there,
    stopping: asyncio.Event | None = None,
    tracer: Tracer | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, or until `stopping` is set by the caller; then finish what is under way and return.

    `engines` is the worker's login; the caller closes it. `checkpoints` None: none are kept; `desk` None: no exports are
    made here. `sweeps` are further steps for the sweeper. `queue` names the jobs in Redis: workers of one shard of counties share one.
    """
    if stopping is None:
        stopping = _asked_by_signal()
    jobs = Jobs(redis_url, queue=queue)
    machinery = Machinery(
        engines=engines,
        clock=clock,
        jobs=jobs,
        checkpoints=checkpoints,
        desk=desk,
        handlers=handlers,
        pace=pace or Pace(),
        reached=reached,
        tracer=tracer,
    )
    reconcilers = [sweeper_with(sweeps) if each is SWEEPER else each for each in RECONCILERS]
    log.info("working: %s", ", ".join(each.name for each in reconcilers))
    try:
        async with asyncio.TaskGroup() as group:
            for reconciler in reconcilers:
                group.create_task(
                    Loop(reconciler, machinery, stopping).run(), name=f"reconciler {reconciler.name}"
                )
            group.create_task(
                jobs.attend(
                    partial(handle, machinery),
                    stopping=stopping,
                    seconds_a_job=machinery.pace.patience(SECONDS_A_JOB_MAY_TAKE).total_seconds(),
                ),
                name="jobs",
            )
    finally:
        await jobs.close()
        if desk is not None:
            await desk.clear()
    log.info("stopped")


def _asked_by_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set, where signals can be listened to."""
    stopping = asyncio.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(sent, stopping.set)
    return stopping
