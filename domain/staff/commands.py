"""Entering the officers of a county, together with what their names are found by.

The roster belongs to the schema's owner: only whoever founds a county writes it, and no login of the platform may.
Whoever calls these commits. The database does not know which endings a name has, so nothing else inserts persons
(`tests/domain/staff/test_writers.py`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from domain.filters import any_of
from domain.staff.models import Person, PersonNameEnding
from domain.staff.rules import endings
from tenancy.many import insert_many

Writer = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody to be entered: by what name, as whose of the county's bodies."""

    name: str
    home_id: UUID


async def enter(writer: Writer, *, county_id: UUID, officers: Mapping[UUID, Officer]) -> int:
    """Enter those of these people who are not on the roster. Returns how many they were; the others stay as they are."""
    if not officers:
        return 0
    persons = cast("Table", Person.__table__)
    entered = await writer.scalars(
        insert(persons)
        .on_conflict_do_nothing(index_elements=list(persons.primary_key))
        .returning(persons.c.id),
        [{"county_id": county_id, "id": each, **asdict(officer)} for each, officer in officers.items()],
    )
    fresh = {each: officers[each].name for each in entered}
    await keep_endings(writer, county_id=county_id, names=fresh)
    return len(fresh)


async def keep_endings(writer: Writer, *, county_id: UUID, names: Mapping[UUID, str]) -> None:
    """From now on these people are found by these names and no others.

    Whoever renames somebody calls it in the same transaction. Endings of a person who goes, go with the person.
    """
    before = delete(PersonNameEnding).where(
        PersonNameEnding.county_id == county_id, PersonNameEnding.person_id == any_of(names)
    )
    await writer.execute(before)
    rows = [
        {"county_id": county_id, "ending": ending, "person_id": each}
        for each, name in names.items()
        for ending in sorted(endings(name))
    ]
    if rows:
        await insert_many(writer, PersonNameEnding, rows)
