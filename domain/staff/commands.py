"""Entering the people of a county, together with what their names are found by.

A county is founded with its people by the schema's owner; from then on a body enters its own (`domain/personnel`).
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
from domain.staff.pinyin import pinyin
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
        [
            {"county_id": county_id, "id": each, "pinyin": pinyin(officer.name), **asdict(officer)}
            for each, officer in officers.items()
        ],
    )
    fresh = {each: officers[each] for each in entered}
    await let_be_found(writer, county_id=county_id, officers=fresh)
    return len(fresh)


async def keep_endings(writer: Writer, *, county_id: UUID, officers: Mapping[UUID, Officer]) -> None:
    """From now on these people are found by these names and no others.

    Whoever renames somebody calls it in the same transaction. Endings of a person who goes, go with the person.
    """
    before = delete(PersonNameEnding).where(
        PersonNameEnding.county_id == county_id, PersonNameEnding.person_id == any_of(officers)
    )
    await writer.execute(before)
    await let_be_found(writer, county_id=county_id, officers=officers)


async def let_be_found(writer: Writer, *, county_id: UUID, officers: Mapping[UUID, Officer]) -> None:
    """People who were just entered are found by any part of their names from now on."""
    rows = [
        {"county_id": county_id, "ending": ending, "person_id": each, "home_id": officer.home_id}
        for each, officer in officers.items()
        for ending in sorted(endings(officer.name))
    ]
    if rows:
        await insert_many(writer, PersonNameEnding, rows)
