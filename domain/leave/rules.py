"""What may become of a request for leave, which half days it takes, and how many working days they are. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args
from uuid import UUID

from domain.calendars.rules import WorkingCalendar
from tenancy.refusals import Refusal

Kind = Literal[
    "annual", "sick", "personal", "marriage", "parental", "bereavement", "home_visit", "in_lieu", "other"
]
State = Literal["asked", "approved", "refused", "withdrawn", "cancelled"]
Act = Literal["approve", "refuse", "withdraw", "cancel"]

KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)

# Act → the state in which it can be done, and the state that it leads to.
TRANSITIONS: Mapping[Act, tuple[State, State]] = {
    "approve": ("asked", "approved"),
    "refuse": ("asked", "refused"),
    "withdraw": ("asked", "withdrawn"),
    "cancel": ("approved", "cancelled"),
}

STATES_ZH: Mapping[State, str] = {
    "asked": "待审批",
    "approved": "已批准",
    "refused": "未批准",
    "withdrawn": "已撤回",
    "cancelled": "已销假",
}

HOLDS_DAYS: tuple[State, ...] = ("asked", "approved", "cancelled")
"""In these states a request holds its half days, so that no other can; what was called off whole holds none."""

AWAY: tuple[State, ...] = ("approved", "cancelled")
"""In these states whoever asked is away on the days that it holds."""

A_DAY = timedelta(days=1)
HALVES = 2
FARTHEST = timedelta(days=366)
MOST_DAYS = 62
"""Of so many days one may ask at once who is away: two months, as calendars show them."""


class WrongState(Refusal):
    """The request is not in a state in which this can be done."""

    code = "LEAVE_WRONG_STATE"
    en = "This request is {state}; that can only be done while it is {needed}. Read it again and see which acts are open."
    zh = "该请假申请当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class NoTime(Refusal):
    """The leave would be over before it begins."""

    code = "LEAVE_NO_TIME"
    en = "This leave would end before it begins. Choose a later last day, or leave out a noon."
    zh = "请假结束时间不晚于开始时间。请更改截止日期，或者取消半天的选择。"


class NoWorkingDay(Refusal):
    """All of the days are days of rest."""

    code = "LEAVE_NO_WORKING_DAY"
    en = "There is no working day from {first} to {last}, so no leave is needed. Choose other days."
    zh = "{first}至{last}没有工作日，无需请假。请选择其他日期。"


class TooLate(Refusal):
    """The first day is longer ago than leave may be asked for."""

    code = "LEAVE_TOO_LATE"
    en = (
        "Leave is asked for at the latest on the working day number {most} after its first day ({source}). Choose "
        "{earliest} or a later first day, or tell whoever records attendance."
    )
    zh = "请假手续至迟应在起始日后{most}个工作日内补办（{source}）。请选择{earliest}或以后的起始日期，或者与考勤登记人员联系。"


class TooFar(Refusal):
    """The last day is farther away than anybody plans."""

    code = "LEAVE_TOO_FAR"
    en = "{day} is too far away. Choose {latest} or an earlier day."
    zh = "{day}超出可申请的日期范围。请选择{latest}或以前的日期。"


class Overlaps(Refusal):
    """There is a request for some of these half days already."""

    code = "LEAVE_OVERLAPS"
    en = "You have asked for leave from {first} to {last} already. Choose other days, or withdraw or cancel that one first."
    zh = "您已申请{first}至{last}请假，时间重叠。请选择其他日期，或者先将其撤回、销假。"


class WhichHost(Refusal):
    """Somebody with several hosts asks at home without saying which of them it goes to."""

    code = "LEAVE_WHICH_HOST"
    en = "You work with several townships. Choose with which of them you ask for this leave: {hosts}."
    zh = "您在多个乡镇（街道）工作，请注明向哪个单位请假：{hosts_zh}。"


class NotInService(Refusal):
    """Somebody asks in a body that is not their home and that they are not seconded to on that day."""

    code = "LEAVE_NOT_IN_SERVICE"
    en = "You are not in the service of this body on {day}. Ask in your post at home, or choose another first day."
    zh = "您于{day}不在本单位派驻。请以编制所在单位的身份申请，或者另选起始日期。"


class OwnRequest(Refusal):
    """Somebody decides on their own leave."""

    code = "LEAVE_OWN_REQUEST"
    en = "Nobody decides on their own leave. Ask another head to decide, or whoever stands in for you."
    zh = "不能审批本人的请假申请。请由其他负责人或者您的代行人审批。"


class BackTooEarly(Refusal):
    """The day back at work does not lie within the leave, or is over."""

    code = "LEAVE_BACK_NOT_WITHIN"
    en = "You can be back from {earliest} on, and before this leave ends on {last}. Choose such a day."
    zh = "销假返岗时间应在{earliest}以后、本次请假于{last}结束以前。请更改。"


class OverAlready(Refusal):
    """Somebody reports back from leave that is over."""

    code = "LEAVE_OVER"
    en = "This leave was over on {last}, so there is nothing to report back from. Ask whoever records attendance if you were there before."
    zh = "本次请假已于{last}结束，无需销假；如提前到岗，请与考勤登记人员联系。"


class TooManyDays(Refusal):
    """Somebody asks about more days than a calendar shows."""

    code = "DAYS_TOO_MANY"
    en = (
        "From {since} to {until} are {days} days. Ask for 1 to {most} at once, the last not before the first."
    )
    zh = "{since}至{until}共{days}天。每次可查询1至{most}天，且截止日期不得早于起始日期，请更改。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From one day to another, both counting; `from_noon` of the first, `until_noon` of the last."""

    first_day: date
    last_day: date
    from_noon: bool = False
    until_noon: bool = False

    @property
    def begins(self) -> int:
        """The first half day, counted from the beginning of the calendar."""
        return self.first_day.toordinal() * HALVES + self.from_noon

    @property
    def ends(self) -> int:
        """The first half day after it."""
        return (self.last_day.toordinal() + 1) * HALVES - self.until_noon

    def touches(self, other: "Stretch") -> bool:
        """Whether they have a half day in common."""
        return max(self.begins, other.begins) < min(self.ends, other.ends)

    def half_days(self, calendar: WorkingCalendar) -> int:
        """How many half working days it has."""
        if self.ends <= self.begins:
            return 0
        whole = calendar.count(self.first_day - A_DAY, self.last_day) * HALVES
        lost = (self.from_noon and calendar.is_working(self.first_day)) + (
            self.until_noon and calendar.is_working(self.last_day)
        )
        return whole - lost

    def within(self, first: date, last: date) -> "Stretch":
        """The part of it that lies between two days; nothing of it, where its last day lies before its first."""
        return Stretch(
            first_day=max(self.first_day, first),
            last_day=min(self.last_day, last),
            from_noon=self.from_noon and self.first_day >= first,
            until_noon=self.until_noon and self.last_day <= last,
        )

    def covers(self, day: date) -> bool:
        """Whether it has the whole of a day."""
        return self.begins <= day.toordinal() * HALVES and (day.toordinal() + 1) * HALVES <= self.ends

    def has_evening_of(self, day: date) -> bool:
        """Whether it has the afternoon of a day, and so the night that follows."""
        return self.begins <= day.toordinal() * HALVES + 1 < self.ends


