"""Reading the lineage of the county's bodies and units. Everybody who acts in the county knows it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from domain.lineage import rules
from domain.lineage.models import LineageEntry
from domain.lineage.rules import Dissolved, Kind, Lineage, Name, Step
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation, Unit
from domain.statements import Asks, Statement
from domain.work import Errand, Work
from tenancy.models import CountyRow

ENTRY = "lineage.entry"


@Statement
def _entries(asks: Asks) -> Select[LineageEntry]:
    # All of the county: they are few, and what follows from one hangs on the others.
    return (
        select(LineageEntry)
        .where(LineageEntry.county_id == asks.county_id, asks.visible(LineageEntry, ENTRY))
        .order_by(LineageEntry.since, LineageEntry.id)
    )


async def entries(work: Work) -> Sequence[LineageEntry]:
    """The county's changes, line by line, in the order of their days."""
    return await _entries(work)


async def of_bodies(work: Work) -> Lineage:
    """Which body became which."""
    return bodies_in(await _entries(work))


async def of_units(work: Work) -> Lineage:
    """Which unit became which."""
    return units_in(await _entries(work))


async def concerning(work: Work, ids: Collection[UUID]) -> dict[UUID, list[LineageEntry]]:
    """The changes that each of these bodies or units was part of, one line of each change, in the order of their days."""
    found: dict[UUID, dict[UUID, LineageEntry]] = {one: {} for one in ids}
    for entry in await _entries(work):
        for one in {*ends_of(entry)} & found.keys():
            found[one].setdefault(entry.change_id, entry)
    return {one: list(changes.values()) for one, changes in found.items()}


async def heirs(errand: Errand, bodies: Collection[UUID]) -> dict[UUID, UUID]:
    """Who goes on today with the matters of each of these bodies; for the machinery, which nobody's filter binds."""
    rows = await errand.session.scalars(
        select(LineageEntry).where(LineageEntry.county_id == errand.county_id, LineageEntry.heir)
    )
    lineage, today = bodies_in(rows.all()), await today_in(errand)
    return {body: lineage.heir(body, today) for body in bodies}


async def of_county(errand: Errand) -> tuple[Lineage, Lineage]:
    """Which body became which, and which unit; for errands that take in what somebody wrote."""
    rows = await errand.session.scalars(
        select(LineageEntry)
        .where(LineageEntry.county_id == errand.county_id)
        .order_by(LineageEntry.since, LineageEntry.id)
    )
    every = rows.all()
    return bodies_in(every), units_in(every)


async def today_in(errand: Errand) -> date:
    """The day it is in the county."""
    return errand.now.astimezone(await zone_of(errand)).date()


async def zone_of(errand: Errand) -> ZoneInfo:
    """The time zone in which the county's days begin and end."""
    zone = await errand.session.scalar(
        select(CountyRow.time_zone).where(CountyRow.county_id == errand.county_id)
    )
    assert zone is not None
    return ZoneInfo(zone)


async def require_there(work: Work, body: Organisation, *, field: str, on: date | None = None) -> None:
    """Whether the body is there to be addressed on a day, today unless said. Raises `Dissolved`, `NotThereYet`.

    Both say whom to turn to.
    """
    lineage, day = await of_bodies(work), on or work.today
    if lineage.is_dissolved(body.id, day):
        heir = (await organisations.the(work, lineage.heir(body.id, day))).name
        raise Dissolved(field=field, name=body.name, day=str(lineage.dissolved_on(body.id)), heir=heir)
    if not lineage.is_there_yet(body.id, day):
        known = await organisations.of_ids(work, lineage.predecessors(body.id))
        before = [known[one].name for one in lineage.predecessors(body.id)]
        raise rules.not_there_yet(body.name, lineage.founded_on(body.id), before=before, field=field)


async def there_on(work: Work, bodies: Iterable[Organisation], day: date) -> list[Organisation]:
    """Those of the bodies that are there on that day: not dissolved, and come already."""
    lineage = await of_bodies(work)
    return [
        each
        for each in bodies
        if lineage.is_there_yet(each.id, day) and not lineage.is_dissolved(each.id, day)
    ]


async def require_unit_there(work: Work, unit: Unit, *, field: str) -> None:
    """The same of a unit, to which a matter shall be given today. Raises `Dissolved`, `NotThereYet`."""
    lineage = await of_units(work)
    if lineage.is_dissolved(unit.id, work.today):
        heir = lineage.heir(unit.id, work.today)
        name = (await organisations.units_of_ids(work, [heir]))[heir].name
        raise Dissolved(field=field, name=unit.name, day=str(lineage.dissolved_on(unit.id)), heir=name)
    if not lineage.is_there_yet(unit.id, work.today):
        known = await organisations.units_of_ids(work, lineage.predecessors(unit.id))
        before = [known[one].name for one in lineage.predecessors(unit.id)]
        raise rules.not_there_yet(unit.name, lineage.founded_on(unit.id), before=before, field=field)


async def heir_of(work: Work, body: Organisation) -> Organisation:
    """Who goes on today with the matters of this body: itself as long as it is there."""
    heir = (await of_bodies(work)).heir(body.id, work.today)
    return body if heir == body.id else await organisations.the(work, heir)


async def names_on(work: Work, asked: Sequence[tuple[UUID, date]]) -> list[str]:
    """What each body was called on its day."""
    lineage = await of_bodies(work)
    known = await organisations.of_ids(work, {body for body, _ in asked})
    return [lineage.name(body, day, now=name_of(known[body])).name for body, day in asked]


async def left_to(work: Work, body_id: UUID) -> list[Organisation]:
    """The bodies that are no more and whose matters this one goes on with today, by code."""
    left = (await of_bodies(work)).inherited({body_id}, work.today) - {body_id}
    found = await organisations.of_ids(work, left)
    return sorted(found.values(), key=lambda body: body.code)


async def called(work: Work, name: str) -> list[Organisation]:
    """The bodies that are called so now or were once, by any part of the name or the short name; by code."""
    lineage = await of_bodies(work)
    return [
        body
        for body in await organisations.everybody(work)
        if any(name in known for known in _names(body, lineage))
    ]


def name_of(body: Organisation) -> Name:
    """What the body is called now."""
    return Name(body.name, body.short_name)


def bodies_in(rows: Iterable[LineageEntry]) -> Lineage:
    """The lineage of bodies that these rows make."""
    return Lineage(_step(row, row.from_id, row.to_id) for row in rows if row.from_unit_id is None)


def units_in(rows: Iterable[LineageEntry]) -> Lineage:
    """The lineage of units that these rows make."""
    return Lineage(
        _step(row, row.from_unit_id, row.to_unit_id) for row in rows if row.from_unit_id and row.to_unit_id
    )


def ends_of(entry: LineageEntry) -> tuple[UUID, UUID]:
    """What became what: two units, or two bodies."""
    if entry.from_unit_id and entry.to_unit_id:
        return entry.from_unit_id, entry.to_unit_id
    return entry.from_id, entry.to_id


def _step(row: LineageEntry, before: UUID, after: UUID) -> Step:
    former = None if row.former_name is None else Name(row.former_name, row.former_short_name)
    # The database admits no other word.
    return Step(cast("Kind", row.kind), row.since, before, after, row.heir, former, row.founds)


def _names(body: Organisation, lineage: Lineage) -> Iterable[str]:
    for each in (name_of(body), *(name for name, _ in lineage.former_names(body.id))):
        yield each.name
        yield each.short_name or ""
