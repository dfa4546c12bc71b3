"""Taking a catalogue in from a spreadsheet: all or nothing, the good rows by choice, and a report of every row."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalogue.intake import take_in
from domain.catalogue.models import Item, ItemVersion
from domain.catalogue.queries import ItemFilter, page_of_items
from domain.catalogue.rules import Published
from domain.sheets import BadCell, NoSheet, Report, RowTwice
from domain.spans import Span
from domain.texts import FieldEmpty
from domain.work import Errand
from tests.domain.catalogue.sheets import GOOD, HEADINGS, as_csv, as_xlsx, row
from tests.worlds import NOW


@pytest.fixture
def take(world, owner_engine):
    async def taken(file, **said):
        async with AsyncSession(owner_engine) as session, session.begin():
            errand = Errand(session=session, county_id=world.county_id, now=NOW)
            return await take_in(errand, file=file, by_id=world.bodies["coordination"], **said)

    return taken


@pytest.fixture
def catalogue(world, owner_engine):
    async def read():
        async with AsyncSession(owner_engine) as session:
            found = await session.execute(
                select(Item.code, ItemVersion)
                .join(ItemVersion, ItemVersion.item_id == Item.id)
                .where(Item.county_id == world.county_id)
                .order_by(Item.code, ItemVersion.since)
            )
            return [(code, version) for code, version in found]

    return read


@pytest.mark.parametrize("written", [as_csv, as_xlsx])
async def test_a_row_becomes_an_item(take, catalogue, world, written):
    assert await take(written(GOOD)) == Report(1, 0, ())
    ((code, version),) = await catalogue()
    assert (code, version.name, version.field) == ("330218085000", "未采取密闭措施运输渣土", "交通运输")
    assert version.department_id == world.bodies["transport"]
    assert (version.penalty, version.inspection, version.compulsion) == (True, True, False)
    assert (version.since, version.until) == (date(2024, 1, 1), None)
    assert version.bands == [
        {"name": "轻微", "least": 0, "most": 1000},
        {"name": "一般", "least": 1000, "most": 5000},
    ]


async def test_a_sheet_may_hold_days_and_numbers_as_such_and_columns_in_any_order(take, catalogue):
    cells = dict(zip(HEADINGS, GOOD, strict=True)) | {
        "代码": 330218085000,
        "起日": date(2024, 1, 1),
        "终止日": date(2027, 1, 1),
        "主管部门": "transport",
    }
    turned = list(reversed(HEADINGS))
    assert (await take(as_xlsx([cells[name] for name in turned], headings=turned))).taken == 1
    ((code, version),) = await catalogue()
    assert (code, version.since, version.until) == ("330218085000", date(2024, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize("powers", ["行政处罚；行政检查", "行政处罚，行政检查", "行政处罚／行政检查"])
@pytest.mark.parametrize(
    "bands",
    [
        "轻微：0－1000；一般：1000～5000元",
        "轻微：0元-1000元；一般：1000—5000",
        "轻微：0——1000，一般：1000至5000",
    ],
)
async def test_a_cell_is_read_as_people_type_it(take, catalogue, powers, bands):
    assert await take(as_csv(row(权限=powers, 裁量档次=bands))) == Report(1, 0, ())
    ((_, version),) = await catalogue()
    assert (version.penalty, version.inspection, version.compulsion) == (True, True, False)
    assert version.bands == [
        {"name": "轻微", "least": 0, "most": 1000},
        {"name": "一般", "least": 1000, "most": 5000},
    ]


async def test_a_csv_may_be_in_gbk_as_spreadsheets_write_it(take, catalogue):
    assert await take(as_csv(GOOD).decode("utf-8-sig").encode("gbk")) == Report(1, 0, ())
    ((_, version),) = await catalogue()
    assert version.name == GOOD[1]


BAD = {
    "a department that the county lacks": ({"主管部门": "县财政局"}, BadCell),
    "a township for a department": ({"主管部门": "昆阳镇人民政府"}, BadCell),
    "a word that is no power": ({"权限": "行政许可"}, BadCell),
    "no day": ({"起日": ""}, FieldEmpty),
    "a day that is none": ({"起日": "2024-02-30"}, BadCell),
    "a day beyond all years": ({"起日": "99999999999999999999-1-1"}, BadCell),
    "a band without amounts": ({"裁量档次": "一般"}, BadCell),
    "no name": ({"名称": " "}, FieldEmpty),
}


@pytest.mark.parametrize("changed", BAD, ids=str)
async def test_nothing_is_taken_of_a_file_with_a_bad_row(take, catalogue, changed):
    cells, refusal = BAD[changed]
    file = as_csv(row(代码="1"), row(代码="2", **cells), row(代码="3"))
    report = await take(file)
    assert (report.taken, [(number, type(each)) for number, each in report.refused]) == (0, [(3, refusal)])
    assert await catalogue() == []
    report = await take(file, good_rows_only=True)
    assert (report.taken, [number for number, _ in report.refused]) == (2, [3])
    assert [code for code, _ in await catalogue()] == ["1", "3"]


async def test_every_bad_row_is_told(take):
    report = await take(as_xlsx(row(主管部门="x"), row(代码="2"), row(起日="x"), [], row(名称="", 代码="3")))
    assert [number for number, _ in report.refused] == [2, 4, 6]
    assert all(refusal.sentence("zh") and refusal.sentence("en") for _, refusal in report.refused)


async def test_the_same_file_again_is_no_news(take, catalogue):
    file = as_csv(GOOD, row(代码="2"))
    assert await take(file) == Report(2, 0, ())
    assert await take(file) == Report(0, 2, ())
    assert len(await catalogue()) == 2


async def test_a_later_day_is_the_next_version_and_another_text_for_the_same_day_is_refused(take, catalogue):
    await take(as_csv(GOOD))
    report = await take(as_csv(row(名称="改名")))
    assert [type(refusal) for _, refusal in report.refused] == [Published]
    assert (await take(as_csv(row(名称="改名", 起日="2025-01-01")))).taken == 1
    assert [(version.name, version.since) for _, version in await catalogue()] == [
        (GOOD[1], date(2024, 1, 1)),
        ("改名", date(2025, 1, 1)),
    ]


async def test_versions_may_stand_in_one_file_in_any_order_but_none_twice(take, catalogue):
    report = await take(as_csv(row(起日="2025-01-01"), row(起日="2024-01-01")))
    assert report == Report(2, 0, ())
    report = await take(as_csv(row(代码="2"), row(代码="2", 名称="别名")))
    assert [(number, type(refusal)) for number, refusal in report.refused] == [(3, RowTwice)]


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"PK\x03\x04 no workbook",
        "代码，name\n1,2".encode(),
        "代码".encode("gbk"),
        as_csv(headings=HEADINGS[1:]),
        b"\x00\x01",
    ],
)
async def test_what_is_no_catalogue_is_refused_as_a_whole(take, file):
    with pytest.raises(NoSheet):
        await take(file)


async def test_two_who_take_the_same_in_at_once_do_not_leave_it_twice(take, catalogue):
    file = as_csv(GOOD)
    reports = await asyncio.gather(take(file), take(file))
    assert sorted(reports, key=lambda each: each.taken) == [Report(0, 1, ()), Report(1, 0, ())]
    assert len(await catalogue()) == 1


async def test_an_item_is_found_by_any_part_of_its_name(take, world, edge):
    await take(as_csv(GOOD, row(代码="2", 名称="河道采砂")))
    async with edge.reading(world["chen"].credentials) as work:
        for part, codes in (("采砂", ["2"]), ("砂", ["2"]), ("未采取 渣土", [GOOD[0]]), ("土渣", [])):
            found = await page_of_items(work, by=ItemFilter(name=part), span=Span(most=5))
            assert [each.code for each in found] == codes, part
