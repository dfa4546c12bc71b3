"""The receiver's limits stand still while an appraisal is out, and go on."""

from typing import cast

import strawberry

from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, act, optional, said
from api.referral_payload import REFERRAL_ID, ReferralPayload, which
from api.referral_words import SuspensionGround
from domain.referrals import models, suspending
from domain.referrals.rules import Ground
from domain.work import Work


@strawberry.input(description="What is waited for while the limits stand still. 中止计算")
class SuspendReferralInput:
    """The place's rules say for what, and which limits."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    ground: SuspensionGround = strawberry.field(description="What is waited for. 中止事由")
    note: str = strawberry.field(description="Who does it, on which paper. 委托单位及文件")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What was waited for is there. 恢复计算")
class ResumeReferralInput:
    """Or it is waited for no more."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    note: str | None = optional("What came of it. 结果说明")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _suspend(work: Work, given: SuspendReferralInput) -> models.Referral:
    return await suspending.suspend(
        work, **which(given), ground=cast("Ground", given.ground.value), note=given.note
    )


async def _resume(work: Work, given: ResumeReferralInput) -> models.Referral:
    return await suspending.resume(work, **which(given), note=said(given.note))


@strawberry.type
class ReferralSuspensionMutations:
    """In the order in which a referral meets them."""

    suspend_referral: ReferralPayload | None = act(
        _suspend,
        given=SuspendReferralInput,
        answers=ReferralPayload,
        description="Let the receiver's limits stand still while an inspection, a test or an appraisal is out. 中止计算",
    )
    resume_referral: ReferralPayload | None = act(
        _resume,
        given=ResumeReferralInput,
        answers=ReferralPayload,
        description="Let them go on with what was left. 恢复计算",
    )
