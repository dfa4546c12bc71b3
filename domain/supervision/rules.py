"""What may become of a supervision note, who may write which to whom, and about what. Pure; facts and rules are handed in."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args

from domain.texts import LONGEST_LINE, LONGEST_TEXT, Field, written
from tenancy.refusals import Refusal

Kind = Literal["source_control", "correction_order", "technical_support"]
State = Literal["draft", "discarded", "sent", "acknowledged", "answered"]
Act = Literal["revise", "discard", "send", "acknowledge", "answer"]
Way = Literal["down", "up"]
"""From the department to the township that it supervises, or from the township to the department."""

KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)

# Act → the states in which it can be done and the state it leads to; None where the state stays.
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State | None]] = {
    "revise": (frozenset({"draft"}), None),
    "discard": (frozenset({"draft"}), "discarded"),
    "send": (frozenset({"draft"}), "sent"),
    "acknowledge": (frozenset({"sent"}), "acknowledged"),
    "answer": (frozenset({"sent", "acknowledged"}), "answered"),
}

STATES_ZH: Mapping[str, str] = {
    "draft": "起草中",
    "discarded": "已作废",
    "sent": "已发出",
    "acknowledged": "已签收",
    "answered": "已答复",
}

WAYS: Mapping[tuple[str, str], Way] = {
    ("department", "township"): "down",
    ("township", "department"): "up",
}

ANSWERED_BY: Mapping[Way, str] = {"down": "supervision.answer", "up": "supervision.support"}
"""Under which limit the other side owes its answer."""

FIELDS: Mapping[str, Field] = {
    "subject": Field("The subject", "事由", LONGEST_LINE),
    "facts": Field("The facts", "情况", LONGEST_TEXT),
    "request": Field("What is asked", "意见和要求", LONGEST_TEXT),
    "order_number": Field("The number of the order to correct", "责令改正文书文号", LONGEST_LINE),
    "text": Field("The answer", "答复内容", LONGEST_TEXT),
}


class WrongState(Refusal):
    """The note is not in a state in which this can be done."""

    code = "SUPERVISION_WRONG_STATE"
    en = "This is {state}; that can only be done while it is {needed}. Read it again and see which acts are open."
    zh = "该件当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class NotBetweenThese(Refusal):
    """A supervision note goes between a department and a township, and between nobody else."""

    code = "SUPERVISION_NOT_BETWEEN_THESE"
    en = (
        "A supervision note goes between a department and a township that was empowered with its item; {one} and {other} "
        "are not such two. Choose the other of the two, or write an alert."
    )
    zh = "监督指导函只在主管部门与承接其赋权事项的乡镇（街道）之间往来，{one}与{other}不属于此种情形。请另选单位，或者使用通报（报告）。"


class TownshipOnlyAsks(Refusal):
    """A township supervises no department: it asks for technical support."""

    code = "SUPERVISION_TOWNSHIP_ONLY_ASKS"
    en = "A township writes to the department for technical support alone. Choose that kind."
    zh = "乡镇（街道）向主管部门只能提出技术支持请求，请选择“技术支持”。"


class TownshipDoesNotAsk(Refusal):
    """The place has townships ask in another way."""

    code = "SUPERVISION_TOWNSHIP_DOES_NOT_ASK"
    en = (
        "By the rules of this place a township does not ask for technical support by such a note (source: {source}). "
        "Ask the department through its liaison officer."
    )
    zh = "按本地规程，乡镇（街道）不以监督指导函提出技术支持请求（依据：{source}）。请与该部门联络员联系。"


class OrderNeeded(Refusal):
    """A note of an order to correct does not say which, or another note names one."""

    code = "SUPERVISION_ORDER_NEEDED"
    en = "A note that an order to correct came first names that order by its number; other notes name none. Correct it."
    zh = "先行责令改正的，应当填写责令改正文书文号；其他种类不填。请更正。"


class DayToCome(Refusal):
    """The matter would arise only later."""

    code = "SUPERVISION_DAY_TO_COME"
    en = "{day} is still to come. Choose the day on which the matter arose, today at the latest."
    zh = "{day}尚未到来。请填写事项发生的日期，不得晚于今日。"


class NotSupervised(Refusal):
    """Nobody goes on supervising the item: it is on no list on that day, or the place rules otherwise."""

    code = "SUPERVISION_NOT_SUPERVISED"
    en = (
        "On {day} no department goes on supervising item {item}: it was not in the catalogue, or the rules of the place say "
        "otherwise. Choose another day or item, or write an alert."
    )
    zh = "{day}没有部门对事项{item}继续履行监管职责：当日该事项不在目录内，或者本地规程另有规定。请另选日期或者事项，或者使用通报（报告）。"


class OfAnotherDepartment(Refusal):
    """The item was another department's on the day of the matter."""

    code = "SUPERVISION_OF_ANOTHER_DEPARTMENT"
    en = "On {day} item {item} is supervised by {department}. Ask that department to write, or write to it."
    zh = "{day}事项{item}由{department}履行监管职责。请由该部门出具，或者改为向该部门提出。"


class NotHeld(Refusal):
    """The township did not hold the item on the day of the matter, by that empowerment."""

    code = "SUPERVISION_NOT_HELD"
    en = (
        "On {day} {township} did not hold item {item} by {number}. {why} Choose a day on which it did, or another empowerment; "
        "ask whoIsCompetent whose such a matter is."
    )
    zh = "{day}{township}并未依{number}行使事项{item}。{why_zh}请另选其行使该事项的日期，或者另选赋权公告；该由谁管，可查询 whoIsCompetent。"


def after(act: Act, state: State) -> State:
    """The state that an act leads to. Raises `WrongState`."""
    allowed, target = TRANSITIONS[act]
    if state not in allowed:
        needed = [known for known in STATES if known in allowed]
        raise WrongState(
            state=state,
            state_zh=STATES_ZH[state],
            needed=" / ".join(needed),
            needed_zh="/".join(STATES_ZH[known] for known in needed),
        )
    return target or state


def way(*, kinds: tuple[str, str], names: tuple[str, str]) -> Way:
    """Which way a note goes from a body of the first kind to one of the second. Raises `NotBetweenThese`."""
    found = WAYS.get(kinds)
    if found is None:
        raise NotBetweenThese(field="addressee_id", one=names[0], other=names[1])
    return found


def admitted(kind: Kind, goes: Way, *, township_asks: bool, source: str) -> None:
    """Whether a note of this kind may go this way. Raises `TownshipOnlyAsks`, `TownshipDoesNotAsk`."""
    if goes == "up" and kind != "technical_support":
        raise TownshipOnlyAsks(field="kind")
    if goes == "up" and not township_asks:
        raise TownshipDoesNotAsk(field="kind", source=source)


def order_named(kind: Kind, number: str | None) -> str | None:
    """The number of the order to correct that came first. Raises `OrderNeeded`, `FieldTooLong`."""
    given = (number or "").strip()
    if bool(given) != (kind == "correction_order"):
        raise OrderNeeded(field="order_number")
    return written("order_number", given, FIELDS) if given else None


def arisen(day: date, *, today: date) -> date:
    """The day on which the matter arose. Raises `DayToCome`."""
    if day > today:
        raise DayToCome(field="arose_on", day=day.isoformat())
    return day
