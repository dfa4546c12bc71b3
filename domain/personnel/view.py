"""The register of staff as a list: a body's own people, or through oversight the whole county's, entries of before included.

It is narrowed, ordered and read page by page or for an export. Besides what an entry says, people are found by where they
are seconded and by their certificates, as far as the actor may read these: whoever may not, is not told by the filter either.
One entry by itself is in `domain/staff/register.py`.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from domain.certificates import queries as certificates
from domain.certificates.rules import Standing
from domain.columns import Columns, also, read
from domain.filters import Conditions, Days, among, any_of, streamed
from domain.secondments import queries as secondments
from domain.spans import Order, Span, by_age, ordered, spanned
from domain.staff import queries as staff
from domain.staff.models import StaffEntry
from domain.staff.register import ENTRY, holding_on
from domain.staff.rules import Establishment, Register
from domain.work import Work

Side = Literal["home", "overseen"]
Sort = Literal["newest", "oldest", "name", "since", "until"]
"""By age; by the name in pinyin; by the first day; by the last one, those without it at the end."""

Place = UUID | tuple[str | date, UUID]
"""Where an entry stands: its id, behind what it is ordered by if that is not its age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the register can be narrowed. `on_register_on` is a day; `person` a part of the name.

    Blanks and dots alone narrow nothing. `hosts` are where people are seconded on that day, or today where none is given;
    `certificates` is how they stand with theirs, and `certificate_until` are days within which it runs out.
    """

    homes: frozenset[UUID] | None = None
    units: frozenset[UUID] | None = None
    registers: frozenset[Register] | None = None
    establishments: frozenset[Establishment] | None = None
    posts: frozenset[str] | None = None
    ranks: frozenset[str] | None = None
    hosts: frozenset[UUID] | None = None
    certificates: frozenset[Standing] | None = None
    certificate_until: Days | None = None
    on_register_on: date | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: seen from which side, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


def order(sort: Sort) -> Order:
    """The columns that the register in this order is read by."""
    match sort:
        case "name":
            return Order((StaffEntry.pinyin, StaffEntry.id))
        case "since":
            return Order((StaffEntry.since, StaffEntry.id))
        case "until":
            return Order((StaffEntry.last_day, StaffEntry.id))
    return by_age(StaffEntry.id, sort)


async def page(
    work: Work, *, wanted: Wanted, sort: Sort, span: Span[Place], columns: Columns = None
) -> Sequence[StaffEntry]:
    """A part of the entries in this order."""
    columns = also(columns, *(str(column.key) for column in order(sort).columns))
    entries = select(StaffEntry).where(*await _conditions(work, wanted))
    return await read(work.session, spanned(entries, order(sort), span), columns)


async def ids(work: Work, *, wanted: Wanted, sort: Sort) -> AsyncIterator[UUID]:
    """The ids of all of them in this order, as they come."""
    listed = select(StaffEntry.id).where(*await _conditions(work, wanted))
    async for each in streamed(work.session, ordered(listed, order(sort))):
        yield each


async def among_ids(work: Work, *, wanted: Wanted, ids: Sequence[UUID]) -> dict[UUID, StaffEntry]:
    """The entries with these ids, by id; those that are not wanted, or not any more, are absent."""
    listed = select(StaffEntry).where(*await _conditions(work, wanted), StaffEntry.id == any_of(ids))
    return {entry.id: entry for entry in await work.session.scalars(listed)}


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many entries there are."""
    counted = select(func.count()).select_from(StaffEntry).where(*await _conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


async def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The wanted entries, as far as the actor may see them."""
    by, holder = wanted.filter, StaffEntry.person_id
    home_id = work.actor.tenant_id if wanted.side == "home" else None
    return [
        *_on_side(work, wanted.side),
        *_narrowed(by),
        *_seconded(work, by),
        *certificates.standing(work, holder, by.certificates, home_id=home_id),
        *await certificates.running_out(work, holder, by.certificate_until),
        *([] if by.person is None else await staff.named(work, holder, by.person)),
    ]


def _on_side(work: Work, side: Side) -> Conditions:
    yield StaffEntry.county_id == work.county_id
    # Of a body's own list nothing is said twice that PostgreSQL would count twice.
    yield work.visible(StaffEntry, ENTRY) if side == "overseen" else work.visible_as(StaffEntry, ENTRY, side)


def _narrowed(by: Filter) -> Conditions:
    yield from among(StaffEntry.home_id, by.homes)
    yield from among(StaffEntry.unit_id, by.units)
    yield from among(StaffEntry.register, by.registers)
    yield from among(StaffEntry.establishment, by.establishments)
    yield from among(StaffEntry.post, by.posts)
    yield from among(StaffEntry.rank, by.ranks)
    if by.on_register_on is not None:
        yield from holding_on(by.on_register_on)


def _seconded(work: Work, by: Filter) -> Conditions:
    if by.hosts is not None:
        day = by.on_register_on or work.today
        yield StaffEntry.person_id.in_(secondments.people_with(work, by.hosts, on=day))
