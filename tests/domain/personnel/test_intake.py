"""Taking a roster in from a spreadsheet: all or nothing, the good rows by choice, and a report of every row and column."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.certificates.models import Certificate
from domain.certificates.rules import HasOne, NotEstablished, WrongDays
from domain.certificates.rules import OnlyAssists as OnlyAssistsCertified
from domain.lineage.rules import Dissolved
from domain.personal_data.models import PersonalData
from domain.personal_data.rules import IdentityNumberMisshapen, TelephoneMisshapen, check_character
from domain.personal_data.sealing import Keys, NoKey
from domain.personnel.intake import take_in
from domain.personnel.on_record import Namesakes, SaysOtherwise
from domain.personnel.roster import ROSTER, Body, rows_in
from domain.personnel.rules import TooFar
from domain.secondments.models import Secondment
from domain.secondments.rules import (
    BeforeTheRules,
    ModeNotHere,
    NotOnTheRegister,
    OnlyAssists,
    SecondedAlready,
)
from domain.sheets import BadCell, NoSheet, Report, RowTwice
from domain.staff import commands as staff
from domain.staff.models import Person, StaffEntry
from domain.texts import FieldEmpty
from domain.work import Errand
from tenancy.ids import new_id
from tenancy.models import Capacity
from tests.domain.lineage.office import on_record
from tests.domain.personnel.sheets import AT_HOME, GOOD, HEADINGS, as_csv, as_xlsx, at_home, row
from tests.keys import KEYS
from tests.registered import Office, keeps_a_register
from tests.rosters import endings_astray
from tests.worlds import NOW

BODY = "33032619850101001"
SHOWN = {"证号": "浙平001", "发证日期": "2024-05-01", "有效期至": "2029-04-30"}
IDENTITY_NUMBER = BODY + check_character(BODY)


@pytest.fixture
def take(world, owner_engine):
    async def taken(file, **said):
        async with AsyncSession(owner_engine) as session, session.begin():
            errand = Errand(session=session, county_id=world.county_id, now=said.pop("now", NOW))
            return await take_in(errand, file=file, keys=said.pop("keys", lambda: KEYS), **said)

    return taken


@pytest.fixture
def found(world, owner_engine):
    """What lies in the county of somebody of this name, by table; of everybody who was not there before without one."""

    async def read(name=None):
        async with AsyncSession(owner_engine) as session:
            people = (await session.scalars(select(Person).where(Person.county_id == world.county_id))).all()
            known = {each.person_id for each in world.people.values()}
            who = [each.id for each in people if (each.name == name if name else each.id not in known)]
            rows = SimpleNamespace(people=[each for each in people if each.id in who])
            for table, model in (
                ("entries", StaffEntry),
                ("secondments", Secondment),
                ("posts", Capacity),
                ("certificates", Certificate),
                ("numbers", PersonalData),
            ):
                of_them = select(model).where(model.person_id.in_(who)).order_by(model.id)
                setattr(rows, table, (await session.scalars(of_them)).all())
            return rows

    return read


def faults(report):
    return [(number, ROSTER.column_of(refusal), type(refusal)) for number, refusal in report.refused]


class TestARow:
    @pytest.mark.parametrize("written", [as_csv, as_xlsx])
    async def test_is_a_person_an_entry_a_secondment_and_the_post_that_it_grants(
        self, take, found, world, written
    ) -> None:
        assert await take(written(row())) == Report(1, 0, ())
        rows = await found("钱新")
        ((person,), (entry,), (secondment,), (post,)) = (
            rows.people,
            rows.entries,
            rows.secondments,
            rows.posts,
        )
        assert person.home_id == entry.home_id == secondment.home_id == world.bodies["transport"]
        assert (entry.unit_id, entry.register, entry.establishment, entry.post, entry.rank) == (
            world.units["transport"],
            "enforcement",
            "enforcement",
            "队员",
            None,
        )
        assert (entry.since, entry.until, entry.entered_by) == (date(2020, 7, 1), None, None)
        assert (secondment.host_id, secondment.mode, secondment.post, secondment.order_number) == (
            world.bodies["aojiang"],
            "stationed",
            "执法队成员",
            "平委编〔2026〕1号",
        )
        assert (secondment.since, secondment.until, secondment.ordered_by) == (date(2026, 1, 5), None, None)
        assert (post.tenant_id, post.roles, post.secondment_id, post.granted_by_id) == (
            world.bodies["aojiang"],
            ["officer"],
            secondment.id,
            world.bodies["transport"],
        )
        assert (post.since, post.until) == (datetime(2026, 1, 4, 16, tzinfo=UTC), None)

    async def test_without_a_host_or_with_the_home_as_one_is_somebody_at_home(self, take, found) -> None:
        file = as_csv(
            at_home(), at_home(姓名="孙二", 用人单位="县交通运输局", 起="2021-01-01", 止="2025-12-31")
        )
        assert await take(file) == Report(2, 0, ())
        rows = await found()
        assert (rows.secondments, rows.posts) == ([], [])
        assert sorted((each.since, each.until) for each in rows.entries) == [
            (date(2020, 7, 1), None),
            (date(2021, 1, 1), date(2025, 12, 31)),
        ]

    async def test_is_known_by_the_short_name_and_the_code_of_a_body_and_may_be_turned_round(
        self, take, found
    ) -> None:
        cells = GOOD | {
            "派出单位": "平交",
            "用人单位": "aojiang",
            "派驻方式": "stationed",
            "内设机构": "team",
        }
        turned = list(reversed(HEADINGS))
        file = as_xlsx([cells.get(name, "") for name in turned], headings=turned)
        assert (await take(file)).taken == 1
        assert len((await found("钱新")).secondments) == 1

    async def test_may_leave_columns_out_that_say_nothing(self, take) -> None:
        needed = [each for each in HEADINGS if AT_HOME.get(each)]
        assert (await take(as_csv([AT_HOME[each] for each in needed], headings=needed))).taken == 1

    async def test_of_a_name_that_is_drawn_apart_is_of_the_name(self, take, found) -> None:
        await take(as_csv(at_home(姓名="徐  杰")))
        assert len((await found("徐杰")).people) == 1

    async def test_is_found_by_any_part_of_the_name(self, take, world, owner_engine) -> None:
        await take(as_csv(row()))
        assert await endings_astray(owner_engine, world.county_id) == 0

    async def test_for_each_host_makes_one_order_of_an_area_team(self, take, found) -> None:
        area = {"派驻方式": "按区域设置", "联系分工": "联系领导"}
        report = await take(as_csv(row(**area), row(**area, 用人单位="水头镇人民政府")))
        assert report == Report(2, 0, ())
        rows = await found("钱新")
        assert (len(rows.people), len(rows.entries), len(rows.secondments), len(rows.posts)) == (1, 1, 2, 2)
        assert len({each.order_id for each in rows.secondments}) == 1
        assert {each.liaison for each in rows.secondments} == {"leader"}

    async def test_of_a_secondment_that_is_over_grants_a_post_that_is_over(self, take, found) -> None:
        await take(as_csv(row(止="2026-02-28")))
        (post,) = (await found("钱新")).posts
        assert post.until == datetime(2026, 2, 28, 16, tzinfo=UTC)

    async def test_of_somebody_known_adds_to_what_there_is(self, take, found, world) -> None:
        assert (await take(as_csv(at_home(姓名="林局")))).taken == 1
        rows = await found("林局")
        assert ([each.id for each in rows.people], len(rows.entries)) == ([world["lin"].person_id], 1)

    async def test_counts_the_time_at_the_front_over_all_that_is_listed(self, take, found) -> None:
        """And again over what comes with another file: one year, a gap, and from then on."""
        year = {"起": "2023-01-01", "止": "2023-12-31"}
        await take(as_csv(row(起="2024-07-01"), row(**year)))
        assert {each.since: each.counted_since for each in (await found("钱新")).secondments} == {
            date(2023, 1, 1): date(2023, 1, 1),
            date(2024, 7, 1): date(2024, 7, 1) - timedelta(days=365),
        }
        await take(as_csv(row(起="2022-01-01", 止="2022-01-10", 用人单位="水头镇人民政府")))
        assert {each.counted_since for each in (await found("钱新")).secondments} == {
            date(2022, 1, 1),
            date(2023, 1, 1) - timedelta(days=10),
            date(2024, 7, 1) - timedelta(days=375),
        }

    async def test_of_days_before_what_is_on_record_ends_where_that_begins(self, take, found) -> None:
        await take(as_csv(at_home(起="2025-01-01", 职务="中队长")))
        assert (await take(as_csv(at_home()))).taken == 1
        assert sorted((each.since, each.until) for each in (await found("钱新")).entries) == [
            (date(2020, 7, 1), date(2024, 12, 31)),
            (date(2025, 1, 1), None),
        ]

    async def test_lets_whoever_it_seconds_act_for_the_host(self, take, found, world, edge) -> None:
        """And who takes the secondment back takes that away: as after an order of the home's own."""
        await take(as_csv(row(姓名="林局")))
        (secondment,) = (await found("林局")).secondments
        (post,) = [each for each in (await found("林局")).posts if each.secondment_id]
        acting = type(world["lin"].credentials)(token=world["lin"].token, acting_as=str(post.id))
        async with edge.reading(acting) as work:
            assert (work.actor.tenant_id, work.actor.roles) == (
                world.bodies["aojiang"],
                frozenset({"officer"}),
            )
        assert secondment.version == 1


