"""Night duty: rosters, one's own nights, and swaps."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, among, filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from api.staff import Person, stood_in_for
from domain.night_duty import models, queries
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="What a night on duty has come to. 值班情况")
class NightDutyCondition(Enum):
    """As `domain/night_duty/rules.py` has them."""

    PLANNED = strawberry.enum_value("planned", description="Somebody will be there. 已安排")
    ON_LEAVE = strawberry.enum_value(
        "on_leave", description="A gap: whoever is planned is on leave. 空缺（请假）"
    )
    GONE = strawberry.enum_value(
        "gone",
        description="A gap: whoever is planned works with the body no more. 空缺（已离岗或者终止派驻）",
    )
    TAKEN_OFF = strawberry.enum_value("taken_off", description="Taken off the roster. 已取消安排")
    UNRECORDED = strawberry.enum_value(
        "unrecorded", description="Over, and nobody has recorded who was there. 待登记到岗情况"
    )
    ATTENDED = strawberry.enum_value("attended", description="They were there. 已到岗")
    MISSED = strawberry.enum_value("missed", description="They were not. 未到岗")


@strawberry.enum(description="Which nights. 查看范围")
class NightDutySide(Enum):
    """As `domain/night_duty/queries.py` has them."""

    ROSTER = strawberry.enum_value("roster", description="On our own roster. 本单位值班安排")
    MINE = strawberry.enum_value("mine", description="My own, wherever. 本人的值班")
    ELSEWHERE = strawberry.enum_value(
        "elsewhere", description="Of our people, on rosters of others. 本单位派出人员在其他单位的值班"
    )


@strawberry.enum(description="Where a swap is in its life. 换班状态")
class NightDutySwapState(Enum):
    """As `domain/night_duty/rules.py` has them."""

    PROPOSED = strawberry.enum_value("proposed", description="Waits for the colleague. 待对方同意")
    AGREED = strawberry.enum_value("agreed", description="Waits for whoever plans. 待排班人确认")
    SWAPPED = strawberry.enum_value("swapped", description="Holds. 已换班")
    DECLINED = strawberry.enum_value("declined", description="Somebody said no. 未同意")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Taken back. 已撤回")


@strawberry.enum(description="What can be done with a swap. 可办理的操作")
class NightDutySwapAct(Enum):
    """As `domain/night_duty/rules.py` has them."""

    ACCEPT = strawberry.enum_value("accept", description="Agree to it. 同意")
    CONFIRM = strawberry.enum_value("confirm", description="Confirm it, as whoever plans. 确认")
    DECLINE = strawberry.enum_value("decline", description="Say no. 不同意")
    WITHDRAW = strawberry.enum_value("withdraw", description="Take it back. 撤回")


async def _conditions(
    work: Work, duties: Sequence[models.NightDuty], _arguments: Arguments, _wanted: Wanted
) -> Sequence[str]:
    return await queries.conditions(work, duties)


async def _swap_acts(
    work: Work, swaps: Sequence[models.NightDutySwap], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[str]]:
    return await queries.open_swap_acts(work, swaps)


@strawberry.type(description="Somebody's night on a roster. 住夜值班")
class NightDuty(Node):
    """Everybody in the body reads its roster; whoever is planned reads theirs in any post."""

    row_type: ClassVar[type[Any]] = models.NightDuty
    id: strawberry.ID = identified("NightDuty", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    body: Organisation = reference(
        organisations.of_ids, through="body_id", description="Whose roster it is. 值班单位"
    )
    day: date = strawberry.field(description="The day in the evening of which it begins. 值班日期")
    person: Person = reference(staff.of_ids, through="person_id", description="Who. 值班人员")
    home: Organisation = reference(
        organisations.of_ids,
        through="home_id",
        description="The body they are established with. 编制所在单位",
    )
    condition: NightDutyCondition = relation(
        _conditions, description="What it has come to, leave and posts considered. 值班情况"
    )
    planned_by: Person = reference(staff.of_ids, through="planned_by", description="Who planned it. 安排人")
    planned_for: Person | None = stood_in_for("planned_for")
    planned_at: datetime = strawberry.field(description="When that was. 安排时间")
    taken_off_reason: str | None = strawberry.field(description="Why they were taken off. 取消理由")
    note: str | None = strawberry.field(description="What was noted on who was there. 到岗情况说明")
    recorded_by: Person | None = reference(
        staff.of_ids, through="recorded_by", description="Who recorded whether they were there. 登记人"
    )
    recorded_for: Person | None = stood_in_for("recorded_for")
    recorded_at: datetime | None = strawberry.field(description="When that was recorded. 登记时间")


@strawberry.type(description="That two colleagues swap nights. 换班")
class NightDutySwap(Node):
    """Seen by everybody in the body."""

    row_type: ClassVar[type[Any]] = models.NightDutySwap
    id: strawberry.ID = identified("NightDutySwap", by=queries.swaps_of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: NightDutySwapState = strawberry.field(description="Where it is in its life. 状态")
    acts: list[NightDutySwapAct] = relation(
        _swap_acts, description="What you could do with it now, as far as your rights go. 当前可办理的操作"
    )
    proposed_by: Person = reference(
        staff.of_ids, through="proposed_by", description="Who proposed it. 提出人"
    )
    other: Person = reference(staff.of_ids, through="other_id", description="With whom. 对方")
    duty: NightDuty | None = reference(
        queries.of_ids, through="duty_id", description="The night that is given. 换出的值班"
    )
    other_duty: NightDuty | None = reference(
        queries.of_ids, through="other_duty_id", description="The night that is taken for it. 换入的值班"
    )
    proposed_at: datetime = strawberry.field(description="When it was proposed. 提出时间")
    answered_at: datetime | None = strawberry.field(description="When it was agreed to. 同意时间")
    confirmed_by: Person | None = reference(
        staff.of_ids, through="confirmed_by", description="Who confirmed it. 确认人"
    )
    confirmed_for: Person | None = stood_in_for("confirmed_for")
    closed_at: datetime | None = strawberry.field(description="When it held or came to nothing. 办结时间")


@strawberry.input(description="By what nights are narrowed. 值班筛选条件")
class NightDutyFilter:
    """As `domain/night_duty/queries.py` has it."""

    people: list[strawberry.ID] | None = among("Of one of these people. 人员", ids_of="Person")
    day: Days | None = narrowing("Within these days. 日期")


@strawberry.input(description="By what swaps are narrowed. 换班筛选条件")
class NightDutySwapFilter:
    """As `domain/night_duty/queries.py` has it."""

    states: list[NightDutySwapState] | None = among("In one of these states. 状态")


NightDutySwapSort = orders_by_age("NightDutySwapSort", "The order of the list of swaps. 换班列表排序")


def day_place(position: str) -> tuple[date, UUID]:
    """Day and id in a cursor. Raises ValueError for what is neither."""
    day, _, identifier = position.partition("/")
    return date.fromisoformat(day), UUID(identifier)


async def _duties(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    wanted = queries.Wanted(
        side=arguments["side"].value, filter=narrowed(arguments["filter"], queries.Filter)
    )
    listing = Listing(
        name="night_duties",
        filters={"side": wanted.side, **tied_to(wanted.filter)},
        read=partial(queries.page, wanted=wanted),
        count=partial(queries.count, wanted=wanted),
        position=lambda duty: f"{duty.day.isoformat()}/{duty.id}",
        placed=day_place,
    )
    return await listing.page(work, arguments)


async def _swaps(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.SwapFilter), arguments["sort"].value
    listing = Listing(
        name="night_duty_swaps",
        filters={"sort": age, **tied_to(by)},
        read=partial(queries.swaps, by=by, age=age),
        count=partial(queries.swaps_count, by=by),
        position=lambda swap: swap.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class NightDutyQueries:
    """Reading rosters and swaps."""

    night_duties: Connection[NightDuty] = question(
        _duties,
        description="Nights on duty, the earliest first. 值班列表（按日期）",
        takes={
            "side": Taken(NightDutySide, "Which. 查看范围"),
            **filtered(NightDutyFilter),
            **PAGING,
        },
    )
    night_duty: NightDuty | None = one("NightDuty", description="One night on duty. 一次值班")
    night_duty_swaps: Connection[NightDutySwap] = question(
        _swaps,
        description="Swaps of nights in your body. 本单位换班列表",
        takes={**filtered(NightDutySwapFilter), **sorted_by(NightDutySwapSort), **PAGING},
    )
