"""Planning nights, recording who was there, and swapping them: one mutation per verb."""

from datetime import date
from uuid import UUID

import strawberry

from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from api.night_duty import NightDuty, NightDutySwap
from domain.night_duty import commands, models, queries, swapping
from domain.work import Work

DUTY_ID = "The night. 值班编号"
SWAP_ID = "The swap. 换班编号"


@strawberry.type(description="The night after the act, or why nothing was done. 办理结果")
class NightDutyPayload(Payload):
    """Of a plan, the first of those who are on it."""

    night_duty: NightDuty | None = changed(
        queries.of_ids, description="As it is now; of several, the first. 办理后的值班（多人的为首名人员的）"
    )


@strawberry.type(description="The swap after the act, or why nothing was done. 办理结果")
class NightDutySwapPayload(Payload):
    """Of every act on a swap."""

    night_duty_swap: NightDutySwap | None = changed(
        queries.swaps_of_ids, description="As it is now. 办理后的换班"
    )


@strawberry.input(description="People who are put on your body's roster for a night. 安排值班")
class PlanNightDutyInput:
    """All of them, or none."""

    day: date = strawberry.field(description="The day in the evening of which it begins. 值班日期")
    people: list[strawberry.ID] = strawberry.field(description="Who. 值班人员")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Somebody who is taken off the roster for a night. 取消值班安排")
class TakeOffNightDutyInput:
    """As long as it is not over."""

    night_duty_id: strawberry.ID = strawberry.field(description=DUTY_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Whether somebody was there. 登记到岗情况")
class RecordNightDutyInput:
    """From the day after on."""

    night_duty_id: strawberry.ID = strawberry.field(description=DUTY_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    attended: bool = strawberry.field(description="Whether they were. 是否到岗")
    note: str | None = optional(
        "Something to note; needed where another record is corrected. 说明（更正时必填）"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A swap of two nights that somebody proposes. 提出换班")
class ProposeNightDutySwapInput:
    """Of one's own for a colleague's, on the same roster."""

    night_duty_id: strawberry.ID = strawberry.field(description="Your own night. 本人的值班")
    other_night_duty_id: strawberry.ID = strawberry.field(description="The colleague's. 对方的值班")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A swap that somebody decides on. 办理换班")
class NightDutySwapInput:
    """Accepting, confirming, declining or withdrawing it."""

    night_duty_swap_id: strawberry.ID = strawberry.field(description=SWAP_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _plan(work: Work, given: PlanNightDutyInput) -> models.NightDuty:
    people = [identifier_of("Person", each, field="people") for each in given.people]
    planned = await commands.plan(work, day=given.day, people=people)
    return planned[0]


async def _take_off(work: Work, given: TakeOffNightDutyInput) -> models.NightDuty:
    return await commands.take_off(
        work,
        duty_id=identifier_of("NightDuty", given.night_duty_id, field="night_duty_id"),
        expected_version=given.expected_version,
        reason=given.reason,
    )


async def _record(work: Work, given: RecordNightDutyInput) -> models.NightDuty:
    return await commands.record_attended(
        work,
        duty_id=identifier_of("NightDuty", given.night_duty_id, field="night_duty_id"),
        expected_version=given.expected_version,
        attended=given.attended,
        note=said(given.note),
    )


async def _propose(work: Work, given: ProposeNightDutySwapInput) -> models.NightDutySwap:
    return await swapping.propose(
        work,
        duty_id=identifier_of("NightDuty", given.night_duty_id, field="night_duty_id"),
        other_duty_id=identifier_of("NightDuty", given.other_night_duty_id, field="other_night_duty_id"),
    )


async def _accept(work: Work, given: NightDutySwapInput) -> models.NightDutySwap:
    return await swapping.accept(work, swap_id=_swap(given), expected_version=given.expected_version)


async def _confirm(work: Work, given: NightDutySwapInput) -> models.NightDutySwap:
    return await swapping.confirm(work, swap_id=_swap(given), expected_version=given.expected_version)


async def _decline(work: Work, given: NightDutySwapInput) -> models.NightDutySwap:
    return await swapping.decline(work, swap_id=_swap(given), expected_version=given.expected_version)


async def _withdraw(work: Work, given: NightDutySwapInput) -> models.NightDutySwap:
    return await swapping.withdraw(work, swap_id=_swap(given), expected_version=given.expected_version)


def _swap(given: NightDutySwapInput) -> UUID:
    return identifier_of("NightDutySwap", given.night_duty_swap_id, field="night_duty_swap_id")


@strawberry.type
class NightDutyMutations:
    """In the order in which a night meets them."""

    plan_night_duty: NightDutyPayload | None = act(
        _plan,
        given=PlanNightDutyInput,
        answers=NightDutyPayload,
        description="Put people on your body's roster for a night. 安排值班",
    )
    take_off_night_duty: NightDutyPayload | None = act(
        _take_off,
        given=TakeOffNightDutyInput,
        answers=NightDutyPayload,
        description="Take somebody off the roster for a night. 取消值班安排",
    )
    record_night_duty: NightDutyPayload | None = act(
        _record,
        given=RecordNightDutyInput,
        answers=NightDutyPayload,
        description="Record whether somebody was there. 登记到岗情况",
    )
    propose_night_duty_swap: NightDutySwapPayload | None = act(
        _propose,
        given=ProposeNightDutySwapInput,
        answers=NightDutySwapPayload,
        description="Propose to swap a night of yours with a colleague's. 提出换班",
    )
    accept_night_duty_swap: NightDutySwapPayload | None = act(
        _accept,
        given=NightDutySwapInput,
        answers=NightDutySwapPayload,
        description="Agree to a swap that a colleague proposed. 同意换班",
    )
    confirm_night_duty_swap: NightDutySwapPayload | None = act(
        _confirm,
        given=NightDutySwapInput,
        answers=NightDutySwapPayload,
        description="Confirm a swap that two colleagues agreed on, as whoever plans. 确认换班",
    )
    decline_night_duty_swap: NightDutySwapPayload | None = act(
        _decline,
        given=NightDutySwapInput,
        answers=NightDutySwapPayload,
        description="Decline a swap. 不同意换班",
    )
    withdraw_night_duty_swap: NightDutySwapPayload | None = act(
        _withdraw,
        given=NightDutySwapInput,
        answers=NightDutySwapPayload,
        description="Take your own proposal of a swap back. 撤回换班",
    )
