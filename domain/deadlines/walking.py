"""A limit counted once more on the fingers: every day from its beginning to its last, and what became of each.

It is for people who hold a count against the wall calendar. What it is not: it decides no due instant. That comes from
`rules.py`, by arithmetic; this goes from day to day until it gets there, and says of each day why it counted or did
not. Like the rules it is pure: the calendar, the office hours and the suspensions are handed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from domain.calendars.rules import WORKED, DayKind, WorkingCalendar
from domain.deadlines.rules import ONE_DAY, OfficeHours, Suspension
from domain.rulebooks.values import Limit

Step = Literal["start", "counted", "rest", "stood_still", "given_back", "rolled_over", "rolled_to"]
"""What became of a day.

- start: something began on it, so it does not count.
- counted: one of the limit's own, the n-th.
- rest: no working day, so a limit in working days passes over it.
- stood_still: it would have counted, but the clock stood still at its end.
- given_back: it makes up for a day that stood still where none of the limit's days lay: the very first, or after the
  limit had run out.
- rolled_over: a limit in calendar days was over, but does not end on a day of rest.
- rolled_to: the working day on which it ends instead.
"""


@dataclass(frozen=True, slots=True)
class Standstill:
    """A suspension, and on what ground."""

    over: Suspension
    because: str | None


@dataclass(frozen=True, slots=True)
class Walked:
    """One day. `number` is its place among those that counted; `minutes` how many of it a limit in hours ran."""

    day: date
    kind: DayKind
    step: Step
    provisional: bool
    number: int | None = None
    minutes: int | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    """A standstill in days: from the first that stood still to the one on which it went on."""

    first: date
    resumed: date
    because: str | None


def walk(
    *,
    limit: Limit,
    started_at: datetime,
    due_at: datetime,
    standstills: Sequence[Standstill],
    calendar: WorkingCalendar,
    office_hours: OfficeHours,
) -> Iterator[Walked]:
    """The days from the one on which a limit began to the one on which it runs out, in order.

    `due_at` is as `rules.plan` has it for the very same limit, beginning, suspensions and calendar.
    """
    if limit.unit == "hours":
        return _hours(started_at, due_at, standstills, calendar, office_hours)
    return _days(limit, started_at, due_at, standstills, calendar, office_hours)


def _hours(
    started_at: datetime,
    due_at: datetime,
    standstills: Sequence[Standstill],
    calendar: WorkingCalendar,
    office_hours: OfficeHours,
) -> Iterator[Walked]:
    for day in _from(office_hours.day_of(started_at), office_hours.day_of(due_at)):
        opens = max(started_at, _midnight(day, office_hours))
        ends = min(due_at, _midnight(day + ONE_DAY, office_hours))
        still = [
            (lost, each.because)
            for each in standstills
            if (lost := min(ends, each.over.until) - max(opens, each.over.since)) > timedelta()
        ]
        ran = ends - opens - sum((lost for lost, _ in still), timedelta())
        yield Walked(
            day,
            calendar.kind_of(day),
            "counted" if ran > timedelta() or not still else "stood_still",
            # Hours do not ask the calendar.
            provisional=False,
            minutes=round(ran / timedelta(minutes=1)),
            because=still[0][1] if still else None,
        )


def _days(
    limit: Limit,
    started_at: datetime,
    due_at: datetime,
    standstills: Sequence[Standstill],
    calendar: WorkingCalendar,
    office_hours: OfficeHours,
) -> Iterator[Walked]:
    start, last = office_hours.day_of(started_at), office_hours.day_of(due_at)
    working = limit.unit == "working_days"
    stops = [
        _Stop(
            office_hours.day_that_ends_after(each.over.since),
            office_hours.day_that_ends_after(each.over.until),
            each.because,
        )
        for each in standstills
    ]

    def walked(day: date, step: Step, number: int | None = None, because: str | None = None) -> Walked:
        provisional = calendar.is_provisional(day)
        return Walked(day, calendar.kind_of(day), step, provisional, number=number, because=because)

    yield walked(start, "start")
    # Of the days that stood still, those outside of the walk are given back on it: the very first, which would not have
    # counted, and those after a limit that had run out (`rules.py`).
    still = [
        day
        for stop in stops
        for day in _from(stop.first, stop.resumed - ONE_DAY)
        if calendar.is_working(day) or not working
    ]
    early, late = sum(day <= start for day in still), sum(day > last for day in still)
    number, rolling = 0, False
    for day in _from(start + ONE_DAY, last):
        stop = next((each for each in stops if each.first <= day < each.resumed), None)
        works = calendar.kind_of(day) in WORKED
        if working and not works:
            yield walked(day, "rest")
        elif stop is not None:
            yield walked(day, "stood_still", because=stop.because)
        elif number < limit.amount:
            number += 1
            rolling = not works and number == limit.amount
            yield walked(day, "counted", number)
        elif early:
            early -= 1
            rolling = not works
            yield walked(day, "given_back")
        elif rolling:
            rolling = not works
            yield walked(day, "rolled_to" if works else "rolled_over")
        else:
            late -= 1
            rolling = not works and late == 0
            yield walked(day, "given_back")


def _from(first: date, last: date) -> Iterator[date]:
    """The days from one to the other, both included."""
    for n in range((last - first).days + 1):
        yield first + n * ONE_DAY


def _midnight(day: date, office_hours: OfficeHours) -> datetime:
    return datetime.combine(day, time.min, tzinfo=office_hours.zone).astimezone(UTC)
