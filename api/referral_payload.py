"""What acts on a referral answer with, and what several of them are given: which referral, in which version, and why."""

from typing import Any

import strawberry

from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, changed, optional
from api.referrals import Referral
from domain.referrals import queries

REFERRAL_ID = "The referral. 移送件编号"


@strawberry.type(description="The referral after the act, or why nothing was done. 办理结果")
class ReferralPayload(Payload):
    """Of every act on a referral that leaves one."""

    referral: Referral | None = changed(queries.of_ids, description="As it is now. 办理后的移送件")


@strawberry.input(description="Which referral, in which version. 移送件及版本")
class ReferralInput:
    """For acts that need nothing else to be said."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Which referral, and why. 移送件及理由")
class ReasonedReferralInput:
    """For acts that are reasoned."""

    referral_id: strawberry.ID = strawberry.field(description=REFERRAL_ID)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    reason: str = strawberry.field(description="The reason. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


def which(given: Any) -> dict[str, Any]:
    """The referral that an input is about, and the version that it means."""
    return {
        "referral_id": identifier_of("Referral", given.referral_id, field="referral_id"),
        "expected_version": given.expected_version,
    }
