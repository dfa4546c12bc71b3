"""Agreements on lists of materials: the types, the questions and the acts, as both sides and oversight see them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.asked import Asked
from api.batching import Arguments, Wanted, derived, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, orders_by_age, sorted_by, tied_to
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional
from api.node import Node, identified, one
from api.organisations import Organisation
from api.referral_words import MaterialKind
from api.staff import Person, stood_in_for
from domain.agreements import commands, models, queries, rules
from domain.organisations import queries as organisations
from domain.rulebooks.values import Material
from domain.staff import queries as staff
from domain.work import Work

AGREEMENT_ID = "The agreement. 约定清单编号"


@strawberry.enum(description="The states of an agreement. 约定清单状态")
class AgreementState(Enum):
    """As `domain/agreements/rules.py` has them."""

    PROPOSED = strawberry.enum_value("proposed", description="Waits for the other side. 待确认")
    CONFIRMED = strawberry.enum_value("confirmed", description="Agreed by both in writing. 已确认")
    DECLINED = strawberry.enum_value("declined", description="Not agreed, with reasons. 未予确认")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Taken back by whoever proposed. 已撤回")
    ENDED = strawberry.enum_value("ended", description="Holds until a day that is fixed. 已终止")


@strawberry.enum(description="What can be done with an agreement. 可办理的操作")
class AgreementAct(Enum):
    """As `domain/agreements/rules.py` has them."""

    CONFIRM = strawberry.enum_value("confirm", description="Confirm in writing. 书面确认")
    DECLINE = strawberry.enum_value("decline", description="Decline, with reasons. 不予确认")
    WITHDRAW = strawberry.enum_value("withdraw", description="Take the proposal back. 撤回")
    END = strawberry.enum_value("end", description="End it, or bring its end forward. 终止")


@strawberry.enum(description="How far a material is needed. 提供要求")
class MaterialNeed(Enum):
    """As `domain/rulebooks/registry.py` has them."""

    REQUIRED = strawberry.enum_value("required", description="Nothing is complete without it. 应当提供")
    IF_ANY = strawberry.enum_value("if_any", description="To be sent when it exists. 已有的应当提供")
    OPTIONAL = strawberry.enum_value("optional", description="May be sent. 可以提供")


@strawberry.type(description="An entry of an agreed list of materials. 约定清单中的材料")
class AgreedMaterial:
    """One kind of material, as the two bodies named it."""

    kind: MaterialKind = strawberry.field(description="What kind it is. 种类")
    need: MaterialNeed = strawberry.field(description="How far it is needed. 提供要求")
    name: str = strawberry.field(description="What exactly is meant. 材料名称")
    item: str = strawberry.field(description="Its number on the list. 序号")


def _entries(row: models.Agreement, _asked: Asked) -> tuple[Material, ...]:
    return queries.materials_of(row)


async def _acts(
    work: Work, agreements: Sequence[models.Agreement], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    return [
        [
            act
            for act, (states, _) in rules.TRANSITIONS.items()
            if agreement.state in states and work.may(act, queries.LIST, agreement)
        ]
        for agreement in agreements
    ]


@strawberry.type(
    description="A list of materials that two bodies agree on for the referrals of an item. 约定清单"
)
class Agreement(Node):
    """It stands in the place of the rulebook's list between the two, in either direction."""

    row_type: ClassVar[type[Any]] = models.Agreement
    id: strawberry.ID = identified("Agreement", by=queries.of_ids)
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    state: AgreementState = strawberry.field(description="Where it stands. 状态")
    acts: list[AgreementAct] = relation(
        _acts, description="What you could do with it now, as far as state and rights go. 当前可办理的操作"
    )
    proposer: Organisation = reference(
        organisations.of_ids, through="from_id", description="The body that proposed it. 提出单位"
    )
    addressee: Organisation = reference(
        organisations.of_ids, through="to_id", description="The body that answers. 确认单位"
    )
    item_code: str = strawberry.field(description="The item of the catalogue. 权力事项代码")
    entries: list[AgreedMaterial] = derived(_entries, description="The list. 细化移送清单")
    since: date = strawberry.field(
        description="Its first day; a proposal confirmed later holds from the day after. 执行起日"
    )
    ends_on: date | None = strawberry.field(description="The day from which it no longer holds. 终止日期")
    proposed_by: Person = reference(
        staff.of_ids, through="proposed_by", description="Who proposed it. 提出人"
    )
    proposed_for: Person | None = stood_in_for("proposed_for")
    proposed_at: datetime = strawberry.field(description="When it was proposed. 提出时间")
    answered_by: Person | None = reference(
        staff.of_ids, through="answered_by", description="The head who confirmed or declined. 确认人"
    )
    answered_for: Person | None = stood_in_for("answered_for")
    answered_at: datetime | None = strawberry.field(description="When it was answered. 确认时间")
    decline_reasons: str | None = strawberry.field(description="Why it was declined. 不予确认的理由")
    ended_by: Organisation | None = reference(
        organisations.of_ids, through="ended_by", description="The side that ended it. 提出终止的单位"
    )
    ended_at: datetime | None = strawberry.field(description="When the end was fixed. 决定终止的时间")


