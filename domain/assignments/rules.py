"""Whose a matter can be made, decided without looking anything up. Pure."""

from typing import Literal, get_args
from uuid import UUID

from tenancy.refusals import Refusal

Act = Literal["give", "claim", "release"]
Claim = Literal["mine", "others", "nobody"]

ACTS: tuple[Act, ...] = get_args(Act)
CLAIMS: tuple[Claim, ...] = get_args(Claim)
"""Who has a matter in hand, as somebody at a desk asks."""


class InOtherHands(Refusal):
    """A colleague has claimed the matter."""

    code = "ASSIGNMENT_IN_OTHER_HANDS"
    en = "{name} has claimed this matter. Ask them to release it, or the desk or a head to put it back."
    zh = "该事项已由{name}认领。请其先退回待办，或者由收发人员、负责人退回或者重新交办。"


class InNobodysHands(Refusal):
    """Nobody has claimed the matter, so there is nothing to release."""

    code = "ASSIGNMENT_IN_NOBODYS_HANDS"
    en = "Nobody has claimed this matter. Claim it, or leave it in the queue."
    zh = "该事项目前无人认领，无需退回；如需办理请先认领。"


def claimable(*, holder: UUID | None, mine: UUID, name: str) -> bool:
    """Whether a claim changes anything: not if it is in my hands already. Raises `InOtherHands`."""
    if holder is not None and holder != mine:
        raise InOtherHands(name=name)
    return holder is None


def releasable(*, holder: UUID | None, mine: UUID, name: str, gives: bool) -> None:
    """Whether it can be put back: by whoever has it, or by whoever `gives` matters to units.

    Raises `InNobodysHands`, `InOtherHands`.
    """
    if holder is None:
        raise InNobodysHands
    if holder != mine and not gives:
        raise InOtherHands(name=name)
