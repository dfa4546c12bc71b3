"""Reading requests for leave, and who is absent. Whoever asked reads theirs in any post; of others', whoever decides.

An open request is nothing of a host's any more once the secondment is over, neither to read nor to decide, and is the home's
instead. That is asked of the secondment, each time (`as_of_now`). `absent` is what others ask who plan somebody's days: it is not filtered by role,
tells no kind and no reason, and tenants' walls hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.columns import Columns, also, read
from domain.filters import Age, Conditions, Days, among, any_of, on
from domain.leave.models import LeaveRequest
from domain.leave.rules import (
    AWAY,
    HOLDS_DAYS,
    Act,
    Kind,
    NotInService,
    Parties,
    State,
    Stretch,
    WhichHost,
)
from domain.organisations import queries as organisations
from domain.secondments import queries as secondments
from domain.secondments.models import Secondment
from domain.spans import Span, by_age, spanned
from domain.staff import queries as staff
from domain.work import Work
from tenancy.refusals import NotFound

REQUEST = "leave.request"
ABSENCE = "leave.absence"

Side = Literal["mine", "others"]
"""Whose requests: one's own, or those of others that one decides on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what requests can be narrowed. `first_day` is when the leave begins."""

    people: frozenset[UUID] | None = None
    kinds: frozenset[Kind] | None = None
    states: frozenset[State] | None = None
    first_day: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests: whose, narrowed by what."""

    side: Side
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """That somebody is away, on which days."""

    person_id: UUID
    stretch: Stretch


async def hold(work: Work, people: Collection[UUID]) -> None:
    """Let nobody else decide about the days of these people until the commit, so that of two at once the second sees the first.

    In one order, and after the matter's own row.
    """
    for each in sorted(set(people)):
        lock = func.pg_advisory_xact_lock(func.hashtextextended(f"days of {work.county_id} {each}", 0))
        await work.session.execute(select(lock))


async def parties(work: Work, *, on: date, host_id: UUID | None) -> Parties:
    """The two bodies of whoever acts, on a day: home, and host or home again.

    Raises `NotInService`, `WhichHost`, `NotFound` (host).
    """
    mine, me = work.actor.tenant_id, work.actor.person_id
    home_id = (await staff.of_ids(work, [me]))[me].home_id
    hosts = [each.host_id for each in await secondments.in_service(work, [me], first=on, last=on)]
    if mine != home_id:
        if mine not in hosts:
            raise NotInService(field="first_day", day=on.isoformat())
        hosts = [mine]
    if host_id is not None and host_id not in hosts:
        raise NotFound(field="host_id")
    if host_id is None and len(hosts) > 1:
        names = [each.name for each in (await organisations.of_ids(work, hosts)).values()]
        raise WhichHost(field="host_id", hosts=", ".join(sorted(names)), hosts_zh="、".join(sorted(names)))
    return Parties(home_id, host_id or next(iter(hosts), home_id))


async def as_of_now(work: Work, requests: Sequence[LeaveRequest]) -> list[Parties]:
    """The two bodies of each of these requests now: where the secondment is over, the home is both."""
    living = {
        (each.home_id, each.host_id, each.person_id)
        for each in await secondments.in_service(
            work, {each.person_id for each in requests}, first=work.today, last=date.max
        )
    }
    return [
        Parties(each.home_id, each.host_id)
        if (each.home_id, each.host_id, each.person_id) in living
        else Parties(each.home_id, each.home_id)
        for each in requests
    ]


def decided_by(work: Work, parties: Parties) -> UUID:
    """The body that decides on somebody's leave, by the rules of today."""
    side = work.rulebook_on(work.today).side("leave", "decide")
    return parties.home_id if side == "home" else parties.host_id


def standing(request: LeaveRequest, parties: Parties) -> LeaveRequest:
    """A request as it is to these bodies: for asking who may decide on it, and never kept."""
    return LeaveRequest(
        county_id=request.county_id,
        person_id=request.person_id,
        home_id=parties.home_id,
        host_id=parties.host_id,
    )


async def to_change(work: Work, request_id: UUID) -> LeaveRequest:
    """One request of which the acting body is home or host, locked. Raises `NotFound`."""
    found = await work.session.scalar(_rows(work).where(LeaveRequest.id == request_id).with_for_update())
    if found is None:
        raise NotFound
    return found


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, LeaveRequest]:
    """The requests with these ids, by id; those that are not visible are absent."""
    rows = _rows(work).where(LeaveRequest.id == any_of(ids))
    return {each.id: each for each in await read(work.session, rows, also(columns, "id"))}


async def page(work: Work, *, wanted: Wanted, age: Age, span: Span[UUID]) -> Sequence[LeaveRequest]:
    """A part of the requests in this order. A request's place is its id."""
    rows = select(LeaveRequest).where(*_wanted(work, wanted))
    return (await work.session.scalars(spanned(rows, by_age(LeaveRequest.id, age), span))).all()


async def count(work: Work, *, wanted: Wanted) -> int:
    """How many requests there are."""
    counted = select(func.count()).select_from(LeaveRequest).where(*_wanted(work, wanted))
    return (await work.session.scalar(counted)) or 0


async def open_acts(work: Work, requests: Sequence[LeaveRequest]) -> list[list[Act]]:
    """What the actor could do with each of these now, as far as their state and the actor's rights and post go."""
    open_: list[list[Act]] = []
    for request, now in zip(requests, await as_of_now(work, requests), strict=True):
        acts: list[Act] = []
        if request.state == "asked" and _may_decide(work, request, now):
            acts += ["approve", "refuse"]
        if work.actor.tenant_id in (request.home_id, request.host_id):
            if request.state == "asked" and work.may("withdraw", REQUEST, request):
                acts.append("withdraw")
            ahead = request.last_day >= work.today
            if request.state == "approved" and ahead and work.may("cancel", REQUEST, request):
                acts.append("cancel")
        open_.append(acts)
    return open_


