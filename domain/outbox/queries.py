"""How the machinery is doing: beats, and what waits or was given up.

No tenant's rows are read here. Beats may be asked by the API's login; the rest only by the worker's, the owner's and
the backup's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.outbox.models import Announcement, Beat
from tenancy.clock import WallClock

# The reconciler without which reminders never ring: when it does not run, the platform is not ready.
VITAL = "clock"


@dataclass(frozen=True, slots=True)
class Backlog:
    """The announcement that has waited longest (NULL: none waits), and how many were given up."""

    waiting_since: datetime | None
    given_up: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An announcement that was given up, and why."""

    id: UUID
    county_id: UUID
    kind: str
    subject_id: UUID
    dead_at: datetime | None
    last_error: str | None


async def beats(session: AsyncSession) -> Sequence[Beat]:
    """The last beat of each reconciler that ever ran, by name."""
    return (await session.scalars(select(Beat).order_by(Beat.reconciler))).all()


async def ran_within(engine: AsyncEngine, within: timedelta) -> bool:
    """Whether the clock of some worker has run within that time. Beats keep the machines' time, so it is asked here."""
    wall = await WallClock().now()
    async with AsyncSession(engine) as session:
        at = await session.scalar(select(Beat.at).where(Beat.reconciler == VITAL))
    return at is not None and wall - at <= within


async def backlog(session: AsyncSession) -> Backlog:
    """What the outbox holds that is not done."""
    waiting_since = await session.scalar(
        select(func.min(Announcement.announced_at)).where(
            Announcement.handled_at.is_(None), Announcement.dead_at.is_(None)
        )
    )
    given_up = await session.scalar(
        select(func.count()).select_from(Announcement).where(Announcement.dead_at.is_not(None))
    )
    return Backlog(waiting_since=waiting_since, given_up=given_up or 0)


async def dead_letters(session: AsyncSession, *, most: int = 100) -> list[DeadLetter]:
    """The dead letters, the latest first, at most so many."""
    rows = await session.execute(
        select(
            Announcement.id,
            Announcement.county_id,
            Announcement.kind,
            Announcement.subject_id,
            Announcement.dead_at,
            Announcement.last_error,
        )
        .where(Announcement.dead_at.is_not(None))
        .order_by(Announcement.dead_at.desc())
        .limit(most)
    )
    return [DeadLetter(*row) for row in rows]