@strawberry.input(description="By what the list of agreements is narrowed. 约定清单筛选条件")
class AgreementFilter:
    """As `domain/agreements/queries.py` has it."""

    organisations: list[strawberry.ID] | None = among(
        "With one of these bodies on either side. 一方单位", ids_of="Organisation"
    )
    item_codes: list[str] | None = among("For one of these items. 权力事项代码")
    states: list[AgreementState] | None = among("In one of these states. 状态")


AgreementSort = orders_by_age("AgreementSort", "The order of the list of agreements. 约定清单排序")


async def _agreements(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.Filter), arguments["sort"].value
    listing = Listing(
        name="agreements",
        filters={"sort": age, **tied_to(by)},
        read=partial(queries.page, by=by, age=age),
        count=partial(queries.count, by=by),
        position=lambda agreement: agreement.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class AgreementQueries:
    """Reading agreements."""

    agreements: Connection[Agreement] = question(
        _agreements,
        description="The agreements that you may see. 约定清单列表",
        takes={**filtered(AgreementFilter), **sorted_by(AgreementSort), **PAGING},
    )
    agreement: Agreement | None = one("Agreement", description="One agreement. 约定清单")


@strawberry.type(description="The agreement after the act, or why nothing was done. 办理结果")
class AgreementPayload(Payload):
    """Of every act on an agreement."""

    agreement: Agreement | None = changed(queries.of_ids, description="As it is now. 办理后的约定清单")


@strawberry.input(description="An entry of a list of materials. 清单中的材料")
class AgreedMaterialInput:
    """Each kind at most once."""

    kind: MaterialKind = strawberry.field(description="What kind it is. 种类")
    need: MaterialNeed = strawberry.field(description="How far it is needed. 提供要求")
    name: str = strawberry.field(description="What exactly is meant. 材料名称")


@strawberry.input(description="A list of materials for another body to confirm. 提出约定清单")
class ProposeAgreementInput:
    """The letter stays on every list, as required."""

    addressee_id: strawberry.ID = strawberry.field(description="The other body. 对方单位")
    item_code: str = strawberry.field(description="The item of the catalogue. 权力事项代码")
    since: date = strawberry.field(description="From when it is to hold; tomorrow or later. 拟执行起日")
    materials: list[AgreedMaterialInput] = strawberry.field(description="The list. 细化移送清单")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which agreement, in which version. 约定清单及版本")
class AgreementInput:
    """For acts that need nothing else to be said."""

    agreement_id: strawberry.ID = strawberry.field(description=AGREEMENT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A list that is not agreed to. 不予确认")
class DeclineAgreementInput:
    """With reasons, always."""

    agreement_id: strawberry.ID = strawberry.field(description=AGREEMENT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reasons: str = strawberry.field(description="The reasons. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An agreement that shall end. 终止约定")
class EndAgreementInput:
    """Matters begun before that day keep the list."""

    agreement_id: strawberry.ID = strawberry.field(description=AGREEMENT_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    ends_on: date = strawberry.field(
        description="The day from which it no longer holds; tomorrow or later. 终止日期"
    )
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def _which(given: Any) -> dict[str, Any]:
    return {
        "agreement_id": identifier_of("Agreement", given.agreement_id, field="agreement_id"),
        "expected_version": given.expected_version,
    }


async def _propose(work: Work, given: ProposeAgreementInput) -> models.Agreement:
    return await commands.propose(
        work,
        addressee_id=identifier_of("Organisation", given.addressee_id, field="addressee_id"),
        item_code=given.item_code,
        since=given.since,
        materials=[(str(each.kind.value), str(each.need.value), each.name) for each in given.materials],
    )


async def _confirm(work: Work, given: AgreementInput) -> models.Agreement:
    return await commands.confirm(work, **_which(given))


async def _decline(work: Work, given: DeclineAgreementInput) -> models.Agreement:
    return await commands.decline(work, **_which(given), reasons=given.reasons)


async def _withdraw(work: Work, given: AgreementInput) -> models.Agreement:
    return await commands.withdraw(work, **_which(given))


async def _end(work: Work, given: EndAgreementInput) -> models.Agreement:
    return await commands.end(work, **_which(given), ends_on=given.ends_on)


@strawberry.type
class AgreementMutations:
    """In the order in which an agreement meets them."""

    propose_agreement: AgreementPayload | None = act(
        _propose,
        given=ProposeAgreementInput,
        answers=AgreementPayload,
        description="Propose a list of materials to another body. 提出约定清单",
    )
    confirm_agreement: AgreementPayload | None = act(
        _confirm,
        given=AgreementInput,
        answers=AgreementPayload,
        description="Confirm a list in writing. 书面确认",
    )
    decline_agreement: AgreementPayload | None = act(
        _decline,
        given=DeclineAgreementInput,
        answers=AgreementPayload,
        description="Decline a list, with reasons. 不予确认",
    )
    withdraw_agreement: AgreementPayload | None = act(
        _withdraw,
        given=AgreementInput,
        answers=AgreementPayload,
        description="Take back a proposal that was not answered. 撤回",
    )
    end_agreement: AgreementPayload | None = act(
        _end,
        given=EndAgreementInput,
        answers=AgreementPayload,
        description="End an agreement from a day on; either side can. 终止约定",
    )
