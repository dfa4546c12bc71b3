"""The posts that an order grants with its hosts: given with the first day, taken with the last, by the home that orders.

Whoever ends a post waits for the acts that are under way in it, because the opening call of each holds it; none begins
afterwards. That the home writes a post with another body at all, the keys allow only under its own order.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update

from domain.filters import any_of, beginning
from domain.secondments.models import Secondment
from domain.secondments.rules import A_DAY, GRANTED
from domain.work import Work
from tenancy.ids import new_id
from tenancy.models import Capacity


def granted(work: Work, entry: Secondment) -> Capacity:
    """The officer's post with the host. An order that is put on record afterwards grants it from now on."""
    post = as_ordered(entry, work.actor.zone)
    post.since = max(post.since, work.now)
    return post


def as_ordered(entry: Secondment, zone: tzinfo) -> Capacity:
    """The officer's post with the host, for all the days of the order."""
    return Capacity(
        county_id=entry.county_id,
        id=new_id(),
        person_id=entry.person_id,
        tenant_id=entry.host_id,
        post=entry.post,
        roles=list(GRANTED),
        secondment_id=entry.id,
        granted_by_id=entry.home_id,
        since=beginning(entry.since, zone),
        until=None if entry.until is None else beginning(entry.until + A_DAY, zone),
    )


async def prolong(work: Work, entries: Collection[Secondment], *, until: date) -> None:
    """Let the posts that are held under these entries last until the end of a day."""
    await _end(work, [_under(entries), _later_than(work.now)], beginning(until + A_DAY, work.actor.zone))


async def home_behind(work: Work) -> UUID | None:
    """The body that seconded whoever acts to the body they act for; None where the post is that body's own."""
    return await work.session.scalar(
        select(Capacity.granted_by_id).where(
            Capacity.county_id == work.county_id, Capacity.id == work.actor.capacity_id
        )
    )


async def take_back(work: Work, entries: Collection[Secondment], *, ends_on: date) -> None:
    """Let the posts that these entries granted end with a day's beginning, and at once with today's."""
    end = max(beginning(ends_on, work.actor.zone), work.now)
    await _end(work, [_under(entries), _later_than(end)], end)


async def take_all_back(work: Work, person_id: UUID, *, ends_on: date) -> None:
    """The same of every post of one of the acting body's people: in the body itself, and with whoever uses them."""
    end = max(beginning(ends_on, work.actor.zone), work.now)
    mine = work.actor.tenant_id
    whose = or_(Capacity.tenant_id == mine, Capacity.granted_by_id == mine)
    await _end(work, [whose, Capacity.person_id == person_id, _later_than(end)], end)


async def _end(work: Work, which: Sequence[ColumnElement[bool]], end: datetime) -> None:
    found = [Capacity.county_id == work.county_id, *which]
    # Locked in one order first, so that two who end the same posts do not wait for each other in a circle.
    await work.session.execute(select(Capacity.id).where(*found).order_by(Capacity.id).with_for_update())
    await work.session.execute(
        update(Capacity)
        .where(*found)
        # A post that would only have begun later never does.
        .values(until=func.greatest(Capacity.since, end))
        .execution_options(synchronize_session=False)
    )


def _under(entries: Collection[Secondment]) -> ColumnElement[bool]:
    return Capacity.secondment_id == any_of([each.id for each in entries])


def _later_than(end: datetime) -> ColumnElement[bool]:
    return or_(Capacity.until.is_(None), Capacity.until > end)
