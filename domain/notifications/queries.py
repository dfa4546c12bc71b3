"""Reading one's own notices, in the post in which one acts."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from domain.notifications import rules
from domain.notifications.models import Notification
from domain.organisations import queries as organisations
from domain.work import Errand, Work
from tenancy.refusals import Language, NotFound

ENTRY = "notification.entry"


async def the(work: Work, notification_id: UUID) -> Notification:
    """One notice of the acting post. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Notification).where(*_mine(work), Notification.id == notification_id)
    )
    if found is None:
        raise NotFound
    return found


async def inbox(
    work: Work, *, unread_only: bool = False, after: int | None = None, first: int = 20
) -> Sequence[Notification]:
    """The post's notices, the latest first, those after the notice number `after`, at most `first` and one more (to
    know if there is)."""
    wanted = (
        select(Notification)
        .where(*_mine(work, unread_only=unread_only))
        .order_by(Notification.number.desc())
        .limit(first + 1)
    )
    if after is not None:
        wanted = wanted.where(Notification.number < after)
    return (await work.session.scalars(wanted)).all()


async def since(work: Work, *, after: int, first: int) -> Sequence[Notification]:
    """What the post was told after the notice number `after`, the earliest first, at most `first`."""
    return (
        await work.session.scalars(
            select(Notification)
            .where(*_mine(work), Notification.number > after)
            .order_by(Notification.number)
            .limit(first)
        )
    ).all()


async def last_number(work: Work) -> int:
    """The number of the post's latest notice; 0 where there is none."""
    return (await work.session.scalar(select(func.max(Notification.number)).where(*_mine(work)))) or 0


async def count(work: Work, *, unread_only: bool = False) -> int:
    """How many notices the post has."""
    return (
        await work.session.scalar(
            select(func.count()).select_from(Notification).where(*_mine(work, unread_only=unread_only))
        )
    ) or 0


async def unread_count(work: Work) -> int:
    """How many notices of the post are unread."""
    return await count(work, unread_only=True)


async def sentences(work: Work, notifications: Sequence[Notification], *, language: Language) -> list[str]:
    """The sentence of each notice, in the same order, with one look at the names of all bodies in them."""
    ids = {named for each in notifications for named in rules.bodies_named(each.facts)}
    known = await organisations.of_ids(work, ids) if ids else {}
    names = {identifier: body.name for identifier, body in known.items()}
    return [
        rules.sentence(each.kind, each.facts, names=names, zone=work.actor.zone, language=language)
        for each in notifications
    ]


async def addressed(errand: Errand, announcement_ids: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    """Into whose inboxes announcements went: capacities by announcement. For the worker, which publishes it."""
    rows = await errand.session.execute(
        select(Notification.announcement_id, func.array_agg(Notification.capacity_id))
        .where(
            Notification.county_id == errand.county_id,
            # One parameter however many ids: the statement stays the same and is planned once.
            Notification.announcement_id == any_(literal(list(announcement_ids), ARRAY(Uuid))),
        )
        .group_by(Notification.announcement_id)
    )
    told: dict[UUID, list[UUID]] = {identifier: [] for identifier in announcement_ids}
    told.update((announcement_id, list(capacities)) for announcement_id, capacities in rows)
    return told


def _mine(work: Work, *, unread_only: bool = False) -> list[ColumnElement[bool]]:
    conditions = [Notification.county_id == work.county_id, work.visible(Notification, ENTRY)]
    if unread_only:
        conditions.append(Notification.read_at.is_(None))
    return conditions
