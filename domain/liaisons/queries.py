"""Reading liaison officers: always through the actor's filter. Whether an entry still counts is asked of the post, each time.

Posts are their body's own. Of a post that was named to it, another body learns from the database whether it lives, and
nothing else (`post_lives` in `tenancy/scope.sql`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Select, case, func, literal, or_, select
from sqlalchemy.types import Uuid

from domain.columns import Columns, also
from domain.filters import Age, Conditions, among, beginning
from domain.liaisons import rules
from domain.liaisons.models import Liaison
from domain.liaisons.rules import Body, Demand, Gap
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.organisations.rules import Function
from domain.spans import Span, by_age, spanned
from domain.staff import queries as staff
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.models import Capacity
from tenancy.refusals import NotFound

ENTRY = "liaison.entry"

NAMING_KINDS = ("county_body", "department", "township")
COORDINATION: Function = "coordination"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list can be narrowed. `organisations` are bodies on either side; `in_force_on` is a day."""

    organisations: frozenset[UUID] | None = None
    in_force_on: date | None = None


async def the(work: Work, liaison_id: UUID) -> Liaison:
    """One entry. Raises `NotFound`."""
    found = await work.session.scalar(select(Liaison).where(*_visible(work), Liaison.id == liaison_id))
    if found is None:
        raise NotFound
    return found