class TestCertificates:
    async def test_are_of_the_body_that_the_rules_name(self, take, found, world) -> None:
        assert (await take(as_csv(row(**SHOWN)))).taken == 1
        (certificate,) = (await found("钱新")).certificates
        assert (certificate.issuer_id, certificate.home_id, certificate.state, certificate.issued_by) == (
            world.bodies["justice"],
            world.bodies["transport"],
            "held",
            None,
        )
        assert (certificate.issued_on, certificate.valid_until) == (date(2024, 5, 1), date(2029, 4, 30))
        assert await take(as_csv(row(**SHOWN))) == Report(0, 1, ())

    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"发证日期": ""}, ("发证日期", FieldEmpty)),
            ({"有效期至": "2024-01-01"}, ("有效期至", WrongDays)),
            ({"编制类型": "无编制"}, ("证号", NotEstablished)),
            ({"人员类别": "辅助人员"}, ("证号", OnlyAssistsCertified)),
        ],
    )
    async def test_are_refused_as_their_issuer_would(self, take, changed, fault) -> None:
        report = await take(as_csv(at_home(**SHOWN | changed)))
        assert faults(report) == [(2, *fault)]

    async def test_have_numbers_of_their_own_and_people_have_one(self, take) -> None:
        await take(as_csv(row(**SHOWN)))
        report = await take(as_csv(at_home(姓名="孙二", **SHOWN), row(**SHOWN | {"证号": "2"})))
        assert faults(report) == [(2, "证号", HasOne), (3, "证号", HasOne)]


