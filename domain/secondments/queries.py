"""Reading the register of secondments: as home, as host, or through oversight.

These are the three views of seconded staff: a department's own people in all townships, everybody stationed with a township,
the whole county's. What each of them shows of a certificate is in `certified.py`.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from domain.certificates.rules import Standing
from domain.columns import Columns, also, read
from domain.filters import Conditions, Days, among, any_of, streamed
from domain.secondments import certified
from domain.secondments.models import Secondment
from domain.secondments.rules import Mode, Side
from domain.spans import Order, Shape, Span, by_age, in_names, ordered, shape_of, spanned, values_of
from domain.staff import queries as staff
from domain.staff import register
from domain.staff.models import StaffEntry
from domain.staff.rules import Establishment
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "secondment.entry"

Sort = Literal["newest", "oldest", "name", "since", "until"]
"""By age; by the officer's name in pinyin; by the first day; by the last one, those without it at the end."""

Place = UUID | tuple[str | date, UUID]
"""Where an entry stands: its id, behind what it is ordered by if that is not its age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the register can be narrowed. `in_force_on` is a day; `person` a part of the officer's name.

    Blanks and dots alone narrow nothing. `establishments` and `ranks` are today's at home. `certificates` is how the officer
    stands with theirs, and `certificate_until` are days within which it runs out.
    """

    homes: frozenset[UUID] | None = None
    units: frozenset[UUID] | None = None
    hosts: frozenset[UUID] | None = None
    modes: frozenset[Mode] | None = None
    posts: frozenset[str] | None = None
    establishments: frozenset[Establishment] | None = None
    ranks: frozenset[str] | None = None
    in_force_on: date | None = None
    certificates: frozenset[Standing] | None = None
    certificate_until: Days | None = None
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


def people_with(work: Work, hosts: Collection[UUID], *, on: date) -> Select[UUID]:
    """The people who are seconded to one of these bodies on a day, as far as that is visible."""
    return select(Secondment.person_id).where(
        *_visible(work), *among(Secondment.host_id, hosts), *in_force(on)
    )


async def holding_of(
    work: Work, people: Collection[UUID], *, on: date, columns: Columns = None
) -> dict[UUID, list[Secondment]]:
    """The secondments of these people that are in force on a day, by person, as far as they are visible."""
    rows = select(Secondment).where(*_visible(work), Secondment.person_id == any_of(people), *in_force(on))
    found: dict[UUID, list[Secondment]] = {each: [] for each in people}
    for each in await read(work.session, rows.order_by(Secondment.id), also(columns, "person_id")):
        found[each.person_id].append(each)
    return found


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


def order(sort: Sort) -> Order:
    """The columns that a register in this order is read by."""
    match sort:
        case "name":
            return Order((Secondment.pinyin, Secondment.id))
        case "since":
            return Order((Secondment.since, Secondment.id))
        case "until":
            return Order((Secondment.last_day, Secondment.id))
    return by_age(Secondment.id, sort)


ONE_OF: Mapping[str, InstrumentedAttribute[Any]] = {
    "homes": Secondment.home_id,
    "units": Secondment.home_unit_id,
    "hosts": Secondment.host_id,
    "modes": Secondment.mode,
    "posts": Secondment.post,
    "people": Secondment.person_id,
}
"""What entries are narrowed by lists of; the people are those of a name."""

Given = Callable[[str, TypeEngine[Any]], ColumnElement[Any]]
"""A value by its name: one that comes with the question, or one that stands in the statement."""


@Statement
def _page(asks: Asks, side: Side, sort: Sort, by: frozenset[str], shape: Shape) -> Select[Secondment]:
    listed = select(Secondment).where(*on_side(asks, side), *_narrowed(asks.given, by))
    return spanned(listed, order(sort), in_names(order(sort), shape, asks.given))


async def page(
    work: Work, *, wanted: Wanted, sort: Sort, span: Span[Place], columns: Columns = None
) -> Sequence[Secondment]:
    """A part of the entries in this order."""
    columns = also(columns, *(str(column.key) for column in order(sort).columns))
    bearers = await _bearers(work, wanted.filter)
    if _looks_elsewhere(wanted.filter) or isinstance(bearers, Select):
        entries = select(Secondment).where(*await _conditions(work, wanted, bearers))
        return await read(work.session, spanned(entries, order(sort), span), columns)
    # As desks open with it, and narrowed by values alone.
    values = _values(wanted.filter) | ({} if bearers is None else {"people": bearers})
    given = values | values_of(order(sort), span)
    return await _page(work, wanted.side, sort, frozenset(values), shape_of(span), columns=columns, **given)


