"""Where the calendar is loaded, each time in a transaction of its own, and what became of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.models import AuditContent, AuditLine
from domain.calendars import commands
from domain.calendars.models import CalendarVersion
from domain.calendars.queries import calendar_of
from domain.calendars.rules import WorkingCalendar
from tenancy.models import CountyRow
from tests.worlds import World

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


class Office:
    """A county and the login that loads."""

    def __init__(self, engine: AsyncEngine, world: World) -> None:
        self.engine, self.world = engine, world

    async def load_published(self) -> Sequence[commands.Loaded]:
        async with AsyncSession(self.engine) as session, session.begin():
            return await commands.load_published(session, now=NOW)

    async def load(self, file: bytes) -> commands.Loaded:
        async with AsyncSession(self.engine) as session, session.begin():
            return await commands.load_notice(session, file=file, name="notice.toml", now=NOW)

    def own(self, file: str) -> str:
        """The file as this county's."""
        return file.replace("pingyang", self.world.code)

    async def load_days(self, file: str) -> commands.LoadedDays:
        async with AsyncSession(self.engine) as session, session.begin():
            return await commands.load_county_days(session, file=file.encode(), name="days.toml", now=NOW)

    async def sources(self) -> list[tuple[int, str]]:
        """What made each version of the county's calendar."""
        async with AsyncSession(self.engine) as session:
            rows = await session.execute(
                select(CalendarVersion.version, CalendarVersion.source)
                .where(CalendarVersion.county_id == self.world.county_id)
                .order_by(CalendarVersion.version)
            )
            return [(row.version, row.source) for row in rows]

    async def calendar(self) -> WorkingCalendar:
        async with AsyncSession(self.engine) as session:
            return await calendar_of(session, self.world.county_id)

    async def version(self, world: World | None = None) -> int:
        async with AsyncSession(self.engine) as session:
            wanted = CountyRow.county_id == (world or self.world).county_id
            return (await session.scalars(select(CountyRow.calendar_version).where(wanted))).one()

    async def lines(self) -> list[tuple[str, dict[str, Any]]]:
        async with AsyncSession(self.engine) as session:
            rows = await session.execute(
                select(AuditLine.action, AuditContent.content)
                .join(AuditContent, AuditContent.line_id == AuditLine.id)
                .where(AuditLine.county_id == self.world.county_id)
                .order_by(AuditLine.id)
            )
            return [(row.action, row.content) for row in rows]
