"""What personnel must know of somebody before the register may change: posts that are held, and what locks them."""

from uuid import UUID

from sqlalchemy import or_, select

from domain.secondments import queries as secondments
from domain.secondments.models import Secondment
from domain.work import Work
from tenancy.models import Capacity


async def roles_of(work: Work, person_id: UUID) -> frozenset[str]:
    """The roles of all posts that one of the acting body's people holds or will, in the body and with its hosts."""
    mine = work.actor.tenant_id
    found = await work.session.scalars(
        select(Capacity.roles).where(
            Capacity.county_id == work.county_id,
            Capacity.person_id == person_id,
            or_(Capacity.tenant_id == mine, Capacity.granted_by_id == mine),
            or_(Capacity.until.is_(None), Capacity.until > work.now),
        )
    )
    return frozenset(role for roles in found for role in roles)


async def going_on(work: Work, person_id: UUID) -> list[Secondment]:
    """The secondments of one of the acting body's people that are not over, locked."""
    return [
        each
        for each in await secondments.of_person(work, person_id)
        if each.until is None or each.until >= max(work.today, each.since)
    ]


async def locked_by(work: Work, person_id: UUID) -> str | None:
    """What is cited for the establishment of somebody being locked; None where it is not."""
    for each in await going_on(work, person_id):
        rulebook = work.rulebook_on(each.since)
        if rulebook.flag("staff.establishment_locked"):
            return rulebook.cited("staff.establishment_locked")
    return None
