"""Reading the names of officers."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from domain.staff.models import Person
from domain.work import Work


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Person]:
    """The persons with these ids, by id; those of other counties are absent."""
    found = await work.session.scalars(
        select(Person).where(
            Person.county_id == work.county_id, work.visible(Person, "organisation.entry"), Person.id.in_(ids)
        )
    )
    return {person.id: person for person in found}
