"""When a limit runs out and when it rings: against a naive walk, by its laws, and in worked stories.

They do not verify that a rung is recorded or sent, nor what is stored of a plan.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.calendars.rules import WorkingCalendar, library_notices
from domain.deadlines.rules import RUNGS, TICK, OfficeHours, Plan, plan
from domain.rulebooks.values import Limit, OfficeSpan
from tests.domain.calendars import notices_by_hand as by_hand

CALENDAR = WorkingCalendar.of(library_notices())
SHANGHAI = ZoneInfo("Asia/Shanghai")
TO_MIDNIGHT = OfficeHours(opens=time(8, 30), closes=time(17, 30), zone=SHANGHAI, limits_end="end_of_day")
TO_CLOSING = OfficeHours(
    opens=time(8, 30), closes=time(17, 30), zone=SHANGHAI, limits_end="close_of_business"
)
# Urumqi opens at ten by the country's clock; a second zone shows that no day is taken in UTC by mistake.
ELSEWHERE = OfficeHours(opens=time(10), closes=time(19, 30), zone=ZoneInfo("America/Lima"))
AT_ANY_HOUR = replace(TO_MIDNIGHT, remind_in_office_hours=False)


def local(written: str) -> datetime:
    """An instant of the county, such as "2026-03-02 09:00"."""
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def planned(limit: Limit, started: str | datetime, **changes: Any) -> Plan:
    """A plan that warns one working day ahead and escalates two working days after, unless changed."""
    given_in: dict[str, Any] = {
        "calendar": CALENDAR,
        "office_hours": TO_MIDNIGHT,
        "warn_before": [working_days(1)],
        "escalate_after": working_days(2),
        **changes,
    }
    started_at = local(started) if isinstance(started, str) else started
    return plan(limit=limit, started_at=started_at, **given_in)


def rungs(of: Plan) -> dict[str, str]:
    """The rungs as a person of the county would write them."""
    return {rung: f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for rung, at in of.rungs}


def working_days(amount: int) -> Limit:
    return Limit(amount, "working_days")


def calendar_days(amount: int) -> Limit:
    return Limit(amount, "calendar_days")


def hours(amount: int) -> Limit:
    return Limit(amount, "hours")


LAST_TICK = "23:59:59.999999"


class TestAWeekInMarch:
    """Monday 2 March 2026: Kunyang takes a case in at ten and has 5 working days to verify it."""

    def test_begins_to_count_the_day_after(self) -> None:
        assert planned(working_days(5), "2026-03-02 10:00").due_at == local(f"2026-03-09 {LAST_TICK}")

    def test_rings_at_the_opening_of_the_office_and_the_moment_it_is_overdue(self) -> None:
        assert rungs(planned(working_days(5), "2026-03-02 10:00")) == {
            "warn": "2026-03-06 08:30",
            "due": "2026-03-09 08:30",
            "overdue": "2026-03-10 00:00",
            "escalate": "2026-03-11 08:30",
        }

    def test_ends_with_the_close_of_business_where_the_rulebook_says_so(self) -> None:
        closing = planned(working_days(5), "2026-03-02 10:00", office_hours=TO_CLOSING)
        assert closing.due_at == local("2026-03-09 17:30:00")
        assert closing.at("overdue") == local("2026-03-09 17:30:00.000001")

    def test_is_the_same_at_whatever_hour_of_the_day_it_began(self) -> None:
        plans = {
            planned(working_days(5), f"2026-03-02 {clock}").due_at for clock in ("00:00", "12:00", LAST_TICK)
        }
        assert plans == {local(f"2026-03-09 {LAST_TICK}")}

    def test_belongs_to_the_countys_day_and_not_to_the_one_in_utc(self) -> None:
        # 23:30 UTC on Monday is 07:30 on Tuesday in the county.
        in_utc = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
        assert planned(working_days(1), in_utc).due_at == local(f"2026-03-04 {LAST_TICK}")

    def test_begun_on_a_rest_day_counts_from_the_next_working_day(self) -> None:
        assert planned(working_days(1), "2026-03-07 10:00").due_at == local(f"2026-03-09 {LAST_TICK}")

    def test_answers_in_utc(self) -> None:
        for limit in (working_days(5), hours(48)):
            of = planned(limit, "2026-03-02 10:00")
            assert {at.tzinfo for at in (of.due_at, *(at for _, at in of.rungs))} == {UTC}


class TestAShortLimit:
    def test_of_one_working_day_has_no_warning_of_its_own(self) -> None:
        # The warning would have rung at 08:30 that morning, before the case came at ten.
        assert rungs(planned(working_days(1), "2026-03-02 10:00")) == {
            "due": "2026-03-03 08:30",
            "overdue": "2026-03-04 00:00",
            "escalate": "2026-03-05 08:30",
        }

    def test_is_warned_of_when_it_began_before_the_office_opened(self) -> None:
        assert planned(working_days(1), "2026-03-02 07:00").at("warn") == local("2026-03-02 08:30")

    def test_is_not_warned_of_in_the_very_instant_it_begins(self) -> None:
        assert planned(working_days(1), "2026-03-02 08:30").at("warn") is None

    def test_of_two_days_is_warned_of_once_and_not_three_days_ahead(self) -> None:
        assert planned(working_days(2), "2026-03-02 10:00", warn_before=[working_days(1)]).at(
            "warn"
        ) == local("2026-03-03 08:30")
        assert planned(working_days(2), "2026-03-02 10:00", warn_before=[working_days(3)]).at("warn") is None

    def test_may_have_neither_warning_nor_escalation(self) -> None:
        bare = planned(working_days(5), "2026-03-02 10:00", warn_before=[], escalate_after=None)
        assert [rung for rung, _ in bare.rungs] == ["due", "overdue"]


class TestCalendarDays:
    def test_count_rest_days_too(self) -> None:
        assert planned(calendar_days(9), "2026-03-02 10:00").due_at == local(f"2026-03-11 {LAST_TICK}")

    def test_ending_on_a_rest_day_roll_on_to_the_next_working_day(self) -> None:
        # 30 days from 4 September 2026 end on 4 October, in the National Day holiday; the 8th is the first day worked.
        assert planned(calendar_days(30), "2026-09-04 10:00").due_at == local(f"2026-10-08 {LAST_TICK}")

    def test_ending_on_a_worked_saturday_do_not_roll(self) -> None:
        assert planned(calendar_days(3), "2026-10-07 10:00").due_at == local(f"2026-10-10 {LAST_TICK}")

    def test_are_warned_of_by_working_days(self) -> None:
        of = planned(calendar_days(30), "2026-09-04 10:00", warn_before=[working_days(2)])
        assert of.at("warn") == local("2026-09-29 08:30")
        assert of.at("escalate") == local("2026-10-10 08:30")


class TestHours:
    """Fuling, part 3: urgent matters are handed over within 24 hours."""

    def test_count_straight_on_through_the_night(self) -> None:
        of = planned(hours(24), "2026-03-02 15:00")
        assert of.due_at == local("2026-03-03 15:00")
        assert rungs(of) == {
            "due": "2026-03-03 08:30",
            "overdue": "2026-03-03 15:00",
            "escalate": "2026-03-05 08:30",
        }

    def test_count_straight_on_through_a_weekend_in_which_nobody_can_be_reminded(self) -> None:
        of = planned(hours(24), "2026-03-06 15:00")
        assert of.due_at == local("2026-03-07 15:00")
        assert rungs(of) == {"overdue": "2026-03-07 15:00", "escalate": "2026-03-10 08:30"}

    def test_ending_before_the_office_opens_are_reminded_of_the_day_before(self) -> None:
        of = planned(hours(48), "2026-03-03 03:00")
        assert of.due_at == local("2026-03-05 03:00")
        assert rungs(of)["due"] == "2026-03-04 08:30"
        assert rungs(of)["warn"] == "2026-03-03 08:30"

    def test_ending_before_the_office_opens_are_warned_of_a_day_before_that_reminder(self) -> None:
        of = planned(hours(48), "2026-03-03 03:00", warn_before=[calendar_days(1)])
        assert rungs(of)["warn"] == "2026-03-03 08:30"

    def test_begun_as_the_office_opens_are_not_reminded_of_in_that_instant(self) -> None:
        assert planned(hours(4), "2026-03-02 08:30").at("due") is None

    def test_ending_on_a_rest_day_are_reminded_of_on_the_last_working_day(self) -> None:
        of = planned(hours(72), "2026-03-05 03:00")
        assert of.due_at == local("2026-03-08 03:00")
        assert rungs(of)["due"] == "2026-03-06 08:30"

    def test_are_hours_of_time_and_not_of_the_clock_on_the_wall(self) -> None:
        # Shanghai put its clocks forward at 02:00 on 12 April 1987.
        assert planned(hours(24), "1987-04-11 15:00").due_at == local("1987-04-12 16:00")

    def test_do_not_wait_for_midnight_or_closing(self) -> None:
        assert planned(hours(2), "2026-03-02 16:30", office_hours=TO_CLOSING).due_at == local(
            "2026-03-02 18:30"
        )


class TestTheTurnOfTheYear:
    """The notice for 2027 is not out: what reaches into 2027 is counted by weekdays and says so."""

    def test_is_provisional_once_the_count_reaches_the_unpublished_year(self) -> None:
        of = planned(working_days(5), "2026-12-28 10:00")
        assert of.provisional
        assert of.due_at == local(f"2027-01-04 {LAST_TICK}")

    def test_is_not_provisional_up_to_its_last_day(self) -> None:
        of = planned(working_days(3), "2026-12-28 10:00")
        assert not of.provisional
        assert of.due_at == local(f"2026-12-31 {LAST_TICK}")
        # Its escalation may still move when the notice comes.
        assert rungs(of)["escalate"] == "2027-01-04 08:30"

    def test_is_provisional_for_calendar_days_that_may_have_to_roll(self) -> None:
        assert planned(calendar_days(10), "2026-12-28 10:00").provisional
        assert not planned(calendar_days(3), "2026-12-28 10:00").provisional

    def test_is_provisional_when_only_the_rolling_leaves_the_year(self) -> None:
        only_2022 = WorkingCalendar.of(notice for notice in library_notices() if notice.year <= 2022)
        of = planned(
            calendar_days(3), "2022-12-28 10:00", calendar=only_2022
        )  # 31 December 2022 is a Saturday
        assert of.provisional
        assert of.due_at == local(f"2023-01-02 {LAST_TICK}")

    def test_does_not_touch_hours(self) -> None:
        assert not planned(hours(24), "2026-12-31 15:00").provisional

    def test_moves_the_due_day_when_the_notice_comes(self) -> None:
        # As it was on 1 December 2022, a week before 国办发明电〔2022〕16号, and after it.
        before = WorkingCalendar.of(notice for notice in library_notices() if notice.year <= 2022)
        started = "2022-12-29 10:00"
        provisional, final = (
            planned(working_days(3), started, calendar=before),
            planned(working_days(3), started),
        )
        assert (provisional.provisional, provisional.due_at) == (True, local(f"2023-01-03 {LAST_TICK}"))
        assert (final.provisional, final.due_at) == (False, local(f"2023-01-04 {LAST_TICK}"))


class TestDistances:
    """Warning and escalation are the rulebook's, in any unit a limit may have. Due: Monday 9 March 2026, midnight."""

    STARTED = "2026-03-02 10:00"

    def warned(self, *distances: Limit, **changes: Any) -> str | None:
        return rungs(planned(working_days(5), self.STARTED, warn_before=distances, **changes)).get("warn")

    def escalated(self, distance: Limit, **changes: Any) -> str:
        return rungs(planned(working_days(5), self.STARTED, escalate_after=distance, **changes))["escalate"]

    def test_of_several_warnings_the_longest_still_ahead_is_given(self) -> None:
        assert self.warned(working_days(3), working_days(1)) == "2026-03-04 08:30"
        assert self.warned(working_days(1), working_days(9), working_days(2)) == "2026-03-05 08:30"

    def test_in_calendar_days_fall_back_to_the_last_working_day(self) -> None:
        assert self.warned(calendar_days(2)) == "2026-03-06 08:30"
        assert self.warned(calendar_days(5)) == "2026-03-04 08:30"

    def test_in_calendar_days_escalate_on_the_next_working_day(self) -> None:
        assert self.escalated(calendar_days(2)) == "2026-03-11 08:30"
        assert self.escalated(calendar_days(5)) == "2026-03-16 08:30"

    def test_in_hours_ring_on_the_hour_while_the_office_is_open(self) -> None:
        assert self.warned(hours(76), office_hours=TO_CLOSING) == "2026-03-06 13:30"
        assert self.escalated(hours(24), office_hours=TO_CLOSING) == "2026-03-10 17:30"

    def test_in_hours_wait_for_the_office_where_it_is_closed(self) -> None:
        assert self.warned(hours(48)) == "2026-03-06 08:30"
        assert self.escalated(hours(1)) == "2026-03-10 08:30"
        assert self.escalated(hours(96)) == "2026-03-16 08:30"

    def test_that_would_warn_after_the_reminder_of_the_due_day_are_left_out(self) -> None:
        assert self.warned(hours(4), office_hours=TO_CLOSING) is None

    def test_warn_of_a_limit_in_hours_that_has_no_reminder_of_its_due_day(self) -> None:
        of = planned(hours(8), "2026-03-02 09:00", warn_before=[hours(1)])
        assert rungs(of) == {
            "warn": "2026-03-02 16:00",
            "overdue": "2026-03-02 17:00",
            "escalate": "2026-03-04 08:30",
        }

    def test_need_not_wait_for_the_office_where_the_rulebook_says_so(self) -> None:
        assert self.warned(hours(48), office_hours=AT_ANY_HOUR) == "2026-03-07 23:59"
        assert self.warned(calendar_days(2), office_hours=AT_ANY_HOUR) == "2026-03-07 00:00"
        assert self.escalated(calendar_days(5), office_hours=AT_ANY_HOUR) == "2026-03-14 00:00"
        assert self.escalated(working_days(5), office_hours=AT_ANY_HOUR) == "2026-03-16 00:00"
        weekend = planned(hours(24), "2026-03-06 15:00", office_hours=AT_ANY_HOUR)
        assert rungs(weekend)["due"] == "2026-03-07 00:00"


