"""What time it is: the wall clock, or in demo and test deployments a set one.

The edge asks once per transaction and hands the answer on as `now`; nothing below it reads a clock. The set clock
lives in the database, so that API and worker agree on it. Moving it is a command of `ops`, never of a user.
"""

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from tenancy.models import SetClock


class Clock(Protocol):
    """Something that knows the time, as an aware instant in UTC."""

    async def now(self) -> datetime:
        """The present instant."""
        ...


class WallClock:
    """The machine's own time."""

    async def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class SettableClock:
    """The set clock while one is set, otherwise the wall clock. Only demo and test deployments are given one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def now(self) -> datetime:
        """The set instant, plus what has passed since it was set if the clock was set running."""
        async with self._engine.connect() as connection:
            setting = (
                await connection.execute(select(SetClock.instant, SetClock.set_at, SetClock.running))
            ).one_or_none()
        wall = datetime.now(UTC)
        if setting is None:
            return wall
        instant: datetime = setting.instant
        return instant + (wall - setting.set_at) if setting.running else instant
