"""The count on the fingers: it ends where the arithmetic ends, and says of every day what the wall calendar says.

It does not verify who may read it, nor the words in which it is told.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendars.rules import WorkingCalendar, library_notices
from domain.deadlines.rules import OfficeHours, Suspension, plan
from domain.deadlines.walking import Standstill, Walked, walk
from domain.rulebooks.values import Limit
from tests.domain.calendars import notices_by_hand as by_hand
from tests.domain.deadlines.test_plan import (
    CALENDAR,
    TO_MIDNIGHT,
    calendar_days,
    hours,
    instants,
    local,
    offices,
    working_days,
)

ONE_DAY = timedelta(days=1)


def walked(
    limit: Limit,
    started: str | datetime,
    *stretches: tuple[str, str] | Suspension,
    calendar: WorkingCalendar = CALENDAR,
    office: OfficeHours = TO_MIDNIGHT,
) -> list[Walked]:
    still = [
        each if isinstance(each, Suspension) else Suspension(local(each[0]), local(each[1]))
        for each in stretches
    ]
    started_at = local(started) if isinstance(started, str) else started
    of = plan(
        limit=limit,
        started_at=started_at,
        calendar=calendar,
        office_hours=office,
        warn_before=(),
        escalate_after=None,
        suspensions=still,
    )
    return list(
        walk(
            limit=limit,
            started_at=started_at,
            due_at=of.due_at,
            standstills=[Standstill(each, "鉴定") for each in still],
            calendar=calendar,
            office_hours=office,
        )
    )


def told(days: list[Walked]) -> list[str]:
    """A line a day, as one would write on the wall calendar."""
    return [
        f"{each.day:%m-%d} {each.kind} {each.step}{'' if each.number is None else f' {each.number}'}"
        for each in days
    ]


class TestOnTheWallCalendar:
    def test_five_working_days_over_the_spring_festival_of_2026(self) -> None:
        # 国办发明电〔2025〕7号: off from 15 to 23 February; worked on Saturday the 14th and Saturday the 28th.
        assert told(walked(working_days(5), "2026-02-13 10:00")) == [
            "02-13 workday start",
            "02-14 makeup_workday counted 1",
            *(f"02-{day} holiday rest" for day in range(15, 24)),
            "02-24 workday counted 2",
            "02-25 workday counted 3",
            "02-26 workday counted 4",
            "02-27 workday counted 5",
        ]

    def test_six_days_would_end_on_the_saturday_that_is_worked(self) -> None:
        assert told(walked(working_days(6), "2026-02-13 10:00"))[-1] == "02-28 makeup_workday counted 6"

    def test_three_working_days_over_the_national_day_of_2025(self) -> None:
        # 国办发明电〔2024〕12号: off from 1 to 8 October; worked on Sunday 28 September and Saturday 11 October.
        assert told(walked(working_days(5), "2025-09-26 16:00")) == [
            "09-26 workday start",
            "09-27 weekend rest",
            "09-28 makeup_workday counted 1",
            "09-29 workday counted 2",
            "09-30 workday counted 3",
            *(f"10-0{day} holiday rest" for day in range(1, 9)),
            "10-09 workday counted 4",
            "10-10 workday counted 5",
        ]

    def test_calendar_days_that_end_in_the_holiday_roll_on(self) -> None:
        # Ten days from 23 September end on 3 October 2025.
        days = told(walked(calendar_days(10), "2025-09-23 10:00"))
        assert days[10] == "10-03 holiday counted 10"
        assert days[11:] == [
            *(f"10-0{day} holiday rolled_over" for day in range(4, 9)),
            "10-09 workday rolled_to",
        ]

    def test_the_countys_own_days_go_before_the_notices(self) -> None:
        typhoon, worked = date(2026, 3, 3), date(2026, 3, 7)
        calendar = WorkingCalendar.of(library_notices(), local_rest_days=[typhoon], local_workdays=[worked])
        assert told(walked(working_days(4), "2026-03-02 10:00", calendar=calendar)) == [
            "03-02 workday start",
            "03-03 county_rest_day rest",
            "03-04 workday counted 1",
            "03-05 workday counted 2",
            "03-06 workday counted 3",
            "03-07 county_workday counted 4",
        ]

    def test_days_of_a_year_whose_notice_is_not_out_are_provisional(self) -> None:
        provisional = {each.day for each in walked(working_days(3), "2026-12-30 10:00") if each.provisional}
        assert provisional == {date(2027, 1, day) for day in range(1, 5)}

    def test_hours_run_through_the_night_and_the_weekend(self) -> None:
        days = walked(hours(48), "2026-03-06 15:00")
        assert [(each.day.day, each.minutes) for each in days] == [(6, 9 * 60), (7, 24 * 60), (8, 15 * 60)]


class TestStandingStill:
    """Monday 2 March 2026, five working days."""

    def test_takes_out_exactly_the_days_that_stood_still(self) -> None:
        assert told(
            walked(working_days(5), "2026-03-02 10:00", ("2026-03-04 15:00", "2026-03-06 09:00"))
        ) == [
            "03-02 workday start",
            "03-03 workday counted 1",
            "03-04 workday stood_still",
            "03-05 workday stood_still",
            "03-06 workday counted 2",
            "03-07 weekend rest",
            "03-08 weekend rest",
            "03-09 workday counted 3",
            "03-10 workday counted 4",
            "03-11 workday counted 5",
        ]

    def test_says_on_what_ground(self) -> None:
        days = walked(working_days(5), "2026-03-02 10:00", ("2026-03-04 15:00", "2026-03-06 09:00"))
        assert [each.because for each in days if each.step == "stood_still"] == ["鉴定", "鉴定"]

    def test_on_the_day_of_the_beginning_gives_that_day_back_at_the_end(self) -> None:
        days = told(walked(working_days(5), "2026-03-02 10:00", ("2026-03-02 11:00", "2026-03-04 11:00")))
        assert days[1:3] == ["03-03 workday stood_still", "03-04 workday counted 1"]
        assert days[-2:] == ["03-10 workday counted 5", "03-11 workday given_back"]

    def test_on_the_day_of_the_beginning_goes_before_rolling_on(self) -> None:
        days = told(walked(calendar_days(5), "2026-03-02 10:00", ("2026-03-02 11:00", "2026-03-04 11:00")))
        assert days[-2:] == ["03-08 weekend counted 5", "03-09 workday given_back"]

    def test_of_calendar_days_that_had_run_out_gives_back_behind_the_day_they_rolled_to(self) -> None:
        # Five days end on Saturday the 7th and roll on to the 9th; stopped two days later for two days.
        days = told(walked(calendar_days(5), "2026-03-02 10:00", ("2026-03-11 09:00", "2026-03-13 09:00")))
        assert days[5:] == [
            "03-07 weekend counted 5",
            "03-08 weekend rolled_over",
            "03-09 workday rolled_to",
            "03-10 workday given_back",
            "03-11 workday stood_still",
        ]

    def test_of_hours_is_taken_out_to_the_minute(self) -> None:
        days = walked(hours(24), "2026-03-02 15:00", ("2026-03-02 20:00", "2026-03-05 21:30"))
        assert [(each.day.day, each.step, each.minutes) for each in days] == [
            (2, "counted", 5 * 60),
            (3, "stood_still", 0),
            (4, "stood_still", 0),
            (5, "counted", 150),
            (6, "counted", 16 * 60 + 30),
        ]


# After how long the clock stops, counted from the last event, and for how long it stands still.
stops = st.lists(
    st.tuples(
        st.integers(0, 20 * 24 * 3600).map(lambda s: timedelta(seconds=s)),
        st.integers(1, 20 * 24 * 3600).map(lambda s: timedelta(seconds=s)),
    ),
    max_size=3,
)


def suspensions(started_at: datetime, drawn: list[tuple[timedelta, timedelta]]) -> list[Suspension]:
    at, found = started_at, []
    for after, lasting in drawn:
        found.append(Suspension(at + after, at + after + lasting))
        at = found[-1].until
    return found


LIMITS: dict[str, Any] = {"working_days": working_days, "calendar_days": calendar_days}


class TestAnyWalk:
    @pytest.mark.parametrize("unit", LIMITS)
    @given(instants, st.integers(1, 60), offices, stops)
    @example(datetime(2026, 3, 2, 2, tzinfo=UTC), 5, TO_MIDNIGHT, [(timedelta(0), timedelta(days=2))])
    def test_counts_each_of_the_limits_days_once_and_ends_on_the_last(
        self, unit: str, started_at: datetime, amount: int, office: OfficeHours, drawn: Any
    ) -> None:
        days = walked(LIMITS[unit](amount), started_at, *suspensions(started_at, drawn), office=office)
        numbers = [each.number for each in days if each.number is not None]
        assert numbers == list(range(1, amount + 1))
        assert [each.day for each in days] == [days[0].day + n * ONE_DAY for n in range(len(days))]
        assert days[0].step == "start"
        assert days[-1].day > days[0].day

    @given(instants, st.integers(1, 60), offices, stops)
    def test_calls_a_working_day_what_the_notices_make_one(
        self, started_at: datetime, amount: int, office: OfficeHours, drawn: Any
    ) -> None:
        for each in walked(working_days(amount), started_at, *suspensions(started_at, drawn), office=office)[
            1:
        ]:
            if each.day.year in by_hand.YEARS:
                assert (each.step != "rest") == by_hand.worked(each.day), each.day

    @given(instants, st.integers(1, 300), st.integers(0, 999), st.integers(1, 20 * 24 * 60))
    def test_of_hours_comes_to_all_of_them(
        self, started_at: datetime, amount: int, thousandths: int, lasting: int
    ) -> None:
        since = started_at + timedelta(hours=amount) * thousandths / 1000
        days = walked(hours(amount), started_at, Suspension(since, since + timedelta(minutes=lasting)))
        ran = sum(each.minutes or 0 for each in days)
        # Each day is rounded to the minute.
        assert abs(ran - amount * 60) <= len(days)
