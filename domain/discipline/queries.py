"""Reading disciplinary cases: always through the actor's filter, so that whoever one is about finds none before its time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select

from domain.discipline.models import DisciplinaryCase
from domain.discipline.rules import Ground, State
from domain.filters import Age, Conditions, among, any_of
from domain.spans import Span, by_age, spanned
from domain.staff import queries as staff
from domain.work import Work
from tenancy.refusals import NotFound

CASE = "discipline.case"

Box = Literal["own", "copied", "concerning_me", "overseen"]
"""Which cases: those that the acting body looks into, those it has a copy of, those about the person who asks, others'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what a list of cases can be narrowed. `benefits_withheld_on` is a day; `person` a part of the officer's name."""

    secondments: frozenset[UUID] | None = None
    grounds: frozenset[Ground] | None = None
    states: frozenset[State] | None = None
    benefits_withheld_on: date | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases: of which box, narrowed by what."""

    box: Box
    filter: Filter = field(default_factory=Filter)


async def the(work: Work, case_id: UUID, *, to_change: bool = False) -> DisciplinaryCase:
    """One case, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(DisciplinaryCase).where(*_visible(work), DisciplinaryCase.id == case_id)
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, DisciplinaryCase]:
    """The cases with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(
        select(DisciplinaryCase).where(*_visible(work), DisciplinaryCase.id == any_of(ids))
    )
    return {case.id: case for case in found}


async def page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[DisciplinaryCase]:
    """A part of the cases in this order. A case's place is its id."""
    cases = select(DisciplinaryCase).where(*await _conditions(work, wanted))
    return (await work.session.scalars(spanned(cases, by_age(DisciplinaryCase.id, age), span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many cases there are."""
    counted = select(func.count()).select_from(DisciplinaryCase).where(*await _conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [DisciplinaryCase.county_id == work.county_id, work.visible(DisciplinaryCase, CASE)]


async def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    part = wanted.filter.person
    named = [] if part is None else await staff.named(work, DisciplinaryCase.person_id, part)
    return [*_visible(work), _in(work, wanted.box), *_narrowed(wanted.filter), *named]


def _in(work: Work, box: Box) -> ColumnElement[bool]:
    match box:
        case "own":
            return DisciplinaryCase.inquirer_id == work.actor.tenant_id
        case "copied":
            return DisciplinaryCase.copied_id == work.actor.tenant_id
        case "concerning_me":
            return DisciplinaryCase.concerned_id == work.actor.person_id
        case "overseen":
            if work.actor.overseen is None:
                return false()
            return DisciplinaryCase.county_id == work.actor.overseen


def _narrowed(by: Filter) -> Conditions:
    yield from among(DisciplinaryCase.secondment_id, by.secondments)
    yield from among(DisciplinaryCase.ground, by.grounds)
    yield from among(DisciplinaryCase.state, by.states)
    if by.benefits_withheld_on is not None:
        yield DisciplinaryCase.benefits_from <= by.benefits_withheld_on
        yield or_(
            DisciplinaryCase.benefits_until.is_(None),
            DisciplinaryCase.benefits_until >= by.benefits_withheld_on,
        )
