"""What may become of an alert and of its notices, and whom a place wants told of what. Pure; the rulebook is handed in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal, get_args
from uuid import UUID

from domain.rulebooks.registry import TOLD
from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field, reasoned, written
from tenancy.refusals import Refusal

Kind = Literal["hazard", "hot_spot", "industry", "regional"]
State = Literal["draft", "sent", "discarded"]
NoticeState = Literal["draft", "sent", "acknowledged", "answered"]
Act = Literal["revise", "discard", "send"]
NoticeAct = Literal["acknowledge", "answer"]
Answer = Literal["measures", "nothing_to_do", "joint_meeting"]

KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
NOTICE_STATES: tuple[NoticeState, ...] = get_args(NoticeState)
ANSWERS: tuple[Answer, ...] = get_args(Answer)

# Act → the states in which it can be done and the state it leads to; None where the state stays.
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State | None]] = {
    "revise": (frozenset({"draft"}), None),
    "discard": (frozenset({"draft"}), "discarded"),
    "send": (frozenset({"draft"}), "sent"),
}
NOTICE_TRANSITIONS: Mapping[NoticeAct, tuple[frozenset[NoticeState], NoticeState]] = {
    "acknowledge": (frozenset({"sent"}), "acknowledged"),
    "answer": (frozenset({"sent", "acknowledged"}), "answered"),
}

STATES_ZH: Mapping[str, str] = {
    "draft": "起草中",
    "sent": "已发出",
    "discarded": "已作废",
    "acknowledged": "已签收",
    "answered": "已答复",
}

# Whom the rulebook names → the kinds of bodies of which at least one must be told, in every group.
TELLS: Mapping[str, tuple[frozenset[str], ...]] = {
    "department": (frozenset({"department"}),),
    "government": (frozenset({"county_body"}),),
    "either": (frozenset({"department", "county_body"}),),
    "both": (frozenset({"department"}), frozenset({"county_body"})),
}

# A report to the county's own bodies is no question to them, unless the rulebook says so.
REPORTED_TO = "county_body"

FIELDS: Mapping[str, Field] = {
    "subject": Field("The subject", "事由", LONGEST_LINE),
    "facts": Field("The facts", "情况", LONGEST_TEXT),
    "place": Field("The place", "地点", LONGEST_LINE),
    "item_code": Field("The item code", "权力事项代码", LONGEST_LINE),
    "text": Field("The answer", "答复内容", LONGEST_TEXT),
}


class WrongState(Refusal):
    """The alert, or the notice, is not in a state in which this can be done."""

    code = "ALERT_WRONG_STATE"
    en = "This is {state}; that can only be done while it is {needed}. Read it again and see which acts are open."
    zh = "该件当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class NobodyTold(Refusal):
    """An alert names nobody."""

    code = "ALERT_NOBODY_TOLD"
    en = "Name at least one body that is to be told."
    zh = "请至少指明一个通报（报告）对象。"


class TellingOneself(Refusal):
    """A body alerts others, not itself."""

    code = "ALERT_TELLING_ONESELF"
    en = "A body cannot send an alert to itself. Choose another body."
    zh = "不能向本单位通报，请选择其他单位。"


class RecipientMissing(Refusal):
    """The place's rules want somebody told of this kind of problem who is not among the recipients."""

    code = "ALERT_RECIPIENT_MISSING"
    en = "Of a problem of this kind the county's rules want told: {told} (source: {source}). Add them."
    zh = "此类情况按本县规程应当通报（报告）：{told_zh}（依据：{source}）。请补充。"


class MeetingNeeded(Refusal):
    """The place's rules want such a hazard discussed together."""

    code = "ALERT_MEETING_NEEDED"
    en = "A major hazard is answered with a joint meeting: name its day (source: {source})."
    zh = "重大隐患须会同召开专题会议，请写明会议日期（依据：{source}）。"


class MeetingDay(Refusal):
    """A joint meeting has a day that is still to come, and no other answer has one."""

    code = "ALERT_MEETING_DAY"
    en = "Name the day of the joint meeting, today or later; any other answer has none."
    zh = "召开专题会议须写明日期（今日或以后）；其他答复不填日期。"


def after(act: Act, state: State) -> State:
    """The state that an act on an alert leads to. Raises `WrongState`."""
    allowed, target = TRANSITIONS[act]
    if state not in allowed:
        raise _wrong(state, [known for known in STATES if known in allowed])
    return target or state


def notice_after(act: NoticeAct, state: NoticeState) -> NoticeState:
    """The state that an act on a notice leads to. Raises `WrongState`."""
    allowed, target = NOTICE_TRANSITIONS[act]
    if state not in allowed:
        raise _wrong(state, [known for known in NOTICE_STATES if known in allowed])
    return target


def recipients(given: Collection[UUID], *, sender: UUID) -> list[UUID]:
    """The bodies to be told, each once. Raises `NobodyTold`, `TellingOneself`."""
    named = list(dict.fromkeys(given))
    if not named:
        raise NobodyTold(field="addressee_ids")
    if sender in named:
        raise TellingOneself(field="addressee_ids")
    return named


def all_told(kinds_of_bodies: Collection[str], *, tells: str, source: str) -> None:
    """Whether those are among the recipients whom the rulebook wants told. Raises `RecipientMissing`."""
    if any(group.isdisjoint(kinds_of_bodies) for group in TELLS[tells]):
        raise RecipientMissing(
            field="addressee_ids", told=TOLD[tells].en, told_zh=TOLD[tells].zh, source=source
        )


def owes_an_answer(kind_of_body: str, *, owed_by: str) -> bool:
    """Whether a recipient owes more than to acknowledge, by what the rulebook says."""
    match owed_by:
        case "everybody":
            return True
        case "notified":
            return kind_of_body != REPORTED_TO
        case _:
            return False


def answered(
    answer: Answer, text: str, meeting_on: date | None, *, meeting_needed: bool, today: date, source: str
) -> str:
    """The words of an answer that fits. Raises `MeetingNeeded`, `MeetingDay`, `ReasonNeeded`, `FieldEmpty`."""
    if meeting_needed and answer != "joint_meeting":
        raise MeetingNeeded(field="answer", source=source)
    if answer == "joint_meeting":
        if meeting_on is None or meeting_on < today:
            raise MeetingDay(field="meeting_on")
    elif meeting_on is not None:
        raise MeetingDay(field="meeting_on")
    return reasoned(text, field="text") if answer == "nothing_to_do" else written("text", text, FIELDS)


def meeting_needed(kind: Kind, *, kind_of_body: str, meeting: str) -> bool:
    """Whether this recipient's answer must be a joint meeting: where the rulebook wants one on hazards, with those told."""
    return meeting == "on_hazards" and kind == "hazard" and kind_of_body != REPORTED_TO


def _wrong(state: str, needed: Collection[str]) -> WrongState:
    return WrongState(
        state=state,
        state_zh=STATES_ZH[state],
        needed=" / ".join(needed),
        needed_zh="/".join(STATES_ZH[known] for known in needed),
    )