def _may_decide(work: Work, request: LeaveRequest, now: Parties) -> bool:
    own = request.person_id == work.actor.person_id
    return not own and work.may("decide", REQUEST, standing(request, now))


async def held(work: Work, person_id: UUID, *, asked: Stretch) -> list[Stretch]:
    """What requests of one person hold about these days; in whichever body they were made."""
    found = await work.session.scalars(
        select(LeaveRequest).where(
            LeaveRequest.county_id == work.county_id,
            LeaveRequest.person_id == person_id,
            LeaveRequest.state.in_(HOLDS_DAYS),
            LeaveRequest.first_day <= asked.last_day,
            LeaveRequest.last_day >= asked.first_day,
        )
    )
    return [each.stretch for each in found]


async def absent(
    work: Work, people: Collection[UUID], *, first: date, last: date
) -> dict[UUID, list[Stretch]]:
    """The approved leave of these people that touches these days, as far as the acting body is home or host in it."""
    found = await work.session.scalars(
        select(LeaveRequest).where(
            LeaveRequest.county_id == work.county_id,
            LeaveRequest.person_id == any_of(people),
            *_away(first, last),
        )
    )
    away: dict[UUID, list[Stretch]] = {each: [] for each in people}
    for each in found:
        away[each.person_id].append(each.stretch)
    return away


def covers(
    work: Work, person_id: InstrumentedAttribute[UUID], day: InstrumentedAttribute[date]
) -> ColumnElement[bool]:
    """Whether approved leave of a person, as far as the acting body is home or host in it, has the whole of a day."""
    begins = or_(LeaveRequest.first_day < day, and_(LeaveRequest.first_day == day, ~LeaveRequest.from_noon))
    ends = or_(LeaveRequest.last_day > day, and_(LeaveRequest.last_day == day, ~LeaveRequest.until_noon))
    return exists().where(
        LeaveRequest.county_id == work.county_id,
        LeaveRequest.person_id == person_id,
        LeaveRequest.state.in_(AWAY),
        begins,
        ends,
    )


async def absences(work: Work, *, first: date, last: date) -> list[Absence]:
    """Who of the acting body's people, and of those who work with it, is away on these days."""
    found = await work.session.scalars(
        select(LeaveRequest)
        .where(
            LeaveRequest.county_id == work.county_id,
            work.visible(LeaveRequest, ABSENCE),
            *_away(first, last),
        )
        .order_by(LeaveRequest.first_day, LeaveRequest.id)
    )
    return [Absence(person_id=each.person_id, stretch=each.stretch) for each in found]


def _away(first: date, last: date) -> Conditions:
    yield LeaveRequest.state.in_(AWAY)
    yield LeaveRequest.first_day <= last
    yield LeaveRequest.last_day >= func.greatest(LeaveRequest.first_day, first)


def _rows(work: Work) -> Select[LeaveRequest]:
    return select(LeaveRequest).where(*_visible(work))


def _visible(work: Work) -> list[ColumnElement[bool]]:
    return [LeaveRequest.county_id == work.county_id, or_(_in_service(work), _come_home(work))]


def _in_service(work: Work) -> ColumnElement[bool]:
    """What whoever acts asked for or decides on, but for open requests of somebody who is with the acting body no more."""
    gone = and_(
        LeaveRequest.state == "asked",
        LeaveRequest.host_id == work.actor.tenant_id,
        LeaveRequest.person_id != work.actor.person_id,
        _is_over(work),
    )
    decides = work.authority.visible(LeaveRequest, REQUEST, "decide")
    return and_(or_(work.visible(LeaveRequest, REQUEST), decides), ~gone)


def _come_home(work: Work) -> ColumnElement[bool]:
    """What was still open when somebody came home, for whoever there decides on requests of those who never left."""
    mine = work.actor.tenant_id
    of_ours = LeaveRequest(county_id=work.county_id, home_id=mine, host_id=mine)
    if not work.may("decide", REQUEST, of_ours):
        return false()
    return and_(
        LeaveRequest.home_id == mine,
        or_(LeaveRequest.state == "asked", LeaveRequest.decided_in_id == mine),
        _is_over(work),
    )


def _is_over(work: Work) -> ColumnElement[bool]:
    """Whether whoever asked was seconded then, and is so no more."""
    serves = exists().where(
        Secondment.county_id == LeaveRequest.county_id,
        Secondment.person_id == LeaveRequest.person_id,
        Secondment.home_id == LeaveRequest.home_id,
        Secondment.host_id == LeaveRequest.host_id,
        or_(Secondment.until.is_(None), Secondment.until >= func.greatest(Secondment.since, work.today)),
    )
    return and_(LeaveRequest.home_id != LeaveRequest.host_id, ~serves)


def _wanted(work: Work, wanted: Wanted) -> Conditions:
    yield from _visible(work)
    mine = LeaveRequest.person_id == work.actor.person_id
    yield mine if wanted.side == "mine" else ~mine
    by = wanted.filter
    yield from among(LeaveRequest.person_id, by.people)
    yield from among(LeaveRequest.kind, by.kinds)
    yield from among(LeaveRequest.state, by.states)
    yield from on(LeaveRequest.first_day, by.first_day)
