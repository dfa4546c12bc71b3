"""Who can have an enforcement certificate, what can become of it, and who may complete a legal review. Pure."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

from domain.texts import LONGEST_LINE, Field
from tenancy.refusals import Refusal

State = Literal["held", "withheld", "cancelled", "handed_in"]
Act = Literal["withhold", "restore", "cancel", "hand_in"]
Standing = Literal["held", "withheld", "none"]
"""How somebody stands with certificates: they have one that is held or withheld, or they have none."""
Review = Literal["qualified", "exempt", "first_review_only", "not_an_officer"]

STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)
STANDINGS: tuple[Standing, ...] = get_args(Standing)
REVIEWS: tuple[Review, ...] = get_args(Review)

TRANSITIONS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        ("held", "withhold"): "withheld",
        ("held", "cancel"): "cancelled",
        ("held", "hand_in"): "handed_in",
        ("withheld", "restore"): "held",
        ("withheld", "cancel"): "cancelled",
        ("withheld", "hand_in"): "handed_in",
    }
)
"""What becomes of a certificate by which act. What is not here is refused."""

LIVING: frozenset[State] = frozenset({"held", "withheld"})

WORDS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        "held": ("held", "持有"),
        "withheld": ("withheld", "暂扣"),
        "cancelled": ("cancelled", "注销"),
        "handed_in": ("handed in", "已上缴"),
    }
)

LEFT = "离岗"
"""Why the certificate of somebody who left was handed in."""

FIELDS: Mapping[str, Field] = MappingProxyType({"number": Field("The number", "证号", LONGEST_LINE)})


class NotTheIssuer(Refusal):
    """A body would issue that the county's rules do not name."""

    code = "CERTIFICATE_NOT_THE_ISSUER"
    en = "Certificates are issued by whoever holds “{function}” in the county ({source}). Ask that body."
    zh = "行政执法证由本县{function_zh}核发（{source}），请由该单位办理。"


class NotEstablished(Refusal):
    """Somebody without an establishment would get a certificate."""

    code = "CERTIFICATE_NO_ESTABLISHMENT"
    en = "{name} is on no establishment, and without one nobody may apply for a certificate ({source}). Ask their body to enter the establishment first."
    zh = "{name}无编制证明，禁止申领行政执法证（{source}）。请先落实编制。"


class OnlyAssists(Refusal):
    """An auxiliary would get a certificate."""

    code = "CERTIFICATE_ONLY_ASSISTS"
    en = "{name} is an auxiliary, who only assists and may not hold an enforcement certificate. Choose an officer."
    zh = "{name}为执法辅助人员，只能从事辅助性工作，不得持有行政执法证。请核对人员。"


class NotOnTheRegister(Refusal):
    """Somebody is on no register of staff today."""

    code = "CERTIFICATE_NOT_ON_THE_REGISTER"
    en = "{name} is not on the register of staff today. Ask their body to enter them first."
    zh = "{name}目前不在人员名册，请先由所在单位登记。"


class HasOne(Refusal):
    """Somebody has a certificate already, or its number is taken."""

    code = "CERTIFICATE_HAS_ONE"
    en = "{name} has a certificate already, or the number {number} is taken. Cancel the old one, or correct the number."
    zh = "{name}已持有行政执法证，或者证号{number}已被使用。请先注销原证或者更正证号。"


class WrongDays(Refusal):
    """It would be valid until before it was issued, or be issued in days to come."""

    code = "CERTIFICATE_WRONG_DAYS"
    en = "A certificate is issued today or before, and valid until a later day. Correct the days."
    zh = "核发日期不得晚于今日，有效期至应晚于核发日期。请更正日期。"


class WrongState(Refusal):
    """What is asked does not follow from the state."""

    code = "CERTIFICATE_WRONG_STATE"
    en = "This certificate is {state}, so this cannot be done with it. Read it again; `acts` says what can."
    zh = "该证当前状态为“{state_zh}”，不能办理此项。请刷新后按可办理的操作办理。"


class SaysNothing(Refusal):
    """An entry on legal qualification without any day."""

    code = "QUALIFICATION_SAYS_NOTHING"
    en = (
        "Give the day on which they obtained the legal qualification, or since when they have reviewed; choose no day "
        "that is still to come."
    )
    zh = "请填写取得法律职业资格的日期，或者从事法制审核岗位工作的起始日期，且均不得晚于今日。"


def holdable(
    register: str | None, establishment: str, *, needs_establishment: bool, name: str, source: str
) -> None:
    """Whether somebody can have a certificate who stands on this register today (None: on none).

    Raises `NotOnTheRegister`, `OnlyAssists`, `NotEstablished`.
    """
    if register is None:
        raise NotOnTheRegister(field="person_id", name=name)
    if register == "auxiliary":
        raise OnlyAssists(field="person_id", name=name)
    if needs_establishment and establishment == "none":
        raise NotEstablished(field="person_id", name=name, source=source)


def lasts(issued_on: date, valid_until: date, *, today: date) -> None:
    """Whether a certificate can last from one day to the other. Raises `WrongDays`."""
    if issued_on > today:
        raise WrongDays(field="issued_on")
    if valid_until <= issued_on:
        raise WrongDays(field="valid_until")


def became(state: State, act: Act) -> State:
    """What becomes of a certificate in this state by an act. Raises `WrongState`."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise WrongState(state=WORDS[state][0], state_zh=WORDS[state][1])
    return after


def is_valid(state: str, *, issued_on: date, valid_until: date, on: date) -> bool:
    """Whether it entitles to enforce on that day."""
    return state == "held" and issued_on <= on <= valid_until


def days_left(valid_until: date, *, on: date) -> int:
    """After how many days it runs out: 0 on its last one, and less once it is over."""
    return (valid_until - on).days


def says_something(qualified_on: date | None, reviewing_since: date | None, *, today: date) -> None:
    """Whether an entry on legal qualification says since when, and nothing of days to come. Raises `SaysNothing`."""
    said = [each for each in (qualified_on, reviewing_since) if each is not None]
    if not said or max(said) > today:
        raise SaysNothing(field="qualified_on")


def may_complete_a_legal_review(
    *,
    register: str | None,
    qualified_on: date | None,
    reviewing_since: date | None,
    on: date,
    exempt_before: date,
) -> Review:
    """Whether somebody may complete the legal review of a decision on that day, and why.

    Who first takes it up needs the legal qualification; who was in a reviewer's post before a day (2018-01-01 by the
    statute, `staff.review_exempt_before`) does not (Penalty Law, art. 58; Kunyang, annex 4 art. 6). An experienced officer
    without it may do the first review (annex 4 art. 4); an auxiliary, or nobody of the register, none.
    """
    if register is None or register == "auxiliary":
        return "not_an_officer"
    if qualified_on is not None and qualified_on <= on:
        return "qualified"
    if reviewing_since is not None and reviewing_since < exempt_before:
        return "exempt"
    return "first_review_only"
