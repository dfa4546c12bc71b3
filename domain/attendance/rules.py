"""What can be on record of a day, and when it can be put there. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from uuid import UUID

from domain.leave.rules import Stretch
from tenancy.refusals import Refusal

Mark = Literal["present", "late", "absent", "elsewhere"]

MARKS: tuple[Mark, ...] = get_args(Mark)

MOST_DAYS = 366
"""A tally is of a year at most."""

MOST_PEOPLE = 100
"""A tally is of so many people at most, as a page is."""


class NobodyMarked(Refusal):
    """A sheet without anybody, or with somebody twice."""

    code = "ATTENDANCE_NOBODY"
    en = "A sheet has at least one person, and nobody twice. Correct the list."
    zh = "考勤至少登记一人，且同一人不得重复。请更正名单。"


class InTheFuture(Refusal):
    """The day is still to come."""

    code = "ATTENDANCE_IN_THE_FUTURE"
    en = "{day} is still to come. Choose {today} or an earlier day."
    zh = "{day}尚未到来，请选择{today}或以前的日期。"


class NotInPost(Refusal):
    """Somebody did not work with the body that day."""

    code = "ATTENDANCE_NOT_IN_POST"
    en = "{name} did not work with your body on {day}. Strike them out, or correct the day."
    zh = "{name}于{day}不在本单位工作。请从名单中删去，或者更正日期。"


class RecordedElsewhere(Refusal):
    """The other side of a secondment records somebody's attendance."""

    code = "ATTENDANCE_RECORDED_ELSEWHERE"
    en = "{body} records the attendance of {name} on {day} ({source}). Strike them out, or ask {body}."
    zh = "{name}于{day}的考勤由{body}登记（{source}）。请从名单中删去，或者与{body}联系。"


class OnLeave(Refusal):
    """Somebody was on approved leave the whole day, which is not typed."""

    code = "ATTENDANCE_ON_LEAVE"
    en = (
        "{name} is on leave on {day}, and that follows from the approved request. Strike them out; if they were there, ask "
        "them to report back from leave first."
    )
    zh = "{name}于{day}请假，考勤表自动体现，无需登记。请从名单中删去；如已到岗，请其先办理销假。"


class RecordedAlready(Refusal):
    """There is an entry for that day."""

    code = "ATTENDANCE_RECORDED_ALREADY"
    en = "The attendance of {name} on {day} is on record already. Correct that entry, with a reason."
    zh = "{name}于{day}的考勤已登记。如需变更，请更正原登记并说明理由。"


class Corrected(Refusal):
    """The entry was corrected before, and counts no more."""

    code = "ATTENDANCE_CORRECTED"
    en = "This entry was corrected by another one. Read the sheet again, and correct that one."
    zh = "该登记已被更正。请刷新考勤表，并更正最新的登记。"


class NothingToCorrect(Refusal):
    """A correction that says what is on record."""

    code = "ATTENDANCE_NOTHING_TO_CORRECT"
    en = "This is what is on record already. Give what was different."
    zh = "与原登记一致，无需更正。请填写更正后的情况。"


class TooManyPeople(Refusal):
    """A tally of nobody, or of more people than a page has."""

    code = "ATTENDANCE_TOO_MANY_PEOPLE"
    en = "A tally is of 1 to {most} people. Ask about fewer at once."
    zh = "每次可统计1至{most}人，请减少人数。"


@dataclass(frozen=True, slots=True)
class Marked:
    """What is to be put on record of somebody."""

    person_id: UUID
    mark: str
    note: str | None = None


def a_sheet(people: Iterable[UUID], *, day: date, today: date) -> None:
    """Whether these people can be put on record for a day. Raises `NobodyMarked`, `InTheFuture`."""
    named = list(people)
    if not named or len(set(named)) < len(named):
        raise NobodyMarked(field="people")
    if day > today:
        raise InTheFuture(field="day", day=day.isoformat(), today=today.isoformat())


def typed(leave: Iterable[Stretch], *, day: date, name: str) -> None:
    """Whether somebody with this leave has an entry for a day at all. Raises `OnLeave`."""
    if any(each.covers(day) for each in leave):
        raise OnLeave(field="people", name=name, day=day.isoformat())


def correctable(was: str, mark: str, *, superseded: bool) -> None:
    """Whether an entry is corrected by this. Raises `Corrected`, `NothingToCorrect`."""
    if superseded:
        raise Corrected
    if was == mark:
        raise NothingToCorrect(field="mark")


def some_people(people: Collection[UUID]) -> None:
    """Whether a tally is of so many. Raises `TooManyPeople`."""
    if not 1 <= len(people) <= MOST_PEOPLE:
        raise TooManyPeople(field="people", most=MOST_PEOPLE)
