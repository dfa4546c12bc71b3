"""Reading who may use which powers: empowerments with what became of them, and entrustments. Everybody in the county may."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from domain.catalogue.models import (
    ClassMember,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Entrustment,
    EntrustmentEnd,
    Item,
    Recall,
)
from domain.catalogue.queries import ACCEPTANCE, AGREEMENT, ITEM, NOTICE, powers_in, published, the_one
from domain.catalogue.rules import Agreed
from domain.columns import Columns, also
from domain.filters import Age, Conditions, among, any_of
from domain.spans import Span, by_age, spanned
from domain.statements import Asks, Statement
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EmpowermentFilter:
    """By what the list of empowerments can be narrowed. A township's are its own and those of the classes it was ever in."""

    townships: frozenset[UUID] | None = None
    item_codes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrustmentFilter:
    """By what the list of entrustments can be narrowed."""

    departments: frozenset[UUID] | None = None
    townships: frozenset[UUID] | None = None


async def the_empowerment(work: Work, empowerment_id: UUID) -> Empowerment:
    """One empowerment. Raises `NotFound`."""
    return the_one(await empowerments_of_ids(work, [empowerment_id]), empowerment_id, "empowerment_id")


@Statement
def _empowerments_of_ids(asks: Asks) -> Select[Empowerment]:
    return select(Empowerment).where(
        Empowerment.county_id == asks.county_id,
        asks.visible(Empowerment, NOTICE),
        Empowerment.id == asks.any_of("ids"),
    )


async def empowerments_of_ids(
    work: Work, ids: Collection[UUID], columns: Columns = None
) -> dict[UUID, Empowerment]:
    """The empowerments with these ids, by id."""
    found = await _empowerments_of_ids(work, columns=also(columns, "id"), ids=list(ids))
    return {notice.id: notice for notice in found}


async def the_entrustment(work: Work, entrustment_id: UUID) -> Entrustment:
    """One entrustment. Raises `NotFound`."""
    return the_one(await entrustments_of_ids(work, [entrustment_id]), entrustment_id, "entrustment_id")


async def entrustments_of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Entrustment]:
    """The entrustments with these ids, by id."""
    found = await work.session.scalars(
        select(Entrustment).where(*published(work, Entrustment, AGREEMENT), Entrustment.id == any_of(ids))
    )
    return {each.id: each for each in found}


async def ends_of(work: Work, entrustment_ids: Collection[UUID]) -> dict[UUID, EntrustmentEnd]:
    """How those of these entrustments end that do so before their last day, by entrustment."""
    found = await work.session.scalars(
        select(EntrustmentEnd).where(
            *published(work, EntrustmentEnd, AGREEMENT),
            EntrustmentEnd.entrustment_id == any_of(entrustment_ids),
        )
    )
    return {each.entrustment_id: each for each in found}


async def entrusted_likewise(work: Work, row: Entrustment) -> list[Agreed]:
    """What else the same department entrusts the same township with, of the same powers of the same item."""
    known = await work.session.execute(
        select(Entrustment.number, Entrustment.since, held_until())
        .outerjoin(EntrustmentEnd, ending(work))
        .where(
            *published(work, Entrustment, AGREEMENT),
            Entrustment.item_id == row.item_id,
            Entrustment.township_id == row.township_id,
            Entrustment.department_id == row.department_id,
            or_(*(getattr(Entrustment, power) for power in powers_in(row))),
        )
    )
    return [Agreed(*each) for each in known]


def held_until() -> ColumnElement[date]:
    """The first day on which an entrustment no longer holds, where its `ending` is joined."""
    return func.coalesce(EntrustmentEnd.ends_on, Entrustment.until)


def ending(asks: Work | Asks) -> ColumnElement[bool]:
    """On which condition an end is that of an entrustment."""
    return and_(*published(asks, EntrustmentEnd, AGREEMENT), EntrustmentEnd.entrustment_id == Entrustment.id)


