"""Who reaches the years at the front after which somebody may, or must, be exchanged: a list of its own over days."""

from datetime import date
from enum import Enum
from functools import partial
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days
from api.mutations import said
from api.secondments import Secondment, SecondmentSide
from domain import filters
from domain.rotations import queries
from domain.secondments.models import Secondment as Row
from domain.work import Work


@strawberry.enum(description="What follows from the time at the front. 轮岗交流要求")
class RotationStage(Enum):
    """As `domain/rotations/rules.py` has them."""

    MAY = strawberry.enum_value("may", description="They may be exchanged. 可以交流")
    MUST = strawberry.enum_value("must", description="They must be exchanged. 必须交流")


async def _rotations(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    given = said(arguments["days"])
    days = filters.Days() if given is None else filters.Days(since=said(given.since), until=said(given.until))
    wanted = queries.Wanted(side=arguments["side"].value, stage=arguments["stage"].value, days=days)
    listing = Listing(
        name="rotations",
        filters={
            "side": wanted.side,
            "stage": wanted.stage,
            "since": str(days.since),
            "until": str(days.until),
        },
        read=partial(queries.page, wanted=wanted),
        count=partial(queries.count, wanted=wanted),
        position=_place,
        placed=_placed,
    )
    return await listing.page(work, arguments)


def _place(entry: Row) -> str:
    return f"{entry.counted_since}/{entry.id}"


def _placed(position: str) -> tuple[date, UUID]:
    written, _, identifier = position.partition("/")
    return date.fromisoformat(written), UUID(identifier)


@strawberry.type
class RotationQueries:
    """For home, host and whoever oversees, as the register of secondments."""

    rotations: Connection[Secondment] = question(
        _rotations,
        description=(
            "Secondments that bring somebody to the years at the front after which the county's rules want an exchange, whoever has "
            "been there longest first; nobody where no document rules it. 轮岗交流名单（文件未作规定的为空）"
        ),
        takes={
            "side": Taken(SecondmentSide, "From which side. 查看角度"),
            "stage": Taken(RotationStage, "Who may, or who must. 轮岗交流要求", RotationStage.MUST),
            "days": Taken(Days | None, "Reaching the years on these days. 期满日期"),
            **PAGING,
        },
    )
