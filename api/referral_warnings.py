"""What the sender of a referral is warned about before it is sent: that the matter is another body's, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import strawberry

from api.batching import Arguments, Wanted
from domain.catalogue.routing import Answer
from domain.catalogue.wording import sentences
from domain.organisations import queries as organisations
from domain.referrals import models, routing
from domain.work import Work


@strawberry.enum(description="What is warned about. 提示种类")
class ReferralWarningKind(Enum):
    """One so far."""

    ADDRESSEE_NOT_COMPETENT = strawberry.enum_value(
        "addressee_not_competent", description="The matter is another body's. 拟移送单位无管辖权"
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
    named = {reason.body_id for answer in misled.values() for reason in answer.chain} - {None}
    bodies = named | {answer.body_id for answer in misled.values()}
    known = await organisations.of_ids(work, {body for body in bodies if body}) if bodies else {}
    names = {body.id: body.name for body in known.values()}
    return [
        [
            WarningRow(
                "addressee_not_competent",
                routing.warning(answer, names=names, language=wanted.language)
                + sentences(answer, names=names, language=wanted.language),
            )
            for answer in [misled.get(referral.id)]
            if answer is not None
        ]
        for referral in referrals
    ]


NEEDS = {"id", "from_id", "addressee_id", "item_code", "found_on", "state"}
"""The attributes of a referral that either looks at."""