async def items_given(work: Work, empowerment_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The items that each of these empowerments gives, by empowerment, in the order of their ids."""
    given: dict[UUID, list[UUID]] = {one: [] for one in empowerment_ids}
    found = await work.session.execute(
        select(EmpoweredItem.empowerment_id, EmpoweredItem.item_id)
        .where(
            *published(work, EmpoweredItem, NOTICE), EmpoweredItem.empowerment_id == any_of(empowerment_ids)
        )
        .order_by(EmpoweredItem.item_id)
    )
    for each in found:
        given[each.empowerment_id].append(each.item_id)
    return given


async def recalled_from(work: Work, empowerment_id: UUID, township_id: UUID) -> dict[UUID, date]:
    """What of an empowerment is recalled from a township, by item, with the first day without it."""
    found = await work.session.execute(
        select(Recall.item_id, Recall.since).where(
            *published(work, Recall, NOTICE),
            Recall.empowerment_id == empowerment_id,
            Recall.township_id == township_id,
        )
    )
    return {each.item_id: each.since for each in found}


async def signed_on(work: Work, empowerment_id: UUID, township_id: UUID) -> date | None:
    """When a township signed for an empowerment, if it did."""
    found: date | None = await work.session.scalar(
        select(EmpowermentAcceptance.signed_on).where(
            *published(work, EmpowermentAcceptance, ACCEPTANCE),
            EmpowermentAcceptance.empowerment_id == empowerment_id,
            EmpowermentAcceptance.township_id == township_id,
        )
    )
    return found


async def page_of_empowerments(
    work: Work, *, by: EmpowermentFilter, age: Age, span: Span[UUID]
) -> Sequence[Empowerment]:
    """A part of the empowerments in this order. An empowerment's place is its id."""
    listed = select(Empowerment).where(*published(work, Empowerment, NOTICE), *_given_to(work, by))
    return (await work.session.scalars(spanned(listed, by_age(Empowerment.id, age), span))).all()


async def count_of_empowerments(work: Work, *, by: EmpowermentFilter) -> int:
    """How many empowerments there are."""
    counted = (
        select(func.count())
        .select_from(Empowerment)
        .where(*published(work, Empowerment, NOTICE), *_given_to(work, by))
    )
    return (await work.session.scalar(counted)) or 0


async def page_of_entrustments(
    work: Work, *, by: EntrustmentFilter, age: Age, span: Span[UUID]
) -> Sequence[Entrustment]:
    """A part of the entrustments in this order. An entrustment's place is its id."""
    listed = select(Entrustment).where(*published(work, Entrustment, AGREEMENT), *_entrusted(by))
    return (await work.session.scalars(spanned(listed, by_age(Entrustment.id, age), span))).all()


async def count_of_entrustments(work: Work, *, by: EntrustmentFilter) -> int:
    """How many entrustments there are."""
    counted = (
        select(func.count())
        .select_from(Entrustment)
        .where(*published(work, Entrustment, AGREEMENT), *_entrusted(by))
    )
    return (await work.session.scalar(counted)) or 0


def _given_to(work: Work, by: EmpowermentFilter) -> Conditions:
    if by.townships is not None:
        classes = select(ClassMember.class_id).where(
            *published(work, ClassMember, NOTICE), *among(ClassMember.township_id, by.townships)
        )
        yield or_(*among(Empowerment.township_id, by.townships), Empowerment.class_id.in_(classes))
    if by.item_codes is not None:
        coded = select(Item.id).where(*published(work, Item, ITEM), *among(Item.code, by.item_codes))
        giving = select(EmpoweredItem.empowerment_id).where(
            *published(work, EmpoweredItem, NOTICE), EmpoweredItem.item_id.in_(coded)
        )
        yield Empowerment.id.in_(giving)


def _entrusted(by: EntrustmentFilter) -> Conditions:
    yield from among(Entrustment.department_id, by.departments)
    yield from among(Entrustment.township_id, by.townships)