class TestNumbers:
    async def test_are_sealed_and_said_nowhere(self, take, found) -> None:
        file = as_csv(row(身份证号=IDENTITY_NUMBER, 联系电话="138 0000 0000"))
        assert await take(file) == Report(1, 0, ())
        numbers = (await found("钱新")).numbers
        assert {each.kind: each.masked for each in numbers} == {
            "identity_number": f"3303{'*' * 10}{IDENTITY_NUMBER[-4:]}",
            "telephone": "+86*******0000",
        }
        assert all(IDENTITY_NUMBER.encode() not in each.sealed for each in numbers)

    async def test_are_no_news_again_and_replaced_where_they_are_others(self, take, found) -> None:
        await take(as_csv(row(联系电话="13800000000")))
        assert await take(as_csv(row(联系电话="138-0000-0000"))) == Report(0, 1, ())
        assert await take(as_csv(row(联系电话="13800000001"))) == Report(1, 0, ())
        (number,) = (await found("钱新")).numbers
        assert (number.version, number.masked[-4:]) == (2, "0001")

    async def test_that_are_wrong_are_refused_without_being_repeated(self, take, found) -> None:
        report = await take(
            as_csv(row(身份证号="330326198501019999999", 联系电话="1"), row(姓名="乙", 联系电话="99887766"))
        )
        assert faults(report) == [
            (2, "身份证号", IdentityNumberMisshapen),
            (3, "联系电话", TelephoneMisshapen),
        ]
        said = "".join(each.sentence("zh") + each.sentence("en") + repr(each) for _, each in report.refused)
        assert "330326" not in said
        assert "99887766" not in said

    async def test_are_not_in_what_is_printed_of_a_row(self, world) -> None:

        home = Body(world.bodies["transport"], "x", "department", {"第一执法中队": world.units["transport"]})
        (read,) = rows_in(
            as_csv(at_home(联系电话="13812345678")), bodies={"县交通运输局": home}, today=NOW.date()
        )
        assert read.meant is not None
        assert read.meant.numbers == {"telephone": "+8613812345678"}
        assert "12345678" not in repr(read)

    async def test_need_a_key(self, take, found) -> None:
        with pytest.raises(NoKey):
            await take(as_csv(row(联系电话="13800000000")), keys=Keys)
        assert (await found()).people == []
        assert (await take(as_csv(row()), keys=Keys)).taken == 1


