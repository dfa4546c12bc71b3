"""Referrals in the order in which something is due in them: the soonest first, then those in which no deadline runs.

A deadline is a row of its own, of which the partial indexes keep the running ones by side. The first part of the list
begins from these, so it costs as much as there is running, however long the register is; the second part is the register
by age, without them.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_

from domain.deadlines import queries as deadlines
from domain.filters import by_age, streamed
from domain.referrals.filters import Wanted, conditions
from domain.referrals.models import Referral
from domain.work import Work


@dataclass(frozen=True, slots=True)
class Place:
    """Where a referral stands in this order; `due_at` is None where no deadline runs."""

    due_at: datetime | None
    referral_id: UUID


async def page_by_due(
    work: Work, *, wanted: Wanted, after: Place | None, first: int
) -> Sequence[tuple[Referral, Place]]:
    """Referrals in this order, each with its place, after this place; at most `first` and one more."""
    found: list[tuple[Referral, Place]] = []
    if after is None or after.due_at is not None:
        found += await _with_something_due(work, wanted, after, first + 1)
        after = None
    if len(found) <= first:
        found += await _with_nothing_due(work, wanted, after, first + 1 - len(found))
    return found


async def ids_by_due(work: Work, *, wanted: Wanted) -> AsyncIterator[UUID]:
    """The ids of all of them in this order, as they come."""
    due, _ = await _something_due(work, wanted)
    idle = by_age(await _nothing_due(work, wanted), Referral.id, "newest", after=None)
    for part in (due, idle):
        async for each in streamed(work.session, part.with_only_columns(Referral.id)):
            yield each


async def _with_something_due(
    work: Work, wanted: Wanted, after: Place | None, most: int
) -> list[tuple[Referral, Place]]:
    referrals, due_at = await _something_due(work, wanted)
    if after is not None:
        place = tuple_(after.due_at, after.referral_id)
        referrals = referrals.where(tuple_(due_at, Referral.id) > place)
    rows = await work.session.execute(referrals.limit(most))
    return [(referral, Place(due_at, referral.id)) for referral, due_at in rows]


async def _with_nothing_due(
    work: Work, wanted: Wanted, after: Place | None, most: int
) -> list[tuple[Referral, Place]]:
    idle = await _nothing_due(work, wanted)
    by_id = by_age(idle, Referral.id, "newest", after=after.referral_id if after else None).limit(most)
    return [(referral, Place(None, referral.id)) for referral in await work.session.scalars(by_id)]


async def _something_due(
    work: Work, wanted: Wanted
) -> tuple[Select[Referral, datetime], ColumnElement[datetime]]:
    soonest = deadlines.soonest(work).subquery("soonest")
    referrals = (
        select(Referral, soonest.c.due_at)
        .join(soonest, soonest.c.subject_id == Referral.id)
        .where(*await conditions(work, wanted))
        .order_by(soonest.c.due_at, Referral.id)
    )
    return referrals, soonest.c.due_at


async def _nothing_due(work: Work, wanted: Wanted) -> Select[Referral]:
    running = deadlines.soonest(work).subquery("running")
    return select(Referral).where(
        *await conditions(work, wanted), ~select(running).where(running.c.subject_id == Referral.id).exists()
    )
