"""Who has been at the front how long, and who reaches the years after which somebody may, or must, be exchanged."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, filtered, narrowed, narrowing, tied_to
from api.secondments import Secondment
from domain.rotations import queries
from domain.rotations.rules import Stage, reached_on
from domain.secondments import models
from domain.secondments import queries as secondments
from domain.work import Work


@strawberry.enum(description="From which side time at the front is seen. 查看角度")
class RotationSide(Enum):
    """As `domain/secondments/queries.py` has them."""

    HOME = strawberry.enum_value("home", description="Our people elsewhere. 本单位派出的人员")
    HOST = strawberry.enum_value("host", description="Others' people with us. 派驻本单位的人员")
    OVERSEEN = strawberry.enum_value("overseen", description="All that we may see. 监督范围内的全部人员")


def _reached(stage: Stage, *, description: str) -> Any:
    """The day on which they may, or must, be exchanged."""

    async def days(
        work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
    ) -> Sequence[date | None]:
        years = queries.years_of(work, stage)
        return [
            reached_on(since=each.since, until=each.until, counted_since=each.counted_since, years=years)
            for each in entries
        ]

    return relation(days, needs={"since", "until", "counted_since"}, description=description)


@strawberry.type(description="How long somebody has been at the front with a secondment. 一线工作时间")
class Rotation:
    """Of the secondments that count; several add up, gaps do not count."""

    secondment: Secondment = reference(
        secondments.of_ids, through="id", description="The secondment that counts. 派驻"
    )
    counted_since: date = strawberry.field(
        description="From when the time counts: the first day, brought forward by the days there before. 一线工作时间起算日"
    )
    may_on: date | None = _reached(
        "may",
        description="From which day on they may be exchanged, if the rules say so and it lasts that long. 可以交流之日",
    )
    must_on: date | None = _reached(
        "must",
        description="From which day on they must be exchanged, if the rules say so and it lasts that long. 必须交流之日",
    )


@strawberry.input(description="By what the list of time at the front is narrowed. 轮岗交流筛选条件")
class RotationFilter:
    """As `domain/rotations/queries.py` has it. Where no document rules it, nobody reaches anything."""

    in_force_on: date | None = narrowing("Still seconded on this day. 在派日期")
    may_on: Days | None = narrowing("May be exchanged from one of these days on. 可以交流之日")
    must_on: Days | None = narrowing("Must be exchanged from one of these days on. 必须交流之日")


async def _rotations(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by = narrowed(arguments["filter"], queries.Filter)
    wanted = queries.Wanted(side=arguments["side"].value, filter=by)
    listing = Listing(
        name="rotations",
        filters={"side": wanted.side, **tied_to(by)},
        read=partial(queries.page, wanted=wanted),
        count=partial(queries.count, wanted=wanted),
        position=_place,
        placed=_placed,
    )
    return await listing.page(work, arguments)


def _place(entry: models.Secondment) -> str:
    return f"{entry.counted_since}/{entry.id}"


def _placed(position: str) -> tuple[date, UUID]:
    written, _, identifier = position.partition("/")
    return date.fromisoformat(written), UUID(identifier)


@strawberry.type
class RotationQueries:
    """For home, host and whoever oversees, as the register of secondments."""

    rotations: Connection[Rotation] = question(
        _rotations,
        description="Time at the front, whoever has been there longest first. 一线工作时间与轮岗交流名单",
        takes={
            "side": Taken(RotationSide, "From which side. 查看角度"),
            **filtered(RotationFilter),
            **PAGING,
        },
    )
