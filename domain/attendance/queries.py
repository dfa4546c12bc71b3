"""Reading attendance: the entries that count, what they took the place of, and tallies of people between two days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from domain.attendance import rules
from domain.attendance.models import AttendanceEntry
from domain.attendance.rules import Mark
from domain.columns import Columns, also, read
from domain.filters import Conditions, Days, among, any_of, on
from domain.leave import queries as leave
from domain.leave.rules import Parties
from domain.night_duty import queries as night_duty
from domain.secondments import queries as secondments
from domain.spans import Order, Span, spanned
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "attendance.entry"

Side = Literal["body", "mine"]
"""The sheet of those who work with the acting body or are its own; one's own, wherever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what a sheet can be narrowed."""

    people: frozenset[UUID] | None = None
    marks: frozenset[Mark] | None = None
    day: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: whose, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Facts of one person between two days."""

    person_id: UUID
    marks: dict[str, int]
    leave_half_days: int
    nights_missed: int


async def to_change(work: Work, entry_id: UUID) -> AttendanceEntry:
    """One entry, locked. Raises `NotFound`."""
    found = await work.session.scalar(_rows(work).where(AttendanceEntry.id == entry_id).with_for_update())
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, AttendanceEntry]:
    """The entries with these ids, by id; those that are not visible are absent."""
    rows = _rows(work).where(AttendanceEntry.id == any_of(ids))
    return {each.id: each for each in await read(work.session, rows, also(columns, "id"))}


async def page(work: Work, *, wanted: Wanted, span: Span[tuple[date, UUID]]) -> Sequence[AttendanceEntry]:
    """A part of a sheet, the earliest day first. An entry's place is its day and its id."""
    rows = _rows(work).where(*_wanted(work, wanted))
    order = Order((AttendanceEntry.day, AttendanceEntry.id))
    return (await work.session.scalars(spanned(rows, order, span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many entries there are."""
    counted = select(func.count()).select_from(AttendanceEntry)
    return (await work.session.scalar(counted.where(*_visible(work), *_wanted(work, wanted)))) or 0


async def formers_of(work: Work, entries: Sequence[AttendanceEntry]) -> dict[UUID, list[AttendanceEntry]]:
    """What was on record of the same person and day before each of these entries, the latest first."""
    rows = _rows(work).where(
        AttendanceEntry.superseded_at.is_not(None),
        AttendanceEntry.person_id == any_of({each.person_id for each in entries}),
        AttendanceEntry.day.in_(sorted({each.day for each in entries})),
    )
    before = (await work.session.scalars(rows.order_by(AttendanceEntry.id.desc()))).all()
    return {
        entry.id: [
            each
            for each in before
            if (each.person_id, each.day) == (entry.person_id, entry.day) and each.id < entry.id
        ]
        for entry in entries
    }


async def tallies(work: Work, people: Collection[UUID], *, first: date, last: date) -> list[Tally]:
    """The facts of those of these people of whom the actor may read them, in the order of their ids."""
    readable = await _readable(work, people, first=first, last=min(last, work.today))
    marks = await _marks(work, readable, first=first, last=last)
    missed = await night_duty.missed(work, readable, first=first, last=last)
    away = dict.fromkeys(readable, 0)
    for each in await leave.absences(work, first=first, last=last):
        if each.person_id in away:
            away[each.person_id] += each.stretch.within(first, last).half_days(work.calendar)
    return [
        Tally(
            person_id=each,
            marks=marks[each],
            leave_half_days=away[each],
            nights_missed=missed[each],
        )
        for each in sorted(readable)
    ]


def entry_of(work: Work, parties: Parties, person_id: UUID, day: date) -> AttendanceEntry:
    """An entry that is only asked about."""
    return AttendanceEntry(
        county_id=work.county_id,
        body_id=work.actor.tenant_id,
        person_id=person_id,
        home_id=parties.home_id,
        host_id=parties.host_id,
        day=day,
    )


async def in_service(work: Work, people: Collection[UUID], *, day: date) -> dict[UUID, Parties]:
    """Home and host on a day of those of these people who hold a post in the acting body, or were seconded from it.

    Whom a roster brought holds a post with the host alone, and is the home's all the same.
    """
    seconded = {
        each.person_id: Parties(each.home_id, each.host_id)
        for each in await secondments.in_service(work, people, first=day, last=day)
        if each.home_id == work.actor.tenant_id
    }
    return seconded | await night_duty.serving(work, people, day=day)


async def _readable(work: Work, people: Collection[UUID], *, first: date, last: date) -> list[UUID]:
    """Those of these people who were the acting body's to manage at the beginning or at the end, and whose attendance the
    actor may read; and the actor."""
    found = {each for each in people if each == work.actor.person_id}
    for day in (first, last):
        for person, parties in (await in_service(work, people, day=day)).items():
            if work.may("read", ENTRY, entry_of(work, parties, person, day)):
                found.add(person)
    return list(found)


async def _marks(
    work: Work, people: Collection[UUID], *, first: date, last: date
) -> dict[UUID, dict[str, int]]:
    counted = await work.session.execute(
        select(AttendanceEntry.person_id, AttendanceEntry.mark, func.count().label("days"))
        .where(
            *_visible(work),
            *_counted(work),
            AttendanceEntry.person_id == any_of(people),
            AttendanceEntry.day.between(first, last),
        )
        .group_by(AttendanceEntry.person_id, AttendanceEntry.mark)
    )
    marks = {each: dict.fromkeys(map(str, rules.MARKS), 0) for each in people}
    for row in counted:
        marks[row.person_id][row.mark] = row.days
    return marks


def _rows(work: Work) -> Select[AttendanceEntry]:
    return select(AttendanceEntry).where(*_visible(work))


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [AttendanceEntry.county_id == work.county_id, work.visible(AttendanceEntry, ENTRY)]


def _counted(work: Work) -> Conditions:
    """The entries that count: of those that nothing took the place of, not what turned out to be leave as a whole."""
    yield AttendanceEntry.superseded_at.is_(None)
    yield ~leave.covers(work, AttendanceEntry.person_id, AttendanceEntry.day)


def _wanted(work: Work, wanted: Wanted) -> Conditions:
    yield from _counted(work)
    if wanted.side == "mine":
        yield AttendanceEntry.person_id == work.actor.person_id
    else:
        mine = work.actor.tenant_id
        yield or_(AttendanceEntry.home_id == mine, AttendanceEntry.host_id == mine)
    yield from among(AttendanceEntry.person_id, wanted.filter.people)
    yield from among(AttendanceEntry.mark, wanted.filter.marks)
    yield from on(AttendanceEntry.day, wanted.filter.day)
