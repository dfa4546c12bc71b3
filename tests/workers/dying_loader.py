"""An administrator's process that loads a county's decision and is killed in the very moment after it was committed.

`python -m tests.workers.dying_loader DATABASE FILE` does what `gongguan calendar load` does, and no more.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

import domain.tables  # noqa: F401 - the models of what is written refer to each other
from domain.calendars.commands import load_county_days
from ops.provisioning import provisioning
from tests.worlds import NOW


async def load_and_die(database: str, name: str, file: bytes) -> None:
    """Commit, and be no more."""
    async with provisioning(create_async_engine(database)) as session:
        await load_county_days(session, file=file, name=name, now=NOW)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    database, path = sys.argv[1:]
    asyncio.run(load_and_die(database, path, Path(path).read_bytes()))
