"""`gongguan catalogue import`, as an office's administrator runs it: on a migrated database, with a file in hand."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

import domain.tables
import migrations
from domain.catalogue.models import ItemVersion
from ops.addresses import for_sqlalchemy
from ops.demo.load import load_demo
from ops.demo.people import demo_county
from ops.roles import ensure_login_roles
from tests.domain.catalogue.sheets import as_csv, as_xlsx, row
from tests.servers import Databases, TestServers
from tests.worlds import CHEAP_HASHER

COUNTY = "huancui"


@dataclass(frozen=True)
class Said:
    """How the command ended, and all that it printed."""

    exit_code: int | None
    output: str


class Office:
    """A county with bodies and no catalogue, and the command on its server."""

    def __init__(self, servers: TestServers, database_url: str, owner: str) -> None:
        self._environment = {
            "GONGGUAN_HOME": str(servers.home),
            "GONGGUAN_MODE": "demo",
            "DATABASE_URL": database_url,
            "REDIS_URL": servers.redis_url,
        }
        self._owner = owner
        bodies = demo_county(COUNTY).county.bodies.values()
        self.department = next(body.name for body in bodies if body.kind == "department")
        self.office = next(body.code for body in bodies if "coordination" in body.functions)
        self.shipped: frozenset[str] = frozenset()

    def row(self, **changed: str) -> list[str]:
        """A row of this county's."""
        return row(**{"主管部门": self.department, **changed})

    async def imports(self, file: Path, *more: str, county: str = COUNTY, by: str | None = None) -> Said:
        command = [
            "-m",
            "ops",
            "catalogue",
            "import",
            str(file),
            "--county",
            county,
            "--by",
            by or self.office,
        ]
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, *command, *more),
            env=os.environ | self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await running.communicate()
        return Said(running.returncode, output.decode())

    async def names(self) -> list[str]:
        """What stands in the catalogue beside what the demo has."""
        engine = create_async_engine(self._owner)
        async with AsyncSession(engine) as session:
            found = list(await session.scalars(select(ItemVersion.name).order_by(ItemVersion.name)))
        await engine.dispose()
        return [name for name in found if name not in self.shipped]


@pytest_asyncio.fixture(loop_scope="session")
async def office(fresh_database: Databases, servers: TestServers) -> AsyncIterator[Office]:
    assert domain.tables.MODULES
    database = await fresh_database(label="sheets")
    owner = for_sqlalchemy((await ensure_login_roles(database.url, servers.home)).owner)
    await asyncio.to_thread(migrations.upgrade, owner)
    engine = create_async_engine(owner)
    async with AsyncSession(engine) as session, session.begin():
        await load_demo(session, now=datetime.now(UTC), hasher=CHEAP_HASHER, county=COUNTY)
    await engine.dispose()
    office = Office(servers, database.url, owner)
    office.shipped = frozenset(await office.names())
    assert office.shipped
    yield office
    await fresh_database.drop(database)


async def test_takes_a_sheet_in_and_finds_nothing_new_in_it_the_next_time(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "items.xlsx"
    file.write_bytes(as_xlsx(office.row(名称="甲"), office.row(代码="2", 名称="乙")))
    said = await office.imports(file)
    assert (said.exit_code, said.output) == (
        0,
        "已载入 2 行，0 行此前已载入。 2 rows were taken, 0 were known.\n",
    )
    assert await office.names() == ["乙", "甲"]
    assert "0 rows were taken, 2 were known." in (await office.imports(file)).output


async def test_takes_nothing_of_a_sheet_with_a_bad_row_and_the_good_rows_by_choice(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "items.csv"
    file.write_bytes(
        as_csv(office.row(名称="甲"), office.row(代码="2", 起日="某日"), office.row(代码="3", 权限=""))
    )
    said = await office.imports(file)
    assert said.exit_code == 1
    lines = [line.split(":")[0].strip() for line in said.output.splitlines() if line.startswith("  ")]
    assert lines == ["3 起日", "4 权限"]
    assert "“某日”" in said.output
    assert await office.names() == []
    said = await office.imports(file, "--good-rows-only")
    assert said.exit_code == 1
    assert "1 rows were taken; 2 were not" in said.output
    assert await office.names() == ["甲"]


async def test_says_which_body_or_county_there_is_not(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_bytes(as_csv(office.row()))
    for county, by in ((COUNTY, "nobody"), ("nowhere", office.office)):
        said = await office.imports(file, county=county, by=by)
        assert (said.exit_code, f"There is no body {by} in county {county}." in said.output) == (1, True)
    assert await office.names() == []
