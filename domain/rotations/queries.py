"""Reading who has been at the front how long, and who reaches so many years there: as home, as host or by oversight."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, false, func, or_, select

from domain.filters import FIRST_DAY, Conditions, Days
from domain.rotations import rules
from domain.rotations.rules import Stage
from domain.secondments.models import Secondment
from domain.secondments.queries import in_force, on_side
from domain.secondments.rules import Side
from domain.spans import Order, Span, spanned
from domain.work import Work

BY_TIME = Order((Secondment.counted_since, Secondment.id))
"""Whoever has been at the front longest comes first."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list can be narrowed: the days from which on somebody may, or must, be exchanged, and a day on which they
    are still seconded."""

    in_force_on: date | None = None
    may_on: Days | None = None
    must_on: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose time: seen from which side, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


def years_of(work: Work, stage: Stage) -> int:
    """After how many years by today's rules; 0: nobody says."""
    rulebook, entry = work.rulebook_on(work.today), rules.RULED_BY[stage]
    return rulebook.number(entry) if rulebook.answers(entry) else 0


async def page(work: Work, *, wanted: Wanted, span: Span[tuple[date, UUID]]) -> Sequence[Secondment]:
    """A part of them, whoever has been there longest first. A place is from when their time counts, and the id."""
    found = select(Secondment).where(*_conditions(work, wanted))
    return (await work.session.scalars(spanned(found, BY_TIME, span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many there are."""
    counted = select(func.count()).select_from(Secondment).where(*_conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    by = wanted.filter
    return [
        *on_side(work, wanted.side),
        Secondment.counted_since.is_not(None),
        *(() if by.in_force_on is None else in_force(by.in_force_on)),
        *_reached(years_of(work, "may"), by.may_on),
        *_reached(years_of(work, "must"), by.must_on),
    ]


def _reached(years: int, days: Days | None) -> Conditions:
    """Those that are reached on these days. Whoever comes back with enough years reaches them with the first day."""
    if days is None:
        return
    if not years:
        yield false()
        return
    counted, since, until = Secondment.counted_since, Secondment.since, Secondment.until
    if days.until is not None:
        yield counted <= rules.begun_by(days.until, years=years)
        yield since <= days.until
    if days.since is not None:
        too_early = rules.begun_by(max(days.since, FIRST_DAY) - A_DAY, years=years)
        yield or_(counted > too_early, since >= days.since)
    reached = cast(counted + func.make_interval(years), Date)
    yield or_(until.is_(None), until >= func.greatest(reached, since))
