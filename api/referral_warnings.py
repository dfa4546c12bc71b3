"""What the sender of a referral is warned about before it is sent: that the matter is another body's, and why, or its item none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import strawberry

from api.batching import Arguments, Wanted
from domain.catalogue.routing import Answer
from domain.catalogue.wording import sentences
from domain.organisations import queries as organisations
from domain.referrals import models, routing
from domain.work import Work


@strawberry.enum(description="What is warned about. 提示种类")
class ReferralWarningKind(Enum):
    """As `domain/referrals/routing.py` finds them."""

    ADDRESSEE_NOT_COMPETENT = strawberry.enum_value(
        "addressee_not_competent", description="The matter is another body's. 拟移送单位无管辖权"
    )
    NO_SUCH_ITEM = strawberry.enum_value(
        "no_such_item", description="Its item's code is in no list of the county. 事项代码不存在"
    )


@dataclass(frozen=True, slots=True)
class WarningRow:
    """What stands behind `ReferralWarning`."""

    about: str
    message: str


@strawberry.type(description="What the sender should look at before sending. 移送前提示")
class ReferralWarning:
    """It holds nothing up: a doubt about competence is settled between the bodies."""

    about: ReferralWarningKind = strawberry.field(description="What. 提示种类")
    message: str = strawberry.field(description="In words, with the reasons. 说明及理由")


async def competence(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Answer]:
    """Whose the matters are."""
    return await routing.competences(work, referrals)


async def warnings(
    work: Work, referrals: Sequence[models.Referral], _arguments: Arguments, wanted: Wanted
) -> Sequence[list[WarningRow]]:
    """What is to be said of each before it is sent."""
    unsent = [referral for referral in referrals if routing.can_be_redirected(referral)]
    answers = await routing.competences(work, unsent) if unsent else []
    misled = {
        referral.id: answer
        for referral, answer in zip(unsent, answers, strict=True)
        if routing.misdirected(referral, answer)
    }
    names = await _names(work, misled.values())
    mistyped = await routing.mistyped(work, unsent, answers)
    said: dict[UUID, list[WarningRow]] = {referral.id: [] for referral in referrals}
    for identifier, answer in misled.items():
        message = routing.warning(answer, names=names, language=wanted.language)
        reasons = sentences(answer, names=names, language=wanted.language)
        said[identifier].append(WarningRow("addressee_not_competent", message + reasons))
    for referral in unsent:
        code = referral.item_code
        if code in mistyped:
            message = routing.no_such_item(code, mistyped[code], language=wanted.language)
            said[referral.id].append(WarningRow("no_such_item", message))
    return [said[referral.id] for referral in referrals]


async def _names(work: Work, answers: Collection[Answer]) -> dict[UUID, str]:
    """The names of the bodies that these answers speak of."""
    named = {reason.body_id for answer in answers for reason in answer.chain}
    bodies = named | {answer.body_id for answer in answers}
    known = await organisations.of_ids(work, {body for body in bodies if body}) if answers else {}
    return {body.id: body.name for body in known.values()}


NEEDS = {"id", "from_id", "addressee_id", "item_code", "found_on", "state"}
"""The attributes of a referral that either looks at."""
