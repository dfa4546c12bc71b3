"""The counting of working days, and the reading of a yearly notice.

It is pure: it opens no file, asks no clock and knows no table. `WorkingCalendar` counts; `read_notice` turns the text
of one year's notice into days, or says at which line and column it cannot; `library_notices` lists what the installed
`chinesecalendar` knows. It is not the place of office hours, limits or due instants: see `domain/deadlines/rules.py`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Self

from chinese_calendar import constants as library

from domain.rulebooks.forms import Form, Reading
from domain.rulebooks.located import FileRefused, Path, decode, read_located

SATURDAY = 5

# The longest so far had ten days (2020, prolonged); a month closed by a slip of the finger is not a holiday.
LONGEST_HOLIDAY = 15

DayKind = Literal["workday", "makeup_workday", "county_workday", "weekend", "holiday", "county_rest_day"]
"""What a day is in a calendar, and by whose word: the week's, the yearly notice's, or the county's own."""

WORKED: frozenset[DayKind] = frozenset({"workday", "makeup_workday", "county_workday"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The days a county works. Immutable; a changed calendar is another object of a higher version.

    A local day goes before the national one, a listed day before its weekday; a year without a published notice has
    only its weekdays (and whatever single days of it are listed), so what touches it is provisional.
    Each year is laid out once as a sorted row of its working days, then counted by bisection, in a few microseconds.
    """

    published_years: frozenset[int]
    holidays: frozenset[date]
    makeup_workdays: frozenset[date]
    local_rest_days: frozenset[date] = frozenset()
    local_workdays: frozenset[date] = frozenset()
    # Laid out when first asked for. It follows from the fields above and never changes what anybody sees.
    _years: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        torn = (self.holidays & self.makeup_workdays) | (self.local_rest_days & self.local_workdays)
        if torn:
            raise ValueError(f"both off and worked: {', '.join(map(str, sorted(torn)))}")

    @classmethod
    def of(
        cls,
        notices: Iterable["YearNotice"],
        *,
        local_rest_days: Iterable[date] = (),
        local_workdays: Iterable[date] = (),
    ) -> Self:
        """The calendar of a county: every published year, and the county's own days before them."""
        notices = tuple(notices)
        days = [day for notice in notices for day in notice.days]
        return cls(
            published_years=frozenset(notice.year for notice in notices),
            holidays=frozenset(d.day for d in days if not d.works),
            makeup_workdays=frozenset(d.day for d in days if d.works),
            local_rest_days=frozenset(local_rest_days),
            local_workdays=frozenset(local_workdays),
        )

    def is_working(self, day: date) -> bool:
        """Whether the offices work on that day of the county's zone."""
        return self.kind_of(day) in WORKED

    def kind_of(self, day: date) -> DayKind:
        """What that day of the county's zone is: the county's word before the notice's, the notice's before the week's."""
        _refuse_instants(day)
        if day in self.local_workdays:
            return "county_workday"
        if day in self.local_rest_days:
            return "county_rest_day"
        if day in self.makeup_workdays:
            return "makeup_workday"
        if day in self.holidays:
            return "holiday"
        return "weekend" if day.weekday() >= SATURDAY else "workday"

    def add(self, day: date, n: int) -> date:
        """The nth working day after `day`; day one is the next working day. With n = 0 the day itself, worked or not."""
        _refuse_instants(day)
        _refuse_negative(n)
        if n == 0:
            return day
        year = day.year
        days = self._working_days(year)
        nth_of_year = bisect_right(days, day.toordinal()) + n
        while nth_of_year > len(days):
            nth_of_year -= len(days)
            year += 1
            days = self._working_days(year)
        return date.fromordinal(days[nth_of_year - 1])

    def subtract(self, day: date, n: int) -> date:
        """The nth working day before `day`. From a working day, it undoes `add`."""
        _refuse_instants(day)
        _refuse_negative(n)
        if n == 0:
            return day
        year = day.year
        days = self._working_days(year)
        place = bisect_left(days, day.toordinal()) - n
        while place < 0:
            year -= 1
            days = self._working_days(year)
            place += len(days)
        return date.fromordinal(days[place])

    def count(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`.

        So `count(day, add(day, n)) == n`, and `count(a, b) + count(b, c) == count(a, c)`.
        """
        _refuse_instants(a)
        _refuse_instants(b)
        if b < a:
            return -self.count(b, a)
        whole_years = sum(len(self._working_days(year)) for year in range(a.year, b.year))
        return whole_years + self._worked_by(b) - self._worked_by(a)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, otherwise the next working day: how a limit that ends on a rest day rolls on."""
        return day if self.is_working(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """The day itself if it is worked, otherwise the last working day before it."""
        return day if self.is_working(day) else self.subtract(day, 1)

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Whether the day, or any year from `first` to `last`, is one whose notice is not out.

        A notice may also name days of the December before it (2019's made 2018-12-29 a workday and 2018-12-31 a day
        off). Those are not called provisional, but they can still change: whoever loads a notice recounts by the days
        that changed, not by this mark.
        """
        _refuse_instants(first)
        last = first if last is None else last
        _refuse_instants(last)
        years = range(min(first, last).year, max(first, last).year + 1)
        return any(year not in self.published_years for year in years)

    def _worked_by(self, day: date) -> int:
        return bisect_right(self._working_days(day.year), day.toordinal())

    def _working_days(self, year: int) -> tuple[int, ...]:
        laid_out = self._years.get(year)
        if laid_out is None:
            new_year = date(year, 1, 1).toordinal()
            length = date(year, 12, 31).toordinal() - new_year + 1
            laid_out = tuple(
                n for n in range(new_year, new_year + length) if self.is_working(date.fromordinal(n))
            )
            self._years[year] = laid_out
        return laid_out


def _refuse_instants(day: date) -> None:
    """A datetime passes for a date in Python, but which day it is depends on the zone: the caller must say."""
    if isinstance(day, datetime):
        raise TypeError(
            f"a day is needed, not the instant {day.isoformat()}: take its date in the county's zone"
        )


def _refuse_negative(n: int) -> None:
    if n < 0:
        raise ValueError(f"{n} working days: counting the other way has its own verb")


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day of a notice: given off, or (always a Saturday or Sunday) worked to make up for it."""

    day: date
    name: str
    works: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class YearNotice:
    """What the State Council published for one year. `number` and `published_on` are None where the source is silent."""

    year: int
    number: str | None
    published_on: date | None
    days: tuple[NoticeDay, ...]


_CHINESE_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}

# The library names no document, so the numbers of the recent ones stand here.
_KNOWN_NUMBERS = {
    2023: ("国办发明电〔2022〕16号", date(2022, 12, 8)),
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}


def library_notices() -> tuple[YearNotice, ...]:
    """Every year the installed `chinesecalendar` knows (2004 on), in order, amendments included.

    The library files a day under the year it lies in, so the last days of a December stand with their own year here,
    although the next year's notice named them. Taken together the years say the same.
    """
    days = [
        NoticeDay(day, _CHINESE_NAMES.get(name, name), works=False) for day, name in library.holidays.items()
    ]
    days += [
        NoticeDay(day, _CHINESE_NAMES.get(name, name), works=True) for day, name in library.workdays.items()
    ]
    notices = []
    for year in sorted({d.day.year for d in days}):
        number, published_on = _KNOWN_NUMBERS.get(year, (None, None))
        of_year = tuple(sorted((d for d in days if d.day.year == year), key=lambda d: d.day))
        notices.append(YearNotice(year=year, number=number, published_on=published_on, days=of_year))
    return tuple(notices)


def read_notice(file: bytes, *, name: str) -> YearNotice:
    """One year's notice from a TOML file typed from the published text; `name` is what refusals call the file.

    Raises FileRefused with every fault and its line and column. The file follows the notice sentence by sentence;
    `days` is the number that the notice itself states (共9天), so that a slip in a date is caught. Days lie in the year
    or in the December before it::

        year = 2026
        notice = "国办发明电〔2025〕7号"
        published_on = 2025-11-04

        [[holiday]]
        name = "春节"
        from = 2026-02-15
        to = 2026-02-23
        days = 9
        workdays = [2026-02-14, 2026-02-28]    # 上班; leave the line out where the notice names none
    """
    reading = Reading(read_located(decode(file, name=name), name=name))
    top = reading.top()
    year = _whole(top, "year", least=1949, most=9999)
    number = top.text("notice")
    published_on = top.day("published_on", required=True)
    holidays = top.each("holiday")
    if not top.raw("holiday"):
        top.missing("holiday")
    days = [day for holiday in holidays for day in _days_of(holiday)]
    top.finish()
    _refuse_strangers_and_twins(reading, days, year=year)
    reading.refuse_if_faulty(FileRefused)
    in_order = tuple(sorted((day for _, day in days), key=lambda d: d.day))
    return YearNotice(year=year, number=number, published_on=published_on, days=in_order)


def _days_of(holiday: Form) -> list[tuple[Path, NoticeDay]]:
    """The days of one [[holiday]], each with the place in the file that names it; faults are noted on the way."""
    name = holiday.text("name")
    days = [(path, NoticeDay(day, name, works=False)) for path, day in stretch_of(holiday)]
    days += [(path, NoticeDay(day, name, works=True)) for path, day in _workdays_of(holiday)]
    holiday.finish()
    return days


def stretch_of(form: Form) -> list[tuple[Path, date]]:
    """The days `from` … `to`, which must be as many as `days` says, each with the place in the file that names it."""
    first = form.day("from", required=True)
    last = form.day("to", required=True)
    stated = _whole(form, "days", least=1, most=LONGEST_HOLIDAY)
    if not (first and last and stated):
        return []
    length = (last - first).days + 1
    if length != stated:
        en = f"{first} to {last} makes {length} day(s), not {stated}"
        form.fault("days", "WRONG_COUNT", en=en, zh=f"{first}至{last}共{length}天，而非{stated}天")
        return []
    return [((*form.path, "from"), first + timedelta(days=n)) for n in range(length)]


def _workdays_of(holiday: Form) -> list[tuple[Path, date]]:
    written = holiday.raw("workdays") if holiday.has("workdays") else []
    if not isinstance(written, list):
        holiday.fault(
            "workdays", "WRONG_TYPE", en='"workdays" must be a list of dates', zh="“workdays”应当是日期的列表"
        )
        return []
    days: list[tuple[Path, date]] = []
    for index, day in enumerate(written):
        path: Path = (*holiday.path, "workdays", index)
        if isinstance(day, datetime) or not isinstance(day, date):
            en, zh = "write a date such as 2026-02-14", "此处应当是日期，如2026-02-14，不加引号，不带时间"
            holiday.reading.fault(path, "WRONG_TYPE", en=en, zh=zh, at_value=True)
        elif day.weekday() < SATURDAY:
            en, zh = f"{day} is neither a Saturday nor a Sunday", f"{day}不是周六或周日"
            holiday.reading.fault(path, "NO_WEEKEND", en=en, zh=zh, at_value=True)
        else:
            days.append((path, day))
    return days


def _refuse_strangers_and_twins(reading: Reading, days: list[tuple[Path, NoticeDay]], *, year: int) -> None:
    """Note the days that this year's notice cannot name, and those it names twice."""
    seen: set[date] = set()
    for path, day in ((path, named.day) for path, named in days):
        if year and day.year != year and (day.year, day.month) != (year - 1, 12):
            en, zh = (
                f"{day} is neither in {year} nor in the December before",
                f"{day}既不在{year}年，也不在上一年12月",
            )
            reading.fault(path, "OTHER_YEAR", en=en, zh=zh, at_value=True)
        if day in seen:
            reading.fault(path, "TWICE", en=f"{day} is named twice", zh=f"{day}重复出现", at_value=True)
        seen.add(day)


def _whole(form: Form, key: str, *, least: int, most: int) -> int:
    """A required whole number between bounds; 0 once a fault is noted."""
    if not form.has(key):
        form.missing(key)
        return 0
    found = form.raw(key)
    # In Python True is an int; in a notice it is a mistake.
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        en, zh = (
            f'"{key}" must be a whole number from {least} to {most}',
            f"“{key}”应当是{least}至{most}的整数",
        )
        form.fault(key, "WRONG_NUMBER", en=en, zh=zh)
        return 0
    return found
