"""Reading rosters: a body's own, one's own nights, and those of the body's people elsewhere; and who works where on a day.

Whether whoever is planned will be there is asked of leave and posts each time a night is read (`conditions`). `serving` and
`planned` are not filtered by role: acts ask them about their own people; tenants' walls hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from domain.columns import Columns, also, read
from domain.filters import LAST_DAY, Age, Conditions, Days, among, any_of, beginning, on
from domain.leave import queries as leave
from domain.leave.rules import Parties
from domain.night_duty import rules
from domain.night_duty.models import NightDuty, NightDutySwap
from domain.night_duty.rules import Condition, SwapAct, SwapState
from domain.secondments import queries as secondments
from domain.spans import Order, Span, by_age, spanned
from domain.staff import queries as staff
from domain.work import Work
from tenancy.models import Capacity
from tenancy.refusals import NotFound

DUTY = "night_duty.duty"
SWAP = "night_duty.swap"

Side = Literal["roster", "mine", "elsewhere"]
"""The body's own roster; one's own nights; nights of the body's people on rosters of others."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what nights can be narrowed."""

    people: frozenset[UUID] | None = None
    day: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which nights: of what, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapFilter:
    """By what swaps can be narrowed."""

    states: frozenset[SwapState] | None = None


async def to_change(work: Work, ids: Collection[UUID]) -> list[NightDuty]:
    """These nights of the acting body's own roster, locked in one order and given as asked. Raises `NotFound`."""
    locked = await work.session.scalars(
        _rows(work)
        .where(NightDuty.id == any_of(ids), NightDuty.body_id == work.actor.tenant_id)
        .order_by(NightDuty.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {each.id: each for each in locked}
    if len(found) < len(set(ids)):
        raise NotFound
    return [found[each] for each in ids]


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, NightDuty]:
    """The nights with these ids, by id; those that are not visible are absent."""
    rows = _rows(work).where(NightDuty.id == any_of(ids))
    return {each.id: each for each in await read(work.session, rows, also(columns, "id"))}


async def page(work: Work, *, wanted: Wanted, span: Span[tuple[date, UUID]]) -> Sequence[NightDuty]:
    """A part of the nights, the earliest first. A night's place is its day and its id."""
    rows = _rows(work).where(*_wanted(work, wanted))
    return (await work.session.scalars(spanned(rows, Order((NightDuty.day, NightDuty.id)), span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many nights there are."""
    counted = select(func.count()).select_from(NightDuty).where(*_visible(work), *_wanted(work, wanted))
    return (await work.session.scalar(counted)) or 0


async def conditions(work: Work, duties: Sequence[NightDuty]) -> list[Condition]:
    """What each of these nights has come to."""
    if not duties:
        return []
    people = {each.person_id for each in duties}
    days = [each.day for each in duties]
    away = await leave.absent(work, people, first=min(days), last=max(days))
    posts = await _posts(work, people)
    return [
        rules.condition(
            each.day,
            taken_off=each.taken_off_at is not None,
            attended=each.attended,
            in_post=_holds(work, posts, each.person_id, each.body_id, each.day),
            leave=away[each.person_id],
            today=work.today,
        )
        for each in duties
    ]


async def serving(work: Work, people: Collection[UUID], *, day: date) -> dict[UUID, Parties]:
    """Home and host on a day of those of these people who hold a post in the acting body through it.

    Of the body's own people with several hosts, any of them: it is not with the body.
    """
    mine = work.actor.tenant_id
    posts = await _posts(work, people)
    homes = {each.id: each.home_id for each in (await staff.of_ids(work, people)).values()}
    hosts: dict[UUID, list[UUID]] = {}
    for each in await secondments.in_service(work, people, first=day, last=day):
        hosts.setdefault(each.person_id, []).append(each.host_id)
    found = {}
    for person, home in homes.items():
        if not _holds(work, posts, person, mine, day):
            continue
        if home == mine:
            found[person] = Parties(home, next(iter(hosts.get(person, ())), home))
        elif mine in hosts.get(person, ()):
            found[person] = Parties(home, mine)
    return found


async def planned(work: Work, people: Collection[UUID], *, day: date) -> set[UUID]:
    """Those of these people who are on duty that night already, as far as the acting body may know."""
    found = await work.session.scalars(
        select(NightDuty.person_id).where(
            NightDuty.county_id == work.county_id,
            NightDuty.person_id == any_of(people),
            NightDuty.day == day,
            NightDuty.taken_off_at.is_(None),
        )
    )
    return set(found)


async def missed(work: Work, people: Collection[UUID], *, first: date, last: date) -> dict[UUID, int]:
    """How many nights each of these people missed between two days, as far as the actor may read them."""
    rows = await work.session.execute(
        select(NightDuty.person_id, func.count().label("number"))
        .where(
            *_visible(work),
            NightDuty.person_id == any_of(people),
            NightDuty.attended.is_(False),
            NightDuty.day.between(first, last),
        )
        .group_by(NightDuty.person_id)
    )
    counted = {row.person_id: row.number for row in rows}
    return {each: counted.get(each, 0) for each in people}


async def swap_to_change(work: Work, swap_id: UUID) -> NightDutySwap:
    """One swap of the acting body, locked. Raises `NotFound`."""
    found = await work.session.scalar(_swaps(work).where(NightDutySwap.id == swap_id).with_for_update())
    if found is None:
        raise NotFound
    return found


async def swaps_of_ids(
    work: Work, ids: Collection[UUID], columns: Columns = None
) -> dict[UUID, NightDutySwap]:
    """The swaps with these ids, by id; those of other bodies are absent."""
    rows = _swaps(work).where(NightDutySwap.id == any_of(ids))
    return {each.id: each for each in await read(work.session, rows, also(columns, "id"))}


async def swaps(work: Work, *, by: SwapFilter, age: Age, span: Span[UUID]) -> Sequence[NightDutySwap]:
    """A part of the acting body's swaps in this order. A swap's place is its id."""
    rows = _swaps(work).where(*among(NightDutySwap.state, by.states))
    return (await work.session.scalars(spanned(rows, by_age(NightDutySwap.id, age), span))).all()


async def swaps_count(work: Work, *, by: SwapFilter) -> int:
    """How many swaps there are."""
    counted = select(func.count()).select_from(NightDutySwap)
    counted = counted.where(*_own_swaps(work), *among(NightDutySwap.state, by.states))
    return (await work.session.scalar(counted)) or 0


async def open_swap_acts(work: Work, found: Sequence[NightDutySwap]) -> list[list[SwapAct]]:
    """What the actor could do with each of these swaps now."""
    duties = await of_ids(work, {each for swap in found for each in (swap.duty_id, swap.other_duty_id)})
    open_: list[list[SwapAct]] = []
    for swap in found:
        mine, other = duties.get(swap.duty_id), duties.get(swap.other_duty_id)
        acts: list[SwapAct] = []
        if mine is not None and other is not None:
            plans = work.may("plan", DUTY, mine) and work.may("plan", DUTY, other)
            if swap.state == "proposed" and work.may("swap", DUTY, other):
                acts += ["accept", "decline"]
            if swap.state == "agreed" and plans:
                acts += ["confirm", "decline"]
            if swap.state in ("proposed", "agreed") and work.may("swap", DUTY, mine):
                acts.append("withdraw")
        open_.append(acts)
    return open_


Posts = dict[tuple[UUID, UUID], list[Capacity]]


async def _posts(work: Work, people: Collection[UUID]) -> Posts:
    """The posts of these people, past ones among them, by person and body."""
    found = await work.session.scalars(
        select(Capacity).where(Capacity.county_id == work.county_id, Capacity.person_id == any_of(people))
    )
    posts: Posts = {}
    for each in found:
        posts.setdefault((each.person_id, each.tenant_id), []).append(each)
    return posts


def _holds(work: Work, posts: Posts, person: UUID, body: UUID, day: date) -> bool:
    """Whether somebody holds a post in a body through a day, so that the night that follows is theirs."""
    evening = beginning(min(day, LAST_DAY) + A_DAY, work.actor.zone)
    return any(
        each.since < evening and (each.until is None or each.until >= evening)
        for each in posts.get((person, body), ())
    )


def _rows(work: Work) -> Select[NightDuty]:
    return select(NightDuty).where(*_visible(work))


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [NightDuty.county_id == work.county_id, work.visible(NightDuty, DUTY)]


def _wanted(work: Work, wanted: Wanted) -> Conditions:
    match wanted.side:
        case "roster":
            yield NightDuty.body_id == work.actor.tenant_id
        case "mine":
            yield NightDuty.person_id == work.actor.person_id
        case "elsewhere":
            yield NightDuty.home_id == work.actor.tenant_id
            yield NightDuty.body_id != work.actor.tenant_id
    yield from among(NightDuty.person_id, wanted.filter.people)
    yield from on(NightDuty.day, wanted.filter.day)


def _swaps(work: Work) -> Select[NightDutySwap]:
    return select(NightDutySwap).where(*_own_swaps(work))


def _own_swaps(work: Work) -> list[ColumnElement[bool]]:
    return [NightDutySwap.county_id == work.county_id, work.visible(NightDutySwap, SWAP)]
