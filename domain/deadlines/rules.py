"""How a limit becomes a due instant and a ladder of reminders.

It is pure: the calendar, the office hours, the distances and every instant are handed in. It does not know what is
owed or by whom, keeps nothing, and rings nothing; the worker does when a rung's time has come.

Days are days of the county's zone; every instant that comes out is in UTC. The rules of counting are those of Civil
Code articles 201 and 203:

- The day on which something begins is not counted: day one is the next working day (or, for calendar days, the next
  day). Hours count straight on from the instant, through nights and rest days.
- Calendar days that end on a rest day roll on to the next working day.
- The last day ends at midnight or at the close of business, whichever the rulebook says.

Everything follows from the due day and the due instant: a limit is recounted by planning it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from domain.calendars.rules import WorkingCalendar
from domain.rulebooks.values import Limit, OfficeSpan
from tenancy.refusals import Refusal

Rung = Literal["warn", "due", "overdue", "escalate"]

RUNGS: tuple[Rung, ...] = ("warn", "due", "overdue", "escalate")
"""In the order in which they are reached."""

LimitsEnd = Literal["end_of_day", "close_of_business"]

# What PostgreSQL can tell apart. A due instant is the last that is in time; one tick later it is overdue.
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The office day of a county: when it opens, when it closes, in which zone, and when a limit's last day ends.

    A break at noon makes no difference to a deadline, so only the first opening and the last closing are kept.
    """

    opens: time
    closes: time
    zone: ZoneInfo
    limits_end: LimitsEnd = "end_of_day"

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"an office cannot close at {self.closes} before it opens at {self.opens}")

    @staticmethod
    def of(spans: Sequence[OfficeSpan], *, zone: ZoneInfo, limits_end: LimitsEnd) -> "OfficeHours":
        """From the stretches that a rulebook lists, in their order."""
        return OfficeHours(opens=spans[0].opens, closes=spans[-1].closes, zone=zone, limits_end=limits_end)

    def day_of(self, instant: datetime) -> date:
        """The county's day at that instant."""
        return instant.astimezone(self.zone).date()

    def opening(self, day: date) -> datetime:
        """When the offices open on that day, whether or not it is a working day."""
        return self._at(day, self.opens)

    def last_instant(self, day: date) -> datetime:
        """The last instant at which something due that day is in time."""
        return self._at(day, time.max if self.limits_end == "end_of_day" else self.closes)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


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
    warn_before: int | None,
    escalate_after: int | None,
) -> Plan:
    """The due instant of a limit that began at `started_at`, and its rungs.

    `warn_before` and `escalate_after` are working days, at least 1; None leaves that rung out.

    - warn: at the opening `warn_before` working days before the due day.
    - due: at the opening on the due day. If hours end before that opening or on a rest day: at the last opening before.
    - overdue: one tick after the due instant, at whatever hour that is.
    - escalate: at the opening `escalate_after` working days after the due day.

    A warning or a due reminder that would ring before anything had begun, or in the same instant, is left out, not
    moved: whoever just received a matter has just been told of it. So a limit of one working day has no warning.
    """
    if started_at.tzinfo is None:
        raise ValueError("a limit begins at an instant with its zone")
    if any(distance is not None and distance < 1 for distance in (limit.amount, warn_before, escalate_after)):
        raise ValueError(
            f"{limit}, warning {warn_before} before, escalating {escalate_after} after: count from 1"
        )

    start_day = office_hours.day_of(started_at)
    match limit.unit:
        case "working_days":
            due_day = calendar.add(start_day, limit.amount)
            due_at = office_hours.last_instant(due_day)
        case "calendar_days":
            due_day = calendar.on_or_after(start_day + timedelta(days=limit.amount))
            due_at = office_hours.last_instant(due_day)
        case "hours":
            due_at = started_at.astimezone(UTC) + timedelta(hours=limit.amount)
            due_day = office_hours.day_of(due_at)
        case _:
            assert_never(limit.unit)
    # Hours do not ask the calendar, so no notice can move them.
    provisional = limit.unit != "hours" and calendar.is_provisional(start_day, due_day)

    reminder_day = calendar.on_or_before(due_day)
    if office_hours.opening(reminder_day) > due_at:
        reminder_day = calendar.subtract(reminder_day, 1)
    reminders: list[tuple[Rung, datetime]] = [("due", office_hours.opening(reminder_day))]
    if warn_before is not None:
        reminders.insert(0, ("warn", office_hours.opening(calendar.subtract(reminder_day, warn_before))))
    rungs = [(rung, at) for rung, at in reminders if at > started_at]
    rungs.append(("overdue", due_at + TICK))
    if escalate_after is not None:
        rungs.append(("escalate", office_hours.opening(calendar.add(due_day, escalate_after))))
    return Plan(due_at=due_at, provisional=provisional, rungs=tuple(rungs))


def late(*, met_at: datetime, due_at: datetime) -> bool:
    """Whether something done at `met_at` was done too late. The due instant itself is in time."""
    return met_at > due_at


class ExtensionBeyondCap(Refusal):
    """The rulebook caps the limit, and the extension would pass the cap."""

    code = "EXTENSION_BEYOND_CAP"
    en = "Extended, the limit would be {asked}; the county's rules allow {cap} in all."
    zh = "延长后期限为{asked_zh},超过本县规定的上限{cap_zh}。"


class ExtensionTooLate(Refusal):
    """A limit that has run out can no longer be extended."""

    code = "EXTENSION_TOO_LATE"
    en = "This limit has already run out. An extension must be granted before it does."
    zh = "期限已经届满,不能再延长;延长须在届满之前决定。"


def extended(*, limit: Limit, by: int, at_most: int | None, due_at: datetime, decided_at: datetime) -> Limit:
    """The longer limit, counted from the same beginning. Raises ExtensionTooLate or ExtensionBeyondCap.

    `by` and `at_most` are in the limit's own unit; `at_most` caps the whole (the unnamed city: 10 working days in all,
    part 2; Kunyang annex 1 article 5: 5 and 5 more), None where the document names no cap.
    """
    if by < 1:
        raise ValueError(f"an extension by {by} is none")
    if late(met_at=decided_at, due_at=due_at):
        raise ExtensionTooLate
    longer = Limit(limit.amount + by, limit.unit)
    if at_most is not None and longer.amount > at_most:
        cap = Limit(at_most, limit.unit)
        raise ExtensionBeyondCap(asked=longer, asked_zh=longer.zh, cap=cap, cap_zh=cap.zh)
    return longer