BAD = {
    "no name": ({"姓名": " "}, ("姓名", FieldEmpty)),
    "a body of elsewhere": ({"派出单位": "某局"}, ("派出单位", BadCell)),
    "a unit of another body": ({"内设机构": "执法一队"}, ("内设机构", BadCell)),
    "no unit": ({"内设机构": ""}, ("内设机构", FieldEmpty)),
    "a word that is no register": ({"人员类别": "临时工"}, ("人员类别", BadCell)),
    "a word that is no establishment": ({"编制类型": "编外"}, ("编制类型", BadCell)),
    "no post": ({"职务": ""}, ("职务", FieldEmpty)),
    "a host that is no township": ({"用人单位": "县农业农村局"}, ("用人单位", BadCell)),
    "no mode": ({"派驻方式": ""}, ("派驻方式", FieldEmpty)),
    "a mode that nobody knows": ({"派驻方式": "借调"}, ("派驻方式", BadCell)),
    "a mode that the county does not have": ({"派驻方式": "巡回"}, ("派驻方式", ModeNotHere)),
    "no post with the host": ({"岗位": ""}, ("岗位", FieldEmpty)),
    "a task that is none": ({"联系分工": "组长"}, ("联系分工", BadCell)),
    "no day": ({"起": ""}, ("起", FieldEmpty)),
    "a day that is none": ({"起": "2026-02-30"}, ("起", BadCell)),
    "a last day before the first": ({"止": "2026-01-04"}, ("止", BadCell)),
    "an auxiliary": ({"人员类别": "辅助人员"}, ("人员类别", OnlyAssists)),
}


class TestAFile:
    @pytest.mark.parametrize("which", BAD, ids=str)
    async def test_with_a_bad_row_is_not_taken_but_for_its_good_rows_by_choice(
        self, take, found, which
    ) -> None:
        cells, fault = BAD[which]
        file = as_csv(row(姓名="甲"), row(**{"姓名": "乙"} | cells), row(姓名="丙"))
        report = await take(file)
        assert (report.taken, faults(report)) == (0, [(3, *fault)])
        assert (await found()).people == []
        report = await take(file, good_rows_only=True)
        assert (report.taken, faults(report)) == (2, [(3, *fault)])
        assert sorted(each.name for each in (await found()).people) == ["丙", "甲"]

    async def test_tells_of_every_bad_row_in_both_languages(self, take) -> None:
        report = await take(as_xlsx(row(派出单位="x"), row(姓名="乙"), row(起="x"), [], row(姓名="")))
        assert [number for number, _ in report.refused] == [2, 4, 6]
        assert all(refusal.sentence("zh") and refusal.sentence("en") for _, refusal in report.refused)

    async def test_says_how_a_township_is_called_in_full(self, take) -> None:
        ((_, refusal),) = (await take(as_csv(row(用人单位="昆阳")))).refused
        assert "（如昆阳镇人民政府）" in refusal.sentence("zh")
        assert "(such as 昆阳镇人民政府)" in refusal.sentence("en")

    async def test_the_second_time_is_no_news(self, take, found) -> None:
        file = as_csv(row(), at_home(姓名="孙二"), row(派驻方式="按区域设置", 姓名="李三"))
        assert await take(file) == Report(3, 0, ())
        before = await found()
        assert await take(file, now=NOW + timedelta(days=400)) == Report(0, 3, ())
        after = await found()
        for table, rows in vars(before).items():
            assert [each.id for each in rows] == [each.id for each in vars(after)[table]], table
        assert [each.version for each in after.entries] == [1, 1, 1]

    async def test_may_not_list_the_same_twice(self, take) -> None:
        report = await take(as_csv(row(), row(), row(用人单位="水头镇人民政府", 起="2026-02-01")))
        assert faults(report) == [(3, None, RowTwice)]

    @pytest.mark.parametrize(
        ("column", "day"),
        [("在册起", "0001-01-01"), ("起", "0001-01-01"), ("起", "9999-12-31"), ("止", "9999-12-31")],
    )
    async def test_has_no_day_that_no_calendar_reaches(self, take, column, day) -> None:
        assert faults(await take(as_csv(row(**{column: day})))) == [(2, column, TooFar)]

    async def test_is_no_roster_without_its_columns(self, take) -> None:
        for file in (b"", b"PK\x03\x04 no workbook", as_csv(headings=HEADINGS[1:])):
            with pytest.raises(NoSheet):
                await take(file)

    async def test_taken_by_two_at_once_is_taken_once(self, take, found) -> None:
        file = as_csv(row())
        reports = await asyncio.gather(take(file), take(file))
        assert sorted(reports, key=lambda each: each.taken) == [Report(0, 1, ()), Report(1, 0, ())]
        assert len((await found()).people) == 1


