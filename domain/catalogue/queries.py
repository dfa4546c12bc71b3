"""Reading the catalogue: what is published, everybody in the county may read. Who may use which powers:
`grants.py`; whose a matter is: `competence.py`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from domain.catalogue.models import (
    ClassMember,
    Duty,
    Empowerment,
    Entrustment,
    Item,
    ItemNameEnding,
    ItemVersion,
    TownshipClass,
)
from domain.catalogue.rules import POWERS, Band, Power
from domain.columns import Columns, also
from domain.filters import Age, Conditions, among, any_of, begins
from domain.organisations.models import Organisation
from domain.search.rules import words
from domain.spans import Order, Span, by_age, spanned
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

ITEM = "item.entry"
NOTICE = "empowerment.notice"
ACCEPTANCE = "empowerment.acceptance"
AGREEMENT = "entrustment.agreement"
DUTY = "duty.entry"

Row = TypeVar("Row", Empowerment, Entrustment, TownshipClass, Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """By what the list of items can be narrowed. All but the codes are asked of one version: that of `in_force_on`, or any."""

    codes: frozenset[str] | None = None
    fields: frozenset[str] | None = None
    powers: frozenset[Power] | None = None
    departments: frozenset[UUID] | None = None
    in_force_on: date | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEntryFilter:
    """By what the duty lists can be narrowed."""

    organisations: frozenset[UUID] | None = None
    codes: frozenset[str] | None = None


async def the_item(work: Work, item_id: UUID) -> Item:
    """One item. Raises `NotFound`."""
    return the_one(await items_of_ids(work, [item_id]), item_id, "item_id")


async def the_class(work: Work, class_id: UUID) -> TownshipClass:
    """One class of townships. Raises `NotFound`."""
    return the_one(await classes_of_ids(work, [class_id]), class_id, "class_id")


@Statement
def _items_of_ids(asks: Asks) -> Select[Item]:
    return select(Item).where(
        Item.county_id == asks.county_id, asks.visible(Item, ITEM), Item.id == asks.any_of("ids")
    )


async def items_of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Item]:
    """The items with these ids, by id."""
    return {item.id: item for item in await _items_of_ids(work, columns=also(columns, "id"), ids=list(ids))}


@Statement
def _classes_of_ids(asks: Asks) -> Select[TownshipClass]:
    return select(TownshipClass).where(
        TownshipClass.county_id == asks.county_id,
        asks.visible(TownshipClass, NOTICE),
        TownshipClass.id == asks.any_of("ids"),
    )


async def classes_of_ids(
    work: Work, ids: Collection[UUID], columns: Columns = None
) -> dict[UUID, TownshipClass]:
    """The classes of townships with these ids, by id."""
    return {each.id: each for each in await _classes_of_ids(work, columns=also(columns, "id"), ids=list(ids))}


async def duties_of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Duty]:
    """The entries of duty lists with these ids, by id."""
    found = await work.session.scalars(
        select(Duty).where(*published(work, Duty, DUTY), Duty.id == any_of(ids))
    )
    return {each.id: each for each in found}


async def versions_of(work: Work, item_ids: Collection[UUID]) -> dict[UUID, list[ItemVersion]]:
    """All versions of these items, by item, the earliest first."""
    found: dict[UUID, list[ItemVersion]] = {}
    for version in await work.session.scalars(
        select(ItemVersion)
        .where(*published(work, ItemVersion, ITEM), ItemVersion.item_id == any_of(item_ids))
        .order_by(ItemVersion.since)
    ):
        found.setdefault(version.item_id, []).append(version)
    return found


async def members_of(work: Work, class_id: UUID, *, on: date) -> list[UUID]:
    """The townships that are in a class on a day."""
    return list(await work.session.scalars(_members(work, class_id, on)))


async def page_of_members(
    work: Work, *, class_id: UUID, on: date, span: Span[UUID]
) -> Sequence[Organisation]:
    """Some of the townships that are in a class on a day. A township's place is its id."""
    members = select(Organisation).where(*_are_members(work, class_id, on))
    return (await work.session.scalars(spanned(members, Order((Organisation.id,)), span))).all()


async def count_of_members(work: Work, *, class_id: UUID, on: date) -> int:
    """How many townships are in a class on a day."""
    counted = select(func.count()).select_from(Organisation).where(*_are_members(work, class_id, on))
    return (await work.session.scalar(counted)) or 0


async def last_entry(work: Work, township_id: UUID) -> date | None:
    """The first day of a township's last entry in any class."""
    return await work.session.scalar(
        select(func.max(ClassMember.since)).where(
            *published(work, ClassMember, NOTICE), ClassMember.township_id == township_id
        )
    )


async def item_of_code(work: Work, code: str) -> Item | None:
    """The item with this code, if there is one."""
    found: Item | None = await work.session.scalar(
        select(Item).where(*published(work, Item, ITEM), Item.code == code)
    )
    return found


