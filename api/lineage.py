"""The lineage of bodies and units: what they were called, what they came out of and what they became.

The fields stand with what they are of (`organisations.py`); here is how they are answered, and what has no other place.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted
from domain.lineage import models, queries
from domain.lineage.rules import Lineage, Name
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.work import Work

ON_DAY = {"day": Taken(date, "The day, in the county's time. 日期")}


@strawberry.enum(description="What can happen to a body or a unit. 机构变动类型")
class LineageKind(Enum):
    """As `domain/lineage/rules.py` has them."""

    RENAME = strawberry.enum_value("rename", description="It goes on under another name. 更名")
    MERGE = strawberry.enum_value("merge", description="It became part of another one. 合并")
    SPLIT = strawberry.enum_value("split", description="Others came out of it. 分设（拆分）")


@strawberry.type(description="A change of bodies or units, with the document that ordered it. 机构变动")
class LineageChange:
    """Published, and never changed."""

    row_type: ClassVar[type[Any]] = models.LineageEntry
    kind: LineageKind = strawberry.field(description="What happened. 变动类型")
    since: date = strawberry.field(description="The day on which it took effect. 生效日期")
    document: str = strawberry.field(description="The document that ordered it. 依据文件")
    number: str = strawberry.field(description="The number of the document. 文号")
    recorded_at: datetime = strawberry.field(description="When it was put on record. 登记时间")


@dataclass(frozen=True, slots=True)
class FormerNameRow:
    """What stands behind a `FormerName`."""

    name: str
    short_name: str | None
    until: date


@strawberry.type(description="A name that was given up. 曾用名")
class FormerName:
    """What was written under it keeps it."""

    name: str = strawberry.field(description="The name. 名称")
    short_name: str | None = strawberry.field(
        description="As in the numbers of the letters of then; units have none. 曾用简称（用于文号）"
    )
    until: date = strawberry.field(description="The day from which it was called otherwise. 停用日期")


Read = Callable[[Work], Awaitable[Lineage]]


def former_names(read: Read) -> Any:
    """The former names of bodies or of units, whose lineage `read` reads."""

    async def batch(
        work: Work, rows: Sequence[Any], _arguments: Arguments, _wanted: Wanted
    ) -> Sequence[list[FormerNameRow]]:
        lineage = await read(work)
        return [
            [FormerNameRow(name.name, name.short_name, until) for name, until in lineage.former_names(row.id)]
            for row in rows
        ]

    return batch


def founded_on(read: Read) -> Any:
    """Since when each is there, of those that came with a change."""

    async def batch(
        work: Work, rows: Sequence[Any], _arguments: Arguments, _wanted: Wanted
    ) -> Sequence[date | None]:
        lineage = await read(work)
        return [lineage.founded_on(row.id) for row in rows]

    return batch


def dissolved_on(read: Read) -> Any:
    """Since when each is no more."""

    async def batch(
        work: Work, rows: Sequence[Any], _arguments: Arguments, _wanted: Wanted
    ) -> Sequence[date | None]:
        lineage = await read(work)
        return [lineage.dissolved_on(row.id) for row in rows]

    return batch


async def name_on(
    work: Work, bodies: Sequence[Organisation], arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    """What each body was called on a day."""
    lineage, day = await queries.of_bodies(work), arguments["day"]
    return [lineage.name(body.id, day, now=queries.name_of(body)).name for body in bodies]


async def unit_name_on(
    work: Work, units: Sequence[Any], arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    """What each unit was called on a day."""
    lineage, day = await queries.of_units(work), arguments["day"]
    return [lineage.name(unit.id, day, now=Name(unit.name)).name for unit in units]


async def predecessors(
    work: Work, bodies: Sequence[Organisation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[Organisation]]:
    """What each body came out of."""
    lineage = await queries.of_bodies(work)
    return await _bodies(work, [lineage.predecessors(body.id) for body in bodies])


async def successors(
    work: Work, bodies: Sequence[Organisation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[Organisation]]:
    """What came out of each body."""
    lineage = await queries.of_bodies(work)
    return await _bodies(work, [lineage.successors(body.id) for body in bodies])


async def heirs(
    work: Work, bodies: Sequence[Organisation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Organisation | None]:
    """Who goes on with the matters of each body today; None of those that are there themselves."""
    lineage = await queries.of_bodies(work)
    found = await _bodies(work, [[lineage.heir(body.id, work.today)] for body in bodies])
    return [heir if heir.id != body.id else None for body, (heir,) in zip(bodies, found, strict=True)]


async def changes(
    work: Work, rows: Sequence[Any], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[models.LineageEntry]]:
    """The changes that each body or unit was part of."""
    found = await queries.concerning(work, [row.id for row in rows])
    return [found[row.id] for row in rows]


async def _bodies(work: Work, named: Sequence[Sequence[UUID]]) -> list[list[Organisation]]:
    known = await organisations.of_ids(work, {one for each in named for one in each})
    return [[known[one] for one in each] for each in named]
