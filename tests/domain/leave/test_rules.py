"""Half days, overlaps and what is taken of a leave, without a database. Expected values are counted by hand."""

from datetime import date

import pytest

from domain.calendars.rules import WorkingCalendar, library_notices
from domain.leave import rules
from domain.leave.rules import Stretch

CALENDAR = WorkingCalendar.of(library_notices())
TODAY = date(2026, 3, 10)


def march(first, last, **noons):
    return Stretch(first_day=date(2026, 3, first), last_day=date(2026, 3, last), **noons)


class TestDays:
    @pytest.mark.parametrize(
        ("stretch", "half_days"),
        [
            (march(16, 16), 2),
            (march(16, 16, from_noon=True), 1),
            (march(16, 16, until_noon=True), 1),
            (march(16, 20), 10),
            (march(16, 20, from_noon=True, until_noon=True), 8),
            # A week-end in between, and half a Sunday that would not have been worked anyway.
            (march(13, 16), 4),
            (march(13, 15, until_noon=True), 2),
            (march(14, 15), 0),
            # Tomb-sweeping Day 2026 is from Saturday the 4th of April to Monday the 6th.
            (Stretch(first_day=date(2026, 4, 3), last_day=date(2026, 4, 7)), 4),
            # The Saturday that makes up for the Spring Festival is worked.
            (Stretch(first_day=date(2026, 2, 28), last_day=date(2026, 2, 28)), 2),
        ],
    )
    def test_are_counted_by_the_calendar(self, stretch, half_days):
        assert stretch.half_days(CALENDAR) == half_days

    def test_overlap_by_halves(self):
        morning, afternoon = march(16, 16, until_noon=True), march(16, 16, from_noon=True)
        assert not morning.touches(afternoon)
        assert not afternoon.touches(morning)
        assert morning.touches(march(13, 16))
        assert afternoon.touches(march(16, 18))
        assert not march(16, 17).touches(march(18, 20))
        with pytest.raises(rules.Overlaps):
            rules.free(march(17, 18), held=[march(10, 11), march(18, 20)])

    def test_have_the_evening_that_follows_an_afternoon(self):
        assert march(16, 17).has_evening_of(date(2026, 3, 17))
        assert not march(16, 17, until_noon=True).has_evening_of(date(2026, 3, 17))
        assert march(16, 17, from_noon=True).has_evening_of(date(2026, 3, 16))
        assert not march(16, 17).has_evening_of(date(2026, 3, 15))


class TestAsking:
    def test_is_for_some_working_time(self):
        for refusal, stretch in (
            (rules.NoTime, march(17, 16)),
            (rules.NoTime, march(16, 16, from_noon=True, until_noon=True)),
            (rules.NoWorkingDay, march(14, 15)),
            (rules.TooFar, Stretch(first_day=date(2027, 3, 12), last_day=date(2027, 3, 12))),
        ):
            with pytest.raises(refusal):
                rules.lasts(stretch, calendar=CALENDAR, today=TODAY)
        rules.lasts(march(16, 16, from_noon=True), calendar=CALENDAR, today=TODAY)

    def test_is_not_too_late(self):
        def asked(first, most=3):
            rules.in_time(date(2026, 3, first), today=TODAY, calendar=CALENDAR, most=most, source="某文件 1")

        # The 10th is a Tuesday: three working days before it is Thursday the 5th.
        asked(5)
        with pytest.raises(rules.TooLate):
            asked(4)
        asked(10, most=0)
        with pytest.raises(rules.TooLate):
            asked(9, most=0)


class TestBeingBack:
    GRANTED = march(16, 20)

    def taken(self, day, *, today=TODAY, at_noon=False, granted=GRANTED):
        return rules.taken(granted, back_on=date(2026, 3, day), at_noon=at_noon, today=today)

    def test_leaves_the_days_before(self):
        assert self.taken(18) == march(16, 17)
        assert self.taken(18, at_noon=True) == march(16, 18, until_noon=True)
        assert self.taken(20, at_noon=True) == march(16, 20, until_noon=True)

    def test_on_the_first_day_leaves_nothing(self):
        called_off = self.taken(16)
        assert (called_off.first_day, called_off.last_day) == (date(2026, 3, 16), date(2026, 3, 15))
        assert called_off.half_days(CALENDAR) == 0
        assert not called_off.touches(march(15, 16))
        from_noon = march(16, 20, from_noon=True)
        assert self.taken(16, at_noon=True, granted=from_noon).last_day == date(2026, 3, 15)

    def test_lies_within(self):
        for day, today in ((15, TODAY), (21, TODAY), (17, date(2026, 3, 18)), (19, date(2026, 3, 20))):
            with pytest.raises(rules.BackTooEarly):
                self.taken(day, today=today)
        with pytest.raises(rules.BackTooEarly):
            self.taken(20, at_noon=True, granted=march(16, 20, until_noon=True))

    def test_is_nothing_to_report_once_it_is_over(self):
        for day in (17, 21, 23):
            with pytest.raises(rules.OverAlready):
                self.taken(day, today=date(2026, 3, 21))


class TestStates:
    def test_lead_on_from_where_they_begin_alone(self):
        reached = {
            (act, state): rules.TRANSITIONS[act][1]
            for act in rules.TRANSITIONS
            for state in rules.STATES
            if rules.TRANSITIONS[act][0] == state
        }
        assert reached == {
            ("approve", "asked"): "approved",
            ("refuse", "asked"): "refused",
            ("withdraw", "asked"): "withdrawn",
            ("cancel", "approved"): "cancelled",
        }
        with pytest.raises(rules.WrongState):
            rules.after("approve", "withdrawn")
