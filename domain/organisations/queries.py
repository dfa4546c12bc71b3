"""Reading the county's bodies and units. Everybody who acts in the county knows them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from domain.organisations.models import Organisation, OrganisationFunction, Unit
from domain.work import Work
from tenancy.refusals import NotFound


async def the(work: Work, organisation_id: UUID) -> Organisation:
    """One body. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Organisation).where(*_known(work), Organisation.id == organisation_id)
    )
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """The bodies with these ids, by id; those that are not visible are absent."""
    found = await work.session.scalars(select(Organisation).where(*_known(work), Organisation.id.in_(ids)))
    return {organisation.id: organisation for organisation in found}


async def page(
    work: Work, *, kind: str | None = None, after: str | None = None, first: int = 20
) -> Sequence[Organisation]:
    """Bodies in the order of their codes, after the code `after`, at most `first` and one more (to know if there is)."""
    wanted = select(Organisation).where(*_known(work, kind)).order_by(Organisation.code).limit(first + 1)
    if after is not None:
        wanted = wanted.where(Organisation.code > after)
    return (await work.session.scalars(wanted)).all()


async def count(work: Work, *, kind: str | None = None) -> int:
    """How many bodies there are."""
    return (
        await work.session.scalar(select(func.count()).select_from(Organisation).where(*_known(work, kind)))
    ) or 0


async def functions_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The functions of these bodies, by body."""
    rows = await work.session.execute(
        select(OrganisationFunction.organisation_id, OrganisationFunction.function)
        .where(
            OrganisationFunction.county_id == work.county_id, OrganisationFunction.organisation_id.in_(ids)
        )
        .order_by(OrganisationFunction.function)
    )
    functions: dict[UUID, list[str]] = {}
    for organisation_id, function in rows:
        functions.setdefault(organisation_id, []).append(function)
    return functions


async def units_of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Unit]:
    """The units with these ids, by id."""
    found = await work.session.scalars(
        select(Unit).where(
            Unit.county_id == work.county_id, work.visible(Unit, "organisation.entry"), Unit.id.in_(ids)
        )
    )
    return {unit.id: unit for unit in found}


def _known(work: Work, kind: str | None = None) -> list[ColumnElement[bool]]:
    conditions = [Organisation.county_id == work.county_id, work.visible(Organisation, "organisation.entry")]
    if kind is not None:
        conditions.append(Organisation.kind == kind)
    return conditions
