"""Who in the acting body handles a matter, as that body alone sees it."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Wanted, relation
from api.mutations import Payload, changed
from api.node import Node, identified
from api.organisations import Unit
from api.staff import Person
from domain.assignments import models, queries
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="Who has a matter in hand, seen from your desk. 认领情况")
class ClaimedBy(Enum):
    """As `domain/assignments/rules.py` has them."""

    MINE = strawberry.enum_value("mine", description="You, in the post in which you act. 本人认领")
    OTHERS = strawberry.enum_value("others", description="A colleague, or you in another post. 他人认领")
    NOBODY = strawberry.enum_value("nobody", description="Nobody: it waits in the queue. 待认领")


async def _queues(
    work: Work, assignments: Sequence[models.Assignment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    # What was given to a unit that is no more waits with whichever goes on.
    units = await lineage.of_units(work)
    queues = [each.unit_id and units.heir(each.unit_id, work.today) for each in assignments]
    known = await organisations.units_of_ids(work, {each for each in queues if each})
    return [each and known.get(each) for each in queues]


async def _claimants(
    work: Work, assignments: Sequence[models.Assignment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    live = await queries.in_hand(work, [each.id for each in assignments])
    people = await staff.of_ids(work, {each.person_id for each in assignments if each.person_id})
    return [people[each.person_id] if each.person_id and each.id in live else None for each in assignments]


async def _since(
    work: Work, assignments: Sequence[models.Assignment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[datetime | None]:
    live = await queries.in_hand(work, [each.id for each in assignments])
    return [each.claimed_at if each.id in live else None for each in assignments]


async def _lapsed(
    work: Work, assignments: Sequence[models.Assignment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[bool]:
    live = await queries.in_hand(work, [each.id for each in assignments])
    return [each.capacity_id is not None and each.id not in live for each in assignments]


@strawberry.type(description="Who in your body handles a matter; no other body reads it. 分办情况")
class Assignment(Node):
    """Where a matter is within the acting body. A claim counts only while its post lives, so that is asked each time."""

    row_type: ClassVar[type[Any]] = models.Assignment
    id: strawberry.ID = identified("Assignment", by=queries.of_ids)
    queue: Unit | None = relation(
        _queues,
        needs={"unit_id"},
        through="unit_id",
        description="The unit in whose queue it belongs; null: the body's common one. 承办机构（空为本单位公共待办）",
    )
    claimed_by: Person | None = relation(
        _claimants,
        needs={"id", "person_id"},
        description="Who has it in hand; null: it waits in the queue. 认领人（空为待认领）",
    )
    claimed_at: datetime | None = relation(
        _since, needs={"id", "claimed_at"}, description="Since when they have it. 认领时间"
    )
    lapsed: bool = relation(
        _lapsed,
        needs={"id", "capacity_id"},
        description="Whoever had claimed it holds the post no more, so it is in the queue again. 认领人已离任，已回到待办",
    )


@strawberry.type(description="Who handles the matter after the act, or why nothing was done. 分办结果")
class AssignmentPayload(Payload):
    """Of every act on an assignment."""

    assignment: Assignment | None = changed(queries.of_ids, description="As it is now. 办理后的分办情况")


def assignments_of(description: str) -> Any:
    """The field of a kind of matter that says who handles it; null as long as nobody gave or claimed it."""

    async def of(
        work: Work, matters: Sequence[Any], _arguments: Arguments, wanted: Wanted
    ) -> Sequence[models.Assignment | None]:
        ids: list[UUID] = [matter.id for matter in matters]
        found = await queries.of_subjects(work, ids, wanted.columns)
        return [found.get(each) for each in ids]

    return relation(of, needs={"id"}, description=description)
