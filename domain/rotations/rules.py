"""When somebody reaches so many years at the front, and whose time had begun when for reaching them on some days. Pure."""

from calendar import isleap, monthrange
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

Stage = Literal["may", "must"]

STAGES: tuple[Stage, ...] = get_args(Stage)

RULED_BY: Mapping[Stage, str] = MappingProxyType({"may": "staff.exchange_may", "must": "staff.exchange_must"})
"""The rulebook's entry that says after how many years."""


def years_after(day: date, years: int) -> date:
    """The day of the same number so many years later, or the month's last; the last day there is beyond all calendars."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def reached_on(*, since: date, until: date | None, counted_since: date | None, years: int) -> date | None:
    """The day on which this secondment brings somebody to so many years at the front; None where it does not."""
    if counted_since is None or not years:
        return None
    day = max(years_after(counted_since, years), since)
    return day if until is None or day <= until else None


def begun_by(day: date, *, years: int) -> date:
    """The last day on which time had begun that makes so many years by this day."""
    year = day.year - years
    if year < date.min.year:
        return date.min
    # Whoever began on 29 February reaches it on the 28th.
    is_last = (day.month, day.day) == (2, 28) and not isleap(day.year) and isleap(year)
    return date(year, day.month, 29 if is_last else min(day.day, monthrange(year, day.month)[1]))
