"""Whether a referral goes to the body whose matter it is, as the catalogue says, and names an item that there is. It warns,
and holds nothing up.

The township in which a matter arose is the one among the two bodies; where both are townships, the addressee, to which the
sender says it belongs. The day is that of finding, and which decision it may end in is not known yet.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.catalogue.competence import Question, who_is_competent
from domain.catalogue.near import near
from domain.catalogue.routing import Answer
from domain.organisations import queries as organisations
from domain.referrals.models import Referral
from domain.referrals.rules import UNSENT_STATES
from domain.rulebooks.values import Words
from domain.work import Work
from tenancy.refusals import Language

WARNING = Words(
    "By the catalogue this matter is not the addressee's but that of {body}. ",
    "按权力事项目录，本案不属于拟移送单位管辖，应由{body}管辖。",
)

NO_SUCH_ITEM = Words(
    "There is no item {code} in the county's catalogue, and no duty list has it either. Check the code.",
    "本县权力事项目录和履职清单中均无代码为“{code}”的事项，请核对代码。",
)
NEAR = Words(" Near to it: {items}.", "相近的事项：{items}。")


async def competences(work: Work, referrals: Sequence[Referral]) -> list[Answer]:
    """Whose each of these matters is, in their order."""
    parties = {body for referral in referrals for body in (referral.addressee_id, referral.from_id)}
    known = await organisations.of_ids(work, parties)
    townships = {body.id for body in known.values() if body.kind == "township"}
    return await who_is_competent(
        work,
        [
            Question(
                code=referral.item_code,
                township_id=next(
                    (each for each in (referral.addressee_id, referral.from_id) if each in townships), None
                ),
                day=referral.found_on,
            )
            for referral in referrals
        ],
    )


def can_be_redirected(referral: Referral) -> bool:
    """Whether it was not sent yet, so that its addressee can still be changed."""
    return referral.state in UNSENT_STATES


def misdirected(referral: Referral, answer: Answer) -> bool:
    """Whether it is about to go to a body whose matter it is not, while somebody else is named."""
    return (
        can_be_redirected(referral)
        and answer.body_id is not None
        and referral.addressee_id not in (answer.body_id, answer.in_the_name_of)
    )


async def mistyped(
    work: Work, referrals: Sequence[Referral], answers: Sequence[Answer]
) -> dict[str, list[tuple[str, str]]]:
    """The codes among these that are in no list of the county, whatever the day, each with what is near to it."""
    nowhere = {
        referral.item_code
        for referral, answer in zip(referrals, answers, strict=True)
        if any(reason.because == "nobody" for reason in answer.chain)
    }
    return await near(work, nowhere)


def no_such_item(code: str, items: Sequence[tuple[str, str]], *, language: Language) -> str:
    """What is told to whoever wrote a code that is in no list."""
    listed = ("; " if language == "en" else ";").join(" ".join(item) for item in items)
    said = _said(NO_SUCH_ITEM, language).format(code=code)
    return said + _said(NEAR, language).format(items=listed) if items else said


def warning(answer: Answer, *, names: Mapping[UUID, str], language: Language) -> str:
    """What is told to whoever is about to send it; the reasons follow."""
    assert answer.body_id is not None
    return _said(WARNING, language).format(body=names.get(answer.body_id, ""))


def _said(words: Words, language: Language) -> str:
    return words.en if language == "en" else words.zh
