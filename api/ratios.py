"""How much of a force works below, how many a township's centre has, review and lead: of a body or the county."""

from collections.abc import Sequence
from datetime import date
from enum import Enum

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference
from api.identifiers import identifier_of
from api.mutations import said
from api.organisations import Organisation
from domain.organisations import queries as organisations
from domain.ratios import queries
from domain.work import Work


@strawberry.enum(description="What is counted of a force. 统计项目")
class StaffRatioKind(Enum):
    """As `domain/ratios/rules.py` has them."""

    BELOW = strawberry.enum_value(
        "below",
        description="Of a department's enforcement staff, who works below; the demand is a percentage. 部门执法人员下沉比例（要求为百分比）",
    )
    CENTRE = strawberry.enum_value(
        "centre",
        description="A township's permanent enforcement staff; the demand is people. 乡镇（街道）综合执法中心正式工作人员（要求为人数）",
    )
    REVIEWERS = strawberry.enum_value(
        "reviewers",
        description="Of a township's enforcement staff, who is named as a legal reviewer; the demand is a percentage. 法制审核人员占执法人员比例（要求为百分比）",
    )
    LEADERS = strawberry.enum_value(
        "leaders",
        description="A township's middle leaders and the leaders of teams stationed with it, counted together; the demand is how many there may be at most. 乡镇（街道）中层领导与派驻队伍领导合计人数（要求为职数总量上限）",
    )


@strawberry.type(description="What was counted of a force as of a day, beside what is demanded. 人员配备情况")
class StaffRatio:
    """From the registers as they hold on that day."""

    kind: StaffRatioKind = strawberry.field(description="What is counted. 统计项目")
    body: Organisation | None = reference(
        organisations.of_ids,
        through="body_id",
        description="Of which body; null for the county as a whole. 单位（为空即全县）",
    )
    on: date = strawberry.field(description="As of which day. 统计日期")
    counted: int = strawberry.field(description="How many there are. 人数")
    out_of: int | None = strawberry.field(
        description="Of how many, where it is a share; null of a centre and of leaders. 总人数（中心人数、领导人数为空）"
    )
    demand: int | None = strawberry.field(
        description="How much the rules of that day demand: at least, of leaders at most; null where they demand nothing. 要求（领导职数为上限，其余为下限；未作要求的为空）"
    )
    met: bool | None = strawberry.field(
        description="Whether that is kept to; null where nothing is demanded, or where there is nobody of whom it would be a share. 是否符合要求"
    )
    source: str | None = strawberry.field(
        description="The document and article that demand it; null where none does. 依据"
    )


async def _ratios(work: Work, arguments: Arguments, _wanted: Wanted) -> Sequence[queries.Ratio]:
    body = said(arguments["body_id"])
    return await queries.ratios(
        work,
        body_id=None if body is None else identifier_of("Organisation", body, field="body_id"),
        on=said(arguments["on"]),
        month_ends=arguments["month_ends"],
    )


@strawberry.type
class RatioQueries:
    """For whoever answers for the people who are counted, and for oversight."""

    staff_ratios: list[StaffRatio] = question(
        _ratios,
        description="How a body or the county is manned, kind by kind and day by day; told to the body's own head and personnel and to oversight, and nothing to anybody else. 人员配备比例（限本单位负责人、人事人员和统筹监督机构，其他人员为空）",
        takes={
            "body_id": Taken(
                strawberry.ID | None,
                "A department or a township; null: the county, for whoever oversees it. 部门或者乡镇（街道）；为空即全县（限统筹监督机构）",
            ),
            "on": Taken(date | None, "As of which day; today unless given. 统计日期，默认今日"),
            "month_ends": Taken(
                int,
                "At how many month ends before that as well, 36 at most. 另统计此前几个月末（至多36个）",
                0,
            ),
        },
    )