@dataclass(frozen=True, slots=True)
class Parties:
    """The home of whoever asks, and the body that they work with."""

    home_id: UUID
    host_id: UUID


def after(act: Act, state: State) -> State:
    """The state that an act leads to. Raises `WrongState`."""
    needed, target = TRANSITIONS[act]
    if state != needed:
        raise WrongState(state=state, state_zh=STATES_ZH[state], needed=needed, needed_zh=STATES_ZH[needed])
    return target


def lasts(stretch: Stretch, *, calendar: WorkingCalendar, today: date) -> None:
    """Whether these days can be asked for at all. Raises `NoTime`, `TooFar`, `NoWorkingDay`."""
    if stretch.last_day < stretch.first_day or stretch.ends <= stretch.begins:
        raise NoTime(field="last_day")
    latest = today + FARTHEST
    if stretch.last_day > latest:
        raise TooFar(field="last_day", day=stretch.last_day.isoformat(), latest=latest.isoformat())
    if stretch.half_days(calendar) == 0:
        raise NoWorkingDay(
            field="first_day", first=stretch.first_day.isoformat(), last=stretch.last_day.isoformat()
        )


def in_time(first_day: date, *, today: date, calendar: WorkingCalendar, most: int, source: str) -> None:
    """Whether it is not too late to ask for leave from that day on. Raises `TooLate`."""
    earliest = calendar.subtract(today, most)
    if first_day < earliest:
        raise TooLate(field="first_day", most=most, source=source, earliest=earliest.isoformat())


def free(asked: Stretch, *, held: Iterable[Stretch]) -> None:
    """Whether none of these half days is held by another request. Raises `Overlaps`."""
    for each in held:
        if each.touches(asked):
            raise Overlaps(
                field="first_day", first=each.first_day.isoformat(), last=each.last_day.isoformat()
            )


def few_days(since: date, until: date, *, most: int = MOST_DAYS) -> tuple[date, date]:
    """The days about which somebody asks at once. Raises `TooManyDays`."""
    days = (until - since).days + 1
    if not 1 <= days <= most:
        raise TooManyDays(
            field="until", since=since.isoformat(), until=until.isoformat(), days=days, most=most
        )
    return since, until


def by_another(*, asked_by: UUID, deciding: UUID) -> None:
    """Whether somebody else decides than whoever asked. Raises `OwnRequest`."""
    if asked_by == deciding:
        raise OwnRequest


def taken(granted: Stretch, *, back_on: date, at_noon: bool, today: date) -> Stretch:
    """What is taken of a leave whose holder is back at work on a day; if none is, its last day lies before its first.

    Nobody is back on a day that is over, or when the leave would be over anyway. Raises `OverAlready`, `BackTooEarly`.
    """
    if granted.last_day < today:
        raise OverAlready(last=granted.last_day.isoformat())
    back = back_on.toordinal() * HALVES + at_noon
    earliest = max(today, granted.first_day)
    if back_on < earliest or back >= granted.ends:
        raise BackTooEarly(field="back_on", earliest=earliest.isoformat(), last=granted.last_day.isoformat())
    if back <= granted.begins:
        return replace(granted, last_day=granted.first_day - A_DAY, from_noon=False, until_noon=False)
    if at_noon:
        return replace(granted, last_day=back_on, until_noon=True)
    return replace(granted, last_day=back_on - A_DAY, until_noon=False)
