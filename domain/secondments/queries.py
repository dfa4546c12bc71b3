"""Reading the register of secondments: as home, as host, or through oversight."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from domain.columns import Columns, also
from domain.filters import Age, Conditions, among, any_of, streamed
from domain.secondments.models import Secondment
from domain.secondments.rules import Mode
from domain.spans import Span, by_age, ordered, spanned
from domain.staff import queries as staff
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "secondment.entry"

Side = Literal["home", "host", "overseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the register can be narrowed. `in_force_on` is a day; `person` a part of the officer's name.

    Blanks and dots alone narrow nothing.
    """

    homes: frozenset[UUID] | None = None
    hosts: frozenset[UUID] | None = None
    modes: frozenset[Mode] | None = None
    posts: frozenset[str] | None = None
    in_force_on: date | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: seen from which side, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


async def the(work: Work, secondment_id: UUID) -> Secondment:
    """One entry. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Secondment).where(*_visible(work), Secondment.id == secondment_id)
    )
    if found is None:
        raise NotFound
    return found


@Statement
def _of_ids(asks: Asks) -> Select[Secondment]:
    return select(Secondment).where(
        Secondment.county_id == asks.county_id,
        asks.visible(Secondment, ENTRY),
        Secondment.id == asks.any_of("ids"),
    )


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Secondment]:
    """The entries with these ids, by id; those that are not visible are absent."""
    return {each.id: each for each in await _of_ids(work, columns=also(columns, "id"), ids=list(ids))}


async def of_orders(work: Work, orders: Collection[UUID]) -> dict[UUID, list[Secondment]]:
    """The entries under these orders, as far as they are visible, by order and in the order of their making."""
    rows = select(Secondment).where(*_visible(work), Secondment.order_id == any_of(orders))
    found: dict[UUID, list[Secondment]] = {each: [] for each in orders}
    for each in await work.session.scalars(rows.order_by(Secondment.id)):
        found[each.order_id].append(each)
    return found


async def of_person(work: Work, person_id: UUID) -> Sequence[Secondment]:
    """The acting body's entries of one of its people, those of before included, locked."""
    found = select(Secondment).where(
        *_visible(work), Secondment.home_id == work.actor.tenant_id, Secondment.person_id == person_id
    )
    return (await work.session.scalars(found.order_by(Secondment.id).with_for_update())).all()


async def in_service(
    work: Work, people: Collection[UUID], *, first: date, last: date
) -> Sequence[Secondment]:
    """The secondments of these people that hold on any of these days, of which the acting body is home or host.

    Not filtered by role: what is decided about somebody's days depends on where they work, whoever may read the register;
    tenants' walls hold.
    """
    mine = work.actor.tenant_id
    found = select(Secondment).where(
        Secondment.county_id == work.county_id,
        Secondment.person_id == any_of(people),
        or_(Secondment.home_id == mine, Secondment.host_id == mine),
        Secondment.since <= last,
        or_(Secondment.until.is_(None), Secondment.until >= func.greatest(Secondment.since, first)),
    )
    return (await work.session.scalars(found.order_by(Secondment.id))).all()


async def to_change(work: Work, secondment_id: UUID) -> tuple[Secondment, Sequence[Secondment]]:
    """One entry, and all of the same person under the same order, locked. Raises `NotFound`.

    All in one order, so that of two who change them at once the second sees what the first has done.
    """
    asked = await the(work, secondment_id)
    locked = await work.session.scalars(
        select(Secondment)
        .where(
            *_visible(work),
            Secondment.home_id == asked.home_id,
            Secondment.person_id == asked.person_id,
            Secondment.order_id == asked.order_id,
        )
        .order_by(Secondment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return asked, locked.all()


async def page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[Secondment]:
    """A part of the entries in this order. An entry's place is its id."""
    entries = select(Secondment).where(*await _conditions(work, wanted))
    return (await work.session.scalars(spanned(entries, by_age(Secondment.id, age), span))).all()


async def ids(work: Work, *, wanted: Wanted, age: Age) -> AsyncIterator[UUID]:
    """The ids of all of them in this order, as they come."""
    listed = select(Secondment.id).where(*await _conditions(work, wanted))
    async for each in streamed(work.session, ordered(listed, by_age(Secondment.id, age))):
        yield each


async def among_ids(work: Work, *, wanted: Wanted, ids: Sequence[UUID]) -> dict[UUID, Secondment]:
    """The entries with these ids, by id; those that are not wanted, or not any more, are absent."""
    listed = select(Secondment).where(*await _conditions(work, wanted), Secondment.id == any_of(ids))
    return {entry.id: entry for entry in await work.session.scalars(listed)}


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many entries there are."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(Secondment).where(*await _conditions(work, wanted))
        )
    ) or 0


async def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The wanted entries, as far as the actor may see them."""
    return [*on_side(work, wanted.side), *_narrowed(wanted), *await _named(work, wanted)]


def _visible(work: Work) -> Conditions:
    yield Secondment.county_id == work.county_id
    yield work.visible(Secondment, ENTRY)


def on_side(work: Work, side: Side) -> Conditions:
    """The entries that the actor may see from this side."""
    yield from _visible(work)
    if side == "home":
        yield Secondment.home_id == work.actor.tenant_id
    elif side == "host":
        yield Secondment.host_id == work.actor.tenant_id


def _narrowed(wanted: Wanted) -> Conditions:
    by = wanted.filter
    yield from among(Secondment.home_id, by.homes)
    yield from among(Secondment.host_id, by.hosts)
    yield from among(Secondment.mode, by.modes)
    yield from among(Secondment.post, by.posts)
    if by.in_force_on is not None:
        yield Secondment.since <= by.in_force_on
        yield or_(Secondment.until.is_(None), Secondment.until >= by.in_force_on)


async def _named(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.filter.person is None:
        return []
    return await staff.named(work, Secondment.person_id, wanted.filter.person)
