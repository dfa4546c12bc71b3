"""Recounting: after a change of the calendar, what runs is counted again; the machinery's part, like `firing.py`.

A deadline keeps the version of the calendar by which it was counted; what is older than its county's is stale. So
nothing is lost if whoever loaded a calendar dies, or if a deadline is begun by the old one in that very moment: it is
found stale, sooner or later. Steps of one transaction that the worker opens for one county.

All that runs is counted, not only what is provisional: a notice may name days of the December before it, and a county
may rest on any day. What has ended stays as it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record_all
from domain.audit.rules import Act
from domain.calendars.models import CalendarVersion
from domain.calendars.rules import WorkingCalendar
from domain.deadlines.counting import Changed, Standing, histories_of, keep, plan_again
from domain.deadlines.firing import who_hears
from domain.deadlines.models import OPEN, Deadline
from domain.deadlines.terms import Terms
from domain.outbox.commands import announce_all
from domain.outbox.rules import Announcing, ToTenant
from domain.rulebooks.rules import Shelf
from domain.work import Errand
from tenancy.models import CountyRow


@dataclass(frozen=True, slots=True)
class Stale:
    """Running deadlines of a county, locked, that an older calendar than `version` counted."""

    version: int
    zone: ZoneInfo
    deadlines: Sequence[Deadline]


@dataclass(frozen=True, slots=True)
class Recounted:
    """A deadline whose recount came out differently in anything; `was` is all that a recount may change."""

    deadline: Deadline
    was: dict[str, Any]
    standing: Standing
    because: str | None

    @property
    def moved(self) -> bool:
        """Whether it is due at another instant."""
        return self.deadline.due_at != self.standing.due_at


async def counties_stale(session: AsyncSession) -> list[tuple[UUID, datetime | None]]:
    """The counties in which something is to be counted again, each with the time since when: one probe for each."""
    oldest = (
        select(Deadline.calendar_version)
        .where(
            Deadline.county_id == CountyRow.county_id,
            Deadline.calendar_version < CountyRow.calendar_version,
            text(OPEN),
        )
        .order_by(Deadline.calendar_version)
        .limit(1)
        .lateral("oldest")
    )
    since = (
        select(func.min(CalendarVersion.at))
        .where(
            CalendarVersion.county_id == CountyRow.county_id,
            CalendarVersion.version > oldest.c.calendar_version,
        )
        .scalar_subquery()
    )
    rows = await session.execute(
        select(CountyRow.county_id, since).select_from(CountyRow).join(oldest, true())
    )
    return [(county_id, at) for county_id, at in rows]


async def count_stale(session: AsyncSession) -> int:
    """How many running deadlines are to be counted again, in all counties."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Deadline)
            .join(CountyRow, CountyRow.county_id == Deadline.county_id)
            .where(Deadline.calendar_version < CountyRow.calendar_version, text(OPEN))
        )
    ) or 0


async def take_stale(errand: Errand, *, most: int) -> Stale:
    """Lock what is to be counted again; what an act holds is left to the next pass.

    The version is read before any day of the calendar: should that change in between, what is counted by newer days is
    stale once more, and never the other way round.
    """
    county = (
        await errand.session.execute(
            select(CountyRow.calendar_version, CountyRow.time_zone).where(
                CountyRow.county_id == errand.county_id
            )
        )
    ).one()
    deadlines = await errand.session.scalars(
        select(Deadline)
        .where(
            Deadline.county_id == errand.county_id,
            Deadline.calendar_version < county.calendar_version,
            text(OPEN),
        )
        .order_by(Deadline.calendar_version)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return Stale(county.calendar_version, ZoneInfo(county.time_zone), deadlines.all())


async def recount(
    errand: Errand, stale: Stale, *, calendar: WorkingCalendar, shelf: Shelf
) -> list[Recounted]:
    """Count them by the calendar; those that came out differently. A rung that was reached stays reached."""
    histories = await histories_of(errand, stale.deadlines)
    causes = await _causes(errand, stale)
    known: dict[tuple[date, str], Terms] = {}
    recounted = []
    for deadline in stale.deadlines:
        key = (deadline.ruled_on, deadline.kind)
        if key not in known:
            known[key] = Terms.of(shelf.on(deadline.ruled_on), kind=deadline.kind, zone=stale.zone)
        was, standing, counted_by = _times(deadline), Standing.of(deadline), deadline.calendar_version
        plan_again(
            deadline,
            known[key],
            calendar=calendar,
            calendar_version=stale.version,
            now=errand.now,
            history=histories[deadline.id],
        )
        if _times(deadline) != was:
            newer = [source for version, source in causes if version > counted_by]
            recounted.append(Recounted(deadline, was, standing, "; ".join(newer) or None))
    await errand.session.flush()
    return recounted


async def keep_recounted(errand: Errand, recounted: Sequence[Recounted]) -> None:
    """Keep old and new of what is due at another instant, or is certain now, or is no more."""
    await keep(
        errand,
        [
            Changed(each.deadline, "recounted", each.standing, each.because, errand.now)
            for each in recounted
            if each.standing != Standing.of(each.deadline)
        ],
    )


async def announce_moved(errand: Errand, recounted: Sequence[Recounted]) -> None:
    """Tell both sides of what is due at another instant."""
    await announce_all(errand, [_announcing(each.deadline) for each in recounted if each.moved])


async def record_recounted(errand: Errand, recounted: Sequence[Recounted]) -> None:
    """Leave an audit line with old and new of everything that came out differently, reminders included."""
    await record_all(
        errand,
        [
            Act(
                action="deadline.recounted",
                subject_kind=each.deadline.subject_kind,
                subject_id=each.deadline.subject_id,
                content={
                    "deadline": str(each.deadline.id),
                    "limit": each.deadline.kind,
                    "because": each.because,
                    "was": each.was,
                    "is": _times(each.deadline),
                },
            )
            for each in recounted
        ],
    )


async def _causes(errand: Errand, stale: Stale) -> Sequence[tuple[int, str]]:
    """What made each version of the calendar since the oldest that counted any of these, in order."""
    oldest = min((deadline.calendar_version for deadline in stale.deadlines), default=stale.version)
    rows = await errand.session.execute(
        select(CalendarVersion.version, CalendarVersion.source)
        .where(
            CalendarVersion.county_id == errand.county_id,
            CalendarVersion.version > oldest,
            CalendarVersion.version <= stale.version,
        )
        .order_by(CalendarVersion.version)
    )
    return [(row.version, row.source) for row in rows]


def _announcing(deadline: Deadline) -> Announcing:
    sides = [side for side in (deadline.obligor_id, deadline.waiting_id) if side is not None]
    return Announcing(
        kind="deadline.moved",
        subject_kind=deadline.subject_kind,
        subject_id=deadline.subject_id,
        audience=[ToTenant(side, who_hears(deadline.subject_kind)) for side in sides],
        facts={
            "deadline": str(deadline.id),
            "limit": deadline.kind,
            "obligor": str(deadline.obligor_id),
            "waiting": deadline.waiting_id and str(deadline.waiting_id),
            "due_at": deadline.due_at.isoformat(),
        },
    )


def _times(deadline: Deadline) -> dict[str, Any]:
    """What a recount may change, as the audit line has it."""
    instants = {
        "warn_at": deadline.warn_at,
        "due_day_at": deadline.due_day_at,
        "due_at": deadline.due_at,
        "escalate_at": deadline.escalate_at,
    }
    written = {name: instant and instant.isoformat() for name, instant in instants.items()}
    return {**written, "provisional": deadline.provisional}
