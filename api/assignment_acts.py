"""Who handles a matter within a body: one mutation per verb and kind of matter. The matter and its version stay as they are."""

import strawberry

from api.assignments import AssignmentPayload
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, act, optional
from api.referral_payload import REFERRAL_ID
from domain.assignments.models import Assignment
from domain.referrals import handling
from domain.work import Work


@strawberry.input(description="Which referral. 移送件")
class HandleReferralInput:
    """Whatever happens to the referral meanwhile, who handles it is another thing."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which referral, for which unit. 交办")
class GiveReferralInput:
    """A unit of one's own body."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    unit_id: strawberry.ID = strawberry.field(description="The unit of your body. 承办机构编号")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _give(work: Work, given: GiveReferralInput) -> Assignment:
    return await handling.give_to_unit(
        work,
        referral_id=identifier_of("Referral", given.referral_id, field="referral_id"),
        unit_id=identifier_of("Unit", given.unit_id, field="unit_id"),
    )


async def _claim(work: Work, given: HandleReferralInput) -> Assignment:
    referral_id = identifier_of("Referral", given.referral_id, field="referral_id")
    return await handling.claim(work, referral_id=referral_id)


async def _release(work: Work, given: HandleReferralInput) -> Assignment:
    referral_id = identifier_of("Referral", given.referral_id, field="referral_id")
    return await handling.release(work, referral_id=referral_id)


@strawberry.type
class AssignmentMutations:
    """Within one body; the other hears of nothing."""

    give_referral: AssignmentPayload | None = act(
        _give,
        given=GiveReferralInput,
        answers=AssignmentPayload,
        description="Give it to a unit of your body; whoever had claimed it has it no more. 交办",
    )
    claim_referral: AssignmentPayload | None = act(
        _claim,
        given=HandleReferralInput,
        answers=AssignmentPayload,
        description="Take it in hand, in the post in which you act. 认领",
    )
    release_referral: AssignmentPayload | None = act(
        _release,
        given=HandleReferralInput,
        answers=AssignmentPayload,
        description="Put it back into its queue. 退回待办",
    )
