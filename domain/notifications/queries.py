"""Reading one's own notices, in the post in which one acts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from domain.filters import Age
from domain.notifications import rules
from domain.notifications.models import READ, UNREAD, Notification
from domain.organisations import queries as organisations
from domain.spans import Order, Shape, Span, in_names, shape_of, spanned, values_of
from domain.statements import Asks, Lines, Statement
from domain.work import Errand, Work
from tenancy.refusals import Language, NotFound

ENTRY = "notification.entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what an inbox can be narrowed."""

    unread: bool | None = None


UNNARROWED = Filter()


async def the(work: Work, notification_id: UUID) -> Notification:
    """One notice of the acting post. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Notification).where(*_mine(work), Notification.id == notification_id)
    )
    if found is None:
        raise NotFound
    return found


async def inbox(
    work: Work, *, by: Filter = UNNARROWED, age: Age = "newest", span: Span[int]
) -> Sequence[Notification]:
    """A part of the post's notices in this order. A notice's place is its number."""
    notices = select(Notification).where(*_mine(work), *_narrowed(by))
    order = Order((Notification.number,), falling=age == "newest")
    return (await work.session.scalars(spanned(notices, order, span))).all()


@Statement
def _unread(asks: Asks, age: Age, shape: Shape) -> Select[Notification]:
    notices = select(Notification).where(*_mine(asks), *_narrowed(Filter(unread=True)))
    return spanned(notices, _by_time(age), in_names(_by_time(age), shape, asks.given))


async def unread(work: Work, *, age: Age, span: Span[tuple[datetime, UUID]]) -> Sequence[Notification]:
    """A part of the post's unread notices by when they were announced. A notice's place is that instant, and its id."""
    return await _unread(work, age, shape_of(span), **values_of(_by_time(age), span))


async def last_number(work: Work) -> int:
    """The number of the post's latest notice; 0 where there is none."""
    return (await work.session.scalar(select(func.max(Notification.number)).where(*_mine(work)))) or 0


@Lines
def _counted(asks: Asks, unread: bool | None) -> Select[*tuple[Any, ...]]:
    counted = select(func.count().label("number")).select_from(Notification)
    return counted.where(*_mine(asks), *_narrowed(Filter(unread=unread)))


async def count(work: Work, *, by: Filter = UNNARROWED) -> int:
    """How many notices the post has."""
    (line,) = await _counted(work, by.unread)
    number: int = line["number"]
    return number


async def unread_count(work: Work) -> int:
    """How many notices of the post are unread."""
    return await count(work, by=Filter(unread=True))


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


def _by_time(age: Age) -> Order:
    return Order((Notification.announced_at, Notification.id), falling=age == "newest")


def _mine(work: Work | Asks) -> list[ColumnElement[bool]]:
    return [Notification.county_id == work.county_id, work.visible(Notification, ENTRY)]


def _narrowed(by: Filter) -> Iterator[TextClause]:
    # In the words of the partial indexes, so that a generic plan knows them too.
    if by.unread is not None:
        yield text(UNREAD if by.unread else READ)