async def ids(work: Work, *, wanted: Wanted, sort: Sort) -> AsyncIterator[UUID]:
    """The ids of all of them in this order, as they come."""
    listed = select(Secondment.id).where(*await _all_conditions(work, wanted))
    async for each in streamed(work.session, ordered(listed, order(sort))):
        yield each


async def among_ids(work: Work, *, wanted: Wanted, ids: Sequence[UUID]) -> dict[UUID, Secondment]:
    """The entries with these ids, by id; those that are not wanted, or not any more, are absent."""
    listed = select(Secondment).where(*await _all_conditions(work, wanted), Secondment.id == any_of(ids))
    return {entry.id: entry for entry in await work.session.scalars(listed)}


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many entries there are."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(Secondment).where(*await _all_conditions(work, wanted))
        )
    ) or 0


async def _all_conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    return await _conditions(work, wanted, await _bearers(work, wanted.filter))


async def _conditions(work: Work, wanted: Wanted, bearers: staff.Bearers | None) -> list[ColumnElement[bool]]:
    """The wanted entries, as far as the actor may see them, of the people who bear the name if there is one."""
    values = _values(wanted.filter)
    return [
        *on_side(work, wanted.side),
        *_narrowed(lambda name, kind: literal(values[name], kind), values),
        *_at_home(work, wanted.filter),
        *staff.one_of(Secondment.person_id, bearers),
        *await certified.standing(work, wanted.side, wanted.filter.certificates),
        *await certified.running_out(work, wanted.side, wanted.filter.certificate_until),
    ]


def _visible(work: Work) -> Conditions:
    yield Secondment.county_id == work.county_id
    yield work.visible(Secondment, ENTRY)


def on_side(work: Work | Asks, side: Side) -> Conditions:
    """The entries that the actor may see from this side."""
    yield Secondment.county_id == work.county_id
    # Of one side's own list nothing is said twice that PostgreSQL would count twice.
    yield work.visible(Secondment, ENTRY) if side == "overseen" else work.visible_as(Secondment, ENTRY, side)


async def _bearers(work: Work, by: Filter) -> staff.Bearers | None:
    return None if by.person is None else await staff.bearing(work, by.person)


def _looks_elsewhere(by: Filter) -> bool:
    """Whether entries are narrowed by what stands in other lists, which is looked up for each question anew."""
    return any(
        each is not None for each in (by.establishments, by.ranks, by.certificates, by.certificate_until)
    )


def _values(by: Filter) -> dict[str, Any]:
    """What entries themselves are narrowed by."""
    found = {name: getattr(by, name, None) for name in ONE_OF}
    values: dict[str, Any] = {name: sorted(each) for name, each in found.items() if each is not None}
    return values if by.in_force_on is None else values | {"in_force_on": by.in_force_on}


def _narrowed(given: Given, by: Collection[str]) -> Conditions:
    """Entries narrowed by these, whose values are given."""
    for name, column in ONE_OF.items():
        if name in by:
            yield column == any_(given(name, ARRAY(column.type)))
    if "in_force_on" in by:
        yield from in_force(given("in_force_on", Date()))


def in_force(day: date | ColumnElement[date]) -> Conditions:
    """The entries that hold on a day."""
    yield Secondment.since <= day
    yield Secondment.last_day >= day


def _at_home(work: Work, by: Filter) -> Conditions:
    """What the officer is at home today, as far as the actor may read that: a host may not, and finds nobody by it."""
    if by.establishments is not None or by.ranks is not None:
        yield Secondment.person_id.in_(
            select(StaffEntry.person_id).where(
                StaffEntry.county_id == work.county_id,
                work.visible(StaffEntry, register.ENTRY),
                *register.holding_on(work.today),
                *among(StaffEntry.establishment, by.establishments),
                *among(StaffEntry.rank, by.ranks),
            )
        )
