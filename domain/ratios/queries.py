"""Counting the ratios of a body, or of the county, from the registers as they hold on each day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.expression import FromClause

from domain.filters import any_of
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.ratios import rules
from domain.ratios.rules import Counted, Kind
from domain.secondments.models import Secondment
from domain.staff.models import StaffEntry
from domain.work import Work

STAFF = "staff.ratio"
SECONDMENT = "secondment.ratio"


@dataclass(frozen=True, slots=True)
class Ratio:
    """What was counted of a body (None: of the county) on a day, with what is demanded there and where that is said."""

    kind: Kind
    body_id: UUID | None
    on: date
    counted: int
    out_of: int | None
    demand: int | None
    met: bool | None
    source: str | None


async def ratios(
    work: Work, *, body_id: UUID | None = None, on: date | None = None, month_ends: int = 0
) -> list[Ratio]:
    """The ratios of a body, or of the county, on a day (today unless said) and at so many month ends before, kind by kind.

    Nothing of a body whose people the actor does not answer for, and of the county for whoever does not oversee it. Raises
    `TooManyMonths`.
    """
    days = rules.days(on or work.today, month_ends=month_ends)
    if body_id is None:
        if not _reads_the_county(work):
            return []
        kinds = rules.OF_THE_COUNTY
        departments, townships = [
            [each.id for each in await organisations.of_kinds(work, (kind,))]
            for kind in ("department", "township")
        ]
    else:
        body = (await organisations.of_ids(work, [body_id])).get(body_id)
        if body is None or not _reads(work, body):
            return []
        kinds = rules.OF_KINDS.get(body.kind, ())
        departments = townships = [body.id]
    found: list[Ratio] = []
    for kind in kinds:
        counted = await _COUNTED[kind](work, departments if kind == "below" else townships, days)
        found += [_told(work, kind, body_id, day, counted[day]) for day in days]
    return found


def _told(work: Work, kind: Kind, body_id: UUID | None, day: date, counted: Counted) -> Ratio:
    rulebook, entry = work.rulebook_on(day), rules.DEMANDED_BY[kind]
    demand = rulebook.number(entry) if rulebook.answers(entry) else None
    return Ratio(
        kind=kind,
        body_id=body_id,
        on=day,
        counted=counted.counted,
        out_of=counted.out_of,
        demand=demand or None,
        met=rules.is_met(kind, counted, demand),
        source=rulebook.cited(entry) if demand else None,
    )


def _reads_the_county(work: Work) -> bool:
    """Whether the actor is told what is counted of the whole county."""
    people, sent = StaffEntry(county_id=work.county_id), Secondment(county_id=work.county_id)
    return work.may("read", STAFF, people) and work.may("read", SECONDMENT, sent)


def _reads(work: Work, body: Organisation) -> bool:
    """Whether the actor is told all that is counted of the body: what its people are, whom it sends, whom it uses.

    Whoever were told only some of it would be told a wrong number.
    """
    people = StaffEntry(county_id=work.county_id, home_id=body.id)
    sent = Secondment(county_id=work.county_id, home_id=body.id)
    used = Secondment(county_id=work.county_id, host_id=body.id)
    reads_its_own = work.may("read", STAFF, people) and work.may("read", SECONDMENT, sent)
    return reads_its_own and (body.kind != "township" or work.may("read", SECONDMENT, used))


async def _below(work: Work, homes: Collection[UUID], days: Sequence[date]) -> Mapping[date, Counted]:
    day = _days(days)
    is_below = exists().where(
        *_seconded(work, day),
        Secondment.home_id == StaffEntry.home_id,
        Secondment.person_id == StaffEntry.person_id,
        _at_the_front(work, day, days),
    )
    person = StaffEntry.person_id.distinct()
    people = (
        select(day.c.day, func.count(person), func.count(person).filter(is_below))
        .join_from(day, StaffEntry, true())
        .where(*_entered(work, day, homes))
        .group_by(day.c.day)
    )
    found = {row[0]: Counted(row[2], row[1]) for row in await work.session.execute(people)}
    return {each: found.get(each, Counted(0, 0)) for each in days}


async def _centre(work: Work, townships: Collection[UUID], days: Sequence[date]) -> Mapping[date, Counted]:
    found = await _with(work, townships, days)
    return {day: Counted(found[day].permanent if day in found else 0, None) for day in days}


async def _reviewers(work: Work, townships: Collection[UUID], days: Sequence[date]) -> Mapping[date, Counted]:
    found = await _with(work, townships, days)
    return {
        day: Counted(found[day].reviewers, found[day].people) if day in found else Counted(0, 0)
        for day in days
    }


async def _leaders(work: Work, townships: Collection[UUID], days: Sequence[date]) -> Mapping[date, Counted]:
    day = _days(days)
    each = _there(work, day, townships, ("enforcement", "other"))
    leads = _named(work, each, days, "staff.leader_posts")
    counted = select(each.c.day, func.count(each.c.person_id.distinct())).where(leads).group_by(each.c.day)
    found = {row[0]: row[1] for row in await work.session.execute(counted)}
    return {each_day: Counted(found.get(each_day, 0), None) for each_day in days}


_COUNTED = {"below": _below, "centre": _centre, "reviewers": _reviewers, "leaders": _leaders}


async def _with(work: Work, townships: Collection[UUID], days: Sequence[date]) -> dict[date, Row[Any]]:
    """The enforcement staff of these townships by day: how many people, how many of them permanent, how many reviewers."""
    day = _days(days)
    each = _there(work, day, townships, ("enforcement",))
    person = each.c.person_id.distinct()
    counted = select(
        each.c.day,
        func.count(person).label("people"),
        func.count(person).filter(each.c.permanent).label("permanent"),
        func.count(person).filter(_named(work, each, days, "staff.reviewer_posts")).label("reviewers"),
    ).group_by(each.c.day)
    return {row.day: row for row in await work.session.execute(counted)}


def _there(
    work: Work, day: FromClause, townships: Collection[UUID], registers: Collection[str]
) -> FromClause:
    """Who is there with these townships on each day: their own of these registers, and those stationed with them."""
    is_away = exists().where(
        *_seconded(work, day),
        Secondment.mode == "stationed",
        Secondment.home_id == StaffEntry.home_id,
        Secondment.person_id == StaffEntry.person_id,
    )
    own = _people(day, StaffEntry.person_id, StaffEntry.post, StaffEntry.establishment != "none").where(
        *_entered(work, day, townships, registers), ~is_away
    )
    # Of those stationed there the register at home is not the township's to read; none of them is an auxiliary.
    stationed = _people(day, Secondment.person_id, Secondment.post, true()).where(
        *_seconded(work, day), Secondment.mode == "stationed", Secondment.host_id == any_of(townships)
    )
    return union_all(own, stationed).subquery("each")


def _people(
    day: FromClause,
    person: InstrumentedAttribute[UUID],
    post: InstrumentedAttribute[str],
    permanent: ColumnElement[bool],
) -> Select[Any]:
    columns = (day.c.day, person.label("person_id"), post.label("post"), permanent.label("permanent"))
    return select(*columns).join_from(day, person.class_, true())


def _entered(
    work: Work, day: FromClause, homes: Collection[UUID], registers: Collection[str] = ("enforcement",)
) -> list[ColumnElement[bool]]:
    """The entries on these registers of these bodies that hold on the day."""
    return [
        StaffEntry.county_id == work.county_id,
        work.visible(StaffEntry, STAFF),
        StaffEntry.home_id == any_of(homes),
        StaffEntry.register.in_(registers),
        *_holds(StaffEntry.since, StaffEntry.until, day),
    ]


def _seconded(work: Work, day: FromClause) -> list[ColumnElement[bool]]:
    """The secondments that are in force on the day."""
    return [
        Secondment.county_id == work.county_id,
        work.visible(Secondment, SECONDMENT),
        *_holds(Secondment.since, Secondment.until, day),
    ]


def _holds(
    since: InstrumentedAttribute[date], until: InstrumentedAttribute[date | None], day: FromClause
) -> list[ColumnElement[bool]]:
    return [since <= day.c.day, or_(until.is_(None), until >= day.c.day)]


def _at_the_front(work: Work, day: FromClause, days: Sequence[date]) -> ColumnElement[bool]:
    """Whether the mode counts as the front by the rules of the day."""
    ruled = _ruled(work, days, "staff.front_modes")
    return or_(
        false(), *(and_(day.c.day.in_(held), Secondment.mode.in_(modes)) for modes, held in ruled.items())
    )


def _named(work: Work, each: FromClause, days: Sequence[date], entry: str) -> ColumnElement[bool]:
    """Whether the post is named by one of the words that an entry has by the rules of the day."""
    ruled = _ruled(work, days, entry)
    return or_(
        false(),
        *(
            and_(each.c.day.in_(held), each.c.post.contains(part, autoescape=True))
            for parts, held in ruled.items()
            for part in parts
        ),
    )


def _ruled(work: Work, days: Sequence[date], entry: str) -> dict[tuple[str, ...], list[date]]:
    """What the rules say on these days, with the days on which they say so: mostly one thing on all of them."""
    ruled: dict[tuple[str, ...], list[date]] = {}
    for day in days:
        rulebook = work.rulebook_on(day)
        if rulebook.answers(entry):
            ruled.setdefault(rulebook.texts(entry), []).append(day)
    return ruled


def _days(days: Sequence[date]) -> FromClause:
    """The days as a table, to which people are joined."""
    given = func.unnest(literal([*days], ARRAY(Date)))
    return given.table_valued(column("day", Date), name="days").render_derived()