class TestWhatIsEnteredLate:
    """The finding was on Monday 2 March 2026; the draft is written days later, the clock counts from the finding."""

    def test_is_reminded_only_of_what_lies_ahead(self) -> None:
        of = planned(working_days(5), "2026-03-02 00:00", known_at=local("2026-03-06 14:00"))
        assert rungs(of) == {
            "due": "2026-03-09 08:30",
            "overdue": "2026-03-10 00:00",
            "escalate": "2026-03-11 08:30",
        }

    def test_is_overdue_at_once_and_still_escalates(self) -> None:
        of = planned(working_days(3), "2026-03-02 00:00", known_at=local("2026-03-20 14:00"))
        assert rungs(of) == {"overdue": "2026-03-06 00:00", "escalate": "2026-03-09 08:30"}

    def test_counts_from_the_same_start(self) -> None:
        late = planned(working_days(3), "2026-03-02 00:00", known_at=local("2026-03-20 14:00"))
        assert late.due_at == planned(working_days(3), "2026-03-02 00:00").due_at

    def test_known_before_it_began_is_reminded_from_its_beginning(self) -> None:
        of = planned(working_days(1), "2026-03-02 10:00", known_at=local("2026-02-27 10:00"))
        assert of == planned(working_days(1), "2026-03-02 10:00")


