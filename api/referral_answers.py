"""What the receiver does with a referral until it has answered: one mutation per verb. What follows: `referral_courses.py`."""

from typing import cast

import strawberry

from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, act, optional, said
from api.referral_payload import (
    REFERRAL_ID,
    ReasonedReferralInput,
    ReferralInput,
    ReferralPayload,
    which,
)
from api.referral_words import ReferralFinding
from domain.referrals import models, receiving
from domain.referrals.rules import Finding
from domain.work import Work


@strawberry.input(description="What verifying found. 核查")
class VerifyReferralInput:
    """The finding is the receiver's own; the sender is told by the answer."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    finding: ReferralFinding = strawberry.field(description="What was found. 核查意见")
    note: str = strawberry.field(description="In words, for one's own body. 说明")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Material that is missing. 函告补充材料")
class AskForMaterialInput:
    """In writing; the sender owes it from then on."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    asked: str = strawberry.field(description="What is missing. 需要补充的材料")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="A referral to go back. 退回")
class ReturnReferralInput:
    """The county's rules say whether reasons are needed."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reasons: str | None = optional("The reasons. 退回理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Whose matter it was found to be. 登记管辖决定")
class SettleCompetenceInput:
    """As it was decided, or agreed."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    competent: bool = strawberry.field(description="Whether it is the receiver's. 是否由接收单位管辖")
    basis: str = strawberry.field(description="Who decided that, in which paper. 决定单位及文件")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Where a referral is to go on to. 转送")
class PassOnReferralInput:
    """A letter of one's own is drafted to that body."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    addressee_id: strawberry.ID = strawberry.field(description="The body it belongs to. 转送单位")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _take_in(work: Work, given: ReferralInput) -> models.Referral:
    return await receiving.take_in(work, **which(given))


async def _verify(work: Work, given: VerifyReferralInput) -> models.Referral:
    return await receiving.verify(
        work, **which(given), finding=cast("Finding", given.finding.value), note=given.note
    )


async def _ask_for_material(work: Work, given: AskForMaterialInput) -> models.Referral:
    return await receiving.ask_for_material(work, **which(given), asked=given.asked)


async def _accept(work: Work, given: ReferralInput) -> models.Referral:
    return await receiving.accept(work, **which(given))


async def _return(work: Work, given: ReturnReferralInput) -> models.Referral:
    return await receiving.return_(work, **which(given), reasons=said(given.reasons))


async def _doubt(work: Work, given: ReasonedReferralInput) -> models.Referral:
    return await receiving.doubt(work, **which(given), reasons=given.reason)


async def _settle(work: Work, given: SettleCompetenceInput) -> models.Referral:
    return await receiving.settle(work, **which(given), competent=given.competent, basis=given.basis)


async def _pass_on(work: Work, given: PassOnReferralInput) -> models.Referral:
    addressee_id = identifier_of("Organisation", given.addressee_id, field="addressee_id")
    return await receiving.pass_on(work, **which(given), addressee_id=addressee_id)


@strawberry.type
class ReferralAnswerMutations:
    """In the order in which a referral meets them."""

    take_in_referral: ReferralPayload | None = act(
        _take_in,
        given=ReferralInput,
        answers=ReferralPayload,
        description="Take it in with a numbered receipt, before any judgement. 收件登记",
    )
    verify_referral: ReferralPayload | None = act(
        _verify,
        given=VerifyReferralInput,
        answers=ReferralPayload,
        description="Say what verifying found, for one's own head. 核查",
    )
    ask_for_material: ReferralPayload | None = act(
        _ask_for_material,
        given=AskForMaterialInput,
        answers=ReferralPayload,
        description="Ask the sender for what is missing. 函告补充材料",
    )
    accept_referral: ReferralPayload | None = act(
        _accept, given=ReferralInput, answers=ReferralPayload, description="Accept the matter. 接收"
    )
    return_referral: ReferralPayload | None = act(
        _return, given=ReturnReferralInput, answers=ReferralPayload, description="Return it. 退回"
    )
    doubt_competence: ReferralPayload | None = act(
        _doubt,
        given=ReasonedReferralInput,
        answers=ReferralPayload,
        description="Doubt that it is one's own; whose it is must be settled. 提出管辖异议",
    )
    settle_competence: ReferralPayload | None = act(
        _settle,
        given=SettleCompetenceInput,
        answers=ReferralPayload,
        description="Record whose matter it was found to be. 登记管辖决定",
    )
    pass_on_referral: ReferralPayload | None = act(
        _pass_on,
        given=PassOnReferralInput,
        answers=ReferralPayload,
        description="Refer it onward, where the place's rules admit it. 转送",
    )
