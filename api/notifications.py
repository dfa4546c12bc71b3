"""Notices: what one is told in the post in which one acts, in one's own language."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import strawberry

from api.batching import Arguments, Wanted, derived, question, relation
from api.connections import PAGING, Connection, Listing, PageRow, numbered
from api.filters import filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.identifiers import identifier_of
from api.live import NEWS_CURSOR, Feed, feed
from api.mutations import CLIENT_MUTATION_ID, Payload, act, changed, optional
from api.node import Node, identified, one_by_one, subjects
from domain.filters import Age
from domain.notifications import commands, models, queries
from domain.work import Work

_fetch = one_by_one(queries.the)


async def _messages(
    work: Work, notices: Sequence[models.Notification], _arguments: Arguments, wanted: Wanted
) -> Sequence[str]:
    return await queries.sentences(work, notices, language=wanted.language)


async def _subjects(
    work: Work, notices: Sequence[models.Notification], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    return await subjects(work, [(notice.subject_kind, notice.subject_id) for notice in notices])


@strawberry.type(description="Something you are told in this post. 通知")
class Notification(Node):
    """It holds ids; the sentence is made for its reader."""

    row_type: ClassVar[type[Any]] = models.Notification
    id: strawberry.ID = identified("Notification", by=_fetch)
    kind: str = strawberry.field(description="What happened, such as `referral.sent`. 通知种类")
    message: str = relation(_messages, description="The sentence, in your language. 通知内容")
    subject: Node | None = relation(_subjects, description="The matter, as far as you may see it. 所涉事项")
    announced_at: datetime = strawberry.field(description="When it happened. 时间")
    read_at: datetime | None = strawberry.field(description="When you read it. 阅读时间")


@strawberry.input(description="By what an inbox is narrowed. 通知筛选条件")
class NotificationFilter:
    """As `domain/notifications/queries.py` has it."""

    unread: bool | None = narrowing("Whether it was not read yet. 是否未读")


NotificationSort = orders_by_age("NotificationSort", "The order of an inbox. 通知排序")


async def _notifications(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.Filter), arguments["sort"].value
    return await _inbox(work, by, age).page(work, arguments)


def _inbox(work: Work, by: queries.Filter = queries.UNNARROWED, age: Age = "newest") -> Listing:
    """The inbox as it comes by itself is what the feed goes on with: its cursors are also the feed's."""
    return Listing(
        name="notifications",
        filters={"capacity": work.actor.capacity_id, "sort": age, **tied_to(by)},
        read=partial(queries.inbox, by=by, age=age),
        count=partial(queries.count, by=by),
        position=lambda notice: notice.number,
        placed=numbered,
        newest_first=age == "newest",
    )


async def _unread_count(work: Work, _arguments: Arguments, _wanted: Wanted) -> int:
    return await queries.unread_count(work)


@strawberry.type
class NotificationQueries:
    """Reading the inbox of one's post."""

    notifications: Connection[Notification] = question(
        _notifications,
        description="The notices of the post in which you act. 通知列表",
        takes={**filtered(NotificationFilter), **sorted_by(NotificationSort), **PAGING},
    )
    unread_count: int = question(_unread_count, description="How many are unread. 未读数")


@strawberry.input(description="A notice that was read. 标为已读")
class MarkNotificationReadInput:
    """Marking twice keeps the first time."""

    notification_id: strawberry.ID = strawberry.field(description="The notice. 通知编号")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.type(description="The notice, marked. 办理结果")
class NotificationPayload(Payload):
    """Of every act on a notice."""

    notification: Notification | None = changed(_fetch, description="As it is now. 办理后的通知")


async def _mark_read(work: Work, given: MarkNotificationReadInput) -> models.Notification:
    identifier = identifier_of("Notification", given.notification_id, field="notification_id")
    return await commands.mark_read(work, notification_id=identifier)


@strawberry.type
class NotificationMutations:
    """What is done with notices."""

    mark_notification_read: NotificationPayload | None = act(
        _mark_read,
        given=MarkNotificationReadInput,
        answers=NotificationPayload,
        description="Mark a notice of your post as read. 标为已读",
    )


@strawberry.type(description="A notice, the moment it comes; or the place from which on they come. 新通知")
class NotificationNews:
    """As an `Edge` of the inbox."""

    cursor: str = strawberry.field(description=NEWS_CURSOR)
    notification: Notification | None = derived(
        lambda news, _asked: news.row, description="The notice; null only in the first message. 通知"
    )


async def _feed(work: Work, _arguments: Arguments) -> Feed:
    return Feed(about=work.actor.capacity_id, listing=_inbox(work), last=queries.last_number)


@strawberry.type
class NotificationSubscriptions:
    """Hearing of what comes into the inbox of one's post."""

    notifications: NotificationNews = feed(
        _feed, description="Notices of the post in which you act, as they come. 新通知推送"
    )