class TestAgainstTheRegister:
    async def test_what_it_says_otherwise_is_refused(self, take) -> None:
        await take(as_csv(row()))
        report = await take(as_csv(row(职务="中队长")))
        assert faults(report) == [(2, "姓名", SaysOtherwise)]

    async def test_a_secondment_over_the_same_days_is_refused(self, take) -> None:
        await take(as_csv(row()))
        report = await take(as_csv(row(起="2026-02-01")))
        assert faults(report) == [(2, "起", SecondedAlready)]

    async def test_what_became_of_a_secondment_since_stays(
        self, take, found, edge, world, owner_engine
    ) -> None:
        await take(as_csv(row()))
        async with AsyncSession(owner_engine) as session, session.begin():
            each = (
                await session.scalars(select(Secondment).where(Secondment.host_id == world.bodies["aojiang"]))
            ).one()
            each.until = date(2026, 2, 1)
        assert await take(as_csv(row())) == Report(0, 1, ())
        (secondment,) = (await found("钱新")).secondments
        assert secondment.until == date(2026, 2, 1)

    @pytest.mark.parametrize(
        ("left", "sent", "column"),
        [
            ("2019-12-31", {"起": "2026-01-05"}, "人员类别"),
            ("2026-06-30", {"起": "2026-01-05"}, "止"),
            ("2026-06-30", {"起": "2026-01-05", "止": "2026-07-01"}, "止"),
        ],
    )
    async def test_nobody_is_seconded_beyond_their_last_day(self, take, found, left, sent, column) -> None:
        assert (await take(as_csv(at_home(起="2010-01-01", 止=left)))).taken == 1
        report = await take(as_csv(row(在册起="2015-01-01", **sent)))
        assert [(number, said) for number, said, _ in faults(report)] == [(2, column)]
        assert (await found("钱新")).posts == []

    async def test_nobody_is_seconded_under_rules_that_nobody_knows(self, take) -> None:
        assert faults(await take(as_csv(row(在册起="2015-01-01", 起="2016-01-05")))) == [
            (2, "派驻方式", BeforeTheRules)
        ]

    async def test_nobody_is_seconded_before_their_first_day(self, take) -> None:
        assert faults(await take(as_csv(row(在册起="2020-07-01", 起="2019-07-01")))) == [
            (2, "人员类别", NotOnTheRegister)
        ]

    async def test_namesakes_of_one_body_are_not_told_apart(self, take, world, owner_engine) -> None:
        async with owner_engine.begin() as connection:
            people = {new_id(): staff.Officer("钱新", home_id=world.bodies["transport"]) for _ in range(2)}
            await staff.enter(connection, county_id=world.county_id, officers=people)
        assert faults(await take(as_csv(row()))) == [(2, "姓名", Namesakes)]

    async def test_namesakes_of_two_bodies_are_two_people(self, take, found) -> None:
        other = {"派出单位": "县农业农村局", "内设机构": "执法一队"}
        assert await take(as_csv(row(), row(**other))) == Report(2, 0, ())
        assert len((await found("钱新")).people) == 2

    async def test_a_body_that_is_no_more_is_not_written_for(self, take, world, owner_engine) -> None:
        change = 'change = "merge"\nfrom = ["agriculture"]\nto = ["transport"]\n'
        await on_record(owner_engine, world, change, since=date(2026, 1, 1))
        report = await take(as_csv(at_home(派出单位="县农业农村局", 内设机构="执法一队")))
        assert faults(report) == [(2, "派出单位", Dissolved)]
        assert "县交通运输局" in report.refused[0][1].sentence("zh")

    async def test_what_was_taken_in_is_the_registers_to_end(
        self, take, found, edge, world, owner_engine
    ) -> None:

        await keeps_a_register(owner_engine, world)
        await take(as_csv(row()))
        office = Office(edge, world)
        (secondment,) = (await found("钱新")).secondments
        await office.end(secondment.id)
        (post,) = (await found("钱新")).posts
        assert post.until == NOW
