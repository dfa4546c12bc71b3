"""Reading one year's notice from TOML: what a good file says, and where a bad one is wrong.

They do not verify what becomes of a notice in the database.
"""

import pytest

from domain.calendars.rules import NoticeDay, WorkingCalendar, YearNotice, library_notices, read_notice
from domain.rulebooks.located import FileRefused

NOTICE_OF_2026 = """\
# 国务院办公厅关于2026年部分节假日安排的通知
year = 2026
notice = "国办发明电〔2025〕7号"
published_on = 2025-11-04

[[holiday]]
name = "元旦"
from = 2026-01-01
to = 2026-01-03
days = 3
workdays = [2026-01-04]

[[holiday]]
name = "春节"
from = 2026-02-15
to = 2026-02-23
days = 9
workdays = [2026-02-14, 2026-02-28]

[[holiday]]
name = "清明节"
from = 2026-04-04
to = 2026-04-06
days = 3

[[holiday]]
name = "劳动节"
from = 2026-05-01
to = 2026-05-05
days = 5
workdays = [2026-05-09]

[[holiday]]
name = "端午节"
from = 2026-06-19
to = 2026-06-21
days = 3

[[holiday]]
name = "中秋节"
from = 2026-09-25
to = 2026-09-27
days = 3

[[holiday]]
name = "国庆节"
from = 2026-10-01
to = 2026-10-07
days = 7
workdays = [2026-09-20, 2026-10-10]
"""


def read(text: str) -> YearNotice:
    return read_notice(text.encode(), name="2026.toml")


def faults_of(text: str | bytes) -> list[str]:
    """Each fault as line:column code."""
    with pytest.raises(FileRefused) as refused:
        read_notice(text.encode() if isinstance(text, str) else text, name="2026.toml")
    return [f"{fault.place.line}:{fault.place.column} {fault.code}" for fault in refused.value.faults]


class TestAGoodFile:
    def test_says_what_the_library_says_of_that_year(self) -> None:
        assert read(NOTICE_OF_2026) == next(notice for notice in library_notices() if notice.year == 2026)

    def test_may_reach_into_the_december_before(self) -> None:
        # 国办发明电〔2018〕15号, first sentence.
        notice = read("""\
year = 2019
notice = "国办发明电〔2018〕15号"
published_on = 2018-12-04
holiday = [{ name = "元旦", from = 2018-12-30, to = 2019-01-01, days = 3, workdays = [2018-12-29] }]
""")
        assert [(str(d.day), d.works) for d in notice.days] == [
            ("2018-12-29", True),
            ("2018-12-30", False),
            ("2018-12-31", False),
            ("2019-01-01", False),
        ]
        earlier = [known for known in library_notices() if known.year == 2018]
        calendar = WorkingCalendar.of([*earlier, notice])
        assert str(calendar.add(notice.days[0].day, 1)) == "2019-01-02"

    def test_keeps_the_name_of_the_holiday_with_each_day(self) -> None:
        days = {str(d.day): d for d in read(NOTICE_OF_2026).days}
        assert days["2026-02-28"] == NoticeDay(day=days["2026-02-28"].day, name="春节", works=True)

    def test_may_come_from_a_windows_editor(self) -> None:
        windows = b"\xef\xbb\xbf" + NOTICE_OF_2026.replace("\n", "\r\n").encode()
        assert read_notice(windows, name="2026.toml") == read(NOTICE_OF_2026)


