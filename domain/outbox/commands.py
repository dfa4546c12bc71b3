"""Announcing, which is the last step of a command; and what the relay and the handlers do with announcements.

The first part runs in a command's own transaction. The second is the worker's: each function is a few statements in a
transaction that the caller opened, and `wall` is the machine's wall clock, not the county's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.types import Uuid

from domain.outbox import rules
from domain.outbox.models import Announcement, Beat, Receipt
from domain.outbox.rules import Announced, Announcing, Audience
from domain.work import Errand, Work
from tenancy.ids import new_id
from tenancy.many import insert_many


async def announce(
    work: Work | Errand,
    *,
    kind: str,
    subject_kind: str,
    subject_id: UUID,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
) -> None:
    """Leave a fact for the relay: `kind` in the past tense, ids only in `facts`, to everybody in `audience`."""
    await announce_all(
        work,
        [
            Announcing(
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                audience=audience,
                facts=facts or {},
            )
        ],
    )


async def announce_all(work: Work | Errand, facts: Sequence[Announcing]) -> None:
    """Leave many facts at once, in this order."""
    if not facts:
        return
    rows = [
        {
            "id": new_id(),
            "county_id": work.county_id,
            "kind": fact.kind,
            "subject_kind": fact.subject_kind,
            "subject_id": fact.subject_id,
            "audience": [concerned.as_json() for concerned in fact.audience],
            "facts": dict(fact.facts),
            "announced_at": work.now,
            "next_attempt_at": rules.AT_ONCE,
            "attempts": 0,
        }
        for fact in facts
    ]
    await insert_many(work.session, Announcement, rows)


# --- The relay's and the handlers' part ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """An announcement that the relay holds for a while, to hand it over."""

    id: UUID
    county_id: UUID
    attempts: int

    @property
    def is_exhausted(self) -> bool:
        """Whether the last attempt was made, and nobody came back from it."""
        return rules.given_up(self.attempts)


async def take_waiting(
    session: AsyncSession, *, wall: datetime, lost_after: timedelta, most: int
) -> Sequence[Taken]:
    """Take announcements that are due, of each subject only the earliest undelivered, and hold them for `lost_after`.

    What is not begun by then counts as lost on the way and is taken again. Several relays may take at once.
    """
    earlier = aliased(Announcement)
    # A scalar subquery is asked per row in the order of the outer index, until there are enough; `not exists` may be
    # turned into a join with everything that waits.
    earliest = (
        select(func.min(earlier.seq))
        .where(
            earlier.subject_id == Announcement.subject_id,
            earlier.handled_at.is_(None),
            earlier.dead_at.is_(None),
        )
        .correlate(Announcement)
        .scalar_subquery()
    )
    rows = (
        await session.execute(
            select(Announcement.id, Announcement.county_id, Announcement.attempts)
            .where(*_undelivered(), Announcement.next_attempt_at <= wall, Announcement.seq == earliest)
            .order_by(Announcement.next_attempt_at, Announcement.seq)
            .limit(most)
            .with_for_update(skip_locked=True, of=Announcement)
        )
    ).all()
    taken = [Taken(*row) for row in rows]
    if not taken:
        return []
    await session.execute(
        update(Announcement)
        .where(_among([each.id for each in taken]))
        .values(next_attempt_at=wall + lost_after)
        .execution_options(synchronize_session=False)
    )
    return taken


async def bury(session: AsyncSession, ids: Collection[UUID], *, wall: datetime) -> None:
    """Make dead letters of announcements whose handlers died with them until no attempt was left."""
    await session.execute(
        update(Announcement)
        .where(_among(ids), *_undelivered())
        .values(
            dead_at=wall,
            last_error=func.coalesce(Announcement.last_error, "every attempt ended without a word"),
        )
        .execution_options(synchronize_session=False)
    )


async def resend(session: AsyncSession) -> int:
    """Have every dead letter tried again, from the first attempt on; how many there are. By hand, as the owner.

    Those of one subject go out in their old order among themselves; what was made after them may have gone before.
    """
    revived = await session.execute(
        update(Announcement)
        .where(Announcement.dead_at.is_not(None), Announcement.handled_at.is_(None))
        .values(dead_at=None, attempts=0, next_attempt_at=rules.AT_ONCE)
        .execution_options(synchronize_session=False)
    )
    return int(revived.rowcount)  # type: ignore[attr-defined]  # an update's result counts its rows


async def begin_handling(
    errand: Errand, ids: Collection[UUID], *, wall: datetime, lasts: timedelta
) -> list[Announced]:
    """Count an attempt on those of the announcements that are still undelivered, and give them, in order.

    They are not relayed again before `lasts` is over.
    """
    held = (
        select(Announcement.id)
        .where(
            Announcement.county_id == errand.county_id,
            _among(ids),
            *_undelivered(),
            Announcement.attempts < rules.ATTEMPTS_AT_MOST,
        )
        .order_by(Announcement.seq)  # two jobs with the same announcements lock them in the same order
        .with_for_update()
        .cte("held")
    )
    rows = await errand.session.execute(
        update(Announcement)
        .where(Announcement.id == held.c.id)
        .values(attempts=Announcement.attempts + 1, next_attempt_at=wall + lasts)
        .returning(
            Announcement.seq,
            Announcement.id,
            Announcement.county_id,
            Announcement.kind,
            Announcement.subject_kind,
            Announcement.subject_id,
            Announcement.audience,
            Announcement.facts,
            Announcement.announced_at,
            Announcement.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    return [
        Announced(
            id=row.id,
            county_id=row.county_id,
            kind=row.kind,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            audience=row.audience,
            facts=row.facts,
            announced_at=row.announced_at,
            attempts=row.attempts,
        )
        for row in sorted(rows, key=lambda row: row.seq)
    ]


async def leave_receipts(
    errand: Errand, ids: Collection[UUID], *, handler: str, wall: datetime
) -> frozenset[UUID]:
    """Claim announcements for a handler in the handler's own transaction; those it dealt with before are left out.

    Of two at once the second waits here until the first is done, and then gets nothing.
    """
    claimed = await errand.session.scalars(
        insert_unless_there(Receipt)
        .from_select(
            ["announcement_id", "handler", "handled_at"],
            select(Announcement.id, literal(handler), literal(wall))
            .where(Announcement.county_id == errand.county_id, _among(ids))
            .order_by(Announcement.id),
        )
        .on_conflict_do_nothing()
        .returning(Receipt.announcement_id)
    )
    return frozenset(claimed)


async def mark_handled(errand: Errand, ids: Collection[UUID], *, wall: datetime) -> None:
    """Say that nothing is left to do about these announcements: the next of their subjects may come."""
    await errand.session.execute(
        update(Announcement)
        .where(Announcement.county_id == errand.county_id, _among(ids), *_undelivered())
        .values(handled_at=wall)
        .execution_options(synchronize_session=False)
    )


async def mark_failed(errand: Errand, announced: Announced, *, error: str, wall: datetime) -> bool:
    """Note why an attempt failed; try again later, or give up for good (True) and let the next ones pass."""
    dead = rules.given_up(announced.attempts)
    await errand.session.execute(
        update(Announcement)
        .where(Announcement.county_id == errand.county_id, Announcement.id == announced.id, *_undelivered())
        .values(
            last_error=error,
            next_attempt_at=wall + rules.retry_after(announced.attempts),
            dead_at=wall if dead else None,
        )
        .execution_options(synchronize_session=False)
    )
    return dead


async def forget_handled(session: AsyncSession, *, before: datetime, most: int) -> int:
    """Delete announcements that were handled before then, with their receipts, at most so many. How many."""
    old = (
        select(Announcement.id)
        .where(Announcement.handled_at.is_not(None), Announcement.handled_at < before)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    gone = await session.execute(
        delete(Announcement).where(Announcement.id.in_(old)).execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a delete's result counts its rows


async def beat(
    session: AsyncSession,
    *,
    reconciler: str,
    wall: datetime,
    waiting_since: datetime | None,
    given_up: int = 0,
    done: int = 0,
) -> None:
    """Say that a reconciler ran, what it found left to do, and how much it has done since it last said so."""
    told = {"at": wall, "waiting_since": waiting_since, "given_up": given_up}
    await session.execute(
        insert_unless_there(Beat)
        .values(reconciler=reconciler, done=done, **told)
        .on_conflict_do_update(index_elements=[Beat.reconciler], set_={**told, "done": Beat.done + done})
    )


def _undelivered() -> tuple[ColumnElement[bool], ...]:
    # As the partial indexes have it.
    return (and_(Announcement.handled_at.is_(None), Announcement.dead_at.is_(None)),)


def _among(ids: Collection[UUID]) -> ColumnElement[bool]:
    # One parameter however many ids: the statement stays the same and is planned once.
    return Announcement.id == any_(literal(list(ids), ARRAY(Uuid)))
