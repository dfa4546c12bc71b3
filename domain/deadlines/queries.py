"""Reading deadlines: always through the actor's filter, whoever owes, waits or oversees.

Only `due_at`, `running_out` and `running_kinds` are not filtered by role: the acts of a matter ask them about their own matter, and
tenants' walls hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, and_, false, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from domain.columns import Columns, also
from domain.deadlines.models import ABOUT_PEOPLE, OPEN, Deadline, DeadlineChange, DeadlineRung
from domain.filters import Conditions, Days, any_of, during
from domain.spans import Order, Span, spanned
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

Side = Literal["owed", "awaited", "overseen"]
"""Which running deadlines: those the acting body owes, those it waits for, those of others that it oversees."""

SIDES: tuple[Side, ...] = get_args(Side)

CLOCK = "deadline.clock"
PERSONNEL_CLOCK = "deadline.personnel_clock"
"""That of a matter about people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what a list of running deadlines can be narrowed."""

    due_at: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which running deadlines: of which side, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


Kept = TypeVar("Kept", DeadlineRung, DeadlineChange)


async def the(work: Work, deadline_id: UUID) -> Deadline:
    """One deadline, running or not. Raises `NotFound`."""
    found = await work.session.scalar(select(Deadline).where(*_visible(work), Deadline.id == deadline_id))
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Deadline]:
    """The deadlines with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(select(Deadline).where(*_visible(work), Deadline.id == any_of(ids)))
    return {deadline.id: deadline for deadline in found}


async def due_at(work: Work, *, subject_id: UUID, kind: str) -> datetime:
    """When the running deadline of this kind in a matter runs out. Raises LookupError when none is running."""
    found: datetime | None = await work.session.scalar(
        select(Deadline.due_at).where(
            Deadline.county_id == work.county_id,
            Deadline.subject_id == subject_id,
            Deadline.kind == kind,
            text(OPEN),
        )
    )
    if found is None:
        raise LookupError(f"no deadline {kind} is running for {subject_id}")
    return found


