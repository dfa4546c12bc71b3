"""Recounting: after the calendar changed, every county's running deadlines are counted again, batch by batch.

Each batch is a transaction of its own, so that nobody waits long; doing it twice changes nothing the second time.
How one deadline is counted stands in `domain/deadlines`.
"""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.calendars.queries import calendar_of
from domain.deadlines.commands import recount
from domain.edge import errand
from domain.rulebooks.queries import shelf_of
from tenancy.models import CountyRow


async def recount_everywhere(engine: AsyncEngine, *, now: datetime) -> int:
    """Recount all counties with the owner's login, and return how many deadlines moved."""
    async with engine.connect() as connection:
        counties = (await connection.execute(select(CountyRow.county_id, CountyRow.time_zone))).all()
    return sum(
        [await _recount(engine, county.county_id, ZoneInfo(county.time_zone), now=now) for county in counties]
    )


async def _recount(engine: AsyncEngine, county_id: UUID, zone: ZoneInfo, *, now: datetime) -> int:
    moved, after, is_first = 0, None, True
    while is_first or after is not None:
        async with errand(engine, county_id=county_id, now=now) as work:
            batch = await recount(
                work,
                calendar=await calendar_of(work.session, county_id),
                shelf=await shelf_of(work.session, county_id),
                zone=zone,
                after=after,
            )
        moved, after, is_first = moved + len(batch.moved), batch.go_on_after, False
    return moved
