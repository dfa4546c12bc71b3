"""What may become of an agreement, and from which day it holds. Pure: the day and what was agreed before are handed in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, get_args
from uuid import UUID

from domain.rulebooks.registry import MATERIALS
from domain.rulebooks.values import Material
from domain.texts import LONGEST_LINE, Field, written
from tenancy.refusals import Refusal

State = Literal["proposed", "confirmed", "declined", "withdrawn", "ended"]
Act = Literal["confirm", "decline", "withdraw", "end"]

STATES: tuple[State, ...] = get_args(State)

# Act → the states in which it can be done, and the state that it leads to.
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State]] = {
    "confirm": (frozenset({"proposed"}), "confirmed"),
    "decline": (frozenset({"proposed"}), "declined"),
    "withdraw": (frozenset({"proposed"}), "withdrawn"),
    "end": (frozenset({"confirmed", "ended"}), "ended"),
}

STATES_ZH: Mapping[State, str] = {
    "proposed": "待确认",
    "confirmed": "已确认",
    "declined": "未予确认",
    "withdrawn": "已撤回",
    "ended": "已终止",
}

# Bodies between which cases are referred.
PARTIES: frozenset[str] = frozenset({"department", "township"})

# The letter is the referral itself: no list can do without it.
LETTER = "letter"

FIELDS: Mapping[str, Field] = {
    "item_code": Field("The item code", "权力事项代码", LONGEST_LINE),
    "name": Field("The name of a material", "材料名称", LONGEST_LINE),
}


class WrongState(Refusal):
    """The agreement is not in a state in which this can be done."""

    code = "AGREEMENT_WRONG_STATE"
    en = (
        "This agreement is {state}; that can only be done while it is {needed}. Read it again and see which "
        "acts are open."
    )
    zh = "该约定清单当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class WithOneself(Refusal):
    """A body agrees on nothing with itself."""

    code = "AGREEMENT_WITH_ONESELF"
    en = "An agreement needs two bodies. Choose another than your own."
    zh = "约定清单须由两个单位订立，不能与本单位约定。请选择其他单位。"


class NotAParty(Refusal):
    """Lists are agreed between bodies that refer cases to each other."""

    code = "AGREEMENT_NOT_A_PARTY"
    en = "Lists are agreed between departments and townships; {name} is neither. Choose another body."
    zh = "约定清单由部门与乡镇（街道）订立；{name}不属于其中，请另选单位。"


class LetterNeeded(Refusal):
    """The list lets the letter go, without which there is no referral."""

    code = "AGREEMENT_LETTER_NEEDED"
    en = "The letter of referral must stay on the list, as required. Put it back."
    zh = "移送函必须列入清单，且须为应当提供。请补上后重新提交。"


class ListedTwice(Refusal):
    """A kind of material stands on the list twice, so that its need would be ambiguous."""

    code = "AGREEMENT_LISTED_TWICE"
    en = "“{kind}” is listed twice. Put what belongs to one kind into one entry."
    zh = "“{kind_zh}”列了两次。同类材料请合并为一项。"


class TooEarly(Refusal):
    """A first or last day that has begun already: what governs a day does not change within it."""

    code = "AGREEMENT_TOO_EARLY"
    en = "{day} has begun or is over. Choose {earliest} or a later day."
    zh = "{day}已经开始或已过。请选择{earliest}或以后的日期。"


class NotLater(Refusal):
    """A list that was confirmed before holds from that day or a later one."""

    code = "AGREEMENT_NOT_LATER"
    en = "A list confirmed before holds from {known}. Choose a later day for the new one, or end that one first."
    zh = "此前确认的清单自{known}起执行。请为新清单选择晚于该日的日期，或先终止原清单。"


class NotSooner(Refusal):
    """The end is fixed already, and not later than this."""

    code = "AGREEMENT_NOT_SOONER"
    en = "This agreement ends on {known} already. An end can only be brought forward. Choose an earlier day."
    zh = "该约定清单已定于{known}起不再执行，只能提前，不能推后；请选择更早的日期。"


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
    return target


def between(*, kinds: Sequence[str], names: Sequence[str], same: bool) -> None:
    """Whether two bodies can agree on a list. Raises `WithOneself`, `NotAParty`."""
    if same:
        raise WithOneself(field="addressee")
    for kind, name in zip(kinds, names, strict=True):
        if kind not in PARTIES:
            raise NotAParty(field="addressee", name=name)


def pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Two bodies in the one order in which a pair is kept, whoever proposed."""
    return (one, other) if one < other else (other, one)


def agreed_list(given: Iterable[tuple[str, str, str]]) -> tuple[Material, ...]:
    """The list of (kind, need, name), numbered. Raises `LetterNeeded`, `ListedTwice`, `FieldEmpty`, `FieldTooLong`."""
    materials = tuple(
        Material(kind=kind, need=need, name=written("name", name, FIELDS), item=str(number))
        for number, (kind, need, name) in enumerate(given, start=1)
    )
    kinds = [material.kind for material in materials]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise ListedTwice(field="materials", kind=kind, kind_zh=MATERIALS.kinds[kind].zh)
    if not any(material.kind == LETTER and material.need == "required" for material in materials):
        raise LetterNeeded(field="materials")
    return materials


def proposed_from(day: date, *, today: date) -> date:
    """The first day that is proposed. Raises `TooEarly`."""
    if day <= today:
        raise _too_early("since", day, today)
    return day


def holds_from(proposed: date, *, confirmed_on: date, known: Collection[date]) -> date:
    """The first day of a list that is confirmed now: the one proposed, at the earliest the day after. Raises `NotLater`.

    `known` are the first days of the lists that these two confirmed before for this item.
    """
    since = max(proposed, confirmed_on + timedelta(days=1))
    if known and since <= max(known):
        raise NotLater(known=max(known).isoformat())
    return since


def ends_from(day: date, *, today: date, fixed: date | None) -> date:
    """The day from which it no longer holds. Raises `TooEarly`, `NotSooner`."""
    if day <= today:
        raise _too_early("ends_on", day, today)
    if fixed is not None and day >= fixed:
        raise NotSooner(field="ends_on", known=fixed.isoformat())
    return day


def _too_early(field: str, day: date, today: date) -> TooEarly:
    return TooEarly(field=field, day=day.isoformat(), earliest=(today + timedelta(days=1)).isoformat())
