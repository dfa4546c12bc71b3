"""`gongguan staff import` and `gongguan staff template`, as an office's administrator runs them."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

import domain.tables
import migrations
from domain.personnel.roster import EXAMPLE, ROSTER
from ops.addresses import for_sqlalchemy
from ops.demo.load import load_demo
from ops.roles import ensure_login_roles
from tests.domain.personnel.sheets import as_csv, as_xlsx, at_home, row
from tests.ops.test_catalogue import Said
from tests.servers import Databases, TestServers
from tests.worlds import CHEAP_HASHER

COUNTY = "huancui"
HERE = {
    "派出单位": "环翠区综合行政执法局",
    "内设机构": "办公室",
    "用人单位": "环翠区张村镇人民政府",
    "起": "2026-01-05",
}
TELEPHONE = "13800001234"
ROOT = Path(__file__).parents[2]


class Office:
    """A county with bodies, and the command on its server."""

    def __init__(self, servers: TestServers, database_url: str, owner: str) -> None:
        self._environment = {
            "GONGGUAN_HOME": str(servers.home),
            "GONGGUAN_MODE": "demo",
            "DATABASE_URL": database_url,
            "REDIS_URL": servers.redis_url,
        }
        self._owner = owner

    async def runs(self, *command: str) -> Said:
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ops", "staff", *command),
            env=os.environ | self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await running.communicate()
        return Said(running.returncode, output.decode())

    async def counted(self, name: str, table: str) -> int:
        """How many rows of a table are somebody's."""
        engine = create_async_engine(self._owner)
        statement = text(
            f"select count(*) from {table} t join persons p on p.id = t.person_id where p.name = :name"
        )
        async with AsyncSession(engine) as session:
            found = await session.scalar(statement, {"name": name})
        await engine.dispose()
        return int(found or 0)


@pytest_asyncio.fixture(loop_scope="session")
async def office(fresh_database: Databases, servers: TestServers) -> AsyncIterator[Office]:
    assert domain.tables.MODULES
    database = await fresh_database(label="rosters")
    owner = for_sqlalchemy((await ensure_login_roles(database.url, servers.home)).owner)
    await asyncio.to_thread(migrations.upgrade, owner)
    engine = create_async_engine(owner)
    async with AsyncSession(engine) as session, session.begin():
        await load_demo(session, now=datetime.now(UTC), hasher=CHEAP_HASHER, county=COUNTY)
    await engine.dispose()
    yield Office(servers, database.url, owner)
    await fresh_database.drop(database)


async def test_takes_a_roster_in_and_finds_nothing_new_in_it_the_next_time(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(
        as_xlsx(row(**HERE, 联系电话=TELEPHONE), at_home(**HERE | {"用人单位": ""}, 姓名="孙二"))
    )
    said = await office.runs("import", str(file), "--county", COUNTY)
    assert (said.exit_code, said.output) == (
        0,
        "已载入 2 行，0 行此前已载入。 2 rows were taken, 0 were known.\n",
    )
    for table, rows in (("staff_entries", 1), ("secondments", 1), ("capacities", 1), ("personal_data", 1)):
        assert await office.counted("钱新", table) == rows, table
    assert (
        "0 rows were taken, 2 were known."
        in (await office.runs("import", str(file), "--county", COUNTY)).output
    )


async def test_tells_of_each_bad_row_where_and_why_and_repeats_no_number(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "roster.csv"
    wrong = "33010019990101"
    file.write_bytes(
        as_csv(
            row(**HERE),
            row(**HERE | {"姓名": "乙", "起": "某日"}),
            row(**HERE, 身份证号=wrong),
            row(**HERE | {"姓名": ""}),
        )
    )
    said = await office.runs("import", str(file), "--county", COUNTY)
    assert said.exit_code == 1
    lines = [line.split(":")[0].strip() for line in said.output.splitlines() if line.startswith("  ")]
    assert lines == ["3 起", "4 身份证号", "5 姓名"]
    assert wrong not in said.output
    assert await office.counted("钱新", "staff_entries") == 0
    said = await office.runs("import", str(file), "--county", COUNTY, "--good-rows-only")
    assert (said.exit_code, "1 rows were taken; 3 were not" in said.output) == (1, True)
    assert await office.counted("钱新", "staff_entries") == 1


async def test_says_which_county_there_is_not(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(as_csv(row(**HERE)))
    said = await office.runs("import", str(file), "--county", "nowhere")
    assert (said.exit_code, "There is no county nowhere." in said.output) == (1, True)


async def test_prints_a_template_whose_only_row_is_nobodys(office: Office, tmp_path: Path) -> None:
    said = await office.runs("template")
    assert said.exit_code == 0
    file = tmp_path / "template.csv"
    file.write_text(said.output, encoding="utf-8")
    heads, example = file.read_text(encoding="utf-8-sig").splitlines()
    assert heads.split(",") == list(ROSTER.headings.values())
    assert example.split(",")[0] == EXAMPLE["name"]
    said = await office.runs("import", str(file), "--county", COUNTY)
    assert "2 派出单位: " in said.output


def test_every_column_is_explained() -> None:
    page = (ROOT / "docs" / "rosters.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| (\S+) \|", page, re.MULTILINE)
    assert explained[2:] == list(ROSTER.headings.values())
    needed = re.findall(r"^\| (\S+) \|.*needed 必填 \|$", page, re.MULTILINE)
    assert needed == [heading for column, heading in ROSTER.headings.items() if column not in ROSTER.optional]
