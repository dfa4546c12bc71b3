"""Reading the county's bodies and units. Everybody who acts in the county knows them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from domain.columns import Columns, also
from domain.filters import Conditions, among, any_of
from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.organisations.rules import Function, OrganisationKind
from domain.spans import Order, Span, spanned
from domain.statements import Asks, Statement
from domain.work import Errand, Work
from tenancy.refusals import NotFound


async def known_as(errand: Errand) -> dict[str, Organisation]:
    """Every body of the county by its code, its name and the short name in its letters' numbers, as people write them; for
    errands that take in what somebody wrote."""
    bodies = await errand.session.scalars(
        select(Organisation).where(Organisation.county_id == errand.county_id).order_by(Organisation.code)
    )
    every = bodies.all()
    # Where one body's short name is another's code, the code is meant.
    return {name(body): body for name in _NAMES for body in every}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list of bodies can be narrowed."""

    kinds: frozenset[OrganisationKind] | None = None


async def the(work: Work, organisation_id: UUID) -> Organisation:
    """One body. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Organisation).where(*_known(work), Organisation.id == organisation_id)
    )
    if found is None:
        raise NotFound
    return found


@Statement
def _of_ids(asks: Asks) -> Select[Organisation]:
    return select(Organisation).where(*_known(asks), Organisation.id == asks.any_of("ids"))


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Organisation]:
    """The bodies with these ids, by id; those that are not visible are absent."""
    return {body.id: body for body in await _of_ids(work, columns=also(columns, "id"), ids=list(ids))}


async def of_codes(work: Work, codes: Collection[str]) -> dict[str, Organisation]:
    """The bodies with these codes, by code; those that are not there are absent."""
    found = await work.session.scalars(
        select(Organisation).where(*_known(work), Organisation.code.in_(sorted(codes)))
    )
    return {body.code: body for body in found}


async def of_kinds(work: Work, kinds: Collection[str]) -> Sequence[Organisation]:
    """All bodies of these kinds, by code."""
    found = await work.session.scalars(
        select(Organisation)
        .where(*_known(work), Organisation.kind.in_(sorted(kinds)))
        .order_by(Organisation.code)
    )
    return found.all()


async def holding(work: Work, function: Function) -> frozenset[UUID]:
    """The bodies that hold a function."""
    found = await work.session.scalars(
        select(OrganisationFunction.organisation_id).where(
            OrganisationFunction.county_id == work.county_id,
            work.visible(OrganisationFunction, "organisation.entry"),
            OrganisationFunction.function == function,
        )
    )
    return frozenset(found)


async def everybody(work: Work) -> Sequence[Organisation]:
    """All bodies of the county, by code."""
    return (
        await work.session.scalars(select(Organisation).where(*_known(work)).order_by(Organisation.code))
    ).all()


async def page(work: Work, *, by: Filter, span: Span[str]) -> Sequence[Organisation]:
    """A part of the bodies in the order of their codes. A body's place is its code."""
    bodies = select(Organisation).where(*_known(work), *_narrowed(by))
    return (await work.session.scalars(spanned(bodies, Order((Organisation.code,)), span))).all()


async def count(work: Work, *, by: Filter) -> int:
    """How many bodies there are."""
    counted = select(func.count()).select_from(Organisation).where(*_known(work), *_narrowed(by))
    return (await work.session.scalar(counted)) or 0


async def functions_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The functions of these bodies, by body."""
    rows = await work.session.execute(
        select(OrganisationFunction.organisation_id, OrganisationFunction.function)
        .where(
            OrganisationFunction.county_id == work.county_id,
            OrganisationFunction.organisation_id == any_of(ids),
        )
        .order_by(OrganisationFunction.function)
    )
    functions: dict[UUID, list[str]] = {}
    for organisation_id, function in rows:
        functions.setdefault(organisation_id, []).append(function)
    return functions


@Statement
def _units_of_ids(asks: Asks) -> Select[Unit]:
    return select(Unit).where(
        Unit.county_id == asks.county_id,
        asks.visible(Unit, "organisation.entry"),
        Unit.id == asks.any_of("ids"),
    )


async def units_of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Unit]:
    """The units with these ids, by id."""
    return {unit.id: unit for unit in await _units_of_ids(work, columns=also(columns, "id"), ids=list(ids))}


async def units_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[Unit]]:
    """The units of each of these bodies, by code."""
    found = await work.session.scalars(
        select(Unit)
        .where(
            Unit.county_id == work.county_id,
            work.visible(Unit, "organisation.entry"),
            Unit.organisation_id == any_of(ids),
        )
        .order_by(Unit.code)
    )
    units: dict[UUID, list[Unit]] = {one: [] for one in ids}
    for unit in found:
        units[unit.organisation_id].append(unit)
    return units


_NAMES = (attrgetter("short_name"), attrgetter("name"), attrgetter("code"))


def _known(asks: Work | Asks) -> list[ColumnElement[bool]]:
    return [Organisation.county_id == asks.county_id, asks.visible(Organisation, "organisation.entry")]


def _narrowed(by: Filter) -> Conditions:
    yield from among(Organisation.kind, by.kinds)
