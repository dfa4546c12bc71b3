"""Changes: what happens to a matter, as it happens, for whoever may read the matter.

Each capability whose matters have events says so once, with `followed`, and its events are an `Event`: then
`changes(subject: …)` follows them too. This file knows no matter itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, derived, reference
from api.connections import Listing
from api.identifiers import BadId, taken_apart
from api.live import NEWS_CURSOR, Feed, feed
from api.node import Node, node_of
from api.organisations import Organisation
from api.staff import Person, stood_in_for
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work
from tenancy.refusals import NotFound


@strawberry.interface(description="What happened to a matter, when, by whom. 事项过程记录")
class Event:
    """A fact. `row_type` is what stands behind a kind of event."""

    number: int = strawberry.field(description="Its place among the matter's events. 序号")
    at: datetime = strawberry.field(description="When. 时间")
    by_organisation: Organisation = reference(
        organisations.of_ids, through="by_tenant_id", description="For which body. 办理单位"
    )
    by_person: Person = reference(staff.of_ids, through="by_person_id", description="By whom. 办理人")
    for_person: Person | None = stood_in_for("for_person_id")

    row_type: ClassVar[type[Any]]

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """strawberry would look for instances of the type itself."""
        return isinstance(row, cls.row_type)


@dataclass(frozen=True, slots=True)
class Followed:
    """How the events of one kind of matter are read: all of them in order, and the number of the last."""

    events: Callable[[UUID], Listing]
    last: Callable[[Work, UUID], Awaitable[int]]


_FOLLOWED: dict[str, Followed] = {}


def followed(
    kind: str, *, events: Callable[[UUID], Listing], last: Callable[[Work, UUID], Awaitable[int]]
) -> None:
    """Let matters of this kind be followed."""
    _FOLLOWED[kind] = Followed(events, last)


@strawberry.type(description="A change of a matter; or the place from which on they come. 事项变化")
class Change:
    """As an `Edge` of the matter's events, with the matter."""

    cursor: str = strawberry.field(description=NEWS_CURSOR)
    subject: Node | None = derived(
        lambda news, _asked: news.matter, description="The matter as it is now. 事项"
    )
    event: Event | None = derived(
        lambda news, _asked: news.row, description="What happened; null only in the first message. 过程记录"
    )


async def _feed(work: Work, arguments: Arguments) -> Feed:
    given = arguments["subject"]
    matter = await node_of(work, given, field="subject")
    kind, identifier = taken_apart(given)
    if matter is None:
        raise NotFound(field="subject")
    if kind not in _FOLLOWED:
        raise BadId(field="subject", wanted=", ".join(sorted(_FOLLOWED)))
    told = _FOLLOWED[kind]

    async def last(work: Work) -> int:
        return await told.last(work, identifier)

    return Feed(about=identifier, listing=told.events(identifier), last=last, matter=matter)


@strawberry.type
class ChangeSubscriptions:
    """Following matters."""

    changes: Change = feed(
        _feed,
        description="What happens to a matter that you may read, as it happens. 事项变化推送",
        takes={"subject": Taken(strawberry.ID, "The matter's global id. 事项的全局编号")},
    )
