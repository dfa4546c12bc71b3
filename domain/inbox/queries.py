"""Reading what waits for a person: in each of their posts by the rights of that post, put together by time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from domain.filters import Age
from domain.inbox.rules import Entry, Waiting
from domain.notifications import queries as notifications
from domain.referrals import handling, workload
from domain.spans import Span
from domain.work import Work
from tenancy.models import Capacity
from tenancy.posts import in_post

POST = "inbox.post"

Place = tuple[datetime, UUID]

T = TypeVar("T")


async def posts(work: Work) -> Sequence[Capacity]:
    """The person's posts that live, in whichever they act."""
    found = select(Capacity).where(
        Capacity.county_id == work.county_id,
        work.visible_as(Capacity, POST, "holder"),
        Capacity.since <= work.now,
        or_(Capacity.until.is_(None), Capacity.until > work.now),
    )
    return (await work.session.scalars(found.order_by(Capacity.id))).all()


async def page(work: Work, *, age: Age = "newest", span: Span[Place]) -> Sequence[Entry]:
    """A part of what waits in all posts, in this order. An entry's place is when it came, and its id."""

    async def of_a_post(there: Work, post: Capacity) -> list[Entry]:
        return [*await _notices(there, post, age, span), *await _in_hand(there, post, age, span)]

    entries = chain.from_iterable(await _in_each(work, of_a_post))
    falling = (age == "newest") is not span.backward
    return sorted(entries, key=lambda entry: entry.place, reverse=falling)[: span.most]


async def waiting(work: Work) -> list[Waiting]:
    """How much waits in each post, those without anything included."""

    async def in_a_post(there: Work, post: Capacity) -> Waiting:
        return Waiting(
            post=post,
            unread=await notifications.unread_count(there),
            in_hand=await workload.count_of_mine(there),
        )

    return await _in_each(work, in_a_post)


async def count(work: Work) -> int:
    """How many entries there are."""
    return sum(each.unread + each.in_hand for each in await waiting(work))


async def _in_each(work: Work, ask: Callable[[Work, Capacity], Awaitable[T]]) -> list[T]:
    """The answers of each post, asked as if the request acted in it; a post of a body that is no more gives none."""
    found = []
    for post in await posts(work):
        async with in_post(work.session, work.actor, post.id, now=work.now) as actor:
            if actor is not None:
                there = replace(work, actor=actor, authority=work.authority.of(actor))
                found.append(await ask(there, post))
    return found


async def _notices(work: Work, post: Capacity, age: Age, span: Span[Place]) -> list[Entry]:
    return [
        Entry(
            kind="notice",
            at=notice.announced_at,
            id=notice.id,
            post=post,
            subject_kind=notice.subject_kind,
            subject_id=notice.subject_id,
            notice=notice,
        )
        for notice in await notifications.unread(work, age=age, span=span)
    ]


async def _in_hand(work: Work, post: Capacity, age: Age, span: Span[Place]) -> list[Entry]:
    return [
        Entry(
            kind="in_hand",
            at=claim["claimed_at"],
            id=claim["id"],
            post=post,
            subject_kind=handling.KIND,
            subject_id=claim["subject_id"],
            title=claim["letter_number"] or claim["party"],
        )
        for claim in await workload.of_mine(work, age=age, span=span)
    ]