# An office day, a limit and an instant of 2024 to 2026, from which walking back stays inside the hand-typed notices.
instants = st.integers(0, (date(2026, 12, 31) - date(2024, 3, 1)).days * 24 * 60 * 60 - 1).map(
    lambda seconds: datetime(2024, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
offices = st.sampled_from([TO_MIDNIGHT, TO_CLOSING, ELSEWHERE, AT_ANY_HOUR])
limits = st.one_of(
    st.builds(working_days, st.integers(1, 90)),
    st.builds(calendar_days, st.integers(1, 180)),
    st.builds(hours, st.integers(1, 400)),
)
distances = st.one_of(
    st.builds(working_days, st.integers(1, 12)),
    st.builds(calendar_days, st.integers(1, 20)),
    st.builds(hours, st.integers(1, 200)),
)
warnings = st.lists(distances, max_size=3)


def naive_due(limit: Limit, started_at: datetime, office: OfficeHours) -> tuple[date, datetime]:
    """The due day and the due instant, by walking."""
    if limit.unit == "hours":
        due_at = started_at
        for _ in range(limit.amount):
            due_at += timedelta(hours=1)
        return due_at.astimezone(office.zone).date(), due_at
    day = started_at.astimezone(office.zone).date()
    if limit.unit == "working_days":
        day = by_hand.nth_worked_after(day, limit.amount)
    else:
        for _ in range(limit.amount):
            day += timedelta(days=1)
        while not by_hand.worked(day):
            day += timedelta(days=1)
    if office.limits_end == "close_of_business":
        return day, datetime.combine(day, office.closes, office.zone)
    return day, datetime.combine(day + timedelta(days=1), time(0), office.zone).astimezone(UTC) - TICK


class Mornings:
    """Every morning on which reminders go out, from 300 days before the due day to 60 after, in a list to look through."""

    def __init__(self, due_day: date, office: OfficeHours) -> None:
        self.office = office
        days = [due_day + timedelta(days=n) for n in range(-300, 61)]
        rings = [day for day in days if not office.remind_in_office_hours or by_hand.worked(day)]
        clock = office.opens if office.remind_in_office_hours else time(0)
        self.all = [(day, datetime.combine(day, clock, office.zone)) for day in rings]
        self.worked = [(day, at) for day, at in self.all if by_hand.worked(day)]

    def rings_at(self, instant: datetime) -> bool:
        there = instant.astimezone(self.office.zone)
        open_then = by_hand.worked(there.date()) and self.office.opens <= there.time() <= self.office.closes
        return open_then or not self.office.remind_in_office_hours

    def before(self, due_day: date, due_at: datetime, distance: Limit) -> datetime:
        last_day = [day for day, at in self.all if day <= due_day and at <= due_at][-1]
        if distance.unit == "working_days":
            return [at for day, at in self.worked if day < last_day][-distance.amount]
        if distance.unit == "calendar_days":
            return [at for day, at in self.all if (last_day - day).days >= distance.amount][-1]
        instant = due_at - timedelta(hours=distance.amount)
        return instant if self.rings_at(instant) else [at for _, at in self.all if at <= instant][-1]

    def after(self, due_day: date, due_at: datetime, distance: Limit) -> datetime:
        if distance.unit == "working_days":
            return [at for day, at in self.worked if day > due_day][distance.amount - 1]
        if distance.unit == "calendar_days":
            return next(at for day, at in self.all if (day - due_day).days >= distance.amount)
        instant = due_at + timedelta(hours=distance.amount)
        return instant if self.rings_at(instant) else next(at for _, at in self.all if at > instant)


def naive_rungs(
    limit: Limit,
    started_at: datetime,
    office: OfficeHours,
    warn_before: Sequence[Limit],
    escalate_after: Limit | None,
) -> list[tuple[str, datetime]]:
    """The rungs, picked out of a list of mornings."""
    due_day, due_at = naive_due(limit, started_at, office)
    mornings = Mornings(due_day, office)
    due = [at for day, at in mornings.all if day <= due_day and at <= due_at][-1]
    bound = due if due > started_at else due_at + TICK
    warned = sorted(
        at for each in warn_before if started_at < (at := mornings.before(due_day, due_at, each)) < bound
    )
    found: list[tuple[str, datetime]] = [("warn", at) for at in warned[:1]]
    found += [("due", due)] if due > started_at else []
    found.append(("overdue", due_at + TICK))
    found += [("escalate", mornings.after(due_day, due_at, escalate_after))] if escalate_after else []
    return found


class TestAnyPlan:
    @given(limits, instants, offices, warnings, st.none() | distances)
    @example(hours(24), datetime(2026, 3, 6, 7, tzinfo=UTC), TO_MIDNIGHT, [working_days(1)], working_days(1))
    @example(working_days(1), datetime(2026, 3, 2, 0, 30, tzinfo=UTC), TO_MIDNIGHT, [working_days(1)], None)
    def test_agrees_with_a_walk_from_day_to_day(
        self,
        limit: Limit,
        started_at: datetime,
        office: OfficeHours,
        warn: list[Limit],
        escalate: Limit | None,
    ) -> None:
        of = planned(limit, started_at, office_hours=office, warn_before=warn, escalate_after=escalate)
        due_day, due_at = naive_due(limit, started_at, office)
        assert of.due_at == due_at
        assert list(of.rungs) == naive_rungs(limit, started_at, office, warn, escalate)
        assert of.provisional == (limit.unit != "hours" and due_day.year > max(by_hand.YEARS))

    @given(limits, instants, offices, warnings, st.none() | distances)
    def test_rings_in_order_after_the_start(
        self,
        limit: Limit,
        started_at: datetime,
        office: OfficeHours,
        warn: list[Limit],
        escalate: Limit | None,
    ) -> None:
        of = planned(limit, started_at, office_hours=office, warn_before=warn, escalate_after=escalate)
        names, times = [rung for rung, _ in of.rungs], [at for _, at in of.rungs]
        assert names == [rung for rung in RUNGS if rung in names]
        assert times == sorted(times)
        assert times[0] > started_at
        assert all(at <= of.due_at for rung, at in of.rungs if rung in ("warn", "due"))
        assert all(at > of.due_at for rung, at in of.rungs if rung in ("overdue", "escalate"))

    @given(limits, instants, st.sampled_from([TO_MIDNIGHT, TO_CLOSING, ELSEWHERE]), warnings, distances)
    def test_reminds_in_office_hours_of_a_working_day(
        self, limit: Limit, started_at: datetime, office: OfficeHours, warn: list[Limit], escalate: Limit
    ) -> None:
        of = planned(limit, started_at, office_hours=office, warn_before=warn, escalate_after=escalate)
        for rung, at in of.rungs:
            if rung != "overdue":
                there = at.astimezone(office.zone)
                assert office.opens <= there.time() <= office.closes
                assert CALENDAR.is_working(there.date())

    @given(limits, st.integers(1, 60), instants, offices)
    def test_of_a_longer_limit_never_ends_sooner(
        self, limit: Limit, more: int, started_at: datetime, office: OfficeHours
    ) -> None:
        longer = Limit(limit.amount + more, limit.unit)
        sooner = planned(limit, started_at, office_hours=office).due_at
        assert planned(longer, started_at, office_hours=office).due_at >= sooner

    @given(limits, instants, st.timedeltas(timedelta(0), timedelta(days=30)), offices)
    def test_that_begins_later_never_ends_sooner(
        self, limit: Limit, started_at: datetime, later: timedelta, office: OfficeHours
    ) -> None:
        sooner = planned(limit, started_at, office_hours=office).due_at
        assert planned(limit, started_at + later, office_hours=office).due_at >= sooner

    @given(limits, instants, st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "America/Lima"]))
    def test_depends_on_the_instant_and_not_on_how_it_is_written(
        self, limit: Limit, started_at: datetime, zone: str
    ) -> None:
        assume(limit.amount < 60)
        assert planned(limit, started_at.astimezone(ZoneInfo(zone))) == planned(limit, started_at)