async def duties_of_code(work: Work, code: str) -> Sequence[Duty]:
    """The entries with this code, in all duty lists."""
    known = select(Duty).where(*published(work, Duty, DUTY), Duty.code == code)
    return (await work.session.scalars(known)).all()


async def page_of_items(work: Work, *, by: ItemFilter, span: Span[str]) -> Sequence[Item]:
    """A part of the items in the order of their codes. An item's place is its code."""
    listed = select(Item).where(*published(work, Item, ITEM), *_narrowed(work, by))
    return (await work.session.scalars(spanned(listed, Order((Item.code,)), span))).all()


async def count_of_items(work: Work, *, by: ItemFilter) -> int:
    """How many items there are."""
    counted = select(func.count()).select_from(Item).where(*published(work, Item, ITEM), *_narrowed(work, by))
    return (await work.session.scalar(counted)) or 0


async def page_of_duties(work: Work, *, by: DutyEntryFilter, age: Age, span: Span[UUID]) -> Sequence[Duty]:
    """A part of the duty lists in this order. An entry's place is its id."""
    listed = select(Duty).where(*published(work, Duty, DUTY), *_on_duty(by))
    return (await work.session.scalars(spanned(listed, by_age(Duty.id, age), span))).all()


async def count_of_duties(work: Work, *, by: DutyEntryFilter) -> int:
    """How many entries the duty lists have."""
    counted = select(func.count()).select_from(Duty).where(*published(work, Duty, DUTY), *_on_duty(by))
    return (await work.session.scalar(counted)) or 0


def published(work: Work | Asks, model: Any, aspect: str) -> list[ColumnElement[bool]]:
    """The conditions under which a row is the county's and readable."""
    return [model.county_id == work.county_id, work.visible(model, aspect)]


def powers_in(row: Any) -> list[Power]:
    """The powers that a row names. An entrustment has no column for compulsory measures."""
    return [power for power in POWERS if getattr(row, power, False)]


def bands_in(kept: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """The discretion bands as the row keeps them."""
    return tuple(Band(**band) for band in kept)


def the_one(rows: Mapping[UUID, Row], identifier: UUID, field: str) -> Row:
    """The row with this id. Raises `NotFound`."""
    if identifier not in rows:
        raise NotFound(field=field)
    return rows[identifier]


def _members(work: Work, class_id: UUID, on: date) -> Select[UUID]:
    # The latest entry of each township that has begun; it may have moved to another class, or to none.
    latest = (
        select(ClassMember.township_id, ClassMember.class_id)
        .where(*published(work, ClassMember, NOTICE), ClassMember.since <= on)
        .ext(distinct_on(ClassMember.township_id))
        .order_by(ClassMember.township_id, ClassMember.since.desc())
        .subquery()
    )
    return select(latest.c.township_id).where(latest.c.class_id == class_id)


def _are_members(work: Work, class_id: UUID, on: date) -> Conditions:
    yield Organisation.county_id == work.county_id
    yield work.visible(Organisation, "organisation.entry")
    yield Organisation.id.in_(_members(work, class_id, on))


def _narrowed(work: Work, by: ItemFilter) -> Conditions:
    yield from among(Item.code, by.codes)
    of_versions = [*_of_version(work, by)]
    if of_versions:
        fitting = select(ItemVersion.item_id).where(*published(work, ItemVersion, ITEM), *of_versions)
        yield Item.id.in_(fitting)


def _of_version(work: Work, by: ItemFilter) -> Conditions:
    yield from among(ItemVersion.field, by.fields)
    yield from among(ItemVersion.department_id, by.departments)
    if by.powers is not None:
        # A power that no version has leaves nothing, as an empty list does.
        yield or_(ItemVersion.id.is_(None), *(getattr(ItemVersion, power) for power in sorted(by.powers)))
    if by.name is not None:
        yield from (ItemVersion.id.in_(_named(work, word)) for word in words(by.name))
    if by.in_force_on is not None:
        later = aliased(ItemVersion)
        yield ItemVersion.since <= by.in_force_on
        yield or_(ItemVersion.until.is_(None), ItemVersion.until > by.in_force_on)
        yield ~(
            select(later.id)
            .where(
                later.county_id == ItemVersion.county_id,
                later.item_id == ItemVersion.item_id,
                later.since > ItemVersion.since,
                later.since <= by.in_force_on,
            )
            .exists()
        )


def _named(work: Work, word: str) -> Select[UUID]:
    """The versions in whose name this occurs: an ending of the name begins with it."""
    return select(ItemNameEnding.version_id).where(
        *published(work, ItemNameEnding, ITEM), begins(ItemNameEnding.ending, word)
    )


def _on_duty(by: DutyEntryFilter) -> Conditions:
    yield from among(Duty.body_id, by.organisations)
    yield from among(Duty.code, by.codes)