async def with_its_like(work: Work, liaison_id: UUID) -> tuple[Liaison, list[Liaison]]:
    """One entry and the others of the same body towards the same counterpart, all locked. Raises `NotFound`.

    All in one order, so that of two who end the last two officers at once the second sees what the first has done.
    """
    asked = await the(work, liaison_id)
    locked = await work.session.scalars(
        select(Liaison)
        .where(*_visible(work), Liaison.from_id == asked.from_id, Liaison.to_id == asked.to_id)
        .order_by(Liaison.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return asked, [each for each in locked if each.id != liaison_id]


@Statement
def _of_ids(asks: Asks) -> Select[Liaison]:
    return select(Liaison).where(*_visible(asks), Liaison.id == asks.any_of("ids"))


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Liaison]:
    """The entries with these ids, by id; those that are not visible are absent."""
    return {each.id: each for each in await _of_ids(work, columns=also(columns, "id"), ids=list(ids))}


@Statement
def _living(asks: Asks) -> Select[Liaison]:
    now = asks.given("now", DateTime(timezone=True))
    return select(Liaison).where(*_visible(asks), Liaison.id == asks.any_of("ids"), _lives(now))


async def living(work: Work, ids: Collection[UUID]) -> set[UUID]:
    """Of these entries, those whose officers still hold the post in which they were named."""
    return {each.id for each in await _living(work, columns={"id"}, ids=list(ids), now=work.now)}


@Statement
def _in_place(asks: Asks) -> Select[Liaison]:
    now, today = asks.given("now", DateTime(timezone=True)), asks.given("today", Date())
    return (
        select(Liaison)
        .where(
            *_visible(asks),
            Liaison.from_id == asks.any_of("bodies"),
            Liaison.to_id == asks.given("counterpart", Uuid()),
            *_holds_on(today),
            _lives(now),
        )
        .order_by(Liaison.id)
    )


async def in_place(
    work: Work, bodies: Collection[UUID], *, counterpart_id: UUID, columns: Columns = None
) -> dict[UUID, list[Liaison]]:
    """Whom the counterpart calls in each of these bodies now, in the order in which they were named."""
    found = await _in_place(
        work,
        columns=also(columns, "from_id"),
        bodies=list(bodies),
        counterpart=counterpart_id,
        now=work.now,
        today=work.today,
    )
    officers: dict[UUID, list[Liaison]] = {each: [] for each in bodies}
    for each in found:
        officers[each.from_id].append(each)
    return officers


async def page(work: Work, *, by: Filter, age: Age, span: Span[UUID]) -> Sequence[Liaison]:
    """A part of the entries in this order. An entry's place is its id."""
    entries = select(Liaison).where(*_visible(work), *_narrowed(by))
    return (await work.session.scalars(spanned(entries, by_age(Liaison.id, age), span))).all()


async def count(work: Work, *, by: Filter) -> int:
    """How many entries there are."""
    counted = select(func.count()).select_from(Liaison).where(*_visible(work), *_narrowed(by))
    return (await work.session.scalar(counted)) or 0


async def demand_of(work: Work, body_id: UUID, counterpart_id: UUID) -> Demand:
    """What the county's rules of today ask of a body towards a counterpart; nothing where either is no more.

    Raises `NotFound`.
    """
    coordinating = await _coordinating(work)
    both = [await organisations.the(work, each) for each in (body_id, counterpart_id)]
    if len(await lineage.there_on(work, both, work.today)) < len(both):
        return rules.NOTHING
    body, counterpart = [_as_body(each, coordinating) for each in both]
    return rules.demands(work.rulebook_on(work.today)).of(body, counterpart)


async def gaps(work: Work, *, body_id: UUID | None = None, on: date | None = None) -> list[Gap]:
    """Which bodies have too few officers in place towards which: as far as the actor may see entries between the two.

    With a `body_id` only those of this body; in the order of codes. On a later day than today it is by what is known now.
    Raises `TooEarly`.
    """
    day = rules.from_day(on or work.today, today=work.today, field="on")
    demands, coordinating = rules.demands(work.rulebook_on(day)), await _coordinating(work)
    naming = await lineage.there_on(work, await organisations.of_kinds(work, NAMING_KINDS), day)
    bodies = [_as_body(each, coordinating) for each in naming]
    counted = await _counted(work, day)
    found = []
    for body in bodies if body_id is None else [each for each in bodies if each.id == body_id]:
        for counterpart in bodies:
            demand = demands.of(body, counterpart)
            if demand.officers and _sees(work, body, counterpart):
                in_place = counted.get((body.id, counterpart.id), 0)
                found.append(rules.gap(body, counterpart, demand=demand, in_place=in_place))
    return [each for each in found if each is not None]


async def posts_of(work: Work, person_id: UUID) -> list[Capacity]:
    """The posts that somebody holds in the acting body now, the oldest first."""
    held = await work.session.scalars(
        select(Capacity)
        .where(*_held_here(work), Capacity.person_id == person_id)
        .order_by(Capacity.since, Capacity.id)
    )
    return list(held)


async def is_named(work: Work, post_id: UUID, *, counterpart_id: UUID, since: date) -> bool:
    """Whether this post of the acting body is named for the counterpart on that day or a later one."""
    entry = select(Liaison.id).where(
        *_visible(work),
        Liaison.from_id == work.actor.tenant_id,
        Liaison.to_id == counterpart_id,
        Liaison.capacity_id == post_id,
        or_(Liaison.ends_on.is_(None), Liaison.ends_on > since),
    )
    return await work.session.scalar(entry.limit(1)) is not None


async def candidates(work: Work, *, demand: Demand, part: str, most: int) -> list[UUID]:
    """The people of the acting body who can be named, with this in their names: as far as the actor names anybody."""
    if not work.authority.may_at_all("name", ENTRY):
        return []
    wanted = select(Capacity.person_id).where(
        *_held_here(work), *await staff.named(work, Capacity.person_id, part)
    )
    if demand.leaders:
        wanted = wanted.where(Capacity.roles.contains([rules.ROLE_OF_A_LEADER]))
    ordered = wanted.group_by(Capacity.person_id).order_by(Capacity.person_id)
    return list(await work.session.scalars(ordered.limit(most)))


def _held_here(work: Work) -> list[ColumnElement[bool]]:
    return [
        Capacity.county_id == work.county_id,
        Capacity.tenant_id == work.actor.tenant_id,
        Capacity.since <= work.now,
        or_(Capacity.until.is_(None), Capacity.until > work.now),
    ]


async def _coordinating(work: Work) -> frozenset[UUID]:
    return await organisations.holding(work, COORDINATION)


async def _counted(work: Work, day: date) -> dict[tuple[UUID, UUID], int]:
    then = literal(work.now if day == work.today else beginning(day, work.actor.zone))
    # When a post will end is its own body's to know. Of others is asked whether they live now.
    alive = case((Liaison.from_id == work.actor.tenant_id, then), else_=literal(work.now))
    counted = await work.session.execute(
        select(Liaison.from_id, Liaison.to_id, func.count().label("number"))
        .where(*_visible(work), *_holds_on(literal(day)), _lives(alive))
        .group_by(Liaison.from_id, Liaison.to_id)
    )
    return {(row.from_id, row.to_id): row.number for row in counted}


def _as_body(body: Organisation, coordinating: Collection[UUID]) -> Body:
    return Body(id=body.id, code=body.code, kind=body.kind, coordinates=body.id in coordinating)


def _sees(work: Work, body: Body, counterpart: Body) -> bool:
    """Whether the actor would see an entry between the two, were there one: where there is none, that tells as much."""
    between = Liaison(county_id=work.county_id, from_id=body.id, to_id=counterpart.id)
    return work.may("read", ENTRY, between)


def _visible(asks: Work | Asks) -> list[ColumnElement[bool]]:
    return [Liaison.county_id == asks.county_id, asks.visible(Liaison, ENTRY)]


def _lives(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return func.post_lives(Liaison.capacity_id, now, type_=Boolean())


def _holds_on(day: ColumnElement[date]) -> list[ColumnElement[bool]]:
    return [Liaison.since <= day, or_(Liaison.ends_on.is_(None), Liaison.ends_on > day)]


def _narrowed(by: Filter) -> Conditions:
    if by.organisations is not None:
        yield or_(*among(Liaison.from_id, by.organisations), *among(Liaison.to_id, by.organisations))
    if by.in_force_on is not None:
        yield from _holds_on(literal(by.in_force_on))
