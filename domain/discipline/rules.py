"""What may become of a disciplinary case, who looks into which ground, and what a measure may be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, get_args

from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field
from tenancy.refusals import Refusal

Ground = Literal["failure", "complaint", "breach", "absence"]
State = Literal["inquiring", "dropped", "concluded", "under_review", "reviewed"]
Act = Literal["revise", "drop", "conclude", "ask_review", "review"]
Measure = Literal["none", "reminder", "criticism", "handed_on"]
Outcome = Literal["upheld", "changed", "lifted"]
Side = Literal["home", "host"]

GROUNDS: tuple[Ground, ...] = get_args(Ground)
STATES: tuple[State, ...] = get_args(State)
MEASURES: tuple[Measure, ...] = get_args(Measure)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

# Act → the state in which it can be done and the state it leads to; None where the state stays.
TRANSITIONS: Mapping[Act, tuple[State, State | None]] = MappingProxyType(
    {
        "revise": ("inquiring", None),
        "drop": ("inquiring", "dropped"),
        "conclude": ("inquiring", "concluded"),
        "ask_review": ("concluded", "under_review"),
        "review": ("under_review", "reviewed"),
    }
)

STATES_ZH: Mapping[State, str] = MappingProxyType(
    {
        "inquiring": "核查中",
        "dropped": "已撤销",
        "concluded": "已处理",
        "under_review": "复核中",
        "reviewed": "已复核",
    }
)

GROUND_WORDS: Mapping[Ground, tuple[str, str]] = MappingProxyType(
    {
        "failure": ("failures in enforcement work", "执法工作不到位、不作为、乱作为"),
        "complaint": ("complaints", "信访、投诉"),
        "breach": ("breaches of discipline or rules", "违纪违规"),
        "absence": ("absence from post or disobedience", "未到岗到位、不服从管理"),
    }
)

SIDE_WORDS: Mapping[Side, tuple[str, str]] = MappingProxyType(
    {"home": ("the home body", "派出单位"), "host": ("the host", "用人单位")}
)

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "subject": Field("The subject", "事由摘要", LONGEST_LINE),
        "facts": Field("The facts", "情况", LONGEST_TEXT),
        "finding": Field("The finding", "核查结论", LONGEST_TEXT),
        "reasons": Field("The reasons", "申请理由", LONGEST_TEXT),
        "answer": Field("The answer", "复核意见", LONGEST_TEXT),
    }
)


class WrongState(Refusal):
    """The case is not in the state in which this can be done."""

    code = "DISCIPLINE_WRONG_STATE"
    en = "This is {state}; that can only be done while it is {needed}. Read it again and see which acts are open."
    zh = "该事项当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class NotTheInquirer(Refusal):
    """The county's rules have the other of the two look into such a ground."""

    code = "DISCIPLINE_NOT_THE_INQUIRER"
    en = "By the rules of this place {side} looks into {ground} of seconded staff ({source}). Send it what you know."
    zh = "按本地规程，下沉人员{ground_zh}由{side_zh}核查处理（依据：{source}）。请将情况告知该单位。"


class NotThen(Refusal):
    """The officer was not seconded there on that day, or it is still to come."""

    code = "DISCIPLINE_NOT_THEN"
    en = "Under this secondment nothing can have happened on {day}: choose a day from {first} to {last}."
    zh = "该派驻期间不包括{day}，请在{first}至{last}之间选择日期。"


class NotBegun(Refusal):
    """The secondment has not begun, or was called off before it did."""

    code = "DISCIPLINE_NOT_BEGUN"
    en = "This secondment has not begun, or was called off before it did, so nothing can have happened under it. Choose another one."
    zh = "该派驻尚未开始或者开始前已取消，期间不可能发生该事项。请选择其他派驻。"


class BenefitsNotWithheld(Refusal):
    """The rules know no withholding of benefits, or the benefits are not this body's."""

    code = "DISCIPLINE_BENEFITS_NOT_WITHHELD"
    en = (
        "Only the host withholds its own benefits, and only where the rules of the place say so ({source}). Remove the "
        "days."
    )
    zh = "只有用人单位可以停发本单位给予的待遇，且须有本地规程依据（{source}）。请删去停发日期。"