class TestMisuse:
    def test_of_an_instant_without_zone_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            planned(working_days(5), datetime(2026, 3, 2, 10))  # noqa: DTZ001 - that is the misuse

    @pytest.mark.parametrize(
        ("limit", "changes"),
        [
            (Limit(0, "working_days"), {}),
            (Limit(5, "working_days"), {"warn_before": [Limit(0, "working_days")]}),
            (Limit(5, "working_days"), {"escalate_after": Limit(0, "hours")}),
        ],
    )
    def test_of_a_distance_of_nothing_is_an_error(self, limit: Limit, changes: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="count from 1"):
            planned(limit, "2026-03-02 10:00", **changes)

    def test_of_an_office_that_closes_before_it_opens_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="before it opens"):
            OfficeHours(opens=time(17, 30), closes=time(8, 30), zone=SHANGHAI)


def test_the_office_day_runs_from_the_first_opening_to_the_last_closing() -> None:
    spans = [OfficeSpan(time(8, 30), time(12)), OfficeSpan(time(14), time(17, 30))]
    assert OfficeHours.of(spans, zone=SHANGHAI) == TO_MIDNIGHT
    assert OfficeHours.of(spans, zone=SHANGHAI, limits_end="close_of_business") == TO_CLOSING
    assert OfficeHours.of(spans, zone=SHANGHAI, remind_in_office_hours=False) == AT_ANY_HOUR
