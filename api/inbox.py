"""The inbox: what waits for a person in any of their posts, in one list and counted by post."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any

import strawberry

from api.asked import Asked
from api.batching import Arguments, Wanted, derived, question, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.deadlines import due_place
from api.filters import orders_by_age, sorted_by
from api.identifiers import global_id
from api.sign_in import Capacity
from domain.inbox import queries, rules
from domain.notifications import queries as notifications
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.work import Work
from tenancy import models
from tenancy.sign_in import HeldCapacity


@strawberry.enum(description="What waits. 待办种类")
class InboxKind(Enum):
    """As `domain/inbox/rules.py` has them."""

    NOTICE = strawberry.enum_value("notice", description="A notice that you have not read. 未读通知")
    IN_HAND = strawberry.enum_value("in_hand", description="An open matter that you claimed. 手头在办事项")


async def _capacities(
    work: Work, rows: Sequence[Any], _arguments: Arguments, _wanted: Wanted
) -> Sequence[HeldCapacity]:
    bodies = await organisations.of_ids(work, {row.post.tenant_id for row in rows})
    return [_held(row.post, bodies[row.post.tenant_id]) for row in rows]


def _held(post: models.Capacity, body: Organisation) -> HeldCapacity:
    return HeldCapacity(
        person_id=post.person_id,
        person_name="",  # it is the reader's own, and nobody asks for it here
        capacity_id=post.id,
        tenant_id=body.id,
        tenant_code=body.code,
        tenant_name=body.name,
        post=post.post,
        roles=post.roles,
    )


def _id(entry: rules.Entry, _asked: Asked) -> str:
    return global_id("Notification" if entry.kind == "notice" else "Assignment", entry.id)


def _subject_id(entry: rules.Entry, _asked: Asked) -> str | None:
    if entry.kind == "notice":
        # Whether its holder may see what it is about, is found out in the post.
        return None
    kind = "".join(word.capitalize() for word in entry.subject_kind.split("_"))
    return global_id(kind, entry.subject_id)


async def _messages(
    work: Work, entries: Sequence[rules.Entry], _arguments: Arguments, wanted: Wanted
) -> Sequence[str]:
    notices = [entry.notice for entry in entries if entry.kind == "notice"]
    told = iter(await notifications.sentences(work, notices, language=wanted.language))
    return [
        next(told) if entry.kind == "notice" else rules.sentence(entry.title, wanted.language)
        for entry in entries
    ]


@strawberry.type(description="Something that waits for you in one of your posts. 待办事项")
class InboxEntry:
    """To do something about it, act in its post: send the id of `capacity` as X-Acting-As."""

    id: strawberry.ID = derived(
        _id, description="The notice's, or the assignment's: `node` finds it in that post. 通知或者分办编号"
    )
    kind: InboxKind = strawberry.field(description="What it is. 种类")
    at: datetime = strawberry.field(description="When it happened, or was claimed. 时间")
    capacity: Capacity = relation(
        _capacities, description="Your post that it belongs to. 所属任职身份（办理时填入 X-Acting-As）"
    )
    message: str = relation(_messages, description="A sentence, in your language. 内容")
    subject_id: strawberry.ID | None = derived(
        _subject_id,
        description="The id of the matter in hand, for `node` in that post; null for a notice, which tells its own there. 在办事项编号",
    )


@strawberry.type(description="How much waits in one of your posts. 各任职身份待办数")
class InboxCount:
    """Each post that lives has one, also where nothing waits."""

    capacity: Capacity = relation(_capacities, description="Your post. 任职身份")
    unread: int = strawberry.field(description="Notices that you have not read. 未读通知数")
    in_hand: int = strawberry.field(description="Open matters that you claimed. 手头在办数")


InboxEntrySort = orders_by_age("InboxEntrySort", "The order of the inbox. 待办排序")


async def _inbox(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    age = arguments["sort"].value
    listing = Listing(
        name="inbox",
        filters={"person": work.actor.person_id, "sort": age},
        read=partial(queries.page, age=age),
        count=queries.count,
        position=lambda entry: f"{entry.at.isoformat()}/{entry.id}",
        placed=due_place,
    )
    return await listing.page(work, arguments)


async def _counts(work: Work, _arguments: Arguments, _wanted: Wanted) -> Sequence[rules.Waiting]:
    return await queries.waiting(work)


@strawberry.type
class InboxQueries:
    """Reading what waits for oneself."""

    inbox: Connection[InboxEntry] = question(
        _inbox,
        description="What waits for you in all your posts: unread notices, and open matters that you have in hand. 我的待办（含本人全部任职身份）",
        takes={**sorted_by(InboxEntrySort), **PAGING},
    )
    inbox_counts: list[InboxCount] = question(
        _counts, description="How much waits in each of your posts. 各任职身份待办数"
    )
