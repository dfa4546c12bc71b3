"""Who handles a referral within either body. The referral stays as it is, and the other body hears of nothing.

Whoever acts is on one of its sides, and it is open: what has come to its end is in nobody's queue.
"""

from uuid import UUID

from domain.assignments import commands as assignments
from domain.assignments.models import Assignment
from domain.referrals import officers, queries, rules, steps
from domain.referrals.models import Referral
from domain.work import Work

KIND = "referral"


async def give_to_unit(work: Work, *, referral_id: UUID, unit_id: UUID) -> Assignment:
    """Give it to a unit of the acting body. Raises `NotFound`, `NotPermitted`, `WrongState`."""
    await _take_up(work, referral_id)
    return await assignments.give(work, subject_kind=KIND, subject_id=referral_id, unit_id=unit_id)


async def claim(work: Work, *, referral_id: UUID) -> Assignment:
    """Take it in hand.

    Raises `NotFound`, `NotPermitted`, `WrongState`, `InOtherHands`, `CertificateStops`, `NotAnEmpoweredItem`.
    """
    referral = await _take_up(work, referral_id)
    if referral.from_id != work.actor.tenant_id:
        # Whoever writes the letter takes no step of enforcement yet.
        await officers.require_entitled(work, referral)
    return await assignments.claim(work, subject_kind=KIND, subject_id=referral_id)


async def release(work: Work, *, referral_id: UUID) -> Assignment:
    """Put it back into its queue. Raises `NotFound`, `NotPermitted`, `WrongState`, `InNobodysHands`, `InOtherHands`."""
    await _take_up(work, referral_id)
    return await assignments.release(work, subject_kind=KIND, subject_id=referral_id)


async def _take_up(work: Work, referral_id: UUID) -> Referral:
    """Lock the matter, which its two bodies can and those that oversee it cannot, and make sure that it is open."""
    referral = await queries.the(work, referral_id, to_change=True)
    rules.still_open(steps.state(referral))
    return referral