async def running_out(work: Work, subject_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When what is owed in each of these matters runs out, the first where there is more; where nothing is, it is absent."""
    found = await work.session.execute(
        select(Deadline.subject_id, func.min(Deadline.due_at))
        .where(
            Deadline.county_id == work.county_id,
            Deadline.subject_id == any_of(subject_ids),
            text(OPEN),
        )
        .group_by(Deadline.subject_id)
    )
    return {each.subject_id: each[1] for each in found}


async def running_kinds(work: Work, *, subject_id: UUID, in_time: bool = False) -> frozenset[str]:
    """What is owed in a matter now, whoever owes it, standing still or not; or only what is not late yet."""
    running = select(Deadline.kind).where(
        Deadline.county_id == work.county_id, Deadline.subject_id == subject_id, text(OPEN)
    )
    if in_time:
        running = running.where(Deadline.due_at > work.now)
    return frozenset(await work.session.scalars(running))


async def of_subject(work: Work, subject_id: UUID) -> list[Deadline]:
    """The deadlines of one matter, running or not, in the order in which they began."""
    return (await of_subjects(work, [subject_id]))[subject_id]


@Statement
def _of_subjects(asks: Asks, open_only: bool) -> Select[Deadline]:
    wanted = select(Deadline).where(*_visible(asks), Deadline.subject_id == asks.any_of("ids"))
    if open_only:
        wanted = wanted.where(text(OPEN))
    return wanted.order_by(Deadline.started_at, Deadline.id)


async def of_subjects(
    work: Work, subject_ids: Collection[UUID], *, open_only: bool = False, columns: Columns = None
) -> dict[UUID, list[Deadline]]:
    """The deadlines of each of these matters, in the order in which they began, in one statement."""
    found = await _of_subjects(work, open_only, columns=also(columns, "subject_id"), ids=list(subject_ids))
    by_subject: dict[UUID, list[Deadline]] = {subject_id: [] for subject_id in subject_ids}
    for deadline in found:
        by_subject[deadline.subject_id].append(deadline)
    return by_subject


async def rungs_of(work: Work, deadline_ids: Collection[UUID]) -> dict[UUID, list[DeadlineRung]]:
    """The rungs that each of these deadlines reached, in the order in which they did, in one statement."""
    in_order = (DeadlineRung.planned_at, DeadlineRung.fired_at)
    return await _kept_of(work, DeadlineRung, deadline_ids, in_order)


async def changes_of(work: Work, deadline_ids: Collection[UUID]) -> dict[UUID, list[DeadlineChange]]:
    """What changed in each of these deadlines while it ran, in its order, in one statement."""
    in_order = (DeadlineChange.at, DeadlineChange.id)
    return await _kept_of(work, DeadlineChange, deadline_ids, in_order)


async def page(work: Work, *, wanted: Wanted, span: Span[tuple[datetime, UUID]]) -> Sequence[Deadline]:
    """A part of the running deadlines, the soonest first. A deadline's place is its due instant and its id."""
    deadlines = select(Deadline).where(*_conditions(work, wanted))
    order = Order((Deadline.due_at, Deadline.id))
    return (await work.session.scalars(spanned(deadlines, order, span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many running deadlines there are."""
    counted = select(func.count()).select_from(Deadline)
    counted = counted.where(*_conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


async def _kept_of(
    work: Work,
    model: type[Kept],
    deadline_ids: Collection[UUID],
    in_order: Sequence[InstrumentedAttribute[Any]],
) -> dict[UUID, list[Kept]]:
    found = await work.session.scalars(
        select(model)
        .where(
            model.county_id == work.county_id,
            or_(work.visible(model, CLOCK), work.visible(model, PERSONNEL_CLOCK)),
            model.deadline_id.in_(
                select(Deadline.id).where(*_visible(work), Deadline.id == any_of(deadline_ids))
            ),
        )
        .order_by(*in_order)
    )
    by_deadline: dict[UUID, list[Kept]] = {deadline_id: [] for deadline_id in deadline_ids}
    for kept in found:
        by_deadline[kept.deadline_id].append(kept)
    return by_deadline


def matters_due(work: Work, *, side: Side, since: datetime | None = None, before: datetime) -> Select[UUID]:
    """The matters in which a running deadline ends within this time: a condition for lists of matters, read by none."""
    running = (*_of_matters(work), *_on_side(work, side))
    due = select(Deadline.subject_id).where(*running, Deadline.due_at < before)
    return due if since is None else due.where(Deadline.due_at >= since)


def soonest(work: Work) -> Select[UUID, datetime]:
    """For each matter in which a deadline runs that the actor may see, when the first one ends: for ordering lists."""
    return (
        select(Deadline.subject_id, func.min(Deadline.due_at).label("due_at"))
        .where(*_of_matters(work), text(OPEN))
        .group_by(Deadline.subject_id)
    )


def _of_matters(work: Work) -> list[ColumnElement[bool]]:
    """What is visible of the clocks of matters that are listed; those of matters about people narrow and order no list."""
    return [Deadline.county_id == work.county_id, work.visible(Deadline, CLOCK)]


def _visible(asks: Work | Asks) -> list[ColumnElement[bool]]:
    about_people = Deadline.subject_kind.in_(sorted(ABOUT_PEOPLE))
    return [
        Deadline.county_id == asks.county_id,
        or_(
            and_(~about_people, asks.visible(Deadline, CLOCK)),
            and_(about_people, asks.visible(Deadline, PERSONNEL_CLOCK)),
        ),
    ]


def _narrowed(work: Work, by: Filter) -> Conditions:
    yield from during(Deadline.due_at, by.due_at, work.actor.zone)


def overdue_in(work: Work, matters: Select[UUID]) -> Select[UUID, UUID]:
    """Who is late with what in these matters: each body once for a matter, whatever it owes in it."""
    late = select(Deadline.obligor_id, Deadline.subject_id).where(*_of_matters(work), text(OPEN))
    return late.where(Deadline.due_at < work.now, Deadline.subject_id.in_(matters)).distinct()


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool] | TextClause]:
    return [*_visible(work), *_on_side(work, wanted.side), *_narrowed(work, wanted.filter)]


def _on_side(work: Work, side: Side) -> list[ColumnElement[bool] | TextClause]:
    # In the words of the partial indexes, so that a generic plan knows it too.
    conditions: list[ColumnElement[bool] | TextClause] = [text(OPEN)]
    match side:
        case "owed":
            conditions.append(Deadline.obligor_id == work.actor.tenant_id)
        case "awaited":
            conditions.append(Deadline.waiting_id == work.actor.tenant_id)
        case "overseen":
            # What the actor sees beyond this as a party is on the other two lists.
            conditions.append(
                false() if work.actor.overseen is None else Deadline.obligor_id != work.actor.tenant_id
            )
            conditions.append(Deadline.waiting_id.is_distinct_from(work.actor.tenant_id))
    return conditions
