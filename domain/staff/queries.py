"""Reading the names of officers."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select

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


def named(work: Work, part: str) -> Select[UUID]:
    """The persons in whose names this occurs: a condition for lists of what they hold, read by none.

    A county has few people, and each list that asks has fewer: their names are looked at one by one.
    """
    return select(Person.id).where(
        Person.county_id == work.county_id,
        work.visible(Person, "organisation.entry"),
        func.strpos(func.lower(Person.name), func.lower(part.strip())) > 0,
    )
