"""Reading the calendar by which a county counts.

The edge asks once per calendar version of the county and keeps the answer; nobody else reads these tables.
"""

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
