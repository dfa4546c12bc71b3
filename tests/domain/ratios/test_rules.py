"""Whether a ratio is met, in whole numbers, and of which days it is told."""

from datetime import date

import pytest

from domain.ratios.rules import Counted, TooManyMonths, days, is_met


@pytest.mark.parametrize(
    ("counted", "out_of", "demand", "met"),
    [
        (65, 100, 65, True),
        (64, 100, 65, False),
        (13, 20, 65, True),
        (2, 3, 65, True),
        (1, 2, 65, False),
        (9, 10, 90, True),
        (899, 1000, 90, False),
        (1, 20, 5, True),
        (1, 21, 5, False),
        (0, 0, 65, None),
        (3, 4, 0, None),
        (3, 4, None, None),
        (15, None, 15, True),
        (14, None, 15, False),
        (0, None, 15, False),
        (14, None, 0, None),
    ],
)
def test_is_met_exactly_where_there_are_enough(counted, out_of, demand, met) -> None:
    assert is_met("below", Counted(counted, out_of), demand) is met


@pytest.mark.parametrize(
    ("counted", "demand", "met"),
    [(4, 5, True), (5, 5, True), (6, 5, False), (0, 5, True), (9, 0, None), (9, None, None)],
)
def test_of_leaders_is_met_exactly_where_there_are_not_too_many(counted, demand, met) -> None:
    assert is_met("leaders", Counted(counted, None), demand) is met


def test_is_told_of_the_day_and_of_month_ends_before_it() -> None:
    assert days(date(2026, 3, 31), month_ends=0) == [date(2026, 3, 31)]
    assert days(date(2026, 3, 10), month_ends=2) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 10)]
    assert days(date(2024, 3, 1), month_ends=1) == [date(2024, 2, 29), date(2024, 3, 1)]
    assert days(date(2026, 1, 31), month_ends=1) == [date(2025, 12, 31), date(2026, 1, 31)]


def test_is_told_of_no_month_before_the_calendar() -> None:
    assert days(date(1, 2, 3), month_ends=2) == [date(1, 1, 31), date(1, 2, 3)]
    assert days(date(1, 1, 15), month_ends=36) == [date(1, 1, 15)]


@pytest.mark.parametrize("month_ends", [-1, 37])
def test_is_not_told_of_more(month_ends) -> None:
    with pytest.raises(TooManyMonths):
        days(date(2026, 3, 10), month_ends=month_ends)
