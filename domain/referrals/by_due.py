"""Referrals in the order in which something is due in them: the soonest first, then those in which no deadline runs.

A deadline is a row of its own, of which the partial indexes keep the running ones by side. The first part of the list
begins from these, so it costs as much as there is running, however long the register is; the second part is the register
by age, without them.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from domain.deadlines import queries as deadlines
from domain.filters import streamed
from domain.referrals.filters import Wanted, conditions
from domain.referrals.models import Referral
from domain.spans import Order, Span, by_age, ordered, spanned
from domain.work import Work

LATEST_BEGUN_FIRST = by_age(Referral.id, "newest")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a referral stands in this order; `due_at` is None where no deadline runs."""

    due_at: datetime | None
    referral_id: UUID


async def page_by_due(work: Work, *, wanted: Wanted, span: Span[Place]) -> Sequence[tuple[Referral, Place]]:
    """A part of the referrals in this order, each with its place."""
    found: list[tuple[Referral, Place]] = []
    for part in reversed(PARTS) if span.backward else PARTS:
        if len(found) < span.most:
            found += await part(work, wanted, replace(span, most=span.most - len(found)))
    return found


async def ids_by_due(work: Work, *, wanted: Wanted) -> AsyncIterator[UUID]:
    """The ids of all of them in this order, as they come."""
    due, soonest = await _something_due(work, wanted)
    idle = await _nothing_due(work, wanted)
    for part in (ordered(due, soonest), ordered(idle, LATEST_BEGUN_FIRST)):
        async for each in streamed(work.session, part.with_only_columns(Referral.id)):
            yield each


async def _with_something_due(work: Work, wanted: Wanted, span: Span[Place]) -> list[tuple[Referral, Place]]:
    if span.after is not None and span.after.due_at is None:
        return []
    before = span.before if span.before and span.before.due_at else None
    here = Span(
        most=span.most,
        after=span.after and (span.after.due_at, span.after.referral_id),
        before=before and (before.due_at, before.referral_id),
        backward=span.backward,
    )
    referrals, soonest = await _something_due(work, wanted)
    rows = await work.session.execute(spanned(referrals, soonest, here))
    return [(referral, Place(due_at, referral.id)) for referral, due_at in rows]


async def _with_nothing_due(work: Work, wanted: Wanted, span: Span[Place]) -> list[tuple[Referral, Place]]:
    if span.before is not None and span.before.due_at is not None:
        return []
    after = span.after if span.after and span.after.due_at is None else None
    here = Span(
        most=span.most,
        after=after and after.referral_id,
        before=span.before and span.before.referral_id,
        backward=span.backward,
    )
    idle = spanned(await _nothing_due(work, wanted), LATEST_BEGUN_FIRST, here)
    return [(referral, Place(None, referral.id)) for referral in await work.session.scalars(idle)]


PARTS = (_with_something_due, _with_nothing_due)
"""The two parts of the list, in their order."""


async def _something_due(work: Work, wanted: Wanted) -> tuple[Select[Referral, datetime], Order]:
    soonest = deadlines.soonest(work).subquery("soonest")
    referrals = (
        select(Referral, soonest.c.due_at)
        .join(soonest, soonest.c.subject_id == Referral.id)
        .where(*await conditions(work, wanted))
    )
    return referrals, Order((soonest.c.due_at, Referral.id))


async def _nothing_due(work: Work, wanted: Wanted) -> Select[Referral]:
    running = deadlines.soonest(work).subquery("running")
    return select(Referral).where(
        *await conditions(work, wanted), ~select(running).where(running.c.subject_id == Referral.id).exists()
    )
