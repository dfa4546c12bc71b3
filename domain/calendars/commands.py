"""Loading the calendar: the published years of the whole country, and the days that a county's own decision changes.

These tables belong to the schema's owner, so these run from the administrator's command line and not on a request: no
login of the platform may write a day, whoever asks. Whoever calls them commits. A version counts the changes of each
county's calendar, and that is all it takes to have the running deadlines counted again: a calendar knows of none, but
deadlines know by which version they were counted (`domain/deadlines/recounting.py`). Loading what is known already
raises no version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.calendars.county_days import read_county_days
from domain.calendars.models import CalendarVersion, CountyDay, StatutoryDay, StatutoryYear
from domain.calendars.rules import YearNotice, library_notices, read_notice
from domain.work import Errand
from tenancy.models import CountyRow
from tenancy.refusals import Refusal

# Two loads at once would each keep half of the other's year.
ONE_AT_A_TIME = text("lock table statutory_years in share row exclusive mode")


class CountyUnknown(Refusal):
    """The days are of a county that this deployment does not serve."""

    code = "CALENDAR_UNKNOWN_COUNTY"
    en = (
        '{file}: there is no county "{county}" here. Its code must be the one it was set up with. Correct it '
        "in the file."
    )
    zh = "{file}：本平台没有代码为“{county}”的县。代码须与建县时一致，请在文件中更正。"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A year that was loaded, by its notice. `changed` is False when all of it was known already."""

    year: int
    notice: str
    changed: bool


@dataclass(frozen=True, slots=True)
class LoadedDays:
    """A county's own decision that was loaded, and how many days came out otherwise than they were known."""

    county: str
    document: str
    changed: int


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


async def load_county_days(session: AsyncSession, *, file: bytes, name: str, now: datetime) -> LoadedDays:
    """Load a county's own decision from a TOML file (`county_days.read_county_days`), for that county alone.

    Its days go before the national list's, and before those of the county's earlier decisions. What the same document
    was loaded with before is replaced. Raises `FileRefused` with line and column of every fault, `CountyUnknown`.
    """
    decision = read_county_days(file, name=name)
    county_id = await _county_held(session, decision.county, name=name)
    known = (
        await session.execute(
            select(CountyDay.day, CountyDay.working, CountyDay.reason, CountyDay.source).where(
                CountyDay.county_id == county_id,
                (CountyDay.source == decision.document) | CountyDay.day.in_(decision.days),
            )
        )
    ).all()
    was = {day: (working, reason, source) for day, working, reason, source in known}
    stated = {day: (working, reason, decision.document) for day, (working, reason) in decision.days.items()}
    if was == stated:
        return LoadedDays(decision.county, decision.document, changed=0)
    of_county = CountyDay.county_id == county_id
    await session.execute(delete(CountyDay).where(of_county, CountyDay.day.in_(was)))
    await session.execute(
        insert(CountyDay),
        [
            {"county_id": county_id, "day": day, "working": working, "reason": reason, "source": source}
            for day, (working, reason, source) in stated.items()
        ],
    )
    await _raise_versions(session, CountyRow.county_id == county_id, source=decision.document, now=now)
    changed = sorted(day for day in {*was, *stated} if was.get(day) != stated.get(day))
    content = {
        "document": decision.document,
        "issued_on": decision.issued_on.isoformat(),
        "days": [
            {"day": day.isoformat(), "was": _day(was.get(day)), "is": _day(stated.get(day))}
            for day in changed
        ],
    }
    await _record(Errand(session, county_id, now), "calendar.county_days_loaded", content)
    return LoadedDays(decision.county, decision.document, changed=len(changed))


async def _county_held(session: AsyncSession, code: str, *, name: str) -> UUID:
    """The county with this code, held: two loads at once would each keep half of the other's days."""
    county_id = await session.scalar(
        select(CountyRow.county_id).where(CountyRow.code == code).with_for_update()
    )
    if county_id is None:
        raise CountyUnknown(file=name, county=code)
    return county_id


def _day(stated: tuple[bool, str, str] | None) -> dict[str, Any] | None:
    return stated and dict(zip(("working", "reason", "source"), stated, strict=True))


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
    source = "; ".join(dict.fromkeys(each.notice for each in loaded))
    for county_id in await _raise_versions(session, true(), source=source, now=now):
        await _record(Errand(session, county_id, now), "calendar.loaded", {"years": years})


async def _raise_versions(
    session: AsyncSession, counties: ColumnElement[bool], *, source: str, now: datetime
) -> Sequence[UUID]:
    """Give these counties' calendars their next version; from then on whatever they counted before is stale."""
    raised = (
        await session.execute(
            update(CountyRow)
            .where(counties)
            .values(calendar_version=CountyRow.calendar_version + 1)
            .returning(CountyRow.county_id, CountyRow.calendar_version)
        )
    ).all()
    if raised:
        await session.execute(
            insert(CalendarVersion),
            [
                {"county_id": county_id, "version": number, "source": source, "at": now}
                for county_id, number in raised
            ],
        )
    return [county_id for county_id, _ in raised]


async def _record(errand: Errand, action: str, content: dict[str, Any]) -> None:
    await record(errand, action=action, subject_kind="calendar", subject_id=errand.county_id, content=content)
