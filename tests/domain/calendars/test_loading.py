"""Loading the calendar into a real database, and reading a county's calendar back.

They use a database of their own: the statutory days belong to every county of the one that all other tests share.
"""

import asyncio
from datetime import date

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.calendars import commands
from domain.calendars.models import StatutoryDay, StatutoryYear
from domain.calendars.rules import WorkingCalendar, library_notices
from domain.rulebooks.located import FileRefused
from tests.domain.calendars.office import NOW, Office
from tests.domain.calendars.test_notice_files import NOTICE_OF_2026
from tests.worlds import a_county

NOTICE_OF_2027 = """\
year = 2027
notice = "国办发明电〔2026〕0号"
published_on = 2026-11-19

[[holiday]]
name = "元旦"
from = 2026-12-31
to = 2027-01-02
days = 3
workdays = [2026-12-27]
""".encode()


class TestLoadingThePublishedYears:
    async def test_gives_every_county_the_calendar_of_the_library(self, office: Office) -> None:
        loaded = await office.load_published()
        assert [each.year for each in loaded] == list(range(2004, 2027))
        assert {each.year: each.notice for each in loaded}[2026] == "国办发明电〔2025〕7号"
        assert {each.year: each.notice for each in loaded}[2004].startswith("chinesecalendar ")
        assert await office.calendar() == WorkingCalendar.of(library_notices())

    async def test_a_second_time_finds_nothing_new(self, office: Office) -> None:
        await office.load_published()
        version = await office.version()
        assert await office.load_published() == []
        assert await office.version() == version

    async def test_does_not_put_a_year_back_that_was_typed_from_its_document(self, office: Office) -> None:
        amended = NOTICE_OF_2026.replace("to = 2026-01-03\ndays = 3", "to = 2026-01-02\ndays = 2")
        await office.load(amended.encode())
        loaded = await office.load_published()
        assert 2026 not in {each.year for each in loaded}
        calendar = await office.calendar()
        assert date(2026, 1, 2) in calendar.holidays
        assert date(2026, 1, 3) not in calendar.holidays

    async def test_raises_the_version_of_every_county_and_says_so_on_its_trail(
        self, office: Office, database: dict[str, AsyncEngine]
    ) -> None:
        other = await a_county(database["owner"])
        async with database["owner"].begin() as connection:
            await connection.execute(delete(StatutoryDay))
            await connection.execute(delete(StatutoryYear))
        before = await office.version(), await office.version(other)
        await office.load_published()
        assert (await office.version(), await office.version(other)) == (before[0] + 1, before[1] + 1)
        ((version, source),) = await office.sources()
        assert version == before[0] + 1
        assert "国办发明电〔2024〕12号" in source
        ((action, content),) = await office.lines()
        assert action == "calendar.loaded"
        assert {"year": 2025, "notice": "国办发明电〔2024〕12号"} in content["years"]


class TestLoadingOneNotice:
    async def test_makes_its_year_published(self, office: Office) -> None:
        await office.load_published()
        assert (await office.calendar()).is_provisional(date(2027, 1, 4))
        loaded = await office.load(NOTICE_OF_2027)
        assert loaded == commands.Loaded(2027, "国办发明电〔2026〕0号", changed=True)
        calendar = await office.calendar()
        assert not calendar.is_provisional(date(2027, 1, 4))
        assert calendar.add(date(2026, 12, 30), 1) == date(2027, 1, 4)

    async def test_may_name_days_of_the_december_before(self, office: Office) -> None:
        await office.load_published()
        assert (await office.calendar()).is_working(date(2026, 12, 31))
        await office.load(NOTICE_OF_2027)
        calendar = await office.calendar()
        assert not calendar.is_working(date(2026, 12, 31))
        assert calendar.is_working(date(2026, 12, 27))

    async def test_takes_over_a_december_day_that_the_library_files_under_its_own_year(
        self, office: Office
    ) -> None:
        await office.load_published()
        of_2019 = b"""\
year = 2019
notice = "x"
published_on = 2018-12-04
holiday = [{ name = "y", from = 2018-12-30, to = 2019-01-01, days = 3, workdays = [2018-12-29] }]
"""
        await office.load(of_2019)
        assert date(2018, 12, 29) in (await office.calendar()).makeup_workdays
        await office.load(of_2019.replace(b", workdays = [2018-12-29]", b""))
        assert date(2018, 12, 29) not in (await office.calendar()).makeup_workdays

    async def test_of_a_year_known_before_replaces_it_whole(self, office: Office) -> None:
        await office.load_published()
        without_one = NOTICE_OF_2026.replace("workdays = [2026-02-14, 2026-02-28]\n", "")
        assert (await office.load(without_one.encode())).changed
        makeup = (await office.calendar()).makeup_workdays
        assert {str(day) for day in makeup if day.year == 2026} == {
            "2026-01-04",
            "2026-05-09",
            "2026-09-20",
            "2026-10-10",
        }
        assert len([day for day in makeup if day.year == 2025]) == 5

    async def test_that_says_what_is_known_changes_nothing(self, office: Office) -> None:
        await office.load_published()
        version, lines = await office.version(), await office.lines()
        assert not (await office.load(NOTICE_OF_2026.encode())).changed
        assert (await office.version(), await office.lines()) == (version, lines)

    async def test_that_is_malformed_leaves_everything_as_it_was(self, office: Office) -> None:
        await office.load_published()
        before = await office.calendar(), await office.version()
        with pytest.raises(FileRefused, match=r"notice\.toml:9:8"):
            await office.load(NOTICE_OF_2027.replace(b"days = 3", b"days = 4"))
        assert (await office.calendar(), await office.version()) == before

    async def test_is_not_for_the_logins_of_app_and_worker(
        self, office: Office, database: dict[str, AsyncEngine]
    ) -> None:
        for duty in ("app", "worker"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                await Office(database[duty], office.world).load(NOTICE_OF_2027)

    async def test_under_another_number_is_a_change_although_the_days_are_the_same(
        self, office: Office
    ) -> None:
        await office.load_published()
        renumbered = NOTICE_OF_2026.replace("〔2025〕7号", "〔2025〕8号")
        assert (await office.load(renumbered.encode())).changed
        assert not (await office.load(renumbered.encode())).changed

    async def test_is_not_overwritten_by_the_library_that_is_loaded_at_the_same_time(
        self, office: Office
    ) -> None:
        amended = NOTICE_OF_2026.replace("workdays = [2026-01-04]\n", "").encode()
        async with AsyncSession(office.engine) as session, session.begin():
            await commands.load_notice(session, file=amended, name="notice.toml", now=NOW)
            library = asyncio.create_task(office.load_published())
            await somebody_waits_for(session)
        assert 2026 not in {each.year for each in await library}
        assert not (await office.calendar()).is_working(date(2026, 1, 4))


async def somebody_waits_for(session: AsyncSession) -> None:
    """Return once another transaction of this database waits for a lock that this one holds."""
    blocked = text(
        "select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
    )
    async with asyncio.timeout(30):
        while (await session.execute(blocked)).first() is None:
            pass  # asking lets the other transaction get on
