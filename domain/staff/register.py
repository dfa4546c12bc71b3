"""Reading the register of staff: what people are in the body that is their home, as that body or through oversight.

Of one person there is one entry at most that holds on a day. `to_change` gives the last of them, which is the only one that
somebody may end or follow.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, func, or_, select

from domain.columns import Columns, also
from domain.filters import Age, Conditions, among
from domain.spans import Span, by_age, spanned
from domain.staff import queries as staff
from domain.staff.models import Person, StaffEntry
from domain.staff.rules import Establishment, Register
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "staff.entry"

Side = Literal["home", "overseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the register can be narrowed. `on_register_on` is a day; `person` a part of the name.

    Blanks and dots alone narrow nothing.
    """

    homes: frozenset[UUID] | None = None
    units: frozenset[UUID] | None = None
    registers: frozenset[Register] | None = None
    establishments: frozenset[Establishment] | None = None
    on_register_on: date | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: seen from which side, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


@Statement
def _of_ids(asks: Asks) -> Select[StaffEntry]:
    return select(StaffEntry).where(
        StaffEntry.county_id == asks.county_id,
        asks.visible(StaffEntry, ENTRY),
        StaffEntry.id == asks.any_of("ids"),
    )


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, StaffEntry]:
    """The entries with these ids, by id; those that are not visible are absent."""
    return {each.id: each for each in await _of_ids(work, columns=also(columns, "id"), ids=list(ids))}


@Statement
def _on(asks: Asks) -> Select[StaffEntry]:
    day = asks.given("day", Date())
    return select(StaffEntry).where(
        StaffEntry.county_id == asks.county_id,
        asks.visible(StaffEntry, ENTRY),
        StaffEntry.person_id == asks.any_of("ids"),
        StaffEntry.since <= day,
        or_(StaffEntry.until.is_(None), StaffEntry.until >= day),
    )


async def on(
    work: Work, people: Collection[UUID], day: date, columns: Columns = None
) -> dict[UUID, StaffEntry]:
    """What these people are on a day, by person; those who are not on the register, or not to be seen, are absent."""
    found = await _on(work, columns=also(columns, "person_id"), ids=list(people), day=day)
    return {each.person_id: each for each in found}


async def the_own(work: Work, person_id: UUID, *, field: str = "person_id") -> Person:
    """Somebody of the acting body's own people. Raises `NotFound`."""
    person = (await staff.of_ids(work, [person_id])).get(person_id)
    if person is None or person.home_id != work.actor.tenant_id:
        raise NotFound(field=field)
    return person


async def to_change(work: Work, person_id: UUID) -> StaffEntry | None:
    """The last entry of one of the acting body's people, locked; None as long as nobody entered them."""
    last = (
        select(StaffEntry)
        .where(
            *_on_side(work, "home"),
            StaffEntry.person_id == person_id,
        )
        .order_by(StaffEntry.since.desc())
        .limit(1)
        .with_for_update()
    )
    found: StaffEntry | None = await work.session.scalar(last)
    if found is not None and found.until is not None:
        # Whoever had to wait for it may find it followed by another one meanwhile, which a second look sees.
        found = await work.session.scalar(last)
    return found


async def page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[StaffEntry]:
    """A part of the entries in this order. An entry's place is its id."""
    entries = select(StaffEntry).where(*await _conditions(work, wanted))
    return (await work.session.scalars(spanned(entries, by_age(StaffEntry.id, age), span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many entries there are."""
    counted = select(func.count()).select_from(StaffEntry).where(*await _conditions(work, wanted))
    return (await work.session.scalar(counted)) or 0


async def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    part = wanted.filter.person
    named = [] if part is None else await staff.named(work, StaffEntry.person_id, part)
    return [*_on_side(work, wanted.side), *_narrowed(wanted.filter), *named]


def _on_side(work: Work, side: Side) -> Conditions:
    yield StaffEntry.county_id == work.county_id
    yield work.visible(StaffEntry, ENTRY)
    if side == "home":
        yield StaffEntry.home_id == work.actor.tenant_id


def _narrowed(by: Filter) -> Conditions:
    yield from among(StaffEntry.home_id, by.homes)
    yield from among(StaffEntry.unit_id, by.units)
    yield from among(StaffEntry.register, by.registers)
    yield from among(StaffEntry.establishment, by.establishments)
    if by.on_register_on is not None:
        yield StaffEntry.since <= by.on_register_on
        yield or_(StaffEntry.until.is_(None), StaffEntry.until >= by.on_register_on)
