"""Worker processes that die where they are told to: the tests' own composition of the worker, and of nothing else.

`python -m tests.workers.dying_worker` loads everything once and then forks a worker for each line it reads, so that a
death costs no start. A line is JSON: where database, Redis, checkpoints and jobs are, and the place (and which visit
to it) at which the process kills itself with SIGKILL; without a place it works until SIGTERM. The answer to a line is
the process id; the answer to `{"wait": pid}` is how it ended, as `os.waitstatus_to_exitcode` tells it. At the end of
the lines, whoever still works is killed.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import domain.tables  # noqa: F401 - loaded before the fork
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.clock import SettableClock
from tenancy.transactions import Engines
from tests.worlds import HandSetClock
from workers.checkpoints import CheckpointFolder
from workers.desk import Desk
from workers.machinery import Pace, Reached
from workers.main import run


def dying_at(place: str | None, visit: int) -> Reached:
    """What a worker calls at each place, and does not survive at one of them."""
    left = visit

    async def reached(here: str) -> None:
        nonlocal left
        if here == place:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached


async def work(order: dict[str, Any]) -> None:
    """Be a worker."""
    engines = Engines.of(order["database"], pool_size=8)
    clerks = Engines.of(order["clerks"], pool_size=4)
    desk = Desk(
        edge=Edge(engines=clerks, clock=HandSetClock()),
        store=Store(Path(order["files"])),
        rows_at_a_time=order.get("rows_at_a_time", 1000),
    )
    await run(
        engines=engines,
        redis_url=order["redis"],
        clock=SettableClock(engines.writing) if order.get("set_clock") else HandSetClock(),
        checkpoints=CheckpointFolder(
            Path(order["checkpoints"]) / "kept", Path(order["checkpoints"]) / "key.pem", every_seals=1
        ),
        desk=desk,
        queue=order["queue"],
        pace=Pace(**order["pace"]),
        reached=dying_at(order.get("dies_at"), order.get("visit", 1)),
    )
    await engines.dispose()
    await clerks.dispose()


def forked(order: dict[str, Any]) -> int:
    """A process that is a worker."""
    pid = os.fork()
    if pid:
        return pid
    try:
        logging.basicConfig(level=logging.ERROR)
        asyncio.run(work(order))
    except BaseException:
        logging.exception("a worker failed")
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Fork a worker for each line."""
    working: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            working.discard(order["wait"])
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = forked(order)
            working.add(answer)
        print(answer, flush=True)
    for pid in working:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
