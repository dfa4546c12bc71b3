"""Loading the calendar: the published years of the whole country, and the days that a county's own decision changes.

The statutory tables belong to the schema's owner, so these run from the command line and not on a request. Whoever
calls them commits, and then has the running deadlines recounted (`domain/deadlines/commands.py`), because a calendar
knows of no deadline. A version counts the changes of each county's calendar; loading what is known already is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.calendars.models import CountyDay, StatutoryDay, StatutoryYear
from domain.calendars.rules import YearNotice, library_notices, read_notice
from domain.work import Errand
from tenancy.models import CountyRow
from tenancy.refusals import NotFound, Refusal

# Two loads at once would each keep half of the other's year.
ONE_AT_A_TIME = text("lock table statutory_years in share row exclusive mode")


class CountyDayWithoutGround(Refusal):
    """A county's own day needs the decision that made it."""

    code = "COUNTY_DAY_WITHOUT_GROUND"
    en = "A day of the county's own needs a reason and the document that decided it."
    zh = "县级自定的工作日或者休息日须写明事由和所依据的文件。"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A year that was loaded, by its notice. `changed` is False when all of it was known already."""

    year: int
    notice: str
    changed: bool


async def load_published(session: AsyncSession, *, now: datetime) -> list[Loaded]:
    """Load every year that the installed library knows and the platform does not.

    A year that is there already stays as it is: a notice typed from the document outranks the library, which may be
    older than an amendment.
    """
    await session.execute(ONE_AT_A_TIME)
    known = set(await session.scalars(select(StatutoryYear.year)))
    loaded = [
        await _put(session, notice, now=now) for notice in library_notices() if notice.year not in known
    ]
    if loaded:
        await _tell_the_counties(session, loaded, now=now)
    return loaded


async def load_notice(session: AsyncSession, *, file: bytes, name: str, now: datetime) -> Loaded:
    """Load one year's notice from a TOML file (`rules.read_notice`), in place of what is known of that year.

    Raises `FileRefused` with line and column of every fault.
    """
    notice = read_notice(file, name=name)
    await session.execute(ONE_AT_A_TIME)
    if await _known_already(session, notice):
        return Loaded(notice.year, _source(notice), changed=False)
    loaded = await _put(session, notice, now=now)
    await _tell_the_counties(session, [loaded], now=now)
    return loaded


async def add_county_day(errand: Errand, *, day: date, working: bool, reason: str, source: str) -> bool:
    """Make a day of the county one of work, or of rest, whatever the national calendar says; False if it was so.

    `source` is the document that decided it. Raises `CountyDayWithoutGround`.
    """
    if not reason.strip() or not source.strip():
        raise CountyDayWithoutGround(field="reason" if not reason.strip() else "source")
    stated = {"working": working, "reason": reason.strip(), "source": source.strip()}
    known = await errand.session.execute(
        select(CountyDay.working, CountyDay.reason, CountyDay.source)
        .where(CountyDay.county_id == errand.county_id, CountyDay.day == day)
        .with_for_update()
    )
    if [row._asdict() for row in known] == [stated]:
        return False
    await errand.session.execute(
        insert(CountyDay)
        .values(county_id=errand.county_id, day=day, **stated)
        .on_conflict_do_update(index_elements=["county_id", "day"], set_=stated)
    )
    await _raise_version(errand.session, CountyRow.county_id == errand.county_id)
    await _record(errand, "calendar.day_added", {"day": day.isoformat(), **stated})
    return True


async def remove_county_day(errand: Errand, *, day: date) -> None:
    """Let the national calendar answer again for that day. Raises `NotFound`."""
    removed = await errand.session.execute(
        delete(CountyDay)
        .where(CountyDay.county_id == errand.county_id, CountyDay.day == day)
        .returning(CountyDay.day)
    )
    if removed.one_or_none() is None:
        raise NotFound(field="day")
    await _raise_version(errand.session, CountyRow.county_id == errand.county_id)
    await _record(errand, "calendar.day_removed", {"day": day.isoformat()})


async def _known_already(session: AsyncSession, notice: YearNotice) -> bool:
    stored = await session.scalar(select(StatutoryYear.notice).where(StatutoryYear.year == notice.year))
    of_year = StatutoryDay.year == notice.year
    rows = await session.execute(
        select(StatutoryDay.day, StatutoryDay.working, StatutoryDay.name).where(of_year)
    )
    return stored == _source(notice) and {tuple(row) for row in rows} == {
        (day.day, day.works, day.name) for day in notice.days
    }


async def _put(session: AsyncSession, notice: YearNotice, *, now: datetime) -> Loaded:
    source = _source(notice)
    year = {"notice": source, "loaded_at": now}
    await session.execute(
        insert(StatutoryYear)
        .values(year=notice.year, **year)
        .on_conflict_do_update(index_elements=["year"], set_=year)
    )
    await session.execute(delete(StatutoryDay).where(StatutoryDay.year == notice.year))
    # A day of the December before may stand with its own year already; the notice that names it takes it over.
    put = insert(StatutoryDay)
    taken_over = {name: put.excluded[name] for name in ("year", "working", "name")}
    await session.execute(
        put.on_conflict_do_update(index_elements=["day"], set_=taken_over),
        [{"day": d.day, "year": notice.year, "working": d.works, "name": d.name} for d in notice.days],
    )
    return Loaded(notice.year, source, changed=True)


def _source(notice: YearNotice) -> str:
    return notice.number or f"chinesecalendar {version('chinesecalendar')}"


async def _tell_the_counties(session: AsyncSession, loaded: Sequence[Loaded], *, now: datetime) -> None:
    """Every county counts by another calendar from now on, and has on its own trail why."""
    years = [{"year": each.year, "notice": each.notice} for each in loaded]
    for county_id in await _raise_version(session, true()):
        await _record(Errand(session, county_id, now), "calendar.loaded", {"years": years})


async def _raise_version(session: AsyncSession, counties: ColumnElement[bool]) -> Sequence[UUID]:
    raised = await session.scalars(
        update(CountyRow)
        .where(counties)
        .values(calendar_version=CountyRow.calendar_version + 1)
        .returning(CountyRow.county_id)
    )
    return raised.all()


async def _record(errand: Errand, action: str, content: dict[str, Any]) -> None:
    await record(errand, action=action, subject_kind="calendar", subject_id=errand.county_id, content=content)
