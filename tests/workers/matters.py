"""Deadlines in a test county, and what must have become of them once every worker is done.

The deadlines are put in by the owner, planned by hand: counting days is not what is tested here.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit.models import AuditLine, AuditSeal, AuditSealedLine, AuditUnsealed
from domain.audit.queries import verify
from domain.deadlines.models import Deadline, DeadlineChange, DeadlineRung
from domain.notifications.models import Notification
from domain.outbox.models import Announcement
from tenancy.ids import new_id
from tenancy.models import CountyRow
from tests.worlds import NOW, World
from workers.checkpoints import CheckpointFolder

MINUTE = timedelta(minutes=1)

# Told at each rung of a deadline that Kunyang owes and transport waits for, and coordination hears of at the end:
# Kunyang's head, officer and registrar, with Zhou and Guan seconded there; transport's three; coordination's one.
TOLD = {"warn": 5, "due": 5, "overdue": 8, "escalate": 9}

# Of a deadline that moved, both sides are told: Kunyang's five and transport's three.
MOVED_TOLD = 8


@dataclass(frozen=True)
class Settled:
    """What is in a county once nothing is left to do."""

    rungs: int
    announced: int
    told: int
    lines: int
    changes: int


async def owe(
    owner: AsyncEngine, county: World, how_many: int = 1, *, overdue_since: datetime = NOW, **different: Any
) -> list[UUID]:
    """Deadlines that Kunyang owes transport, all of whose four rungs lie within the last minutes."""
    ids = [new_id() for _ in range(how_many)]
    common = {
        "county_id": county.county_id,
        "kind": "referral.verify",
        "obligor_id": county.bodies["kunyang"],
        "waiting_id": county.bodies["transport"],
        "subject_kind": "referral",
        "started_at": overdue_since - timedelta(days=7),
        "amount": 5,
        "unit": "working_days",
        "source": "test",
        "ruled_on": overdue_since.date() - timedelta(days=7),
        "warn_at": overdue_since - 4 * MINUTE,
        "due_day_at": overdue_since - 3 * MINUTE,
        "due_at": overdue_since - 2 * MINUTE,
        "escalate_at": overdue_since - MINUTE,
        "escalates_to": "coordination",
        "provisional": False,
        "calendar_version": 1,
        "suspended_since": None,
        "round": 1,
        "next_rung": "warn",
        "next_rung_at": overdue_since - 4 * MINUTE,
        "met_at": None,
        "cancelled_at": None,
    }
    async with owner.begin() as connection:
        await connection.execute(
            insert(Deadline),
            [{**common, "id": identifier, "subject_id": new_id(), **different} for identifier in ids],
        )
    return ids


STALE_SINCE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
MISCOUNTED = datetime(2026, 3, 16, 15, 59, 59, 999999, tzinfo=UTC)
COUNTED = datetime(2026, 3, 17, 15, 59, 59, 999999, tzinfo=UTC)


async def owe_stale(owner: AsyncEngine, county: World, how_many: int = 1) -> list[UUID]:
    """Deadlines that an older calendar counted, a day too short: due on Monday the 16th and not on Tuesday the 17th."""
    return await owe(
        owner,
        county,
        how_many,
        started_at=STALE_SINCE,
        ruled_on=STALE_SINCE.date(),
        warn_at=None,
        due_day_at=None,
        due_at=MISCOUNTED,
        escalate_at=None,
        next_rung="overdue",
        next_rung_at=MISCOUNTED,
        calendar_version=0,
    )


async def settled(owner: AsyncEngine, county: World, *, now: datetime = NOW) -> bool:
    """every rung rung, everything stale recounted, every announcement handled, every line sealed"""
    async with owner.connect() as connection:
        ringing = await connection.scalar(
            select(func.count())
            .select_from(Deadline)
            .where(Deadline.county_id == county.county_id, Deadline.next_rung_at <= now)
        )
        stale = await connection.scalar(
            select(func.count())
            .select_from(Deadline)
            .join(CountyRow, CountyRow.county_id == Deadline.county_id)
            .where(
                Deadline.county_id == county.county_id,
                Deadline.calendar_version < CountyRow.calendar_version,
                Deadline.met_at.is_(None),
            )
        )
        waiting = await connection.scalar(
            select(func.count())
            .select_from(Announcement)
            .where(Announcement.county_id == county.county_id, Announcement.handled_at.is_(None))
        )
        unsealed = await connection.scalar(
            select(func.count()).select_from(AuditUnsealed).where(AuditUnsealed.county_id == county.county_id)
        )
    return (ringing, stale, waiting, unsealed) == (0, 0, 0, 0)


async def what_became(owner: AsyncEngine, county: World) -> Settled:
    """How much there is of everything; what is there twice although it happened once is found by the counts."""

    async def count(model: Any) -> int:
        return (
            await connection.scalar(
                select(func.count()).select_from(model).where(model.county_id == county.county_id)
            )
        ) or 0

    async with owner.connect() as connection:
        return Settled(
            rungs=await count(DeadlineRung),
            announced=await count(Announcement),
            told=await count(Notification),
            lines=await count(AuditLine),
            changes=await count(DeadlineChange),
        )


def of(deadlines: int, *, recounted: int = 0, exports: int = 0) -> Settled:
    """What must become of so many deadlines: four rungs each, told once each, and two audit lines; of those that were
    stale, one change each, of which both sides were told once, and one line; and of exports: one notice to whoever
    asked, with two lines, of asking and of finishing."""
    return Settled(
        rungs=4 * deadlines,
        announced=4 * deadlines + recounted + exports,
        told=sum(TOLD.values()) * deadlines + MOVED_TOLD * recounted + exports,
        lines=2 * deadlines + recounted + 2 * exports,
        changes=recounted,
    )


async def sealed_twice(owner: AsyncEngine, county: World) -> list[UUID]:
    """Lines that are in more than one seal, or in one more than once."""
    async with owner.connect() as connection:
        sealed = await connection.scalars(
            select(AuditSealedLine.line_id).where(AuditSealedLine.county_id == county.county_id)
        )
        return [line for line, times in Counter(sealed).items() if times > 1]


async def trail_is_sound_and_vouched_for(
    owner: AsyncEngine, county: World, checkpoints: CheckpointFolder
) -> bool:
    """the trail verifies, and a checkpoint vouches for its last seal"""
    async with owner.connect() as connection:
        last = await connection.scalar(
            select(func.max(AuditSeal.number)).where(AuditSeal.county_id == county.county_id)
        )
    kept, unreadable = checkpoints.read(county.county_id)
    report = await verify(
        owner,
        county_id=county.county_id,
        checkpoints=kept,
        unreadable=unreadable,
        key=checkpoints.key.public_key(),
        now=NOW,
    )
    assert report.is_sound, report.sentences("en")
    return bool(report.checkpointed_to == last)


@asynccontextmanager
async def broken(owner: AsyncEngine, county: World, table: str) -> AsyncIterator[None]:
    """While the block lasts, no row can be written to this table in this county."""
    async with owner.begin() as connection:
        await connection.execute(
            text(
                f"alter table {table} add constraint broken check (county_id <> '{county.county_id}') not valid"
            )
        )
    try:
        yield
    finally:
        async with owner.begin() as connection:
            await connection.execute(text(f"alter table {table} drop constraint broken"))
