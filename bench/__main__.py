"""The run of the benchmarks and its table."""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

import migrations
from bench import live, measures, registers
from bench.measures import Row
from bench.register_world import COUNTIES
from bench.register_world import REFERRALS as COUNTY_REFERRALS
from bench.register_world import TENANTS as COUNTY_TENANTS
from bench.run import Run
from bench.world import REFERRALS, TENANTS, seed
from ops.addresses import for_sqlalchemy
from ops.roles import RoleUrls, ensure_login_roles
from tests.servers import Database, Databases, TestServers, servers_for_a_session

RESULTS = Path("var/bench.json")


async def migrated(databases: Databases) -> tuple[Database, RoleUrls]:
    """A database with the schema and its logins."""
    database = await databases(label="bench")
    urls = await ensure_login_roles(database.url, databases.servers.home)
    await asyncio.to_thread(migrations.upgrade, for_sqlalchemy(urls.owner))
    return database, urls


async def long_registers(servers: TestServers) -> list[Row]:
    """The registers, in a database of their own."""
    databases = Databases(servers)
    database, urls = await migrated(databases)
    rows = await registers.measured(servers, urls, database.url)
    await databases.drop_all()
    return rows


async def measured(servers: TestServers) -> list[Row]:
    """Seed once, copy for every measurement that writes, and measure."""
    databases = Databases(servers)
    template, urls = await migrated(databases)
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    world = await seed(owner)
    await owner.dispose()

    async def copy() -> Run:
        database = await databases(template=template.name, label="bench")
        return await Run.over(database.url, home=servers.home, world=world)

    rows: list[Row] = []
    run, twin = await copy(), await copy()
    for first in (20, 50):
        rows.append(await measures.page(run, first=first))
    rows.append(await measures.acceptance(run, twin))
    rows += await measures.decision(run)
    rows += await live.news(run, servers.redis_url)
    rows += await measures.rungs(run, twin)
    for each in (run, twin):
        await each.close()
    await databases.drop_all()
    return rows


def shown(rows: list[Row], title: str) -> str:
    """The table."""
    lines = [title, ""]
    for row in rows:
        floor = "" if row.floor is None else f"floor {row.floor:.1f} {row.unit}"
        ratio = "" if row.ratio is None else f"ratio {row.ratio:.2f}"
        verdict = {True: "within", False: "MISSED", None: ""}[row.within]
        lines.append(
            f"{row.what:<82} {row.product:10.2f} {row.unit:<6} {floor:<22} {ratio:<12} {row.budget:<24} {verdict} {row.note}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, keep."""
    if sys.argv[1:] == ["registers"]:
        with servers_for_a_session(durable=True) as servers:
            rows = asyncio.run(long_registers(servers))
        title = f"{COUNTIES * COUNTY_TENANTS} tenants, {COUNTIES * COUNTY_REFERRALS} referrals"
    else:
        with servers_for_a_session(durable=True) as servers:
            rows = asyncio.run(measured(servers))
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o711)
            rows += measures.starts(Path(folder) / "home")
        title = f"{TENANTS} tenants, {REFERRALS} referrals"
    print(shown(rows, title))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2), encoding="utf-8"
    )


main()