class TestAFileIsRefusedAtItsPlace:
    @pytest.mark.parametrize(
        ("good", "bad", "faults"),
        [
            ("year = 2026", "year = ", ["2:8 NOT_TOML"]),
            ("days = 9", "days = 9 9", ["17:10 NOT_TOML"]),
            ("2026-02-28]", "2026-02-30]", ["18:25 NOT_TOML"]),
            ("year = 2026\n", "", ["1:1 MISSING_FIELD"]),
            ("year = 2026", "year = true", ["2:8 WRONG_NUMBER"]),
            ("year = 2026", 'year = "2026"', ["2:8 WRONG_NUMBER"]),
            ('notice = "国办发明电〔2025〕7号"', 'notice = ""', ["3:10 EMPTY"]),
            ("published_on = 2025-11-04", "published_on = 2025-11-04T08:00:00Z", ["4:16 WRONG_TYPE"]),
            ("published_on", "publishd_on", ["1:1 MISSING_FIELD", "4:1 UNKNOWN_FIELD"]),
            ("to = 2026-02-23\n", "", ["13:3 MISSING_FIELD"]),
            ("to = 2026-02-23", "to = 2026-02-30", ["16:6 NOT_TOML"]),
            ("to = 2026-02-23", "to = 2026-02-22", ["17:8 WRONG_COUNT"]),
            ("to = 2026-02-23", "to = 2026-02-14", ["17:8 WRONG_COUNT"]),
            ("days = 9", "days = 0", ["17:8 WRONG_NUMBER"]),
            ("days = 9", "days = true", ["17:8 WRONG_NUMBER"]),
            ("days = 9", "days = 16", ["17:8 WRONG_NUMBER"]),
            ("2026-02-28]", '"2026-02-28"]', ["18:25 WRONG_TYPE"]),
            ("2026-02-28]", "2026-02-27]", ["18:25 NO_WEEKEND"]),
            ("2026-02-28]", "2026-02-14]", ["18:25 TWICE"]),
            ("2026-02-28]", "2026-02-15]", ["18:25 TWICE"]),
            ("[2026-02-14, 2026-02-28]", "2026-02-14", ["18:12 WRONG_TYPE"]),
            ("2026-02-28]", "2027-02-27]", ["18:25 OTHER_YEAR"]),
            ("2026-02-28]", "2025-11-29]", ["18:25 OTHER_YEAR"]),
            ("workdays = [2026-02-14", "workday = [2026-02-14", ["18:1 UNKNOWN_FIELD"]),
            ('name = "春节"\n', "", ["13:3 MISSING_FIELD"]),
        ],
    )  # fmt: skip
    def test_with_line_and_column(self, good: str, bad: str, faults: list[str]) -> None:
        assert NOTICE_OF_2026.count(good) == 1, "the sample must hold once what is to be spoilt"
        assert faults_of(NOTICE_OF_2026.replace(good, bad)) == faults

    def test_with_every_fault_at_once(self) -> None:
        spoilt = NOTICE_OF_2026.replace("days = 5", "days = 6").replace('"端午节"', "5")
        assert faults_of(spoilt) == ["30:8 WRONG_COUNT", "34:8 WRONG_TYPE"]

    def test_when_it_names_no_holiday(self) -> None:
        head = NOTICE_OF_2026.partition("[[holiday]]")[0]
        assert faults_of(head) == ["1:1 MISSING_FIELD"]
        assert faults_of(head + "holiday = []\n") == ["6:1 MISSING_FIELD"]
        assert faults_of(head + "holiday = 7\n") == ["6:11 WRONG_TYPE"]

    def test_when_it_is_not_utf_8(self) -> None:
        assert faults_of(NOTICE_OF_2026.encode("gb18030")) == ["1:3 NOT_UTF8"]

    def test_in_the_readers_language(self) -> None:
        with pytest.raises(FileRefused) as refused:
            read(NOTICE_OF_2026.replace("days = 9", "days = 8"))
        assert "2026.toml:17:8: 2026-02-15至2026-02-23共9天，而非8天" in refused.value.sentence("zh")
        assert "2026.toml:17:8: 2026-02-15 to 2026-02-23 makes 9 day(s), not 8" in refused.value.sentence(
            "en"
        )


def test_the_library_names_every_holiday_in_chinese() -> None:
    names = {day.name for notice in library_notices() for day in notice.days}
    assert all(not name.isascii() for name in names), names
