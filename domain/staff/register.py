"""Reading what people are in the body that is their home, one by one: as that body or through oversight.

Of one person there is one entry at most that holds on a day. `to_change` gives the last of them, which is the only one that
somebody may end or follow. The register as a list is in `domain/personnel/view.py`.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, select

from domain.columns import Columns, also
from domain.staff import queries as staff
from domain.staff.models import Person, StaffEntry
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "staff.entry"


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
        *holding_on(day),
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
            StaffEntry.county_id == work.county_id,
            work.visible(StaffEntry, ENTRY),
            StaffEntry.home_id == work.actor.tenant_id,
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


def holding_on(day: date | ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """The entries that hold on a day; both their first and their last day count."""
    return StaffEntry.since <= day, StaffEntry.last_day >= day
