"""What of a referral can be found by searching: everything that its letter says, and its numbers.

Called by the acts that change one of them, in their transaction: it writes nothing where nothing changed.
"""

from domain.referrals.models import Referral
from domain.search import commands as search
from domain.work import Work


async def keep_findable(work: Work, referral: Referral) -> None:
    """Whoever may see the referral now finds it by what it says now."""
    await search.keep(
        work,
        subject_id=referral.id,
        from_id=referral.from_id,
        to_id=referral.to_id,
        overseen_id=referral.overseen_id,
        texts=_texts(referral),
    )


def _texts(referral: Referral) -> list[str]:
    said = [referral.party, referral.place, referral.facts, referral.item_code]
    return said + [number for number in (referral.letter_number, referral.receipt_number) if number]
