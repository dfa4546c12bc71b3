"""Counting working days: against a walk from day to day over hand-typed notices, and by its own laws.

They do not verify how a calendar is loaded or kept; a calendar is built here from what the library publishes.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendars.rules import WorkingCalendar, library_notices
from tests.domain.calendars import notices_by_hand as by_hand

CALENDAR = WorkingCalendar.of(library_notices())
FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)

days = st.dates(FIRST, LAST)
amounts = st.integers(0, 700)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


class TestTheNotices:
    def test_say_the_same_in_the_library_as_typed_by_hand(self) -> None:
        differing = [
            str(day) for day in every_day(FIRST, LAST) if CALENDAR.is_working(day) != by_hand.worked(day)
        ]
        assert differing == []

    @pytest.mark.parametrize(
        ("year", "days_worked"),
        # 国办发明电〔2022〕16号, 〔2023〕7号, 〔2024〕12号, 〔2025〕7号: weekdays, less weekdays off, plus weekends worked.
        [(2023, 260 - 18 + 7), (2024, 262 - 19 + 8), (2025, 261 - 18 + 5), (2026, 261 - 19 + 6)],
    )
    def test_leave_so_many_working_days_in_the_year(self, year: int, days_worked: int) -> None:
        assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == days_worked

    @pytest.mark.parametrize(
        ("start", "n", "end"),
        [
            # Over the Spring Festival of 2023 (21 to 27 January off, the 28th and 29th worked).
            ("2023-01-20", 1, "2023-01-28"),
            ("2023-01-20", 3, "2023-01-30"),
            # Mid-Autumn and National Day of 2023 in one, then both weekend days worked.
            ("2023-09-28", 2, "2023-10-08"),
            # The eve of the Spring Festival 2024 was a working day; it was only recommended to let people go.
            ("2024-02-08", 1, "2024-02-09"),
            ("2024-02-09", 1, "2024-02-18"),
            # National Day 2024, with Sunday 29 September before it and Saturday 12 October after it worked.
            ("2024-09-27", 3, "2024-10-08"),
            ("2024-10-08", 5, "2024-10-14"),
            # Spring Festival 2025 from its eve on.
            ("2025-01-24", 1, "2025-01-26"),
            ("2025-01-27", 1, "2025-02-05"),
            ("2025-02-05", 3, "2025-02-08"),
            # National Day 2025, with the Mid-Autumn Festival, to 8 October.
            ("2025-09-30", 3, "2025-10-11"),
            # New Year 2026: Friday the 2nd off, Sunday the 4th worked.
            ("2025-12-31", 1, "2026-01-04"),
            # Spring Festival 2026, the longest so far: nine days, Saturdays worked on either side.
            ("2026-02-13", 2, "2026-02-24"),
            ("2026-02-24", 5, "2026-03-02"),
            # Sunday 20 September and Saturday 10 October 2026 are worked for National Day.
            ("2026-09-18", 1, "2026-09-20"),
            ("2026-09-30", 4, "2026-10-12"),
        ],
    )  # fmt: skip
    def test_carry_a_count_over_their_holidays(self, start: str, n: int, end: str) -> None:
        assert CALENDAR.add(date.fromisoformat(start), n) == date.fromisoformat(end)


class TestAdding:
    @given(days, amounts)
    @example(date(2026, 12, 31), 700)
    def test_goes_where_walking_goes(self, day: date, n: int) -> None:
        assert CALENDAR.add(day, n) == by_hand.nth_worked_after(day, n)

    @given(days, st.integers(1, 700))
    def test_ends_on_a_working_day_after_the_start(self, day: date, n: int) -> None:
        end = CALENDAR.add(day, n)
        assert end > day
        assert CALENDAR.is_working(end)

    @given(days, amounts, amounts)
    def test_in_two_parts_is_adding_the_sum(self, day: date, n: int, m: int) -> None:
        assert CALENDAR.add(CALENDAR.add(day, n), m) == CALENDAR.add(day, n + m)

    @given(days, days, amounts)
    def test_never_overtakes(self, a: date, b: date, n: int) -> None:
        earlier, later = sorted((a, b))
        assert CALENDAR.add(earlier, n) <= CALENDAR.add(later, n)

    def test_of_nothing_stays_even_on_a_rest_day(self) -> None:
        assert CALENDAR.add(date(2026, 10, 1), 0) == date(2026, 10, 1)

    def test_refuses_to_go_backwards(self) -> None:
        with pytest.raises(ValueError, match="counting the other way"):
            CALENDAR.add(date(2026, 3, 2), -1)


class TestSubtracting:
    @given(days, st.integers(0, 200))
    @example(date(2024, 1, 1), 200)
    def test_goes_where_walking_goes(self, day: date, n: int) -> None:
        # The hand-typed notices begin in 2023, so the walk must not leave them.
        day = max(day, date(2024, 1, 1))
        assert CALENDAR.subtract(day, n) == by_hand.nth_worked_before(day, n)

    @given(days.filter(CALENDAR.is_working), amounts)
    def test_undoes_adding_on_working_days(self, day: date, n: int) -> None:
        assert CALENDAR.subtract(CALENDAR.add(day, n), n) == day
        assert CALENDAR.add(CALENDAR.subtract(day, n), n) == day

    def test_refuses_to_go_forwards(self) -> None:
        with pytest.raises(ValueError, match="counting the other way"):
            CALENDAR.subtract(date(2026, 3, 2), -1)


class TestCounting:
    def test_finds_again_what_was_added_on_every_day_of_every_published_year(self) -> None:
        published = sorted(CALENDAR.published_years)
        assert published == list(range(2004, 2027))
        for day in every_day(date(published[0], 1, 1), date(published[-1], 12, 31)):
            for n in (0, 1, 2, 3, 5, 7, 10, 60, 260):
                assert CALENDAR.count(day, CALENDAR.add(day, n)) == n, (day, n)

    @given(days, days)
    def test_agrees_with_walking(self, a: date, b: date) -> None:
        earlier, later = sorted((a, b))
        assert CALENDAR.count(earlier, later) == by_hand.worked_between(earlier, later)

    @given(days, days)
    def test_backwards_is_negative(self, a: date, b: date) -> None:
        assert CALENDAR.count(a, b) == -CALENDAR.count(b, a)

    @given(days, days, days)
    def test_adds_up_over_any_day_between(self, a: date, b: date, c: date) -> None:
        assert CALENDAR.count(a, b) + CALENDAR.count(b, c) == CALENDAR.count(a, c)


class TestRolling:
    @given(days)
    def test_ends_on_the_nearest_working_day_of_its_direction(self, day: date) -> None:
        forward = day if by_hand.worked(day) else by_hand.nth_worked_after(day, 1)
        assert CALENDAR.on_or_after(day) == forward
        if day >= date(2024, 1, 1):
            back = day if by_hand.worked(day) else by_hand.nth_worked_before(day, 1)
            assert CALENDAR.on_or_before(day) == back


class TestLocalDays:
    FESTIVAL = date(2026, 4, 20)  # a Monday that a county gives off for a local festival
    SATURDAY = date(2026, 4, 18)

    def test_are_rested_although_the_country_works(self) -> None:
        county = WorkingCalendar.of(library_notices(), local_rest_days=[self.FESTIVAL])
        assert not county.is_working(self.FESTIVAL)
        assert county.add(date(2026, 4, 17), 1) == date(2026, 4, 21)
        assert CALENDAR.add(date(2026, 4, 17), 1) == date(2026, 4, 20)

    def test_are_worked_although_the_country_rests(self) -> None:
        county = WorkingCalendar.of(library_notices(), local_workdays=[self.SATURDAY, date(2026, 10, 7)])
        assert county.add(date(2026, 4, 17), 1) == self.SATURDAY
        assert county.add(date(2026, 9, 30), 1) == date(2026, 10, 7)

    def test_go_before_a_makeup_workday(self) -> None:
        county = WorkingCalendar.of(library_notices(), local_rest_days=[date(2026, 10, 10)])
        assert not county.is_working(date(2026, 10, 10))

    def test_cannot_be_both(self) -> None:
        with pytest.raises(ValueError, match="2026-04-20"):
            WorkingCalendar.of(
                library_notices(), local_rest_days=[self.FESTIVAL], local_workdays=[self.FESTIVAL]
            )


class TestProvisional:
    @pytest.mark.parametrize(
        ("first", "last", "provisional"),
        [
            ("2026-12-31", None, False),
            ("2027-01-01", None, True),
            ("2003-12-31", None, True),
            ("2026-01-01", "2026-12-31", False),
            ("2026-12-24", "2027-01-04", True),
            ("2027-01-04", "2026-12-24", True),
            ("2027-01-04", "2027-03-01", True),
        ],
    )
    def test_is_whatever_touches_a_year_without_a_notice(
        self, first: str, last: str | None, provisional: bool
    ) -> None:
        until = None if last is None else date.fromisoformat(last)
        assert CALENDAR.is_provisional(date.fromisoformat(first), until) is provisional

    def test_is_also_a_span_over_a_gap(self) -> None:
        gap = WorkingCalendar(
            published_years=frozenset({2024, 2026}), holidays=frozenset(), makeup_workdays=frozenset()
        )
        assert gap.is_provisional(date(2024, 6, 3), date(2026, 6, 3))

    def test_years_are_counted_by_weekdays(self) -> None:
        assert CALENDAR.add(date(2026, 12, 31), 1) == date(
            2027, 1, 1
        )  # a Friday; the notice will take it away
        assert CALENDAR.count(date(2026, 12, 31), date(2027, 12, 31)) == 261

    def test_days_of_december_can_be_named_by_the_next_notice(self) -> None:
        # 国办发明电〔2018〕15号, for 2019: Saturday 2018-12-29 is worked, Monday 2018-12-31 is off.
        assert CALENDAR.add(date(2018, 12, 28), 1) == date(2018, 12, 29)
        assert CALENDAR.add(date(2018, 12, 29), 1) == date(2019, 1, 2)


def test_an_instant_is_not_taken_for_a_day() -> None:
    # 2026-03-02 17:00 UTC is already 3 March in the county.
    instant = datetime(2026, 3, 2, 17, tzinfo=UTC)
    for ask in (
        lambda: CALENDAR.is_working(instant),
        lambda: CALENDAR.add(instant, 1),
        lambda: CALENDAR.subtract(instant, 1),
        lambda: CALENDAR.count(instant, date(2026, 4, 1)),
        lambda: CALENDAR.count(date(2026, 3, 1), instant),
        lambda: CALENDAR.is_provisional(instant),
        lambda: CALENDAR.is_provisional(date(2026, 3, 1), instant),
    ):
        with pytest.raises(TypeError, match="county's zone"):
            ask()


def test_two_calendars_of_the_same_days_are_the_same_key() -> None:
    used = WorkingCalendar.of(library_notices())
    used.add(date(2026, 3, 2), 300)
    assert used == WorkingCalendar.of(library_notices())
    assert hash(used) == hash(WorkingCalendar.of(library_notices()))
