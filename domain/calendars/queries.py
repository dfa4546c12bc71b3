"""Reading the calendar by which a county counts, and by what name and document its days are what they are.

The edge asks for the calendar once per version of the county's and keeps the answer. Names and documents are asked for
when somebody wants a count explained; nothing is counted by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.calendars.models import CountyDay, StatutoryDay, StatutoryYear
from domain.calendars.rules import WorkingCalendar


async def calendar_of(session: AsyncSession, county_id: UUID) -> WorkingCalendar:
    """The published years with what the county's own decisions change in them."""
    years = await session.scalars(select(StatutoryYear.year))
    statutory = (await session.execute(select(StatutoryDay.day, StatutoryDay.working))).all()
    local = (
        await session.execute(
            select(CountyDay.day, CountyDay.working).where(CountyDay.county_id == county_id)
        )
    ).all()
    return WorkingCalendar(
        published_years=frozenset(years),
        holidays=frozenset(day for day, working in statutory if not working),
        makeup_workdays=frozenset(day for day, working in statutory if working),
        local_rest_days=frozenset(day for day, working in local if not working),
        local_workdays=frozenset(day for day, working in local if working),
    )


@dataclass(frozen=True, slots=True)
class NamedDay:
    """Why a day is not what the week makes it: the holiday's name or the county's reason, and the document."""

    name: str
    document: str


async def named_days(
    session: AsyncSession, county_id: UUID, *, first: date, last: date
) -> Mapping[date, NamedDay]:
    """The days from `first` to `last` that a notice or the county's own decision names; the county's word goes first."""
    statutory = await session.execute(
        select(StatutoryDay.day, StatutoryDay.name, StatutoryYear.notice)
        .join(StatutoryYear, StatutoryYear.year == StatutoryDay.year)
        .where(StatutoryDay.day.between(first, last))
    )
    local = await session.execute(
        select(CountyDay.day, CountyDay.reason, CountyDay.source).where(
            CountyDay.county_id == county_id, CountyDay.day.between(first, last)
        )
    )
    return {day: NamedDay(name, document) for rows in (statutory, local) for day, name, document in rows}
