"""A ledger to be exported, put in as it is: what stands in it is written here, and not taken from the product.

Referrals of Kunyang's received box, with their owed limits, beside others' that must never come out; the request of an
export by somebody there; a worker that goes pass by pass; and what became of it.
"""

import io
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import pytest_asyncio
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.audit.models import AuditLine
from domain.edge import Edge
from domain.exports import commands
from domain.exports.models import Export
from domain.referrals.filters import Filter, Wanted
from domain.referrals.models import Referral
from tenancy.ids import new_id
from tests.workers.workshop import Workshop
from tests.worlds import NOW, HandSetClock, World
from workers.exports import EXPORTS
from workers.jobs import Jobs
from workers.machinery import Machinery

HEADINGS = [
    *(
        "移送函文号",
        "回执文号",
        "移送单位",
        "接收单位",
        "当事人",
        "权力事项代码",
        "违法行为发生地",
        "发现日期",
        "状态",
    ),
    *("当前承办单位", "移送时间", "是否逾期移送", "逾期理由", "收件时间", "答复时间", "退回理由", "撤回理由"),
    *("送达或者终结日期", "办理结果", "当前期限事项", "当前期限届满", "是否逾期"),
]

CANARY = "不得外泄"

ENOUGH = [f"第{n}家" for n in range(1, 8)]
NEWEST_FIRST = ENOUGH[::-1]


@pytest_asyncio.fixture(loop_scope="session")
async def edge(workshop: Workshop, owner: AsyncEngine) -> AsyncIterator[Edge]:
    """Where clerks ask for exports. Workers look at all counties: what a test leaves undone, the next one would take up."""
    yield workshop.desk().edge
    async with owner.begin() as connection:
        await connection.execute(delete(Export))


@pytest.fixture
def machinery(workshop: Workshop) -> Machinery:
    """One process that makes exports in portions of three, pass by pass as the test says."""
    return Machinery(
        engines=workshop.engines,
        clock=HandSetClock(),
        jobs=Jobs(workshop.redis_url),
        desk=workshop.desk(rows_at_a_time=3),
        pace=workshop.pace,
    )


async def referred(
    owner: AsyncEngine,
    county: World,
    parties: Sequence[str],
    *,
    sender: str = "transport",
    to: str = "kunyang",
    **different: Any,
) -> list[UUID]:
    """A referral on somebody's desk about each of these parties, the first one the oldest."""
    ids = [new_id() for _ in parties]
    common = {
        "county_id": county.county_id,
        "from_id": county.bodies[sender],
        "addressee_id": county.bodies[to],
        "to_id": county.bodies[to],
        "owner_id": county.bodies[sender],
        "overseen_id": county.county_id,
        "state": "sent",
        "version": 4,
        "began_on": date(2026, 3, 6),
        "found_on": date(2026, 3, 5),
        "place": "昆阳镇",
        "facts": "初步事实",
        "item_code": "330217-A-001",
        "legal_basis": "条例",
        "drafted_by": county["zhou"].person_id,
        "sent_at": NOW - timedelta(days=1),
        "sent_late": False,
        "ongoing": False,
        "created_at": NOW - timedelta(days=4),
    }
    async with owner.begin() as connection:
        await connection.execute(
            insert(Referral),
            [
                {**common, "id": each, "party": party, "letter_number": f"平交移〔2026〕{n}号", **different}
                for n, (each, party) in enumerate(zip(ids, parties, strict=True), start=1)
            ],
        )
    return ids


async def asked(
    edge: Edge,
    county: World,
    who: str = "gao",
    *,
    box: Any = "received",
    sort: str = "newest",
    **narrowed_by: Any,
) -> UUID:
    """Somebody asks for the register of referrals; which export that is."""
    async with edge.writing(county[who].credentials) as work:
        export = await commands.request(
            work,
            ledger="referrals",
            wanted=Wanted(box=box, filter=Filter(**narrowed_by)),
            sort=sort,
            shown="移送本单位",
            language="zh",
        )
        return export.id


async def entry(owner: AsyncEngine, export_id: UUID) -> Any:
    """The entry of an export as it stands."""
    async with owner.connect() as connection:
        return (await connection.execute(select(Export.__table__).where(Export.id == export_id))).one()


def sheet(path: Path) -> Worksheet:
    """The only sheet of a file."""
    (found,) = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets
    return found


def table(path: Path) -> list[tuple[Any, ...]]:
    """What stands in a file below its headings."""
    return list(sheet(path).iter_rows(min_row=3, values_only=True))


def parties(path: Path) -> list[Any]:
    """The parties in a file, from the first row to the last."""
    return [row[HEADINGS.index("当事人")] for row in table(path)]


def left_over(files: Path) -> list[str]:
    """Whatever lies in the store that is no whole file."""
    return [each.name for each in files.iterdir() if each.name.startswith(("making-", "incoming-"))]


def whole_files(files: Path) -> list[Path]:
    """The whole files that lie in the store."""
    return [each for each in files.rglob("*") if each.is_file() and len(each.parent.name) == 2]


def cell(shown: str) -> datetime:
    """A day or an instant as a cell holds it, which knows no time zone: `2026-03-10` or `2026-03-10 09:00`."""
    return datetime.fromisoformat(shown)


async def pass_once(machinery: Machinery, county: World) -> bool:
    """One pass over what this county has waiting; whether there was anything."""
    found = [each for each in await EXPORTS.find(machinery) if each.county_id == county.county_id]
    for portion in found:
        await EXPORTS.go_on(portion)
    return bool(found)


async def work_off(machinery: Machinery, county: World) -> None:
    """Passes until nothing waits."""
    for _ in range(100):
        if not await pass_once(machinery, county):
            return
    pytest.fail("an export comes to no end")


async def state(owner: AsyncEngine, export_id: UUID) -> str:
    """Where an export is on its way."""
    return str((await entry(owner, export_id)).state)


async def lines(owner: AsyncEngine, county: World, action: str) -> int:
    """How many lines of this action the county's trail has."""
    async with owner.connect() as connection:
        return (
            await connection.scalar(
                select(func.count())
                .select_from(AuditLine)
                .where(AuditLine.county_id == county.county_id, AuditLine.action == action)
            )
        ) or 0
