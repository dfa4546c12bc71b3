"""What whoever is about to act on a referral is warned about.

The sender before sending: that the matter is another body's, and why, or its item none. A seconded officer who acts for the
host: that the item is not one of the home's, or that such acts are done together with the township.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import strawberry

from api.batching import Arguments, Wanted
from domain.catalogue.routing import Answer
from domain.catalogue.wording import sentences
from domain.organisations import queries as organisations
from domain.referrals import models, officers, routing
from domain.rulebooks.values import Words
from domain.work import Work
from tenancy.refusals import Language


@strawberry.enum(description="What is warned about. 提示种类")
class ReferralWarningKind(Enum):
    """As `domain/referrals/routing.py` and `domain/referrals/officers.py` find them."""

    ADDRESSEE_NOT_COMPETENT = strawberry.enum_value(
        "addressee_not_competent", description="The matter is another body's. 拟移送单位无管辖权"
    )
    NO_SUCH_ITEM = strawberry.enum_value(
        "no_such_item", description="Its item's code is in no list of the county. 事项代码不存在"
    )
    OUTSIDE_EMPOWERED_ITEMS = strawberry.enum_value(
        "outside_empowered_items",
        description="You are seconded, and the item is not one that your home empowered this body with. 不属于本部门赋权事项",
    )
    TOGETHER_WITH_TOWNSHIP = strawberry.enum_value(
        "together_with_township",
        description="You are seconded, and act on this together with the township, in principle. 原则上与乡镇（街道）共同参与",
    )


@dataclass(frozen=True, slots=True)
class WarningRow:
    """What stands behind `ReferralWarning`."""

    about: str
    message: str


@strawberry.type(description="What to look at before acting on a referral. 办理前提示")
class ReferralWarning:
    """It holds nothing up by itself: whether an act is refused, the act says."""

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
    """What is to be said of each before it is sent, or taken in hand."""
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
    for identifier, found in (await officers.to_warn_of(work, referrals)).items():
        said[identifier] += [_of_an_officer(each, wanted.language) for each in found]
    return [said[referral.id] for referral in referrals]


def _of_an_officer(warns: officers.Warns, language: Language) -> WarningRow:
    words = OF_OFFICERS[warns.about]
    return WarningRow(warns.about, (words.en if language == "en" else words.zh).format(source=warns.source))


async def _names(work: Work, answers: Collection[Answer]) -> dict[UUID, str]:
    """The names of the bodies that these answers speak of."""
    named = {reason.body_id for answer in answers for reason in answer.chain}
    bodies = named | {answer.body_id for answer in answers}
    known = await organisations.of_ids(work, {body for body in bodies if body}) if answers else {}
    return {body.id: body.name for body in known.values()}


OF_OFFICERS: Mapping[officers.About, Words] = {
    "outside_empowered_items": Words(
        "You are seconded here, and this item is not one that your home empowered this body with ({source}).",
        "您为下沉人员，该事项不属于派出单位赋予本单位的事项（{source}）。",
    ),
    "together_with_township": Words(
        "You are seconded here; in principle, act on this together with the township's own officers ({source}).",
        "您为下沉人员，从事赋权执法事项原则上应与乡镇（街道）共同参与（{source}）。",
    ),
}

NEEDS = {"id", "from_id", "addressee_id", "item_code", "found_on", "state", "began_on"}
"""The attributes of a referral that either looks at."""
