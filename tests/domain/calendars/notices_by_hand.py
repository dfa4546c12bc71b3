"""The notices of 2023 to 2026, typed by hand from their text, and the slowest possible way to count with them.

It shares nothing with the code under test: no library of holidays, no sorted years, no bisection. A day is looked up,
then the next, then the next. Years beyond 2026 have no notice here, so only their weekends are off.
"""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)

# Each line is a sentence of the notice: first and last day off, as "month-day".
DAYS_OFF = {
    # 国办发明电〔2022〕16号. Its first sentence begins on 2022-12-31, a Saturday anyway.
    2023: ["01-01 01-02", "01-21 01-27", "04-05 04-05", "04-29 05-03", "06-22 06-24", "09-29 10-06"],
    # 国办发明电〔2023〕7号
    2024: ["01-01 01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-10 06-10", "09-15 09-17", "10-01 10-07"],
    # 国办发明电〔2024〕12号
    2025: ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
    # 国办发明电〔2025〕7号
    2026: ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
}  # fmt: skip

WORKED_WEEKENDS = {
    2023: ["01-28", "01-29", "04-23", "05-06", "06-25", "10-07", "10-08"],
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}

YEARS = tuple(DAYS_OFF)


def worked(day: date) -> bool:
    """Whether the notices, or else the week, make it a working day."""
    written = f"{day:%m-%d}"
    if written in WORKED_WEEKENDS.get(day.year, []):
        return True
    for line in DAYS_OFF.get(day.year, []):
        first, last = line.split()
        if first <= written <= last:
            return False
    return day.isoweekday() not in (6, 7)


def nth_worked_after(day: date, n: int) -> date:
    """Walk forward until n working days have gone by."""
    while n:
        day += ONE_DAY
        n -= worked(day)
    return day


def nth_worked_before(day: date, n: int) -> date:
    """Walk back until n working days have gone by."""
    while n:
        day -= ONE_DAY
        n -= worked(day)
    return day


def worked_between(a: date, b: date) -> int:
    """How many working days there are after a, up to and including b."""
    n = 0
    while a < b:
        a += ONE_DAY
        n += worked(a)
    return n
