"""Reading what is on record, masked: always through the actor's filter. Nothing here opens anything.

An entry is the body's only as long as the person is established with it and has not left it. Whoever moves to another body takes
the right to read it away with them, without anybody tidying up; of whoever comes back it is there again.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, exists, not_, select

from domain.columns import Columns, also
from domain.personal_data.models import PersonalData
from domain.personal_data.rules import KINDS, Kind
from domain.staff.models import Person, StaffEntry
from domain.statements import Asks, Statement
from domain.work import Errand, Work
from tenancy.refusals import NotFound

ENTRY = "personal_data.entry"
VALUE = "personal_data.value"


@Statement
def _of_ids(asks: Asks) -> Select[PersonalData]:
    return select(PersonalData).where(
        *_visible_on(asks, asks.given("day", Date())), PersonalData.id == asks.any_of("ids")
    )


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, PersonalData]:
    """The entries with these ids, by id; those that are not visible are absent."""
    return {
        each.id: each
        for each in await _of_ids(work, columns=also(columns, "id"), ids=list(ids), day=work.today)
    }


@Statement
def _of_persons(asks: Asks) -> Select[PersonalData]:
    return select(PersonalData).where(
        *_visible_on(asks, asks.given("day", Date())), PersonalData.person_id == asks.any_of("persons")
    )


async def of_persons(
    work: Work, persons: Collection[UUID], columns: Columns = None
) -> dict[UUID, list[PersonalData]]:
    """What is on record of these persons, by person, one of a kind at most; whoever is not the actor's to read is absent."""
    found: dict[UUID, list[PersonalData]] = {}
    columns = also(columns, "person_id", "kind")
    for each in await _of_persons(work, columns=columns, persons=list(persons), day=work.today):
        found.setdefault(each.person_id, []).append(each)
    for entries in found.values():
        entries.sort(key=lambda each: [*KINDS].index(each.kind))  # type: ignore[arg-type]  # the database admits no other
    return found


async def to_change(work: Work, entry_id: UUID) -> PersonalData:
    """One entry, locked, and whole. Raises `NotFound`."""
    found: PersonalData | None = await work.session.scalar(
        select(PersonalData).where(*_visible(work), PersonalData.id == entry_id).with_for_update()
    )
    if found is None:
        raise NotFound(field="entry_id")
    return found


async def with_digest(work: Work, kind: Kind, digests: Collection[bytes]) -> Sequence[UUID]:
    """The persons of whom an entry of this kind has one of these digests, as far as the actor may look for values."""
    found = await work.session.scalars(
        select(PersonalData.person_id)
        .where(
            *_visible(work),
            work.authority.visible(PersonalData, VALUE, "find"),
            PersonalData.kind == kind,
            PersonalData.digest.in_(sorted(digests)),
        )
        .order_by(PersonalData.person_id)
    )
    return found.all()


async def of_person(on: Work | Errand, *, person_id: UUID, home_id: UUID, kind: Kind) -> PersonalData | None:
    """What is on record of a person in a body, locked, for whoever may have it: the caller saw to that."""
    found: PersonalData | None = await on.session.scalar(
        select(PersonalData)
        .where(
            PersonalData.county_id == on.county_id,
            PersonalData.home_id == home_id,
            PersonalData.person_id == person_id,
            PersonalData.kind == kind,
        )
        .with_for_update()
    )
    return found


async def has_left(work: Work, *, person_id: UUID, home_id: UUID) -> bool:
    """Whether somebody was on the register of the body, and is no more."""
    mine = [
        StaffEntry.county_id == work.county_id,
        StaffEntry.home_id == home_id,
        StaffEntry.person_id == person_id,
    ]
    return bool(await work.session.scalar(select(_has_left(mine, work.today))))


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return _visible_on(work, work.today)


def _visible_on(asks: Work | Asks, day: date | ColumnElement[date]) -> list[ColumnElement[bool]]:
    established = exists().where(
        Person.county_id == PersonalData.county_id,
        Person.id == PersonalData.person_id,
        Person.home_id == PersonalData.home_id,
    )
    entered = [
        StaffEntry.county_id == PersonalData.county_id,
        StaffEntry.home_id == PersonalData.home_id,
        StaffEntry.person_id == PersonalData.person_id,
    ]
    return [
        PersonalData.county_id == asks.county_id,
        asks.visible(PersonalData, ENTRY),
        established,
        not_(_has_left(entered, day)),
    ]


def _has_left(entered: Sequence[ColumnElement[bool]], day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether all of somebody's entries are over. Whoever was never entered, has not left."""
    return and_(exists().where(*entered), not_(exists().where(*entered, StaffEntry.last_day >= day)))
