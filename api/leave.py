"""Leave: requests as whoever asked and whoever decides see them, and absences as everybody on either side does."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from domain.deadlines import queries as deadlines
from domain.leave import models, queries, rules
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="For what somebody asks for leave. 请假种类")
class LeaveRequestKind(Enum):
    """As `domain/leave/rules.py` has them."""

    ANNUAL = strawberry.enum_value("annual", description="Annual leave. 年休假")
    SICK = strawberry.enum_value("sick", description="Ill. 病假")
    PERSONAL = strawberry.enum_value("personal", description="Personal matters. 事假")
    MARRIAGE = strawberry.enum_value("marriage", description="One's wedding. 婚假")
    PARENTAL = strawberry.enum_value(
        "parental", description="A birth, or care of a child. 产假、护理假、育儿假"
    )
    BEREAVEMENT = strawberry.enum_value("bereavement", description="A death in the family. 丧假")
    HOME_VISIT = strawberry.enum_value("home_visit", description="To visit one's family. 探亲假")
    IN_LIEU = strawberry.enum_value("in_lieu", description="In lieu of duty at night or on a holiday. 补休")
    OTHER = strawberry.enum_value("other", description="Something else. 其他")


@strawberry.enum(description="Where a request for leave is in its life. 请假申请状态")
class LeaveRequestState(Enum):
    """As `domain/leave/rules.py` has them."""

    ASKED = strawberry.enum_value("asked", description="Waits for a decision. 待审批")
    APPROVED = strawberry.enum_value("approved", description="Approved. 已批准")
    REFUSED = strawberry.enum_value("refused", description="Refused, with a reason. 未批准")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Taken back before the decision. 已撤回")
    CANCELLED = strawberry.enum_value(
        "cancelled", description="Back before its end; its days are those that were taken. 已销假"
    )


@strawberry.enum(description="What can be done with a request for leave. 可办理的操作")
class LeaveRequestAct(Enum):
    """As `domain/leave/rules.py` has them, but for the one that begins it."""

    APPROVE = strawberry.enum_value("approve", description="Approve it. 批准")
    REFUSE = strawberry.enum_value("refuse", description="Refuse it, with a reason. 不予批准")
    WITHDRAW = strawberry.enum_value("withdraw", description="Take it back. 撤回")
    CANCEL = strawberry.enum_value("cancel", description="Report back before its end. 销假")


@strawberry.enum(description="Whose requests for leave. 查看范围")
class LeaveRequestSide(Enum):
    """As `domain/leave/queries.py` has them."""

    MINE = strawberry.enum_value("mine", description="My own, in all my posts. 本人的申请")
    OTHERS = strawberry.enum_value("others", description="Of others, on which we decide. 由本单位审批的申请")


async def _acts(
    work: Work, requests: Sequence[models.LeaveRequest], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[str]]:
    return await queries.open_acts(work, requests)


async def _working_days(
    work: Work, requests: Sequence[models.LeaveRequest], _arguments: Arguments, _wanted: Wanted
) -> Sequence[float]:
    return [each.stretch.half_days(work.calendar) / 2 for each in requests]


async def _provisional(
    work: Work, requests: Sequence[models.LeaveRequest], _arguments: Arguments, _wanted: Wanted
) -> Sequence[bool]:
    return [work.calendar.is_provisional(each.first_day, each.last_day) for each in requests]


async def _deciding(
    work: Work, requests: Sequence[models.LeaveRequest], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Any]:
    now = await queries.as_of_now(work, requests)
    bodies = [
        each.decided_in_id or queries.decided_by(work, parties)
        for each, parties in zip(requests, now, strict=True)
    ]
    found = await organisations.of_ids(work, set(bodies))
    return [found[each] for each in bodies]


async def _due(
    work: Work, requests: Sequence[models.LeaveRequest], _arguments: Arguments, _wanted: Wanted
) -> Sequence[datetime | None]:
    found = await deadlines.of_subjects(work, [each.id for each in requests], columns={"due_at"})
    return [next((clock.due_at for clock in found[each.id]), None) for each in requests]


@strawberry.type(description="That somebody asks for leave. 请假申请")
class LeaveRequest(Node):
    """Kind and reason are for whoever asked and whoever decides; others see an `Absence`."""

    row_type: ClassVar[type[Any]] = models.LeaveRequest
    id: strawberry.ID = identified("LeaveRequest", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    person: Person = reference(staff.of_ids, through="person_id", description="Who. 申请人")
    home: Organisation = reference(
        organisations.of_ids,
        through="home_id",
        description="The body they are established with. 编制所在单位",
    )
    host: Organisation = reference(
        organisations.of_ids,
        through="host_id",
        description="The body they worked with when they asked; their home, if they were not seconded. 用人单位",
    )
    kind: LeaveRequestKind = strawberry.field(description="For what. 请假种类")
    state: LeaveRequestState = strawberry.field(description="Where it is in its life. 状态")
    acts: list[LeaveRequestAct] = relation(
        _acts,
        description="What you could do with it now, as far as its life and your rights go. 当前可办理的操作",
    )
    first_day: date = strawberry.field(description="The first day. 起始日期")
    from_noon: bool = strawberry.field(
        description="Whether it begins at noon of the first day. 起始日是否自中午起"
    )
    last_day: date = strawberry.field(
        description="The last day, which counts; of what was cancelled, the last that was taken, and before the first "
        "where none was. 截止日期（已销假的为实际截止日期）"
    )
    until_noon: bool = strawberry.field(
        description="Whether it ends at noon of the last day. 截止日是否至中午止"
    )
    granted_until: date | None = strawberry.field(
        description="The last day that was granted, of what was cancelled. 原批准截止日期"
    )
    working_days: float = relation(
        _working_days,
        description="How many working days of the county's calendar that is, in halves. 工作日天数（以半天计）",
    )
    provisional: bool = relation(
        _provisional,
        needs={"first_day", "last_day"},
        description="Whether it reaches into a year whose calendar is not out. 天数是否暂定",
    )
    reason: str = strawberry.field(description="Why. 事由")
    asked_at: datetime = strawberry.field(description="When it was asked for. 申请时间")
    decided_in: Organisation = relation(
        _deciding,
        description="The body that decides on it now, or did: the home again, if the secondment is over. 审批单位",
    )
    decided_by: Person | None = reference(
        staff.of_ids, through="decided_by", description="Who decided. 审批人"
    )
    decided_for: Person | None = stood_in_for("decided_for")
    decided_at: datetime | None = strawberry.field(description="When. 审批时间")
    decision_reason: str | None = strawberry.field(description="Why it was refused. 不予批准的理由")
    closed_at: datetime | None = strawberry.field(
        description="When it was withdrawn or cancelled. 撤回或者销假的时间"
    )
    decide_by: datetime | None = relation(
        _due,
        needs={"id"},
        description="By when it is decided; its clock is among the deadlines. 审批期限届满时间",
    )


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """What stands behind `Absence`."""

    person_id: UUID
    first_day: date
    last_day: date
    from_noon: bool
    until_noon: bool


@strawberry.type(description="That somebody is on leave, without a word on why. 请假人员")
class Absence:
    """For everybody on either side who plans with them."""

    person: Person = reference(staff.of_ids, through="person_id", description="Who. 人员")
    first_day: date = strawberry.field(description="The first day. 起始日期")
    from_noon: bool = strawberry.field(description="Whether from noon on. 是否自中午起")
    last_day: date = strawberry.field(description="The last day, which counts. 截止日期")
    until_noon: bool = strawberry.field(description="Whether until noon. 是否至中午止")


@strawberry.input(description="By what requests for leave are narrowed. 请假申请筛选条件")
class LeaveRequestFilter:
    """As `domain/leave/queries.py` has it."""

    people: list[strawberry.ID] | None = among("Of one of these people. 人员", ids_of="Person")
    kinds: list[LeaveRequestKind] | None = among("Of one of these kinds. 种类")
    states: list[LeaveRequestState] | None = among("In one of these states. 状态")
    first_day: Days | None = narrowing("Beginning within these days. 起始日期")


LeaveRequestSort = orders_by_age("LeaveRequestSort", "The order of requests for leave. 请假申请排序")


async def _requests(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    wanted = queries.Wanted(
        side=arguments["side"].value, filter=narrowed(arguments["filter"], queries.Filter)
    )
    age = arguments["sort"].value
    listing = Listing(
        name="leave_requests",
        filters={"side": wanted.side, "sort": age, **tied_to(wanted.filter)},
        read=partial(queries.page, wanted=wanted, age=age),
        count=partial(queries.count, wanted=wanted),
        position=lambda request: request.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _absences(work: Work, arguments: Arguments, _wanted: Wanted) -> list[AbsenceRow]:
    first, last = rules.few_days(arguments["since"], arguments["until"])
    return [
        AbsenceRow(
            person_id=each.person_id,
            first_day=each.stretch.first_day,
            last_day=each.stretch.last_day,
            from_noon=each.stretch.from_noon,
            until_noon=each.stretch.until_noon,
        )
        for each in await queries.absences(work, first=first, last=last)
    ]


@strawberry.type
class LeaveQueries:
    """Reading requests, and who is away."""

    leave_requests: Connection[LeaveRequest] = question(
        _requests,
        description="Requests for leave: one's own, or those on which one decides. 请假申请列表",
        takes={
            "side": Taken(LeaveRequestSide, "Whose. 查看范围"),
            **filtered(LeaveRequestFilter),
            **sorted_by(LeaveRequestSort),
            **PAGING,
        },
    )
    leave_request: LeaveRequest | None = one("LeaveRequest", description="One request for leave. 请假申请")
    absences: list[Absence] = question(
        _absences,
        description="Who of your people, and of those who work with you, is on leave on these days; 62 at most. 请假人员",
        takes={
            "since": Taken(date, "The first day. 起"),
            "until": Taken(date, "The last day. 止"),
        },
    )
