"""Years at the front by the calendar, and what several stretches come to, against a count day by day."""

from datetime import date, timedelta
from random import Random

import pytest

from domain.rotations.rules import begun_by, reached_on, years_after
from domain.secondments.rules import counted_since

A_DAY = timedelta(days=1)
SOME_DAYS = [date(2019, 12, 25) + timedelta(days=each) for each in range(1600)]


def days_in(since, until, before):
    """Every day of a stretch before a day, one by one."""
    day, found = since, set()
    while day < before and (until is None or day <= until):
        found.add(day)
        day += A_DAY
    return found


@pytest.mark.parametrize("seed", range(30))
def test_stretches_add_up_gaps_do_not_and_common_days_count_once(seed) -> None:
    random = Random(seed)
    stretches = []
    for _ in range(random.randrange(6)):
        since = date(2020, 1, 1) + timedelta(days=random.randrange(1500))
        until = since + timedelta(days=random.randrange(-1, 400))
        stretches.append((since, random.choice((until, until, None))))
    for first in (date(2020, 1, 1), date(2022, 6, 1), date(2024, 2, 29), date(2026, 3, 10)):
        there = set().union(*(days_in(*each, first) for each in stretches)) if stretches else set()
        assert counted_since(first, stretches) == first - timedelta(days=len(there))


def test_a_secondment_alone_counts_from_its_first_day() -> None:
    assert counted_since(date(2024, 1, 1), [(date(2024, 1, 1), None)]) == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("day", "years", "after"),
    [
        (date(2022, 11, 8), 3, date(2025, 11, 8)),
        (date(2020, 2, 29), 3, date(2023, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2021, 2, 28), 3, date(2024, 2, 28)),
        (date(9998, 1, 1), 6, date.max),
    ],
)
def test_years_end_on_the_day_of_the_same_number_or_the_months_last(day, years, after) -> None:
    assert years_after(day, years) == after


@pytest.mark.parametrize("years", [1, 3, 4, 6])
def test_whose_time_had_begun_is_exactly_who_has_reached_it(years) -> None:
    for day in SOME_DAYS:
        last = begun_by(day, years=years)
        assert years_after(last, years) <= day < years_after(last + A_DAY, years), day


@pytest.mark.parametrize(
    ("since", "until", "counted", "years", "reached"),
    [
        (date(2022, 11, 8), None, date(2022, 11, 8), 3, date(2025, 11, 8)),
        (date(2022, 11, 8), date(2025, 11, 7), date(2022, 11, 8), 3, None),
        (date(2022, 11, 8), date(2025, 11, 8), date(2022, 11, 8), 3, date(2025, 11, 8)),
        # Came back with more than that.
        (date(2025, 6, 1), None, date(2021, 1, 1), 3, date(2025, 6, 1)),
        (date(2022, 11, 8), None, None, 3, None),
        (date(2022, 11, 8), None, date(2022, 11, 8), 0, None),
    ],
)
def test_a_secondment_brings_somebody_there_if_it_lasts(since, until, counted, years, reached) -> None:
    assert reached_on(since=since, until=until, counted_since=counted, years=years) == reached
