"""Who can be put on a roster, what a night has come to, and what may become of a swap. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal, get_args

from domain.leave.rules import Stretch
from tenancy.refusals import Refusal

Condition = Literal["planned", "on_leave", "gone", "taken_off", "unrecorded", "attended", "missed"]
"""What a night has come to; "on_leave" and "gone" are gaps."""

SwapState = Literal["proposed", "agreed", "swapped", "declined", "withdrawn"]
SwapAct = Literal["accept", "confirm", "decline", "withdraw"]

CONDITIONS: tuple[Condition, ...] = get_args(Condition)
SWAP_STATES: tuple[SwapState, ...] = get_args(SwapState)
SWAP_ACTS: tuple[SwapAct, ...] = get_args(SwapAct)

# Act → the states in which it can be done.
OPEN_TO: Mapping[SwapAct, tuple[SwapState, ...]] = {
    "accept": ("proposed",),
    "confirm": ("agreed",),
    "decline": ("proposed", "agreed"),
    "withdraw": ("proposed", "agreed"),
}

SWAP_STATES_ZH: Mapping[SwapState, str] = {
    "proposed": "待对方同意",
    "agreed": "待排班人确认",
    "swapped": "已换班",
    "declined": "未同意",
    "withdrawn": "已撤回",
}

FARTHEST = timedelta(days=366)


class NotInTime(Refusal):
    """The night is over, or farther away than anybody plans."""

    code = "NIGHT_DUTY_NOT_IN_TIME"
    en = "Nights are planned from {today} to {latest}, not for {day}. Choose such a day."
    zh = "值班只能安排在{today}至{latest}，不能安排在{day}。请另选日期。"


class NobodyPlanned(Refusal):
    """A night without anybody, or with somebody twice."""

    code = "NIGHT_DUTY_NOBODY"
    en = "A plan names at least one person, and nobody twice. Correct the list."
    zh = "值班至少安排一人，且同一人不得重复。请更正名单。"


class NotInPost(Refusal):
    """Somebody does not work with the body that night."""

    code = "NIGHT_DUTY_NOT_IN_POST"
    en = "{name} does not work with your body on {day}. Choose somebody who does, or another night."
    zh = "{name}于{day}不在本单位工作。请另选人员或者日期。"


class PlannedElsewhere(Refusal):
    """The other side of a secondment holds somebody's night duty."""

    code = "NIGHT_DUTY_PLANNED_ELSEWHERE"
    en = "{body} plans the night duty of {name} on {day} ({source}). Choose somebody else, or ask {body}."
    zh = "{name}于{day}的值班由{body}安排（{source}）。请另选人员，或者与{body}联系。"


class OnLeave(Refusal):
    """Somebody is on leave that night."""

    code = "NIGHT_DUTY_ON_LEAVE"
    en = "{name} is on leave from {first} to {last}. Choose somebody else, or another night than {day}."
    zh = "{name}自{first}至{last}请假，不能安排在{day}值班。请另选人员或者日期。"


class TwiceThatNight(Refusal):
    """Somebody is on duty that night already."""

    code = "NIGHT_DUTY_TWICE"
    en = "{name} is on duty on {day} already. Choose somebody else, or another night."
    zh = "{name}于{day}已有值班安排。请另选人员或者日期。"


class OffTheRoster(Refusal):
    """A night that somebody was taken off is changed, swapped or recorded."""

    code = "NIGHT_DUTY_OFF_THE_ROSTER"
    en = "This night was taken off the roster or is over. Read the roster again."
    zh = "该值班安排已取消或者已过。请刷新值班安排。"


class NotOverYet(Refusal):
    """Who was there is recorded before the night is over."""

    code = "NIGHT_DUTY_NOT_OVER"
    en = "Who was there on {day} is recorded from the day after on. Try again then."
    zh = "{day}的到岗情况自次日起登记，请届时办理。"


class NothingToSwap(Refusal):
    """Two nights that cannot be swapped: the same night, or the same person's, or of two bodies."""

    code = "NIGHT_DUTY_NOTHING_TO_SWAP"
    en = "A swap is of two different nights of two people on one roster. Choose another night."
    zh = "换班须为同一单位两名人员的两个不同夜晚。请另选。"


class SwapWrongState(Refusal):
    """The swap is not in a state in which this can be done."""

    code = "NIGHT_DUTY_SWAP_WRONG_STATE"
    en = "This swap is {state}; that can only be done while it is {needed}. Read it again and see which acts are open."
    zh = "该换班当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class SwapOutdated(Refusal):
    """One of the nights is no longer whose it was when the swap was proposed."""

    code = "NIGHT_DUTY_SWAP_OUTDATED"
    en = "The roster has changed since this swap was proposed. Withdraw or decline it, and propose another."
    zh = "提出换班后值班安排已变动。请撤回或者不同意该换班，并重新提出。"


def named_once(people: Iterable[object]) -> None:
    """Whether a plan names somebody, and nobody twice. Raises `NobodyPlanned`."""
    named = list(people)
    if not named or len(set(named)) < len(named):
        raise NobodyPlanned(field="people")


def plannable(day: date, *, today: date) -> None:
    """Whether a night can still be planned, or already. Raises `NotInTime`."""
    latest = today + FARTHEST
    if not today <= day <= latest:
        raise NotInTime(field="day", day=day.isoformat(), today=today.isoformat(), latest=latest.isoformat())


def there(leave: Iterable[Stretch], *, day: date, name: str) -> None:
    """Whether somebody with this leave is there on the night that follows a day. Raises `OnLeave`."""
    for each in leave:
        if each.has_evening_of(day):
            raise OnLeave(
                field="people",
                name=name,
                day=day.isoformat(),
                first=each.first_day.isoformat(),
                last=each.last_day.isoformat(),
            )


def on_the_roster(day: date, *, taken_off: bool, today: date) -> None:
    """Whether somebody is planned for a night that is not over. Raises `OffTheRoster`."""
    if taken_off or day < today:
        raise OffTheRoster


def recordable(day: date, *, taken_off: bool, today: date) -> None:
    """Whether it can be recorded who was there. Raises `OffTheRoster`, `NotOverYet`."""
    if taken_off:
        raise OffTheRoster
    if today <= day:
        raise NotOverYet(day=day.isoformat())


def condition(
    day: date,
    *,
    taken_off: bool,
    attended: bool | None,
    in_post: bool,
    leave: Iterable[Stretch],
    today: date,
) -> Condition:
    """What a night has come to."""
    if taken_off:
        return "taken_off"
    if attended is not None:
        return "attended" if attended else "missed"
    if any(each.has_evening_of(day) for each in leave):
        return "on_leave"
    if not in_post:
        return "gone"
    return "planned" if today <= day else "unrecorded"


def possible(act: SwapAct, state: SwapState) -> None:
    """Whether an act can be done with a swap. Raises `SwapWrongState`."""
    needed = OPEN_TO[act]
    if state not in needed:
        raise SwapWrongState(
            state=state,
            state_zh=SWAP_STATES_ZH[state],
            needed=" / ".join(needed),
            needed_zh="/".join(SWAP_STATES_ZH[each] for each in needed),
        )
