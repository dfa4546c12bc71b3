"""Ordering, extending and ending secondments: one mutation per verb."""

from datetime import date

import strawberry

from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from api.secondments import Secondment, SecondmentMode
from domain.secondments import commands, models, queries
from domain.secondments.rules import Seconded, Using
from domain.work import Work

SECONDMENT_ID = "An entry of the officer under the order. 派驻编号"


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class SecondmentPayload(Payload):
    """Of an order, its first entry; the others are `together` with it."""

    secondment: Secondment | None = changed(
        queries.of_ids,
        description="As it is now; of several, the first. 办理后的派驻（多人、多个用人单位的为首项）",
    )


@strawberry.input(description="Somebody whom an order names. 派驻人员")
class SecondedInput:
    """Of your body, and on its register on the first day."""

    person_id: strawberry.ID = strawberry.field(description="Who. 人员")
    post: str = strawberry.field(description="The post with the host. 岗位")


@strawberry.input(description="A township that an order names. 用人单位")
class HostInput:
    """In an area team with who of it leads the contact and who keeps it."""

    host_id: strawberry.ID = strawberry.field(description="The township. 乡镇（街道）")
    leader_id: strawberry.ID | None = optional("Who of the team leads the contact. 联系领导")
    officer_ids: list[strawberry.ID] | None = optional("Who of the team keeps it. 联系执法人员")


@strawberry.input(description="An order that seconds officers. 派驻文件")
class OrderSecondmentInput:
    """It grants each of them an officer's post with each host, from the first day on."""

    mode: SecondmentMode = strawberry.field(description="How. 派驻方式")
    order_number: str = strawberry.field(description="The number of the order. 文号")
    people: list[SecondedInput] = strawberry.field(description="Who. 派驻人员")
    hosts: list[HostInput] = strawberry.field(
        description="Where: one where they are stationed, two or more for an area team. 用人单位"
    )
    since: date = strawberry.field(description="The first day. 起")
    until: date | None = optional("The last day, if it is fixed. 止")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A secondment that shall last longer. 延长派驻")
class ExtendSecondmentInput:
    """With all hosts of the order."""

    secondment_id: strawberry.ID = strawberry.field(description=SECONDMENT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    until: date = strawberry.field(description="The new last day. 止")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A secondment that shall end. 终止派驻")
class EndSecondmentInput:
    """With all hosts of the order; what it granted is gone with that."""

    secondment_id: strawberry.ID = strawberry.field(description=SECONDMENT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    ends_on: date = strawberry.field(
        description="The first day without it; today: at once. 终止日期（当日即时生效）"
    )
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _order(work: Work, given: OrderSecondmentInput) -> models.Secondment:
    entries = await commands.order(
        work,
        mode=str(given.mode.value),
        order_number=given.order_number,
        people=[
            Seconded(identifier_of("Person", each.person_id, field="people"), each.post)
            for each in given.people
        ],
        hosts=[_using(each) for each in given.hosts],
        since=given.since,
        until=said(given.until),
    )
    return entries[0]


def _using(given: HostInput) -> Using:
    leader = said(given.leader_id)
    return Using(
        host_id=identifier_of("Organisation", given.host_id, field="hosts"),
        leader_id=None if leader is None else identifier_of("Person", leader, field="hosts"),
        officer_ids=[identifier_of("Person", each, field="hosts") for each in said(given.officer_ids) or ()],
    )


async def _extend(work: Work, given: ExtendSecondmentInput) -> models.Secondment:
    return await commands.extend(
        work,
        secondment_id=identifier_of("Secondment", given.secondment_id, field="secondment_id"),
        expected_version=given.expected_version,
        until=given.until,
    )


async def _end(work: Work, given: EndSecondmentInput) -> models.Secondment:
    return await commands.end(
        work,
        secondment_id=identifier_of("Secondment", given.secondment_id, field="secondment_id"),
        expected_version=given.expected_version,
        ends_on=given.ends_on,
        reason=given.reason,
    )


@strawberry.type
class SecondmentMutations:
    """In the order in which a secondment meets them."""

    order_secondment: SecondmentPayload | None = act(
        _order,
        given=OrderSecondmentInput,
        answers=SecondmentPayload,
        description="Second officers of your body to townships. 派出执法人员",
    )
    extend_secondment: SecondmentPayload | None = act(
        _extend,
        given=ExtendSecondmentInput,
        answers=SecondmentPayload,
        description="Let a secondment last longer. 延长派驻",
    )
    end_secondment: SecondmentPayload | None = act(
        _end,
        given=EndSecondmentInput,
        answers=SecondmentPayload,
        description="End a secondment, with all that it granted. 终止派驻（收回全部权限）",
    )
