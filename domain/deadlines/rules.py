"""How a limit becomes a due instant and a ladder of reminders.

It is pure: the calendar, the office hours, the distances and every instant are handed in. It does not know what is
owed or by whom, keeps nothing, and rings nothing; the worker does when a rung's time has come.

Days are days of the county's zone; every instant that comes out is in UTC. The rules of counting are those of Civil
Code articles 201 and 203:

- The day on which something begins is not counted: day one is the next working day (or, for calendar days, the next
  day). Hours count straight on from the instant, through nights and rest days.
- Calendar days that end on a rest day roll on to the next working day.
- The last day ends at midnight or at the close of business, whichever the rulebook says.

A clock may stand still (`Suspension`). What was left of the limit when it stopped is left when it goes on:

- A day stood still when the clock stood still at its last instant. So the day on which it goes on takes the place of
  the day on which it stopped, and a stop and a start on one day change nothing.
- Of working days, the working days that stood still are given back, no more and no fewer; of calendar days, all days
  that stood still; of hours, the very time.
- Of calendar days that had run out and were only rolling on, nothing is left but the last day: they end on the day on
  which the clock goes on, and roll on again from there. What was overdue stays overdue by as much.

How long before and after the due day something rings is rulebook data in the same units as a limit.

Everything follows from the start, the limit and the suspensions: a limit is recounted by planning it again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from domain.calendars.rules import WorkingCalendar
from domain.rulebooks.rules import Limit, OfficeSpan
from tenancy.refusals import Refusal

Rung = Literal["warn", "due", "overdue", "escalate"]

RUNGS: tuple[Rung, ...] = ("warn", "due", "overdue", "escalate")
"""In the order in which they are reached."""

Change = Literal["recounted", "extended", "suspended", "resumed"]
"""What may happen to a running deadline."""

LimitsEnd = Literal["end_of_day", "close_of_business"]

# What PostgreSQL can tell apart. A due instant is the last that is in time; one tick later it is overdue.
TICK = timedelta(microseconds=1)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The office day of a county: when it opens, when it closes, in which zone, and when a limit's last day ends.

    A break at noon makes no difference to a deadline, so only the first opening and the last closing are kept. Where
    reminders need not wait for office hours, those of a day go out as the day begins, on rest days too.
    """

    opens: time
    closes: time
    zone: ZoneInfo
    limits_end: LimitsEnd = "end_of_day"
    remind_in_office_hours: bool = True

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"an office cannot close at {self.closes} before it opens at {self.opens}")

    @staticmethod
    def of(
        spans: Sequence[OfficeSpan],
        *,
        zone: ZoneInfo,
        limits_end: LimitsEnd = "end_of_day",
        remind_in_office_hours: bool = True,
    ) -> "OfficeHours":
        """From the stretches that a rulebook lists, in their order."""
        return OfficeHours(
            opens=spans[0].opens,
            closes=spans[-1].closes,
            zone=zone,
            limits_end=limits_end,
            remind_in_office_hours=remind_in_office_hours,
        )

    def day_of(self, instant: datetime) -> date:
        """The county's day at that instant."""
        return instant.astimezone(self.zone).date()

    def last_instant(self, day: date) -> datetime:
        """The last instant at which something due that day is in time."""
        return self._at(day, time.max if self.limits_end == "end_of_day" else self.closes)

    def day_that_ends_after(self, instant: datetime) -> date:
        """The first day whose last instant is not before that one."""
        day = self.day_of(instant)
        return day if instant <= self.last_instant(day) else day + ONE_DAY

    def morning(self, day: date) -> datetime:
        """When the reminders of a day go out: as the offices open."""
        return self._at(day, self.opens if self.remind_in_office_hours else time.min)

    def reminds_on(self, day: date, calendar: WorkingCalendar) -> bool:
        """Whether reminders go out on that day at all."""
        return not self.remind_in_office_hours or calendar.is_working(day)

    def reminds_at(self, instant: datetime, calendar: WorkingCalendar) -> bool:
        """Whether a reminder may go out at that very instant."""
        day = self.day_of(instant)
        in_hours = self._at(day, self.opens) <= instant <= self._at(day, self.closes)
        return not self.remind_in_office_hours or (in_hours and calendar.is_working(day))

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stretch of time in which the clock stood still."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """When a limit runs out, and when it rings. `rungs` are in ascending order, each rung at most once.

    `provisional` says that `due_at` was counted into a year whose notice is not out and may move when it is. The
    instants of `warn` and `escalate` can move with the calendar even where `due_at` cannot.
    """

    due_at: datetime
    provisional: bool
    rungs: tuple[tuple[Rung, datetime], ...]

    def at(self, rung: Rung) -> datetime | None:
        """When that rung rings, or None when it does not."""
        return dict(self.rungs).get(rung)


def plan(
    *,
    limit: Limit,
    started_at: datetime,
    calendar: WorkingCalendar,
    office_hours: OfficeHours,
    warn_before: Sequence[Limit],
    escalate_after: Limit | None,
    known_at: datetime | None = None,
    suspensions: Sequence[Suspension] = (),
) -> Plan:
    """The due instant of a limit that began at `started_at`, and its rungs. Suspensions are over, and in their order.

    - warn: on the morning that lies a distance of `warn_before` before the due day, or so many hours before the due
      instant. Of several distances the longest that still lies ahead gives the one warning.
    - due: on the morning of the due day. If hours end before that morning or on a rest day: on the last one before.
    - overdue: one tick after the due instant, at whatever hour that is.
    - escalate: on the morning that lies `escalate_after` after the due day, or so many hours after the due instant.

    Mornings are openings of the office on working days, and hours that end outside office hours move to the morning
    before (escalation: after), unless reminders need not wait for office hours.

    A reminder (warn, due) that would ring before anybody had heard of the matter (`known_at`; if None, its start), or
    in that very instant, is left out, not moved: whoever just received a matter has just been told of it. So a limit of
    one working day has no warning, and one that is entered after it ran out is overdue without being announced as due.
    """
    if started_at.tzinfo is None:
        raise ValueError("a limit begins at an instant with its zone")
    if any(
        length.amount < 1 for length in (limit, *warn_before, *([escalate_after] if escalate_after else ()))
    ):
        raise ValueError(
            f"{limit}, warning {warn_before} before, escalating {escalate_after} after: count from 1"
        )

    start_day = office_hours.day_of(started_at)
    due_day, due_at = _due(
        limit,
        started_at=started_at,
        suspensions=suspensions,
        calendar=calendar,
        office_hours=office_hours,
    )
    # Hours do not ask the calendar, so no notice can move them.
    provisional = limit.unit != "hours" and calendar.is_provisional(start_day, due_day)

    heard_at = max(started_at, known_at or started_at)
    reminders = _Reminders(calendar, office_hours)
    rungs: list[tuple[Rung, datetime]] = []
    due_reminder = reminders.at_the_latest(due_day, by=due_at)
    if due_reminder > heard_at:
        rungs.append(("due", due_reminder))
    before = rungs[0][1] if rungs else due_at + TICK
    warnings = [reminders.ahead(distance, of=due_day, by=due_at) for distance in warn_before]
    ahead = [warning for warning in warnings if heard_at < warning < before]
    if ahead:
        rungs.insert(0, ("warn", min(ahead)))
    rungs.append(("overdue", due_at + TICK))
    if escalate_after is not None:
        rungs.append(("escalate", reminders.behind(escalate_after, of=due_day, by=due_at)))
    return Plan(due_at=due_at, provisional=provisional, rungs=tuple(rungs))


def _due(
    limit: Limit,
    *,
    started_at: datetime,
    suspensions: Sequence[Suspension],
    calendar: WorkingCalendar,
    office_hours: OfficeHours,
) -> tuple[date, datetime]:
    """The due day in the county, and the due instant in UTC."""
    if limit.unit == "hours":
        stood_still = sum((each.until - each.since for each in suspensions), timedelta())
        due_at = started_at.astimezone(UTC) + timedelta(hours=limit.amount) + stood_still
        return office_hours.day_of(due_at), due_at
    start_day = office_hours.day_of(started_at)
    stops = [
        (office_hours.day_that_ends_after(each.since), office_hours.day_that_ends_after(each.until))
        for each in suspensions
    ]
    match limit.unit:
        case "working_days":
            due_day = calendar.add(start_day, limit.amount)
            for first, resumed in stops:
                due_day = calendar.add(due_day, calendar.count(first - ONE_DAY, resumed - ONE_DAY))
        case "calendar_days":
            end = start_day + timedelta(days=limit.amount)
            for first, resumed in stops:
                end = max(end, min(first, calendar.on_or_after(end))) + (resumed - first)
            due_day = calendar.on_or_after(end)
        case _:
            assert_never(limit.unit)
    return due_day, office_hours.last_instant(due_day)


@dataclass(frozen=True, slots=True)
class _Reminders:
    """When reminders go out around a due day (`of`) and its due instant (`by`)."""

    calendar: WorkingCalendar
    office_hours: OfficeHours

    def at_the_latest(self, day: date, *, by: datetime) -> datetime:
        """The last morning that is not after `by`, looking back from `day`."""
        return self.office_hours.morning(self._last_day(day, by=by))

    def ahead(self, distance: Limit, *, of: date, by: datetime) -> datetime:
        last_day = self._last_day(of, by=by)
        match distance.unit:
            case "working_days":
                return self.office_hours.morning(self.calendar.subtract(last_day, distance.amount))
            case "calendar_days":
                day = last_day - timedelta(days=distance.amount)
                return self.at_the_latest(day, by=by)
            case "hours":
                instant = by - timedelta(hours=distance.amount)
                if self.office_hours.reminds_at(instant, self.calendar):
                    return instant
                return self.at_the_latest(self.office_hours.day_of(instant), by=instant)
            case _:
                assert_never(distance.unit)

    def behind(self, distance: Limit, *, of: date, by: datetime) -> datetime:
        match distance.unit:
            case "working_days":
                return self.office_hours.morning(self.calendar.add(of, distance.amount))
            case "calendar_days":
                return self._first_morning(of + timedelta(days=distance.amount), after=by)
            case "hours":
                instant = by + timedelta(hours=distance.amount)
                if self.office_hours.reminds_at(instant, self.calendar):
                    return instant
                return self._first_morning(self.office_hours.day_of(instant), after=instant)
            case _:
                assert_never(distance.unit)

    def _last_day(self, day: date, *, by: datetime) -> date:
        while not (self.office_hours.reminds_on(day, self.calendar) and self.office_hours.morning(day) <= by):
            day -= timedelta(days=1)
        return day

    def _first_morning(self, day: date, *, after: datetime) -> datetime:
        while not (
            self.office_hours.reminds_on(day, self.calendar) and self.office_hours.morning(day) > after
        ):
            day += timedelta(days=1)
        return self.office_hours.morning(day)


def of_a_whole(kind: str) -> bool:
    """Whether a limit is that of a whole matter ("referral.whole"), which runs beside those of its steps."""
    return kind.endswith(".whole")


def late(*, met_at: datetime, due_at: datetime) -> bool:
    """Whether something done at `met_at` was done too late. The due instant itself is in time."""
    return met_at > due_at


class ExtensionOfNothing(Refusal):
    """An extension adds something to the limit."""

    code = "EXTENSION_OF_NOTHING"
    en = "An extension is by 1 or more, not by {by}. Correct it."
    zh = "延长的数量至少为1，不能为{by}，请更正。"


class ExtensionBeyondCap(Refusal):
    """The rulebook caps the limit, and the extension would pass the cap."""

    code = "EXTENSION_BEYOND_CAP"
    en = "Extended, the limit would be {asked}; the county's rules allow {cap} in all. Ask for less."
    zh = "延长后期限为{asked_zh}，超过本县规定的上限{cap_zh}，请缩短延长的时间。"


class ExtensionTooLate(Refusal):
    """A limit that has run out can no longer be extended."""

    code = "EXTENSION_TOO_LATE"
    en = (
        "This limit has already run out. An extension must be granted before it does. Do what is due as soon "
        "as you can."
    )
    zh = "期限已经届满，不能再延长；延长须在届满之前决定。请尽快办理。"


def extended(
    *, limit: Limit, by: int, at_most: Limit | None, due_at: datetime, decided_at: datetime
) -> Limit:
    """The longer limit, counted from the same beginning.

    Raises `ExtensionOfNothing`, `ExtensionTooLate`, `ExtensionBeyondCap`.

    `by` is in the limit's own unit, and so must be `at_most`, which caps the whole (the unnamed city: 10 working days in all,
    part 2; Kunyang annex 1 article 5: 5 and 5 more), None where the document names no cap.
    """
    if by < 1:
        raise ExtensionOfNothing(field="by", by=by)
    if late(met_at=decided_at, due_at=due_at):
        raise ExtensionTooLate
    longer = Limit(limit.amount + by, limit.unit)
    if at_most is not None and at_most.unit != limit.unit:
        raise ValueError(f"{at_most} is no cap for {limit}: the rulebook gives both in one unit")
    if at_most is not None and longer.amount > at_most.amount:
        raise ExtensionBeyondCap(field="by", asked=longer, asked_zh=longer.zh, cap=at_most, cap_zh=at_most.zh)
    return longer


def ladder(
    *,
    warn_at: datetime | None,
    due_day_at: datetime | None,
    due_at: datetime,
    escalate_at: datetime | None,
) -> tuple[tuple[Rung, datetime], ...]:
    """The rungs of a stored deadline, in ascending order; those that are None do not ring."""
    rungs: tuple[tuple[Rung, datetime | None], ...] = (
        ("warn", warn_at),
        ("due", due_day_at),
        ("overdue", due_at + TICK),
        ("escalate", escalate_at),
    )
    return tuple((rung, at) for rung, at in rungs if at is not None)


def next_rung(
    rungs: Iterable[tuple[Rung, datetime]], *, reached: Collection[str]
) -> tuple[Rung, datetime] | tuple[None, None]:
    """The first rung that was not reached yet, and its time; nothing once all were."""
    return next(((rung, at) for rung, at in rungs if rung not in reached), (None, None))
