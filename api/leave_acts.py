"""Asking for leave, deciding on it, and reporting back: one mutation per verb."""

from datetime import date

import strawberry

from api.identifiers import identifier_of
from api.leave import LeaveRequest, LeaveRequestKind
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from domain.leave import commands, models, queries
from domain.leave.rules import Stretch
from domain.work import Work

REQUEST_ID = "The request. 请假申请编号"


@strawberry.type(description="The request after the act, or why nothing was done. 办理结果")
class LeaveRequestPayload(Payload):
    """Of every act on a request for leave."""

    leave_request: LeaveRequest | None = changed(queries.of_ids, description="As it is now. 办理后的请假申请")


@strawberry.input(description="Leave that somebody asks for, for themselves. 请假")
class AskForLeaveInput:
    """It goes to the body that decides on this officer's leave by the county's rules."""

    kind: LeaveRequestKind = strawberry.field(description="For what. 请假种类")
    first_day: date = strawberry.field(description="The first day. 起始日期")
    from_noon: bool | None = optional("Whether from noon on; from the morning by itself. 是否自中午起")
    last_day: date = strawberry.field(description="The last day, which counts. 截止日期")
    until_noon: bool | None = optional("Whether until noon; until the evening by itself. 是否至中午止")
    reason: str = strawberry.field(description="Why; only whoever decides reads it. 事由（仅审批人可见）")
    host_id: strawberry.ID | None = optional(
        "With which township, for whoever works with several and asks at home. 用人单位（在多个单位工作的）"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A request for leave that is approved. 批准请假")
class ApproveLeaveInput:
    """By the head of the body that decides, or whoever stands in."""

    leave_request_id: strawberry.ID = strawberry.field(description=REQUEST_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A request for leave that is refused. 不予批准请假")
class RefuseLeaveInput:
    """By the head of the body that decides, or whoever stands in."""

    leave_request_id: strawberry.ID = strawberry.field(description=REQUEST_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A request for leave that is taken back. 撤回请假申请")
class WithdrawLeaveInput:
    """One's own, as long as nobody decided."""

    leave_request_id: strawberry.ID = strawberry.field(description=REQUEST_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Leave from which somebody is back early, or that is not taken at all. 销假")
class CancelLeaveInput:
    """One's own."""

    leave_request_id: strawberry.ID = strawberry.field(description=REQUEST_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    back_on: date | None = optional(
        "The first day at work again; by itself today, or the first day of what has not begun. 返岗日期"
    )
    at_noon: bool | None = optional("Whether at noon of that day. 是否自中午返岗")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _ask(work: Work, given: AskForLeaveInput) -> models.LeaveRequest:
    host = said(given.host_id)
    return await commands.ask(
        work,
        kind=str(given.kind.value),
        stretch=Stretch(
            first_day=given.first_day,
            last_day=given.last_day,
            from_noon=said(given.from_noon) or False,
            until_noon=said(given.until_noon) or False,
        ),
        reason=given.reason,
        host_id=None if host is None else identifier_of("Organisation", host, field="host_id"),
    )


async def _approve(work: Work, given: ApproveLeaveInput) -> models.LeaveRequest:
    return await commands.approve(
        work,
        request_id=identifier_of("LeaveRequest", given.leave_request_id, field="leave_request_id"),
        expected_version=given.expected_version,
    )


async def _refuse(work: Work, given: RefuseLeaveInput) -> models.LeaveRequest:
    return await commands.refuse(
        work,
        request_id=identifier_of("LeaveRequest", given.leave_request_id, field="leave_request_id"),
        expected_version=given.expected_version,
        reason=given.reason,
    )


async def _withdraw(work: Work, given: WithdrawLeaveInput) -> models.LeaveRequest:
    return await commands.withdraw(
        work,
        request_id=identifier_of("LeaveRequest", given.leave_request_id, field="leave_request_id"),
        expected_version=given.expected_version,
    )


async def _cancel(work: Work, given: CancelLeaveInput) -> models.LeaveRequest:
    return await commands.cancel(
        work,
        request_id=identifier_of("LeaveRequest", given.leave_request_id, field="leave_request_id"),
        expected_version=given.expected_version,
        back_on=said(given.back_on),
        at_noon=said(given.at_noon) or False,
    )


@strawberry.type
class LeaveMutations:
    """In the order in which a request meets them."""

    ask_for_leave: LeaveRequestPayload | None = act(
        _ask,
        given=AskForLeaveInput,
        answers=LeaveRequestPayload,
        description="Ask for leave for yourself. 请假",
    )
    approve_leave: LeaveRequestPayload | None = act(
        _approve,
        given=ApproveLeaveInput,
        answers=LeaveRequestPayload,
        description="Approve a request for leave. 批准请假",
    )
    refuse_leave: LeaveRequestPayload | None = act(
        _refuse,
        given=RefuseLeaveInput,
        answers=LeaveRequestPayload,
        description="Refuse a request for leave, with a reason. 不予批准请假",
    )
    withdraw_leave: LeaveRequestPayload | None = act(
        _withdraw,
        given=WithdrawLeaveInput,
        answers=LeaveRequestPayload,
        description="Take back your own request for leave. 撤回请假申请",
    )
    cancel_leave: LeaveRequestPayload | None = act(
        _cancel,
        given=CancelLeaveInput,
        answers=LeaveRequestPayload,
        description="Report back early from your own leave, or call it off. 销假",
    )
