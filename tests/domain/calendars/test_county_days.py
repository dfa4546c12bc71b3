"""A county's own decision: read from its file, loaded for that county alone, and by nobody but the administrator."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.calendars.commands import CountyUnknown, LoadedDays, load_county_days
from domain.calendars.county_days import is_of_a_county, read_county_days
from domain.rulebooks.located import FileRefused
from tests.domain.calendars.office import NOW, Office
from tests.domain.calendars.test_notice_files import NOTICE_OF_2026
from tests.worlds import a_county

TYPHOON = """\
county = "pingyang"
document = "平政办明电〔2026〕12号"
issued_on = 2026-07-10
valid_from = 2026-07-11
valid_until = 2026-07-18

[[rest]]
reason = "台风停工"
from = 2026-07-13
to = 2026-07-14
days = 2

[[work]]
reason = "补班"
from = 2026-07-18
to = 2026-07-18
days = 1
"""
MONDAY, TUESDAY, SATURDAY = date(2026, 7, 13), date(2026, 7, 14), date(2026, 7, 18)


def faults_of(text: str) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        read_county_days(text.encode(), name="days.toml")
    return [f"{fault.place.line}:{fault.place.column} {fault.code}" for fault in refused.value.faults]


class TestTheFile:
    def test_says_whose_it_is_by_which_document_and_each_day(self) -> None:
        decision = read_county_days(TYPHOON.encode(), name="days.toml")
        assert (decision.county, decision.document) == ("pingyang", "平政办明电〔2026〕12号")
        assert decision.issued_on == date(2026, 7, 10)
        assert decision.days == {
            MONDAY: (False, "台风停工"),
            TUESDAY: (False, "台风停工"),
            SATURDAY: (True, "补班"),
        }

    def test_is_told_from_a_yearly_notice_by_naming_its_county(self) -> None:
        assert is_of_a_county(TYPHOON.encode(), name="days.toml")
        assert not is_of_a_county(NOTICE_OF_2026.encode(), name="2026.toml")

    @pytest.mark.parametrize(
        ("good", "bad", "faults"),
        [
            ('county = "pingyang"', 'county = ""', ["1:10 EMPTY"]),
            ('document = "平政办明电〔2026〕12号"\n', "", ["1:1 MISSING_FIELD"]),
            ("issued_on = 2026-07-10\n", "", ["1:1 MISSING_FIELD"]),
            ("valid_until = 2026-07-18", "valid_until = 2026-07-17", ["15:8 OUTSIDE_VALIDITY"]),
            ("valid_from = 2026-07-11\n", "", ["1:1 MISSING_FIELD"]),
            ('reason = "台风停工"\n', "", ["7:3 MISSING_FIELD"]),
            ("days = 2", "days = 3", ["11:8 WRONG_COUNT"]),
            ("from = 2026-07-18", "from = 2026-07-14", ["17:8 WRONG_COUNT"]),
            ("[[work]]", "[[wrok]]", ["13:3 UNKNOWN_FIELD"]),
        ],
    )
    def test_is_refused_with_line_and_column(self, good: str, bad: str, faults: list[str]) -> None:
        assert TYPHOON.count(good) == 1, "the sample must hold once what is to be spoilt"
        assert faults_of(TYPHOON.replace(good, bad)) == faults

    def test_names_no_day_twice(self) -> None:
        assert faults_of(TYPHOON.replace("2026-07-18\nto = 2026-07-18", "2026-07-14\nto = 2026-07-14")) == [
            "15:8 TWICE"
        ]

    def test_names_some_day(self) -> None:
        assert faults_of(TYPHOON.partition("[[rest]]")[0]) == ["1:1 MISSING_FIELD"]


class TestLoading:
    async def test_changes_that_county_only_and_has_it_on_its_trail(
        self, office: Office, database: dict[str, AsyncEngine]
    ) -> None:
        other = Office(database["owner"], await a_county(database["owner"]))
        before, others = await office.version(), await other.version()
        loaded = await office.load_days(office.own(TYPHOON))
        assert loaded == LoadedDays(office.world.code, "平政办明电〔2026〕12号", changed=3)
        calendar = await office.calendar()
        assert calendar.local_rest_days == {MONDAY, TUESDAY}
        assert calendar.local_workdays == {SATURDAY}
        assert (await other.calendar()).local_rest_days == frozenset()
        assert (await office.version(), await other.version()) == (before + 1, others)
        assert await office.sources() == [(before + 1, "平政办明电〔2026〕12号")]
        assert await other.sources() == []
        ((action, content),) = await office.lines()
        assert (action, content["document"]) == ("calendar.county_days_loaded", "平政办明电〔2026〕12号")
        assert content["days"][0] == {
            "day": "2026-07-13",
            "was": None,
            "is": {"working": False, "reason": "台风停工", "source": "平政办明电〔2026〕12号"},
        }

    async def test_again_changes_nothing(self, office: Office) -> None:
        await office.load_days(office.own(TYPHOON))
        version, lines = await office.version(), await office.lines()
        assert (await office.load_days(office.own(TYPHOON))).changed == 0
        assert (await office.version(), await office.lines()) == (version, lines)

    async def test_of_the_same_document_corrected_replaces_what_it_said(self, office: Office) -> None:
        await office.load_days(office.own(TYPHOON))
        one_day = TYPHOON.replace("to = 2026-07-14\ndays = 2", "to = 2026-07-13\ndays = 1")
        assert (await office.load_days(office.own(one_day))).changed == 1
        assert (await office.calendar()).local_rest_days == {MONDAY}
        action, content = (await office.lines())[-1]
        (day,) = content["days"]
        assert (action, day["day"], day["is"]) == ("calendar.county_days_loaded", "2026-07-14", None)
        assert day["was"]["reason"] == "台风停工"

    async def test_of_another_document_goes_before_the_earlier_one(self, office: Office) -> None:
        await office.load_days(office.own(TYPHOON))
        over = (
            TYPHOON.replace("12号", "13号")
            .replace("[[work]]", "[[also]]")
            .partition("[[also]]")[0]
            .replace("[[rest]]", "[[work]]")
            .replace("台风停工", "台风警报解除")
        )
        await office.load_days(office.own(over))
        calendar = await office.calendar()
        assert calendar.local_workdays == {MONDAY, TUESDAY, SATURDAY}
        assert calendar.local_rest_days == frozenset()

    async def test_goes_before_the_national_list(self, office: Office) -> None:
        await office.load_published()
        assert not (await office.calendar()).is_working(date(2026, 10, 7))
        relief = (
            TYPHOON.partition("[[rest]]")[0].replace("2026-07", "2026-10")
            + '[[work]]\nreason = "抢险"\nfrom = 2026-10-07\nto = 2026-10-07\ndays = 1\n'
        ).replace("2026-10-11", "2026-10-01")
        await office.load_days(office.own(relief))
        assert (await office.calendar()).is_working(date(2026, 10, 7))

    async def test_of_an_unknown_county_is_refused(self, office: Office) -> None:
        with pytest.raises(CountyUnknown) as refused:
            await office.load_days(TYPHOON.replace("pingyang", "nowhere"))
        assert 'there is no county "nowhere"' in refused.value.sentence("en")

    async def test_is_not_for_the_logins_of_app_and_worker(
        self, office: Office, database: dict[str, AsyncEngine]
    ) -> None:
        for duty in ("app", "worker"):
            # Within the county's walls only the missing grant is left to refuse it.
            async with AsyncSession(database[duty]) as session:
                await session.execute(
                    select(func.set_config("gongguan.county", str(office.world.county_id), True))
                )
                with pytest.raises(ProgrammingError, match="permission denied"):
                    await load_county_days(
                        session, file=office.own(TYPHOON).encode(), name="days.toml", now=NOW
                    )
        assert (await office.calendar()).local_rest_days == frozenset()