class DaysDoNotFit(Refusal):
    """The first day of a withholding is missing or comes after its last."""

    code = "DISCIPLINE_DAYS_DO_NOT_FIT"
    en = "Give the first day of the withholding and, if it ends, a last day that is not before it."
    zh = "请填写停发起始日期；如有截止日期，不得早于起始日期。"


class ReviewTooLate(Refusal):
    """The limit for asking is over."""

    code = "DISCIPLINE_REVIEW_TOO_LATE"
    en = "A review could be asked for until {day} ({source}). The statute's further remedies are outside the platform; ask the body that decided which are still open."
    zh = "申请复核的期限至{day}届满（{source}）。其他法定救济途径不在本平台办理，请向作出处理的单位咨询。"


class MeasureNeeded(Refusal):
    """A changed decision names no measure, or another outcome names one."""

    code = "DISCIPLINE_MEASURE_NEEDED"
    en = "A review that changes the decision names the measure that now holds; one that upholds or lifts it names none. Correct it."
    zh = "复核变更原处理的，应写明变更后的处理措施；维持或者撤销的不填。请更正。"


@dataclass(frozen=True, slots=True)
class Withheld:
    """The days for which the host withholds its benefits; None at the end: until it is lifted."""

    since: date
    until: date | None


def after(act: Act, state: State) -> State:
    """The state that an act leads to. Raises `WrongState`."""
    needed, target = TRANSITIONS[act]
    if state != needed:
        raise WrongState(
            state=state.replace("_", " "),
            state_zh=STATES_ZH[state],
            needed=needed.replace("_", " "),
            needed_zh=STATES_ZH[needed],
        )
    return target or state


def side_of(tenant: object, *, home: object, host: object) -> Side | None:
    """Which of the two a body is, if it is either."""
    return "home" if tenant == home else "host" if tenant == host else None


def inquires(side: Side | None, *, ground: Ground, ruled: str, source: str) -> None:
    """Whether this side looks into the ground, where the rulebook says `ruled` (home, host or both); no third body does.

    Raises `NotTheInquirer`.
    """
    if side is None or ruled not in (side, "both"):
        inquirer = SIDE_WORDS["host" if ruled == "host" else "home"]
        raise NotTheInquirer(
            field="ground",
            side=inquirer[0],
            side_zh=inquirer[1],
            ground=GROUND_WORDS[ground][0],
            ground_zh=GROUND_WORDS[ground][1],
            source=source,
        )


def happened(on: date, *, since: date, until: date | None, today: date) -> None:
    """Whether something can have happened on that day of a secondment. Raises `NotBegun`, `NotThen`."""
    last = today if until is None else min(until, today)
    if last < since:
        raise NotBegun(field="secondment_id")
    if not since <= on <= last:
        raise NotThen(field="occurred_on", day=on.isoformat(), first=since.isoformat(), last=last.isoformat())


def withheld(
    since: date | None, until: date | None, *, side: Side | None, admitted: bool, source: str
) -> Withheld | None:
    """The days of a withholding, None where none was asked for. Raises `BenefitsNotWithheld`, `DaysDoNotFit`."""
    if since is None and until is None:
        return None
    if side != "host" or not admitted:
        raise BenefitsNotWithheld(field="benefits_from", source=source)
    if since is None or (until is not None and until < since):
        raise DaysDoNotFit(field="benefits_from" if since is None else "benefits_until")
    return Withheld(since, until)


def reviewable(asked_at: datetime, *, until: datetime, day: date, source: str) -> None:
    """Whether a review can still be asked for. `day` is the county's day of `until`. Raises `ReviewTooLate`."""
    if asked_at > until:
        raise ReviewTooLate(day=day.isoformat(), source=source)


def decided(outcome: Outcome, measure: Measure | None, *, held: Measure) -> Measure:
    """The measure that holds after a review of one that held. Raises `MeasureNeeded`."""
    if (outcome == "changed") != (measure is not None):
        raise MeasureNeeded(field="measure")
    if outcome == "lifted":
        return "none"
    return measure or held
