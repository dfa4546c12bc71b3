"""Reading a body's substitutions and the posts among which substitutes are found; and, for the worker, what is lent now.

Whether something is lent to whoever acts is not asked here: the opening call says it (`tenancy/scope.sql`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select

from domain.columns import Columns, also, read
from domain.filters import LAST_DAY, Age, any_of, beginning
from domain.spans import Span, by_age, spanned
from domain.substitutions import rules
from domain.substitutions.models import Substitution
from domain.substitutions.rules import Act, Standing, State
from domain.work import Errand, Work
from tenancy.models import Capacity
from tenancy.refusals import NotFound

ENTRY = "substitution.entry"
POST = "substitution.post"

A_DAY = timedelta(days=1)

# The last day that can be told as the days between two instants.
LATEST = LAST_DAY - A_DAY


async def the(work: Work, substitution_id: UUID, *, to_change: bool = False) -> Substitution:
    """One substitution of the acting body, locked when it is to be changed. Raises `NotFound`."""
    wanted = select(Substitution).where(*_own(work), Substitution.id == substitution_id)
    if to_change:
        wanted = wanted.with_for_update()
    found = await work.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def hold_the_body(work: Work) -> None:
    """Let nobody else appoint in the acting body until the commit, so that of two at once the second sees the first."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"substitutions {work.actor.tenant_id}", 0))
    await work.session.execute(select(lock))


async def known(work: Work, *, since: datetime, until: datetime) -> list[Standing]:
    """The substitutions of the acting body that still count and touch this time: neither ended nor lapsed."""
    found = await work.session.scalars(
        select(Substitution).where(
            *_own(work),
            Substitution.ended_at.is_(None),
            Substitution.since < until,
            Substitution.until > since,
        )
    )
    touching = found.all()
    return [
        standing(each, work.actor.zone)
        for each, state in zip(touching, await states(work, touching), strict=True)
        if state != "lapsed"
    ]


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Substitution]:
    """The acting body's substitutions with these ids, by id."""
    rows = select(Substitution).where(*_own(work), Substitution.id == any_of(ids))
    return {each.id: each for each in await read(work.session, rows, also(columns, "id"))}


async def standing_in(work: Work) -> Substitution | None:
    """By which whoever acts stands in for a colleague at this moment."""
    lent = work.actor.lent
    return None if lent is None else (await of_ids(work, [lent.substitution_id])).get(lent.substitution_id)


async def page(work: Work, *, age: Age, span: Span[UUID]) -> Sequence[Substitution]:
    """A part of the acting body's substitutions in this order. A substitution's place is its id."""
    rows = select(Substitution).where(*_own(work))
    return (await work.session.scalars(spanned(rows, by_age(Substitution.id, age), span))).all()


async def count(work: Work) -> int:
    """How many substitutions the acting body has, past ones among them."""
    return (await work.session.scalar(select(func.count()).select_from(Substitution).where(*_own(work)))) or 0


async def states(work: Work, substitutions: Sequence[Substitution]) -> list[State]:
    """Where each is in its life. Whether its posts live is asked of the posts, each time."""
    known = await posts_of_ids(
        work, {post for each in substitutions for post in (each.absent_id, each.substitute_id)}
    )
    found = []
    for each in substitutions:
        both = [known[post] for post in (each.absent_id, each.substitute_id) if post in known]
        found.append(
            rules.state(
                since=max([each.since, *(post.since for post in both)]),
                until=each.until,
                ended_at=each.ended_at,
                posts_live=len(both) == 2 and all(_not_ended(post, work.now) for post in both),
                now=work.now,
            )
        )
    return found


def open_acts(work: Work, substitution: Substitution) -> list[Act]:
    """What the actor could do with it now; appointing and ending are not lent."""
    ending = substitution.ended_at is None and substitution.until > work.now
    return ["end"] if ending and work.authority.by_own_right().may("end", ENTRY, substitution) else []


async def the_post(work: Work, post_id: UUID, *, field: str) -> Capacity:
    """A post of the acting body that is held or will be. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Capacity).where(*_posts(work), Capacity.id == post_id, _held_later_than(work.now))
    )
    if found is None:
        raise NotFound(field=field)
    return found


async def posts_of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Capacity]:
    """The acting body's posts with these ids, by id, past ones among them."""
    rows = select(Capacity).where(*_posts(work), Capacity.id == any_of(ids))
    return {each.id: each for each in await read(work.session, rows, also(columns, "id"))}


async def posts(work: Work, *, age: Age, span: Span[UUID]) -> Sequence[Capacity]:
    """A part of the posts that are held in the acting body now, in this order. A post's place is its id."""
    rows = select(Capacity).where(*_posts(work), *_held(work.now))
    return (await work.session.scalars(spanned(rows, by_age(Capacity.id, age), span))).all()


async def posts_count(work: Work) -> int:
    """How many posts are held in the acting body now."""
    counted = select(func.count()).select_from(Capacity).where(*_posts(work), *_held(work.now))
    return (await work.session.scalar(counted)) or 0


async def lent_in(errand: Errand, tenants: Collection[UUID]) -> Mapping[UUID, frozenset[str]]:
    """What is lent now to whom in these bodies: roles by the substitute's post. For the worker, which tells people."""
    rows = await errand.session.execute(
        select(Substitution.substitute_id, Substitution.roles, Capacity.roles)
        .join_from(
            Substitution,
            Capacity,
            and_(
                Capacity.county_id == Substitution.county_id,
                Capacity.tenant_id == Substitution.owner_id,
                Capacity.id == Substitution.absent_id,
            ),
        )
        .where(
            Substitution.county_id == errand.county_id,
            Substitution.owner_id == any_of(tenants),
            Substitution.ended_at.is_(None),
            Substitution.since <= errand.now,
            Substitution.until > errand.now,
            *_held(errand.now),
        )
    )
    return {substitute: frozenset(lent).intersection(roles) for substitute, lent, roles in rows}


def standing(substitution: Substitution, zone: ZoneInfo) -> Standing:
    """A substitution by its days."""
    return Standing(
        substitution.absent_id,
        substitution.substitute_id,
        *days(substitution.since, substitution.until, zone),
    )


def instants(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when these days of the county last."""
    return beginning(first, zone), beginning(min(last, LATEST) + A_DAY, zone)


def days(since: datetime, until: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day of the county, from when until when they last."""
    return since.astimezone(zone).date(), until.astimezone(zone).date() - A_DAY


def _own(work: Work) -> list[ColumnElement[bool]]:
    return [Substitution.county_id == work.county_id, work.visible(Substitution, ENTRY)]


def _posts(work: Work) -> list[ColumnElement[bool]]:
    return [Capacity.county_id == work.county_id, work.visible(Capacity, POST)]


def _held(now: datetime) -> list[ColumnElement[bool]]:
    return [Capacity.since <= now, _held_later_than(now)]


def _held_later_than(now: datetime) -> ColumnElement[bool]:
    return or_(Capacity.until.is_(None), Capacity.until > now)


def _not_ended(post: Capacity, now: datetime) -> bool:
    return post.until is None or post.until > now
